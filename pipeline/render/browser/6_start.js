const views = [...document.querySelectorAll("main > .view")];
const detail = document.getElementById("detail");
let before = "";

function show(view, focus) {
  for (const other of views) other.hidden = other !== view;
  for (const entry of document.querySelectorAll("nav.views a")) {
    if (entry.getAttribute("href") === `#${view.id}`) entry.setAttribute("aria-current", "page");
    else entry.removeAttribute("aria-current");
  }
  const heading = view.querySelector("h2");
  document.title = `${heading.textContent} \u2013 ${DOCUMENT_TITLE}`;
  if (focus) {
    heading.focus({ preventScroll: true });
    document.querySelector("nav.views").scrollIntoView({ block: "start", behavior: "instant" });
  }
}

function showDetail(kind, id, focus) {
  const made = DETAILS[kind](id);
  const [title, parts] = made || ["Not here", [el("p", {}, `There is no ${kind} ${id} in this browser.`)]];
  const back = before.startsWith("#") && before !== location.hash ? before : "#flow";
  detail.replaceChildren(
    el("p", {}, el("a", { href: back, id: "back" }, "Back")),
    el("h2", { tabindex: "-1" }, title), ...parts.filter((part) => part !== ""));
  show(detail, focus);
  detail.querySelector(".target")?.scrollIntoView({ block: "center" });
  tell("");
}

function go(focus) {
  const asked = location.hash.slice(1);
  if (asked === "main") return;
  const [path, query] = asked.split("?", 2);
  const [kind, ...rest] = path.split("/");
  if (rest.length && Object.hasOwn(DETAILS, kind)) {
    let id = rest.join("/");
    try { if (kind !== "gap") id = decodeURIComponent(id); } catch { id = ""; }
    showDetail(kind, id, focus);
    return;
  }
  const view = views.find((one) => one.id === path && one !== detail) || views[0];
  tell("");
  if (view.id === "records") showRecords(new URLSearchParams(query || ""));
  show(view, focus);
  before = `#${asked || "flow"}`;
}

document.documentElement.classList.add("scripted");
dressStudies();
window.addEventListener("hashchange", () => go(true));
document.querySelector("a.skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("main").focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !detail.hidden) document.getElementById("back").click();
});
if (location.hash === "#main") location.hash = "";
go(false);
