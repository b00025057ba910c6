"""The appraisal of the included studies: each answer of each instrument, never added up."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipeline.extraction import judgements_of
from pipeline.terms.appraisal import Judgement
from pipeline.terms.document import Cell, Table
from pipeline.terms.problem import ReviewError
from pipeline.terms.study import Study
from pipeline.writeup.dossier import Dossier
from pipeline.writeup.tables.rows import basis_notes, cell, column, study_cell

_CODE = re.compile(r"(?P<code>[A-Z]{0,3}\d+(?:\.\d+)*[a-z]?)[.:)]?\s+(?P<text>\S.*)", re.DOTALL)


def appraisal(dossier: Dossier, instrument: str = "") -> Table:
    """One row a study, instrument and result judged (PRISMA 2020, item 18), of all or of one.

    The answers are gathered by what they say, the questions stand below the table by their number.
    No score is made of them. Raises ReviewError for an instrument that the protocol lacks.
    """
    told = _told(dossier, instrument)
    several = len({j.instrument for judgements in told.values() for j in judgements}) > 1
    numbers = _numbers([j for judgements in told.values() for j in judgements])
    rows: list[tuple[Cell, ...]] = []
    studies = {study.id: study for study in dossier.included}
    for id, judgements in told.items():
        for about in dict.fromkeys((j.instrument, j.about) for j in judgements):
            here = [j for j in judgements if (j.instrument, j.about) == about]
            named = (cell(_instrument(here[0], dossier)),) if several or about[1] else ()
            rows.append(
                (
                    study_cell(studies[id], dossier),
                    *named,
                    cell(_by_answer(here, numbers)),
                    cell(_remarks(here, numbers)),
                )
            )
    with_instrument = bool(rows) and len(rows[0]) == 4
    if any(len(row) != len(rows[0]) for row in rows):
        rows = [row if len(row) == 4 else (row[0], cell(""), *row[1:]) for row in rows]
        with_instrument = True
    return Table(
        id=f"appraisal-{instrument}" if instrument else "appraisal",
        caption="Appraisal of the included studies",
        columns=(
            column("study", "Study", 1.1),
            *((column("instrument", "Instrument", 1),) if with_instrument else ()),
            column("answers", "Answers", 2),
            column("remarks", "Remarks", 2.6),
        ),
        rows=tuple(rows),
        notes=_notes(dossier, told, numbers),
    )


def judgements(dossier: Dossier) -> Table:
    """Every judgement in a row of its own, for other programs and for readers of one question."""
    told = [(study, j) for study in dossier.included for j in _of_study(study, dossier)]
    return Table(
        id="judgements",
        caption="Every answer of the appraisal",
        columns=(
            column("study", "Study", 1.2),
            column("instrument", "Instrument"),
            column("question", "Question", 2.4),
            column("judgement", "Judgement"),
            column("remark", "Remark", 1.8),
        ),
        rows=tuple(
            (
                study_cell(study, dossier),
                cell(_instrument(j, dossier)),
                cell(j.label),
                cell(_answer(j)),
                cell(j.note),
            )
            for study, j in told
        ),
        notes=basis_notes(study for study, _ in told),
    )


def _told(dossier: Dossier, instrument: str) -> Mapping[str, tuple[Judgement, ...]]:
    named = dossier.review.protocol.appraisal
    if instrument and instrument not in named:
        raise ReviewError(
            f"the protocol names no instrument {instrument!r}",
            f"It names {', '.join(named)}" if named else "Add it to `appraisal:`",
        )
    found = {
        study.id: tuple(j for j in _of_study(study, dossier) if instrument in ("", j.instrument))
        for study in dossier.included
    }
    return {id: judgements for id, judgements in found.items() if judgements}


def _of_study(study: Study, dossier: Dossier) -> tuple[Judgement, ...]:
    return judgements_of(study, dossier.review.forms)


def _numbers(told: Sequence[Judgement]) -> Mapping[tuple[str, str], tuple[str, str]]:
    """The short number of each question and its text: the one it carries, else its place."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    places: dict[str, int] = {}
    for j in told:
        if (j.instrument, j.item) in found:
            continue
        places[j.instrument] = places.get(j.instrument, 0) + 1
        carried = _CODE.fullmatch(j.label.strip())
        number = carried["code"] if carried else str(places[j.instrument])
        text = carried["text"] if carried else j.label
        found[j.instrument, j.item] = ("overall", text) if j.overall else (number, text)
    return found


def _by_answer(
    told: Sequence[Judgement], numbers: Mapping[tuple[str, str], tuple[str, str]]
) -> str:
    """`Yes: S1, S2` and so on, a line an answer, in the order in which answers first occur."""
    by: dict[str, list[str]] = {}
    for j in told:
        by.setdefault(_answer(j), []).append(numbers[j.instrument, j.item][0])
    return "\n".join(f"{answer}: {', '.join(where)}" for answer, where in by.items())


def _remarks(told: Sequence[Judgement], numbers: Mapping[tuple[str, str], tuple[str, str]]) -> str:
    by: dict[str, list[str]] = {}
    for j in told:
        if j.note:
            by.setdefault(" ".join(j.note.split()), []).append(numbers[j.instrument, j.item][0])
    return "\n".join(f"{', '.join(where)}: {note}" for note, where in by.items())


def _answer(judgement: Judgement) -> str:
    return judgement.answer_label or str(judgement.absent or "not answered")


def _instrument(judgement: Judgement, dossier: Dossier) -> str:
    form = dossier.review.forms.get(judgement.instrument)
    title = form.title if form else judgement.instrument
    return f"{title}, for {judgement.about}" if judgement.about else title


def _notes(
    dossier: Dossier,
    told: Mapping[str, tuple[Judgement, ...]],
    numbers: Mapping[tuple[str, str], tuple[str, str]],
) -> tuple[str, ...]:
    notes = []
    for id in dict.fromkeys(instrument for instrument, _ in numbers):
        form = dossier.review.forms.get(id)
        asked = [f"{n} {text}" for (of, _), (n, text) in numbers.items() if of == id]
        notes.append(f"{form.title if form else id}: {' '.join(asked)}")
    if told:
        notes.append("No score is made of the answers.")
    without = [s.title or s.id for s in dossier.included if s.id not in told]
    if without:
        notes.append(f"Not appraised: {'; '.join(without)}.")
    return (*notes, *basis_notes(s for s in dossier.included if s.id in told))
