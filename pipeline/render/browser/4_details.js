function decisionTable(made) {
  if (!made.length) return el("p", { class: "soft" }, "No decision speaks of it.");
  return table("Decisions", ["When", "Who", "What was decided", "Note"], made.map((decision) => ({
    cells: [
      decision.at, decision.who,
      [el("span", decision.counts ? {} : { class: "struck" }, decision.says), decision.counts ? "" : " (no longer counts)"],
      decision.note,
    ],
  })));
}

function recordDetail(id) {
  const record = recordById.get(id);
  if (!record) return null;
  const search = searches.get(record.search);
  const others = duplicatesOf.get(id) || [];
  const about = [...new Set([id, ...others.map((o) => o.id)].flatMap((one) => decisionsAbout.get(one) || []))];
  about.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const read = readIn(id);
  return [record.title || "(no title)", [
    facts(
      ["Record", record.id], ["Authors", record.authors], ["Year", record.year], ["Published in", record.container],
      ["DOI", record.doi ? doi(record.doi) : ""],
      ["Where it stands", `${words(record.standing)}${record.reason ? `: ${record.reason}` : ""}`],
      ["Kept in its stead", record.kept ? link("record", record.kept) : ""],
      ["Also told of by", comma(others.map((other) => link("record", other.id)))],
      ["Study", comma(record.studies.map((study) => link("study", study, studies.get(study)?.title)))],
      ["Came from", [`${record.place}, in the export of `, link("search", record.search, search ? search.source : record.search)]],
      ["Counted in", record.entrance === "" ? "the edition before, as it stands still" : record.entrance === "search" ? "the boxes, as found by a search" : `the boxes, as carried over from the edition before to ${record.entrance}`]),
    el("h3", {}, "What was decided"), decisionTable(about),
    read.length ? el("h3", {}, "What was read in it") : "",
    read.length ? el("details", {}, el("summary", {}, counted(read.length, "value or result", "values and results")), table("Values and results read in this report", ["Study", "What it says", "Where"],
      read.map(([study, text, sources]) => ({ cells: [link("study", study.id, study.title), text, sourceList(sources)] })))) : "",
  ]];
}

function claimList(title, found) {
  if (!found.length) return [];
  return [el("h3", {}, title), el("ul", {}, ...found.map((claim) => el("li", {}, link("claim", claim.id, claim.text))))];
}

function findingList(found) {
  if (!found.length) return [];
  return [el("h3", {}, "Findings that rest on it"),
    el("ul", {}, ...found.map((finding) => el("li", {}, link("finding", finding.id, finding.statement))))];
}

function claimsAboutStudy(id) {
  const found = [...claims.values()].filter((claim) =>
    claim.supports.some(({ ref }) => ref === id || ref.startsWith(`${id}/`) || ref === `@${id}`));
  return found;
}

function resultRows(found, target, withStudy) {
  return found.map((result) => ({
    attributes: { id: `row-${result.id}`, class: target === result.id ? "target" : null },
    cells: [
      ...(withStudy ? [link("study", result.study, studies.get(result.study)?.title)] : []),
      result.outcome,
      [result.group, result.group && result.comparator ? " against " : "", result.comparator],
      [result.statement, result.numbers ? el("div", { class: "soft" }, result.numbers) : ""],
      result.direction,
      [sourceList(result.sources), el("div", { class: "where" }, `${studies.get(result.study)?.file}:${result.line}`)],
    ],
  }));
}

const RESULT_HEADS = ["Outcome", "Group", "Result", "Direction", "Where it was read"];

