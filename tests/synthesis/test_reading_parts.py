"""The eight files of a synthesis: what is read, and each fault at its line."""

from __future__ import annotations

import pytest

from pipeline.model.finding import IntervalOf, Synthesis, Tau2
from pipeline.model.form import AnswerType, Form, Item, Option
from pipeline.model.problem import Place, Problem, Severity
from pipeline.model.protocol import Criterion, Group, Outcome, Protocol, Question
from pipeline.model.review import Review
from pipeline.model.study import Answer, Basis, Direction, Part, Result, Source, Study
from pipeline.synthesis import SYNTHESIS_FILES, read_synthesis

PLACE = Place(file="studies/a.yaml", line=1)
FORM = Form(
    id="f",
    version=1,
    title="F",
    items=(
        Item(
            id="design",
            label="Design",
            type=AnswerType.CHOICE,
            options=(Option(id="cohort", label="Cohort"), Option(id="survey", label="Survey")),
        ),
        Item(
            id="participants",
            label="Participants",
            type=AnswerType.PART,
            items=(Item(id="total", label="Total", type=AnswerType.INTEGER),),
        ),
    ),
)


def study(id: str, design: str, quote: str = "", **estimate: float) -> Study:
    groups = tuple(
        Part(
            id=name,
            answers={"same_as": Answer(value=same, place=PLACE)},
            place=PLACE,
        )
        for name, same in (("mine", "one"), ("others", "two"))
    )
    return Study(
        id=id,
        title=id,
        form="f",
        form_version=1,
        reports=(),
        basis=Basis.ABSTRACT,
        place=PLACE,
        answers={
            "design": Answer(
                value=design,
                sources=(Source(page="7", quote=quote),) if quote else (),
                place=PLACE,
            )
        },
        parts={"groups": groups},
        results=(
            Result(
                id=f"{id}/r",
                study=id,
                outcome="later",
                statement="x",
                direction=Direction.HIGHER,
                group="mine",
                comparator="others",
                measure="odds ratio",
                estimate=estimate or None,
                place=PLACE,
            ),
        ),
    )


STUDIES = (
    study("a", "cohort", "They \u201cnever\u201d told   anybody about it", value=2, low=1, high=4),
    study("b", "survey", value=3, low=1, high=9),
)
REVIEW = Review(
    slug="x",
    protocol=Protocol(
        title="X",
        questions=(Question(id="why", text="Why?"),),
        criteria=(Criterion(id="topic", label="Topic"),),
        outcomes=(Outcome(id="later", label="Later"),),
        groups=(Group(id="one", label="One"), Group(id="two", label="Two")),
    ),
    searches=(),
    entries={},
    decisions=(),
    studies={s.id: s for s in STUDIES},
    forms={"f": FORM},
)
WHOLE = {
    "theory.yaml": """\
text: What leads to what
logic_model:
  columns: {before: Before, after: After}
  nodes:
    cause: {column: before, label: Cause}
    effect: {column: after, label: Effect}
  arrows:
    - {start: cause, end: effect, findings: [few]}
""",
    "preliminary.yaml": """\
order: {by: [design, participants/total], reason: By design}
descriptions:
  a: {account: The larger one, depth: thick}
quality:
  b: {concerns: high, why: Nobody was asked}
""",
    "groups.yaml": """\
groupings:
  by_design:
    label: By design
    groups:
      cohorts: {label: Cohorts, where: {design: [cohort]}}
      rest: {label: Others, studies: [b]}
""",
    "findings.yaml": """\
findings:
  few:
    statement: More do
    kind: direction
    outcome: later
    results: [a/r, b/r]
    estimate: odds
  told:
    statement: Nobody was told
    kind: theme
    themes: [silence]
""",
    "estimates.yaml": """\
estimates:
  odds:
    label: Odds
    scale: odds_ratio
    results: [a/r, b/r]
    grouping: by_design
""",
    "themes.yaml": """\
codes:
  silent: Keeping silent
quotes:
  q1: {study: a, quote: "they 'never' told ... about it", codes: [silent]}
themes:
  silence: {label: Silence, codes: [silent]}
""",
    "relationships.yaml": """\
moderators:
  design: {label: design, grouping: by_design, findings: [few]}
contrasts:
  pair: {label: One against two, group: one, comparator: two}
concept_map:
  concepts: {trust: Trust}
  links:
    - {start: "theme:silence", end: "concept:trust"}
    - {start: a, end: "finding:few"}
""",
    "robustness.yaml": """\
reflection:
  method: Counting says little
sensitivity:
  cohorts: {label: Cohorts alone, leave_out: {designs: [survey]}, findings: [few]}
""",
}


def read(**changed: str) -> tuple[Synthesis, tuple[Problem, ...]]:
    files = {**WHOLE, **{f"{name}.yaml": text for name, text in changed.items()}}
    return read_synthesis({name: (text, name) for name, text in files.items()}, REVIEW)


