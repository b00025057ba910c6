"""Numbers brought onto one scale and pooled, against published worked examples."""

from __future__ import annotations

from math import exp, log
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model.finding import EstimateSet, PoolingModel, ResultPair, Scale
from pipeline.model.problem import Place
from pipeline.model.study import Result
from pipeline.synthesis.effects import Effect, back, effects_of
from pipeline.synthesis.measures import Working, converted, from_counts, from_means, scale_of
from pipeline.synthesis.pooling import pooled

PLACE = Place(file="a.yaml", line=1)
# Colditz et al. 1994, trials of BCG against tuberculosis: cases and others, vaccinated and not
BCG = (
    (4, 119, 11, 128),
    (6, 300, 29, 274),
    (3, 228, 11, 209),
    (62, 13536, 248, 12619),
    (33, 5036, 47, 5761),
    (180, 1361, 372, 1079),
    (8, 2537, 10, 619),
    (505, 87886, 499, 87892),
    (29, 7470, 45, 7232),
    (17, 1699, 65, 1600),
    (186, 50448, 141, 27197),
    (5, 2493, 3, 2338),
    (27, 16886, 29, 17825),
)


def result(id: str, **said: Any) -> Result:
    return Result(id=id, study=id.split("/")[0], outcome="o", statement="", place=PLACE, **said)


def one(asked: EstimateSet, *results: Result) -> Effect:
    effects, missing = effects_of(asked, {r.id: r for r in results}, {})
    assert not missing, missing
    (effect,) = effects
    return effect


def why_not(asked: EstimateSet, *results: Result) -> str:
    effects, missing = effects_of(asked, {r.id: r for r in results}, {})
    assert not effects
    return missing[0].why


@pytest.fixture(scope="module")
def bcg() -> tuple[list[float], list[float]]:
    trials = [from_counts(Scale.RISK_RATIO, a, a + b, c, c + d)[0] for a, b, c, d in BCG]
    return [t.y for t in trials], [t.variance or 0.0 for t in trials]


def test_bcg_random_effects_as_metafor_gives_them(bcg: tuple[list[float], list[float]]) -> None:
    # metafor 4.6, rma(measure="RR", data=dat.bcg): REML, and test="knha"
    found = pooled(*bcg, PoolingModel.RANDOM_EFFECTS)
    assert found.estimate == pytest.approx(-0.7145, abs=5e-5)
    assert found.tau2 == pytest.approx(0.3132, abs=5e-5)
    assert found.wald_error == pytest.approx(0.1798, abs=5e-5)
    assert found.error == pytest.approx(0.1807, abs=1e-4)
    assert (found.low, found.high) == pytest.approx((-1.1084, -0.3206), abs=1e-4)
    assert found.i2 == pytest.approx(92.22, abs=5e-3)
    assert found.q == pytest.approx(152.2330, abs=5e-5)
    assert sum(found.weights) == pytest.approx(1)


def test_bcg_common_effect(bcg: tuple[list[float], list[float]]) -> None:
    # metafor, method="FE": -0.4303 (SE 0.0405)
    found = pooled(*bcg, PoolingModel.COMMON_EFFECT)
    assert (found.estimate, found.error) == pytest.approx((-0.4303, 0.0405), abs=5e-5)
    assert found.prediction is None and found.tau2 == 0


def test_alike_estimates_have_an_interval_that_is_no_narrower_than_without_correction() -> None:
    found = pooled([0.1] * 4, [0.1] * 4, PoolingModel.RANDOM_EFFECTS)
    assert found.error == pytest.approx(found.wald_error) == pytest.approx((0.1 / 4) ** 0.5)
    assert found.low < 0.1 < found.high


