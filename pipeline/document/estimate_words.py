"""Estimates, and what they are pooled to, in words."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.document.wording import counted, listed
from pipeline.extraction.forms import item_at
from pipeline.model.finding import (
    RATIOS,
    Asymmetry,
    EstimateSet,
    IntervalOf,
    PoolingMethod,
    PoolingModel,
    Scale,
    Tau2,
    Transform,
)
from pipeline.model.form import Form
from pipeline.synthesis.absolute_effects import AbsoluteEffect
from pipeline.synthesis.combining import Pooled
from pipeline.synthesis.effect_sizes import back
from pipeline.synthesis.imprecision import EVENTS, PEOPLE, Imprecision
from pipeline.synthesis.pools import Analysis, Moderated, Subgroups, Term
from pipeline.synthesis.small_studies import SmallStudyTest, TrimAndFill

SCALES: Mapping[Scale, str] = {
    Scale.PROPORTION: "Share",
    Scale.ODDS_RATIO: "Odds ratio",
    Scale.RISK_RATIO: "Risk ratio",
    Scale.RISK_DIFFERENCE: "Risk difference",
    Scale.HAZARD_RATIO: "Hazard ratio",
    Scale.RATE: "Rate",
    Scale.RATE_RATIO: "Rate ratio",
    Scale.RATE_DIFFERENCE: "Rate difference",
    Scale.MEAN_DIFFERENCE: "Mean difference",
    Scale.STANDARDISED_MEAN_DIFFERENCE: "Standardised mean difference",
    Scale.RATIO_OF_MEANS: "Ratio of means",
    Scale.CORRELATION: "Correlation",
}
ESTIMATORS: Mapping[Tau2, str] = {
    Tau2.REML: "REML",
    Tau2.DERSIMONIAN_LAIRD: "DerSimonian-Laird",
    Tau2.PAULE_MANDEL: "Paule-Mandel",
}
METHODS: Mapping[PoolingMethod, str] = {
    PoolingMethod.INVERSE_VARIANCE: "inverse variance",
    PoolingMethod.MANTEL_HAENSZEL: "Mantel-Haenszel",
    PoolingMethod.PETO: "Peto",
}


def model_in_words(asked: EstimateSet, found: Pooled) -> str:
    """`Random effects (REML, Hartung-Knapp)`, `Common effect (Mantel-Haenszel)`."""
    if found.model is PoolingModel.COMMON_EFFECT:
        return f"Common effect ({METHODS[found.method]})"
    pool = asked.pool
    if found.studies < found.k:
        rho = f", \u03c1 = {pool.correlation:g}" if pool else ""
        return f"Random effects with robust errors (REML, CR2{rho})"
    if pool is None:
        return "Random effects"
    hartung = pool.interval is IntervalOf.HARTUNG_KNAPP
    interval = "Hartung-Knapp" if hartung else "normal interval"
    bare = ", without safeguard" if hartung and not pool.safeguard else ""
    return f"Random effects ({ESTIMATORS[pool.tau2]}, {interval}{bare})"


def harmonic_n(analysis: Analysis) -> float | None:
    """The harmonic mean of the people of all effects, where double arcsines are turned back by it
    (Miller 1978); else None."""
    asked = analysis.asked
    if asked.scale is not Scale.PROPORTION or asked.transform is not Transform.DOUBLE_ARCSINE:
        return None
    ns = [effect.n for effect in analysis.effects if effect.n and effect.variance is not None]
    return len(ns) / sum(1 / n for n in ns) if ns else None


def value_on_scale(scale: Scale, value: float) -> str:
    """`4.2%`, `1.85`, `−0.12`: as many digits as tell something."""
    if scale is Scale.PROPORTION:
        return f"{100 * value:.1f}%"
    if scale in RATIOS and value >= 100:
        return f"{value:,.0f}"
    small = scale in (Scale.RATE, Scale.RATE_DIFFERENCE) and 0 < abs(value) < 0.1
    return (f"{value:.3g}" if small else f"{value:.2f}").replace("-", "\u2212")


def interval_in_words(scale: Scale, value: float, low: float | None, high: float | None) -> str:
    """`1.85 (1.20 to 2.86)`; the value alone where no interval is known."""
    said = value_on_scale(scale, value)
    if low is None or high is None:
        return said
    return f"{said} ({value_on_scale(scale, low)} to {value_on_scale(scale, high)})"


def pooled_in_words(found: Pooled, scale: Scale, n: float | None = None) -> str:
    """The pooled estimate with its interval, on the printed scale."""
    value, low, high = (back(scale, y, n) for y in (found.estimate, found.low, found.high))
    return interval_in_words(scale, value, low, high)


def p_in_words(p: float) -> str:
    """`p = 0.012`, `p < 0.001`."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def heterogeneity_in_words(found: Pooled, scale: Scale, n: float | None = None) -> str:
    """`τ² = 0.31 (0.12 to 1.11), I² = 92%, Q = 152.23 on 12 degrees of freedom`, with the
    prediction interval where there is one."""
    said = []
    if found.model is PoolingModel.RANDOM_EFFECTS:
        said.append(f"\u03c4\u00b2 = {found.tau2:.3g}{_ends(found.tau2_interval, '.3g')}")
        if found.studies < found.k:
            said[-1] += f" between and {found.within:.3g} within studies"
    said += [
        f"I\u00b2 = {found.i2:.0f}%{_ends(found.i2_interval, '.0f', '%')}",
        f"Q = {found.q:.2f} on {counted(found.k - 1, 'degree', 'degrees')} of freedom",
    ]
    if found.prediction:
        low, high = (value_on_scale(scale, back(scale, end, n)) for end in found.prediction)
        said.append(f"95% prediction interval {low} to {high}")
    return listed(said)


