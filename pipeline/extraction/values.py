"""One written answer into the value that its item asks for, or what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from pipeline.extraction.absence import OTHER_WORDS, option_of
from pipeline.extraction.conversion import Converted, Fault, out_of_bounds, refused
from pipeline.extraction.numbers import number_remedy, read_number, several_numbers
from pipeline.notation.typed import nearest, wording
from pipeline.terms.form import AnswerType, Item
from pipeline.terms.problem import Severity

_PARTIAL_DAY = re.compile(r"[12][0-9]{3}(-(0[1-9]|1[0-2]))?\Z")
_YES = {True: True, False: False, "yes": True, "no": False}


def convert(item: Item, raw: Any) -> Converted:
    """The value of `raw` for `item`; None with faults when it cannot be one."""
    if item.repeats and item.type is not AnswerType.PART:
        return _several(item, raw if isinstance(raw, list) else [raw])
    return _ONE[item.type](item, raw)


def _several(item: Item, raw: list[Any]) -> Converted:
    values: list[Any] = []
    faults: list[Fault] = []
    for index, one in enumerate(raw):
        value, wrong = _ONE[item.type](item, one)
        faults.extend(replace(fault, at=(index, *fault.at)) for fault in wrong)
        if value is not None:
            values.append(value)
    return tuple(values), tuple(faults)


def _text(item: Item, raw: Any) -> Converted:
    if isinstance(raw, date):
        return raw.isoformat(), ()
    if not isinstance(raw, str):
        return refused(f"{item.id!r} is {wording(raw)}, not text", "Put it in quotes")
    meant = OTHER_WORDS.get(raw.strip().lower())
    if meant is not None:
        remedy = f"Write `{meant}` without quotes if that is meant"
        return raw, (Fault(f"{raw!r} is taken as text for {item.id!r}", remedy, Severity.WARNING),)
    return raw, ()


def _number(item: Item, raw: Any, whole: bool) -> Converted:
    kind = "a whole number" if whole else "a number"
    number = read_number(raw, whole)
    if number is None:
        return refused(
            f"{item.id!r} is {wording(raw)}, not {kind}", number_remedy(item, raw, whole)
        )
    return number, tuple(out_of_bounds(item, number))


def _yes_no(item: Item, raw: Any) -> Converted:
    word = raw.strip().lower() if isinstance(raw, str) else raw
    if isinstance(word, (str, bool)) and word in _YES:
        return _YES[word], ()
    return refused(f"{item.id!r} is {wording(raw)}, neither yes nor no", "Write `yes` or `no`")


def _day(item: Item, raw: Any) -> Converted:
    if isinstance(raw, date):
        return raw, ()
    text = str(raw)
    if isinstance(raw, (int, str)) and not isinstance(raw, bool) and _PARTIAL_DAY.match(text):
        return text, ()
    remedy = "Write year-month-day, like `2016-01-31`; `2016-01` or `2016` if no more is known"
    return refused(f"{item.id!r} is {wording(raw)}, not a day", remedy)


def _choice(item: Item, raw: Any) -> Converted:
    raw = {True: "yes", False: "no"}[raw] if isinstance(raw, bool) else raw
    option = option_of(item, str(raw)) if isinstance(raw, (str, int)) else None
    if option is not None:
        return option.id, ()
    words = tuple(o.id for o in item.options)
    meant = nearest(str(raw), words) if isinstance(raw, str) else ""
    return refused(
        f"{wording(raw)} is not an answer that {item.id!r} offers.{meant}",
        f"Write one of {', '.join(words)}",
    )


def _choices(item: Item, raw: Any) -> Converted:
    chosen: list[str] = []
    faults: list[Fault] = []
    for index, one in enumerate(raw if isinstance(raw, list) else [raw]):
        value, wrong = _choice(item, one)
        faults.extend(replace(fault, at=(index,)) for fault in wrong)
        if isinstance(value, str):
            if value in chosen:
                what = f"{value!r} stands twice in {item.id!r}"
                faults.append(Fault(what, "Keep it once", at=(index,)))
            else:
                chosen.append(value)
    for option in item.options:
        if option.id not in chosen:
            continue
        for group in option.along_with:
            if not any(other in chosen for other in group):
                what = f"{option.id!r} is chosen in {item.id!r} without {' or '.join(group)}"
                faults.append(Fault(what, f"Add {' or '.join(group)}"))
    return (tuple(chosen) if chosen else None), tuple(faults)


def _reference(item: Item, raw: Any) -> Converted:
    if isinstance(raw, int) and not isinstance(raw, bool):
        return str(raw), ()
    if isinstance(raw, str) and raw:
        return raw, ()
    where = item.refers_to or "another part"
    return refused(
        f"{item.id!r} is {wording(raw)}, not an id", f"Write the id of an entry of {where}"
    )


_ONE: Mapping[AnswerType, Callable[[Item, Any], Converted]] = {
    AnswerType.TEXT: _text,
    AnswerType.INTEGER: lambda item, raw: _number(item, raw, True),
    AnswerType.DECIMAL: lambda item, raw: _number(item, raw, False),
    AnswerType.YES_NO: _yes_no,
    AnswerType.DATE: _day,
    AnswerType.CHOICE: _choice,
    AnswerType.CHOICES: _choices,
    AnswerType.REFERENCE: _reference,
    AnswerType.PROPORTION: several_numbers,
    AnswerType.ESTIMATE: several_numbers,
    AnswerType.RANGE: several_numbers,
    AnswerType.MEAN: several_numbers,
    AnswerType.RATE: several_numbers,
}
