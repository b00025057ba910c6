"""A reviewer's session at one stage: what waits, votes on disk at once, undo. Prints nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from threading import RLock

from pipeline.model.decision import Retrieved, Screened, Stage, Verdict, Withdrawn
from pipeline.model.problem import ReviewError
from pipeline.model.protocol import Criterion, Protocol, ScreeningPlan
from pipeline.model.record import Record
from pipeline.model.review import Ledger
from pipeline.model.undoing import effective
from pipeline.notation.typed import nearest
from pipeline.screening.queue import waiting_for
from pipeline.screening.seen import changed_since, seen_hash
from pipeline.sessions.worker_line import Heard, ShownRecord, WorkerAnswer
from pipeline.snapshot.settle import settle
from pipeline.store import ReviewFolder, open_review

WORD_OF_STAGE = {Stage.TITLE_ABSTRACT: "title and abstract", Stage.FULL_TEXT: "full text"}


def own_votes(folder: ReviewFolder, reviewer: str, stage: Stage) -> dict[str, Screened]:
    """The verdicts of `reviewer` at `stage` that are not taken back, the latest of each record."""
    own = [
        d
        for d in effective(d for log in folder.logs for d in log.decisions)
        if isinstance(d, Screened) and d.reviewer == reviewer and d.stage is stage
    ]
    votes: dict[str, Screened] = {}
    for vote in sorted(own, key=lambda d: (d.at, d.id)):
        votes.pop(vote.record, None)
        votes[vote.record] = vote
    return votes


def verdicts_on(folder: ReviewFolder, reviewer: str, stage: Stage, record: str) -> tuple[str, ...]:
    """The ids of all verdicts of `reviewer` on `record` at `stage` that are not taken back."""
    return tuple(
        d.id
        for d in effective(d for log in folder.logs for d in log.decisions)
        if isinstance(d, Screened) and (d.reviewer, d.record, d.stage) == (reviewer, record, stage)
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
            f"{reason!r} is not a criterion of this stage.{nearest(reason, tuple(ids))}",
            f"Name one of {', '.join(ids)}",
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


@dataclass(slots=True, kw_only=True)
class Session:
    """One reviewer at one stage of one review.

    `folder` reads the logs of this reviewer and of the rules alone: whatever the session shows or
    counts is blind by construction. What waits, and in which order, is told by a worker that reads
    everything and hands over ids and records (`take`), or by `open_session`. `waiting` keeps the
    order in which they came in; `known` says that it has been told. `votes` are this reviewer's
    verdicts at the stage, one a record, in the order in which they were cast.
    """

    folder: ReviewFolder
    protocol: Protocol
    reviewer: str
    stage: Stage
    waiting: dict[str, None] = field(default_factory=dict)
    everything: tuple[str, ...] = ()
    votes: dict[str, Screened] = field(default_factory=dict)
    retrievals: Mapping[str, Retrieved] = field(default_factory=dict)
    known: bool = False
    cast_here: int = 0
    skipped: dict[str, None] = field(default_factory=dict)
    later: dict[str, None] = field(default_factory=dict)
    at_hand: dict[str, ShownRecord] = field(default_factory=dict)
    _next: tuple[str, ...] = ()
    _changes: list[Heard] = field(default_factory=list)
    _told: int = 0
    _log_size: int = -1
    _read: frozenset[str] = frozenset()
    _lock: RLock = field(default_factory=RLock)

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        return self.protocol.criteria_of(self.stage)

    @property
    def plan(self) -> ScreeningPlan:
        return self.protocol.plan(self.stage)

    def record(self, record: str) -> Record:
        held = self.at_hand.get(record)
        return held.record if held else self.folder.records[record]

    def kept_in(self) -> dict[str, bool]:
        """This reviewer's verdicts, in the order in which they were cast: kept in or not."""
        return {r: vote.verdict is not Verdict.EXCLUDE for r, vote in self.votes.items()}

    def take(self, told: WorkerAnswer) -> None:
        """Takes in what the worker has told; what it has not heard yet stays ahead of it."""
        self.at_hand.update((shown.record.id, shown) for shown in told.head)
        self._next = tuple(shown.record.id for shown in told.head)
        if told.waiting is None:
            return
        with self._lock:
            self.waiting = dict.fromkeys(told.waiting)
            for change in self._changes[told.heard :]:
                self.waiting.pop(change.record, None)
                if change.relevant is None:
                    self.waiting = {change.record: None, **self.waiting}
            for record in self.waiting:
                self.votes.pop(record, None)  # reopened: an earlier verdict no longer counts
            self.known = True

    def to_tell(self) -> tuple[Heard, ...]:
        """The verdicts that the ranking worker has not been told yet; asked once."""
        new = tuple(self._changes[self._told :])
        self._told += len(new)
        return new

    def next_record(self) -> str | None:
        """The record to be shown now."""
        return next(self.coming(), None)

    def coming(self) -> Iterator[str]:
        """What comes, in order: those put off at the end, skipped ones not at all."""
        off = {*self.skipped, *self.later}
        for record in self._next:
            open_ = record in self.waiting if self.known else record not in self.votes
            if open_ and record not in off:
                yield record
        yield from (record for record in self.waiting if record not in off)
        yield from (r for r in self.later if r in self.waiting and r not in self.skipped)

    def vote(
        self,
        record: str,
        verdict: Verdict,
        reason: str = "",
        note: str = "",
        tags: tuple[str, ...] = (),
        fails: tuple[str, ...] = (),
    ) -> Screened:
        """Casts a vote; it is on disk when this returns. ReviewError when it may not be cast so."""
        check_vote(self.criteria, self.stage, verdict, reason)
        seen = seen_hash(self.record(record), self.criteria)
        with self._lock:
            self.catch_up()
            cast = self.folder.append(
                self.reviewer,
                Screened,
                record=record,
                stage=self.stage,
                verdict=verdict,
                reason=reason,
                note=note,
                tags=tags,
                fails=fails,
                seen=seen,
                replaces=self.replaced(record),
            )
            assert isinstance(cast, Screened)
            self._log_size = self.folder.log_size(self.reviewer)
            self._count(cast)
            self.cast_here += 1
        return cast

    def replaced(self, record: str) -> tuple[str, ...]:
        """The id of the verdict of this reviewer that a new one on `record` takes the place of."""
        vote = self.votes.get(record)
        return (vote.id,) if vote is not None else ()

    def _count(self, vote: Screened) -> None:
        self.votes.pop(vote.record, None)  # a vote cast anew is the latest
        self.votes[vote.record] = vote
        self.waiting.pop(vote.record, None)
        kept = vote.verdict is not Verdict.EXCLUDE
        self._changes.append(Heard(record=vote.record, relevant=kept))

    def undo(self) -> Screened | None:
        """Takes back this reviewer's latest verdict at the stage; None when there is none."""
        with self._lock:
            self.catch_up()
            if not self.votes:
                return None
            record, vote = next(reversed(self.votes.items()))
            self.folder.append(self.reviewer, Withdrawn, undoes=vote.id)
            self._log_size = self.folder.log_size(self.reviewer)
            del self.votes[record]
            self.cast_here = max(0, self.cast_here - 1)
            self._open(record)
        return vote

    def _open(self, record: str) -> None:
        self.waiting = {record: None, **self.waiting}
        self._changes.append(Heard(record=record, relevant=None))

    def catch_up(self) -> None:
        """Reads this reviewer's log where it is not as it was left, by another session perhaps."""
        with self._lock:
            size = self.folder.log_size(self.reviewer)
            if size == self._log_size:
                return
            first = self._log_size < 0
            if not first:
                self.folder.reload()
            now = own_votes(self.folder, self.reviewer, self.stage)
            self._log_size = size
            if first:
                self._read = frozenset(vote.id for vote in now.values())
                self.votes = {r: vote for r, vote in now.items() if r not in self.waiting}
                return
            for record in [r for r in self.votes if r not in now]:
                del self.votes[record]
                self._open(record)
            for record, vote in now.items():
                # one that was there before and does not count was reopened
                if vote.id not in self._read and self.votes.get(record) != vote:
                    self._count(vote)
            self._read = frozenset(vote.id for vote in now.values())


