"""findings.yaml and groups.yaml: what is read, and each fault with its line."""

from __future__ import annotations

import pytest

from pipeline.model.finding import Certainty, FindingKind
from pipeline.model.problem import Place, Severity
from pipeline.model.protocol import Criterion, Outcome, Protocol, Question
from pipeline.model.review import Review
from pipeline.model.study import Basis, Direction, Result, Study
from pipeline.synthesis import in_several, read_synthesis, ungrouped

PLACE = Place(file="studies/a.yaml", line=1)


def study(id: str, *directions: Direction) -> Study:
    results = tuple(
        Result(
            id=f"{id}/r{n}",
            study=id,
            outcome="reoffending",
            statement="",
            direction=direction,
            place=PLACE,
        )
        for n, direction in enumerate(directions)
    )
    return Study(
        id=id,
        title=id,
        form="f",
        form_version=1,
        reports=(),
        basis=Basis.ABSTRACT,
        place=PLACE,
        results=results,
    )


REVIEW = Review(
    slug="x",
    protocol=Protocol(
        title="X",
        questions=(Question(id="why", text="Why?"),),
        criteria=(Criterion(id="topic", label="Topic"),),
        outcomes=(Outcome(id="reoffending", label="R"), Outcome(id="family", label="F")),
    ),
    searches=(),
    entries={},
    decisions=(),
    studies={s.id: s for s in (study("a", Direction.LOWER), study("b", Direction.HIGHER))},
)
WHOLE = """\
findings:
  few:
    statement: Few do
    kind: direction
    question: why
    outcome: reoffending
    results: [a/r0]
    direction: lower
    method: vote_count
    approach: grade
    certainty: very_low
    reasons:
      - {domain: imprecision, steps: -2, why: One study}
"""


def read(findings: str = "", groups: str = ""):  # type: ignore[no-untyped-def]
    files = {"findings.yaml": findings, "groups.yaml": groups}
    return read_synthesis({name: (text, name) for name, text in files.items()}, REVIEW)


def test_a_whole_finding() -> None:
    synthesis, problems = read(WHOLE)
    assert problems == ()
    few = synthesis.findings["few"]
    assert (few.kind, few.certainty) == (FindingKind.DIRECTION, Certainty.VERY_LOW)
    assert few.all_studies == ("a",)
    assert synthesis.places["few"].line == 2


def test_no_files_are_no_fault() -> None:
    synthesis, problems = read()
    assert (dict(synthesis.findings), dict(synthesis.groupings), problems) == ({}, {}, ())
    assert read("# later\n", "# later\n")[1] == ()


@pytest.mark.parametrize(
    ("was", "now", "line", "what"),
    [
        ("question: why", "question: wy", 5, "there is no question 'wy'. Did you mean 'why'?"),
        ("reoffending", "reofending", 6, "Did you mean 'reoffending'?"),
        ("[a/r0]", "[a/r1]", 7, "there is no result 'a/r1'. Did you mean 'a/r0'?"),
        ("[a/r0]", "[]", 2, "rests on no study"),
        ("direction: lower", "direction: higher", 8, "0 of the studies point higher, 1 lower"),
        ("outcome: reoffending", "outcome: family", 7, "is about 'reoffending', the finding about"),
        ("domain: imprecision", "domain: relevance", 12, "relevance is no domain of grade"),
        ("very_low", "verylow", 11, "Did you mean 'very_low'?"),
        ("statement: Few do", "statment: Few do", 3, "Did you mean 'statement'?"),
    ],
)
def test_faults_stand_in_their_line(was: str, now: str, line: int, what: str) -> None:
    _, problems = read(WHOLE.replace(was, now, 1))
    assert any(p.place.line == line and what in p.what for p in problems), [*map(str, problems)]


def test_certainty_asks_for_its_reasons() -> None:
    _, problems = read(WHOLE.partition("    reasons:")[0])
    assert "without a reason" in problems[0].what


def test_a_reading_against_the_votes_is_a_note_once_it_is_explained() -> None:
    against = WHOLE.replace("direction: lower", "direction: higher")
    assert read(against)[1][0].severity is Severity.WARNING
    assert read(against + "    notes: the one large study\n")[1][0].severity is Severity.NOTE


def test_two_findings_with_one_name() -> None:
    _, problems = read(
        "findings:\n  - {id: a, statement: x, kind: gap}\n  - {id: a, statement: y, kind: gap}\n"
    )
    assert (problems[0].place.line, problems[0].what) == (3, "'a' stands here twice")


def test_groups() -> None:
    synthesis, problems = read(
        "", "groupings:\n  g:\n    label: G\n    groups:\n      x: {label: X, studies: [a, c]}\n"
    )
    grouping = synthesis.groupings["g"]
    assert [p.place.line for p in problems] == [5]
    assert "there is no study 'c'" in problems[0].what
    assert ungrouped(grouping, ["a", "b"]) == ("b",)
    assert in_several(grouping) == ()
