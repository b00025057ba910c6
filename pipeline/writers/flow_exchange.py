"""The flow for other programs: the data file of the R package PRISMA2020, and JSON.

The CSV has that package's columns and keys (inst/extdata/PRISMA.csv of version 1.1.3) and one more
column at the end, `note`, which the package does not read. Its lists (`reason, n; reason, n`) are
split on commas and semicolons, so both are replaced in labels and `note` keeps the label as it was.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.notation.safe_text import for_spreadsheet, for_terminal
from pipeline.terms.search import SourceKind
from pipeline.terms.standing import BOXES, Flow, Standing, equations
from pipeline.writers.drawing import flow_words as words

COLUMNS = ("data", "node", "box", "description", "boxtext", "tooltips", "url", "n", "note")
_NOT_AVAILABLE = "NA"


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the data file; `node` and `box` are the places of the package's own drawing."""

    key: str
    node: str
    box: str
    text: str
    n: int | str = 0
    note: str = ""


def flow_csv(flow: Flow) -> str:
    """The flow as a data file of the R package PRISMA2020; numbers without separators."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in _rows(flow):
        said = for_spreadsheet(row.text)
        link = f"{row.key if row.key != _NOT_AVAILABLE else row.box}.html"
        n = for_spreadsheet(row.n) if isinstance(row.n, str) else row.n
        tip = said if row.node != _NOT_AVAILABLE else _NOT_AVAILABLE
        writer.writerow(
            [row.key, row.node, row.box, said, said, tip, link, n, for_spreadsheet(row.note)]
        )
    return stream.getvalue()


def _rows(flow: Flow) -> Iterator[_Row]:
    of = "new studies" if flow.is_update else "studies"
    new = "New studies" if flow.is_update else "Studies"
    included = "new included" if flow.is_update else "included"
    note = " ".join(part for part in (words.in_progress(flow), *words.footnotes(flow)) if part)

    def count(key: str, node: str, box: str, text: str) -> _Row:
        return _Row(key, node, box, text, flow.count(key))

    def parted(key: str, node: str, box: str, text: str, counts: Mapping[str, int]) -> _Row:
        listed, kept = _list(counts)
        return _Row(key, node, box, text, listed, kept)

    na = _NOT_AVAILABLE
    kinds = {kind: sum(sources.values()) for kind, sources in words.by_kind(flow).items()}
    citations = kinds.pop(SourceKind.CITATION_SEARCHING, 0)
    organisations = kinds.pop(SourceKind.ORGANISATION, 0)
    websites = kinds.pop(SourceKind.WEBSITE, 0)
    rest, rest_note = _list({words.KINDS[kind]: n for kind, n in kinds.items()})
    yield _Row(na, "node4", "prevstud", "Previous studies")
    yield _Row(
        "previous_studies",
        "node5",
        "box1",
        "Studies included in previous version of review",
        len(flow.previous_studies or ()),
    )
    yield _Row(
        "previous_reports",
        na,
        "box1",
        "Reports of studies included in previous version of review",
        len(flow.previous_reports or ()),
    )
    yield _Row(na, "node6", "newstud", f"Identification of {of} via databases and registers")
    for plural, singular, node in (
        ("Databases", "database", "node7"),
        ("Registers", "register", na),
    ):
        yield count(f"{singular}_results", node, "box2", plural)
        yield parted(
            f"{singular}_specific_results",
            na,
            "box2",
            f"Specific {plural.lower()}",
            flow.by_source(f"{singular}_results"),
        )
    yield _Row(na, "node16", "othstud", f"Identification of {of} via other methods")
    yield _Row("website_results", "node17", "box11", "Websites", websites)
    # the package has three kinds of other methods; what is none of them is counted with the second
    yield _Row(
        "organisation_results",
        na,
        "box11",
        "Organisations and other sources" if rest else "Organisations",
        organisations + sum(kinds.values()),
        f"With other sources: {rest}. {rest_note}".strip() if rest else "",
    )
    yield _Row("citations_results", na, "box11", "Citation searching", citations)
    yield count("duplicates", "node8", "box3", "Duplicate records")
    yield count(
        "excluded_automatic", na, "box3", "Records marked as ineligible by automation tools"
    )
    yield count("excluded_other", na, "box3", "Records removed for other reasons")
    yield count("records_screened", "node9", "box4", "Records screened")
    yield count("records_excluded", "node10", "box5", "Records excluded")
    places = {"dbr": (6, 11), "other": (12, 18)}
    for arm, (box, node) in places.items():
        yield count(
            f"{arm}_sought_reports", f"node{node}", f"box{box}", "Reports sought for retrieval"
        )
        yield count(
            f"{arm}_notretrieved_reports",
            f"node{node + 1}",
            f"box{box + 1}",
            "Reports not retrieved",
        )
    for arm, (box, node) in places.items():
        yield count(
            f"{arm}_assessed",
            f"node{node + 2}",
            f"box{box + 2}",
            "Reports assessed for eligibility",
        )
        yield parted(
            f"{arm}_excluded",
            f"node{node + 3}",
            f"box{box + 3}",
            "Reports excluded",
            words.reasons_of(flow, f"{arm}_excluded"),
        )
    yield _Row(
        "new_studies", "node15", "box10", f"{new} included in review", len(flow.new_studies), note
    )
    yield _Row(
        "new_reports",
        na,
        "box10",
        f"Reports of {included} studies",
        len(flow.new_reports - flow.further_reports),
    )
    yield _Row(
        "total_studies",
        "node22",
        "box16",
        "Total studies included in review",
        len(flow.included_studies),
    )
    yield _Row(
        "total_reports",
        na,
        "box16",
        "Reports of total included studies",
        len(flow.included_reports),
    )
    for number, stage in enumerate(("Identification", "Screening", "Included"), start=1):
        yield _Row(na, f"node{number}", stage.lower(), stage)


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
    boxes = {key: {"text": box.text, "n": flow.count(key)} for key, box in BOXES.items()}
    for key in ("database_results", "register_results", "other_results"):
        boxes[key]["sources"] = [
            {"source": source, "kind": flow.kinds.get(source, ""), "n": n}
            for source, n in flow.by_source(key).items()
        ]
    for key in ("dbr_excluded", "other_excluded"):
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
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
