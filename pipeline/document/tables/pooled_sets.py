"""What is looked at beside a pooled estimate, in tables: subgroups, meta-regression, single
studies, small studies, absolute effects."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.document.citations import citable
from pipeline.document.estimate_words import (
    SCALES,
    TESTS,
    asymmetry_in_words,
    difference_in_words,
    filled_in_words,
    heterogeneity_in_words,
    more_in_words,
    number_in_words,
    p_in_words,
    pooled_in_words,
    regression_in_words,
    term_in_words,
    working_scale,
)
from pipeline.document.evidence_base import evidence_base
from pipeline.document.figures.estimates import Numbers, numbers_of
from pipeline.document.tables.rows import cell, column
from pipeline.document.wording import capital, counted, listed, number, sentence
from pipeline.model.document import Cell, Column, Table
from pipeline.notation.safe_text import for_file_name
from pipeline.snapshot import Snapshot
from pipeline.synthesis.absolute_effects import COMPARATORS, absolute_effects
from pipeline.synthesis.combining import Pooled
from pipeline.synthesis.pools import Moderated, poolable, studies_of
from pipeline.synthesis.regression import Coefficient


def _sets(snapshot: Snapshot, estimates: str) -> Iterator[Numbers]:
    for id in [estimates] if estimates else snapshot.synthesis.estimates:
        told = numbers_of(snapshot, id)
        if told.pooled is not None:
            yield told


def _table(
    word: str,
    caption: str,
    estimates: str,
    columns: tuple[Column, ...],
    rows: list[tuple[Cell, ...]],
    notes: list[str],
) -> Table:
    return Table(
        id=f"{word}-{for_file_name(estimates)}" if estimates else word,
        caption=caption,
        columns=(column("set", "Set", 1.2), *columns),
        rows=tuple(rows),
        notes=tuple(notes),
    )


def _head(told: Numbers) -> Cell:
    return cell(told.asked.label)


def subgroups(snapshot: Snapshot, estimates: str = "") -> Table:
    """Each group of a set pooled by itself, and whether groups differ (PRISMA 2020, item 20c)."""
    rows: list[tuple[Cell, ...]] = []
    notes: list[str] = []
    for told in _sets(snapshot, estimates):
        found, scale = told.analysis.subgroups, told.asked.scale
        if found is None:
            continue
        for group in found.groups:
            n = f"{number(len(group.effects))} from {number(len(studies_of(group.effects)))}"
            if isinstance(group.pooled, Pooled):
                said = f"{SCALES[scale]} {pooled_in_words(group.pooled, scale, told.n)}"
                more = "" if group.pooled.k < 2 else heterogeneity_in_words(group.pooled, scale)
            else:
                said, more = f"not pooled: {group.pooled}", ""
            rows.append((_head(told), cell(group.label), cell(n), cell(capital(said)), cell(more)))
        notes += [sentence(f"{told.asked.label}: {difference_in_words(found)}")]
        base = evidence_base(snapshot)
        for studies, where in ((found.outside, "no group"), (found.twice, "several groups")):
            if studies:
                names = listed(base.label(study) for study in studies)
                first = ", and count in the first" if where == "several groups" else ""
                notes.append(sentence(f"{told.asked.label}: {names} stand in {where}{first}"))
    return _table(
        "subgroups",
        "Subgroups, each pooled by itself",
        estimates,
        (
            column("group", "Group", 1.2),
            column("n", "Estimates from studies", 0.8),
            column("result", "Result (95% CI)", 1.5),
            column("heterogeneity", "Heterogeneity", 1.8),
        ),
        rows,
        notes,
    )


def meta_regression(snapshot: Snapshot, estimates: str = "") -> Table:
    """Every term of every meta-regression, planned or not, with what it explains."""
    rows: list[tuple[Cell, ...]] = []
    notes: list[str] = []
    base = evidence_base(snapshot)
    for told in _sets(snapshot, estimates):
        for one in told.analysis.regressions:
            label = one.asked.label or one.asked.id.replace("-", " ").replace("_", " ")
            when = "planned" if one.asked.planned else "post hoc"
            about = f"{told.asked.label}, by {label} ({when})"
            if isinstance(one.found, str):
                notes.append(sentence(f"{about}: not made, as {one.found}"))
            else:
                rows += [
                    (_head(told), cell(capital(label)), *_coefficient(snapshot, one, c))
                    for c in one.found.coefficients
                ]
                notes.append(sentence(f"{about}: {regression_in_words(one)}"))
            notes.append(sentence(f"{about}: {' '.join(one.asked.reason.split())}"))
            if one.silent:
                names = listed(base.label(study) for study in one.silent)
                notes.append(sentence(f"{about}: {names} do not tell it and are left out"))
        if told.analysis.regressions:
            scale = working_scale(told.asked)
            notes.append(sentence(f"{told.asked.label}: coefficients are on the scale of {scale}"))
    return _table(
        "meta_regression",
        "Meta-regression",
        estimates,
        (
            column("by", "By", 1.1),
            column("term", "Term", 1.5),
            column("coefficient", "Coefficient (95% CI)", 1.5),
            column("p", "p", 0.7),
        ),
        rows,
        notes,
    )


def _coefficient(snapshot: Snapshot, one: Moderated, found: Coefficient) -> tuple[Cell, ...]:
    names = ["", *(f"{t.path} {t.word}".strip() for t in one.terms)]
    at = names.index(found.term)
    label = "Intercept" if not at else term_in_words(one.terms[at - 1], snapshot.review.forms)
    ends = f"{number_in_words(found.low)} to {number_in_words(found.high)}"
    said = f"{number_in_words(found.estimate)} ({ends})"
    return cell(label), cell(said), cell(p_in_words(found.p).removeprefix("p = "))


def leave_one_out(snapshot: Snapshot, estimates: str = "") -> Table:
    """What each set is pooled to without each of its studies in turn."""
    rows: list[tuple[Cell, ...]] = []
    names, base = citable(snapshot), evidence_base(snapshot)
    for told in _sets(snapshot, estimates):
        scale = told.asked.scale
        for study, found in (told.analysis.without or {}).items():
            key = names.key(study)
            done = isinstance(found, Pooled)
            said = pooled_in_words(found, scale, told.n) if isinstance(found, Pooled) else found
            i2 = f"{found.i2:.0f}%" if isinstance(found, Pooled) else ""
            words = f"{SCALES[scale]} {said}" if done else f"Not pooled: {said}"
            study_name = cell(base.label(study), *((key,) if key else ()))
            rows.append((_head(told), study_name, cell(words), cell(i2)))
    return _table(
        "leave_one_out",
        "Pooled without each study in turn",
        estimates,
        (
            column("without", "Without", 1.3),
            column("result", "Result (95% CI)", 1.5),
            column("i2", "I\u00b2", 0.5, numeric=True),
        ),
        rows,
        [],
    )


def influence(snapshot: Snapshot, estimates: str = "") -> Table:
    """How single studies bear on a pooled estimate, and which are beyond the usual marks."""
    rows: list[tuple[Cell, ...]] = []
    notes: list[str] = []
    base = evidence_base(snapshot)
    for told in _sets(snapshot, estimates):
        found = told.analysis.influence
        if isinstance(found, str):
            notes.append(sentence(f"{told.asked.label}: influence was not worked out, as {found}"))
            continue
        for study, one in (found or {}).items():
            figures = (one.residual, one.dffits, one.cook, one.hat, one.tau2)
            rows.append(
                (
                    _head(told),
                    cell(base.label(study)),
                    *(cell(number_in_words(figure)) for figure in figures),
                    cell("yes" if one.marked else "no"),
                )
            )
    if rows:
        notes.append(
            "Influential: DFFITS beyond 3\u221a(1/(k \u2212 1)), Cook's distance at the median of "
            "its distribution, leverage beyond 3/k, or the estimate moved by more than its error "
            "(Viechtbauer and Cheung 2010)."
        )
    return _table(
        "influence",
        "Influence of single studies",
        estimates,
        (
            column("study", "Study", 1.3),
            column("residual", "Studentised residual", 0.9, numeric=True),
            column("dffits", "DFFITS", 0.7, numeric=True),
            column("cook", "Cook's distance", 0.7, numeric=True),
            column("leverage", "Leverage", 0.7, numeric=True),
            column("tau2", "\u03c4\u00b2 without", 0.7, numeric=True),
            column("influential", "Influential", 0.7),
        ),
        rows,
        notes,
    )


_WHAT_IT_IS = (
    "Rosenthal's number tells how many results of no effect at all would lift a one-sided p value "
    "above 0.05. It rests on significance alone and is no measure of bias; the Cochrane Handbook "
    "(13.4.4) advises against it."
)
_FILLED = (
    "Filled studies are no data: they show what asymmetry alone may do to an estimate, whatever "
    "its cause."
)


def small_studies(snapshot: Snapshot, estimates: str = "") -> Table:
    """Whether small studies show other effects, for each set whose authors ask (item 21)."""
    rows: list[tuple[Cell, ...]] = []
    notes: dict[str, None] = {}
    for told in _sets(snapshot, estimates):
        found = told.analysis.small
        if found is None:
            continue
        for test, made in found.tests.items():
            said = f"not made: {made}" if isinstance(made, str) else asymmetry_in_words(test, made)
            rows.append((_head(told), cell(TESTS[test]), cell(capital(said))))
        if found.filled is not None:
            if isinstance(found.filled, str):
                said = f"not made: {found.filled}"
            else:
                said = filled_in_words(told.asked, found.filled, told.n)
                notes[_FILLED] = None
            rows.append((_head(told), cell("Trim and fill"), cell(capital(said))))
        if found.fail_safe is not None:
            said = str(found.fail_safe)
            bare = isinstance(found.fail_safe, str)
            words = f"not made: {said}" if bare else counted(int(said), "result")
            rows.append((_head(told), cell("Rosenthal's fail-safe number"), cell(capital(words))))
            notes[_WHAT_IT_IS] = None
        notes[sentence(f"{told.asked.label}: {' '.join(found.asked.reason.split())}")] = None
    return _table(
        "small_studies",
        "Whether small studies show other effects",
        estimates,
        (column("way", "How", 1.0), column("result", "Result", 2.4)),
        rows,
        list(notes),
    )


def absolute(snapshot: Snapshot, estimates: str = "") -> Table:
    """What pooled effects come to among 1,000 people, at each baseline."""
    rows: list[tuple[Cell, ...]] = []
    for told in _sets(snapshot, estimates):
        pool, found = told.asked.pool, told.pooled
        if pool is None or found is None:
            continue
        for one in absolute_effects(told.asked, poolable(told.effects, pool), found):
            why = " ".join(one.baseline.why.split())
            label = one.baseline.label or (capital(why) if why == COMPARATORS else "")
            because = why if label and why != COMPARATORS else ""
            ends = f"{more_in_words(one.low)} to {more_in_words(one.high)}"
            rows.append(
                (
                    _head(told),
                    cell(f"{label} ({because})" if because else label or capital(why)),
                    cell(f"{one.baseline.per_1000:.0f}"),
                    cell(f"{one.with_effect:.0f}"),
                    cell(f"{more_in_words(one.more)} ({ends})"),
                )
            )
    return _table(
        "absolute_effects",
        "Absolute effects among 1,000 people",
        estimates,
        (
            column("baseline", "Baseline", 1.5),
            column("without", "Without, per 1,000", 0.8, numeric=True),
            column("with", "With, per 1,000", 0.8, numeric=True),
            column("difference", "Difference (95% CI)", 1.5),
        ),
        rows,
        [],
    )
