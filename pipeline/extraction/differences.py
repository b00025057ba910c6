"""Two drafts of one study, held side by side answer by answer, and how far they agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.extraction.answered import Answered, Said, answers_of, said, seen_hash
from pipeline.model.form import AnswerType, Form, Item
from pipeline.model.kappa import Figures, figures_of
from pipeline.model.study import Answer, Part, Study

_LEAST_ALIKE = 0.5
"""From this share of equal answers on, two entries with different ids are taken for one."""

Renamed = Mapping[tuple[str, str], str]
"""(form:dotted path of a part, id in the second draft) to the id in the first."""


def _tops(study: Study, forms: Mapping[str, Form]) -> Iterator[tuple[str, str, Form, Part]]:
    """The block of answers and each appraisal: address, form id, form, answers as one part."""
    if study.form in forms:
        top = Part(id="", answers=study.answers, parts=study.parts, place=study.place)
        yield "", study.form, forms[study.form], top
    for id, part in study.appraisals.items():
        if id in forms:
            yield id, id, forms[id], part


def entries_of(study: Study, forms: Mapping[str, Form]) -> Iterator[tuple[str, str, Part]]:
    """Every entry of a part that repeats: its address, form:dotted path of the part, itself."""
    for around, id, form, top in _tops(study, forms):
        yield from _walk_part(form.items, top, around, f"{id}:")


def _walk_part(
    items: Sequence[Item], part: Part, around: str, dotted: str
) -> Iterator[tuple[str, str, Part]]:
    for item in items:
        if item.type is not AnswerType.PART:
            continue
        address = f"{around}/{item.id}" if around else item.id
        asked = f"{dotted}{item.id}"
        for entry in part.parts.get(item.id, ()):
            inner = f"{address}/{entry.id}" if item.repeats else address
            if item.repeats:
                yield inner, asked, entry
            yield from _walk_part(item.items, entry, inner, f"{asked}.")


def renamed_ids(one: Study, other: Study, forms: Mapping[str, Form]) -> Renamed:
    """Ids of the second draft that name an entry which the first calls by another id."""
    return dict(_renamed(one, other, forms))


def _renamed(
    one: Study, other: Study, forms: Mapping[str, Form]
) -> Iterator[tuple[tuple[str, str], str]]:
    first: dict[str, dict[str, Part]] = {}
    second: dict[str, dict[str, Part]] = {}
    for study, found in ((one, first), (other, second)):
        for _, asked, entry in entries_of(study, forms):
            found.setdefault(asked, {})[entry.id] = entry
    items = dict(_part_items(forms))
    for asked, theirs in second.items():
        mine = first.get(asked, {})
        free = [entry for id, entry in mine.items() if id not in theirs]
        for id, entry in theirs.items():
            if id in mine or not free:
                continue
            best = max(free, key=lambda m: _alike(m, entry, items[asked]))
            if _alike(best, entry, items[asked]) >= _LEAST_ALIKE:
                free.remove(best)
                yield (asked, id), best.id


def _part_items(forms: Mapping[str, Form]) -> Iterator[tuple[str, Sequence[Item]]]:
    def inside(items: Sequence[Item], dotted: str) -> Iterator[tuple[str, Sequence[Item]]]:
        for item in items:
            if item.type is AnswerType.PART:
                yield f"{dotted}{item.id}", item.items
                yield from inside(item.items, f"{dotted}{item.id}.")

    for id, form in forms.items():
        yield from inside(form.items, f"{id}:")


def _alike(one: Part, other: Part, items: Sequence[Item]) -> float:
    """The share of equal answers among those that either entry gives; references do not count."""
    pairs = [
        (said(one.answers.get(item.id), item), said(other.answers.get(item.id), item))
        for item in items
        if item.type not in (AnswerType.PART, AnswerType.REFERENCE)
    ]
    given = [(a, b) for a, b in pairs if a is not None or b is not None]
    return sum(a == b for a, b in given) / len(given) if given else 0.0


def with_ids(study: Study, renamed: Renamed, forms: Mapping[str, Form]) -> Study:
    """`study` with the ids of entries, and references to them, as `renamed` has them."""
    if not renamed:
        return study
    answers, parts, appraisals = study.answers, study.parts, {}
    for around, id, form, top in _tops(study, forms):
        new = _with_ids(top, form.items, renamed, f"{id}:", study.form)
        if around:
            appraisals[id] = new
        else:
            answers, parts = new.answers, new.parts
    return replace(study, answers=answers, parts=parts, appraisals=appraisals)


def _with_ids(
    part: Part, items: Sequence[Item], renamed: Renamed, dotted: str, own_form: str
) -> Part:
    answers = dict(part.answers)
    parts: dict[str, tuple[Part, ...]] = dict(part.parts)
    for item in items:
        if item.type is AnswerType.REFERENCE and item.id in answers:
            answers[item.id] = _referring(answers[item.id], item, renamed, dotted, own_form)
        if item.type is AnswerType.PART and item.id in parts:
            asked = f"{dotted}{item.id}"
            inner = [
                _with_ids(entry, item.items, renamed, f"{asked}.", own_form)
                for entry in parts[item.id]
            ]
            parts[item.id] = tuple(
                replace(entry, id=renamed.get((asked, entry.id), entry.id)) for entry in inner
            )
    return replace(part, answers=answers, parts=parts)


def _referring(answer: Answer, item: Item, renamed: Renamed, dotted: str, own_form: str) -> Answer:
    def new(target: object) -> str:
        return referred(str(target), item, renamed, dotted.partition(":")[0], own_form)

    if isinstance(answer.value, tuple):
        return replace(answer, value=tuple(new(one) for one in answer.value))
    return answer if answer.value is None else replace(answer, value=new(answer.value))


def referred(target: str, item: Item, renamed: Renamed, form: str, own_form: str) -> str:
    """The id that a reference to `target` points to once ids are `renamed`."""
    for of in item.targets:
        if of.startswith("protocol."):
            continue
        home = own_form if of.startswith("study.") else form
        part = of.removeprefix("study.")
        if (f"{home}:{part}", target) in renamed:
            return renamed[f"{home}:{part}", target]
    return target


def raw_with_ids(
    written: Mapping[str, Any], own_form: str, renamed: Renamed, forms: Mapping[str, Form]
) -> dict[str, Any]:
    """What a study file says, with ids of entries and references to them as `renamed` has them."""
    new = dict(written)
    if own_form in forms and isinstance(written.get("answers"), Mapping):
        items = forms[own_form].items
        new["answers"] = _raw(written["answers"], items, renamed, f"{own_form}:", own_form)
    if isinstance(written.get("appraisal"), Mapping):
        new["appraisal"] = {
            id: _raw(answers, forms[id].items, renamed, f"{id}:", own_form)
            if id in forms and isinstance(answers, Mapping)
            else answers
            for id, answers in written["appraisal"].items()
        }
    return new


def _raw(
    written: Mapping[str, Any], items: Sequence[Item], renamed: Renamed, dotted: str, own_form: str
) -> dict[str, Any]:
    new = dict(written)
    for item in items:
        value = new.get(item.id)
        if item.type is AnswerType.REFERENCE and value is not None:
            new[item.id] = _raw_reference(value, item, renamed, dotted, own_form)
        elif item.type is AnswerType.PART:
            asked = f"{dotted}{item.id}"
            inner = (item.items, renamed, f"{asked}.", own_form)
            if isinstance(value, list):
                new[item.id] = [
                    {**_raw(e, *inner), "id": renamed.get((asked, str(e["id"])), e["id"])}
                    if isinstance(e, Mapping) and "id" in e
                    else e
                    for e in value
                ]
            elif isinstance(value, Mapping) and item.repeats:
                new[item.id] = {
                    renamed.get((asked, id), id): _raw(e, *inner) if isinstance(e, Mapping) else e
                    for id, e in value.items()
                }
            elif isinstance(value, Mapping):
                new[item.id] = _raw(value, *inner)
    return new


def _raw_reference(value: Any, item: Item, renamed: Renamed, dotted: str, own_form: str) -> Any:
    if isinstance(value, Mapping):
        inner = _raw_reference(value.get("value"), item, renamed, dotted, own_form)
        return {**value, "value": inner} if "value" in value else value
    if isinstance(value, list):
        return [_raw_reference(one, item, renamed, dotted, own_form) for one in value]
    return referred(str(value), item, renamed, dotted.partition(":")[0], own_form)


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


_CATEGORIES = (AnswerType.CHOICE, AnswerType.YES_NO)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAgreement:
    """One item over all studies that two people extracted apart; `asked` "" is a whole form.

    `compared` counts answers that at least one of the two gave, `same` those on which both said
    the same. `judged` is on the answers that both gave from a list of options.
    """

    form: str
    asked: str
    label: str
    compared: int
    same: int
    judged: Figures


@dataclass(slots=True)
class _Tally:
    label: str
    compared: int = 0
    same: int = 0
    judged: Counter[tuple[object, object]] = field(default_factory=Counter)
    options: set[object] = field(default_factory=set)

    def add(self, two: TwoAnswers) -> None:
        self.compared += 1
        self.same += two.same
        both = two.one_said is not None and two.other_said is not None
        if both and two.item.type in _CATEGORIES:
            self.judged[two.one_said, two.other_said] += 1
            self.options.update(_options(two.item))

    def result(self, form: str, asked: str) -> ItemAgreement:
        return ItemAgreement(
            form=form,
            asked=asked,
            label=self.label,
            compared=self.compared,
            same=self.same,
            judged=figures_of(self.judged, len(self.options)),
        )


def agreement_by_item(
    drafts: Iterable[tuple[Study, Study]], forms: Mapping[str, Form]
) -> tuple[ItemAgreement, ...]:
    """The agreement on each item, in the order of the forms, each form led by its total.

    An entry (a group, a result) that only one of the two has counts once, as a difference on the
    part that it belongs to.
    """
    found: dict[str, dict[str, _Tally]] = {}
    for one, other in drafts:
        entries: set[str] = set()
        for two in side_by_side(one, other, forms).answers:
            if two.entry in entries:
                continue
            asked, label = two.asked, two.item.label
            if two.entry:
                entries.add(two.entry)
                asked = asked.partition(".")[0]
                label = next((i.label for i in forms[two.form].items if i.id == asked), asked)
            of_form = found.setdefault(two.form, {"": _Tally(forms[two.form].title)})
            of_form.setdefault(asked, _Tally(label)).add(two)
            of_form[""].add(two)
    return tuple(
        tally.result(form, asked)
        for form, tallies in found.items()
        for asked, tally in _in_order(tallies, forms[form])
    )


def _in_order(tallies: Mapping[str, _Tally], form: Form) -> list[tuple[str, _Tally]]:
    order = {item.id: n for n, item in enumerate(form.items, 1)}
    return sorted(tallies.items(), key=lambda t: order.get(t[0].partition(".")[0], 0))


def _options(item: Item) -> tuple[object, ...]:
    """What can be chosen; a reason for no answer is one more where somebody gave it."""
    return tuple(option.id for option in item.options) or (True, False)