function studyDetail(id, target) {
  const study = studies.get(id);
  if (!study) return null;
  const values = study.values.map((value) => ({
    cells: [
      value.label,
      [el("span", value.absent ? { class: "soft" } : {}, value.value),
        value.derived ? el("div", { class: "soft" }, `Derived: ${value.derived}`) : "",
        value.note ? el("div", { class: "soft" }, value.note) : ""],
      value.absent ? "" : sourceList(value.sources),
    ],
  }));
  const about = study.judgements.map((j) => ({
    cells: [j.item, [el("span", { class: "light", "aria-hidden": "true" }, LIGHTS[j.light] || ""), ` ${j.answer}`], j.about, j.note],
  }));
  const coded = quotesOfStudy.get(id) || [];
  const instruments = [...new Set(study.judgements.map((j) => j.instrument))].join(", ");
  return [study.title, [
    facts(
      ["Study", study.id], ["Standing", study.included ? "included" : "not included; extracted for comparison or context"],
      ["Read", study.basis], ["File", study.file],
      ["Reports", comma(study.reports.map((report) => recordById.has(report) ? link("record", report, recordById.get(report).title || report) : report))]),
    ...findingList(findingsOnStudy.get(id) || []),
    ...claimList("Sentences of the text that rest on it", claimsAboutStudy(id)),
    study.results.length ? el("h3", {}, "Results") : "",
    study.results.length ? table("Results of the study", RESULT_HEADS, resultRows(study.results, target, false)) : "",
    coded.length ? el("h3", {}, "Coded words") : "",
    coded.length ? table("Coded words of the study", ["Words", "Page", "Codes", "Themes"], quoteRows(coded, false)) : "",
    about.length ? el("h3", {}, "Appraisal") : "",
    about.length ? table(instruments, ["Question", "Answer", "About", "Remark"], about) : "",
    el("h3", {}, "What was extracted"),
    table("Extracted values", ["Item", "Value", "Where it was read"], values),
  ]];
}

const LIGHTS = { good: "+", some: "\u2013", bad: "\u00d7", worst: "\u00d7\u00d7", unknown: "?" };

function findingDetail(id) {
  const finding = findings.get(id);
  if (!finding) return null;
  const found = finding.results.map((result) => results.get(result)).filter(Boolean);
  return ["Finding", [
    el("p", { class: "card" }, finding.statement),
    facts(["Question", finding.question], ["Outcome", finding.outcome], ["Directions", finding.votes],
      ["Certainty", finding.certainty], ["Why", finding.why], ["Notes", finding.notes], ["Written in", finding.place],
      ["Studies", comma(finding.studies.map((study) => link("study", study, studies.get(study)?.title)))]),
    found.length ? table("Results that it rests on", ["Study", ...RESULT_HEADS], resultRows(found, "", true)) : "",
    ...claimList("Sentences of the text that rest on it", claimsOn.get(`finding:${id}`) || []),
  ]];
}

/* What a claim rests on, as a link where the browser has a page for it. */
function supportLink(ref) {
  const [head] = ref.split("/");
  if (ref.startsWith("finding:")) return link("finding", ref.slice(8), "finding");
  if (ref.startsWith("theme:")) return link("theme", ref.slice(6), "theme");
  if (ref.startsWith("n:")) {
    const key = ref.slice(2);
    if (sets.has(key)) return el("a", { href: `#records?set=${key}` }, "records");
    return key.includes("studies") ? el("a", { href: "#studies" }, "studies") : "count";
  }
  if (ref.startsWith("@")) return studies.has(ref.slice(1)) ? link("study", ref.slice(1)) : "reference";
  if (results.has(ref)) return link("result", ref, "result");
  if (studies.has(head)) return link("study", head, "study");
  return ref.split(":")[0];
}

function claimDetail(id) {
  const claim = claims.get(id);
  if (!claim) return null;
  const rests = claim.supports.map(({ ref, says }) => ({
    cells: [supportLink(ref), says || references[ref.slice(1)] || studies.get(ref.slice(1))?.title || ref],
  }));
  const place = island.document ? el("a", { href: island.document }, claim.place) : claim.place;
  return ["A sentence of the text", [
    el("p", { class: "card" }, claim.text),
    facts(["Called", claim.id], ["Written in", place]),
    table("What it rests on", ["Kind", "What it says"], rests),
  ]];
}

function quoteRows(found, withStudy) {
  return found.map((quote) => ({
    cells: [
      link("quote", quote.id, quote.quote ? `\u201c${quote.quote}\u201d` : "(words left out)"),
      ...(withStudy ? [link("study", quote.study, studies.get(quote.study)?.title)] : []),
      quote.page, quote.codes.join(", "), comma(quote.themes.map((theme) => link("theme", theme, themes.get(theme).label))),
    ],
  }));
}

