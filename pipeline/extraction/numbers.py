"""Answers of several numbers: proportions, estimates with intervals, ranges, means."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from pipeline.extraction.conversion import Converted, Fault, Number, out_of_bounds, refused
from pipeline.notation.typed import nearest, wording
from pipeline.terms.form import NUMBERS, AnswerType, Item
from pipeline.terms.problem import Severity

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
    faults: list[Fault] = []
    numbers: dict[str, Number] = {}
    for key, value in raw.items():
        if key not in names:
            what = f"{key!r} is not a number of {item.id!r}.{nearest(key, names)}"
            faults.append(Fault(what, f"Write `{item.id}: {example}`", at=(key,)))
        elif value is None:
            continue
        elif (number := read_number(value, False)) is None:
            what = f"{key!r} of {item.id!r} is {wording(value)}, not a number"
            faults.append(Fault(what, number_remedy(item, value, False), at=(key,)))
        else:
            numbers[key] = number
    faults.extend(_CHECKS[item.type](item, {k: float(v) for k, v in numbers.items()}))
    return (numbers or None), tuple(faults)


def _check_proportion(item: Item, n: Mapping[str, float]) -> list[Fault]:
    faults = [*_counts(item, n, ("x", "n")), *_between(item, n, "percent", 0, 100)]
    if "n" in n and n["n"] == 0:
        faults.append(Fault(f"'n' of {item.id!r} is 0", "Leave the proportion out", at=("n",)))
    if "x" in n and "n" in n:
        if n["x"] > n["n"]:
            what = f"{item.id!r} has x = {n['x']:g} of n = {n['n']:g}, more than there are"
            faults.append(Fault(what, "Look both numbers up again", at=("x",)))
        elif "percent" in n and n["n"] > 0:
            share = 100 * n["x"] / n["n"]
            places = len(repr(n["percent"]).partition(".")[2].rstrip("0"))
            if abs(share - n["percent"]) > 1.01 * 10**-places:
                what = (
                    f"{n['x']:g} of {n['n']:g} is {share:.{places + 1}f} %, not {n['percent']:g} %"
                )
                faults.append(Fault(what, _AGAIN, at=("percent",), printed=True))
    if not faults and n and "percent" not in n and not {"x", "n"} <= n.keys():
        what = f"{item.id!r} has neither `percent` nor both `x` and `n`"
        faults.append(Fault(what, "Add what the report gives", Severity.WARNING))
    return faults


def _counts(item: Item, n: Mapping[str, float], keys: tuple[str, ...]) -> list[Fault]:
    return [
        Fault(
            f"{k!r} of {item.id!r} is {n[k]:g}, not a count", "Counts are whole, from 0 up", at=(k,)
        )
        for k in keys
        if k in n and (n[k] < 0 or n[k] != int(n[k]))
    ]


def _between(item: Item, n: Mapping[str, float], key: str, low: float, high: float) -> list[Fault]:
    if key in n and not low <= n[key] <= high:
        what = f"{key!r} of {item.id!r} is {n[key]:g}, not between {low:g} and {high:g}"
        return [Fault(what, "Look the number up again", at=(key,))]
    return []


def _bounds(item: Item, n: Mapping[str, float], keys: tuple[str, ...]) -> list[Fault]:
    return [fault for k in keys if k in n for fault in out_of_bounds(item, n[k], k)]


def _ordered(item: Item, n: Mapping[str, float]) -> list[Fault]:
    if "low" in n and "high" in n and n["low"] > n["high"]:
        what = f"{item.id!r} runs from {n['low']:g} to {n['high']:g}, backwards"
        return [Fault(what, "Swap `low` and `high`, or look them up again", at=("low",))]
    return []


def _check_estimate(item: Item, n: Mapping[str, float]) -> list[Fault]:
    faults = [
        *_bounds(item, n, ("value", "low", "high")),
        *_ordered(item, n),
        *_between(item, n, "p", 0, 1),
        *_between(item, n, "se", 0, float("inf")),
    ]
    if "level" in n and not 50 <= n["level"] < 100:
        what = f"'level' of {item.id!r} is {n['level']:g}, not a level in per cent"
        faults.append(Fault(what, "Write it like `level: 95`", at=("level",)))
    if not faults and "value" not in n and ("low" in n or "high" in n):
        what = f"{item.id!r} has an interval without its estimate"
        faults.append(Fault(what, "Add `value:`, or say why there is none", Severity.WARNING))
    if not faults and "value" in n:
        below = "low" in n and n["value"] < n["low"]
        if below or ("high" in n and n["value"] > n["high"]):
            low, high = n.get("low", float("-inf")), n.get("high", float("inf"))
            what = f"{item.id!r} is {n['value']:g}, outside its own interval {low:g} to {high:g}"
            faults.append(Fault(what, _AGAIN, at=("value",), printed=True))
    return faults


def _check_range(item: Item, n: Mapping[str, float]) -> list[Fault]:
    return [*_bounds(item, n, ("low", "high")), *_ordered(item, n)]


def _check_mean(item: Item, n: Mapping[str, float]) -> list[Fault]:
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
            faults.append(Fault(what, _AGAIN, at=("se",), printed=True))
    if not faults and n and "mean" not in n:
        what = f"{item.id!r} has a spread without its mean"
        faults.append(Fault(what, "Add `mean:`, or say why there is none", Severity.WARNING))
    return faults


def _check_rate(item: Item, n: Mapping[str, float]) -> list[Fault]:
    faults = [*_counts(item, n, ("events",)), *_between(item, n, "time", 0, float("inf"))]
    if n.get("time") == 0:
        faults.append(Fault(f"'time' of {item.id!r} is 0", "Leave the rate out", at=("time",)))
    if not faults and n and not {"events", "time"} <= n.keys():
        what = f"{item.id!r} has not both `events` and `time`"
        faults.append(Fault(what, "Add what the report gives", Severity.WARNING))
    return faults


EXAMPLES = {
    AnswerType.PROPORTION: "{x: 84, n: 1978}",
    AnswerType.ESTIMATE: "{value: 5.8, low: 3.2, high: 10.5, level: 95}",
    AnswerType.RANGE: "{low: 12, high: 18}",
    AnswerType.MEAN: "{mean: 14.5, sd: 1.5, n: 230}",
    AnswerType.RATE: "{events: 12, time: 1840}",
}
_CHECKS: Mapping[AnswerType, Callable[[Item, Mapping[str, float]], list[Fault]]] = {
    AnswerType.PROPORTION: _check_proportion,
    AnswerType.ESTIMATE: _check_estimate,
    AnswerType.RANGE: _check_range,
    AnswerType.MEAN: _check_mean,
    AnswerType.RATE: _check_rate,
}
