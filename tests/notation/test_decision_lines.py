"""Decisions to lines and back; lines that are not decisions."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.decision import EVENTS, Screened, Stage, Verdict
from pipeline.notation.decision_lines import decision_line, read_decisions

words = st.text(max_size=20)
moments = st.datetimes(timezones=st.just(UTC))
VALUES = {
    "str": words,
    "bool": st.booleans(),
    "tuple[str, ...]": st.lists(words, max_size=3).map(tuple),
    "Stage": st.sampled_from(Stage),
    "Verdict": st.sampled_from(Verdict),
}


@st.composite
def said(draw, event):
    from pipeline.model.decision import Overlap, Retrieval

    enums = {kind.__name__: st.sampled_from(kind) for kind in (Retrieval, Overlap)}
    kinds = {**VALUES, **enums}
    written = [f for f in fields(event) if f.name not in ("id", "at", "reviewer")]
    return {f.name: draw(kinds[f.type]) for f in written}


@given(st.data(), st.sampled_from(sorted(EVENTS)), moments)
def test_a_decision_survives_its_line(data, word, at):
    event = EVENTS[word]
    values = data.draw(said(event))
    line = decision_line(event, at, **values)
    assert line.count(b"\n") == 1
    log = read_decisions(line, "ada", "ada.jsonl")
    if any(v in ("", ()) for k, v in values.items() if k in _required(event)):
        return  # an empty required field is left out and told as missing
    assert not log.problems
    (decision,) = log.decisions
    assert type(decision) is event
    assert (decision.at, decision.reviewer) == (at, "ada")
    assert {name: getattr(decision, name) for name in values} == values


def _required(event) -> set[str]:
    from dataclasses import MISSING

    return {f.name for f in fields(event) if f.default is MISSING}


GOOD = decision_line(
    Screened,
    datetime(2016, 1, 1, tzinfo=UTC),
    record="s:0001",
    stage=Stage.FULL_TEXT,
    verdict=Verdict.EXCLUDE,
    reason="topic",
)


def test_the_same_line_twice_is_one_decision():
    assert len(read_decisions(GOOD + GOOD, "ada", "f").decisions) == 1
    assert read_decisions(GOOD, "ada", "f").decisions[0].id != (
        read_decisions(GOOD, "ben", "f").decisions[0].id
    )


@given(st.integers(1, len(GOOD) - 2))
def test_a_line_cut_off_anywhere_is_told_and_the_others_count(cut):
    log = read_decisions(GOOD.replace(b"topic", b"older") + GOOD[:cut], "ada", "ada.jsonl")
    assert len(log.decisions) == 1
    assert log.torn
    (problem,) = log.problems
    assert problem.place.line == 2 and problem.check == "torn-line"


def test_a_whole_line_without_its_line_feed_counts():
    log = read_decisions(GOOD.rstrip(b"\n"), "ada", "ada.jsonl")
    assert len(log.decisions) == 1 and not log.problems


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"[]", "not an object"),
        (b"{}", "its event is none of"),
        (b'{"event":"screamed"}', "its event is none of"),
        (b'{"event":"screened"}', "`at` is missing"),
        (b'{"event":"screened","at":"2016-01-01T09:00:00"}', "no zone"),
        (b'{"event":"screened","at":"2016-01-01T09:00:00Z"}', "it has no record"),
        (GOOD.replace(b'"full_text"', b'"half_text"'), "stage is 'half_text'"),
        (GOOD.replace(b'"exclude"', b"7"), "verdict is 7"),
        (GOOD.replace(b'"topic"', b"[1]"), "reason is [1]"),
        (GOOD.replace(b'"reason"', b'"raison"'), "'raison' is not a field"),
        (b"\xff\xfe{}", "not a decision"),
        (b"<<<<<<< ours", "conflict marker"),
        (b'{"event":"screened","at":5}', "`at` is missing"),
        (b"[" * 20_000, "not a decision"),
    ],
)
def test_what_is_no_decision_is_a_problem_with_its_line(line, told):
    log = read_decisions(GOOD + line.rstrip(b"\n") + b"\n" + GOOD, "ada", "ada.jsonl")
    assert len(log.decisions) == 1
    (problem,) = log.problems
    assert told in problem.what
    assert problem.place.line == 2
    assert problem.remedy


@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_fall_over(content):
    log = read_decisions(content, "ada", "ada.jsonl")
    assert len(log.decisions) == len(log.lines)


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        decision_line(
            Screened,
            datetime(2016, 1, 1),
            record="s:1",
            stage=Stage.FULL_TEXT,
            verdict=Verdict.INCLUDE,
        )


def test_a_field_that_the_event_lacks_is_refused():
    with pytest.raises(TypeError, match="raison"):
        decision_line(Screened, datetime(2016, 1, 1, tzinfo=UTC), record="s", raison="x")
