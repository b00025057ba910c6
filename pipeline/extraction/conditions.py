"""Whether an item is asked at all, and whether it must be answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.extraction.absence import absent_of
from pipeline.terms.form import Condition, Item
from pipeline.terms.study import Absent, Answer

Scope = tuple[Mapping[str, Answer], ...]
"""Answers by item, of the same part first, then of the parts around it."""


def is_asked(item: Item, scope: Scope) -> bool:
    return item.asked_if is None or holds(item.asked_if, scope)


def is_required(item: Item, scope: Scope) -> bool:
    return item.required or (item.required_if is not None and holds(item.required_if, scope))


def holds(condition: Condition, scope: Scope) -> bool:
    """Whether the nearest answer to the item of `condition` is one of its values."""
    for answers in scope:
        answer = answers.get(condition.item)
        if answer is not None:
            return _meets(answer, condition.values)
    return False


def said_of(condition: Condition) -> str:
    """`design is trial or survey`, `estimate is answered`."""
    return f"{condition.item} is {' or '.join(condition.values) or 'answered'}"


def is_blank(raw: Any) -> bool:
    """Whether nothing was filled in, as in a part of the blank."""
    if isinstance(raw, Mapping):
        return all(is_blank(value) for value in raw.values())
    if isinstance(raw, list):
        return all(is_blank(value) for value in raw)
    return absent_of(raw) in (Absent.NOT_YET, Absent.NOT_APPLICABLE)


def _meets(answer: Answer, values: tuple[str, ...]) -> bool:
    value = answer.value
    if value is None:
        return answer.absent is not None and str(answer.absent) in values
    if not values:
        return True
    if isinstance(value, bool):
        return ("yes" if value else "no") in values
    if isinstance(value, tuple):
        return any(str(one) in values for one in value)
    return str(value) in values
