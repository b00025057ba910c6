"""Numbers brought onto one scale and pooled, against published worked examples."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model.finding import EstimateSet, Pool, PoolingMethod, PoolingModel, ResultPair, Scale
from pipeline.model.problem import Place
from pipeline.model.study import Result
from pipeline.synthesis.combining import pooled
from pipeline.synthesis.effect_sizes import Working, back, of_events, of_means
from pipeline.synthesis.effects import Effect, effects_of
from pipeline.synthesis.measures import converted, scale_of
from pipeline.synthesis.pools import pool_effects, poolable

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
    trials = [of_events(Scale.RISK_RATIO, (a, a + b, c, c + d)) for a, b, c, d in BCG]
    return [t.y for t in trials], [t.variance or 0.0 for t in trials]


def test_bcg_random_effects_as_metafor_gives_them(bcg: tuple[list[float], list[float]]) -> None:
    # metafor 4.6, rma(measure="RR", data=dat.bcg): REML, and test="knha"
    found = pooled(*bcg, PoolingModel.RANDOM_EFFECTS)
    assert found.estimate == pytest.approx(-0.7145, abs=5e-5)
    assert found.tau2 == pytest.approx(0.3132, abs=5e-5)
    assert found.plain_error == pytest.approx(0.1798, abs=5e-5)
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
    assert found.error == pytest.approx(found.plain_error) == pytest.approx((0.1 / 4) ** 0.5)
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
    # Borenstein et al. 2009, ch. 4: means 103 and 100, SD 5.5 and 4.5, 50 each: g 0.5924; its
    # variance is metafor's (0.0418), which leaves out their squared correction (0.0411)
    working = of_means(Scale.STANDARDISED_MEAN_DIFFERENCE, (103.0, 5.5, 50.0), (100.0, 4.5, 50.0))
    assert (working.y, working.variance) == pytest.approx((0.5924, 0.0418), abs=1e-4)
    assert "Hedges" in working.how


def test_an_empty_cell_gets_a_half_and_says_so() -> None:
    working = of_events(Scale.ODDS_RATIO, (0, 10, 5, 10))
    assert working.y == pytest.approx(log(0.5 * 5.5 / (10.5 * 5.5))) and "0.5" in working.how
    with pytest.raises(ValueError, match="no event"):
        of_events(Scale.ODDS_RATIO, (0, 10, 0, 10))


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


def pair(scale: Scale, pool: Pool | None = None) -> EstimateSet:
    pairs = (ResultPair(group="a/x", comparator="a/y"),)
    return EstimateSet(id="e", label="E", scale=scale, pairs=pairs, pool=pool)


MEANS = (Scale.MEAN_DIFFERENCE, Scale.STANDARDISED_MEAN_DIFFERENCE, Scale.RATIO_OF_MEANS)


@pytest.mark.parametrize("scale", MEANS)
def test_a_standard_error_is_as_good_as_a_standard_deviation(scale: Scale) -> None:
    sds = [
        result(f"a/{id}", mean={"mean": m, "sd": 3.0, "n": 36}) for id, m in (("x", 5), ("y", 4))
    ]
    errors = [replace(r, mean={"mean": (r.mean or {})["mean"], "se": 0.5, "n": 36}) for r in sds]
    first, second = one(pair(scale), *sds), one(pair(scale), *errors)
    assert (first.y, first.variance) == pytest.approx((second.y, second.variance))
    assert "SD = SE" in second.how and "SD = SE" not in first.how


@pytest.mark.parametrize("scale", MEANS)
def test_groups_in_which_nobody_varies_are_named_and_one_such_group_is_kept(scale: Scale) -> None:
    def group(id: str, sd: float) -> Result:
        return result(f"a/{id}", mean={"mean": 5.0, "sd": sd, "n": 10})

    assert "of 0 in both groups" in why_not(pair(scale), group("x", 0), group("y", 0))
    assert one(pair(scale), group("x", 0), group("y", 1)).variance


@pytest.mark.parametrize(
    ("scale", "told"),
    [(Scale.RISK_RATIO, False), (Scale.ODDS_RATIO, False), (Scale.RISK_DIFFERENCE, True)],
)
def test_no_event_in_either_group_tells_a_difference_and_no_ratio(scale: Scale, told: bool) -> None:
    none = [result(f"a/{id}", proportion={"x": 0, "n": n}) for id, n in (("x", 10), ("y", 100))]
    if told:
        effect = one(pair(scale), *none)
        assert effect.value == 0 and effect.variance and "for the variance" in effect.how
    else:
        assert "no event in either group" in why_not(pair(scale), *none)


def test_rates_are_compared_and_stand_alone_with_an_exact_interval() -> None:
    rates = [
        result(f"a/{id}", rate={"events": x, "time": t}) for id, x, t in (("x", 3, 10), ("y", 0, 5))
    ]
    ratio = one(pair(Scale.RATE_RATIO), *rates)
    assert ratio.value == pytest.approx((3.5 / 10) / (0.5 / 5)) and "0.5 added" in ratio.how
    asked = EstimateSet(id="e", label="E", scale=Scale.RATE, results=("a/x",))
    rate = one(asked, rates[0])
    # exact Poisson limits of 3 events: 0.619 and 8.767 (Garwood 1936)
    assert (rate.value, rate.low, rate.high) == pytest.approx((0.3, 0.0619, 0.8767), abs=1e-4)


def test_the_logarithm_of_a_ratio_is_taken_as_such_and_an_unclear_error_is_not() -> None:
    asked = EstimateSet(id="e", label="E", scale=Scale.ODDS_RATIO, results=("a/x",))
    known = {"value": log(2.0), "se": 0.5}
    effect = one(asked, result("a/x", measure="log odds ratio", estimate=known))
    assert effect.value == pytest.approx(2.0) and effect.variance == pytest.approx(0.25)
    unclear = one(asked, result("a/x", measure="odds ratio", estimate={"value": 2.0, "se": 0.5}))
    assert unclear.variance is None and "that of the logarithm" in unclear.open


def test_numbers_without_a_source_are_known_as_such() -> None:
    bare = result("a/x", proportion={"x": 3, "n": 9}, unsourced=frozenset({"proportion"}))
    asked = EstimateSet(id="e", label="E", scale=Scale.PROPORTION, results=("a/x",))
    assert one(asked, bare).unsourced == ("a/x",)
    assert one(asked, replace(bare, unsourced=frozenset({"estimate"}))).unsourced == ()


def effect(study: str, y: float, variance: float | None = 0.1, **said: Any) -> Effect:
    told = {"value": y, "low": None, "high": None, "y": y, "variance": variance}
    return Effect(results=(f"{study}/r",), study=study, **told, **said)


def test_what_cannot_be_pooled_is_said_and_not_done() -> None:
    pool = Pool(reason="Alike")
    asked = EstimateSet(id="e", label="E", scale=Scale.ODDS_RATIO, pool=pool)
    common = replace(asked, pool=replace(pool, model=PoolingModel.COMMON_EFFECT))
    twice = [effect("a", 0.1), effect("a", 0.3), effect("b", 0.2)]
    found = pool_effects(asked, twice)
    assert not isinstance(found, str) and (found.k, found.studies) == (3, 2)
    assert "a study has several" in str(pool_effects(common, twice))
    assert "one study alone" in str(pool_effects(asked, twice[:2]))
    assert "no study" in str(pool_effects(asked, []))
    assert [e.y for e in poolable([effect("a", 1.0, None), effect("b", 2.0)], pool)] == [2.0]
    peto_pool = replace(pool, method=PoolingMethod.PETO, model=PoolingModel.COMMON_EFFECT)
    assert poolable(twice, peto_pool) == ()


def test_two_events_in_all_on_one_side_have_no_ratio_by_mantel_and_haenszel() -> None:
    pool = Pool(reason="x", method=PoolingMethod.MANTEL_HAENSZEL, model=PoolingModel.COMMON_EFFECT)
    asked = EstimateSet(id="e", label="E", scale=Scale.ODDS_RATIO, pool=pool)
    effects = [effect(id, 1.0, cells=(2.0, 10.0, 0.0, 10.0)) for id in "ab"]
    assert "no event" in str(pool_effects(asked, effects))
