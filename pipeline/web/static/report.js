// A report beside a form: its PDF page by page (pdf.js), words found and quotes shown in it, and
// the words that a person selects handed to the answer they are working on.
const base = document.querySelector("meta[name=pdfjs]").content;
let library = null;

function pdfjs() {
  library ??= import(`${base}/legacy/build/pdf.min.mjs`).then((loaded) => {
    loaded.GlobalWorkerOptions.workerSrc = `${base}/legacy/build/pdf.worker.min.mjs`;
    return loaded;
  });
  return library;
}

const plain = (text) => text.normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
const element = (name, about = {}, ...inside) => {
  const made = Object.assign(document.createElement(name), about);
  made.append(...inside);
  return made;
};

// Where `words` stand in the text under `root`, letters and digits alone compared.
function rangesOf(root, words) {
  const wanted = plain(words);
  const letters = [];
  let text = "";
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    let at = 0;
    for (const sign of node.data) {
      for (const letter of plain(sign)) {
        text += letter;
        for (let i = 0; i < letter.length; i++) letters.push([node, at, at + sign.length]);
      }
      at += sign.length;
    }
  }
  const found = [];
  for (let at = wanted ? text.indexOf(wanted) : -1; at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
    let begun = null;
    let last = null;
    for (const [node, start, end] of letters.slice(at, at + wanted.length)) {
      if (node !== last) {
        begun = new Range();
        begun.setStart(node, start);
        found.push(begun);
        last = node;
      }
      begun.setEnd(node, end);
    }
  }
  return found;
}

class Report {
  constructor(section) {
    this.section = section;
    this.pages = [];
    this.scale = 0;
    this.quote = "";
    this.build();
    this.open(section.dataset.pdf);
  }

