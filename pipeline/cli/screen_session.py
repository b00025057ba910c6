"""A reviewer's session at one stage: what waits, votes on disk at once, undo. Prints nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.ledger import effective, settle
from pipeline.notation.typed import nearest
from pipeline.review_folder import ReviewFolder, open_review
from pipeline.screening.queue import waiting_for
from pipeline.screening.seen import changed_since, seen_hash
from pipeline.terms.decision import Screened, Stage, Verdict, Withdrawn
from pipeline.terms.problem import ReviewError
from pipeline.terms.protocol import Criterion, Protocol, ScreeningPlan
from pipeline.terms.record import Record
from pipeline.terms.review import Ledger


@dataclass(slots=True, kw_only=True)
class Session:
    """One reviewer at one stage of one review.

    `folder` reads the logs of this reviewer and of the rules alone: whatever the session shows,
    ranks or counts is blind by construction. What the others have done is used once, to know which
    records wait (`open_session`), and tells nothing of how they voted. `waiting` keeps the order in
    which they came in. `votes` are this reviewer's
    verdicts at the stage, one a record, in the order in which they were cast.
    """

    folder: ReviewFolder
    protocol: Protocol
    reviewer: str
    stage: Stage
    waiting: dict[str, None]
    everything: tuple[str, ...]
    votes: dict[str, Screened]
    paths: Mapping[str, str] = field(default_factory=dict)
    cast_here: int = 0

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        return self.protocol.criteria_of(self.stage)

    @property
    def plan(self) -> ScreeningPlan:
        return self.protocol.plan(self.stage)

    def record(self, record: str) -> Record:
        return self.folder.records[record]

    def vote(
        self,
        record: str,
        verdict: Verdict,
        reason: str = "",
        note: str = "",
        tags: tuple[str, ...] = (),
    ) -> Screened:
        """Casts a vote; it is on disk when this returns. ReviewError when it may not be cast so."""
        check_vote(self.criteria, self.stage, verdict, reason)
        cast = self.folder.append(
            self.reviewer,
            Screened,
            record=record,
            stage=self.stage,
            verdict=verdict,
            reason=reason,
            note=note,
            tags=tags,
            seen=seen_hash(self.record(record), self.criteria),
        )
        assert isinstance(cast, Screened)
        self.votes.pop(record, None)  # a vote cast anew is the latest
        self.votes[record] = cast
        self.waiting.pop(record, None)
        self.cast_here += 1
        return cast

    def undo(self) -> Screened | None:
        """Takes back this reviewer's latest verdict at the stage; None when there is none."""
        if not self.votes:
            return None
        record, vote = self.votes.popitem()
        self.cast_here = max(0, self.cast_here - 1)
        self.folder.append(self.reviewer, Withdrawn, undoes=vote.id)
        self.waiting = {record: None, **self.waiting}
        return vote


def open_session(review: str, reviewer: str, stage: Stage, *, again: bool = False) -> Session:
    """The session of `reviewer` at `stage`. ReviewError for a name that cannot name a log.

    With `again` what waits are the records that this reviewer has voted on while their title,
    abstract or the criteria that the vote rested on were other than today.
    """
    folder = open_review(review, as_reviewer=reviewer)
    if not folder.protocol[0].criteria_of(stage):
        raise ReviewError(
            "the protocol has no criteria for this stage", "Add them under `criteria:` first"
        )
    ledger = settle(open_review(review).review)
    session = session_of(folder, ledger, reviewer, stage)
    if again:
        session.waiting = {
            name: None
            for name, vote in session.votes.items()
            if vote.record in folder.records
            and changed_since(
                vote, session.record(name), session.criteria, session.protocol.amendments
            )
        }
    return session


def session_of(folder: ReviewFolder, ledger: Ledger, reviewer: str, stage: Stage) -> Session:
    """The session over what waits in `ledger`, with the votes in the blind `folder`."""
    protocol = folder.protocol[0]
    own = [
        d
        for d in effective(folder.review.decisions)
        if isinstance(d, Screened) and d.reviewer == reviewer and d.stage is stage
    ]
    positions = ledger.positions.values()
    waiting = waiting_for(
        reviewer, positions, stage, protocol.plan(stage), ledger.stand_ins.get(stage, {})
    )
    open_again = frozenset(waiting)
    return Session(
        folder=folder,
        protocol=protocol,
        reviewer=reviewer,
        stage=stage,
        waiting=dict.fromkeys(waiting),
        everything=tuple(p.record for p in positions if not p.kept),
        votes={
            d.record: d
            for d in sorted(own, key=lambda d: (d.at, d.id))
            if d.record not in open_again  # a record that was reopened is open to its voter too
        },
        paths={p.record: p.retrieval.file for p in positions if p.retrieval and p.retrieval.file},
    )


def check_vote(
    criteria: tuple[Criterion, ...], stage: Stage, verdict: Verdict, reason: str
) -> None:
    """Raises ReviewError where a verdict and its reason do not go together at `stage`."""
    ids = [criterion.id for criterion in criteria]
    if verdict is not Verdict.EXCLUDE and reason:
        raise ReviewError("only an exclusion has a reason", "Put what you think into the note")
    if verdict is Verdict.EXCLUDE and stage is Stage.FULL_TEXT and not reason:
        raise ReviewError(
            "an exclusion on full text needs the first criterion that fails",
            f"Name one of {', '.join(ids)}",
        )
    if reason and reason not in ids:
        raise ReviewError(
            f"{reason!r} is not a criterion of this stage", f"Name one of {', '.join(ids)}"
        )


def known_record(folder: ReviewFolder, record: str) -> Record:
    """The record called `record`; ReviewError, with a suggestion, when the review has none."""
    if record not in folder.records:
        hint = nearest(record, tuple(folder.records))
        raise ReviewError(
            f"there is no record {record!r} in this review.{hint}",
            f"`review rank {folder.slug} --as NAME` lists the ids of what waits for you",
        )
    return folder.records[record]
