"""The ledger as JSON: where every record, report and study stands, for other programs."""

from __future__ import annotations

import json
from typing import Any

from pipeline.notation.safe_text import for_json
from pipeline.snapshot import Snapshot
from pipeline.terms.review import Position
from pipeline.terms.standing import BOXES


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
