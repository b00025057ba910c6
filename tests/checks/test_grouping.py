"""Problems in the order in which a person needs them, the same of many told once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.checks.grouping import BLOCKING, grouped
from pipeline.model.problem import Place, Problem, Severity

problems = st.lists(
    st.builds(
        Problem,
        place=st.builds(Place, file=st.sampled_from(["a", "b"]), line=st.integers(0, 9)),
        what=st.sampled_from(["db-1:0001 has changed", "db-1:0002 has changed", "another thing"]),
        remedy=st.just(""),
        severity=st.sampled_from(Severity),
        check=st.sampled_from(["changed", "stranger", BLOCKING[0]]),
    ),
    max_size=40,
)


def rank(problem: Problem) -> int:
    blocks = problem.severity is Severity.WARNING and problem.check in BLOCKING
    return 1 if blocks else {"error": 0, "warning": 2, "note": 3}[problem.severity]


@given(problems, st.booleans())
def test_nothing_is_lost_and_errors_stand_first_each_on_its_own(
    found: list[Problem], each: bool
) -> None:
    groups = grouped(found, each=each)
    assert sum(1 + group.more for group in groups) == len(found)
    assert [rank(g.first) for g in groups] == sorted(rank(g.first) for g in groups)
    assert all(not group.more for group in groups if each or group.first.severity == "error")


def warning(n: int) -> Problem:
    return Problem(
        place=Place(file="log", line=n),
        what=f"what this verdict rested on has changed: db-2020-01-01:{n:04d}",
        remedy="",
        severity=Severity.WARNING,
        check="changed",
    )


def test_a_few_that_are_alike_are_told_each_and_more_once() -> None:
    assert [g.more for g in grouped(map(warning, range(3)))] == [0, 0, 0]
    (one,) = grouped(map(warning, range(94)))
    assert (one.first, one.more) == (warning(0), 93)
