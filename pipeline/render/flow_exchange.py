"""The flow for other programs: the data file of the R package PRISMA2020, and JSON.

The CSV has that package's columns and keys (inst/extdata/PRISMA.csv of version 1.1.3) and one more
column at the end, `note`, which the package does not read. Its lists (`reason, n; reason, n`) are
split on commas and semicolons, so both are replaced in labels and `note` keeps the label as it was.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.model.search import SourceKind
from pipeline.model.standing import BOXES, Flow, Standing, equations
from pipeline.notation.safe_text import for_json, for_spreadsheet, for_terminal
from pipeline.render.svg import flow_words as words

COLUMNS = ("data", "node", "box", "description", "boxtext", "tooltips", "url", "n", "note")
_NA = "NA"


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the data file; `node` and `box` are the places of the package's own drawing."""

    key: str
    node: str
    box: str
    text: str


def _rows(text: str) -> tuple[_Row, ...]:
    return tuple(_Row(*line.split("|")) for line in text.strip().splitlines())


_ROWS = _rows(
    """
NA|node4|prevstud|Previous studies
previous_studies|node5|box1|Studies included in previous version of review
previous_reports|NA|box1|Reports of studies included in previous version of review
NA|node6|newstud|Identification of new studies via databases and registers
database_results|node7|box2|Databases
database_specific_results|NA|box2|Specific databases
register_results|NA|box2|Registers
register_specific_results|NA|box2|Specific registers
NA|node16|othstud|Identification of new studies via other methods
website_results|node17|box11|Websites
organisation_results|NA|box11|Organisations
citations_results|NA|box11|Citation searching
duplicates|node8|box3|Duplicate records
excluded_automatic|NA|box3|Records marked as ineligible by automation tools
excluded_other|NA|box3|Records removed for other reasons
records_screened|node9|box4|Records screened
records_excluded|node10|box5|Records excluded
dbr_sought_reports|node11|box6|Reports sought for retrieval
dbr_notretrieved_reports|node12|box7|Reports not retrieved
other_sought_reports|node18|box12|Reports sought for retrieval
other_notretrieved_reports|node19|box13|Reports not retrieved
dbr_assessed|node13|box8|Reports assessed for eligibility
dbr_excluded|node14|box9|Reports excluded
other_assessed|node20|box14|Reports assessed for eligibility
other_excluded|node21|box15|Reports excluded
new_studies|node15|box10|New studies included in review
new_reports|NA|box10|Reports of new included studies
total_studies|node22|box16|Total studies included in review
total_reports|NA|box16|Reports of total included studies
NA|node1|identification|Identification
NA|node2|screening|Screening
NA|node3|included|Included
"""
)
_FIRST_EDITION = {
    "node6": "Identification of studies via databases and registers",
    "node16": "Identification of studies via other methods",
    "new_studies": "Studies included in review",
    "new_reports": "Reports of included studies",
}


_JOINED = "Joined by {n} of the previous version, open then or decided anew."