function themeDetail(id) {
  const theme = themes.get(id);
  if (!theme) return null;
  const above = [...themes.values()].filter((other) => other.below.includes(id));
  return [theme.label, [
    theme.account ? el("p", { class: "card" }, theme.account) : "",
    facts(["Level", theme.level], ["Codes", theme.codes.join(", ")], ["Written in", theme.place],
      ["Under", comma(above.map((other) => link("theme", other.id, other.label)))],
      ["Themes below", comma(theme.below.map((other) => link("theme", other, themes.get(other)?.label)))]),
    table("Words that it rests on", ["Words", "Study", "Page", "Codes", "Themes"],
      quoteRows(theme.quotes.map((quote) => quotes.get(quote)), true)),
    ...claimList("Sentences of the text that rest on it", claimsOn.get(`theme:${id}`) || []),
  ]];
}

function quoteDetail(id) {
  const quote = quotes.get(id);
  if (!quote) return null;
  const study = studies.get(quote.study);
  const reports = study ? study.reports.filter((report) => recordById.has(report)) : [];
  return ["Coded words", [
    el("p", { class: "card quote" }, quote.quote ? `\u201c${quote.quote}\u201d` : "(words left out)"),
    facts(["Study", link("study", quote.study, study?.title)], ["Page", quote.page], ["Said by", quote.said_by],
      ["Reports", comma(reports.map((report) => link("record", report, recordById.get(report).title || report)))],
      ["Codes", quote.codes.join(", ")],
      ["Themes", comma(quote.themes.map((theme) => link("theme", theme, themes.get(theme).label)))],
      ["Note", quote.note], ["Coded in", quote.place]),
  ]];
}

function searchDetail(id) {
  const search = searches.get(id);
  if (!search) return null;
  const here = records.filter((record) => record.search === id).length;
  return [search.source, [
    facts(["Search", search.id], ["Kind", search.kind], ["Searched on", search.searched_on],
      ["Searched", search.was_run ? "" : "No search was run; see the note"],
      ["Through", search.interface], ["Limits", search.limits],
      ["The source reported", search.reported === null ? "" : counted(search.reported, "record")],
      ["Read", counted(search.read, "record")], ["Set aside", search.set_aside ? counted(search.set_aside, "entry", "entries") : ""],
      ["Export", `${search.export} (SHA-256 ${search.sha256})`], ["Note", search.note],
      ["Records", el("a", { href: `#records?search=${encodeURIComponent(id)}` }, `See ${counted(here, "record")}`)]),
    search.query ? el("h3", {}, "Query, as it was run") : "", search.query ? el("pre", { class: "query" }, search.query) : "",
  ]];
}

function gapDetail(id) {
  const [name, row, column] = id.split("|").map(decodeURIComponent);
  const map = maps.get(name);
  const cell = map?.cells.find((one) => one.row === row && one.column === column);
  if (!map || !cell) return null;
  const rowLabel = map.rows.find(([key]) => key === row)[1];
  const columnLabel = map.columns.find(([key]) => key === column)[1];
  const parts = cell.studies.flatMap((some, at) => some.map((study) => ({
    cells: [link("study", study, studies.get(study)?.title), `${map.qualities[at][0]} ${map.qualities[at][1]}`,
      el("ul", { class: "sources" }, ...(studies.get(study)?.results || []).filter((r) => r.outcome === rowLabel)
        .map((r) => el("li", {}, link("result", r.id, r.statement || r.id), ` ${r.direction}`)))],
  })));
  return [`${rowLabel}: ${columnLabel}`, [table("Studies", ["Study", "Quality", "Results on this outcome"], parts)]];
}

const DETAILS = {
  record: recordDetail,
  study: (id) => studyDetail(id, ""),
  result: (id) => results.has(id) ? studyDetail(results.get(id).study, id) : null,
  finding: findingDetail,
  claim: claimDetail,
  search: searchDetail,
  theme: themeDetail,
  quote: quoteDetail,
  gap: gapDetail,
};
