"""Forms: what is asked of each study, as data. An appraisal instrument is a form too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class AnswerType(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    YES_NO = "yes_no"
    DATE = "date"  # a day, or a month (2015-10) or year (2015) where no more is known
    CHOICE = "choice"
    CHOICES = "choices"
    PROPORTION = "proportion"  # {x, n, percent}: x of n
    ESTIMATE = "estimate"  # {value, low, high, level, se, p}: an estimate with its interval
    RANGE = "range"  # {low, high}
    MEAN = "mean"  # {mean, sd, se, n}
    RATE = "rate"  # {events, time}: events in person-time
    REFERENCE = "reference"  # the id of an entry of another part, an outcome, a group, a result
    PART = "part"  # items that belong together; with `repeats`, any number of times


NUMBERS: dict[AnswerType, tuple[str, ...]] = {
    AnswerType.PROPORTION: ("x", "n", "percent"),
    AnswerType.ESTIMATE: ("value", "low", "high", "level", "se", "p"),
    AnswerType.RANGE: ("low", "high"),
    AnswerType.MEAN: ("mean", "sd", "se", "n"),
    AnswerType.RATE: ("events", "time"),
}
"""The types whose answers are several numbers, and the names of those; `level` is in per cent."""


class Light(StrEnum):
    """What an answer of an appraisal says of the study, for symbols and colours."""

    GOOD = "good"
    SOME = "some"
    BAD = "bad"
    WORST = "worst"
    UNKNOWN = "unknown"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer that a choice offers.

    `along_with`: whoever takes this option takes at least one of each of these sets too.
    """

    id: str
    label: str
    help: str = ""
    light: Light = Light.NONE
    along_with: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Holds when the answer to `item` is one of `values`, or, without values, has any value.

    `item` is looked for in the same part, then in the parts around it, then at the top; of several,
    joined by " or ", one is enough.
    """

    item: str
    values: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The items that are looked at."""
        return tuple(name.strip() for name in self.item.split(" or ") if name.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question of a form.

    `unit` names what a number counts; `minimum` and `maximum` bound it; `items` are the questions
    of a part; `refers_to` names what a reference points to: a repeating part of the form,
    `protocol.outcomes`, `protocol.groups`, `study.results` (in an appraisal), several joined by
    " or ". `repeats` on a part allows any number of entries, on a plain type a list of values.
    `asked_if`: elsewhere the item is not asked at all. `in_table` puts it into the table of
    characteristics.
    """

    id: str
    label: str
    type: AnswerType = AnswerType.TEXT
    help: str = ""
    required: bool = False
    required_if: Condition | None = None
    asked_if: Condition | None = None
    options: tuple[Option, ...] = ()
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    repeats: bool = False
    items: tuple[Item, ...] = ()
    refers_to: str = ""
    in_table: bool = False

    @property
    def targets(self) -> tuple[str, ...]:
        """What a reference may point to, in the order in which it is looked for."""
        return tuple(t.strip() for t in self.refers_to.split(" or ") if t.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule across items, in words (`says`) and as a check the extraction room knows by name.

    `items` are dotted paths from the top of the form (`participants.total`, `groups.n`,
    `results.proportion.x`). `order` lists options from best to worst where the check needs it.
    """

    check: str
    items: tuple[str, ...]
    says: str = ""
    order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Overall:
    """How an instrument comes to one judgement over its domains.

    `item` is the dotted path of the overall judgement, `domains` those it rests on, `order` the
    answers from best to worst. The worst domain is proposed; a better judgement than that needs a
    note. `may_be_worse` says that a worse one is the assessor's to make (RoB 2: several concerns).
    """

    item: str
    domains: tuple[str, ...]
    order: tuple[str, ...]
    may_be_worse: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Holds when at least so many of `items` have one of `values`."""

    items: tuple[str, ...]
    values: tuple[str, ...]
    at_least: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a judgement is when all of `when`, one of `any`, and `count` hold, as far as given.

    `when` and `any` give the answers (ids of options, `not_asked`) to questions of the same part,
    or to steps; `then` is the judgement, "" where the rule is silent.
    """

    then: str
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    any: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    count: Tally | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The questions and steps that the case looks at."""
        counted = self.count.items if self.count is not None else ()
        return (*self.when, *self.any, *counted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Algorithm:
    """The rule from questions to one judgement: the first case that holds decides.

    `judges` is the dotted path of the judgement, or, for a `step`, a name in the same part that
    later rules look at. `source` says whose rule it is.
    """

    judges: str
    cases: tuple[Case, ...]
    step: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Robvis:
    """How the R package robvis knows an instrument: its name there, and its domains in order.

    Without `domains` those of the overall judgement are taken, else every judgement.
    """

    tool: str
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormChange:
    """What became different in `version` of a form and which items a study should revisit.

    `removed` are the items (dotted paths) that are asked no more; answers to them are kept.
    """

    version: int
    what: str
    revisit: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """`extraction_forms/ID.yaml`. `kind` is `extraction` or `appraisal`.

    `designs` are the study designs (options of the item `design`) that the form is meant for;
    none means any. `link` leads to the official text of an instrument; `scoring` says in words
    what may be made of its answers ("No sum score").
    """

    id: str
    version: int
    title: str
    items: tuple[Item, ...]
    kind: str = "extraction"
    source: str = ""
    link: str = ""
    licence: str = ""
    designs: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    overall: Overall | None = None
    algorithms: tuple[Algorithm, ...] = ()
    robvis: Robvis | None = None
    scoring: str = ""
    changes: tuple[FormChange, ...] = ()
    help: str = ""
