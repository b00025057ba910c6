"""The appraisals of the included studies, gathered for tables and figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from pipeline.document.evidence_base import ordered
from pipeline.document.values import MARKS, basis_notes
from pipeline.document.wording import capital
from pipeline.extraction import instruments_for, judgements_of
from pipeline.extraction.forms import walk
from pipeline.model.form import Form, Light
from pipeline.model.problem import ReviewError
from pipeline.model.study import Absent, Judgement, Study
from pipeline.notation.typed import nearest
from pipeline.render.svg.traffic_light import Appraisal, JudgedQuestion, Row, ShownJudgement
from pipeline.snapshot import Snapshot

_CODE = re.compile(r"(?P<code>[A-Z]{0,3}\d+(?:\.\d+)*[a-z]?)[.:)]?\s+(?P<text>\S.*)", re.DOTALL)
OVERALL = "All"
"""The code of the judgement over all domains."""

Codes = Mapping[tuple[str, str], tuple[str, str]]
"""(instrument, item) to the short code of the question and its text without the code."""


def judged(snapshot: Snapshot, instrument: str = "") -> Mapping[str, tuple[Judgement, ...]]:
    """The judgements of each included study that has any, of all instruments or of one; the
    questions that only lead to them are left out.

    Raises ReviewError for an instrument that the protocol does not name.
    """
    named = snapshot.review.protocol.appraisal
    if instrument and instrument not in named:
        raise ReviewError(
            f"the protocol names no instrument {instrument!r}.{nearest(instrument, named)}",
            f"It names {', '.join(named)}" if named else "Add it to `appraisal:`",
        )
    forms = snapshot.review.forms
    found = {
        study.id: tuple(
            j
            for j in judgements_of(study, forms)
            if instrument in ("", j.instrument) and not j.signals
        )
        for study in ordered(snapshot)
    }
    return {id: judgements for id, judgements in found.items() if judgements}


def codes_of(judgements: Iterable[Judgement]) -> Codes:
    """The code of each question: the one its label begins with, else its place.

    Where two questions of an instrument carry the same code, both go by their place.
    """
    labels = {(j.instrument, j.item): j for j in judgements}
    carried = {key: _CODE.fullmatch(j.label.strip()) for key, j in labels.items()}
    given = [(key[0], m["code"]) for key, m in carried.items() if m]
    places: dict[str, int] = {}
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for key, j in labels.items():
        places[j.instrument] = places.get(j.instrument, 0) + 1
        match = carried[key]
        code, words = str(places[j.instrument]), j.label
        if match and given.count((j.instrument, match["code"])) == 1:
            code, words = match["code"], match["text"]
        found[key] = (OVERALL if j.overall else code, words)
    return found


def instrument_of(snapshot: Snapshot, instrument: str = "") -> str:
    """`instrument`, or the one that the included studies are appraised with.

    Raises ReviewError where there is none, or where there are several and none is named.
    """
    if instrument:
        judged(snapshot, instrument)
        return instrument
    named = snapshot.review.protocol.appraisal
    used = {j.instrument for judgements in judged(snapshot).values() for j in judgements}
    used = used or set(named)
    if len(used) == 1:
        return used.pop()
    if not used:
        raise ReviewError(
            "no instrument is named that studies are appraised with",
            "Name one in `appraisal:` of the protocol",
        )
    names = [id for id in named if id in used] or sorted(used)
    raise ReviewError(
        f"studies are appraised with {len(used)} instruments",
        f'Draw one at a time: {{{{ figure("appraisal", instrument="{names[0]}") }}}}; '
        f"there are {', '.join(names)}",
    )


def appraisal_of(snapshot: Snapshot, instrument: str, id: str) -> Appraisal:
    """What `instrument` says of the included studies, as the figure `id` shows it.

    A study that the instrument is meant for and that has no answers is a row without judgements.
    """
    instrument = instrument_of(snapshot, instrument)
    form = snapshot.review.forms.get(instrument)
    if form is None:
        raise ReviewError(
            f"there is no sound instrument {instrument!r}", "`review check` says what is wrong"
        )
    told = judged(snapshot, instrument)
    everything = [j for judgements in told.values() for j in judgements]
    rows: list[Row] = []
    for study in ordered(snapshot):
        if study.id in told:
            rows += _rows(study, told[study.id], snapshot)
        elif instrument in instruments_for(study, snapshot.review.forms, snapshot.review.protocol):
            rows.append(Row(study=_name(study), judged={}))
    return Appraisal(
        id=id,
        title=form.title,
        questions=_questions(form, everything),
        rows=tuple(rows),
        notes=basis_notes(study for study in ordered(snapshot) if study.id in told),
    )


def _name(study: Study) -> str:
    return f"{study.title or study.id}{MARKS[study.basis]}"


def _questions(form: Form, told: Sequence[Judgement]) -> tuple[JudgedQuestion, ...]:
    """The questions that were asked of any study, in the order of the instrument."""
    codes = codes_of(told)
    first = {j.item: j for j in reversed(told)}
    return tuple(
        JudgedQuestion(
            id=path,
            code=codes[form.id, path][0],
            label=codes[form.id, path][1],
            part=first[path].part,
            overall=first[path].overall,
        )
        for path, _ in walk(form.items)
        if path in first
    )


def _rows(study: Study, judgements: Sequence[Judgement], snapshot: Snapshot) -> list[Row]:
    """One row for each result that is judged; questions about the study stand in each of them."""
    results = list(dict.fromkeys(j.about for j in judgements if j.about)) or [""]
    rows = []
    for about in results:
        here = [j for j in judgements if j.about in ("", about)]
        rows.append(
            Row(
                study=_name(study),
                about=in_words(about, study, snapshot),
                judged={j.item: _shown(j) for j in here},
                reasoned=frozenset(
                    j.item
                    for j in here
                    if (j.proposed or j.by_rule) and j.answer not in (j.proposed, j.by_rule)
                ),
            )
        )
    return rows


def _shown(judgement: Judgement) -> ShownJudgement | None:
    if judgement.answer:
        return ShownJudgement(light=judgement.light, label=judgement.answer_label)
    if judgement.absent in (None, Absent.NOT_YET):
        return None
    return ShownJudgement(light=Light.NONE, label=capital(str(judgement.absent)))


def in_words(about: str, study: Study, snapshot: Snapshot) -> str:
    """The outcome or result that is judged, as a reader knows it."""
    outcomes = {o.id: o.label for o in snapshot.review.protocol.outcomes}
    if about in outcomes:
        return outcomes[about]
    result = next((r for r in study.results if r.id == f"{study.id}/{about}"), None)
    if result is None:
        return about
    label = outcomes.get(result.outcome, result.outcome)
    alike = sum(r.outcome == result.outcome for r in study.results)
    return f"{label} ({about})" if alike > 1 else label
