"""Two drafts of one study, held side by side answer by answer.

Entries of a part that repeats belong together by their ids; where two people gave the same group
or result different ids, by what they say. Then the ids of the first draft go through both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.extraction.alignment import Renamed, entries_of, renamed_ids, with_ids
from pipeline.extraction.answered import Answered, Said, answers_of, said, seen_hash
from pipeline.terms.form import AnswerType, Form, Item
from pipeline.terms.study import Answer, Study


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoAnswers:
    """One question and what the two drafts answer; None where a draft has no such entry.

    `address` is that of the first draft. `entry` is the address of the entry that one of the drafts
    lacks, else "".
    """

    address: str
    form: str
    asked: str
    item: Item
    one: Answer | None
    other: Answer | None
    one_said: Said = None
    other_said: Said = None
    entry: str = ""

    @property
    def same(self) -> bool:
        return self.one_said == self.other_said

    @property
    def seen(self) -> str:
        return seen_hash(self.one_said, self.other_said)


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """Every question that either draft answers, in the order of the forms, and the ids renamed."""

    answers: tuple[TwoAnswers, ...]
    renamed: Renamed = field(default_factory=dict)

    @property
    def differing(self) -> tuple[TwoAnswers, ...]:
        """What has to be settled: an entry that one draft lacks stands once, as a whole."""
        found: list[TwoAnswers] = []
        entries: set[str] = set()
        for two in self.answers:
            if two.same:
                continue
            if two.entry:
                if two.entry in entries:
                    continue
                entries.add(two.entry)
            found.append(two)
        return tuple(found)


def side_by_side(one: Study, other: Study, forms: Mapping[str, Form]) -> SideBySide:
    """The two drafts of a study, answer by answer; questions that neither answers are left out."""
    renamed = renamed_ids(one, other, forms)
    aligned = with_ids(other, renamed, forms)
    first = {a.address: a for a in answers_of(one, forms)}
    second = {a.address: a for a in answers_of(aligned, forms)}
    entries = {a for a, _, _ in entries_of(one, forms)} ^ {
        a for a, _, _ in entries_of(aligned, forms)
    }
    answers: list[TwoAnswers] = []
    for address in _merged(list(first), list(second)):
        here: Answered = first.get(address) or second[address]
        mine, theirs = first.get(address), second.get(address)
        if here.item.type is AnswerType.PART and (mine is None or theirs is None):
            continue  # one draft has entries, the other says why not: the entries differ
        answers.append(
            TwoAnswers(
                address=address,
                form=here.form,
                asked=here.asked,
                item=here.item,
                one=mine.answer if mine else None,
                other=theirs.answer if theirs else None,
                one_said=said(mine.answer, here.item) if mine else None,
                other_said=said(theirs.answer, here.item) if theirs else None,
                entry=_lacking(address, entries),
            )
        )
    kept = [a for a in answers if a.one_said is not None or a.other_said is not None]
    return SideBySide(answers=tuple(kept), renamed=renamed)


def _merged(one: Sequence[str], other: Sequence[str]) -> list[str]:
    """Both lists in one order: what only the second has stands behind what it stood behind."""
    found = list(one)
    known = set(one)
    before = ""
    for address in other:
        if address not in known:
            at = found.index(before) + 1 if before else 0
            found.insert(at, address)
            known.add(address)
        before = address
    return found


def _lacking(address: str, entries: set[str]) -> str:
    """The outermost entry around `address` that one of the drafts lacks, or ""."""
    around = [entry for entry in entries if address.startswith(f"{entry}/")]
    return min(around, key=len, default="")
