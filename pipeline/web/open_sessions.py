"""Each person's open session while they screen in the browser, with the worker that ranks for it.

The session reads its own reviewer's log and that of the rules alone; what waits, and in which
order, comes from a worker that runs as a process of its own (`sessions/ranking_worker.py`) and
hands over records and nothing of how anybody voted.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Condition, RLock

from pipeline.model.decision import Screened, Stage, Verdict
from pipeline.model.problem import ReviewError
from pipeline.sessions.first_records import leave_at_hand, take_at_hand, take_provisionally
from pipeline.sessions.session import Session, begin_session
from pipeline.sessions.worker_line import ShownRecord, WorkerAnswer, WorkerLine

PATIENCE_SECONDS = 4.0
"""How long a page waits for the first word of a worker before it says that the review is read."""

IDLE_SECONDS = 20 * 60.0
"""After so long without a request an open session is closed; the next request opens it again."""


CallWorker = Callable[[str, str, Stage], WorkerLine]
"""Opens the line to a worker for a review, a reviewer and a stage, as `call_worker` does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """A verdict as a page sends it; `knew` is the reviewer's own verdict that the page showed.

    `knew` is its id, "" where the page showed none: so the same form sent twice is one verdict,
    and one that was overtaken by another window is refused.
    """

    record: str
    verdict: Verdict
    reason: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    fails: tuple[str, ...] = ()
    knew: str = ""


class PageOvertaken(ReviewError):
    """What a page showed is no longer so: nothing was written."""


@dataclass(slots=True)
class OpenSession:
    """One reviewer at one stage. Everything is done under its lock; votes are on disk at once."""

    session: Session
    line: WorkerLine
    outlook: str = ""
    refusal: tuple[str, str] | None = None
    ended: bool = False
    used_at: float = 0.0
    _asked: bool = True  # a ranking worker tells unasked what waits
    _due: bool = False
    lock: Condition = field(default_factory=Condition)

    def hear(self, told: WorkerAnswer | None) -> None:
        """Takes in what the ranking worker tells; called from the thread that listens to it."""
        with self.lock:
            if told is None:
                self.ended = True
            elif told.refusal is not None:
                self.refusal = told.refusal
            else:
                self.session.take(told)
                self.outlook = told.outlook or self.outlook
                if told.settled:
                    self._asked = False
                    if self._due:
                        self._ask()
            self.lock.notify_all()

    def _ask(self) -> None:
        """Tells the worker what was decided; while it is at work later, all at once."""
        if self._asked:
            self._due = True
            return
        self._asked, self._due = True, False
        self.line.ask(self.session.to_tell(), (*self.session.skipped, *self.session.later))

    def next_record(self) -> str | None:
        """The record to be shown; None with nothing known to wait. Waits for the worker's word.

        ReviewError where the ranking worker refuses.
        """
        with self.lock:
            self.session.catch_up()
            found = self.session.next_record()
            if found is None and self.session.known:
                self._ask()  # somebody may have decided something since
            if found is None:
                self.lock.wait_for(self._is_told, PATIENCE_SECONDS)
                found = self.session.next_record()
            if self.refusal is not None:
                raise ReviewError(*self.refusal)
            return found

    def _is_told(self) -> bool:
        if self.ended or self.refusal is not None or self.session.next_record() is not None:
            return True
        return self.session.known and not self._asked

    def shown(self, record: str) -> ShownRecord:
        """What is shown of `record`."""
        return self.session.at_hand.get(record) or ShownRecord(record=self.session.record(record))

    def cast(self, ballot: Ballot) -> Screened:
        """Writes a verdict, on disk when this returns; the same form twice is one verdict."""
        with self.lock:
            session = self.session
            session.catch_up()
            now = session.votes.get(ballot.record)
            if now is not None and now.id != ballot.knew:
                if _says(now) == _asked_for(ballot):
                    return now
                raise PageOvertaken(
                    f"you have decided on {ballot.record} already, in another window or at the "
                    f"terminal: {now.verdict}{f' ({now.reason})' if now.reason else ''}. "
                    "Nothing was written",
                    "Look at it again to change it",
                )
            cast = session.vote(
                ballot.record,
                ballot.verdict,
                ballot.reason,
                ballot.note,
                ballot.tags,
                ballot.fails,
            )
            session.skipped.pop(ballot.record, None)
            session.later.pop(ballot.record, None)
            self._ask()
            return cast

    def take_back(self, vote: str) -> Screened | None:
        """Takes back the latest verdict, whose id is `vote`; None where it no longer counts."""
        with self.lock:
            self.session.catch_up()
            if all(one.id != vote for one in self.session.votes.values()):
                return None
            latest = next(reversed(self.session.votes.values()))
            if latest.id != vote:
                raise PageOvertaken(
                    f"your latest verdict is another one by now: {latest.record}, "
                    f"{latest.verdict}. Nothing was taken back",
                    "Look at it, and take it back if you want to",
                )
            undone = self.session.undo()
            self._ask()
            return undone

    def skip(self, record: str, *, later: bool) -> None:
        with self.lock:
            off = self.session.later if later else self.session.skipped
            off[record] = None
            self._ask()

    def close(self) -> None:
        """Leaves what comes next to the session after this one, and ends the ranking worker."""
        with self.lock:
            leave_at_hand(self.session)
        self.line.close()


def _says(vote: Screened) -> tuple[object, ...]:
    return (vote.verdict, vote.reason, vote.note, vote.tags, vote.fails)


def _asked_for(ballot: Ballot) -> tuple[object, ...]:
    return (ballot.verdict, ballot.reason, ballot.note, ballot.tags, ballot.fails)


class OpenSessions:
    """The open sessions of everybody who screens now, each opened when it is first asked for."""

    def __init__(self, review: str, clock: Callable[[], float], call: CallWorker) -> None:
        self._review = review
        self._call = call
        self._clock = clock
        self._open: dict[tuple[str, Stage], OpenSession] = {}
        self._lock = RLock()

    def of(self, reviewer: str, stage: Stage) -> OpenSession:
        """The open session of `reviewer` at `stage`. ReviewError as `begin_session`."""
        with self._lock:
            self._close_idle()
            open_session = self._open.get((reviewer, stage))
            if open_session is not None and (
                open_session.ended or open_session.refusal is not None
            ):
                self._open.pop((reviewer, stage))
                with contextlib.suppress(OSError):
                    open_session.close()
                open_session = None
            if open_session is None:
                open_session = self._opened(reviewer, stage)
                self._open[reviewer, stage] = open_session
            open_session.used_at = self._clock()
            return open_session

    def _opened(self, reviewer: str, stage: Stage) -> OpenSession:
        session = begin_session(self._review, reviewer, stage)
        take_at_hand(session)
        if session.next_record() is None:
            take_provisionally(session)
        session.catch_up()
        open_session = OpenSession(session, self._call(self._review, reviewer, stage))
        open_session.line.follow(open_session.hear)
        return open_session

    def anew(self, reviewer: str, stage: Stage) -> None:
        """Lets the next request open the session again: skipped records come back."""
        with self._lock:
            open_session = self._open.pop((reviewer, stage), None)
        if open_session is not None:
            open_session.close()

    def _close_idle(self) -> None:
        for key, open_session in list(self._open.items()):
            if self._clock() - open_session.used_at > IDLE_SECONDS:
                del self._open[key]
                open_session.close()

    def close(self) -> None:
        with self._lock:
            for open_session in self._open.values():
                open_session.close()
            self._open.clear()
