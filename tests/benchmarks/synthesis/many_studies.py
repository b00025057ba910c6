"""How long the tables, figures and sentences of a synthesis take, in seconds.

python tests/benchmarks/synthesis/many_studies.py            500 studies, five results each
python tests/benchmarks/synthesis/many_studies.py 2000       as many studies as named
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable

from pipeline.document.figures.catalogue import FIGURES
from pipeline.document.sentences.synthesis import SYNTHESIS
from pipeline.document.tables import TABLES
from pipeline.model.finding import (
    EstimateSet,
    Finding,
    FindingKind,
    Grouping,
    Pool,
    Scale,
    StudyGroup,
    Synthesis,
)
from pipeline.model.form import AnswerType, Form, Item, Option
from pipeline.model.narrative import (
    Code,
    CodedQuote,
    Concerns,
    LeaveOut,
    Moderator,
    Preliminary,
    Quality,
    Relationships,
    Robustness,
    Sensitivity,
    StudyOrder,
    Theme,
    Themes,
)
from pipeline.model.problem import Place
from pipeline.model.protocol import Criterion, Outcome, Polarity, Protocol, Question
from pipeline.model.review import Ledger, Review
from pipeline.model.study import Answer, Basis, Direction, Part, Result, Study
from pipeline.snapshot import Snapshot
from pipeline.snapshot.settle import settle

PLACE = Place(file="studies/x.yaml", line=1)
DESIGNS = ("cohort", "cross_sectional", "file_study")
OUTCOMES = tuple(f"outcome_{k}" for k in range(5))


def study(n: int, chance: random.Random) -> Study:
    id = f"study-{n:04}"
    design = Answer(value=DESIGNS[n % 3], place=PLACE)
    total = Answer(value=chance.randrange(20, 2000), place=PLACE)
    results = tuple(
        Result(
            id=f"{id}/{outcome}",
            study=id,
            outcome=outcome,
            statement="As the report says it",
            direction=chance.choice(list(Direction)),
            measure="odds ratio",
            estimate={"value": (v := chance.uniform(0.3, 3)), "low": v / 1.8, "high": v * 1.8},
            place=PLACE,
        )
        for outcome in OUTCOMES
    )
    return Study(
        id=id,
        title=f"Author{n} et al. {2000 + n % 25}",
        form="form",
        form_version=1,
        reports=(),
        basis=Basis.ABSTRACT if n % 4 == 0 else Basis.FULL_TEXT,
        place=PLACE,
        answers={"design": design},
        parts={"participants": (Part(id="participants", answers={"total": total}, place=PLACE),)},
        results=results,
    )


def snapshot(n: int) -> Snapshot:
    chance = random.Random(1)
    studies = {s.id: s for s in (study(k, chance) for k in range(n))}
    options = tuple(Option(id=d, label=d.replace("_", " ").capitalize()) for d in DESIGNS)
    total = Item(id="total", label="Total", type=AnswerType.INTEGER)
    items = (
        Item(id="design", label="Design", type=AnswerType.CHOICE, options=options),
        Item(id="participants", label="Participants", type=AnswerType.PART, items=(total,)),
    )
    review = Review(
        slug="many",
        protocol=Protocol(
            title="Many",
            questions=(Question(id="q", text="Q?"),),
            criteria=(Criterion(id="c", label="C"),),
            outcomes=tuple(
                Outcome(id=o, label=o.replace("_", " ").capitalize(), polarity=Polarity.NEUTRAL)
                for o in OUTCOMES
            ),
        ),
        searches=(),
        entries={},
        decisions=(),
        studies=studies,
        forms={"form": Form(id="form", version=1, title="Form", items=items)},
    )
    empty = settle(review)
    ledger = Ledger(
        day=None,
        positions=empty.positions,
        duplicates={},
        studies={id: (f"records:{id}",) for id in studies},
        flow=empty.flow,
        whole=empty.whole,
        entrances={},
    )
    return Snapshot(review=review, ledger=ledger, records={}, synthesis=synthesis(studies))


def synthesis(studies: dict[str, Study]) -> Synthesis:
    ids = tuple(studies)
    findings = {
        f"{outcome}-{k}": Finding(
            id=f"{outcome}-{k}",
            statement="More in the group than outside it",
            kind=FindingKind.DIRECTION,
            outcome=outcome,
            results=tuple(f"{id}/{outcome}" for id in ids[k::6]),
        )
        for outcome in OUTCOMES
        for k in range(6)
    }
    groups = tuple(
        StudyGroup(id=d, label=d, studies=tuple(ids[k::3])) for k, d in enumerate(DESIGNS)
    )
    codes = {f"c{k}": Code(id=f"c{k}", label=f"Code {k}") for k in range(40)}
    quotes = {
        f"q{k}": CodedQuote(id=f"q{k}", study=id, quote="words", codes=(f"c{k % 40}",))
        for k, id in enumerate(ids)
    }
    themes = {
        f"t{k}": Theme(
            id=f"t{k}", label=f"Theme {k}", codes=tuple(f"c{c}" for c in range(k, 40, 8))
        )
        for k in range(8)
    }
    return Synthesis(
        findings=findings,
        groupings={"g": Grouping(id="g", label="By design", groups=groups)},
        preliminary=Preliminary(
            order=StudyOrder(by=("design", "participants/total"), reason="By design"),
            quality={id: Quality(concerns=Concerns.SOME, why="x") for id in ids[::2]},
        ),
        relationships=Relationships(moderators=(Moderator(id="m", label="design", grouping="g"),)),
        robustness=Robustness(
            sensitivity=(
                Sensitivity(id="s", label="Full", leave_out=LeaveOut(basis=(Basis.ABSTRACT,))),
            )
        ),
        estimates={
            "e": EstimateSet(
                id="e",
                label="Odds",
                scale=Scale.ODDS_RATIO,
                results=tuple(f"{id}/{OUTCOMES[0]}" for id in ids),
                pool=Pool(reason="x"),
            )
        },
        themes=Themes(codes=codes, quotes=quotes, themes=themes),
    )


def timed(label: str, work: Callable[[], object]) -> float:
    began = time.perf_counter()
    made = work()
    took = time.perf_counter() - began
    size = f"{len(made)} parts" if isinstance(made, tuple) else ""
    print(f"{label:<44} {took:7.2f} s  {size}")
    return took


def main(n: int) -> None:
    made = snapshot(n)
    whole = 0.0
    for word, maker in TABLES.items():
        whole += timed(f"table {word}", lambda maker=maker: maker.make(made))
    for word, figure in FIGURES.items():
        if word not in ("appraisal", "appraisal_summary"):
            whole += timed(f"figure {word}", lambda figure=figure: figure.figures(made))
    for word, say in SYNTHESIS.items():
        whole += timed(f"sentences {word}", lambda say=say: say(made, lambda table: ""))
    print(f"{'everything':<44} {whole:7.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
