"""What authors type into findings and other sentences is held against the evidence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipeline.document.manuscript.prose import typed_numbers
from pipeline.document.stated import faults_of_sentences
from pipeline.model.finding import Finding, FindingKind, Synthesis
from pipeline.model.narrative import Theory
from pipeline.model.problem import Severity
from pipeline.model.protocol import TypedNumber
from pipeline.model.study import Direction
from pipeline.notation.stated_words import number_of, stated_numbers, stated_ways

Case = Any


def told(case: Case, statement: str, **said: Any) -> list[tuple[str, str]]:
    """Faults of one finding on the lower result of one study with an odds ratio of 0.37."""
    study = case.studies["aebi-2014"]
    result = replace(
        study.results[0], estimate={"value": 0.37, "low": 0.2, "high": 0.7}, measure="risk ratio"
    )
    case.studies["aebi-2014"] = replace(study, results=(result,))
    finding = Finding(
        id="f",
        statement=statement,
        kind=FindingKind.DIRECTION,
        outcome="reoffending",
        results=("aebi-2014/reoffending",),
        **{"direction": Direction.LOWER, **said},
    )
    case.synthesis = Synthesis(findings={"f": finding})
    return [(p.severity.value, p.what) for p in faults_of_sentences(case.snapshot())]


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("Events were more frequent with the drug", "says 'more'"),
        ("The drug raised the number of events", "says 'raised'"),
        ("Events doubled with the drug", "says 'doubled'"),
        ("The drug made things worse", "says 'worse'"),
        ("Events fell by 50 % with the drug", "says '50 %'"),
        ("Events fell in 12 trials", "says '12'"),
        ("Twelve trials found fewer events", "says 'Twelve trials'"),
        ("Ninety percent had fewer events", "says 'Ninety percent'"),
        ("Fewer events, OR 0.73", "says '0.73'"),
        ("Events fell by half", "says 'by half'"),
    ],
)
def test_a_finding_says_what_it_rests_on(small: Case, statement: str, what: str) -> None:
    errors = [said for severity, said in told(small, statement) if severity == "error"]
    assert any(what in said for said in errors), errors


@pytest.mark.parametrize(
    "statement",
    [
        "Events were fewer with the drug (RR 0.37)",
        "Events fell by 63% with the drug",
        "One study of 264 found fewer events",
        "Fewer events among those under 18, in 2010",
        "The drug made things better",
    ],
)
def test_a_finding_that_says_so_is_let_through(small: Case, statement: str) -> None:
    assert told(small, statement) == []


def test_notes_and_comments_are_held_as_well(small: Case) -> None:
    (fault,) = told(small, "Fewer events", notes="In 12 trials", comments="")
    assert "says '12'" in fault[1]
    small.protocol = replace(
        small.protocol, typed_numbers=(TypedNumber(text="In 12 trials", why="background"),)
    )
    assert told(small, "Fewer events", notes="In 12 trials") == []


def test_words_that_cannot_be_judged_are_told_and_the_author_says_what_they_mean(
    small: Case,
) -> None:
    (fault,) = told(small, "Reoffending was not more common")
    assert fault[0] == Severity.NOTE and "'more' stands under a negation" in fault[1]
    assert told(small, "Reoffending was not more common", says=Direction.LOWER) == []
    (fault,) = told(small, "Boys kept out of trouble", says=Direction.HIGHER)
    assert fault[0] == Severity.ERROR and "its direction is lower" in fault[1]


def test_every_other_sentence_of_the_synthesis_says_numbers_of_the_review(small: Case) -> None:
    small.synthesis = Synthesis(theory=Theory(text="It works in 97% of them"))
    (fault,) = faults_of_sentences(small.snapshot())
    assert "'97%'" in fault.what and "theory.text" in str(fault.place)
    small.synthesis = Synthesis(theory=Theory(text="It was seen among 264 juveniles"))
    assert list(faults_of_sentences(small.snapshot())) == []


@pytest.mark.parametrize(
    ("prose", "numbers"),
    [
        ("An OR 0.37 was seen.", ["0.37"]),
        ("Twelve trials were found.", ["Twelve trials"]),
        ("Ninety percent agreed.", ["Ninety percent"]),
        ("It fell by half and then doubled.", ["by half", "doubled"]),
        ("One in five and nine out of ten were boys.", ["One in five", "nine out of ten"]),
        (
            "A third of them, two-thirds of the girls, three quarters of all.",
            ["A third", "two-thirds", "three quarters"],
        ),
        ("A tenfold rise, a five-fold fall, twofold.", ["tenfold", "five-fold", "twofold"]),
        ("So p < .05, p=.03, OR 0·37 and OR .37.", [".05", ".03", "0·37", ".37"]),
        ("A third study, a quarter past, half of it, one in one study, manifold.", []),
        ("See the note[^12] and [the plan](plan.pdf){width=50%}.", []),
        ("Where $x^2 + 3 = 12$ and $$y = 7$$ hold.", []),
        ("On 11 Feb 2016, 11.02.2016, 2016/02/11 and Feb. 11, 2016.", []),
        ("Judged with RoB 2 and MMAT 2018.", []),
    ],
)
def test_what_prose_may_type(prose: str, numbers: list[str]) -> None:
    assert [t.text for t in typed_numbers(prose, (), lambda _: False)] == numbers


def test_number_words_and_ways() -> None:
    words = ("twenty-three", "two hundred", "a dozen", "nineteen")
    assert [number_of(w) for w in words] == [23, 200, 12, 19]
    assert stated_ways("It was worse", worse_is="up").only_up == "worse"
    assert stated_ways("It was worse").up == ()
    assert stated_ways("Fewer and more").only_up == ""


@pytest.mark.parametrize(
    ("words", "percent"),
    [
        ("one in five boys", 20),
        ("one in every 4 boys", 25),
        ("nine out of ten", 90),
        ("three-quarters of them", 75),
        ("a fifth of them", 20),
        ("tenfold", 1000),
        ("twofold", 200),
    ],
)
def test_a_share_or_a_multiple_in_words_has_its_value(words: str, percent: float) -> None:
    assert [round(n.value, 6) for n in stated_numbers(words) if n.percent] == [percent]


@pytest.mark.parametrize(
    ("words", "worse_is", "way"),
    [
        ("It made things worse", "up", "up"),
        ("It was exacerbated", "up", "up"),
        ("It was exacerbated", "down", "down"),
        ("It was harmful", "up", "up"),
        ("It was protective", "up", "down"),
        ("It was beneficial", "up", "down"),
        ("It went up", "", "up"),
        ("Rates have gone down", "", "down"),
        ("It soared", "", "up"),
        ("It dwindled", "", "down"),
        ("It raised the rate", "", "up"),
        ("It did not go up", "", ""),
        ("It was exacerbated", "", ""),
    ],
)
def test_the_words_say_which_way(words: str, worse_is: str, way: str) -> None:
    said = stated_ways(words, worse_is=worse_is)
    assert ("up" if said.only_up else "down" if said.only_down else "") == way
