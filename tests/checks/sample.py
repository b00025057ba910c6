"""A small sound review as values, to plant single faults in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pipeline.model.decision import (
    Collated,
    Decision,
    Retrieval,
    Retrieved,
    Screened,
    Stage,
    Verdict,
)
from pipeline.model.problem import Place, Problem
from pipeline.model.record import Record
from pipeline.model.review import Review
from pipeline.model.search import Search
from pipeline.model.study import Basis, Study
from pipeline.screening.seen import seen_hash
from pipeline.snapshot import ReadingSummary, Snapshot
from pipeline.snapshot.settle import settle
from tests.snapshot.histories import protocol
from tests.snapshot.histories import search as bare_search

NOW = datetime(2016, 2, 1, tzinfo=UTC)
BEGIN = datetime(2016, 1, 4, 9, tzinfo=UTC)
IN, OUT = "s0:0001", "s0:0002"

RECORDS = {
    name: Record(
        id=name,
        number=n,
        place=Place(file="searches/s0.ris", line=n),
        title=f"Title {n}",
    )
    for n, name in enumerate((IN, OUT), 1)
}


def search(name: str, day: int) -> Search:
    """A search of two results whose log tells all that PRISMA-S asks of it."""
    return replace(
        bare_search(name, day),
        interface="Ovid",
        query="a AND b",
        limits=("2000 to 2015",),
        limit_reasons="as registered",
        results_reported=2,
    )


def vote(n: int, who: str, on: str, verdict: Verdict, stage=Stage.TITLE_ABSTRACT) -> Screened:
    return Screened(
        id=f"vote{n}",
        at=BEGIN + timedelta(minutes=n),
        reviewer=who,
        record=on,
        stage=stage,
        verdict=verdict,
        reason="topic" if verdict is Verdict.EXCLUDE else "",
        seen=seen_hash(RECORDS[on], protocol().criteria_of(stage)),
    )


SOUND: tuple[Decision, ...] = (
    vote(1, "ada", IN, Verdict.INCLUDE),
    vote(2, "ben", IN, Verdict.INCLUDE),
    vote(3, "ada", OUT, Verdict.EXCLUDE),
    vote(4, "ben", OUT, Verdict.EXCLUDE),
    Retrieved(
        id="got",
        at=BEGIN + timedelta(hours=1),
        reviewer="ada",
        record=IN,
        outcome=Retrieval.OBTAINED,
    ),
    vote(70, "ada", IN, Verdict.INCLUDE, Stage.FULL_TEXT),
    vote(71, "ben", IN, Verdict.INCLUDE, Stage.FULL_TEXT),
    Collated(
        id="link", at=BEGIN + timedelta(hours=2), reviewer="ada", record=IN, study="first-study"
    ),
)
STUDY = Study(
    id="first-study",
    title="First",
    form="",
    form_version=1,
    reports=(IN,),
    basis=Basis.FULL_TEXT,
    place=Place(file="studies/first-study.yaml", line=1),
)


def evidence(*more: Decision, **changes) -> Snapshot:
    """The sound review with decisions added and fields of Review or Snapshot replaced."""
    review = Review(
        slug="sample",
        protocol=protocol(),
        searches=(search("s0", 0),),
        entries={"s0": (IN, OUT)},
        decisions=(*SOUND, *more),
        studies={STUDY.id: STUDY},
    )
    of_review = {k: v for k, v in changes.items() if k in Review.__dataclass_fields__}
    of_snapshot = {k: v for k, v in changes.items() if k not in of_review}
    review = replace(review, **of_review)
    whole = Snapshot(
        review=review,
        ledger=settle(review),
        records=RECORDS,
        readings={
            "s0": ReadingSummary(
                format="ris", encoding="utf-8", read=2, set_aside=(), declared=None
            )
        },
        place_of=lambda d: Place(file=f"decisions/{d.reviewer}.jsonl", line=1),
        log_of=lambda name: Place(file=f"searches/{name}.yaml" if name else "protocol.yaml"),
        now=NOW,
    )
    return replace(whole, **of_snapshot)


class Begun(dict):
    """Drafts one of which is not finished, for it holds an error."""

    unfinished = frozenset({("ben", STUDY.id)})
    faults = (
        Problem(
            place=Place(file="studies/drafts/ben/a.yaml", line=3),
            what="this draft holds 1 error",
            remedy="`review extract sample a --check --as ben` says which",
        ),
    )
