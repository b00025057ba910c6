"""What an appraisal says of a study, one judgement an item."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.terms.form import Light
from pipeline.terms.problem import Place
from pipeline.terms.study import Absent, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The answer to one item of an appraisal instrument.

    `item` is the dotted path of the item in `instrument`, `about` the result or outcome judged
    where the instrument is answered for each (else ""). `answer` is the id of an option and
    `answer_label` its words, or, with `answer` "", why there is none (`absent`). `overall` marks
    the instrument's judgement over all domains, and `proposed` is then the worst of its domains, ""
    while one of them is open. `part` is the label of the part of the instrument that it stands in.
    """

    study: str
    instrument: str
    item: str
    label: str
    answer: str
    answer_label: str
    light: Light
    about: str = ""
    note: str = ""
    overall: bool = False
    proposed: str = ""
    part: str = ""
    absent: Absent | None = None
    sources: tuple[Source, ...] = ()
    place: Place
