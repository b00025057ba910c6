"""One written answer into the value that its item asks for, or why there is none."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pipeline.model.form import NUMBERS, AnswerType, Item, Option
from pipeline.model.problem import Severity
from pipeline.model.study import Absent, Plain
from pipeline.notation.typed import nearest, wording

Value = Plain | tuple[Plain, ...] | Mapping[str, Plain]
Number = int | float


@dataclass(frozen=True, slots=True)
class ValueFault:
    """What is wrong with a value.

    `at` leads from the value to what is meant: a number of a proportion, an entry of a list.
    `printed`: a report may print it so; with a note in the answer it is a warning, not an error.
    """

    what: str
    remedy: str
    severity: Severity = Severity.ERROR
    at: tuple[str | int, ...] = ()
    printed: bool = False


Converted = tuple[Value | None, tuple[ValueFault, ...]]


def refused(what: str, remedy: str) -> Converted:
    """No value, because of one fault."""
    return None, (ValueFault(what, remedy),)


def out_of_bounds(item: Item, number: Number, key: str = "") -> list[ValueFault]:
    """What is wrong with a number where it is out of the bounds of `item`."""
    unit = f" {item.unit}" if item.unit else ""
    name = f"{key!r} of {item.id!r}" if key else f"{item.id!r}"
    if item.minimum is not None and number < item.minimum:
        what = f"{name} is {number}{unit}, below the least possible, {item.minimum:g}{unit}"
        return [ValueFault(what, "Look the number up again", at=(key,) if key else ())]
    if item.maximum is not None and number > item.maximum:
        what = f"{name} is {number}{unit}, above the greatest possible, {item.maximum:g}{unit}"
        return [ValueFault(what, "Look the number up again", at=(key,) if key else ())]
    return []


_AGAIN = "Look the numbers up again; if the report prints them so, say so in `note`"
_AS_PRINTED = re.compile(r"[-+]?[0-9]+\.[0-9]+\Z")


def read_number(raw: Any, whole: bool) -> Number | None:
    """`raw` as a number, None where it is none; `0.50`, which YAML leaves text, is a decimal."""
    if isinstance(raw, str) and not whole and _AS_PRINTED.match(raw):
        return float(raw)
    if isinstance(raw, bool) or not isinstance(raw, int if whole else (int, float)):
        return None
    return raw


def number_remedy(item: Item, raw: Any, whole: bool) -> str:
    if isinstance(raw, str):
        bare = raw.strip().replace(",", "").replace("\u202f", "").replace(" ", "")
        if item.unit:
            bare = bare.removesuffix(item.unit.replace(" ", ""))
        if re.fullmatch(r"[-+]?[0-9]+" if whole else r"[-+]?[0-9]+(\.[0-9]+)?%?", bare):
            return f"Write `{bare.rstrip('%')}`, without quotes, separators or units"
    example = "275" if whole else "12.5"
    return f"Write a number like `{example}`, or `not reported`; words belong into `note`"


def several_numbers(item: Item, raw: Any) -> Converted:
    """The numbers of `raw` by name, those that are sound; bounds and sums are looked at too."""
    names = NUMBERS[item.type]
    example = EXAMPLES[item.type]
    if not isinstance(raw, Mapping):
        return refused(f"{item.id!r} is {wording(raw)}", f"Write `{item.id}: {example}`")
    faults: list[ValueFault] = []
    numbers: dict[str, Number] = {}
    for key, value in raw.items():
        if key not in names:
            what = f"{key!r} is not a number of {item.id!r}.{nearest(key, names)}"
            faults.append(ValueFault(what, f"Write `{item.id}: {example}`", at=(key,)))
        elif value is None:
            continue
        elif (number := read_number(value, False)) is None:
            what = f"{key!r} of {item.id!r} is {wording(value)}, not a number"
            faults.append(ValueFault(what, number_remedy(item, value, False), at=(key,)))
        else:
            numbers[key] = number
    faults.extend(_CHECKS[item.type](item, {k: float(v) for k, v in numbers.items()}))
    return (numbers or None), tuple(faults)


def _check_proportion(item: Item, n: Mapping[str, float]) -> list[ValueFault]:
    faults = [*_counts(item, n, ("x", "n")), *_between(item, n, "percent", 0, 100)]
    if "n" in n and n["n"] == 0:
        faults.append(ValueFault(f"'n' of {item.id!r} is 0", "Leave the proportion out", at=("n",)))
    if "x" in n and "n" in n:
        if n["x"] > n["n"]:
            what = f"{item.id!r} has x = {n['x']:g} of n = {n['n']:g}, more than there are"
            faults.append(ValueFault(what, "Look both numbers up again", at=("x",)))
        elif "percent" in n and n["n"] > 0:
            share = 100 * n["x"] / n["n"]
            places = len(repr(n["percent"]).partition(".")[2].rstrip("0"))
            if abs(share - n["percent"]) > 1.01 * 10**-places:
                what = (
                    f"{n['x']:g} of {n['n']:g} is {share:.{places + 1}f} %, not {n['percent']:g} %"
                )
                faults.append(ValueFault(what, _AGAIN, at=("percent",), printed=True))
    if not faults and n and "percent" not in n and not {"x", "n"} <= n.keys():
        what = f"{item.id!r} has neither `percent` nor both `x` and `n`"
        faults.append(ValueFault(what, "Add what the report gives", Severity.WARNING))
    return faults


def _counts(item: Item, n: Mapping[str, float], keys: tuple[str, ...]) -> list[ValueFault]:
    return [
        ValueFault(
            f"{k!r} of {item.id!r} is {n[k]:g}, not a count", "Counts are whole, from 0 up", at=(k,)
        )
        for k in keys
        if k in n and (n[k] < 0 or n[k] != int(n[k]))
    ]


def _between(
    item: Item, n: Mapping[str, float], key: str, low: float, high: float
) -> list[ValueFault]:
    if key in n and not low <= n[key] <= high:
        what = f"{key!r} of {item.id!r} is {n[key]:g}, not between {low:g} and {high:g}"
        return [ValueFault(what, "Look the number up again", at=(key,))]
    return []


def _bounds(item: Item, n: Mapping[str, float], keys: tuple[str, ...]) -> list[ValueFault]:
    return [fault for k in keys if k in n for fault in out_of_bounds(item, n[k], k)]


def _ordered(item: Item, n: Mapping[str, float]) -> list[ValueFault]:
    if "low" in n and "high" in n and n["low"] > n["high"]:
        what = f"{item.id!r} runs from {n['low']:g} to {n['high']:g}, backwards"
        return [ValueFault(what, "Swap `low` and `high`, or look them up again", at=("low",))]
    return []


def _check_estimate(item: Item, n: Mapping[str, float]) -> list[ValueFault]:
    faults = [
        *_bounds(item, n, ("value", "low", "high")),
        *_ordered(item, n),
        *_between(item, n, "p", 0, 1),
        *_between(item, n, "se", 0, float("inf")),
    ]
    if "level" in n and not 50 <= n["level"] < 100:
        what = f"'level' of {item.id!r} is {n['level']:g}, not a level in per cent"
        faults.append(ValueFault(what, "Write it like `level: 95`", at=("level",)))
    if not faults and "value" not in n and ("low" in n or "high" in n):
        what = f"{item.id!r} has an interval without its estimate"
        faults.append(ValueFault(what, "Add `value:`, or say why there is none", Severity.WARNING))
    if not faults and "value" in n:
        below = "low" in n and n["value"] < n["low"]
        if below or ("high" in n and n["value"] > n["high"]):
            low, high = n.get("low", float("-inf")), n.get("high", float("inf"))
            what = f"{item.id!r} is {n['value']:g}, outside its own interval {low:g} to {high:g}"
            faults.append(ValueFault(what, _AGAIN, at=("value",), printed=True))
    return faults


def _check_range(item: Item, n: Mapping[str, float]) -> list[ValueFault]:
    return [*_bounds(item, n, ("low", "high")), *_ordered(item, n)]


def _check_mean(item: Item, n: Mapping[str, float]) -> list[ValueFault]:
    infinite = float("inf")
    faults = [
        *_bounds(item, n, ("mean",)),
        *_between(item, n, "sd", 0, infinite),
        *_between(item, n, "se", 0, infinite),
        *_counts(item, n, ("n",)),
    ]
    if not faults and {"sd", "se", "n"} <= n.keys() and n["n"] > 0:
        expected = n["sd"] / math.sqrt(n["n"])  # the standard error of a mean
        if abs(expected - n["se"]) > 0.06 * max(expected, n["se"]) + 0.006:
            what = (
                f"'se' of {item.id!r} is {n['se']:g}, but an sd of {n['sd']:g} among {n['n']:g} "
                f"makes {expected:.3g}"
            )
            faults.append(ValueFault(what, _AGAIN, at=("se",), printed=True))
    if not faults and n and "mean" not in n:
        what = f"{item.id!r} has a spread without its mean"
        faults.append(ValueFault(what, "Add `mean:`, or say why there is none", Severity.WARNING))
    return faults


def _check_rate(item: Item, n: Mapping[str, float]) -> list[ValueFault]:
    faults = [*_counts(item, n, ("events",)), *_between(item, n, "time", 0, float("inf"))]
    if n.get("time") == 0:
        faults.append(ValueFault(f"'time' of {item.id!r} is 0", "Leave the rate out", at=("time",)))
    if not faults and n and not {"events", "time"} <= n.keys():
        what = f"{item.id!r} has not both `events` and `time`"
        faults.append(ValueFault(what, "Add what the report gives", Severity.WARNING))
    return faults


EXAMPLES = {
    AnswerType.PROPORTION: "{x: 84, n: 1978}",
    AnswerType.ESTIMATE: "{value: 5.8, low: 3.2, high: 10.5, level: 95}",
    AnswerType.RANGE: "{low: 12, high: 18}",
    AnswerType.MEAN: "{mean: 14.5, sd: 1.5, n: 230}",
    AnswerType.RATE: "{events: 12, time: 1840}",
}
_CHECKS: Mapping[AnswerType, Callable[[Item, Mapping[str, float]], list[ValueFault]]] = {
    AnswerType.PROPORTION: _check_proportion,
    AnswerType.ESTIMATE: _check_estimate,
    AnswerType.RANGE: _check_range,
    AnswerType.MEAN: _check_mean,
    AnswerType.RATE: _check_rate,
}


_ABSENT = {str(a): a for a in Absent}
OTHER_WORDS = {
    "n/a": Absent.NOT_APPLICABLE,
    "na": Absent.NOT_APPLICABLE,
    "n.a.": Absent.NOT_APPLICABLE,
    "nr": Absent.NOT_REPORTED,
    "n/r": Absent.NOT_REPORTED,
    "not stated": Absent.NOT_REPORTED,
    "not given": Absent.NOT_REPORTED,
    "unknown": Absent.UNCLEAR,
    "?": Absent.UNCLEAR,
    "-": Absent.NOT_REPORTED,
    "todo": Absent.NOT_YET,
    "tbd": Absent.NOT_YET,
}


def absent_of(raw: Any, item: Item | None = None) -> Absent | None:
    """Why there is no value, where `raw` says so; an option of `item` with that name goes first."""
    if raw is None or raw == "":
        return Absent.NOT_YET
    if not isinstance(raw, str) or len(raw) > 20:
        return None
    if item is not None and option_of(item, raw) is not None:
        return None
    return _ABSENT.get(raw.strip().lower().replace("_", " "))


def option_of(item: Item, raw: str) -> Option | None:
    """The option of `item` that `raw` names by its id or its label, whatever the case."""
    for option in item.options:
        if option.id == raw:
            return option
    word = raw.strip().casefold()
    for option in item.options:
        if word in (option.id.casefold(), option.label.casefold(), option.id.replace("_", " ")):
            return option
    return None


_PARTIAL_DAY = re.compile(r"[12][0-9]{3}(-(0[1-9]|1[0-2]))?\Z")
_YES = {True: True, False: False, "yes": True, "no": False}


def convert(item: Item, raw: Any) -> Converted:
    """The value of `raw` for `item`; None with faults when it cannot be one."""
    if item.repeats and item.type is not AnswerType.PART:
        return _several(item, raw if isinstance(raw, list) else [raw])
    return _ONE[item.type](item, raw)


def _several(item: Item, raw: list[Any]) -> Converted:
    values: list[Any] = []
    faults: list[ValueFault] = []
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
        return raw, (
            ValueFault(f"{raw!r} is taken as text for {item.id!r}", remedy, Severity.WARNING),
        )
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
    faults: list[ValueFault] = []
    for index, one in enumerate(raw if isinstance(raw, list) else [raw]):
        value, wrong = _choice(item, one)
        faults.extend(replace(fault, at=(index,)) for fault in wrong)
        if isinstance(value, str):
            if value in chosen:
                what = f"{value!r} stands twice in {item.id!r}"
                faults.append(ValueFault(what, "Keep it once", at=(index,)))
            else:
                chosen.append(value)
    for option in item.options:
        if option.id not in chosen:
            continue
        for group in option.along_with:
            if not any(other in chosen for other in group):
                what = f"{option.id!r} is chosen in {item.id!r} without {' or '.join(group)}"
                faults.append(ValueFault(what, f"Add {' or '.join(group)}"))
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
