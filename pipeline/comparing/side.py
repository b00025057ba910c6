"""What a comparison of two days of a review says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.terms.finding import Claim


class Aspect(StrEnum):
    """What of a review changed, in the order in which it is told."""

    PROTOCOL = "protocol"
    SEARCHES = "searches"
    COUNTS = "counts"
    RECORDS = "records"
    DUPLICATES = "duplicates"
    DECISIONS = "decisions"
    REASONS = "reasons"
    STUDIES = "studies"
    REPORTS = "reports"
    VALUES = "values"
    DIRECTIONS = "directions"
    FINDINGS = "findings"
    CERTAINTY = "certainty"
    CLAIMS = "claims"


class Kind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """What the manuscript of a day says: its filled text as Markdown ("" where it could not be
    filled), and its claims by id."""

    text: str = ""
    claims: Mapping[str, Claim] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is not as it was: its name, how it was and how it is ("" where it was not)."""

    aspect: Aspect
    kind: Kind
    what: str
    before: str = ""
    after: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A run of words of a sentence; `other` when the other side does not have it."""

    text: str
    other: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceChange:
    """A sentence as it was and as it is, word by word; one side is empty where it is new or gone.

    `numbers` are the numbers that stand in one and not in the other, the old ones first.
    """

    section: str
    before: tuple[Mark, ...] = ()
    after: tuple[Mark, ...] = ()
    numbers: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())

    @property
    def kind(self) -> Kind:
        if not self.before:
            return Kind.ADDED
        return Kind.CHANGED if self.after else Kind.REMOVED


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything that differs between two days of a review."""

    changes: tuple[Change, ...]
    sentences: tuple[SentenceChange, ...] = ()

    def of(self, *aspects: Aspect) -> tuple[Change, ...]:
        return tuple(c for c in self.changes if c.aspect in aspects)


def held(
    aspect: Aspect, before: Mapping[str, str], after: Mapping[str, str], note: str = ""
) -> tuple[Change, ...]:
    """The changes between two mappings of names to words, in the order of the names."""
    found = []
    for what in sorted({*before, *after}):
        old, new = before.get(what), after.get(what)
        if old == new:
            continue
        kind = Kind.ADDED if old is None else Kind.REMOVED if new is None else Kind.CHANGED
        found.append(
            Change(
                aspect=aspect, kind=kind, what=what, before=old or "", after=new or "", note=note
            )
        )
    return tuple(found)


def words(term: object) -> str:
    """A member of an enum as people say it."""
    return str(term).replace("_", " ")