def test_a_whole_synthesis_has_no_fault() -> None:
    assert set(WHOLE) == set(SYNTHESIS_FILES)
    synthesis, problems = read()
    assert [str(p) for p in problems] == []
    assert synthesis.theory.logic_model is not None
    groups = {g.id: g.studies for g in synthesis.groupings["by_design"].groups}
    assert groups == {"cohorts": ("a",), "rest": ("b",)}
    assert synthesis.themes.quotes["q1"].page == "7"
    assert synthesis.findings["told"].all_studies == ("a",)
    assert synthesis.estimates["odds"].pool is None


@pytest.mark.parametrize(
    ("file", "was", "now", "line", "what"),
    [
        ("theory", "column: after", "column: aftr", 6, "no column 'aftr'. Did you mean 'after'?"),
        ("theory", "end: effect", "end: efect", 8, "no node 'efect'. Did you mean 'effect'?"),
        ("theory", "end: effect", "end: cause", 8, "leads from 'cause' to itself"),
        ("theory", "[few]", "[many]", 8, "no finding 'many'"),
        ("theory", "findings: [few]", "findings: [few], assumed: true", 8, "assumed, and findings"),
        ("preliminary", "participants/total", "participants/totl", 1, "participants/total"),
        ("preliminary", ", reason: By design", "", 1, "has no reason"),
        ("preliminary", "  a: {acc", "  c: {acc", 3, "no study 'c'"),
        ("preliminary", "why: Nobody was asked", "why: ''", 5, "no reason is given for b"),
        ("preliminary", "concerns: high", "concerns: hgh", 5, "Did you mean 'high'?"),
        ("groups", "where: {design", "where: {desgn", 5, "Did you mean 'design'?"),
        ("groups", "[cohort]", "[trial]", 2, "no study fits `where`"),
        ("findings", "estimate: odds", "estimate: ods", 7, "Did you mean 'odds'?"),
        ("findings", "[silence]", "[silenc]", 11, "Did you mean 'silence'?"),
        ("estimates", "[a/r, b/r]", "[a/r, c/r]", 5, "no result 'c/r'"),
        (
            "estimates",
            "scale: odds_ratio",
            "scale: risk_ratio",
            2,
            "is an odds ratio, which cannot",
        ),
        ("estimates", "results: [a/r, b/r]", "results: []", 2, "names no result"),
        ("estimates", "by_design", "by_desin", 2, "Did you mean 'by_design'?"),
        (
            "estimates",
            "results: [a/r, b/r]",
            "pairs: [{group: a/r, comparator: b/r}]",
            5,
            "different",
        ),
        ("themes", "never' told", "often' told", 4, "stand in no source of a"),
        ("themes", "codes: [silent]}\nthemes", "page: '9', codes: [silent]}\nthemes", 4, "page 9"),
        ("themes", "codes: [silent]}\nthemes", "codes: [slent]}\nthemes", 4, "no code 'slent'"),
        ("themes", "label: Silence, codes: [silent]", "label: Silence", 6, "rests on no quote"),
        ("relationships", "[few]", "[few, odd]", 2, "no finding 'odd'"),
        ("relationships", "grouping: by_design", "grouping: by", 2, "no grouping 'by'"),
        ("relationships", "comparator: two", "comparator: one", 4, "set against itself"),
        ("relationships", "group: one", "group: tow", 4, "no group 'tow'"),
        ("relationships", "theme:silence", "theme:silenc", 8, "Did you mean 'theme:silence'?"),
        ("robustness", "method:", "methods:", 2, "Did you mean 'method'?"),
        ("robustness", "{designs: [survey]}", "{}", 4, "leaves nothing out"),
        ("robustness", "findings: [few]", "findings: [fw]", 4, "no finding 'fw'"),
    ],
)
def test_a_fault_stands_at_its_line(file: str, was: str, now: str, line: int, what: str) -> None:
    before = WHOLE[f"{file}.yaml"]
    assert was in before
    _, problems = read(**{file: before.replace(was, now, 1)})
    told = [str(p) for p in problems]
    assert any(
        p.place == Place(file=f"{file}.yaml", line=line, column=p.place.column) and what in p.what
        for p in problems
    ), told


def test_pooling_needs_a_reason_and_tells_of_few_studies() -> None:
    pool = WHOLE["estimates.yaml"] + "    pool: {reason: Alike}\n"
    _, problems = read(estimates=pool)
    assert [p.severity for p in problems] == [Severity.WARNING]
    assert "pools 2 studies" in problems[0].what
    _, problems = read(estimates=pool.replace("Alike", "''"))
    assert any("without a reason" in p.what for p in problems)
    _, problems = read(estimates=pool.replace("[a/r, b/r]", "[a/r]"))
    assert any("is not pooled: one study alone" in p.what for p in problems)
    assert "shape" in {p.check for p in read(estimates=pool.replace("reason: Alike", ""))[1]}


