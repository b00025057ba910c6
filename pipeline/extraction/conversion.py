"""What becomes of a written value: the value that its item asks for, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.terms.form import Item
from pipeline.terms.problem import Severity
from pipeline.terms.study import Plain

Value = Plain | tuple[Plain, ...] | Mapping[str, Plain]
Number = int | float


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a value.

    `at` leads from the value to what is meant: a number of a proportion, an entry of a list.
    `printed`: a report may print it so; with a note in the answer it is a warning, not an error.
    """

    what: str
    remedy: str
    severity: Severity = Severity.ERROR
    at: tuple[str | int, ...] = ()
    printed: bool = False


Converted = tuple[Value | None, tuple[Fault, ...]]


def refused(what: str, remedy: str) -> Converted:
    """No value, because of one fault."""
    return None, (Fault(what, remedy),)


def out_of_bounds(item: Item, number: Number, key: str = "") -> list[Fault]:
    """What is wrong with a number where it is out of the bounds of `item`."""
    unit = f" {item.unit}" if item.unit else ""
    name = f"{key!r} of {item.id!r}" if key else f"{item.id!r}"
    if item.minimum is not None and number < item.minimum:
        what = f"{name} is {number}{unit}, below the least possible, {item.minimum:g}{unit}"
        return [Fault(what, "Look the number up again", at=(key,) if key else ())]
    if item.maximum is not None and number > item.maximum:
        what = f"{name} is {number}{unit}, above the greatest possible, {item.maximum:g}{unit}"
        return [Fault(what, "Look the number up again", at=(key,) if key else ())]
    return []
