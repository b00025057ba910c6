"""What reads or rests otherwise than in the outputs that a build is about to replace."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.cli.console import counted, safe
from pipeline.terms.statement import Statement, StatementChange, StatementKind, changed_statements

FILE = "statements.json"
_SHOWN = 12


def changes_since(place: Path, now: bytes) -> tuple[StatementChange, ...]:
    """The statements that differ from those of the outputs in `place`; none without such a file.

    It tells authors what their last step moved and is no truth: a file that is not what a build
    wrote is passed over.
    """
    try:
        before = json.loads((place / FILE).read_bytes())
        return changed_statements(_statements(before), _statements(json.loads(now)))
    except (OSError, ValueError, TypeError, KeyError):
        return ()


def _statements(said: list[dict[str, Any]]) -> tuple[Statement, ...]:
    return tuple(
        Statement(
            id=f"{one['document']}/{one['id']}" if one["document"] != "full" else str(one["id"]),
            kind=StatementKind(str(one["kind"])),
            text=str(one["text"]),
            grounds=dict(one["grounds"]),
        )
        for one in said
    )


def lines_of(changes: tuple[StatementChange, ...]) -> Iterator[str]:
    """How many statements of each kind changed, then the first of those that read otherwise."""
    if not changes:
        return
    kinds = Counter(str(change.kind) for change in changes)
    told = ", ".join(counted(n, kind) for kind, n in sorted(kinds.items()))
    yield f"Since the last build, changed in words or in what they rest on: {told}."
    seen = [change for change in changes if change.reads_otherwise]
    for change in seen[:_SHOWN]:
        was = safe(change.before.text, 60) if change.before else "(new)"
        now = safe(change.after.text, 60) if change.after else "(gone)"
        rests = f"  [{safe(', '.join(change.grounds[:3]), 80)}]" if change.grounds else ""
        yield f"  {safe(change.id)}: {was} \u2192 {now}{rests}"
    if len(seen) > _SHOWN:
        yield f"  and {len(seen) - _SHOWN} more; `review diff` tells all between two editions"
