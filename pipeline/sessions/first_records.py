"""The first records of a session: at hand at once, before the worker has read the review."""

from __future__ import annotations

from itertools import islice

import msgspec

from pipeline.model.decision import Matched, Removed, Screened, Stage
from pipeline.model.undoing import discarded_searches, effective
from pipeline.screening.plans import turn_of
from pipeline.sessions.ranking import BY_WORDS, order_by_words
from pipeline.sessions.session import Session
from pipeline.sessions.worker_line import ShownRecord, WorkerAnswer
from pipeline.store.cache import remember, remembered, state_of_searches

LARGE = 5_000
"""Records from which on a first session begins before its ranking worker has read the review."""

_LEFT = 20
"""Records at hand: as many as a hand may decide on before the ranking worker knows better."""


class _Left(msgspec.Struct, frozen=True):
    """What a session leaves to the next one: the records that were to come, in which state."""

    state: str
    head: tuple[ShownRecord, ...]


def leave_at_hand(session: Session) -> None:
    """Leaves the next records to the session that comes after, so that it begins at once."""
    state = state_of_searches(session.folder.places)
    coming = (session.at_hand.get(record) for record in session.coming())
    head = tuple(shown for shown in islice(coming, _LEFT) if shown is not None)
    remember(session.folder.places, _left_by(session), msgspec.msgpack.encode(_Left(state, head)))


def take_at_hand(session: Session) -> None:
    """Puts at hand what the session before has left and this reviewer has not voted on since.

    It holds for the first moments, until the worker tells what waits. Left out is all where the
    protocol or a search has changed.
    """
    places = session.folder.places
    kept = remembered(places, _left_by(session))
    if kept is None:
        return
    try:
        left = msgspec.msgpack.decode(kept, type=_Left)
    except msgspec.MsgspecError:
        return
    if left.state == state_of_searches(places):
        voted = session.folder.mentioned_by(
            session.reviewer, [shown.record.id for shown in left.head]
        )
        fresh = tuple(shown for shown in left.head if shown.record.id not in voted)
        session.take(WorkerAnswer(head=fresh))


def take_provisionally(session: Session) -> None:
    """Puts at hand the first records that surely wait by this reviewer's log, rules and plan.

    For a first session on a large review, until the worker tells what waits and in which order.
    """
    plan = session.plan
    records = session.folder.records
    if session.stage is Stage.FULL_TEXT or plan.pilot or len(records) < LARGE:
        return
    session.catch_up()
    decisions = effective(d for log in session.folder.logs for d in log.decisions)
    stray = discarded_searches(decisions)
    gone = {d.record for d in decisions if isinstance(d, (Matched, Removed, Screened))}
    by_words = order_by_words(session.folder)
    told = frozenset(by_words)
    coming = (
        record
        for record in dict.fromkeys((*by_words, *records))
        if record not in gone
        and record.rpartition(":")[0] not in stray
        and turn_of(session.reviewer, record, plan)
    )
    why = {True: BY_WORDS, False: "in the order it came in, while the review is read"}
    first = islice(coming, _LEFT)
    head = tuple(ShownRecord(record=records[r], why=why[r in told]) for r in first)
    session.take(WorkerAnswer(head=head))


def _left_by(session: Session) -> str:
    return f"next {session.reviewer} {session.stage}"
