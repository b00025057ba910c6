const island = JSON.parse(document.getElementById("evidence").textContent);

/* rows that came as arrays, as objects again */
function rowsOf(name) {
  const { fields, rows } = island[name];
  return rows.map((row) => Object.fromEntries(fields.map((field, at) => [field, row[at]])));
}

function byId(rows) {
  return new Map(rows.map((row) => [row.id, row]));
}

/* key -> rows, for each of the keys that `keysOf` gives */
function gathered(rows, keysOf) {
  const found = new Map();
  for (const row of rows) {
    for (const key of keysOf(row)) {
      if (!found.has(key)) found.set(key, []);
      found.get(key).push(row);
    }
  }
  return found;
}

const records = rowsOf("records");
const decisions = rowsOf("decisions");
const searches = byId(rowsOf("searches"));
const studies = byId(rowsOf("studies"));
const findings = byId(rowsOf("findings"));
const claims = byId(rowsOf("claims"));
const themes = byId(rowsOf("themes"));
const quotes = byId(rowsOf("quotes"));
const sets = new Map(rowsOf("sets").map((set) => [set.key, set]));
const maps = byId(rowsOf("gap_maps"));
const references = island.references;

const recordById = byId(records);
const results = byId([...studies.values()].flatMap((study) => study.results));
const duplicatesOf = gathered(records, (record) => (record.kept ? [record.kept] : []));
const decisionsAbout = gathered(decisions, (decision) => decision.about);
const findingsOnStudy = gathered(findings.values(), (finding) => finding.studies);
const findingsOnResult = gathered(findings.values(), (finding) => finding.results);
const quotesOfStudy = gathered(quotes.values(), (quote) => [quote.study]);
const claimsOn = gathered(claims.values(), (claim) => claim.supports.map((support) => support.ref));

function isIn(record, set) {
  return set.entrances.includes(record.entrance) && set.arms.includes(record.arm) && set.standings.includes(record.standing);
}

/* everything that was read in one report: [study, what, sources] */
function readIn(report) {
  const found = [];
  for (const study of studies.values()) {
    for (const value of study.values) {
      const sources = value.sources.filter((source) => source.report === report);
      if (sources.length && !value.absent) found.push([study, `${value.label}: ${value.value}`, sources]);
    }
    for (const result of study.results) {
      const sources = result.sources.filter((source) => source.report === report);
      if (sources.length) found.push([study, result.statement, sources]);
    }
  }
  return found;
}
