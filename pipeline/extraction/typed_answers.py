"""Answers as people type them on one line, in a prompt or a cell: `84/1978`, `5.8 (3.2 to 10.5)`.

What is typed becomes what a study file would hold; whether that is a sound answer is for
`values.convert` to say. The way back is exact: `in_a_line` of a value is read as that value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from pipeline.extraction.absence import absent_of
from pipeline.extraction.conversion import Number
from pipeline.notation.yaml_text import plain
from pipeline.terms.form import NUMBERS, AnswerType, Item

HOW: Mapping[AnswerType, str] = {
    AnswerType.INTEGER: "275",
    AnswerType.DECIMAL: "12.5",
    AnswerType.YES_NO: "yes or no",
    AnswerType.DATE: "2016-01-31, 2016-01 or 2016",
    AnswerType.CHOICES: "ids, with ; between them",
    AnswerType.PROPORTION: "84/1978, 4.2 %, or x=84 n=1978 percent=4.2",
    AnswerType.ESTIMATE: "5.8 (3.2 to 10.5), or value=5.8 low=3.2 high=10.5 level=95 p=0.03",
    AnswerType.RANGE: "12 to 18",
    AnswerType.MEAN: "14.5 (1.5), or mean=14.5 sd=1.5 se=0.1 n=230",
    AnswerType.RATE: "12 in 1840, or events=12 time=1840",
}
"""How an answer of each type is typed, where that does not go without saying."""

_N = r"[-+\u2212]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_SIDES = rf"({_N})\s*(?:to|,|;|[-\u2013\u2014])\s*({_N})"
_PAIR = re.compile(rf"([A-Za-z]+)\s*[=:]\s*({_N})\s*%?")
_SHAPES: Mapping[AnswerType, tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]] = {
    AnswerType.PROPORTION: (
        (
            re.compile(rf"({_N})\s*(?:/|of)\s*({_N})(?:\s*\(?\s*({_N})\s*%\s*\)?)?\Z"),
            ("x", "n", "percent"),
        ),
        (re.compile(rf"({_N})\s*%\Z"), ("percent",)),
    ),
    AnswerType.ESTIMATE: (
        (
            re.compile(
                rf"({_N})\s*[(\[]\s*(?:({_N})\s*%\s*(?:CI|KI)?:?\s*)?{_SIDES}\s*[)\]]\Z", re.I
            ),
            ("value", "level", "low", "high"),
        ),
        (re.compile(rf"({_N})\Z"), ("value",)),
    ),
    AnswerType.RANGE: ((re.compile(rf"{_SIDES}\Z"), ("low", "high")),),
    AnswerType.MEAN: (
        (
            re.compile(
                rf"({_N})\s*(?:\(\s*(?:SD\s*)?({_N})\s*\)|(?:±|\+/-|,?\s*SD)\s*({_N}))\Z", re.I
            ),
            ("mean", "sd", "sd"),
        ),
        (re.compile(rf"({_N})\Z"), ("mean",)),
    ),
    AnswerType.RATE: ((re.compile(rf"({_N})\s*(?:/|in|per)\s*({_N})\Z"), ("events", "time")),),
}


def typed(item: Item, text: str) -> Any:
    """What `text` says as an answer to `item`, as a study file would hold it; None for nothing."""
    text = text.strip()
    if not text:
        return None
    if absent_of(text, item) is not None:
        return text.lower().replace("_", " ")
    if item.type in NUMBERS:
        return _numbers(item.type, text)
    if item.type is AnswerType.CHOICES:
        return [part.strip() for part in re.split(r"[;,\n]", text) if part.strip()]
    if item.repeats:
        return [_one(item, line.strip()) for line in text.split("\n") if line.strip()]
    return _one(item, text)


def in_a_line(item: Item, value: Any) -> str:
    """A value as `typed` reads it; lists of text take a line for each."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return " ".join(f"{name}={_shown(number)}" for name, number in value.items())
    if isinstance(value, (tuple, list)):
        between = "; " if item.type is AnswerType.CHOICES else "\n"
        return between.join(in_a_line(item, one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def _one(item: Item, text: str) -> Any:
    match item.type:
        case AnswerType.INTEGER | AnswerType.DECIMAL:
            number = _number(text)
            return text if number is None else number
        case AnswerType.DATE:
            return plain(re.sub(r"[ T]00:00(:00)?\Z", "", text))  # as spreadsheets write days
        case _:
            return text


def _numbers(kind: AnswerType, text: str) -> Any:
    pairs = _PAIR.findall(text)
    rest = _PAIR.sub("", text).strip(" ,;{}")
    found: dict[str, Any] = {}
    for pattern, names in _SHAPES[kind] if rest else ():
        match = pattern.match(rest)
        if match is not None:
            groups = zip(names, match.groups(), strict=True)
            found = {name: _number(said) for name, said in groups if said is not None}
            break
    if rest and not found:
        return text
    found.update({name.lower(): _number(said) for name, said in pairs})
    order = NUMBERS[kind]
    return dict(sorted(found.items(), key=lambda kv: order.index(kv[0]) if kv[0] in order else 99))


def _number(text: str) -> Number | None:
    text = text.replace("\u2212", "-").lstrip("+")
    if not re.fullmatch(_N, text):
        return None
    number = float(text)
    if number != number or abs(number) == float("inf"):
        return None
    return (
        int(number) if number == int(number) and abs(number) < 1e15 and "e" not in text else number
    )


def _shown(number: Any) -> str:
    return repr(number) if isinstance(number, float) else str(number)
