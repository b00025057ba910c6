"""What stands beside the documents: flow, ledger, bibliography, what each statement rests on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.document.provenance import in_review
from pipeline.document.write_up import WriteUp
from pipeline.model.review import Position
from pipeline.model.standing import BOXES
from pipeline.notation.safe_text import for_json
from pipeline.render.bibliography import write_bibliography
from pipeline.render.flow_exchange import flow_csv, flow_json
from pipeline.render.svg.flow import flow_svg
from pipeline.snapshot import Snapshot


def statements_json(written: Iterable[WriteUp]) -> bytes:
    """What each claim, number, table and figure says and rests on, with fingerprints, as JSON.

    A program, or the next build, compares it with another day's.
    """
    told = [
        {
            "document": one.kind,
            "id": statement.id,
            "kind": statement.kind,
            "text": statement.text,
            "lines": [str(in_review(place)) for place in statement.places],
            "grounds": dict(statement.grounds),
        }
        for one in written
        for statement in one.statements
    ]
    return f"{for_json(json.dumps(told, ensure_ascii=False, indent=1))}\n".encode()


def flow_files(snapshot: Snapshot) -> Mapping[str, bytes]:
    """The PRISMA flow as a drawing, as the data of the R package PRISMA2020, and as JSON."""
    flow = snapshot.ledger.flow
    return {
        "flow.svg": flow_svg(flow).encode(),
        "flow.csv": flow_csv(flow).encode(),
        "flow.json": flow_json(flow).encode(),
    }


def bibliographies(
    snapshot: Snapshot, references: Mapping[str, Mapping[str, object]]
) -> Mapping[str, bytes]:
    """The reports of the included studies as RIS and BibTeX, and everything cited as CSL-JSON."""
    reports = dict.fromkeys(r for reports in snapshot.ledger.studies.values() for r in reports)
    records = [snapshot.records[id] for id in reports if id in snapshot.records]
    cited = [dict(item) for _, item in sorted(references.items())]
    listed = json.dumps(cited, ensure_ascii=False, indent=1)
    return {
        "included.ris": b"".join(write_bibliography(records, "ris")),
        "included.bib": b"".join(write_bibliography(records, "bibtex")),
        "references.json": f"{for_json(listed)}\n".encode(),
    }


def ledger_json(snapshot: Snapshot) -> bytes:
    """UTF-8 JSON with the day, the counts of the boxes, the studies and every record's standing.

    Keys of `counts` are those of the R package PRISMA2020. Equal inputs give equal bytes.
    """
    ledger = snapshot.ledger
    said = {
        "review": snapshot.review.slug,
        "day": snapshot.day.isoformat() if snapshot.day else None,
        "counts": {key: ledger.flow.count(key) for key in BOXES},
        "pending": ledger.flow.pending,
        "studies": {id: list(reports) for id, reports in sorted(ledger.studies.items())},
        "records": [_record(position) for position in ledger.positions.values()],
    }
    return for_json(json.dumps(said, ensure_ascii=False, indent=1)).encode() + b"\n"


def _record(position: Position) -> dict[str, Any]:
    said: dict[str, Any] = {
        "record": position.record,
        "search": position.search,
        "standing": position.standing.value,
        "kept": position.kept,
        "reason": position.reason,
        "stage": position.stage.value if position.stage else "",
        "conflict": position.conflict,
        "votes": [
            {"reviewer": v.reviewer, "verdict": v.verdict.value, "reason": v.reason, "id": v.id}
            for v in position.votes
        ],
        "resolution": position.resolution.id if position.resolution else "",
        "retrieval": position.retrieval.outcome.value if position.retrieval else "",
    }
    return {key: value for key, value in said.items() if value not in ("", [], False)}
