// Works without it, too: every form is a form and every link a link. What it adds: one key a
// verdict, a page that stays as it is when a write fails, quotes taken from a report.
"use strict";

const say = (words) => { document.getElementById("said").textContent = words; };
const trouble = (words) => {
  const place = document.getElementById("trouble");
  place.textContent = words;
  if (words) place.scrollIntoView({ block: "nearest" });
};

async function send(form, button) {
  const data = new URLSearchParams(new FormData(form, button));
  const answer = await fetch(form.getAttribute("action"), {
    method: "POST", body: data, headers: { "X-Part": "yes" }, credentials: "same-origin",
  });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (answer.ok) return page;
  const words = page.querySelector("#trouble")?.textContent || page.querySelector("h1")?.textContent;
  throw new Error((words || page.body.textContent || "The server could not do it.").trim());
}

async function freshen() {
  // a session that began after this page was shown has another word for its forms
  const answer = await fetch("/token", { credentials: "same-origin" });
  if (!answer.ok) return;
  const { csrf } = await answer.json();
  for (const field of document.querySelectorAll("input[name=csrf]")) field.value = csrf;
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const part = form.dataset.part;
  if ("answer" in form.dataset) {
    event.preventDefault();
    save(form);
    return;
  }
  if (form.dataset.within) {
    event.preventDefault();
    markWords(form);
    return;
  }
  if (!part) return;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  const pressed = event.submitter;
  try {
    const page = await send(form, pressed);
    const fresh = page.getElementById(part);
    const old = document.getElementById(part);
    if (!fresh || !old) { location.reload(); return; }
    old.replaceWith(document.adoptNode(fresh));
    document.title = page.title;
    trouble("");
    say(fresh.dataset.said || page.getElementById("said")?.textContent || "");
    begin(fresh);
    const first = fresh.querySelector("[data-focus]");
    if (part === "main" && first) { first.focus({ preventScroll: true }); scrollTo(0, 0); }
  } catch (error) {
    const told = error instanceof TypeError
      ? "Not written: the server does not answer. All that you typed is still here; try again."
      : `Not written: ${error.message} All that you typed is still here.`;
    trouble(told);
    freshen().catch(() => {});
  } finally {
    delete form.dataset.busy;
  }
});

// Answers of a study: written when a field is left, looked at while it is typed into.
const unsaved = new Set();
const waits = new Map();
let writing = Promise.resolve();

function tellField(form, words) {
  const place = document.getElementById(`told-${form.id.replace(/-none$/, "")}`);
  place.querySelector(".refused")?.remove();
  form.classList.toggle("refused-form", Boolean(words));
  if (!words) return;
  const line = document.createElement("p");
  line.className = "fault error refused";
  line.textContent = words;
  place.append(line);
}

async function post(form, more) {
  const answer = await fetch(form.getAttribute("action") + more, {
    method: "POST", body: new URLSearchParams(new FormData(form)),
    headers: { "X-Part": "yes" }, credentials: "same-origin",
  });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (answer.ok) return page;
  const words = page.querySelector("#trouble")?.textContent || page.querySelector("h1")?.textContent;
  throw new Error((words || "the server could not do it").trim());
}

function takeTold(page, but) {
  for (const fresh of page.querySelectorAll("#all-told > [id]")) {
    const old = document.getElementById(fresh.id);
    if (!old || (but && fresh.id !== but && old.querySelector(".refused"))) continue;
    const form = old.closest("form");
    if (form && unsaved.has(form.id) && fresh.id !== but) continue;
    old.replaceWith(document.adoptNode(fresh));
    form?.querySelector("[name=value]")?.setAttribute(
      "aria-invalid", String(Boolean(fresh.querySelector(".error"))));
  }
}

