const PAGE = 50;
let haystacks = null;

function haystackOf(at) {
  if (!haystacks) {
    haystacks = records.map((r) => `${r.id} ${r.title} ${r.authors} ${r.year} ${r.container} ${r.doi}`.toLowerCase());
  }
  return haystacks[at];
}

const words = (text) => text.replaceAll("_", " ");

function setLabel(keys) {
  return keys.map((key) => sets.get(key)?.label || key).join(", ");
}

/* The records that the address asks for: a set of boxes, a search, a standing, a reason, words. */
function wanted(asked) {
  const keys = (asked.get("set") || "").split(",").filter(Boolean);
  const chosen = keys.map((key) => sets.get(key)).filter(Boolean);
  const search = asked.get("search") || "";
  const standing = asked.get("standing") || "";
  const reason = asked.get("reason") || "";
  const terms = (asked.get("q") || "").toLowerCase().split(/\s+/).filter(Boolean);
  return records.filter((record, at) =>
    (!chosen.length || chosen.some((set) => isIn(record, set))) &&
    (!search || record.search === search) &&
    (!standing || record.standing === standing) &&
    (!reason || record.reason === reason) &&
    terms.every((term) => haystackOf(at).includes(term)));
}

function choice(name, label, options, asked) {
  const select = el("select", { name }, el("option", { value: "" }, "All"),
    ...options.map(([value, text]) => el("option", { value, selected: asked.get(name) === value }, text)));
  return el("label", {}, label, select);
}

function recordControls(asked) {
  const distinct = (field) => [...new Set(records.map((record) => record[field]).filter(Boolean))];
  const boxes = [...sets.values()].filter((set) => set.n).map((set) =>
    [set.key, `${set.label}${set.key.startsWith("other_") ? " (other methods)" : ""}: ${set.n}`]);
  const set = asked.get("set") || "";
  if (set.includes(",")) boxes.unshift([set, setLabel(set.split(","))]);
  const form = el("form", { class: "controls", role: "search", "aria-label": "Records" },
    el("label", {}, "Words in title, authors, source",
      el("input", { type: "search", name: "q", value: asked.get("q") || "", autocomplete: "off" })),
    choice("set", "Box of the flow diagram", boxes, asked),
    choice("search", "Source", [...searches.values()].map((s) => [s.id, `${s.source}, ${s.searched_on}`]), asked),
    choice("standing", "Where it stands", distinct("standing").map((s) => [s, words(s)]), asked),
    choice("reason", "Reason", distinct("reason").map((s) => [s, s]), asked));
  const renew = () => {
    const next = new URLSearchParams();
    for (const [key, value] of new FormData(form)) if (value) next.set(key, value);
    history.replaceState(null, "", `#records${next.size ? `?${next}` : ""}`);
    listRecords(next);
  };
  let waiting = 0;
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(renew, 120); });
  form.addEventListener("submit", (event) => { event.preventDefault(); renew(); });
  return form;
}

function listRecords(asked) {
  const found = wanted(asked);
  const pages = Math.max(1, Math.ceil(found.length / PAGE));
  const page = Math.min(pages, Math.max(1, Number(asked.get("page")) || 1));
  const rows = found.slice((page - 1) * PAGE, page * PAGE).map((record) => ({
    cells: [
      link("record", record.id, record.title || "(no title)"),
      record.authors, record.year,
      `${words(record.standing)}${record.reason ? `: ${record.reason}` : ""}`,
      searches.get(record.search)?.source || record.search,
    ],
  }));
  const turn = (to, text) => {
    const button = el("button", { type: "button", disabled: to < 1 || to > pages }, text);
    button.addEventListener("click", () => {
      const next = new URLSearchParams(asked);
      next.set("page", String(to));
      history.replaceState(null, "", `#records?${next}`);
      listRecords(next);
      document.getElementById("records").querySelector("h2").focus();
    });
    return button;
  };
  const heads = ["Record", "Authors", "Year", "Where it stands", "Source"];
  document.getElementById("record-list").replaceChildren(
    found.length ? table(`Records ${(page - 1) * PAGE + 1} to ${Math.min(page * PAGE, found.length)}`, heads, rows)
      : el("p", {}, "No record is like that. Take a word or a choice away."),
    pages > 1 ? el("div", { class: "pages" }, turn(page - 1, "Previous"), `Page ${page} of ${pages}`, turn(page + 1, "Next")) : "");
  tell(`${counted(found.length, "record")} of ${records.length.toLocaleString("en-GB")}`);
}

function showRecords(asked) {
  document.getElementById("record-controls").replaceChildren(recordControls(asked));
  listRecords(asked);
}
