"""The appraisal of the included studies: each answer of each instrument, never added up."""

from __future__ import annotations

from pipeline.extraction import judgements_of
from pipeline.terms.appraisal import Judgement
from pipeline.terms.document import Table
from pipeline.terms.form import Light
from pipeline.terms.problem import ReviewError
from pipeline.writeup.dossier import Dossier
from pipeline.writeup.tables.rows import basis_notes, cell, column, study_cell

_SIGNS = {
    Light.GOOD: "+ ",
    Light.SOME: "\u2013 ",
    Light.BAD: "x ",
    Light.WORST: "! ",
    Light.UNKNOWN: "? ",
    Light.NONE: "",
}


def appraisal(dossier: Dossier, instrument: str = "") -> Table:
    """One row a study and judgement (PRISMA 2020, item 18), of all instruments or of one.

    An empty table says so; no score is made of the answers. Raises ReviewError for an instrument
    that the protocol does not name.
    """
    named = dossier.review.protocol.appraisal
    if instrument and instrument not in named:
        raise ReviewError(
            f"the protocol names no instrument {instrument!r}",
            f"It names {', '.join(named)}" if named else "Add it to `appraisal:`",
        )
    forms = dossier.review.forms
    rows = []
    without = []
    for study in dossier.included:
        told = [j for j in judgements_of(study, forms) if instrument in ("", j.instrument)]
        if not told:
            without.append(study.title or study.id)
        rows += [
            (study_cell(study, dossier), cell(_of(j, dossier)), cell(j.label), cell(_said(j)))
            for j in told
        ]
    notes = ["No score is made of the answers."] if rows else []
    if without:
        notes.append(f"Not appraised: {'; '.join(without)}.")
    return Table(
        id=f"appraisal-{instrument}" if instrument else "appraisal",
        caption="Appraisal of the included studies",
        columns=(
            column("study", "Study", 1.2),
            column("instrument", "Instrument"),
            column("item", "Question", 2.4),
            column("judgement", "Judgement", 1.8),
        ),
        rows=tuple(rows),
        notes=(*notes, *basis_notes(dossier.included if rows else ())),
    )


def _of(judgement: Judgement, dossier: Dossier) -> str:
    form = dossier.review.forms.get(judgement.instrument)
    title = form.title if form else judgement.instrument
    return f"{title}, result {judgement.about}" if judgement.about else title


def _said(judgement: Judgement) -> str:
    note = f" ({judgement.note})" if judgement.note else ""
    return f"{_SIGNS[judgement.light]}{judgement.answer_label}{note}"