def _ends(interval: tuple[float, float] | None, digits: str, unit: str = "") -> str:
    if interval is None:
        return ""
    low, high = (f"{end:{digits}}{unit}" for end in interval)
    return f" ({low} to {high})"


def number_in_words(value: float) -> str:
    """A figure with three digits that tell, and a real minus."""
    text = f"{value:.3f}" if 0.001 <= abs(value) < 1000 or value == 0 else f"{value:.2e}"
    return text.replace("-", "\u2212")


def working_scale(asked: EstimateSet) -> str:
    """What a set is worked with as: `ln(odds ratio)`, `logit of the share`."""
    name = SCALES[asked.scale].lower()
    if asked.scale in RATIOS or asked.scale is Scale.RATE:
        return f"ln({name})"
    if asked.scale is Scale.PROPORTION:
        arcsine = asked.transform is Transform.DOUBLE_ARCSINE
        return "the double arcsine of the share" if arcsine else "the logit of the share"
    return "Fisher's z" if asked.scale is Scale.CORRELATION else f"the {name}"


def difference_in_words(found: Subgroups) -> str:
    """`the groups differ by Q = 1.77 on 2 degrees of freedom, p = 0.413`."""
    if found.difference is None:
        return "fewer than two groups could be pooled, so nothing is held against each other"
    test = found.difference
    free = counted(test.free, "degree", "degrees")
    return f"test of difference between groups: Q = {test.q:.2f} on {free} of freedom, " + (
        p_in_words(test.p)
    )


def regression_in_words(one: Moderated) -> str:
    """How much a meta-regression explains, and whether it has studies enough."""
    found = one.found
    if isinstance(found, str):
        return f"not made, as {found}"
    free = f"{found.f_free}, {found.free}" if found.free is not None else str(found.f_free)
    said = [
        f"{counted(found.k, 'study', 'studies')}",
        f"test of the moderators {'F' if found.free is not None else 'Q'}({free}) = {found.f:.2f}",
        p_in_words(found.p),
        f"left between studies \u03c4\u00b2 = {found.tau2:.3g}",
    ]
    if found.r2 is not None:
        said.append(f"R\u00b2 = {found.r2:.0f}%")
    few = "; fewer than ten studies for each term, so this can only suggest" if one.few else ""
    return f"{', '.join(said)}{few}"


def term_in_words(term: Term, forms: Mapping[str, Form]) -> str:
    """`Year of publication`, `Design: survey (against files)`."""
    item = next(
        (
            found
            for form in forms.values()
            if form.kind == "extraction"
            and (found := item_at(form.items, term.path.replace("/", "."))) is not None
        ),
        None,
    )
    label = item.label if item is not None else term.path
    if not term.word:
        return f"{label}, in {item.unit}" if item is not None and item.unit else label
    options = {option.id: option.label for option in item.options} if item is not None else {}
    one, other = (options.get(word, word) for word in (term.word, term.against))
    return f"{label}: {one} (against {other})"


TESTS: Mapping[Asymmetry, str] = {
    Asymmetry.EGGER: "Egger's test",
    Asymmetry.PETERS: "Peters' test",
}


def asymmetry_in_words(test: Asymmetry, found: SmallStudyTest) -> str:
    """`slope 1.20 on the standard error, t = 2.10 on 11 degrees of freedom, p = 0.060`."""
    on = "the standard error" if test is Asymmetry.EGGER else "1 / people"
    free = counted(found.free, "degree", "degrees")
    return (
        f"slope {number_in_words(found.slope)} on {on}, t = {found.t:.2f} on {free} of freedom, "
        f"{p_in_words(found.p)}"
    ).replace("= -", "= \u2212")


def filled_in_words(asked: EstimateSet, found: TrimAndFill, n: float | None = None) -> str:
    """How many studies a symmetric funnel would have more, and what all come to then."""
    if not found.missing:
        return "no study is missing from a symmetric funnel"
    side = "lower" if found.lower else "higher"
    studies = counted(found.missing, "study", "studies")
    return (
        f"{studies} with {side} effects filled in; with them "
        f"{pooled_in_words(found.pooled, asked.scale, n)}"
    )


def imprecision_in_words(found: Imprecision) -> str:
    """`the interval holds no difference; 212 events, fewer than 300`."""
    none = "holds" if found.holds_none else "leaves out"
    said = [f"the interval {none} no difference"]
    if found.holds_both:
        said.append("it holds an important lower and an important higher value")
    if found.events is not None:
        few = f", fewer than {EVENTS}" if found.few and found.events < EVENTS else ""
        said.append(f"{counted(found.events, 'event')}{few}")
    if found.people is not None:
        few = f", fewer than {PEOPLE}" if found.people < PEOPLE else ""
        said.append(f"{counted(found.people, 'person', 'people')}{few}")
    return "; ".join(said)


def absolute_one(one: AbsoluteEffect) -> str:
    """`120 per 1,000 become 48: 72 fewer (90 fewer to 40 fewer)`."""
    ends = f"{more_in_words(one.low)} to {more_in_words(one.high)}"
    return (
        f"{one.baseline.per_1000:.0f} per 1,000 become {one.with_effect:.0f}: "
        f"{more_in_words(one.more)} ({ends})"
    )


def more_in_words(n: float) -> str:
    """`12 more`, `3 fewer`, `0`, of 1,000 people."""
    whole = round(n)
    return f"{whole} more" if whole > 0 else f"{-whole} fewer" if whole < 0 else "0"