async function takeShape() {
  const answer = await fetch(location.href, { credentials: "same-origin" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("form");
  const old = document.getElementById("form");
  if (!fresh) return;
  const at = document.activeElement;
  const kept = at?.closest?.("form[data-answer]")?.id;
  const opened = [...old.querySelectorAll("form[data-answer]")].filter(
    (form) => unsaved.has(form.id) || form.id === kept);
  document.adoptNode(fresh);
  for (const form of opened) fresh.querySelector(`#${CSS.escape(form.id)}`)?.replaceWith(form);
  const top = scrollY;
  old.replaceWith(fresh);
  scrollTo(0, top);
  if (at?.isConnected) at.focus({ preventScroll: true });
}

function save(form) {
  clearTimeout(waits.get(form));
  unsaved.add(form.id);
  writing = writing.then(async () => {
    try {
      const page = await post(form, "");
      unsaved.delete(form.id);
      form.classList.remove("refused-form");
      takeTold(page, `told-${form.id.replace(/-none$/, "")}`);
      say(`Written: ${form.dataset.label}`);
      trouble("");
      const shape = page.getElementById("all-told")?.dataset.shape;
      if (shape && shape !== document.getElementById("form").dataset.shape) await takeShape();
    } catch (error) {
      const words = error instanceof TypeError
        ? "Not written: the server does not answer. What you typed is still here; it is sent again with the next answer."
        : `Not written: ${error.message}`;
      tellField(form, words);
      say("");
      freshen().catch(() => {});
    }
  });
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-answer]");
  if (!form) return;
  save(form);
  for (const id of unsaved) {
    const other = document.getElementById(id);
    if (other && other !== form && other.classList.contains("refused-form")) save(other);
  }
});

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-answer]");
  if (!form) return;
  unsaved.add(form.id);
  clearTimeout(waits.get(form));
  waits.set(form, setTimeout(async () => {
    try {
      const page = await post(form, "/try");
      const fresh = page.querySelector("#all-told > [id]");
      const old = fresh && document.getElementById(fresh.id);
      if (!old || !unsaved.has(form.id)) return;
      const knew = old.querySelector("[name=knew]").value; // the file has not changed
      old.replaceWith(document.adoptNode(fresh));
      fresh.querySelector("[name=knew]").value = knew;
    } catch {
      // nothing is lost: it is told when the field is left
    }
  }, 500));
});

const differs = (field) => {
  if (field.matches("select"))
    return [...field.options].some((one, at) =>
      one.selected !== one.defaultSelected && (one.defaultSelected || at > 0));
  if (field.matches("[type=checkbox], [type=radio]")) return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
};

// What was typed into a page that was shown before its script had come is written as well:
// at once, or when its field is left (which a browser also does when it goes to the page's #part).
function saveEarlyAnswers() {
  for (const form of document.querySelectorAll("form[data-answer]")) {
    const fields = [...form.elements].filter((field) => field.matches("input, select, textarea"));
    if (!fields.some(differs)) continue;
    if (form.contains(document.activeElement))
      form.addEventListener("focusout", () => save(form), { once: true });
    else save(form);
  }
}

addEventListener("beforeunload", (event) => {
  if (document.querySelector(".refused-form")) event.preventDefault();
});

const keysOn = () => localStorage.getItem("keys") !== "off";

document.addEventListener("keydown", (event) => {
  const at = event.target;
  if (event.key === "Escape" && at.matches("input, textarea, select")) { at.blur(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !keysOn()) return;
  if (at.matches("input:not([type=checkbox], [type=radio]), textarea, select")) return;
  if (event.repeat) return;
  for (const found of document.querySelectorAll("[data-key]")) {
    if (!found.dataset.key.split(" ").includes(event.key)) continue;
    event.preventDefault();
    if (found.matches("input, textarea")) found.focus();
    else if (found.matches("details")) found.open = !found.open;
    else found.click();
    return;
  }
});

function markWords(form) {
  const words = form.elements.within.value.trim();
  if (!window.CSS?.highlights) { form.submit(); return; }
  CSS.highlights.delete("within");
  const ranges = [];
  const walker = document.createTreeWalker(
    document.querySelector(form.dataset.within), NodeFilter.SHOW_TEXT);
  while (words && walker.nextNode()) {
    const text = walker.currentNode.data.toLowerCase();
    for (let at = text.indexOf(words.toLowerCase()); at >= 0;
      at = text.indexOf(words.toLowerCase(), at + words.length)) {
      const range = new Range();
      range.setStart(walker.currentNode, at);
      range.setEnd(walker.currentNode, at + words.length);
      ranges.push(range);
    }
  }
  if (ranges.length) CSS.highlights.set("within", new Highlight(...ranges));
  say(words ? `${ranges.length} found` : "");
  if (ranges.length) ranges[0].startContainer.parentElement.scrollIntoView({ block: "nearest" });
}

function begin(root) {
  const keys = root.querySelector("#keys-on");
  if (keys) {
    keys.checked = keysOn();
    keys.addEventListener("change", () => localStorage.setItem("keys", keys.checked ? "on" : "off"));
  }
  const menu = document.querySelector(".menu");
  if (menu && root === document && matchMedia("(max-width: 59.99rem)").matches) menu.open = false;
  document.dispatchEvent(new Event("review:shown"));
}

begin(document);
saveEarlyAnswers();