def flow_csv(flow: Flow) -> str:
    """The flow as a data file of the R package PRISMA2020; numbers without separators."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    numbers = _numbers(flow)
    for row in _ROWS:
        n, note = numbers.get(row.key, ("0", ""))
        said = row.text
        if not flow.is_update:
            said = _FIRST_EDITION.get(row.key, _FIRST_EDITION.get(row.node, said))
        link = f"{row.box if row.key == _NA else row.key}.html"
        tip = _NA if row.node == _NA else said
        cells = [row.key, row.node, row.box, said, said, tip, link, n, note]
        writer.writerow([for_spreadsheet(cell) for cell in cells])
    return stream.getvalue()


def _numbers(flow: Flow) -> Mapping[str, tuple[str, str]]:
    """What stands under `n` and `note`, by key."""
    counts = {row.key: flow.count(row.key) for row in _ROWS if row.key in BOXES}
    kinds = {kind: sum(sources.values()) for kind, sources in words.by_kind(flow).items()}
    counts |= {
        "previous_studies": len(flow.previous_studies or ()),
        "previous_reports": len(flow.previous_reports or ()),
        "website_results": kinds.pop(SourceKind.WEBSITE, 0),
        "citations_results": kinds.pop(SourceKind.CITATION_SEARCHING, 0),
        # the package knows three kinds of other methods; what is none of them is counted here
        "organisation_results": sum(kinds.values()),
        "new_studies": len(flow.new_studies),
        "new_reports": len(flow.new_reports - flow.further_reports),
        "total_studies": len(flow.included_studies),
        "total_reports": len(flow.included_reports),
    }
    numbers = {key: (str(n), "") for key, n in counts.items()}
    for kind in ("database", "register"):
        numbers[f"{kind}_specific_results"] = _list(flow.by_source(f"{kind}_results"))
    for arm in ("dbr", "other"):
        numbers[f"{arm}_excluded"] = _list(words.reasons_of(flow, f"{arm}_excluded"))
    left = flow.count("records_not_screened")
    if left:
        # the package has no box for them: they stand with what was removed, so that it adds up
        why = "; ".join(words.reasons_of(flow, "records_not_screened"))
        numbers["excluded_other"] = (
            str(flow.count("excluded_other") + left),
            f"Of these, not screened, as screening was stopped ({for_terminal(why)}): {left}.",
        )
    for key in ("records_screened", *words.CARRIED):
        joined = flow.count(words.CARRIED.get(key, "dbr_carried_to_screening"))
        if joined:
            numbers[key] = (numbers[key][0], _JOINED.format(n=joined))
    joined = flow.count("other_carried_to_screening")
    if joined:
        numbers["website_results"] = (numbers["website_results"][0], _JOINED.format(n=joined))
    kinds.pop(SourceKind.ORGANISATION, 0)
    if kinds:
        others, _ = _list({words.KINDS[kind]: n for kind, n in kinds.items()})
        numbers["organisation_results"] = (
            numbers["organisation_results"][0],
            f"Of these, not from organisations: {others}.",
        )
    said = " ".join(part for part in (words.in_progress(flow), *words.footnotes(flow)) if part)
    numbers["new_studies"] = (numbers["new_studies"][0], said)
    return numbers


def _list(counts: Mapping[str, int]) -> tuple[str, str]:
    """`label, n; label, n`, and a note on the labels that had to be changed for it."""
    parts, changed = [], []
    for label, n in counts.items():
        plain = for_terminal(label)
        safe = " ".join(plain.replace(",", " /").replace(";", " /").split())
        if safe != plain:
            changed.append(f"“{safe}” stands for “{plain}”")
        parts.append(f"{safe}, {n}")
    return "; ".join(parts), f"{'. '.join(changed)}." if changed else ""


def flow_json(flow: Flow) -> str:
    """The flow as JSON: every box, its parts, the studies, the sums, what is open."""
    boxes: dict[str, dict[str, Any]] = {
        key: {"text": box.text, "n": flow.count(key)} for key, box in BOXES.items()
    }
    for key in ("database_results", "register_results", "other_results"):
        boxes[key]["sources"] = [
            {"source": source, "kind": flow.kinds.get(source, ""), "n": n}
            for source, n in flow.by_source(key).items()
        ]
    for key in ("dbr_excluded", "other_excluded", "records_not_screened", "other_not_screened"):
        boxes[key]["reasons"] = [
            {"id": id, "label": flow.reasons.get(id, id) or words.NO_REASON, "n": n}
            for id, n in flow.by_reason(key).items()
        ]
    value = {
        "standard": "PRISMA 2020",
        "update": flow.is_update,
        "other_sources": flow.has_other_sources,
        "pending": flow.pending,
        "boxes": boxes,
        "standings": {str(standing): flow.standing(standing) for standing in Standing},
        "settled_before": flow.settled_before,
        "carried_over": {str(standing): n for standing, n in flow.carried_over.items()},
        "studies": {
            "previous": sorted(flow.previous_studies or ()),
            "new": sorted(flow.new_studies),
            "removed": sorted(flow.removed_studies),
            "included": sorted(flow.included_studies),
        },
        "reports": {
            "previous": sorted(flow.previous_reports or ()),
            "new": sorted(flow.new_reports),
            "of_studies_included_before": sorted(flow.further_reports),
            "removed": sorted(flow.removed_reports),
            "included": sorted(flow.included_reports),
        },
        "equations": [
            {"says": says, "left": left, "right": right}
            for says, (left, right) in equations(flow).items()
        ],
        "footnotes": list(words.footnotes(flow)),
    }
    return for_json(json.dumps(value, ensure_ascii=False, indent=2)) + "\n"
