"""A review built in a few lines, settled by the real ledger."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from pipeline.document import WriteUp, write_up
from pipeline.model.decision import (
    Collated,
    Decision,
    Matched,
    Resolved,
    Retrieval,
    Retrieved,
    Screened,
    Stage,
    Verdict,
)
from pipeline.model.finding import Synthesis
from pipeline.model.form import AnswerType, Form, Item, Option
from pipeline.model.problem import Place
from pipeline.model.protocol import Criterion, Outcome, Polarity, Protocol, Question, ScreeningPlan
from pipeline.model.record import Issued, Name, Record
from pipeline.model.review import Edition, Review
from pipeline.model.search import Search, SourceKind
from pipeline.model.study import Absent, Answer, Basis, Direction, Part, Result, Source, Study
from pipeline.snapshot import Snapshot
from pipeline.snapshot.settle import settle

PLACE = Place(file="studies/x.yaml", line=1)
FORM = Form(
    id="general",
    version=2,
    title="General form",
    items=(
        Item(id="country", label="Country", in_table=True),
        Item(
            id="design",
            label="Design",
            type=AnswerType.CHOICE,
            in_table=True,
            options=(
                Option(id="survey", label="School survey"),
                Option(id="file_study", label="Study of files"),
            ),
        ),
        Item(
            id="participants",
            label="Participants",
            type=AnswerType.PART,
            items=(Item(id="total", label="Total", type=AnswerType.INTEGER, in_table=True),),
        ),
        Item(
            id="groups",
            label="Groups",
            type=AnswerType.PART,
            repeats=True,
            items=(
                Item(id="label", label="Label"),
                Item(id="n", label="n", type=AnswerType.INTEGER),
            ),
        ),
        Item(
            id="results",
            label="Results",
            type=AnswerType.PART,
            repeats=True,
            items=(Item(id="proportion", label="Proportion", type=AnswerType.PROPORTION),),
        ),
    ),
)


def answer(value: Any = None, quote: str = "", absent: Absent | None = None) -> Answer:
    sources = (Source(report="db-1:0001", page="12", quote=quote),) if quote else ()
    return Answer(value=value, absent=absent, sources=sources, place=PLACE)


def result(study: str, id: str, direction: Direction, **said: Any) -> Result:
    return Result(
        id=f"{study}/{id}",
        study=study,
        outcome=said.pop("outcome", "reoffending"),
        statement=said.pop("statement", "Fewer later offences"),
        direction=direction,
        place=PLACE,
        **said,
    )


@dataclass
class Case:
    """A review under construction; `snapshot()` settles it."""

    protocol: Protocol
    searches: list[Search] = field(default_factory=list)
    entries: dict[str, tuple[str, ...]] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    studies: dict[str, Study] = field(default_factory=dict)
    editions: list[Edition] = field(default_factory=list)
    synthesis: Synthesis = field(default_factory=Synthesis)
    references: dict[str, Mapping[str, object]] = field(default_factory=dict)
    forms: dict[str, Form] = field(default_factory=dict)
    form: Form = FORM

    def search(self, id: str, n: int, **said: Any) -> tuple[str, ...]:
        day = said.pop("day", date(2015, 11, 2))
        given = {"source": "PsycINFO", "kind": SourceKind.DATABASE} | said
        self.searches.append(
            Search(
                id=id,
                searched_on=day,
                ingested_on=day,
                export=f"{id}.ris",
                sha256="0" * 64,
                **given,
            )
        )
        ids = tuple(f"{id}:{k:04d}" for k in range(1, n + 1))
        self.entries[id] = ids
        for k, record in enumerate(ids, 1):
            self.records[record] = Record(
                id=record,
                number=k,
                place=Place(file=f"{id}.ris", line=k),
                type="article-journal",
                title=f"Title {record}",
                author=(Name(family=f"Author{k}", given="A."), Name(family="Second", given="B.")),
                issued=Issued(year=2000 + k),
                container_title="Journal",
            )
        return ids

    def _next(self) -> tuple[str, datetime]:
        n = len(self.decisions)
        at = datetime(2016, 1, 4, 9, tzinfo=UTC) + timedelta(minutes=n)
        return f"{n:012x}", at

    def decide(self, kind: Any, reviewer: str, **said: Any) -> None:
        id, at = self._next()
        self.decisions.append(kind(id=id, at=said.pop("at", at), reviewer=reviewer, **said))

    def vote(
        self, record: str, verdict: str, *reviewers: str, full: bool = False, reason: str = ""
    ) -> None:
        for reviewer in reviewers or ("ada", "ben"):
            self.decide(
                Screened,
                reviewer,
                record=record,
                stage=Stage.FULL_TEXT if full else Stage.TITLE_ABSTRACT,
                verdict=Verdict(verdict),
                reason=reason,
            )

    def settle_conflict(self, record: str, verdict: str, reviewer: str = "cleo") -> None:
        self.decide(
            Resolved,
            reviewer,
            record=record,
            stage=Stage.TITLE_ABSTRACT,
            verdict=Verdict(verdict),
        )

    def include(self, record: str, study: str = "") -> None:
        self.vote(record, "include")
        self.obtain(record)
        self.vote(record, "include", full=True)
        if study:
            self.decide(Collated, "ada", record=record, study=study, primary=True)

    def exclude(self, record: str, reason: str = "population", *, full: bool = False) -> None:
        if full:
            self.vote(record, "include")
            self.obtain(record)
        self.vote(record, "exclude", full=full, reason=reason)

    def obtain(
        self, record: str, outcome: Retrieval = Retrieval.OBTAINED, reason: str = ""
    ) -> None:
        self.decide(Retrieved, "ada", record=record, outcome=outcome, reason=reason)

    def match(self, record: str, of: str, reviewer: str = "automation", same: bool = True) -> None:
        method = "duplicates 1" if reviewer == "automation" else ""
        self.decide(
            Matched,
            reviewer,
            record=record,
            duplicate_of=of,
            same=same,
            reason="the same DOI",
            method=method,
        )

    def study(self, id: str, *reports: str, basis: Basis = Basis.ABSTRACT, **said: Any) -> Study:
        parts = {
            "participants": (Part(id="participants", answers={"total": answer(264)}, place=PLACE),),
            "groups": (
                Part(
                    id="boys",
                    answers={"label": answer("Boys"), "n": answer(54, quote="54 boys")},
                    place=PLACE,
                ),
            ),
            "results": (
                Part(
                    id="viewed",
                    answers={"proportion": answer({"x": 84, "n": 1978})},
                    place=PLACE,
                ),
            ),
        }
        answers = {
            "country": answer(absent=Absent.NOT_REPORTED),
            "design": answer(said.pop("design", "survey")),
        }
        study = Study(
            id=id,
            title=said.pop("title", f"{id} et al."),
            form="general",
            form_version=2,
            reports=reports,
            basis=basis,
            place=PLACE,
            answers=answers,
            parts=parts,
            **said,
        )
        self.studies[id] = study
        return study

    def snapshot(self, until: date | None = None) -> Snapshot:
        review = Review(
            slug="case",
            protocol=self.protocol,
            searches=tuple(self.searches),
            entries=self.entries,
            decisions=tuple(self.decisions),
            studies=self.studies,
            forms={"general": FORM, **self.forms},
            editions=tuple(self.editions),
        )
        return Snapshot(
            review=review,
            ledger=settle(review, until),
            records=self.records,
            synthesis=self.synthesis,
            references=self.references,
            version="9.9",
        )

    def plan(self, **said: Any) -> None:
        self.protocol = replace(self.protocol, screening=ScreeningPlan(**said))

    def write(self, manuscript: str) -> WriteUp:
        written, problems = write_up(self.snapshot(), manuscript)
        assert written is not None, [str(p) for p in problems]
        return written

    def text(self, manuscript: str) -> str:
        """The Markdown without links to the evidence annex and the labels of sentences."""
        text = self.write(manuscript).document.markdown
        text = re.sub(r"\u2060?\[E\d+\]\(#evidence-[^)]*\)", "", text)
        return re.sub(r"\[((?:[^\]\\]|\\.)*)\]\(#evidence-[^)]*\)", r"\1", text)

    def faults(self, manuscript: str) -> list[tuple[int, str]]:
        written, problems = write_up(self.snapshot(), manuscript)
        assert written is None
        return [(p.place.line, p.what) for p in problems]


@pytest.fixture
def case() -> Case:
    """An empty review with two questions' worth of protocol."""
    return Case(
        protocol=Protocol(
            title="A *review* of things",
            questions=(Question(id="why", text="Why?"), Question(id="who", text="Who?")),
            criteria=(
                Criterion(id="population", label="Another population", text="Young people"),
                Criterion(id="design", label="Not research, or opinion"),
            ),
            outcomes=(
                Outcome(
                    id="reoffending", label="Later offending", polarity=Polarity.HIGHER_IS_WORSE
                ),
                Outcome(id="family", label="Family"),
            ),
            form="general",
        )
    )


@pytest.fixture
def small(case: Case) -> Case:
    """Six records of two sources: a duplicate, two excluded, one not retrieved, two included."""
    one = case.search("db-1", 4)
    two = case.search("web-1", 2, source="Charities", kind=SourceKind.WEBSITE)
    case.match(two[0], one[0])
    case.include(one[0], "aebi-2014")
    case.study(
        "aebi-2014",
        one[0],
        extracted_by="ada",
        results=(result("aebi-2014", "reoffending", Direction.LOWER),),
    )
    case.exclude(one[1])
    case.exclude(one[2], "design", full=True)
    case.vote(one[3], "include")
    case.obtain(one[3], Retrieval.NOT_OBTAINED, "no library holds it")
    case.include(two[1], "seto-2015")
    case.study(
        "seto-2015",
        two[1],
        basis=Basis.FULL_TEXT,
        extracted_by="ada",
        checked_by="ben",
        results=(result("seto-2015", "reoffending", Direction.HIGHER),),
    )
    case.references["prisma-2020"] = {"type": "article-journal", "title": "PRISMA 2020"}
    return case
