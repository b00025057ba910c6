"""Claims held against what they rest on: direction, how many studies, what they may rest on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipeline.document.manuscript.confirming import claim_states, prints_renewed
from pipeline.model.decision import Confirmed, Matched
from pipeline.model.finding import Claim, Finding, FindingKind, Synthesis
from pipeline.model.problem import Place, Severity
from pipeline.model.study import Direction

Case = Any


@pytest.fixture
def told(small: Case) -> Case:
    """`small` with a finding on each study: one lower, one higher, and one over both."""
    lower, higher = "aebi-2014/reoffending", "seto-2015/reoffending"
    findings = {
        "fewer": Finding(
            id="fewer",
            statement="Fewer",
            kind=FindingKind.DIRECTION,
            results=(lower,),
            direction=Direction.LOWER,
        ),
        "split": Finding(
            id="split",
            statement="Split",
            kind=FindingKind.DIRECTION,
            results=(lower, higher),
            direction=Direction.LOWER,
        ),
    }
    small.synthesis = Synthesis(findings=findings)
    return small


def claim(text: str, *supports: str, says: str = "") -> str:
    words = ", ".join(f'"{word}"' for word in ("it", *supports))
    said = f', says="{says}"' if says else ""
    return "{% claim " + words + said + " %}" + text + "{% endclaim %}"


@pytest.mark.parametrize(
    ("text", "support", "says"),
    [
        ("They had fewer offences", "finding:fewer", ""),
        ("They had fewer offences", "finding:fewer", "lower"),
        ("They were less often older", "finding:fewer", ""),
        ("They had more offences", "seto-2015/reoffending", ""),
        ("It came more often that none followed", "finding:fewer", "lower"),
        ("Nothing is said of a way", "aebi-2014/groups/boys/n", ""),
    ],
)
def test_words_that_go_with_the_direction(told: Case, text: str, support: str, says: str) -> None:
    assert told.write(claim(text, support, says=says)).claims[0].says == says


@pytest.mark.parametrize(
    ("text", "supports", "says", "what"),
    [
        ("They had more offences", ("finding:fewer",), "", "says 'more'"),
        ("They had fewer", ("seto-2015/reoffending",), "", "says 'fewer'"),
        ("They had fewer", ("finding:fewer",), "higher", "finding:fewer points lower"),
        (
            "Either",
            ("finding:fewer", "seto-2015/reoffending"),
            "lower",
            "seto-2015/reoffending points",
        ),
        ("Either", ("finding:fewer",), "lowr", "there is no direction 'lowr'"),
    ],
)
def test_a_claim_that_contradicts_its_support(
    told: Case, text: str, supports: tuple[str, ...], says: str, what: str
) -> None:
    faults = told.faults("# Head\n\n" + claim(text, *supports, says=says))
    assert faults[0][0] == 3 and what in faults[0][1]


VOTES = '{{ votes("split", short=True) }}'


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Most studies found fewer", "says 'Most studies' without its count"),
        ("No included study found fewer", "says 'No included study' without its count"),
        ("All of the studies found fewer", "without its count"),
        (f"Most studies ({VOTES}) found fewer", "'Most studies', and it is 1 of 2"),
        (f"All studies ({VOTES}) found fewer", "and it is 1 of 2"),
        (f"No study ({VOTES}) found fewer", "and it is 1 of 2"),
        (f"Few studies ({VOTES}) found fewer", "and it is 1 of 2"),
        (
            'Most studies ({{ n("included_studies", outcome="family") }} of '
            '{{ n("included_studies") }}) found it',
            "0 of 2 (in its own words)",
        ),
    ],
)
def test_how_many_studies_needs_its_count(told: Case, text: str, what: str) -> None:
    assert what in told.faults(claim(text, "finding:split"))[0][1]


def test_a_count_that_bears_the_words_out(told: Case) -> None:
    written = told.write(claim(f"Half of the studies ({VOTES}) found fewer", "finding:split"))
    assert written.claims[0].text == "Half of the studies (1 of 2 studies) found fewer"
    all_of_one = '{{ votes("fewer", short=True) }}'
    told.write(claim(f"All studies ({all_of_one}) found fewer", "finding:fewer"))


def test_most_studies_outside_of_a_claim_is_told(told: Case) -> None:
    from pipeline.document import write_up

    written, problems = write_up(told.snapshot(), "# Head\n\nSo. Most studies found fewer.\n")
    [problem] = [p for p in problems if p.severity is not Severity.NOTE]
    assert written is not None
    assert problem.place.line == 3 and "'Most studies'" in problem.what


def test_a_study_that_is_not_included_bears_no_claim(told: Case) -> None:
    told.study("left-out", "db-1:0002")
    faults = told.faults(claim("So it is", "left-out/groups/boys/n"))
    assert "the study 'left-out' is not included (cite it as background: @left-out)" in faults[0][1]


def test_a_quote_that_is_gone_is_a_support_that_is_gone(told: Case) -> None:
    told.write(claim("So", "quote:aebi-2014/groups/boys/n"))
    study = told.studies["aebi-2014"]
    group = study.parts["groups"][0]
    bare = {**group.answers, "n": replace(group.answers["n"], sources=())}
    parts = {**study.parts, "groups": (replace(group, answers=bare),)}
    told.studies["aebi-2014"] = replace(study, parts=parts)
    assert "has no quote" in told.faults(claim("So", "quote:aebi-2014/groups/boys/n"))[0][1]


def confirmed_in(case: Case, *supports: str) -> Claim:
    """A claim that rests on `supports` and is confirmed as the case is now."""
    one = Claim(id="c", text="Fewer", supports=supports, place=Place(file="m.md", line=1))
    (state,) = claim_states((one,), case.snapshot())
    case.decide(
        Confirmed,
        "ada",
        claim=one.id,
        text=one.text,
        supports=tuple(s.name for s in state.supports),
        prints=tuple(s.print for s in state.supports),
        said=tuple(s.said for s in state.supports),
    )
    return one


def test_a_search_that_finds_a_report_again_leaves_what_was_confirmed(told: Case) -> None:
    one = confirmed_in(told, "finding:fewer", "aebi-2014/reoffending")
    (report,) = told.studies["aebi-2014"].reports
    (again,) = told.search("db-again", 1)
    told.match(again, report)
    (state,) = claim_states((one,), told.snapshot())
    assert state.stands and state.changes == ()
    assert prints_renewed(told.snapshot(), told.snapshot()).keys() == {
        (s.name, print) for s, print in zip(state.supports, state.last.prints, strict=True)
    }
    told.vote(again, "exclude", "ben", reason="population")  # a word on the report itself
    (state,) = claim_states((one,), told.snapshot())
    assert {change.after.name for change in state.changes} == set(one.supports)


def test_a_match_that_stood_when_a_claim_was_confirmed_counts(told: Case) -> None:
    (report,) = told.studies["aebi-2014"].reports
    (again,) = told.search("db-again", 1)
    told.match(again, report)
    one = confirmed_in(told, "aebi-2014/reoffending")
    told.decisions = [d for d in told.decisions if not isinstance(d, Matched)]
    (state,) = claim_states((one,), told.snapshot())
    assert state.has_changed
