"""The synthesis in tables, figures and sentences: they say what the results say, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from pipeline.document.figures.catalogue import FIGURES
from pipeline.document.manuscript.claims import grounds_of
from pipeline.document.provenance import support_step
from pipeline.document.sentences.synthesis import SYNTHESIS
from pipeline.document.tables import TABLES
from pipeline.model.decision import Compared, Overlap
from pipeline.model.finding import (
    Approach,
    Certainty,
    Domain,
    EstimateSet,
    Finding,
    FindingKind,
    Grouping,
    Pool,
    Reason,
    Scale,
    Size,
    StudyGroup,
    Synthesis,
)
from pipeline.model.narrative import (
    Code,
    CodedQuote,
    Concept,
    ConceptLink,
    ConceptMap,
    Concerns,
    Contrast,
    DirectionReading,
    LeaveOut,
    LogicModel,
    ModelArrow,
    ModelColumn,
    ModelNode,
    Moderator,
    Preliminary,
    Quality,
    ReadAs,
    Relationships,
    Robustness,
    Sensitivity,
    StudyOrder,
    Theme,
    ThemeLevel,
    Themes,
    Theory,
)
from pipeline.model.statement import Step
from pipeline.model.study import Basis, Direction
from tests.document.conftest import Case, result

LOWER, HIGHER, MIXED = Direction.LOWER, Direction.HIGHER, Direction.MIXED
SAID = {"a": LOWER, "b": LOWER, "c": HIGHER, "d": LOWER, "e": MIXED}
IDS = tuple(SAID)


def odds(value: float) -> dict[str, float]:
    return {"value": value, "low": value / 2, "high": value * 2}


@pytest.fixture
def five(case: Case) -> Case:
    """Five included studies of later offending: lower in three, higher in one, one conflicting."""
    records = case.search("db-1", 5)
    for n, (id, direction) in enumerate(SAID.items()):
        case.include(records[n], id)
        case.study(
            id,
            records[n],
            title=f"Study {id.upper()}",
            design="file_study" if id in "ab" else "survey",
            basis=Basis.ABSTRACT if id in "ab" else Basis.FULL_TEXT,
            results=(
                result(id, "re", direction, measure="odds ratio", estimate=odds(0.5 + n / 10)),
            ),
        )
    finding = Finding(
        id="re",
        statement="Later offending may be lower",
        kind=FindingKind.DIRECTION,
        outcome="reoffending",
        comparison="one group and the other",
        results=tuple(f"{id}/re" for id in IDS),
        direction=LOWER,
        size=Size.SLIGHT,
        approach=Approach.GRADE,
        start=Certainty.MODERATE,
        certainty=Certainty.LOW,
        reasons=(Reason(domain=Domain.IMPRECISION, why="Few people", steps=-1),),
    )
    grouping = Grouping(
        id="by",
        label="By design",
        groups=(
            StudyGroup(id="f", label="Files", studies=("a", "b")),
            StudyGroup(id="s", label="Surveys", studies=("c", "d")),
        ),
    )
    case.synthesis = Synthesis(findings={"re": finding}, groupings={"by": grouping})
    return case


def rows(case: Case, word: str, **options: str) -> list[dict[str, str]]:
    table = TABLES[word].make(case.snapshot(), **options)
    ids = [c.id for c in table.columns]
    return [dict(zip(ids, (c.text for c in row), strict=True)) for row in table.rows]


def change(case: Case, **said: Any) -> None:
    case.synthesis = replace(case.synthesis, **said)


def refind(case: Case, **said: Any) -> None:
    change(case, findings={"re": replace(case.synthesis.findings["re"], **said)})


def test_votes_are_counted_and_every_study_is_named(five: Case) -> None:
    (row,) = rows(five, "vote_counts")
    assert row["lower"] == "3: Study A; Study B; Study D"
    assert (row["higher"], row["conflicting"]) == ("1: Study C", "1: Study E")
    assert (row["no_clear_difference"], row["unclear"]) == ("0", "0")
    assert row["share"] == "3 of 4 (75%; 30% to 95%)"
    assert "sign_test" not in row
    refind(five, sign_test=True)
    assert rows(five, "vote_counts")[0]["sign_test"] == "p = 0.625"


def test_a_study_that_is_not_included_has_no_vote(five: Case) -> None:
    five.study("f", "db-1:0001", results=(result("f", "re", LOWER),))
    refind(five, results=(*(f"{id}/re" for id in IDS), "f/re"))
    assert "Study F" not in rows(five, "vote_counts")[0]["lower"]


def test_the_table_of_directions_has_what_the_plot_has(five: Case) -> None:
    told = rows(five, "effect_direction")
    assert [r["study"] for r in told] == [f"Study {id.upper()}" for id in IDS]
    assert [r["reoffending"][0] for r in told] == ["\u25bc", "\u25bc", "\u25b2", "\u25bc", "\u25c1"]
    (figure,) = FIGURES["effect_direction"].figures(five.snapshot())
    for row in told:
        assert row["study"] in figure.alt
    assert figure.alt.count("lower in the group named first") == 3
    assert "higher is worse for those concerned" in figure.svg


def test_read_as_benefit_turns_what_is_worse(five: Case) -> None:
    change(five, preliminary=Preliminary(directions=DirectionReading(read_as=ReadAs.BENEFIT)))
    assert [r["reoffending"] for r in rows(five, "effect_direction")][:3] == [
        "\u25b2 better for those concerned",
        "\u25b2 better for those concerned",
        "\u25bc worse for those concerned",
    ]


def test_concerns_are_said_in_letters_and_words(five: Case) -> None:
    change(five, preliminary=Preliminary(quality={"a": Quality(concerns=Concerns.HIGH, why="x")}))
    assert [r["concerns"] for r in rows(five, "effect_direction")] == ["high", "", "", "", ""]
    (figure,) = FIGURES["effect_direction"].figures(five.snapshot())
    assert ">H</text>" in figure.svg and "H high" in figure.svg


def test_a_moderator_parts_the_votes_and_keeps_those_of_no_group(five: Case) -> None:
    moderator = Moderator(id="m", label="design", grouping="by")
    change(five, relationships=Relationships(moderators=(moderator,)))
    told = {r["group"]: r["direction"] for r in rows(five, "moderators")}
    assert told["Files"].startswith("lower in 2 of 2 studies")
    assert told["Surveys"].startswith("higher in 1 and lower in 1")
    assert told["in no group"] == "conflicting in 1 study"


def test_what_is_left_when_studies_are_left_out(five: Case) -> None:
    def analysis(**said: Any) -> Robustness:
        rule = LeaveOut(**said)
        return Robustness(sensitivity=(Sensitivity(id="s", label="Without", leave_out=rule),))

    change(five, robustness=analysis(basis=(Basis.ABSTRACT,)))
    assert rows(five, "sensitivity")[0]["verdict"] == "the direction changes"
    assert "changes or goes for Later offending" in five.text('{{ results("sensitivity") }}')
    change(five, robustness=analysis(studies=("c",)))
    assert rows(five, "sensitivity")[0]["verdict"] == "the direction holds"
    change(five, robustness=analysis(studies=IDS))
    assert rows(five, "sensitivity")[0]["verdict"] == "nothing is left"
    change(five, robustness=analysis(designs=("no_such",)))
    assert rows(five, "sensitivity")[0]["verdict"] == "not concerned"


def test_summary_of_findings_says_steps_people_and_standard_words(five: Case) -> None:
    (row,) = rows(five, "summary_of_findings")
    assert row["n"] == "1,320 participants; 5 studies"
    assert "Later offending (one group and the other) may be slightly lower." in row["effect"]
    assert "Starts moderate; down one for imprecision: Few people." in row["why"]
    assert row["certainty"].startswith("Low \u2295\u2295")
    five.decide(Compared, "ada", study="a", other="b", overlap=Overlap.OVERLAPPING, reason="same")
    assert rows(five, "summary_of_findings")[0]["n"] == "1,056 participants; 5 studies"


def test_a_qualitative_finding_stands_in_the_other_table(five: Case) -> None:
    refind(five, approach=Approach.GRADE_CERQUAL, reasons=(), start=None)
    assert rows(five, "summary_of_findings") == []
    (row,) = rows(five, "summary_of_qualitative_findings")
    assert row["explanation"].count("not judged") == 4


def test_nothing_is_pooled_unless_it_is_asked_for(five: Case) -> None:
    asked = EstimateSet(
        id="o", label="Odds", scale=Scale.ODDS_RATIO, results=tuple(f"{id}/re" for id in IDS)
    )
    change(five, estimates={"o": asked})
    assert "none were pooled" in five.text('{{ methods("synthesis") }}')
    (figure,) = FIGURES["forest"].figures(five.snapshot(), estimates="o")
    assert "Random effects" not in figure.alt and figure.alt.count("odds ratio") == 5
    assert rows(five, "pooled")[0]["result"] == "Not pooled; from 0.50 to 0.90"
    change(five, estimates={"o": replace(asked, pool=Pool(reason="Alike"))})
    (figure,) = FIGURES["forest"].figures(five.snapshot(), estimates="o")
    assert "Random effects (REML, Hartung-Knapp), 5 estimates: 0.69" in figure.alt
    weights = [float(r["weight"].rstrip("%")) for r in rows(five, "estimates", estimates="o")]
    assert sum(weights) == pytest.approx(100, abs=0.3)
    said = five.text('{{ methods("synthesis") }} {{ results("estimates") }}')
    assert "restricted maximum likelihood" in said and "pooled because alike" in said
    refind(five, estimate="o")
    assert "pooled" in rows(five, "summary_of_findings")[0]["effect"]


def test_numbers_without_a_source_and_shared_participants_are_named(five: Case) -> None:
    bare = five.studies["a"].results[0]
    bare = replace(bare, unsourced=frozenset({"estimate"}))
    five.studies["a"] = replace(five.studies["a"], results=(bare,))
    asked = EstimateSet(
        id="o",
        label="Odds",
        scale=Scale.ODDS_RATIO,
        results=tuple(f"{id}/re" for id in IDS),
        pool=Pool(reason="Alike"),
    )
    change(five, estimates={"o": asked})
    five.decide(Compared, "ada", study="b", other="c", overlap=Overlap.UNCLEAR)
    notes = TABLES["estimates"].make(five.snapshot(), estimates="o").notes
    assert any("the numbers of a/re, which the pooled estimate rests on" in n for n in notes)
    assert any("Study B and Study C may share participants" in n for n in notes)


def test_themes_are_walked_to_their_quotes(five: Case) -> None:
    themes = Themes(
        codes={"c": Code(id="c", label="Silence")},
        quotes={"q": CodedQuote(id="q", study="a", quote="nobody asked", page="7", codes=("c",))},
        themes={
            "low": Theme(id="low", label="Nobody asks", codes=("c",), account="Adults are silent"),
            "high": Theme(id="high", label="Alone", level=ThemeLevel.ANALYTICAL, themes=("low",)),
        },
    )
    change(five, themes=themes)
    told = rows(five, "themes")
    assert [r["theme"] for r in told] == ["Alone (analytical)", "Nobody asks (descriptive)"]
    assert all(r["quotes"] == "\u201cnobody asked\u201d [q]" for r in told)
    (quote,) = rows(five, "quotes")
    assert (quote["page"], quote["codes"]) == ("7", "Silence")
    assert quote["themes"] == "Nobody asks (descriptive) and Alone (analytical)"
    said = five.text('{{ results("themes") }}')
    assert "- Nobody asks: adults are silent. One coded quote from one study bears it" in said
    (figure,) = FIGURES["theme_map"].figures(five.snapshot())
    assert "Alone \u2013 Nobody asks." in figure.alt and "Nobody asks \u2013 Silence." in figure.alt


def test_the_logic_model_says_what_is_assumed(five: Case) -> None:
    model = LogicModel(
        columns=(ModelColumn(id="x", label="Before"), ModelColumn(id="y", label="After")),
        nodes=(
            ModelNode(id="p", label="Adversity", column="x"),
            ModelNode(id="q", label="Offending", column="y"),
        ),
        arrows=(
            ModelArrow(start="p", end="q", label="may lead to"),
            ModelArrow(start="q", end="p", findings=("re",)),
        ),
    )
    change(five, theory=Theory(text="What leads to what", logic_model=model))
    told = rows(five, "logic_model")
    assert [r["findings"] for r in told] == ["assumed; no finding bears it", "Later offending"]
    (figure,) = FIGURES["logic_model"].figures(five.snapshot())
    assert "Adversity \u2192 Offending (may lead to), assumed." in figure.alt
    assert "stroke-dasharray" in figure.svg
    said = five.text('{{ methods("synthesis") }}\n\n{{ results("theory") }}')
    assert "one of its two arrows is assumed" in said and "What leads to what." in said


def test_the_map_of_concepts_ties_findings_to_studies_and_concepts(five: Case) -> None:
    concepts = ConceptMap(
        concepts=(Concept(id="trust", label="Trust"),),
        links=(ConceptLink(start="finding:re", end="concept:trust", label="speaks for"),),
    )
    change(five, relationships=Relationships(concept_map=concepts))
    (figure,) = FIGURES["concept_map"].figures(five.snapshot())
    for id in IDS:
        assert f"Later offending \u2013 Study {id.upper()}." in figure.alt
    assert "Later offending \u2192 Trust (speaks for)." in figure.alt


@pytest.mark.parametrize(
    ("slot", "what"),
    [
        ('figure("forest", estimates="odd")', "there is no set of estimates 'odd'"),
        ('table("estimates", estimates="odd")', "there is no set of estimates 'odd'"),
        ('figure("effect_direction", contrast="x")', "there is no contrast 'x'"),
        ('figure("harvest", grouping="bye")', "there is no grouping 'bye'. Did you mean 'by'?"),
        ('figure("harvest", group="by")', "takes no 'group'"),
    ],
)
def test_a_slot_that_names_nothing_is_a_fault_at_its_line(five: Case, slot: str, what: str) -> None:
    ((line, said),) = five.faults(f"\n{{{{ {slot} }}}}\n")
    assert line == 2 and what in said


def test_an_empty_review_draws_nothing_and_builds(case: Case) -> None:
    for word in (
        "logic_model",
        "effect_direction",
        "harvest",
        "forest",
        "concept_map",
        "theme_map",
    ):
        assert FIGURES[word].figures(case.snapshot()) == ()
        assert case.text(f'Words.\n\n{{{{ figure("{word}") }}}}\n').strip() == "Words."


def test_reflection_has_its_facts_filled_in(five: Case) -> None:
    told = {r["prompt"]: r for r in rows(five, "reflection")}
    facts = "\n".join(r["facts"] for r in told.values())
    assert "5 included studies, 2 of them not read in full." in facts
    assert "Studies point both ways on Later offending." in facts
    assert "Conflicting results within Study E." in facts
    assert "No result on family." in facts
    assert all(r["said"] == "not yet written" for r in told.values())
    change(five, robustness=Robustness(reflection={"gaps": "Much is missing."}))
    assert "Much is missing" in five.text('{{ results("reflection") }}')


def test_a_theme_is_walked_to_the_export_and_rests_on_every_quote(five: Case) -> None:
    themes = Themes(
        codes={c: Code(id=c, label=c) for c in "cd"},
        quotes={
            "q": CodedQuote(id="q", study="a", quote="nobody asked", page="7", codes=("c",)),
            "r": CodedQuote(id="r", study="b", quote="nor did we", codes=("d",)),
        },
        themes={
            "low": Theme(id="low", label="Nobody asks", codes=("c",)),
            "high": Theme(id="high", label="Alone", codes=("d",), themes=("low", "high")),
        },
    )
    change(five, themes=themes)
    snapshot = five.snapshot()
    step = support_step("theme:high", snapshot)
    told = list(every(step))
    assert "descriptive theme high: Alone" in told[0]
    assert any("quote q of a, page 7: \u201cnobody asked\u201d" in line for line in told)
    assert sum(line.startswith("report: ") for line in told) == 2
    assert "theme high stands below itself" in told
    grounds = set(grounds_of("theme:high", snapshot))
    assert {"themes.themes:low", "themes.quotes:q", "themes.quotes:r"} < grounds
    assert not any("quotes:r" in name for name in grounds_of("theme:low", snapshot))


def every(step: Step) -> Iterator[str]:
    yield step.what
    for below in step.below:
        yield from every(below)


def test_ids_that_lead_nowhere_are_told_where_they_stand_and_break_nothing(five: Case) -> None:
    # reading tells them as errors; a build fills the manuscript all the same, to tell its faults
    refind(five, results=("x/y", "a/re"), studies=("z",), themes=("t",), estimate="e", outcome="o")
    model = LogicModel(
        columns=(ModelColumn(id="x", label="X"),),
        nodes=(
            ModelNode(id="p", label="P", column="nowhere"),
            ModelNode(id="q", label="Q", column="x"),
        ),
        arrows=(ModelArrow(start="p", end="q", findings=("odd",)), ModelArrow(start="q", end="r")),
    )
    change(
        five,
        theory=Theory(logic_model=model),
        preliminary=Preliminary(order=StudyOrder(by=("no/such", "design/x"), reason="x")),
        relationships=Relationships(
            moderators=(Moderator(id="m", label="m", grouping="odd", findings=("odd",)),),
            contrasts=(Contrast(id="c", label="C", group="odd", comparator="even"),),
            concept_map=ConceptMap(links=(ConceptLink(start="finding:odd", end="concept:odd"),)),
        ),
        robustness=Robustness(
            reflection={"odd": "x"},
            sensitivity=(
                Sensitivity(
                    id="s", label="S", leave_out=LeaveOut(studies=("z",)), findings=("odd",)
                ),
            ),
        ),
        estimates={
            "e": EstimateSet(
                id="e", label="E", scale=Scale.ODDS_RATIO, results=("x/y", "a/re"), grouping="odd"
            )
        },
        themes=Themes(
            quotes={"q": CodedQuote(id="q", study="z", quote="x", codes=("odd",))},
            themes={"t": Theme(id="t", label="T", codes=("odd",), themes=("u",))},
        ),
    )
    snapshot = five.snapshot()
    assert all(maker.make(snapshot).columns for maker in TABLES.values())
    for word in (
        "logic_model",
        "effect_direction",
        "harvest",
        "forest",
        "concept_map",
        "theme_map",
    ):
        FIGURES[word].figures(snapshot)
    for say in SYNTHESIS.values():
        assert say(snapshot, lambda table: "")
    assert five.text('{{ methods("synthesis") }}')