  build() {
    const button = (words, label, then) => {
      const made = element("button", { type: "button", textContent: words, onclick: then });
      made.setAttribute("aria-label", label);
      return made;
    };
    this.number = element("input", { value: "1", inputMode: "numeric", className: "page-number" });
    this.number.setAttribute("aria-label", "Page of the file");
    this.number.onchange = () => this.go(Number(this.number.value) - 1);
    this.of = element("span", { className: "quiet" });
    this.find = element("input", { type: "search", placeholder: "Find in the report" });
    this.find.setAttribute("aria-label", "Find in the report");
    this.find.onkeydown = (event) => {
      if (event.key === "Enter") { event.preventDefault(); this.search(); }
    };
    this.told = element("p", { className: "quiet report-told" });
    this.told.setAttribute("role", "status");
    this.taking = element("button", { type: "button", className: "take main-button", hidden: true });
    this.taking.onmousedown = (event) => event.preventDefault(); // the selection stays
    this.taking.onclick = () => this.take();
    this.toggle = button("Hide", "Hide the report", () => this.fold(!this.section.classList.contains("closed")));
    this.toggle.classList.add("toggle", "plain");
    this.bar = element("div", { className: "report-bar" },
      this.number, this.of,
      button("−", "Smaller", () => this.zoom(1 / 1.2)),
      button("+", "Larger", () => this.zoom(1.2)),
      this.toggle, this.find);
    this.scroller = element("div", { className: "report-pages", tabIndex: 0 });
    this.scroller.setAttribute("role", "region");
    this.scroller.setAttribute("aria-label", "Pages of the report");
    this.scroller.onscroll = () => {
      if (this.scroller.isConnected) this.top = this.scroller.scrollTop;
      this.whereAmI();
    };
    this.section.append(this.bar, this.told, this.scroller, this.taking);
    this.choice = this.section.querySelector("select.which");
    if (this.choice) this.choice.onchange = () => this.open(this.choice.value);
    this.seen = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        const page = this.pages[Number(entry.target.dataset.page)];
        if (entry.isIntersecting) this.draw(page);
        else this.forget(page);
      }
    }, { root: this.scroller, rootMargin: "800px" });
  }

  fold(closed) {
    this.section.classList.toggle("closed", closed);
    this.toggle.textContent = closed ? "Show the report" : "Hide";
    this.toggle.setAttribute("aria-label", closed ? "Show the report" : "Hide the report");
  }

  say(words) { this.told.textContent = words; }

  async open(address) {
    this.address = address;
    this.close();
    this.say("The report is being read …");
    const opening = {};
    this.opening = opening;
    try {
      const { getDocument } = await pdfjs();
      const task = getDocument({
        url: address, isEvalSupported: false, enableXfa: false, cMapPacked: true,
        cMapUrl: `${base}/cmaps/`, standardFontDataUrl: `${base}/standard_fonts/`,
        wasmUrl: `${base}/wasm/`, iccUrl: `${base}/iccs/`, withCredentials: false,
      });
      const names = fetch(`${address}/pages`).then((answer) => answer.json()).catch(() => ({}));
      const file = await task.promise;
      if (this.opening !== opening) { task.destroy(); return; }
      this.task = task;
      this.file = file;
      await this.layOut();
      const told = await names;
      this.names = told.names ?? [];
      this.say(told.fault ? `${told.fault[0].toUpperCase()}${told.fault.slice(1)}.` : "");
      for (const page of this.pages) page.box.setAttribute("aria-label", this.called(page.index));
      this.whereAmI();
      if (this.wanted) this.show(this.wanted);
    } catch (error) {
      if (this.opening === opening) this.say(`The report cannot be shown: ${error.message}`);
    }
  }

  close() {
    this.seen.disconnect();
    for (const page of this.pages) this.forget(page);
    this.pages = [];
    this.texts = null;
    this.scroller.replaceChildren();
    this.task?.destroy();
    this.task = null;
  }

  async layOut() {
    const first = await this.file.getPage(1);
    const { width, height } = first.getViewport({ scale: 1 });
    this.scale ||= Math.max(0.4, (this.scroller.clientWidth - 24) / width);
    this.scroller.style.setProperty("--total-scale-factor", this.scale);
    for (let index = 0; index < this.file.numPages; index++) {
      const box = element("div", { className: "report-page" });
      box.dataset.page = index;
      box.setAttribute("role", "group");
      const page = { index, box, width, height };
      this.size(page);
      this.pages.push(page);
      this.scroller.append(box);
      this.seen.observe(box);
    }
    this.of.textContent = `of ${this.file.numPages}`;
  }

  size(page) {
    page.box.style.width = `${Math.floor(page.width * this.scale)}px`;
    page.box.style.height = `${Math.floor(page.height * this.scale)}px`;
  }

  async draw(page) {
    if (page.drawing) return;
    const drawing = {};
    page.drawing = drawing;
    const { TextLayer } = await pdfjs();
    const held = await this.file.getPage(page.index + 1);
    const viewport = held.getViewport({ scale: this.scale });
    [page.width, page.height] = [viewport.width / this.scale, viewport.height / this.scale];
    this.size(page);
    const dense = Math.min(2, window.devicePixelRatio || 1);
    const canvas = element("canvas", {
      width: Math.floor(viewport.width * dense), height: Math.floor(viewport.height * dense),
    });
    canvas.setAttribute("aria-hidden", "true");
    const text = element("div", { className: "textLayer" });
    if (page.drawing !== drawing) return;
    page.box.replaceChildren(canvas, text);
    page.painting = held.render({
      canvas, viewport, transform: dense === 1 ? null : [dense, 0, 0, dense, 0, 0],
    });
    page.layer = new TextLayer({
      textContentSource: held.streamTextContent(), container: text, viewport,
    });
    try {
      await Promise.all([page.painting.promise, page.layer.render()]);
      this.mark();
    } catch (error) {
      if (page.drawing === drawing && error.name !== "RenderingCancelledException"
        && error.name !== "AbortException") this.say(`Page ${page.index + 1}: ${error.message}`);
    }
  }

  forget(page) {
    if (!page?.drawing) return;
    page.drawing = null;
    page.painting?.cancel();
    page.layer?.cancel();
    page.box.replaceChildren();
  }

  called(index) {
    const printed = this.names?.[index];
    return printed && printed !== String(index + 1)
      ? `Page ${printed} (${index + 1} of the file)` : `Page ${index + 1}`;
  }

  whereAmI() {
    const middle = this.scroller.scrollTop + this.scroller.clientHeight / 3;
    const here = this.pages.findLast((page) => page.box.offsetTop <= middle) ?? this.pages[0];
    if (!here || here.index === this.here) return;
    this.here = here.index;
    if (document.activeElement !== this.number) this.number.value = here.index + 1;
    const printed = this.names?.[here.index];
    const other = printed && printed !== String(here.index + 1) ? `, printed ${printed}` : "";
    this.of.textContent = `of ${this.pages.length}${other}`;
  }

  go(index) {
    const page = this.pages[Math.max(0, Math.min(this.pages.length - 1, index || 0))];
    if (page) this.scroller.scrollTop = page.box.offsetTop - 8;
  }

  zoom(by) {
    const here = this.here ?? 0;
    this.scale = Math.max(0.3, Math.min(5, this.scale * by));
    this.scroller.style.setProperty("--total-scale-factor", this.scale);
    for (const page of this.pages) { this.forget(page); this.size(page); }
    this.seen.disconnect();
    for (const page of this.pages) this.seen.observe(page.box);
    this.go(here);
  }

  mark() {
    if (!window.CSS?.highlights) return;
    const ranges = [];
    for (const page of this.pages) {
      const text = page.box.querySelector(".textLayer");
      if (text && this.quote) ranges.push(...rangesOf(text, this.quote));
    }
    if (ranges.length) CSS.highlights.set("quote", new Highlight(...ranges));
    else CSS.highlights.delete("quote");
    if (ranges.length && this.jump) {
      this.jump = false;
      const at = ranges[0].getBoundingClientRect();
      const around = this.scroller.getBoundingClientRect();
      this.scroller.scrollTop += at.top - around.top - around.height / 3;
    }
  }

  async search() {
    const words = this.find.value.trim();
    this.quote = words;
    this.mark();
    if (!words || !this.file) { this.say(""); return; }
    this.texts ??= await Promise.all(this.pages.map(async (page) => {
      const held = await this.file.getPage(page.index + 1);
      const { items } = await held.getTextContent();
      return plain(items.map((item) => item.str ?? "").join(" "));
    }));
    const on = this.texts.flatMap((text, index) => (text.includes(plain(words)) ? [index] : []));
    if (!on.length) { this.say(`“${words}” does not stand in this report.`); return; }
    const after = on.find((index) => this.searched === words && index > (this.here ?? 0)) ?? on[0];
    this.searched = words;
    this.jump = true;
    this.say(`On ${on.length === 1 ? "page" : "pages"} ${on.map((index) => index + 1).join(", ")} of the file; Enter for the next.`);
    this.go(after);
    this.mark();
  }

  // Shows a quote where it stands: {address, quote, page}.
  async show(wanted) {
    this.wanted = wanted;
    if (wanted.address && wanted.address !== this.address) {
      if (this.choice) this.choice.value = wanted.address;
      await this.open(wanted.address);
      return;
    }
    if (!this.file) return;
    this.wanted = null;
    this.fold(false);
    const asked = new URLSearchParams({ quote: wanted.quote, page: wanted.page });
    const answer = await fetch(`${this.address}/quote?${asked}`).then((a) => a.json()).catch(() => ({}));
    this.quote = wanted.quote;
    this.jump = true;
    const [first] = answer.pages?.length ? answer.pages : [this.named(wanted.page)];
    this.say(answer.said ?? "");
    if (first >= 0) this.go(first);
    this.mark();
    this.scroller.focus({ preventScroll: true });
  }

  named(page) {
    const printed = (this.names ?? []).indexOf(page);
    return printed >= 0 ? printed : Number.parseInt(page, 10) - 1;
  }

  selected() {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed) return null;
    const start = selection.getRangeAt(0).startContainer;
    const box = (start.nodeType === 1 ? start : start.parentElement)?.closest(".report-page");
    if (!box || !this.scroller.contains(box)) return null;
    const words = selection.toString().replace(/\s+/g, " ").trim();
    const index = Number(box.dataset.page);
    return words ? { words, page: this.names?.[index] || String(index + 1) } : null;
  }

  offer() {
    const form = document.querySelector("form[data-answer].current");
    const chosen = form && this.selected();
    this.taking.hidden = !chosen;
    if (chosen) {
      this.chosen = { ...chosen, form };
      this.taking.textContent = `Take as the quote of “${form.dataset.label}”, page ${chosen.page}`;
    }
  }

  take() {
    const { words, page, form } = this.chosen;
    form.querySelector("details.source")?.setAttribute("open", "");
    const fill = (name, value) => {
      const field = form.elements[name];
      if (field && value !== undefined) field.value = value;
    };
    fill("quote", words);
    fill("page", page);
    fill("report", this.choice ? this.choice.selectedOptions[0].dataset.report : undefined);
    this.taking.hidden = true;
    document.getSelection().removeAllRanges();
    form.elements.quote?.dispatchEvent(new Event("change", { bubbles: true }));
    form.elements.value?.focus?.();
  }
}

let report = null;

function begin() {
  const section = document.querySelector("[data-pdf]");
  if (report && section && report.section !== section
    && report.section.dataset.pdf === section.dataset.pdf) {
    section.replaceWith(report.section); // the same report: it stays as it is, at its page
    report.scroller.scrollTop = report.top ?? 0;
    return;
  }
  if (report && report.section !== section) {
    report.close();
    report = null;
  }
  if (section && !report) report = new Report(section);
}

document.addEventListener("review:shown", begin);
document.addEventListener("selectionchange", () => report?.offer());
document.addEventListener("focusin", (event) => {
  const form = event.target.closest("form[data-answer]");
  if (!form) return;
  for (const one of document.querySelectorAll("form[data-answer].current")) one.classList.remove("current");
  form.classList.add("current");
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-show-quote]");
  if (!button || !report) return;
  const form = button.closest("form");
  const chosen = form?.elements.report?.value;
  report.show({
    quote: form?.elements.quote?.value ?? button.dataset.showQuote,
    page: form?.elements.page?.value ?? button.dataset.page ?? "",
    address: chosen ? `/pdf/${encodeURIComponent(chosen)}` : button.dataset.address ?? "",
  });
});
begin();