@given(
    st.lists(
        st.tuples(st.floats(-3, 3), st.floats(0.01, 2)),
        min_size=2,
        max_size=6,
        unique_by=lambda p: p[0],
    ),
    st.floats(-2, 2),
)
@settings(max_examples=15, deadline=None)
def test_moving_every_estimate_moves_the_pooled_one(
    told: list[tuple[float, float]], by: float
) -> None:
    ys, vs = [y for y, _ in told], [v for _, v in told]
    first = pooled(ys, vs, PoolingModel.RANDOM_EFFECTS)
    moved = pooled([y + by for y in ys], vs, PoolingModel.RANDOM_EFFECTS)
    assert moved.estimate == pytest.approx(first.estimate + by, abs=1e-3)
    assert moved.tau2 == pytest.approx(first.tau2, abs=1e-3, rel=1e-3)
    assert min(ys) - 1e-9 <= first.estimate <= max(ys) + 1e-9
    assert first.low <= first.estimate <= first.high and first.tau2 >= 0


@pytest.mark.parametrize(("ys", "vs"), [([1.0], [1.0]), ([1.0, 2.0], [1.0, 0.0]), ([], [])])
def test_too_little_is_not_pooled(ys: list[float], vs: list[float]) -> None:
    with pytest.raises(ValueError, match="two or more"):
        pooled(ys, vs, PoolingModel.COMMON_EFFECT)


def test_an_odds_ratio_becomes_a_standardised_mean_difference_and_back() -> None:
    # Borenstein et al. 2009, ch. 7: log odds ratio 0.9069 with variance 0.0676 is d 0.5000, 0.0205
    made = converted(Working(0.9069, 0.0676), Scale.ODDS_RATIO, Scale.STANDARDISED_MEAN_DIFFERENCE)
    assert made is not None
    assert (made[0].y, made[0].variance) == pytest.approx((0.5000, 0.0205), abs=1e-4)
    again = converted(made[0], Scale.STANDARDISED_MEAN_DIFFERENCE, Scale.ODDS_RATIO)
    assert again is not None and again[0].y == pytest.approx(0.9069)
    assert again[0].variance == pytest.approx(0.0676)


def test_a_correlation_becomes_a_standardised_mean_difference() -> None:
    # Borenstein et al. 2009, ch. 7: r 0.50 with variance 0.0058 is d 1.1547 with variance 0.0550
    z = 0.5 * log(1.5 / 0.5)
    working = Working(z, 0.0058 / (1 - 0.25) ** 2)
    made = converted(working, Scale.CORRELATION, Scale.STANDARDISED_MEAN_DIFFERENCE)
    assert made is not None
    assert (made[0].y, made[0].variance) == pytest.approx((1.1547, 0.0550), abs=1e-4)


@given(st.floats(-2.5, 2.5), st.floats(0.001, 1))
def test_what_is_converted_comes_back(y: float, variance: float) -> None:
    scales = (Scale.ODDS_RATIO, Scale.CORRELATION, Scale.STANDARDISED_MEAN_DIFFERENCE)
    for source in scales:
        for target in scales:
            there = converted(Working(y, variance), source, target)
            assert there is not None
            again = converted(there[0], target, source)
            assert again is not None and again[0].y == pytest.approx(y, abs=1e-9)
            assert again[0].variance == pytest.approx(variance, rel=1e-6)


@pytest.mark.parametrize("source", [Scale.RISK_RATIO, Scale.HAZARD_RATIO, Scale.MEAN_DIFFERENCE])
def test_what_needs_more_than_the_number_is_not_converted(source: Scale) -> None:
    assert converted(Working(0.1, 0.1), source, Scale.ODDS_RATIO) is None


def test_hedges_g_from_means() -> None:
    # Borenstein et al. 2009, ch. 4: means 103 and 100, SD 5.5 and 4.5, 50 each: g 0.5924, V 0.0411
    working, how = from_means(
        Scale.STANDARDISED_MEAN_DIFFERENCE, (103.0, 5.5, 50.0), (100.0, 4.5, 50.0)
    )
    assert (working.y, working.variance) == pytest.approx((0.5924, 0.0411), abs=1e-4)
    assert "Hedges" in how


def test_an_empty_cell_gets_a_half_and_says_so() -> None:
    working, how = from_counts(Scale.ODDS_RATIO, 0, 10, 5, 10)
    assert working.y == pytest.approx(log(0.5 * 5.5 / (10.5 * 5.5))) and "0.5" in how
    with pytest.raises(ValueError, match="no event"):
        from_counts(Scale.ODDS_RATIO, 0, 10, 0, 10)


