const MOST_CHOICES = 12;

/* Filter and sort on the table of studies that stands in the page. */
function dressStudies() {
  const section = document.getElementById("studies");
  const grid = section.querySelector("table");
  if (!grid) return;
  const body = grid.tBodies[0];
  const heads = [...grid.tHead.rows[0].cells];
  const rows = [...body.rows];
  const text = (row, at) => row.cells[at].textContent.trim();
  const facets = heads.map((head, at) => [head.textContent.trim(), at, [...new Set(rows.map((row) => text(row, at)))]])
    .filter(([, at, values]) => at > 0 && values.length > 1 && values.length <= Math.min(MOST_CHOICES, Math.max(3, rows.length / 2))
      && values.every((value) => value.length < 60))
    .map(([label, at, values]) => [label, at, values.sort()]);
  const search = el("input", { type: "search", autocomplete: "off" });
  const selects = facets.map(([label, at, values]) => {
    const select = el("select", { "data-column": at }, el("option", { value: "" }, "All"),
      ...values.map((value) => el("option", {}, value)));
    return [el("label", {}, label, select), select];
  });
  const form = el("form", { class: "controls", role: "search", "aria-label": "Studies" },
    el("label", {}, "Words in the table", search), ...selects.map(([label]) => label));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", filter);
  section.querySelector(".controls-here").replaceChildren(form);

  function filter() {
    const terms = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    for (const row of rows) {
      const whole = row.textContent.toLowerCase();
      const fits = terms.every((term) => whole.includes(term)) &&
        selects.every(([, select]) => !select.value || text(row, Number(select.dataset.column)) === select.value);
      row.hidden = !fits;
      n += fits;
    }
    tell(`${counted(n, "study", "studies")} of ${rows.length}`);
  }

  heads.forEach((head, at) => {
    const button = el("button", { type: "button" }, head.textContent.trim());
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const compare = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;
      body.append(...[...rows].sort((a, b) => (down ? -1 : 1) * compare(text(a, at), text(b, at))));
      tell(`Sorted by ${button.textContent}, ${down ? "last first" : "first first"}`);
    });
    head.replaceChildren(button);
  });
}
