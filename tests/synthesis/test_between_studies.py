"""Counting again, holding apart, comparing groups; walking between themes and quotes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.finding import Finding, FindingKind, Grouping, StudyGroup
from pipeline.model.form import Light
from pipeline.model.narrative import (
    Code,
    CodedQuote,
    Concerns,
    Contrast,
    LeaveOut,
    Preliminary,
    Quality,
    StudyOrder,
    Theme,
    Themes,
)
from pipeline.model.problem import Place
from pipeline.model.study import Answer, Basis, Direction, Judgement, Part, Result, Study
from pipeline.synthesis import count_votes
from pipeline.synthesis.sensitivity import StudyQuality, by_group, left_out, quality_of, recount
from pipeline.synthesis.study_facts import compared, holds, in_order
from pipeline.synthesis.themes import (
    codes_of,
    quotes_of,
    quotes_of_study,
    studies_of,
    themes_of_code,
    themes_of_quote,
)

PLACE = Place(file="a.yaml", line=1)
IDS = tuple("abcdefgh")


def study(
    id: str, basis: Basis = Basis.FULL_TEXT, design: str = "cohort", total: int | None = None
) -> Study:
    answers = {"design": Answer(value=design, place=PLACE)}
    part = Part(id="participants", answers={"total": Answer(value=total, place=PLACE)}, place=PLACE)
    return Study(
        id=id,
        title=id,
        form="f",
        form_version=1,
        reports=(),
        basis=basis,
        place=PLACE,
        answers=answers,
        parts={"participants": (part,)},
    )


def result(study: str, direction: Direction, **said: str) -> Result:
    return Result(
        id=f"{study}/r",
        study=study,
        outcome="o",
        statement="",
        direction=direction,
        place=PLACE,
        **said,
    )


directions = st.sampled_from(Direction)
told = st.dictionaries(st.sampled_from(IDS), directions, min_size=1)


@given(told, st.sets(st.sampled_from(IDS)))
def test_counting_again_takes_out_exactly_those_left_out(
    said: dict[str, Direction], out: set[str]
) -> None:
    results = {r.id: r for r in (result(id, d) for id, d in said.items())}
    finding = Finding(id="f", statement="x", kind=FindingKind.DIRECTION, results=tuple(results))
    again = recount(finding, results, IDS, tuple(out))
    assert set(again.before.studies) == set(said)
    assert set(again.after.studies) == set(said) - out
    assert set(again.without) == set(said) & out
    assert again.after == count_votes(r for r in results.values() if r.study not in out)
    if not again.without:
        assert not again.changes


@given(told, st.dictionaries(st.sampled_from(IDS), st.sampled_from("xyz")))
def test_groups_part_the_votes(said: dict[str, Direction], where: dict[str, str]) -> None:
    results = {r.id: r for r in (result(id, d) for id, d in said.items())}
    finding = Finding(id="f", statement="x", results=tuple(results))
    grouping = Grouping(
        id="g",
        label="G",
        groups=tuple(
            StudyGroup(id=g, label=g, studies=tuple(s for s, h in where.items() if h == g))
            for g in "xyz"
        ),
    )
    parts = by_group(finding, results, grouping, IDS)
    found = sorted(s for count in parts.values() for s in count.studies)
    assert found == sorted(set(said) & set(where))


def test_each_rule_leaves_out_its_studies() -> None:
    studies = (
        study("a", Basis.ABSTRACT),
        study("b", design="survey"),
        study("c"),
        study("d"),
        study("e"),
    )
    quality = {
        "d": StudyQuality(concerns=Concerns.HIGH),
        "e": StudyQuality(concerns=Concerns.LOW, light=Light.GOOD),
    }
    for rule, out in (
        (LeaveOut(basis=(Basis.ABSTRACT,)), ("a",)),
        (LeaveOut(designs=("survey",)), ("b",)),
        (LeaveOut(studies=("c",)), ("c",)),
        (LeaveOut(concerns=(Concerns.HIGH,)), ("d",)),
        (LeaveOut(lights=(Light.GOOD,)), ("e",)),
        (LeaveOut(basis=(Basis.ABSTRACT,), designs=("survey",)), ("a", "b")),
        (LeaveOut(), ()),
    ):
        assert left_out(rule, studies, quality) == out


def judgement(light: Light, *, overall: bool) -> Judgement:
    return Judgement(
        study="a",
        instrument="i",
        item="q",
        label="Q",
        answer="x",
        answer_label="X",
        light=light,
        overall=overall,
        place=PLACE,
    )


def test_quality_is_the_instruments_then_the_authors_and_never_a_sum() -> None:
    said = Preliminary(quality={"a": Quality(concerns=Concerns.LOW, why="x")})
    answers = [judgement(Light.BAD, overall=False)] * 3
    assert quality_of("a", answers, Preliminary()).concerns is None
    assert quality_of("a", answers, said).concerns is Concerns.LOW
    overall = [judgement(Light.SOME, overall=True), judgement(Light.WORST, overall=True)]
    judged = quality_of("a", [*answers, *overall], said)
    assert (judged.concerns, judged.light) == (Concerns.HIGH, Light.WORST)
    assert judged.answers == ((Light.BAD, 3),)


def test_a_result_the_other_way_round_is_turned() -> None:
    groups = tuple(
        Part(id=g, answers={"same_as": Answer(value=p, place=PLACE)}, place=PLACE)
        for g, p in (("mine", "one"), ("others", "two"))
    )
    made = [
        result("a", Direction.HIGHER, group="mine", comparator="others"),
        result("a", Direction.HIGHER, group="others", comparator="mine"),
        result("a", Direction.MIXED, group="two", comparator="one"),
        result("a", Direction.LOWER, group="mine", comparator="third"),
        result("a", Direction.LOWER, group="mine"),
    ]
    one = Study(
        id="a",
        title="a",
        form="f",
        form_version=1,
        reports=(),
        basis=Basis.ABSTRACT,
        place=PLACE,
        parts={"groups": groups},
        results=tuple(made),
    )
    contrast = Contrast(id="c", label="C", group="one", comparator="two")
    assert [r.direction for r in compared(contrast, [one])] == [
        Direction.HIGHER,
        Direction.LOWER,
        Direction.MIXED,
    ]
    other = Contrast(id="c", label="C", group="one", comparator="two", outcomes=("p",))
    assert compared(other, [one]) == ()


def test_studies_stand_by_design_then_by_number_then_by_id_and_unknown_last() -> None:
    said = Preliminary(
        order=StudyOrder(by=("design", "participants/total"), reason="x"),
        designs=("cohort", "survey"),
    )
    studies = (
        study("a", design="survey", total=5),
        study("b", total=900),
        study("c", total=None),
        study("d", total=20),
        study("e", design="other", total=1),
    )
    assert [s.id for s in in_order(studies, said, {})] == ["d", "b", "c", "a", "e"]


@st.composite
def themes(draw: st.DrawFn) -> Themes:
    codes = "uvwx"
    quotes = draw(
        st.lists(st.tuples(st.sampled_from(IDS), st.sets(st.sampled_from(codes))), max_size=6)
    )
    under = draw(st.lists(st.sets(st.sampled_from(codes)), min_size=1, max_size=4))
    links = draw(st.lists(st.sets(st.integers(0, 3)), min_size=4, max_size=4))
    return Themes(
        codes={c: Code(id=c, label=c) for c in codes},
        quotes={
            f"q{n}": CodedQuote(id=f"q{n}", study=s, quote="x", codes=tuple(sorted(c)))
            for n, (s, c) in enumerate(quotes)
        },
        themes={
            f"t{n}": Theme(
                id=f"t{n}",
                label="t",
                codes=tuple(sorted(c)),
                themes=tuple(f"t{k}" for k in sorted(links[n])),
            )
            for n, c in enumerate(under)
        },
    )


@given(themes())
def test_the_walk_from_theme_to_quote_is_the_walk_from_quote_to_theme(found: Themes) -> None:
    down = {(t, q.id) for t in found.themes for q in quotes_of(found, t)}
    up = {(t.id, q) for q in found.quotes for t in themes_of_quote(found, q)}
    assert down == up
    through = {(t.id, c) for c in found.codes for t in themes_of_code(found, c)}
    assert through == {(t, c) for t in found.themes for c in codes_of(found, t)}
    for theme in found.themes:
        for study_id in studies_of(found, theme):
            assert set(quotes_of_study(found, study_id)) & set(quotes_of(found, theme))


def test_a_quote_is_found_whatever_its_blanks_and_marks() -> None:
    text = "He said: \u201cI was  never\ntold\u201d, and left the room"
    for quote in ("i was never told", 'said: "I was', "I was \u2026 left", "He [...] room"):
        assert holds(text, quote)
    for quote in ("I was told", "left \u2026 I was", "", "\u2026"):
        assert not holds(text, quote)