def test_themes_in_a_circle_are_told() -> None:
    more = (
        "  up: {label: Up, level: analytical, themes: [down, silence]}\n"
        "  down: {label: Down, level: analytical, themes: [up]}\n"
    )
    _, problems = read(themes=WHOLE["themes.yaml"] + more)
    assert sum("stands below itself" in p.what for p in problems) == 2


def test_a_contrast_with_too_few_studies_warns() -> None:
    text = WHOLE["relationships.yaml"].replace("comparator: two", "comparator: two, at_least: 3")
    _, problems = read(relationships=text)
    assert [p.severity for p in problems] == [Severity.WARNING]
    assert "rests on a, b; 3 are wanted" in problems[0].what


def test_a_certainty_is_what_its_steps_come_to() -> None:
    judged = (
        "    approach: grade\n    certainty: moderate\n"
        "    reasons: [{domain: imprecision, steps: -1, why: Few}]\n"
    )
    text = WHOLE["findings.yaml"].replace("    estimate: odds\n", f"    estimate: odds\n{judged}")
    _, problems = read(findings=text)
    assert [(p.severity, p.place.line) for p in problems] == [(Severity.ERROR, 9)]
    assert "starts at low and its steps of -1 come to very_low" in problems[0].what
    sound = text.replace("approach: grade\n", "approach: grade\n    start: high\n")
    assert read(findings=sound)[1] == ()


@pytest.mark.parametrize("name", SYNTHESIS_FILES)
def test_files_that_are_not_there_or_broken_are_no_crash(name: str) -> None:
    stem = name.removesuffix(".yaml")
    assert not [p for p in read(**{stem: ""})[1] if p.place.file == name]
    for text in ("- a\n", "a: [\n", "\u0000", "nothing: here\n", "!!python/object:os.system x\n"):
        assert [p for p in read(**{stem: text})[1] if p.place.file == name]


EVERY_KEY = """\
    absolute: [{per_1000: 120, why: A register, label: Cities}]
    important: {below: 0.8, above: 1.25, why: Agreed}
    pool:
      reason: Alike
      model: random_effects
      method: inverse_variance
      tau2: paule_mandel
      interval: normal
      safeguard: false
      several: independent
      correlation: 0.4
      subgroups: by_design
      regression: {size: {by: [participants/total], reason: It may matter, planned: true}}
      leave_one_out: true
      influence: true
      small_studies:
        {reason: They may differ, tests: [egger, peters], trim_and_fill: true, fail_safe: true}
"""


def test_all_that_can_be_asked_of_a_pooled_set_is_read() -> None:
    synthesis, problems = read(estimates=WHOLE["estimates.yaml"] + EVERY_KEY)
    assert {p.severity for p in problems} == {Severity.WARNING}, [str(p) for p in problems]
    (asked,) = synthesis.estimates.values()
    pool = asked.pool
    assert pool is not None and asked.absolute[0].per_1000 == 120 and asked.important is not None
    assert (pool.tau2, pool.interval, pool.safeguard) == (
        Tau2.PAULE_MANDEL,
        IntervalOf.NORMAL,
        False,
    )
    assert pool.regression[0].id == "size" and pool.regression[0].planned
    assert pool.small_studies is not None and len(pool.small_studies.tests) == 2


@pytest.mark.parametrize(
    ("was", "now", "what"),
    [
        ("inverse_variance", "mantel_haenszel", "takes one effect for all studies"),
        ("subgroups: by_design", "subgroups: by", "no grouping 'by'"),
        ("participants/total", "participants/totl", "no item 'participants/totl'"),
        ("reason: It may matter", "reason: ''", "has no reason, or nothing to regress on"),
        ("correlation: 0.4", "correlation: 1.4", "no correlation from 0 to below 1"),
        ("reason: They may differ", "reason: ''", "small studies are looked at without a reason"),
        ("per_1000: 120", "per_1000: 1200", "1200 of 1,000 is no baseline"),
        ("why: Agreed", "why: ''", "what is important is said without a reason"),
        ("tau2: paule_mandel", "tau2: mandel", "not one of the words"),
    ],
)
def test_what_cannot_be_meant_is_told(was: str, now: str, what: str) -> None:
    assert was in EVERY_KEY
    _, problems = read(estimates=WHOLE["estimates.yaml"] + EVERY_KEY.replace(was, now))
    errors = [p.what for p in problems if p.severity is Severity.ERROR]
    assert any(what in error for error in errors), errors


def test_a_judgement_that_says_nothing_of_imprecision_is_told() -> None:
    pooled = WHOLE["estimates.yaml"] + "    pool: {reason: Alike}\n"
    judged = (
        "estimate: odds\n    certainty: very_low\n"
        "    reasons: [{domain: inconsistency, steps: -1, why: It varies}]"
    )
    finding = WHOLE["findings.yaml"].replace("estimate: odds", judged)
    _, problems = read(estimates=pooled, findings=finding)
    assert any("nothing is said of imprecision" in p.what for p in problems)
    finding = finding.replace("inconsistency", "imprecision")
    _, problems = read(estimates=pooled, findings=finding)
    assert not any("of imprecision" in p.what for p in problems)
