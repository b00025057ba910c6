"""The appraisal of the included studies, how complete they are, and how far people agreed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.document.appraised import Codes, codes_of, in_words, judged
from pipeline.document.conduct import figure, kappa_in_words
from pipeline.document.evidence_base import ordered
from pipeline.document.sentences.verification import agreement
from pipeline.document.tables.rows import cell, column, study_cell
from pipeline.document.values import BASIS_LABELS, basis_notes
from pipeline.document.wording import percent
from pipeline.extraction import judgements_of, remarks_of
from pipeline.extraction.study_data import counted_answers
from pipeline.model.document import Cell, Table
from pipeline.model.study import GIVEN, Absent, Judgement, Study
from pipeline.notation.spelling import spelled
from pipeline.snapshot import Snapshot


def appraisal(snapshot: Snapshot, instrument: str = "") -> Table:
    """One row a study, instrument and result judged (PRISMA 2020, item 18), of all or of one.

    The answers are gathered by what they say, the questions stand below the table by their number.
    No score is made of them. Raises ReviewError for an instrument that the protocol lacks.
    """
    told = judged(snapshot, instrument)
    everything = [j for judgements in told.values() for j in judgements]
    several = len({j.instrument for j in everything}) > 1
    beside = (
        "Instrument" if several else "Result judged" if any(j.about for j in everything) else ""
    )
    numbers = codes_of(everything)
    rows: list[tuple[Cell, ...]] = []
    studies = {study.id: study for study in ordered(snapshot)}
    for id, judgements in told.items():
        for about in dict.fromkeys((j.instrument, j.about) for j in judgements):
            here = [j for j in judgements if (j.instrument, j.about) == about]
            result = in_words(about[1], studies[id], snapshot)
            named = _instrument(studies[id], here[0], snapshot) if several else result
            rows.append(
                (
                    study_cell(studies[id], snapshot),
                    *((cell(named),) if beside else ()),
                    cell(_by_answer(here, numbers)),
                    cell(_remarks(studies[id], here, numbers, snapshot)),
                )
            )
    return Table(
        id=f"appraisal-{instrument}" if instrument else "appraisal",
        caption="Appraisal of the included studies",
        columns=(
            column("study", "Study", 1.1),
            *((column("instrument", beside, 1),) if beside else ()),
            column("answers", "Answers", 2),
            column("remarks", "Remarks", 2.6),
        ),
        rows=tuple(rows),
        notes=_notes(snapshot, told, numbers),
    )


def judgements(snapshot: Snapshot) -> Table:
    """Every judgement in a row of its own, for other programs and for readers of one question."""
    told = [
        (study, j)
        for study in ordered(snapshot)
        for j in judgements_of(study, snapshot.review.forms)
    ]
    return Table(
        id="judgements",
        caption="Every answer of the appraisal",
        columns=(
            column("study", "Study", 1.2),
            column("instrument", "Instrument"),
            column("question", "Question", 2.4),
            column("judgement", spelled("Judgement")),
            column("remark", "Remark", 1.8),
        ),
        rows=tuple(
            (
                study_cell(study, snapshot),
                cell(_instrument(study, j, snapshot)),
                cell(j.label),
                cell(_answer(j)),
                cell(j.note),
            )
            for study, j in told
        ),
        notes=basis_notes(study for study, _ in told),
    )


def _by_answer(told: Sequence[Judgement], numbers: Codes) -> str:
    """`Yes: S1, S2` and so on, a line an answer, in the order in which answers first occur."""
    by: dict[str, list[str]] = {}
    for j in told:
        by.setdefault(_answer(j), []).append(numbers[j.instrument, j.item][0])
    return "\n".join(f"{answer}: {', '.join(where)}" for answer, where in by.items())


def _remarks(study: Study, told: Sequence[Judgement], numbers: Codes, snapshot: Snapshot) -> str:
    """Notes by the questions they stand beside, judgements that were raised or lowered, and what
    was answered in words."""
    by: dict[str, list[str]] = {}
    for j in told:
        if j.note:
            by.setdefault(" ".join(j.note.split()), []).append(numbers[j.instrument, j.item][0])
    remarks = [f"{', '.join(where)}: {note}" for note, where in by.items()]
    remarks += [
        f"{label}: {' '.join(words.split())}"
        for label, words in remarks_of(study, snapshot.review.forms, told[0].instrument).items()
    ]
    return "\n".join(remarks)


def _answer(judgement: Judgement) -> str:
    return judgement.answer_label or str(judgement.absent or "not answered")


def _instrument(study: Study, judgement: Judgement, snapshot: Snapshot) -> str:
    form = snapshot.review.forms.get(judgement.instrument)
    title = form.title if form else judgement.instrument
    about = in_words(judgement.about, study, snapshot)
    return f"{title}, for {about}" if about else title


def _notes(
    snapshot: Snapshot,
    told: Mapping[str, tuple[Judgement, ...]],
    numbers: Codes,
) -> tuple[str, ...]:
    notes = []
    for id in dict.fromkeys(instrument for instrument, _ in numbers):
        form = snapshot.review.forms.get(id)
        asked = [f"{n} {text}" for (of, _), (n, text) in numbers.items() if of == id]
        notes.append(f"{form.title if form else id}: {' '.join(asked)}")
    if told:
        notes.append("No score is made of the answers.")
    without = [s.title or s.id for s in ordered(snapshot) if s.id not in told]
    if without:
        notes.append(f"Not appraised: {'; '.join(without)}.")
    return (*notes, *basis_notes(s for s in ordered(snapshot) if s.id in told))


_LABELS = {
    GIVEN: "Given",
    str(Absent.NOT_REPORTED): "Not reported",
    str(Absent.NOT_APPLICABLE): "Not applicable",
    str(Absent.UNCLEAR): "Unclear",
    str(Absent.NOT_YET): "Not yet extracted",
}


def completeness(snapshot: Snapshot) -> Table:
    """How many answers each included study gives, and how many it does not, by the reason."""
    counts = [(study, counted_answers(study)) for study in ordered(snapshot)]
    rows = [
        (
            study_cell(study, snapshot),
            cell(BASIS_LABELS[study.basis]),
            *(cell(counted[reason]) for reason in _LABELS),
        )
        for study, counted in counts
    ]
    if len(rows) > 1:
        totals = (sum(counted[reason] for _, counted in counts) for reason in _LABELS)
        rows.append((cell("All studies"), cell(""), *(cell(total) for total in totals)))
    return Table(
        id="completeness",
        caption="Answers that could be extracted from the included studies",
        columns=(
            column("study", "Study", 1.4),
            column("basis", "Read"),
            *(
                column(reason.replace(" ", "_"), label, 0.8, numeric=True)
                for reason, label in _LABELS.items()
            ),
        ),
        rows=tuple(rows),
        notes=(
            "Answers to the items of the extraction form that were asked of the study; every "
            "entry of a part that repeats counts its own.",
            *basis_notes(study for study, _ in counts),
        ),
    )


def extraction_agreement(snapshot: Snapshot) -> Table:
    """A row an item and a total a form: compared, the same, and figures where one chooses."""
    found = agreement(snapshot)
    titles = {a.form: a.label for a in found if not a.asked}
    return Table(
        id="extraction_agreement",
        caption="Agreement of two people who extracted and appraised apart",
        columns=(
            column("form", "Form", 1.4),
            column("item", "Item", 2.4),
            column("compared", "Compared", 0.8, numeric=True),
            column("same", "The same", 0.8, numeric=True),
            column("percent", "Per cent", 0.8, numeric=True),
            column("kappa", "Kappa (95% CI)", 1.4, numeric=True),
            column("pabak", "PABAK", 0.8, numeric=True),
            column("ac1", "AC1", 0.8, numeric=True),
        ),
        rows=tuple(
            (
                cell(titles[a.form]),
                cell(a.label if a.asked else "All items"),
                cell(a.compared),
                cell(a.same),
                cell(percent(a.same, a.compared, 1) if a.compared else ""),
                cell(kappa_in_words(a.judged) if a.judged.n else ""),
                cell(figure(a.judged.pabak) if a.judged.n else ""),
                cell(figure(a.judged.ac1) if a.judged.n else ""),
            )
            for a in found
        ),
        notes=(
            "Compared are answers that at least one of the two gave; numbers count as the same by "
            "their value. Cohen's kappa, PABAK and Gwet's AC1 stand where one chooses from a list; "
            "kappa is not defined where both chose one option throughout.",
        )
        if found
        else (),
    )
