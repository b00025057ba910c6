"""Certainty from its start and steps; sentences that say no more than it allows."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from pipeline.model.finding import (
    DOMAINS,
    Approach,
    Certainty,
    Concern,
    Domain,
    Finding,
    Reason,
    Size,
)
from pipeline.model.problem import Place
from pipeline.model.study import Answer, Basis, Direction, Study
from pipeline.synthesis.certainty import (
    LEVELS,
    computed,
    concerns_against,
    out_of_bounds,
    overstated,
    start_of,
    stem,
)

PLACE = Place(file="a.yaml", line=1)


def study(design: str) -> Study:
    return Study(
        id="a",
        title="",
        form="f",
        form_version=1,
        reports=(),
        basis=Basis.FULL_TEXT,
        place=PLACE,
        answers={"design": Answer(value=design, place=PLACE)},
    )


def finding(*steps: int, **said: Any) -> Finding:
    reasons = tuple(Reason(domain=Domain.IMPRECISION, why="x", steps=s) for s in steps)
    return Finding(id="f", statement="It may be higher", reasons=reasons, **said)


TRIAL, SURVEY = study("randomised_trial"), study("cross_sectional")


def test_trials_start_high_and_everything_else_low() -> None:
    assert start_of(finding(), [TRIAL, TRIAL]) is Certainty.HIGH
    assert start_of(finding(), [TRIAL, SURVEY]) is Certainty.LOW
    assert start_of(finding(), []) is Certainty.LOW
    assert start_of(finding(start=Certainty.HIGH), [SURVEY]) is Certainty.HIGH
    assert start_of(finding(approach=Approach.GRADE_CERQUAL), [SURVEY]) is Certainty.HIGH


@pytest.mark.parametrize("steps", range(-5, 4))
def test_steps_are_added_and_stay_between_the_ends(steps: int) -> None:
    level = computed(finding(steps, start=Certainty.MODERATE), [])
    assert level is LEVELS[max(0, min(3, 2 + steps))]


def test_cerqual_without_steps_is_the_authors_own() -> None:
    concern = Reason(domain=Domain.ADEQUACY, why="x", concern=Concern.SERIOUS)
    judged = replace(finding(approach=Approach.GRADE_CERQUAL), reasons=(concern,))
    assert computed(judged, []) is None
    assert "serious" in concerns_against(replace(judged, certainty=Certainty.HIGH))
    assert not concerns_against(replace(judged, certainty=Certainty.LOW))


def test_each_domain_moves_only_its_way() -> None:
    ups = {Domain.LARGE_EFFECT, Domain.DOSE_RESPONSE, Domain.PLAUSIBLE_CONFOUNDING}
    for domain in DOMAINS[Approach.GRADE]:
        for steps in (-1, 1):
            told = replace(finding(), reasons=(Reason(domain=domain, why="x", steps=steps),))
            assert bool(out_of_bounds(told)) is ((domain in ups) is (steps < 0))


def test_nothing_goes_up_while_something_goes_down() -> None:
    down = Reason(domain=Domain.IMPRECISION, why="x", steps=-1)
    up = Reason(domain=Domain.LARGE_EFFECT, why="x", steps=1)
    assert "takes away" in out_of_bounds(replace(finding(), reasons=(down, up)))[0]


def test_every_stem_carries_the_word_of_its_certainty() -> None:
    words = {
        Certainty.HIGH: " ",
        Certainty.MODERATE: "probably",
        Certainty.LOW: "may",
        Certainty.VERY_LOW: "very uncertain",
    }
    for certainty, size, direction in product(Certainty, (*Size, None), Direction):
        said = stem(finding(certainty=certainty, size=size, direction=direction), "Later offending")
        if direction is Direction.DESCRIPTIVE:
            assert said == ""
            continue
        assert words[certainty] in said and "ater offending" in said and not said.endswith(".")
        assert all(w not in said for c, w in words.items() if c is not certainty and w != " ")


def test_stems_of_grade_26() -> None:
    low = finding(certainty=Certainty.LOW, size=Size.SLIGHT, direction=Direction.LOWER)
    assert stem(low, "Later offending") == "Later offending may be slightly lower"
    sure = finding(certainty=Certainty.HIGH, size=Size.LARGE, direction=Direction.HIGHER)
    assert stem(sure, "Later offending") == "Later offending is much higher"
    assert stem(finding(), "Later offending") == ""


@pytest.mark.parametrize(
    ("statement", "certainty", "fits"),
    [
        ("It may be higher", Certainty.LOW, True),
        ("It is higher", Certainty.LOW, False),
        ("It is probably higher", Certainty.MODERATE, True),
        ("It may be higher", Certainty.MODERATE, False),
        ("It may be higher", Certainty.HIGH, False),
        ("It is higher", Certainty.HIGH, True),
        ("It is very uncertain whether it is higher", Certainty.VERY_LOW, True),
        ("It is higher", Certainty.VERY_LOW, False),
    ],
)
def test_a_statement_with_a_size_keeps_to_its_certainty(
    statement: str, certainty: Certainty, fits: bool
) -> None:
    told = replace(finding(certainty=certainty, size=Size.MODERATE), statement=statement)
    assert (overstated(told) == "") is fits
    assert overstated(replace(told, size=None)) == ""
