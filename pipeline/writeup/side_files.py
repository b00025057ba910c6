"""What stands beside the documents: flow, bibliography, and what each statement rests on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from pipeline.notation.safe_text import for_json
from pipeline.snapshot import Snapshot
from pipeline.writers.bibliography import write_bibliography
from pipeline.writers.drawing.flow import flow_csv, flow_json, flow_svg
from pipeline.writeup.evidence_walk import in_review
from pipeline.writeup.write_up import WriteUp


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