def test_an_estimate_keeps_the_interval_of_its_report() -> None:
    told = {"value": 5.8, "low": 3.2, "high": 10.5}
    asked = EstimateSet(id="e", label="E", scale=Scale.ODDS_RATIO, results=("a/x",))
    effect = one(asked, result("a/x", measure="Adjusted odds ratio", estimate=told))
    assert (effect.value, effect.low, effect.high, effect.how) == (5.8, 3.2, 10.5, "")
    assert effect.variance == pytest.approx(((log(10.5) - log(3.2)) / (2 * 1.959964)) ** 2)


def test_an_interval_of_another_level_is_brought_to_95() -> None:
    told = {"value": 2.0, "low": 1.5, "high": 2.667, "level": 90.0}
    asked = EstimateSet(id="e", label="E", scale=Scale.ODDS_RATIO, results=("a/x",))
    effect = one(asked, result("a/x", measure="OR", estimate=told))
    assert effect.low is not None and effect.low < 1.5


def test_a_measure_is_known_by_its_words_alone_and_never_guessed() -> None:
    assert scale_of("Adjusted odds ratio") is Scale.ODDS_RATIO
    assert scale_of("unadjusted relative risk") is Scale.RISK_RATIO
    assert scale_of("beta") is None and scale_of("odds") is None and scale_of("") is None
    asked = EstimateSet(id="e", label="E", scale=Scale.ODDS_RATIO, results=("a/x",))
    told = result("a/x", measure="beta", estimate={"value": 2.0, "low": 1.0, "high": 4.0})
    assert "'beta' names no measure" in why_not(asked, told)
    named = EstimateSet(
        id="e",
        label="E",
        scale=Scale.ODDS_RATIO,
        results=("a/x",),
        measures={"a/x": Scale.ODDS_RATIO},
    )
    assert one(named, told).value == 2.0


@pytest.mark.parametrize(
    ("estimate", "why"),
    [
        ({"value": 5.0, "low": 1.0, "high": 2.0}, "outside its own interval"),
        ({"value": -1.0}, "no logarithm"),
        (None, "no estimate"),
    ],
)
def test_what_cannot_be_is_told(estimate: dict[str, float] | None, why: str) -> None:
    asked = EstimateSet(id="e", label="E", scale=Scale.ODDS_RATIO, results=("a/x",))
    assert why in why_not(asked, result("a/x", measure="OR", estimate=estimate))


def test_a_share_of_reported_people_has_a_wilson_interval_and_one_without_none() -> None:
    asked = EstimateSet(id="e", label="E", scale=Scale.PROPORTION, results=("a/x",))
    effect = one(asked, result("a/x", proportion={"x": 7, "n": 8}))
    assert (effect.low, effect.high) == pytest.approx((0.529, 0.978), abs=5e-4)
    assert (
        one(asked, result("a/x", proportion={"percent": 46}, n_analysed=275)).numbers == "126/275"
    )
    bare = one(asked, result("a/x", proportion={"percent": 46}))
    assert (bare.value, bare.low, bare.variance) == (0.46, None, None)
    assert "counts 9 of 8" in why_not(asked, result("a/x", proportion={"x": 9, "n": 8}))


def test_a_pair_is_compared() -> None:
    asked = EstimateSet(
        id="e",
        label="E",
        scale=Scale.RISK_RATIO,
        pairs=(ResultPair(group="a/x", comparator="a/y"),),
    )
    effect = one(
        asked,
        result("a/x", proportion={"x": 4, "n": 123}),
        result("a/y", proportion={"x": 11, "n": 139}),
    )
    assert effect.value == pytest.approx(
        exp(-0.8893), abs=1e-4
    )  # metafor, escalc on dat.bcg, trial 1
    assert effect.variance == pytest.approx(0.3256, abs=5e-5)
    assert effect.numbers == "4/123 v. 11/139"


def test_every_scale_comes_back_from_where_it_is_worked_with() -> None:
    for scale in Scale:
        assert back(scale, -1e4) <= back(scale, 0.0) <= back(scale, 1e4)
