"""Random histories of a small review: searches, votes, resolutions, matches, undoings."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from pipeline.model.decision import (
    AUTOMATION,
    Checked,
    Collated,
    Compared,
    Confirmed,
    Decision,
    HandedOver,
    Matched,
    Overlap,
    Reconciled,
    Removed,
    Reopened,
    Resolved,
    Retrieval,
    Retrieved,
    Screened,
    Stage,
    Stopped,
    Verdict,
    Withdrawn,
)
from pipeline.model.protocol import Criterion, Protocol, Question, ScreeningPlan
from pipeline.model.review import Edition, Review
from pipeline.model.search import Search, SourceKind

FIRST_DAY = date(2016, 1, 1)
DAYS = 6
REVIEWERS = ("ada", "ben", "cai")
CRITERIA = ("population", "topic")


def protocol(reviewers_per_record: int = 2, safety_first: bool = False) -> Protocol:
    return Protocol(
        title="A review",
        questions=(Question(id="q", text="What?"),),
        criteria=tuple(Criterion(id=c, label=c.title()) for c in CRITERIA),
        screening=ScreeningPlan(
            reviewers=REVIEWERS[:2],
            reviewers_per_record=reviewers_per_record,
            safety_first=safety_first,
        ),
    )


def search(name: str, day: int, kind: SourceKind = SourceKind.DATABASE) -> Search:
    on = FIRST_DAY + timedelta(days=day)
    return Search(
        id=name,
        source=name.title(),
        kind=kind,
        searched_on=on,
        ingested_on=on,
        export=f"{name}.ris",
        sha256="0" * 64,
    )


def moment(day: int, tick: int) -> datetime:
    return datetime(2016, 1, 1, 9, tzinfo=UTC) + timedelta(days=day, seconds=tick)


@st.composite
def reviews(draw: st.DrawFn, decisions: int = 40) -> Review:
    """A review of at most nine records from three searches, with editions on any days."""
    kinds = (SourceKind.DATABASE, SourceKind.REGISTER, SourceKind.CITATION_SEARCHING)
    searches = tuple(
        search(f"s{n}", draw(st.integers(0, DAYS - 1)), kind) for n, kind in enumerate(kinds)
    )
    searches = tuple(sorted(searches, key=lambda s: (s.ingested_on, s.id)))
    entries = {
        s.id: tuple(f"{s.id}:{k:04d}" for k in range(1, 1 + draw(st.integers(0, 3))))
        for s in searches
    }
    records = [record for ids in entries.values() for record in ids]
    made: list[Decision] = []
    if records:
        for tick in range(draw(st.integers(0, decisions))):
            made.append(draw(_decisions(records, made, tick)))
    days = sorted(draw(st.sets(st.integers(0, DAYS - 1), max_size=2)))
    return Review(
        slug="sample",
        protocol=protocol(draw(st.integers(1, 2)), draw(st.booleans())),
        searches=searches,
        entries=entries,
        decisions=tuple(made),
        editions=tuple(
            Edition(number=n, on=FIRST_DAY + timedelta(days=d)) for n, d in enumerate(days, 1)
        ),
    )


@st.composite
def _decisions(draw: st.DrawFn, records: list[str], made: list[Decision], tick: int) -> Decision:
    at = moment(draw(st.integers(0, DAYS - 1)), tick)
    record = draw(st.sampled_from(records))
    said = {"id": f"d{tick}", "at": at, "reviewer": draw(st.sampled_from(REVIEWERS))}
    kind = draw(st.integers(0, 12))
    verdict = draw(st.sampled_from(Verdict))
    stage = draw(st.sampled_from(Stage))
    reason = draw(st.sampled_from(CRITERIA)) if verdict is Verdict.EXCLUDE else ""
    if kind <= 4:
        return Screened(**said, record=record, stage=stage, verdict=verdict, reason=reason)
    if kind == 5:
        return Resolved(**said, record=record, stage=stage, verdict=verdict, reason=reason)
    if kind == 6:
        return Retrieved(**said, record=record, outcome=draw(st.sampled_from(Retrieval)))
    if kind == 7:
        said["reviewer"] = draw(st.sampled_from((*REVIEWERS, AUTOMATION)))
        other = draw(st.sampled_from(records))
        return Matched(**said, record=record, duplicate_of=other, same=draw(st.booleans()))
    if kind == 8:
        if draw(st.booleans()):
            return Removed(**said, record=record, reason="broken", automation=draw(st.booleans()))
        study = draw(st.sampled_from(("first-study", "second-study")))
        return Collated(**said, record=record, study=study, member=draw(st.booleans()))
    if kind == 10:
        if draw(st.booleans()):
            return Reopened(**said, record=record, stage=stage)
        leaver, to = draw(st.permutations(REVIEWERS))[:2]
        return HandedOver(**said, leaver=leaver, to=to, stage=stage)
    if kind == 11:
        names = sorted({name.partition(":")[0] for name in records})
        searches = tuple(sorted(draw(st.sets(st.sampled_from(names)))))
        return Stopped(**said, stage=stage, searches=searches, reason="enough was found")
    if kind == 12:
        return draw(_about_studies(said))
    if not made:
        return Screened(**said, record=record, stage=stage, verdict=verdict, reason=reason)
    target = draw(st.sampled_from(made))
    return Withdrawn(**{**said, "at": max(at, target.at + timedelta(seconds=1))}, undoes=target.id)


STUDIES = ("first-study", "second-study")


@st.composite
def _about_studies(draw: st.DrawFn, said: dict[str, object]) -> Decision:
    """What is said of studies and claims; it moves no record."""
    study, other = draw(st.permutations(STUDIES))
    item = draw(st.sampled_from(("answers/country", "results/0/value")))
    return draw(
        st.sampled_from(
            (
                Compared(**said, study=study, other=other, overlap=draw(st.sampled_from(Overlap))),
                Reconciled(**said, study=study, item=item, said=("ada: 1", "ben: 2"), answer="1"),
                Checked(**said, study=study, item=item, agreed=draw(st.booleans())),
                Confirmed(**said, claim="one", text="A claim.", supports=(study,), prints=("x-y",)),
            )
        )
    )


def shuffled(review: Review, order: list[int]) -> Review:
    return replace(review, decisions=tuple(review.decisions[i] for i in order))
