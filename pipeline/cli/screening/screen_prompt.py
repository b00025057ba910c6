"""The plain prompt of `review screen`: for screen readers, dumb terminals and pipes."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.cli.console import counted, say, tell
from pipeline.cli.keyboard import keyboard
from pipeline.cli.screening.screen_question import Question
from pipeline.desk.desk_line import DeskLine
from pipeline.desk.keys import Command
from pipeline.desk.session import Session
from pipeline.notation.typed import nearest
from pipeline.terms.problem import ReviewError


def screen_plainly(session: Session, line: DeskLine, keys: Mapping[str, Command]) -> None:
    """One record at a time until nothing waits, the input ends, or the reviewer quits.

    Before each record the desk is heard: the order follows from all verdicts so far.
    """
    desk = _Desk(session, line)
    session.catch_up()
    say_not_planned(session)
    with keyboard() as read:
        record = desk.next_record()
        while record is not None:
            prompt = Question(session, keys, read, record)
            prompt.show(desk.waiting)
            record = prompt.answered() or (None if prompt.left else desk.next_record())
            desk.waiting = len(session.waiting)
    if session.cast_here or session.waiting:
        _leave(session)
    if desk.outlook and session.votes:
        say(desk.outlook)


class _Desk:
    """What the desk has told last, and the next record after it has heard all verdicts."""

    def __init__(self, session: Session, line: DeskLine) -> None:
        self._session, self._line = session, line
        self._ranked = False
        self.outlook = ""
        self.waiting = 0

    def next_record(self) -> str | None:
        """The next record, None when nothing waits. ReviewError as the desk refuses."""
        new = self._session.to_tell()
        if new or self._session.skipped or self._session.later:
            self._line.ask(new, (*self._session.skipped, *self._session.later))
            self._listen()
        while not self._ranked:
            self._listen()
        self.waiting = len(self._session.waiting)
        return self._session.next_record()

    def _listen(self) -> None:
        told = self._line.listen()
        if told is None:
            raise RuntimeError(f"the desk has ended:\n{self._line.complaint()}")
        if told.refusal is not None:
            raise ReviewError(*told.refusal)
        self._session.take(told)
        self._ranked = self._ranked or told.settled
        self.outlook = told.outlook


def _leave(session: Session) -> None:
    say()
    left = len(session.waiting)
    say(f"{counted(session.cast_here, 'verdict')} in this session; {counted(left, 'record')} left.")
    if session.skipped:
        say(f"{counted(len(session.skipped), 'record')} skipped; they come again next time.")


def say_not_planned(session: Session) -> None:
    """Tells who is not named in the protocol so: a misspelt name votes under a log of its own."""
    planned = session.protocol.plan(session.stage).reviewers
    if planned and session.reviewer not in planned:
        tell(
            f"The plan of this stage does not name {session.reviewer}, but {', '.join(planned)}; "
            f"every verdict counts all the same.{nearest(session.reviewer, planned)}"
        )
