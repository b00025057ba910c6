"""Which entries of two drafts are one and the same, whatever ids two people gave them.

Entries belong together by their ids; those left over by what they say, if at least half of their
answers are equal. The ids of the first draft then go through both, references to them included.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline.extraction.answered import said
from pipeline.terms.form import AnswerType, Form, Item
from pipeline.terms.study import Answer, Part, Study

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
