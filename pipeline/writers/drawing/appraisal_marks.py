"""What figures of an appraisal show, and how a judgement looks.

Each light has one sign, one colour and one shade of grey. The colours grow darker from good to bad,
so that they keep their order for readers who see colours differently and on a grey print; a sign
stands in each, so that nothing rests on colour at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.terms.form import Light
from pipeline.writers.drawing.svg import INK, PAPER, Pen, Shape, circle, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The sign in the mark, the colour of the mark and that of the sign."""

    sign: str
    fill: str
    ink: str = INK


MARKS: Mapping[Light, Mark] = {
    Light.GOOD: Mark(sign="+", fill="#d6efe4"),
    Light.SOME: Mark(sign="\u2212", fill="#f0b53c"),
    Light.BAD: Mark(sign="\u00d7", fill="#c8551b", ink=PAPER),
    Light.WORST: Mark(sign="!", fill="#6b1212", ink=PAPER),
    Light.UNKNOWN: Mark(sign="?", fill="#ffffff"),
    Light.NONE: Mark(sign="", fill="#ffffff"),
}
"""From good to worst; the last two say nothing of good or bad and stay white."""

ORDER = tuple(MARKS)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Judged:
    """A judgement as a figure shows it: its light and its words ("Some concerns")."""

    light: Light
    label: str

    @property
    def sign(self) -> str:
        """The sign of the light; for an answer without a light the first letters of its words."""
        return MARKS[self.light].sign or initials(self.label)


def initials(label: str) -> str:
    """`NA` for `Not applicable`, `I` for `Include`: two letters at most."""
    return "".join(word[0] for word in label.split() if word[0].isalnum())[:2].upper() or "\u00b7"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A column: the short code above the marks, what is asked, and the part it stands in."""

    id: str
    code: str
    label: str
    part: str = ""
    overall: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A study, the result that is judged (or ""), and its judgements by the id of the question.

    A question that was not asked of the study is not in `judged`; None is one not yet answered. A
    row without judgements is a study that the instrument is meant for and that has none yet.
    `reasoned` are the overall judgements that differ from the worst domain, with a reason.
    """

    study: str
    about: str = ""
    judged: Mapping[str, Judged | None]
    reasoned: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """All that one instrument says of the studies of a review; `notes` stand below the figure."""

    id: str
    title: str
    questions: tuple[Question, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def in_order(judged: Iterable[Judged]) -> tuple[Judged, ...]:
    """Each judgement once, from good to bad, then what says neither."""
    return tuple(sorted(set(judged), key=lambda j: (ORDER.index(j.light), j.label)))


def mark(x: float, y: float, radius: float, judged: Judged) -> list[Shape]:
    """The mark of `judged` around the point x, y."""
    look = MARKS[judged.light]
    size = radius * (1.7 if len(judged.sign) == 1 else 1.0)
    return [
        circle(x, y, radius, Pen(fill=look.fill, stroke=INK, width=0.9)),
        text(x, y + size * 0.35, judged.sign, size=size, bold=True, anchor="middle", fill=look.ink),
    ]
