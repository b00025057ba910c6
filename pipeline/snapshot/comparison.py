"""What a comparison of two days of a review says, and two texts held against each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum

from pipeline.model.finding import Claim


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


_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*(?:\{[^{}]*\})?\s*$")
_END = re.compile(r"(?<=[.!?])[”’)\]*_]*\s+(?=[^a-z\s])")
_ABBREVIATED = re.compile(r"(?:\b(?:al|e\.g|i\.e|cf|vs|no|pp?|vol|fig|ed|eds|Dr|Mr|Ms)|\b[A-Z])\.$")
_PLACED = re.compile(r"^\[\[(?:table|figure):[^\]]*\]\]$")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*(?:\s?%)?")
_WORDS = re.compile(r"\s+|[^\s]+")
_ALIKE = 0.5
"""Two sentences of which half the words are the same are one sentence that was changed."""


@dataclass(frozen=True, slots=True)
class Sentence:
    section: str
    text: str


def sentences_of(markdown: str) -> tuple[Sentence, ...]:
    """The sentences of `markdown` in order, each with the heading it stands under."""
    return tuple(_sentences(markdown))


def _sentences(markdown: str) -> Iterator[Sentence]:
    section = ""
    for paragraph in re.split(r"\n[ \t]*\n|\n(?=[-*#:]|\d+\. )", markdown):
        text = _plain(" ".join(paragraph.split()))
        heading = _HEADING.match(text)
        if heading:
            section = heading[2]
        elif text and not _PLACED.match(text):
            yield from (Sentence(section, part) for part in _parted(text))


def _plain(text: str) -> str:
    """`text` as it is read: without escapes, marks of emphasis and private signs."""
    text = re.sub(r"(?<!\\)(\*{1,3}|_{2,3})(?=\S)|(?<=\S)(?<!\\)(\*{1,3}|_{2,3})", "", text)
    text = re.sub(r"\\([^\w\s])", r"\1", text)
    text = re.sub(r"\[\[(table|figure):([^\]]*)\]\]", r"\1 \2", text)
    return re.sub("[\ue000-\uf8ff]", "", text)


def _parted(text: str) -> Iterator[str]:
    """`text` cut after full stops that end a sentence."""
    start = 0
    for end in _END.finditer(text):
        if not _ABBREVIATED.search(text[start : end.start()]):
            yield text[start : end.end()].strip()
            start = end.end()
    if text[start:].strip():
        yield text[start:].strip()


def compare_texts(old: str, new: str) -> tuple[SentenceChange, ...]:
    """The sentences that are new, gone or changed between two Markdown texts, in their order."""
    before, after = sentences_of(old), sentences_of(new)
    found: list[SentenceChange] = []
    match = SequenceMatcher(None, [s.text for s in before], [s.text for s in after], autojunk=False)
    for tag, i, k, j, m in match.get_opcodes():
        if tag != "equal":
            found += _paired(before[i:k], after[j:m])
    return tuple(found)


def _paired(before: Sequence[Sentence], after: Sequence[Sentence]) -> Iterator[SentenceChange]:
    """Old and new sentences of one place: the likeliest pairs, what is left new or gone."""
    start = 0
    for old in before:
        best, at = 0.0, -1
        for n in range(start, min(len(after), start + 40)):
            likeness = _likeness(old.text, after[n].text)
            if likeness > best:
                best, at = likeness, n
        if best < _ALIKE:
            yield _change(old, None)
            continue
        yield from (_change(None, new) for new in after[start:at])
        yield _change(old, after[at])
        start = at + 1
    yield from (_change(None, new) for new in after[start:])


def _likeness(a: str, b: str) -> float:
    match = SequenceMatcher(None, a.split(), b.split(), autojunk=False)
    return match.ratio() if match.real_quick_ratio() >= _ALIKE else 0.0


def _change(old: Sentence | None, new: Sentence | None) -> SentenceChange:
    a, b = (_WORDS.findall(s.text) if s else [] for s in (old, new))
    before: list[Mark] = []
    after: list[Mark] = []
    for tag, i, k, j, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        other = tag != "equal" and bool(old and new)
        if i < k:
            before.append(Mark("".join(a[i:k]), other))
        if j < m:
            after.append(Mark("".join(b[j:m]), other))
    numbers = [_NUMBER.findall(s.text) if s else [] for s in (old, new)]
    return SentenceChange(
        section=(new or old or Sentence("", "")).section,
        before=tuple(before),
        after=tuple(after),
        numbers=(_only(numbers[0], numbers[1]), _only(numbers[1], numbers[0])),
    )


def _only(numbers: list[str], others: list[str]) -> tuple[str, ...]:
    left = list(others)
    found = []
    for number in numbers:
        if number in left:
            left.remove(number)
        else:
            found.append(number)
    return tuple(found)
