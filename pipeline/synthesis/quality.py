"""How much concern there is about a study as a whole, for plots and sensitivity; never a score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.terms.appraisal import Judgement
from pipeline.terms.form import Light
from pipeline.terms.preliminary import Concerns, Preliminary

_OF_LIGHT = {
    Light.GOOD: Concerns.LOW,
    Light.SOME: Concerns.SOME,
    Light.BAD: Concerns.HIGH,
    Light.WORST: Concerns.HIGH,
    Light.UNKNOWN: Concerns.UNCLEAR,
}
_WORST_FIRST = (Light.WORST, Light.BAD, Light.UNKNOWN, Light.SOME, Light.GOOD)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyQuality:
    """The concerns about a study (None: nobody judged it as a whole), its overall light where an
    instrument gives one, and how many answers of its appraisal are good, in between, bad, open."""

    concerns: Concerns | None = None
    light: Light | None = None
    answers: tuple[tuple[Light, int], ...] = ()


def quality_of(
    study: str, judgements: Sequence[Judgement], preliminary: Preliminary
) -> StudyQuality:
    """The quality of `study` from its judgements.

    An instrument's overall judgement counts, the worst where there are several; else what the
    authors say in the preliminary synthesis, with their reason; else none: answers are not added
    up (MMAT 2018, JBI and CASP make no overall score).
    """
    overall = [j.light for j in judgements if j.overall and j.light is not Light.NONE]
    light = next((one for one in _WORST_FIRST if one in overall), None)
    said = preliminary.quality.get(study)
    counted: Counter[Light] = Counter(
        j.light for j in judgements if not j.overall and j.light is not Light.NONE
    )
    concerns = _OF_LIGHT[light] if light else (said.concerns if said else None)
    return StudyQuality(
        concerns=concerns,
        light=light,
        answers=tuple((one, counted[one]) for one in Light if counted[one]),
    )
