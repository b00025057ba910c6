"""Tables of studies: what they are, and what they found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipeline.document.evidence_base import ordered
from pipeline.document.finding_words import comparison
from pipeline.document.tables.rows import cell, column, study_cell
from pipeline.document.values import (
    BASIS_LABELS,
    UnknownValue,
    basis_notes,
    entry_of,
    estimate_in_words,
    find,
    mark_of,
    mean_in_words,
    proportion_in_words,
    rate_in_words,
    shown_items,
    value_in_words,
    value_notes,
)
from pipeline.document.wording import listed, lower_first, number
from pipeline.model.document import Cell, Column, Table
from pipeline.model.form import Form, Item
from pipeline.model.study import Absent, Direction, Result, Study
from pipeline.snapshot import Snapshot

DIRECTIONS: Mapping[Direction, str] = {
    Direction.HIGHER: "\u25b2 higher",
    Direction.LOWER: "\u25bc lower",
    Direction.NO_CLEAR_DIFFERENCE: "\u25c4\u25ba no clear difference",
    Direction.MIXED: "\u25c4\u25ba mixed",
    Direction.NOT_STATED: "? differs, direction not stated",
    Direction.DESCRIPTIVE: "\u2013 nothing compared",
}
"""Symbol and word, so that neither colour nor shape is needed (Hilton Boon & Thomson 2021)."""


def characteristics(snapshot: Snapshot) -> Table:
    """The included studies (PRISMA 2020, item 17): what the forms mark as `in_table`."""
    table = _studies(
        "characteristics", "Characteristics of included studies", ordered(snapshot), snapshot
    )
    missing = snapshot.not_extracted
    if not missing:
        return table
    rows = tuple(
        (cell(id), *(cell("not yet extracted") for _ in table.columns[1:])) for id in missing
    )
    return Table(
        id=table.id,
        caption=table.caption,
        columns=table.columns,
        rows=(*table.rows, *rows),
        notes=table.notes,
    )


def context(snapshot: Snapshot) -> Table:
    """Studies that were extracted and are not included."""
    return _studies(
        "context", "Studies extracted for comparison or context only", snapshot.context, snapshot
    )


def _studies(id: str, caption: str, studies: Sequence[Study], snapshot: Snapshot) -> Table:
    asked = _items_of(studies, snapshot)
    columns = (
        column("study", "Study", 1.3),
        *(
            Column(id=path.replace("/", "_"), label=item.label, share=_share(item))
            for path, item in asked
        ),
        column("basis", "Read"),
        column("reports", "Reports", 0.6, numeric=True),
    )
    rows = []
    for study in studies:
        reports = snapshot.ledger.studies.get(study.id, study.reports)
        rows.append(
            (
                study_cell(study, snapshot),
                *(cell(_answer(study, path, snapshot)) for path, _ in asked),
                cell(BASIS_LABELS[study.basis]),
                cell(len(reports)),
            )
        )
    return Table(
        id=id,
        caption=caption,
        columns=columns,
        rows=tuple(rows),
        notes=(
            *_derivations(studies, asked, snapshot),
            *value_notes(_is_marked(studies, asked, snapshot), studies),
        ),
    )


def _share(item: Item) -> float:
    return 1.5 if item.type == "text" else 1.0


def _items_of(studies: Sequence[Study], snapshot: Snapshot) -> tuple[tuple[str, Item], ...]:
    """The items that go into the table, of every form that `studies` follow, each path once."""
    forms = dict.fromkeys(study.form for study in studies)
    found: dict[str, Item] = {}
    for id in forms or [snapshot.review.protocol.form]:
        form: Form | None = snapshot.review.forms.get(id)
        for path, item in shown_items(form) if form else ():
            found.setdefault(path, item)
    return tuple(found.items())


def _answer(study: Study, path: str, snapshot: Snapshot) -> str:
    try:
        found = find(snapshot.review, study, path)
    except UnknownValue:
        return str(Absent.NOT_APPLICABLE)
    answer = found.answer
    if answer.value is None:
        return str(answer.absent or Absent.NOT_YET)
    text = value_in_words(answer.value, found.item)
    text += mark_of(study, answer)
    return f"{text} (derived)" if answer.derived else text


def _is_marked(
    studies: Sequence[Study], asked: Sequence[tuple[str, Item]], snapshot: Snapshot
) -> bool:
    """Whether a value of the table carries the mark of an abstract."""
    for study in studies:
        for path, _ in asked:
            try:
                answer = find(snapshot.review, study, path).answer
            except UnknownValue:
                continue
            if answer.value is not None and mark_of(study, answer):
                return True
    return False


def _derivations(
    studies: Sequence[Study], asked: Sequence[tuple[str, Item]], snapshot: Snapshot
) -> Iterator[str]:
    """How each value was worked out that no report prints: `Aebi et al. 2014, total: 54 + 42`."""
    for study in studies:
        for path, item in asked:
            try:
                answer = find(snapshot.review, study, path).answer
            except UnknownValue:
                continue
            if answer.value is not None and answer.derived:
                yield f"{study.title or study.id}, {lower_first(item.label)}: {answer.derived}."


def results(snapshot: Snapshot, outcome: str = "") -> Table:
    """Every result of the included studies by outcome (PRISMA 2020, item 19), in the protocol's
    order; `outcome` picks one."""
    outcomes = {o.id: o.label for o in snapshot.review.protocol.outcomes}
    wanted = [outcome] if outcome else list(outcomes)
    studies = {study.id: study for study in ordered(snapshot)}
    told = [r for study in studies.values() for r in study.results]
    wanted += (
        [] if outcome else [o for o in dict.fromkeys(r.outcome for r in told) if o not in wanted]
    )
    rows = []
    shown: dict[str, Study] = {}
    for id in wanted:
        for result in told:
            if result.outcome == id:
                study = studies[result.study]
                shown[study.id] = study
                first = () if outcome else (cell(outcomes.get(id, id)),)
                rows.append((*first, *_result_row(result, study, snapshot)))
    columns = (
        *(() if outcome else (column("outcome", "Outcome", 1.1),)),
        column("study", "Study", 1.1),
        column("comparison", "Group and comparator", 1.4),
        column("direction", "Direction", 0.9),
        column("statement", "What the report says", 2.2),
        column("numbers", "Numbers", 1.2),
        column("source", "Where", 0.8),
    )
    label = outcomes.get(outcome, outcome)
    return Table(
        id=f"results-{outcome}" if outcome else "results",
        caption=f"Results on {label[:1].lower()}{label[1:]}" if outcome else "Results by outcome",
        columns=columns,
        rows=tuple(rows),
        notes=(
            "Direction: of the group against its comparator, as coded by a person from the report.",
            *basis_notes(shown.values()),
        ),
    )


def _result_row(result: Result, study: Study, snapshot: Snapshot) -> tuple[Cell, ...]:
    return (
        study_cell(study, snapshot),
        cell(comparison(result, study, snapshot)),
        cell(DIRECTIONS[result.direction]),
        cell(result.statement),
        cell(numbers(result, study)),
        cell(listed(dict.fromkeys(s.page or s.url for s in result.sources))),
    )


def numbers(result: Result, study: Study) -> str:
    """The numbers of a result in words, with how they were derived."""
    said = []
    if result.proportion:
        said.append(proportion_in_words(result.proportion))
    if result.mean:
        said.append(f"mean {mean_in_words(result.mean)}")
    if result.rate:
        said.append(rate_in_words(result.rate))
    if result.estimate:
        measure = f"{result.measure}: " if result.measure else ""
        said.append(f"{measure}{estimate_in_words(result.estimate)}")
    entry = entry_of(study, "results", result.id.partition("/")[2])
    reported = entry.answers.get("reported_value") if entry else None
    if reported is not None and reported.value is not None:
        said.append(value_in_words(reported.value, None))
    if result.n_analysed is not None:
        said.append(f"n = {number(result.n_analysed)}")
    if said and result.derived:
        said.append(f"derived: {result.derived}")
    return "; ".join(said)
