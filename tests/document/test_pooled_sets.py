"""What is asked of a pooled set stands in tables, figures and sentences, and nothing else does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipeline.document.figures.catalogue import FIGURES
from pipeline.document.sentences.synthesis import SYNTHESIS
from pipeline.document.tables import TABLES
from pipeline.model.finding import (
    Approach,
    Asymmetry,
    Baseline,
    Certainty,
    Domain,
    EstimateSet,
    Finding,
    Grouping,
    Moderation,
    Pool,
    PoolingMethod,
    PoolingModel,
    Reason,
    ResultPair,
    Scale,
    SmallStudies,
    StudyGroup,
    Synthesis,
)
from pipeline.model.study import Direction
from tests.document.conftest import Case, answer, result
from tests.synthesis.published import R

ROWS = [[int(n) for n in row] for row in R["sizes"]["bcg RR"]["rows"]]
ALLOCATED = R["groups"]["bcg"]["of"]
IDS = tuple(f"t{n:02d}" for n in range(13))
WORDS = ("subgroups", "meta_regression", "leave_one_out", "influence", "small_studies")


@pytest.fixture
def bcg(case: Case) -> Case:
    """The thirteen trials of Colditz et al. 1994, each with its cases in both groups."""
    records = case.search("db-1", 13)
    for n, (id, (a, n1, c, n2)) in enumerate(zip(IDS, ROWS, strict=True)):
        case.include(records[n], id)
        numbers = [("vaccinated", {"x": a, "n": n1}), ("not", {"x": c, "n": n2})]
        results = tuple(
            result(id, name, Direction.LOWER, proportion=proportion) for name, proportion in numbers
        )
        case.study(id, records[n], title=f"Trial {id}", results=results)
        year = answer(R["regressions"]["bcg ablat year REML z"]["mods"][0][n])
        case.studies[id] = replace(
            case.studies[id], answers={**case.studies[id].answers, "latitude": year}
        )
    groups = tuple(
        StudyGroup(
            id=how,
            label=how,
            studies=tuple(id for id, of in zip(IDS, ALLOCATED, strict=True) if of == how),
        )
        for how in sorted(set(ALLOCATED))
    )
    case.synthesis = Synthesis(
        groupings={"by": Grouping(id="by", label="By allocation", groups=groups)}
    )
    return case


def ask(case: Case, pool: Pool | None, **said: Any) -> None:
    pairs = tuple(ResultPair(group=f"{id}/vaccinated", comparator=f"{id}/not") for id in IDS)
    asked = EstimateSet(
        id="tb",
        label="Tuberculosis",
        **({"scale": Scale.RISK_RATIO} | said),
        pairs=pairs,
        pool=pool,
    )
    case.synthesis = replace(case.synthesis, estimates={"tb": asked})


EVERYTHING = Pool(
    reason="The trials ask the same",
    subgroups="by",
    regression=(Moderation(id="latitude", by=("latitude",), reason="It may matter", planned=True),),
    leave_one_out=True,
    influence=True,
    small_studies=SmallStudies(
        reason="Small trials may differ",
        tests=(Asymmetry.EGGER, Asymmetry.PETERS),
        trim_and_fill=True,
        fail_safe=True,
    ),
)


def rows(case: Case, word: str) -> list[dict[str, str]]:
    table = TABLES[word].make(case.snapshot())
    ids = [c.id for c in table.columns]
    return [dict(zip(ids, (c.text for c in row), strict=True)) for row in table.rows]


def test_everything_that_was_asked_is_told_as_metafor_has_it(bcg: Case) -> None:
    ask(bcg, EVERYTHING)
    assert rows(bcg, "pooled")[0]["result"] == "Risk ratio 0.49 (0.33 to 0.73)"
    model = rows(bcg, "pooled")[0]["model"]
    assert "\u03c4\u00b2 = 0.313 (0.12 to 1.11)" in model and "I\u00b2 = 92% (82% to 98%)" in model
    told = {r["group"]: r["result"] for r in rows(bcg, "subgroups")}
    assert told["random"].startswith("Risk ratio 0.38") and len(told) == 3
    (note,) = TABLES["subgroups"].make(bcg.snapshot()).notes
    of = R["groups"]["bcg"]
    assert f"Q = {of['q']:.2f} on 2 degrees of freedom, p = {of['p']:.3f}" in note
    assert [r["term"] for r in rows(bcg, "meta_regression")] == ["Intercept", "latitude"]
    assert rows(bcg, "meta_regression")[1]["coefficient"].startswith("\u22120.029 (")
    assert len(rows(bcg, "leave_one_out")) == len(rows(bcg, "influence")) == 13
    small = {r["way"]: r["result"] for r in rows(bcg, "small_studies")}
    assert small["Egger's test"].startswith("Slope")
    assert small["Peters' test"].startswith("Not made: it takes odds ratios")
    assert small["Rosenthal's fail-safe number"].split()[0].isdigit()
    said = bcg.text('{{ results("estimates") }}')
    for words in (
        "Without any one study",
        "Influential by the usual marks",
        "is no measure of bias",
    ):
        assert words in said
    assert "(planned)" in said


def test_nothing_stands_where_nothing_was_asked(bcg: Case) -> None:
    ask(bcg, Pool(reason="Alike"))
    for word in WORDS:
        assert rows(bcg, word) == []
    assert FIGURES["funnel"].figures(bcg.snapshot()) == ()
    ask(bcg, None)
    assert rows(bcg, "absolute_effects") == []
    assert FIGURES["funnel"].figures(bcg.snapshot(), estimates="tb") == ()


def test_the_forest_has_a_diamond_a_group_and_the_funnel_a_point_a_study(bcg: Case) -> None:
    ask(bcg, EVERYTHING)
    (forest,) = FIGURES["forest"].figures(bcg.snapshot())
    assert forest.alt.count("Together, ") == 3
    (funnel,) = FIGURES["funnel"].figures(bcg.snapshot())
    assert funnel.alt.count("standard error") >= 13 and funnel.svg.count("<circle") >= 13


@pytest.mark.parametrize(
    ("scale", "method", "said"),
    [
        (Scale.ODDS_RATIO, PoolingMethod.MANTEL_HAENSZEL, "Odds ratio 0.62 (0.57 to 0.68)"),
        (Scale.ODDS_RATIO, PoolingMethod.PETO, "Odds ratio 0.62 (0.57 to 0.67)"),
        (Scale.RISK_RATIO, PoolingMethod.MANTEL_HAENSZEL, "Risk ratio 0.64 (0.59 to 0.69)"),
    ],
)
def test_common_effects_without_inverse_variance(
    bcg: Case, scale: Scale, method: PoolingMethod, said: str
) -> None:
    ask(bcg, Pool(reason="x", model=PoolingModel.COMMON_EFFECT, method=method), scale=scale)
    assert rows(bcg, "pooled")[0]["result"] == said


def test_absolute_effects_stand_in_the_summary_of_findings(bcg: Case) -> None:
    baseline = Baseline(per_1000=20, why="A register", label="Cities")
    ask(bcg, Pool(reason="Alike"), absolute=(baseline,))
    finding = Finding(
        id="tb",
        statement="Tuberculosis may be rarer",
        outcome="reoffending",
        results=tuple(f"{id}/vaccinated" for id in IDS),
        estimate="tb",
        approach=Approach.GRADE,
        certainty=Certainty.VERY_LOW,
        reasons=(Reason(domain=Domain.INCONSISTENCY, why="It varies", steps=-1),),
    )
    bcg.synthesis = replace(bcg.synthesis, findings={"tb": finding})
    (row,) = rows(bcg, "summary_of_findings")
    assert "20 per 1,000 become 10: 10 fewer (13 fewer to 5 fewer), at cities" in row["effect"]
    assert "The interval leaves out no difference".lower() in row["why"].lower()
    # without a baseline of the authors, the median of the comparators
    ask(bcg, Pool(reason="Alike"))
    (absolute,) = rows(bcg, "absolute_effects")
    assert absolute["baseline"] == "The median of the comparators"
    assert all(say(bcg.snapshot(), lambda word: "") for say in SYNTHESIS.values())
