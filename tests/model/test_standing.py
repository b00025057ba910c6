"""The PRISMA 2020 sums hold for every standing in every arm, and would fail for a wrong box."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import standing as room
from pipeline.model.search import Arm
from pipeline.model.standing import (
    BOXES,
    OPEN,
    Box,
    Entrance,
    Flow,
    Stand,
    Standing,
    entrance_of,
    equations,
)

S, E = Standing, Entrance
DBR = frozenset({Arm.DATABASES, Arm.REGISTERS})
OTHER = frozenset({Arm.OTHER})
EVERYWHERE = list(product(Arm, Standing))
STEPS: Mapping[Standing, int] = {
    S.DUPLICATE: 1,
    S.REMOVED_BY_AUTOMATION: 1,
    S.REMOVED_FOR_OTHER_REASONS: 1,
    S.AWAITING_SCREENING: 1,
    S.NOT_SCREENED: 1,
    S.EXCLUDED_ON_TITLE_AND_ABSTRACT: 1,
    S.AWAITING_RETRIEVAL: 2,
    S.NOT_RETRIEVED: 2,
    S.AWAITING_ASSESSMENT: 3,
    S.EXCLUDED_ON_FULL_TEXT: 3,
    S.AWAITING_CLASSIFICATION: 3,
    S.INCLUDED: 3,
}
"""How far a record came: screening, retrieval, assessment."""
THROUGH = [
    (arm, standing, entrance)
    for arm, standing in EVERYWHERE
    for step, entrance in enumerate(Entrance)
    if step <= STEPS[standing]
]
"""Every arm, standing and entrance that a record may have: none comes in later than it stands."""


def flow_of(census: Mapping[Stand, int]) -> Flow:
    return Flow(census=census, included_studies=frozenset(), included_reports=frozenset())


def stand(
    arm: Arm,
    standing: Standing,
    source: str = "a source",
    reason: str = "",
    entrance: Entrance = E.SEARCH,
) -> Stand:
    reason = reason or ("why" if standing is S.EXCLUDED_ON_FULL_TEXT else "")
    return Stand(source, arm, standing, reason, entrance)


def broken(flow: Flow) -> list[str]:
    return [says for says, (left, right) in equations(flow).items() if left != right]


def template_sums(flow: Flow) -> Mapping[str, tuple[int, int]]:
    """The sums once more, written from standards alone: boxes on the left, standings counted by
    hand on the right, so that no box can be wrong together with its own sum."""

    def at(arms: frozenset[Arm], *standings: Standing, upto: int = 3) -> int:
        """Those that came in at most at the step `upto` (0: found by a search of the round)."""
        return sum(
            n
            for s, n in flow.census.items()
            if s.arm in arms and s.standing in standings and list(E).index(s.entrance) <= upto
        )

    sums = {
        "databases": (flow.count("database_results"), at(frozenset({Arm.DATABASES}), *S, upto=0)),
        "registers": (flow.count("register_results"), at(frozenset({Arm.REGISTERS}), *S, upto=0)),
        "duplicates": (flow.count("duplicates"), at(DBR, S.DUPLICATE)),
        "automation": (flow.count("excluded_automatic"), at(DBR, S.REMOVED_BY_AUTOMATION)),
        "other reasons": (flow.count("excluded_other"), at(DBR, S.REMOVED_FOR_OTHER_REASONS)),
        "screened": (
            flow.count("records_screened"),
            at(DBR, *S, upto=1)
            - at(DBR, S.DUPLICATE, S.REMOVED_BY_AUTOMATION, S.REMOVED_FOR_OTHER_REASONS)
            - at(DBR, S.AWAITING_SCREENING, S.NOT_SCREENED),
        ),
        "not screened": (flow.count("records_not_screened"), at(DBR, S.NOT_SCREENED)),
        "others not screened": (flow.count("other_not_screened"), at(OTHER, S.NOT_SCREENED)),
        "excluded": (
            flow.count("records_excluded"),
            at(DBR, S.EXCLUDED_ON_TITLE_AND_ABSTRACT),
        ),
        "other results": (flow.count("other_results"), at(OTHER, *S, upto=0)),
        "new reports": (
            flow.count("new_reports"),
            flow.count("dbr_included") + flow.count("other_included"),
        ),
    }
    for arm, arms in (("dbr", DBR), ("other", OTHER)):
        read = (S.EXCLUDED_ON_FULL_TEXT, S.AWAITING_CLASSIFICATION, S.INCLUDED)
        sought = (*read, S.AWAITING_RETRIEVAL, S.NOT_RETRIEVED, S.AWAITING_ASSESSMENT)
        every = at(arms, *sought)
        sums |= {
            f"{arm} carried to screening": (
                flow.count(f"{arm}_carried_to_screening"),
                at(arms, *S, upto=1) - at(arms, *S, upto=0),
            ),
            f"{arm} carried to retrieval": (
                flow.count(f"{arm}_carried_to_retrieval"),
                at(arms, *sought, upto=2) - at(arms, *sought, upto=1),
            ),
            f"{arm} carried to assessment": (
                flow.count(f"{arm}_carried_to_assessment"),
                every - at(arms, *sought, upto=2),
            ),
            f"{arm} sought": (flow.count(f"{arm}_sought_reports"), at(arms, *sought, upto=2)),
            f"{arm} not retrieved": (
                flow.count(f"{arm}_notretrieved_reports"),
                at(arms, S.NOT_RETRIEVED),
            ),
            f"{arm} assessed": (flow.count(f"{arm}_assessed"), at(arms, *read)),
            f"{arm} reasons": (
                sum(flow.by_reason(f"{arm}_excluded").values()),
                at(arms, S.EXCLUDED_ON_FULL_TEXT),
            ),
            f"{arm} included": (flow.count(f"{arm}_included"), at(arms, S.INCLUDED)),
        }
    return sums


@pytest.mark.parametrize(("arm", "standing", "entrance"), THROUGH)
def test_every_sum_holds_for_one_record_of_every_standing_and_entrance_in_every_arm(
    arm: Arm, standing: Standing, entrance: Entrance
) -> None:
    flow = flow_of({stand(arm, standing, entrance=entrance): 1})
    assert broken(flow) == []
    assert [name for name, (a, b) in template_sums(flow).items() if a != b] == []


censuses = st.dictionaries(
    st.builds(
        lambda through, source, reason: stand(*through[:2], source, reason, through[2]),
        st.sampled_from(THROUGH),
        st.sampled_from(["A", "B", "C"]),
        st.sampled_from(["", "first", "second"]),
    ),
    st.integers(min_value=0, max_value=10**6),
)
ids = st.frozensets(st.sampled_from("abcdefgh"))


@given(censuses, ids, ids, st.none() | ids, st.none() | ids)
def test_every_sum_holds_for_any_numbers(
    census: dict[Stand, int],
    studies: frozenset[str],
    reports: frozenset[str],
    previous_studies: frozenset[str] | None,
    previous_reports: frozenset[str] | None,
) -> None:
    flow = Flow(
        census=census,
        included_studies=studies,
        included_reports=reports,
        previous_studies=previous_studies,
        previous_reports=previous_reports,
    )
    assert broken(flow) == []
    assert [name for name, (a, b) in template_sums(flow).items() if a != b] == []


def test_the_sums_are_the_eight_of_the_standard_in_both_arms() -> None:
    assert len(equations(flow_of({}))) == 11  # those of reports stand once for each arm


@pytest.mark.parametrize(("then", "now"), list(product(Standing, Standing)))
def test_a_record_of_the_edition_before_comes_in_where_it_has_to_go_through_again(
    then: Standing, now: Standing
) -> None:
    entrance = entrance_of(then, now)
    waits = (S.AWAITING_SCREENING, S.AWAITING_RETRIEVAL, S.AWAITING_ASSESSMENT)
    if then is now and then not in (*waits, S.AWAITING_CLASSIFICATION):
        assert entrance is None
    else:
        assert entrance is not None
        assert list(E).index(entrance) == min(STEPS[then], STEPS[now])


@pytest.mark.parametrize(("arm", "standing"), EVERYWHERE)
def test_each_record_is_counted_in_the_boxes_of_its_own_arm_only(
    arm: Arm, standing: Standing
) -> None:
    flow = flow_of({stand(arm, standing): 1})
    own = {Arm.DATABASES: "database_results", Arm.REGISTERS: "register_results"}
    counted = [key for key in BOXES if flow.count(key)]
    assert own.get(arm, "other_results") in counted
    foreign = "other_" if arm is not Arm.OTHER else ("dbr_", "records_", "database_", "register_")
    assert not [key for key in counted if key.startswith(foreign)]


def wrong_boxes() -> Iterator[tuple[str, Box]]:
    """Each box that a sum speaks of, with one standing too many or too few."""
    for key, box in BOXES.items():
        for standing in Standing:
            yield key, replace(box, standings=box.standings ^ {standing})
        for entrance in Entrance:
            yield key, replace(box, entrances=box.entrances ^ {entrance})


UNSAID = {"records_to_screen"}
"""Boxes in no sum: our own count, not on the diagram."""


def test_a_wrong_box_breaks_a_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    full = flow_of({stand(arm, at, entrance=entrance): 1 for arm, at, entrance in THROUGH})
    for key, wrong in wrong_boxes():
        if key in UNSAID or full.inside(wrong) == full.count(key):
            continue
        with monkeypatch.context() as patch:
            patch.setattr(room, "BOXES", {**BOXES, key: wrong})
            differs = [name for name, (a, b) in template_sums(full).items() if a != b]
            assert broken(full) or differs, f"{key} with {wrong.standings} went unnoticed"


def test_the_diagrams_own_sums_notice_most_wrong_boxes_by_themselves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A box of a sum in `equations` cannot gain or lose a standing without breaking that sum."""
    full = flow_of({stand(arm, at, entrance=entrance): 1 for arm, at, entrance in THROUGH})
    in_sums = set(BOXES) - UNSAID - {"new_reports", "database_results", "register_results"}
    for key, wrong in wrong_boxes():
        if key not in in_sums or full.inside(wrong) == full.count(key):
            continue
        with monkeypatch.context() as patch:
            patch.setattr(room, "BOXES", {**BOXES, key: wrong})
            assert broken(full), f"{key} with {wrong.standings} went unnoticed"


@pytest.mark.parametrize("standing", Standing)
def test_pending_counts_open_standings_of_this_and_earlier_searches(standing: Standing) -> None:
    found, carried = stand(Arm.OTHER, standing), stand(Arm.OTHER, standing, entrance=E.SCREENING)
    here = flow_of({found: 3, carried: 2})
    assert here.pending == (5 if standing in OPEN else 0)
    assert here.carried_over == {standing: 2}


def test_reasons_come_most_frequent_first_then_by_id() -> None:
    census = {
        stand(Arm.DATABASES, S.EXCLUDED_ON_FULL_TEXT, reason=reason): n
        for reason, n in (("b", 1), ("c", 5), ("a", 1))
    }
    assert list(flow_of(census).by_reason("dbr_excluded").items()) == [("c", 5), ("a", 1), ("b", 1)]
