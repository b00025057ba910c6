"""All answers of a study by their addresses, and what an answer says as one comparable value."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.model.form import AnswerType, Form, Item
from pipeline.model.study import Absent, Answer, Part, Plain, Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One answer with its address (`groups/possessors/n`, `rob-2/assessments/a/overall`).

    `item` is what the form asks, `form` its id, and `asked` the dotted path of the item in it.
    """

    address: str
    form: str
    asked: str
    item: Item
    answer: Answer


def answers_of(study: Study, forms: Mapping[str, Form]) -> tuple[Answered, ...]:
    """Every answer of `study` and of its appraisals, in the order of the forms."""
    found: list[Answered] = []
    form = forms.get(study.form)
    if form is not None:
        top = Part(id="", answers=study.answers, parts=study.parts, place=study.place)
        found += _inside(form.id, form.items, top, "", "")
    for id, part in study.appraisals.items():
        if id in forms:
            found += _inside(id, forms[id].items, part, id, "")
    return tuple(found)


def _inside(
    form: str, items: Sequence[Item], part: Part, around: str, dotted: str
) -> Iterator[Answered]:
    for item in items:
        address = f"{around}/{item.id}" if around else item.id
        asked = f"{dotted}.{item.id}" if dotted else item.id
        if item.id in part.answers:
            yield Answered(
                address=address, form=form, asked=asked, item=item, answer=part.answers[item.id]
            )
        for entry in part.parts.get(item.id, ()) if item.type is AnswerType.PART else ():
            inner = f"{address}/{entry.id}" if item.repeats else address
            yield from _inside(form, item.items, entry, inner, asked)


Said = Plain | tuple[object, ...] | None


def said(answer: Answer | None, item: Item) -> Said:
    """What `answer` says, such that two answers that say the same are equal.

    Numbers by value (1 and 1.0; x of n whether or not the share stands beside it), choices in any
    order, text without regard to case, blanks and a full stop at its end. Why there is no answer
    is an answer too; None for one that is not yet given.
    """
    if answer is None or (answer.value is None and answer.absent in (None, Absent.NOT_YET)):
        return None
    value = answer.value
    if value is None:
        return ("absent", str(answer.absent))
    if isinstance(value, Mapping):
        return _numbers(value, item)
    if isinstance(value, tuple):
        several = tuple(_plain(one) for one in value)
        return tuple(sorted(several, key=str)) if item.options else several
    return _plain(value)


def _plain(value: Plain) -> Plain:
    if isinstance(value, (bool, date)):
        return str(value)
    if isinstance(value, str):
        return re.sub(r"\s+", " ", value).strip().rstrip(".").casefold()
    return float(value)


def _numbers(value: Mapping[str, Plain], item: Item) -> tuple[object, ...]:
    numbers = {name: _plain(number) for name, number in value.items()}
    if item.type is AnswerType.PROPORTION and {"x", "n"} <= numbers.keys():
        numbers = {"x": numbers["x"], "n": numbers["n"]}
    return tuple(sorted(numbers.items()))


def shown(answer: Answer | None) -> str:
    """`answer` on one line as people read it: `84 of 1978`, `yes`, `not reported`, `not yet`."""
    if answer is None or answer.value is None:
        return str(answer.absent or Absent.NOT_YET) if answer else str(Absent.NOT_YET)
    value = answer.value
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_word(number)}" for name, number in value.items())
    if isinstance(value, tuple):
        return "; ".join(_word(one) for one in value)
    return _word(value)


def _word(value: Plain) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(str(value).split())


def seen_hash(*answers: Said) -> str:
    """Eight hexadecimal digits for answers as they were shown: they tell whether one changed."""
    return hashlib.sha256(repr(answers).encode()).hexdigest()[:8]