def begin_session(review: str, reviewer: str, stage: Stage) -> Session:
    """A session that waits for its worker. ReviewError for a name that cannot name a log."""
    folder = open_review(review, as_reviewer=reviewer)
    protocol = folder.protocol[0]
    if not protocol.criteria_of(stage):
        raise ReviewError(
            "the protocol has no criteria for this stage", "Add them under `criteria:` first"
        )
    return Session(folder=folder, protocol=protocol, reviewer=reviewer, stage=stage)


def open_session(review: str, reviewer: str, stage: Stage, *, again: bool = False) -> Session:
    """The session of `reviewer` at `stage` with all that waits. ReviewError as `begin_session`.

    What the others have done is used to know which records wait, and is not kept. With `again`
    what waits are the records that this reviewer has voted on while their title, abstract or the
    criteria that the vote rested on were other than today.
    """
    session = begin_session(review, reviewer, stage)
    folder = session.folder
    _settle_into(session, settle(open_review(review).review))
    if again:
        amendments = session.protocol.amendments
        session.waiting = {
            name: None
            for name, vote in session.votes.items()
            if vote.record in folder.records
            and changed_since(vote, session.record(name), session.criteria, amendments)
        }
    return session


def _settle_into(session: Session, ledger: Ledger) -> None:
    """Puts into `session` what waits in `ledger`, and the reviewer's own votes."""
    positions = ledger.positions.values()
    standing_in = ledger.stand_ins.get(session.stage, {})
    waiting = waiting_for(session.reviewer, positions, session.stage, session.plan, standing_in)
    session.waiting = dict.fromkeys(waiting)
    session.known = True
    session.everything = tuple(p.record for p in positions if not p.kept)
    session.retrievals = {p.record: p.retrieval for p in positions if p.retrieval}
    session.catch_up()
