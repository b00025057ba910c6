"""A set of estimates pooled as its authors ask, with all that they ask to be looked at beside it.

What cannot be done is not done, and said: every part is a result, or words that follow on its name
("not pooled: …").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.model.finding import (
    Asymmetry,
    EstimateSet,
    Grouping,
    Moderation,
    Pool,
    PoolingMethod,
    PoolingModel,
    Scale,
    Several,
    SmallStudies,
)
from pipeline.model.study import Study
from pipeline.synthesis.combining import (
    BY_MANTEL_HAENSZEL,
    Pooled,
    alone,
    mantel_haenszel,
    peto,
    pooled,
)
from pipeline.synthesis.effects import Effect
from pipeline.synthesis.influence import Influence, influences, left_out_one_by_one
from pipeline.synthesis.regression import Difference, Regression, between, dummies, regressed
from pipeline.synthesis.several_effects import robust
from pipeline.synthesis.small_studies import (
    LEAST,
    SmallStudyTest,
    TrimAndFill,
    egger,
    fail_safe,
    peters,
    trim_and_fill,
)
from pipeline.synthesis.study_facts import answer_at

Words = str
"""Why something was not done."""


def studies_of(effects: Sequence[Effect]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(effect.study for effect in effects))


def has_several(effects: Sequence[Effect]) -> bool:
    """Whether a study has more than one of the effects."""
    return len(studies_of(effects)) < len(effects)


def poolable(effects: Sequence[Effect], pool: Pool) -> tuple[Effect, ...]:
    """The effects that can be pooled in the way of `pool`: those with a variance (and counts)."""
    counted = pool.method is not PoolingMethod.INVERSE_VARIANCE
    return tuple(
        e for e in effects if e.variance is not None and (e.cells is not None or not counted)
    )


def pool_effects(asked: EstimateSet, effects: Sequence[Effect]) -> Pooled | Words:
    """What `effects` (all `poolable`) come to, or why they are not pooled."""
    pool = asked.pool
    if pool is None:
        return "nobody asked for it"
    studies = studies_of(effects)
    if len(studies) < 2:
        told = "no study" if not studies else "one study alone"
        what = "an interval" if pool.method is PoolingMethod.INVERSE_VARIANCE else "counts"
        return f"{told} has an estimate with {what}"
    ys, variances = _numbers(effects)
    several = has_several(effects) and pool.several is Several.ROBUST
    common = pool.model is PoolingModel.COMMON_EFFECT
    if several and common:
        return "a common effect takes one result a study, and a study has several"
    try:
        if pool.method is PoolingMethod.MANTEL_HAENSZEL:
            tables = [effect.cells or (0.0, 0.0, 0.0, 0.0) for effect in effects]
            return mantel_haenszel(asked.scale, tables, ys, variances)
        if pool.method is PoolingMethod.PETO:
            return peto(ys, variances)
        if several:
            return robust(ys, variances, [e.study for e in effects], pool.correlation)
        return pooled(
            ys,
            variances,
            pool.model,
            tau2=pool.tau2,
            interval=pool.interval,
            safeguard=pool.safeguard,
        )
    except ValueError as fault:
        return str(fault)


def _numbers(effects: Sequence[Effect]) -> tuple[list[float], list[float]]:
    return [e.y for e in effects], [e.variance or 0.0 for e in effects]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subgroup:
    """One group of a grouping: its effects pooled, or why not (a single one stands for itself)."""

    id: str
    label: str
    effects: tuple[Effect, ...]
    pooled: Pooled | Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Subgroups:
    """Groups pooled apart. `difference` is their test (None for fewer than two that are pooled);
    `outside` are studies in no group, `twice` those in several, which stand in the first."""

    grouping: Grouping
    groups: tuple[Subgroup, ...]
    difference: Difference | None
    outside: tuple[str, ...]
    twice: tuple[str, ...]


def subgroups_of(asked: EstimateSet, effects: Sequence[Effect], grouping: Grouping) -> Subgroups:
    """The groups of `grouping` pooled as the whole set is."""
    pool = asked.pool
    members = [(g, frozenset(g.studies)) for g in grouping.groups]
    placed = {
        study: [g.id for g, studies in members if study in studies] for study in studies_of(effects)
    }
    groups = []
    for group, _ in members:
        inside = tuple(e for e in effects if placed[e.study][:1] == [group.id])
        if not inside:
            continue
        found: Pooled | Words
        if len(inside) == 1:
            found = alone(inside[0].y, inside[0].variance or 0.0, pool or Pool(reason=""))
        else:
            found = pool_effects(asked, inside)
        groups.append(Subgroup(id=group.id, label=group.label, effects=inside, pooled=found))
    done = [group.pooled for group in groups if isinstance(group.pooled, Pooled)]
    return Subgroups(
        grouping=grouping,
        groups=tuple(groups),
        difference=between(done),
        outside=tuple(study for study, ids in placed.items() if not ids),
        twice=tuple(study for study, ids in placed.items() if len(ids) > 1),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term of a regression: the path of its item, and for a word the word it stands for and the
    word that it is held against."""

    path: str
    word: str = ""
    against: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderated:
    """A meta-regression with its terms (the intercept is no term), or why it was not made; and the
    studies that do not tell what it needs."""

    asked: Moderation
    found: Regression | Words
    terms: tuple[Term, ...] = ()
    silent: tuple[str, ...] = ()

    @property
    def few(self) -> bool:
        """Fewer than ten estimates for each term (Cochrane Handbook 10.11.5.1)."""
        return isinstance(self.found, Regression) and self.found.k < LEAST * len(self.terms)


