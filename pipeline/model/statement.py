"""What a write-up says, piece by piece, and the walk from each piece to what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.model.problem import Place


class StatementKind(StrEnum):
    CLAIM = "claim"
    NUMBER = "number"
    QUOTE = "quote"
    SENTENCE = "sentence"  # written by the program: findings, methods, results
    TABLE = "table"
    FIGURE = "figure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One thing that a write-up says.

    `id` is the name of a claim, or what the manuscript asks for (`n:records_screened`,
    `aebi-2014/participants/total`, `table:results`). `text` is what the reader sees, as plain
    words; of a table its cells, of a figure its words for those who do not see it. `grounds` maps
    the name of each input to its fingerprint. `places` are the lines that say it.
    """

    id: str
    kind: StatementKind
    text: str
    places: tuple[Place, ...] = ()
    grounds: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementChange:
    """A statement that is new, gone, or not what it was; `before` or `after` is None for the first
    two. `grounds` names the inputs that are new, gone or changed."""

    before: Statement | None
    after: Statement | None
    grounds: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return self._one.id

    @property
    def kind(self) -> StatementKind:
        return self._one.kind

    @property
    def reads_otherwise(self) -> bool:
        """Whether a reader sees a difference; else only what it rests on has changed."""
        return self.before is None or self.after is None or self.before.text != self.after.text

    @property
    def _one(self) -> Statement:
        one = self.after or self.before
        assert one is not None
        return one


def changed_statements(
    before: Iterable[Statement], after: Iterable[Statement]
) -> tuple[StatementChange, ...]:
    """What differs between two write-ups: by id, those of `after` first, in their order."""
    old = {(s.kind, s.id): s for s in before}
    new = {(s.kind, s.id): s for s in after}
    changes = []
    for key in dict.fromkeys((*new, *old)):
        was, now = old.get(key), new.get(key)
        grounds = _changed_grounds(was.grounds if was else {}, now.grounds if now else {})
        if was is None or now is None or was.text != now.text or grounds:
            changes.append(StatementChange(before=was, after=now, grounds=grounds))
    return tuple(changes)


def _changed_grounds(was: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(name for name in dict.fromkeys((*now, *was)) if was.get(name) != now.get(name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a walk: what it says, where it is written, and the steps below it.

    `what` may hold text from exports: whoever shows it makes it harmless first. `record` is the id
    of the record that the step has come to, where its walk goes on.
    """

    what: str
    place: Place | None = None
    below: tuple[Step, ...] = ()
    record: str = ""
