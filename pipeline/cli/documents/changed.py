"""What a write-up says otherwise than the last build, or the last edition where none was built.

It tells authors and maintainers what a step moved and is no truth: everything is worked out anew
from what people wrote, now and as the edition keeps it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.cli.console import counted, safe
from pipeline.model.problem import Place, Problem, Severity
from pipeline.model.statement import Statement, StatementChange, StatementKind, changed_statements
from pipeline.store import ReviewFolder
from pipeline.store.places import shown

if TYPE_CHECKING:
    from pipeline.document import WriteUp
    from pipeline.snapshot import Snapshot

FILE = "statements.json"
"""The file of the outputs that holds every statement with what it rests on."""
_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedText:
    """The statements that differ from those of `since` ("the last build", "edition 2")."""

    since: str
    changes: tuple[StatementChange, ...]

    @property
    def read_otherwise(self) -> tuple[StatementChange, ...]:
        """Those whose words a reader sees differ; of the others only what they rest on changed."""
        return tuple(change for change in self.changes if change.reads_otherwise)


def changed_text(
    folder: ReviewFolder, snapshot: Snapshot, now: bytes, place: Path | None = None
) -> ChangedText | None:
    """`now`, the statements of `snapshot` as JSON, held against the outputs in `place` (those of
    the review), else against the last edition that keeps what it was made from; None without
    either. Only documents that `now` tells of are looked at.
    """
    documents = {one["document"] for one in json.loads(now)}
    said = _statements(now, documents)
    built = _built(place or folder.places.outputs, documents)
    if built is not None:
        return ChangedText(since="the last build", changes=changed_statements(built, said))
    number = max((n for n in snapshot.earlier if n in folder.review.sealed), default=0)
    if not number or folder.places.seal:
        return None
    edition = _statements(_edition(folder, snapshot, number), documents)
    return ChangedText(since=f"edition {number}", changes=changed_statements(edition, said))


def changed_since(
    folder: ReviewFolder, snapshot: Snapshot, written: Sequence[WriteUp]
) -> ChangedText | None:
    """`changed_text` of documents that were filled; None where there are none."""
    from pipeline.document import statements_json

    return changed_text(folder, snapshot, statements_json(written)) if written else None


def _built(place: Path, documents: Collection[str]) -> tuple[Statement, ...] | None:
    """The statements of a build; None where there is no such file, or it is none of a build's."""
    try:
        return _statements((place / FILE).read_bytes(), documents)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _edition(folder: ReviewFolder, snapshot: Snapshot, number: int) -> bytes:
    from pipeline.cli.documents.manuscripts import write_ups
    from pipeline.document import statements_json

    sealed = folder.as_sealed(number)
    written, _ = write_ups(sealed, snapshot.earlier[number], draft=True, confirmed=False)
    return statements_json(written)


def _statements(text: bytes, documents: Collection[str]) -> tuple[Statement, ...]:
    said: list[dict[str, Any]] = json.loads(text)
    return tuple(
        Statement(
            id=f"{one['document']}/{one['id']}" if one["document"] != "full" else str(one["id"]),
            kind=StatementKind(str(one["kind"])),
            text=str(one["text"]),
            grounds=dict(one["grounds"]),
        )
        for one in said
        if one["document"] in documents
    )


def lines_of(changed: ChangedText | None) -> Iterator[str]:
    """How many statements of each kind changed, then those that read otherwise, each by its id:
    the first with their words."""
    if changed is None or not changed.changes:
        return
    kinds = Counter(str(change.kind) for change in changed.changes)
    told = ", ".join(counted(n, kind) for kind, n in sorted(kinds.items()))
    yield f"Since {changed.since}, changed in words or in what they rest on: {told}."
    seen = changed.read_otherwise
    for change in seen[:_SHOWN]:
        was = safe(change.before.text, 60) if change.before else "(new)"
        now = safe(change.after.text, 60) if change.after else "(gone)"
        rests = f"  [{safe(', '.join(change.grounds[:3]), 80)}]" if change.grounds else ""
        yield f"  {safe(change.id)}: {was} \u2192 {now}{rests}"
    if rest := seen[_SHOWN:]:
        yield f"  and {len(rest)} more: {', '.join(safe(change.id) for change in rest)}"


def problem_of(changed: ChangedText | None, folder: ReviewFolder) -> tuple[Problem, ...]:
    """One note that names every statement which reads otherwise; none where all read as before."""
    if changed is None or not changed.read_otherwise:
        return ()
    ids = [change.id for change in changed.read_otherwise]
    reads = "reads" if len(ids) == 1 else "read"
    return (
        Problem(
            place=Place(file=shown(folder.places.manuscript)),
            what=f"{counted(len(ids), 'statement')} {reads} otherwise than in {changed.since}: "
            f"{', '.join(ids)}",
            remedy=f"See that it is meant: `review build {folder.slug}` shows old and new",
            severity=Severity.NOTE,
            check="text",
        ),
    )