def moderated(
    asked: Moderation, pool: Pool, effects: Sequence[Effect], studies: Mapping[str, Study]
) -> Moderated:
    """`effects` regressed on what their studies answer at the paths of `asked`."""
    if pool.model is PoolingModel.COMMON_EFFECT:
        return Moderated(asked=asked, found="a meta-regression takes random effects")
    if has_several(effects):
        return Moderated(asked=asked, found="it takes one result a study, and a study has several")
    values = {
        study: tuple(_value(studies[study], path) for path in asked.by)
        for study in studies_of(effects)
        if study in studies
    }
    silent = tuple(study for study, told in values.items() if None in told)
    kept = [e for e in effects if e.study in values and e.study not in silent]
    terms: list[Term] = []
    columns: list[Sequence[float]] = []
    for n, path in enumerate(asked.by):
        told = [values[e.study][n] for e in kept]
        if told and all(isinstance(one, (int, float)) for one in told):
            terms.append(Term(path=path))
            columns.append([float(one) for one in told if isinstance(one, (int, float))])
        elif told:
            words, parts, against = dummies([str(one) for one in told])
            terms += [Term(path=path, word=word, against=against) for word in words]
            columns += parts
    if not terms:
        why = "no study tells what it needs" if not kept else "all studies tell the same"
        return Moderated(asked=asked, found=why, silent=silent)
    ys, variances = _numbers(kept)
    found: Regression | Words
    try:
        found = regressed(
            ys,
            variances,
            [f"{term.path} {term.word}".strip() for term in terms],
            columns,
            tau2=pool.tau2,
            interval=pool.interval,
            safeguard=pool.safeguard,
        )
    except ValueError as fault:
        found = str(fault)
    return Moderated(asked=asked, found=found, terms=tuple(terms), silent=silent)


def _value(study: Study, path: str) -> float | str | None:
    """A number, a word, or None where the study does not tell; of a day its year."""
    found = answer_at(study, path)
    value = found.value if found is not None else None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return float(value.year)
    if isinstance(value, tuple):
        return "; ".join(map(str, value)) if value else None
    return value if isinstance(value, (int, float, str)) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallStudyEffects:
    """What is looked at beside a funnel plot: each test, or why it was not made."""

    asked: SmallStudies
    tests: Mapping[Asymmetry, SmallStudyTest | Words]
    filled: TrimAndFill | Words | None
    fail_safe: int | Words | None


