"""The questions that a study has to answer, and answers as people type them on one line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.extraction.answers import path_of
from pipeline.extraction.parts import Scope, is_required
from pipeline.extraction.values import Number, absent_of
from pipeline.model.form import NUMBERS, AnswerType, Form, Item
from pipeline.model.study import Absent, Answer, Part, Study
from pipeline.notation.yaml_text import Path, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyQuestion:
    """One item that is asked of a study, in the part or the entry where it is asked.

    `address` names it for people (`groups/possessors/n`), `dotted` is the item in its form
    (`groups.n`), `path` leads to it in the file. A part that repeats is a question of its own:
    which entries it has (`entries`). `block` is the id of the form.
    """

    block: str
    address: str
    dotted: str
    path: Path
    item: Item
    answer: Answer | None
    required: bool = False
    entries: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether nothing is said yet."""
        if self.entries:
            return False
        return self.answer is None or self.answer.absent is Absent.NOT_YET


def questions(study: Study, forms: Mapping[str, Form], written: Any) -> Iterator[StudyQuestion]:
    """Every question that is asked of `study`: those of its form, then those of its appraisals.

    `written` is what its file says. Entries that have no id are passed over: `check` tells them.
    """
    top = Part(id="", answers=study.answers, parts=study.parts, place=study.place)
    yield from _asked(forms[study.form], top, written, "")
    for id, part in study.appraisals.items():
        if id in forms:
            yield from _asked(forms[id], part, written, id)


def _asked(form: Form, top: Part, written: Any, block: str) -> Iterator[StudyQuestion]:
    lead = (block,) if block else ()

    def walk(
        items: tuple[Item, ...],
        part: Part,
        steps: tuple[str, ...],
        dotted: tuple[str, ...],
        scope: Scope,
    ) -> Iterator[StudyQuestion]:
        inner = (part.answers, *scope)
        for item in items:
            here, path = (*steps, item.id), (*dotted, item.id)
            asked = item.id in part.answers or item.id in part.parts
            at = path_of(written, "/".join((*lead, *here))) if asked else None
            if at is None:
                continue
            entries = part.parts.get(item.id, ())
            if item.type is not AnswerType.PART or item.repeats or item.id in part.answers:
                yield StudyQuestion(
                    block=form.id,
                    address="/".join((*lead, *here)),
                    dotted=".".join(path),
                    path=at,
                    item=item,
                    answer=part.answers.get(item.id),
                    required=is_required(item, inner),
                    entries=tuple(e.id for e in entries) if item.repeats else (),
                )
            for entry in entries:
                below = (*here, entry.id) if item.repeats else here
                yield from walk(item.items, entry, below, path, inner)

    yield from walk(form.items, top, (), (), ())


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
