"""Numbers in tables: every estimate of a set, and what sets were pooled to."""

from __future__ import annotations

from pipeline.document.citations import citable
from pipeline.document.estimate_words import (
    SCALES,
    heterogeneity_in_words,
    interval_in_words,
    model_in_words,
    pooled_in_words,
    value_on_scale,
)
from pipeline.document.evidence_base import evidence_base
from pipeline.document.figures.estimates import Numbers, about, notes_of, numbers_of
from pipeline.document.tables.rows import cell, column
from pipeline.document.wording import capital, number, percent
from pipeline.model.document import Cell, Table
from pipeline.notation.safe_text import for_file_name
from pipeline.snapshot import Snapshot


def estimates(snapshot: Snapshot, estimates: str = "") -> Table:
    """Every estimate of one set, or of all, on the scale of its set (PRISMA 2020, item 19)."""
    ids = [estimates] if estimates else list(snapshot.synthesis.estimates)
    told = [numbers_of(snapshot, id) for id in ids]
    rows = tuple(row for one in told for row in _rows(one, snapshot, named=not estimates))
    notes = tuple(note for one in told for note in _notes(one, snapshot, named=not estimates))
    label = told[0].asked.label if estimates else "Estimates"
    return Table(
        id=f"estimates-{for_file_name(estimates)}" if estimates else "estimates",
        caption=label,
        columns=(
            *(() if estimates else (column("set", "Set", 1.2),)),
            column("study", "Study", 1.1),
            column("comparison", "Group and comparator", 1.5),
            column("numbers", "Numbers", 1.1),
            column("estimate", "Estimate (95% CI)", 1.3),
            column("weight", "Weight", 0.6, numeric=True),
        ),
        rows=rows,
        notes=notes,
    )


def _rows(told: Numbers, snapshot: Snapshot, *, named: bool) -> list[tuple[Cell, ...]]:
    base = evidence_base(snapshot)
    names = citable(snapshot)
    scale = told.asked.scale
    rows = []
    for effect, weight in zip(told.effects, told.weights, strict=True):
        key = names.key(effect.study)
        said = interval_in_words(scale, effect.value, effect.low, effect.high)
        rows.append(
            (
                *((cell(told.asked.label),) if named else ()),
                cell(base.label(effect.study), *((key,) if key else ())),
                cell(about(snapshot, told, effect)),
                cell(effect.numbers),
                cell(f"{SCALES[scale]} {said}"),
                cell("" if weight is None else percent(weight, 1, 1)),
            )
        )
    return rows


def _notes(told: Numbers, snapshot: Snapshot, *, named: bool) -> list[str]:
    head = f"{told.asked.label}: " if named else ""
    reason = " ".join(told.asked.reason.split())
    notes = [f"{head}{reason.removesuffix('.')}."] if reason else []
    return notes + [f"{head}{note}" for note in notes_of(snapshot, told)]


def pooled(snapshot: Snapshot) -> Table:
    """What each set was pooled to, by which model and why; sets that were not pooled say so."""
    rows = []
    for id in snapshot.synthesis.estimates:
        told = numbers_of(snapshot, id)
        scale, found = told.asked.scale, told.pooled
        studies = {effect.study for effect in told.effects}
        if found is None:
            spread = [e.value for e in told.effects]
            ends = (
                f"from {value_on_scale(scale, min(spread))} to {value_on_scale(scale, max(spread))}"
                if spread
                else "no estimate"
            )
            why = f" ({told.not_pooled})" if told.not_pooled else ""
            row = (f"not pooled{why}; {ends}", "", " ".join(told.asked.reason.split()))
        else:
            pool = told.asked.pool
            row = (
                f"{SCALES[scale]} {pooled_in_words(found, scale, told.n)}",
                f"{model_in_words(told.asked, found)}; "
                f"{heterogeneity_in_words(found, scale, told.n)}",
                " ".join(pool.reason.split()) if pool else "",
            )
        rows.append(
            (
                cell(told.asked.label),
                cell(f"{number(len(told.effects))} from {number(len(studies))}"),
                *(cell(capital(words)) for words in row),
            )
        )
    return Table(
        id="pooled",
        caption="Sets of estimates and what they come to",
        columns=(
            column("set", "Set", 1.3),
            column("n", "Estimates from studies", 0.8),
            column("result", "Result (95% CI)", 1.4),
            column("model", "Model and heterogeneity", 1.8),
            column("why", "Why", 1.6),
        ),
        rows=tuple(rows),
    )