def small_study_effects(
    asked: EstimateSet, pool: Pool, wanted: SmallStudies, effects: Sequence[Effect]
) -> SmallStudyEffects:
    """The tests and numbers that `wanted` asks for. Tests need ten studies (Sterne et al. 2011)."""
    studies = len(studies_of(effects))
    why = ""
    if has_several(effects):
        why = "it takes one result a study, and a study has several"
    few = f"with {studies} studies it is not to be trusted; it takes {LEAST}"
    ys, variances = _numbers(effects)
    tables = [e.cells for e in effects if e.cells is not None]

    def done(make: Callable[[], SmallStudyTest]) -> SmallStudyTest | Words:
        try:
            return make()
        except ValueError as fault:
            return str(fault)

    tests: dict[Asymmetry, SmallStudyTest | Words] = {}
    for test in wanted.tests:
        if why or studies < LEAST:
            tests[test] = why or few
        elif test is Asymmetry.EGGER:
            tests[test] = done(lambda: egger(ys, variances))
        elif asked.scale is not Scale.ODDS_RATIO or any(e.cells is None for e in effects):
            tests[test] = "it takes odds ratios with the counts of both groups"
        else:
            tests[test] = done(lambda: peters(ys, tables))
    filled: TrimAndFill | Words | None = None
    if wanted.trim_and_fill:
        filled = why or ("three or more studies are needed" if studies < 3 else None)
        if filled is None:
            filled = trim_and_fill(
                ys,
                variances,
                pool.model,
                tau2=pool.tau2,
                interval=pool.interval,
                safeguard=pool.safeguard,
            )
    number: int | Words | None = None
    if wanted.fail_safe:
        number = why or fail_safe(ys, variances)
    return SmallStudyEffects(asked=wanted, tests=tests, filled=filled, fail_safe=number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """A set of estimates and all that was asked of it.

    `pooled` is None where nobody asked for it; words say why it was not done. `weights` are by
    effect (None: not pooled). `without` is what is pooled without each study; `influence` is by
    study (a word why not).
    """

    asked: EstimateSet
    effects: tuple[Effect, ...]
    pooled: Pooled | Words | None
    weights: tuple[float | None, ...]
    subgroups: Subgroups | None = None
    regressions: tuple[Moderated, ...] = ()
    without: Mapping[str, Pooled | Words] | None = None
    influence: Mapping[str, Influence] | Words | None = None
    small: SmallStudyEffects | None = None


def analysed(
    asked: EstimateSet,
    effects: Sequence[Effect],
    groupings: Mapping[str, Grouping],
    studies: Mapping[str, Study],
) -> Analysis:
    """Everything that `asked` asks for of `effects`, which are its own."""
    pool = asked.pool
    nothing = tuple(None for _ in effects)
    if pool is None:
        return Analysis(asked=asked, effects=tuple(effects), pooled=None, weights=nothing)
    taken = poolable(effects, pool)
    found = pool_effects(asked, taken)
    if isinstance(found, str):
        return Analysis(asked=asked, effects=tuple(effects), pooled=found, weights=nothing)
    shares = dict(zip((id(e) for e in taken), found.weights, strict=True))
    grouping = groupings.get(pool.subgroups)
    names = studies_of(taken)
    without: dict[str, Pooled | Words] | None = None
    if pool.leave_one_out:
        parts = left_out_one_by_one(
            len(names),
            lambda stay: pool_effects(
                asked, [e for e in taken if e.study in {names[n] for n in stay}]
            ),
        )
        without = dict(zip(names, parts, strict=True))
    return Analysis(
        asked=asked,
        effects=tuple(effects),
        pooled=found,
        weights=tuple(shares.get(id(e)) for e in effects),
        subgroups=subgroups_of(asked, taken, grouping) if grouping else None,
        regressions=tuple(moderated(m, pool, taken, studies) for m in pool.regression),
        without=without,
        influence=_influence(pool, taken) if pool.influence else None,
        small=(
            small_study_effects(asked, pool, pool.small_studies, taken)
            if pool.small_studies is not None
            else None
        ),
    )


def _influence(pool: Pool, effects: Sequence[Effect]) -> Mapping[str, Influence] | Words:
    if pool.model is PoolingModel.COMMON_EFFECT:
        return "it takes random effects"
    if has_several(effects):
        return "it takes one result a study, and a study has several"
    if len(effects) < 3:
        return "it takes three or more studies"
    found = influences(*_numbers(effects), pool.tau2)
    return {effect.study: one for effect, one in zip(effects, found, strict=True)}


def can_pool_by(scale: Scale, method: PoolingMethod) -> bool:
    """Whether estimates on `scale` can be put together by `method`."""
    if method is PoolingMethod.PETO:
        return scale is Scale.ODDS_RATIO
    return method is PoolingMethod.INVERSE_VARIANCE or scale in BY_MANTEL_HAENSZEL
