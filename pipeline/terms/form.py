"""Forms: what is asked of each study, as data. An appraisal instrument is a form too."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AnswerType(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    YES_NO = "yes_no"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    PROPORTION = "proportion"  # {x, n, percent}: x of n
    ESTIMATE = "estimate"  # {value, low, high, level}: an estimate with its interval
    RANGE = "range"  # {low, high}
    MEAN = "mean"  # {mean, sd, n}
    REFERENCE = "reference"  # the id of an entry of another part of the same study
    PART = "part"  # items that belong together; with `repeats`, any number of times


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    id: str
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Holds when the answer to `item` is one of `values` (an item of the same part or the top)."""

    item: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question of a form.

    `unit` names what a number counts; `minimum` and `maximum` bound it; `items` are the questions
    of a part; `refers_to` names the repeating part that a reference points into.
    """

    id: str
    label: str
    type: AnswerType = AnswerType.TEXT
    help: str = ""
    required: bool = False
    required_if: Condition | None = None
    options: tuple[Option, ...] = ()
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    repeats: bool = False
    items: tuple[Item, ...] = ()
    refers_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule across items, in words (`says`) and as a check the extraction room knows by name."""

    check: str
    items: tuple[str, ...]
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """`extraction_forms/ID.yaml`. `kind` is `extraction` or `appraisal`."""

    id: str
    version: int
    title: str
    items: tuple[Item, ...]
    kind: str = "extraction"
    source: str = ""
    licence: str = ""
    designs: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    help: str = ""
