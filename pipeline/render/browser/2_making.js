/* An element with attributes and children; strings become text, never markup. */
function el(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined && value !== null) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

function address(kind, id) {
  return `#${kind}/${encodeURIComponent(id)}`;
}

function link(kind, id, text) {
  return el("a", { href: address(kind, id) }, text || id);
}

/* A web address as a link when it is one, else as text. */
function web(text) {
  if (!/^https?:\/\/[^\s<>"]+$/i.test(text)) return text;
  return el("a", { href: text, rel: "noopener noreferrer" }, text);
}

function doi(text) {
  if (!/^10\.\d{4,9}\/\S+$/.test(text)) return text;
  return el("a", { href: `https://doi.org/${encodeURI(text)}`, rel: "noopener noreferrer" }, text);
}

/* A list of terms; pairs whose value is empty are left out. */
function facts(...pairs) {
  const list = el("dl", { class: "facts" });
  for (const [term, value] of pairs) {
    if (value === "" || value === null || value === undefined || (Array.isArray(value) && !value.length)) continue;
    list.append(el("dt", {}, term), el("dd", {}, ...[value].flat()));
  }
  return list;
}

function comma(nodes) {
  return nodes.flatMap((node, at) => (at ? [", ", node] : [node]));
}

function table(caption, heads, rows, id) {
  const label = el("caption", id ? { id } : {}, caption);
  const body = rows.map((row) =>
    el("tr", row.attributes, ...row.cells.map((cell, at) =>
      at ? el("td", { "data-label": heads[at] }, ...[cell].flat()) : el("th", { scope: "row" }, ...[cell].flat()))));
  const head = el("thead", {}, el("tr", {}, ...heads.map((text) => el("th", { scope: "col" }, text))));
  return el("div", { class: "frame", tabindex: "0", role: "region", "aria-label": caption },
    el("table", { class: "stack" }, label, head, el("tbody", {}, ...body)));
}

function counted(n, one, many) {
  return `${n.toLocaleString("en-GB")} ${n === 1 ? one : many || `${one}s`}`;
}

/* Where a value was read: report, page, the words themselves. */
function sourceList(sources) {
  if (!sources.length) return el("p", { class: "where" }, "No source is given.");
  return el("ul", { class: "sources" }, ...sources.map((source) => {
    const report = recordById.has(source.report) ? link("record", source.report) : source.report;
    const parts = [report, source.page, source.url ? web(source.url) : "", source.sure, source.note];
    const quote = source.quote ? el("span", { class: "quote" }, `\u201c${source.quote}\u201d`) : "";
    return el("li", {}, quote, quote ? " " : "", el("span", { class: "where" }, ...comma(parts.filter(Boolean))));
  }));
}

const DOCUMENT_TITLE = document.title;
const status = document.getElementById("status");

function tell(text) {
  status.textContent = text;
}
