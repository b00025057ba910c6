"""The plain prompt of `review screen`: for screen readers, dumb terminals and pipes."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pipeline.cli.console import counted, safe, say, tell
from pipeline.cli.screen_page import (
    WORD_OF_STAGE,
    criterion_lines,
    keys_of,
    record_lines,
)
from pipeline.cli.screen_session import Session
from pipeline.terms.decision import Stage, Verdict

COMMANDS = {
    "i": "include",
    "e": "exclude",
    "u": "unsure",
    "s": "skip for now",
    "z": "undo",
    "n": "note",
    "q": "quit",
    "?": "help",
}
END = ""

Order = Callable[[Session], list[str]]


def screen_plainly(session: Session, order: Order) -> None:
    """One record at a time until nothing waits, the input ends, or the reviewer quits.

    `order` gives what waits in the order of showing; it is asked before each record.
    """
    width = min(100, shutil.get_terminal_size((80, 24)).columns)
    skipped: list[str] = []
    keys = keys_of(session.criteria, COMMANDS)
    say_not_planned(session)
    with keyboard() as read:
        while True:
            waiting = [record for record in order(session) if record not in skipped]
            if not waiting:
                break
            say(_head(session, len(waiting)))
            for line in record_lines(
                session.record(waiting[0]), width, session.paths.get(waiting[0], "")
            ):
                say(line)
            say()
            say(f"Exclude for the first that it fails ({WORD_OF_STAGE[session.stage]}):")
            for line in criterion_lines(keys, width):
                say(line)
            if not _answer(session, waiting[0], read, skipped):
                break
    _leave(session, len(skipped))


def _head(session: Session, waiting: int) -> str:
    done = len(session.votes)
    return f"\n── {counted(done, 'record')} screened, {waiting:,} waiting for {session.reviewer} ──"


def _answer(session: Session, record: str, read: Callable[..., str], skipped: list[str]) -> bool:
    """Asks until the record is dealt with; False when the reviewer quits or the input ends."""
    keys = keys_of(session.criteria, COMMANDS)
    note = ""
    while True:
        said = read("i include  e exclude  u unsure  s skip  z undo  n note  q quit  ? help > ")
        key, _, rest = said.partition(" ")
        if said == END or key == "q":
            if note:
                say(f"The note was not kept, for it belongs to a verdict: {safe(note)}")
            return False
        if key == "s":
            skipped.append(record)
            return True
        if key == "z":
            undone = session.undo()
            if undone is None:
                say("There is nothing to undo.")
                continue
            say(f"Taken back: {undone.record}, {undone.verdict}. Here it is again.")
            return True
        if key == "n":
            note = rest.strip() or read("Note, then Enter: ", line=True)
        elif key == "i":
            return _cast(session, record, Verdict.INCLUDE, "", note)
        elif key == "u":
            return _cast(session, record, Verdict.UNSURE, "", note)
        elif key in keys:
            return _cast(session, record, Verdict.EXCLUDE, keys[key].id, note)
        elif key == "e":
            reason = rest.strip()
            if not reason and session.stage is Stage.FULL_TEXT:
                reason = read("For which criterion? ").strip()
            reason = keys[reason].id if reason in keys else reason
            ids = [criterion.id for criterion in session.criteria]
            if reason in ids or (not reason and session.stage is Stage.TITLE_ABSTRACT):
                return _cast(session, record, Verdict.EXCLUDE, reason, note)
            say(f"Nothing was decided. A reason is one of: {', '.join(ids)} (or its key).")
        else:
            if key != "?":
                say(f"{safe(key)!r} is no key here. Nothing was decided.")
            _help(session)


def _cast(session: Session, record: str, verdict: Verdict, reason: str, note: str) -> bool:
    session.vote(record, verdict, reason, note)
    say(f"{record}: {verdict}{f' ({reason})' if reason else ''}")
    return True


def _help(session: Session) -> None:
    say("  " + "   ".join(f"{key} {word}" for key, word in COMMANDS.items()))
    say("  A criterion's own key or number excludes for it. Every verdict is on disk at once.")


def _leave(session: Session, skipped: int) -> None:
    say()
    left = len(session.waiting)
    say(f"{counted(session.cast_here, 'verdict')} in this session; {counted(left, 'record')} left.")
    if skipped:
        say(f"{counted(skipped, 'record')} skipped; they come again next time.")


def say_not_planned(session: Session) -> None:
    """Tells who is not named in the protocol so: a misspelt name votes under a log of its own."""
    planned = session.protocol.plan(session.stage).reviewers
    if planned and session.reviewer not in planned:
        tell(
            f"The plan of this stage does not name {session.reviewer}, but {', '.join(planned)}; "
            "every verdict counts all the same."
        )


@contextmanager
def keyboard() -> Iterator[Callable[..., str]]:
    """A reader of answers: one key on a terminal, one line in a pipe; empty when the input ends."""
    if not sys.stdin.isatty() or os.environ.get("TERM") == "dumb":
        yield _line
        return
    import termios
    import tty

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)

    def read(question: str, line: bool = False) -> str:
        if line:
            return _line(question)
        print(question, end="", flush=True)
        tty.setcbreak(terminal)
        try:
            while True:
                typed = os.read(terminal, 32).decode(errors="replace")
                if typed in ("", "\x04"):
                    return END
                key = key_of(typed)
                if key:
                    print(key)
                    return key
        finally:
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)

    yield read


def key_of(typed: str) -> str:
    """The key in what came from the terminal at once; empty when there is none.

    A key may come with the Enter that a quick hand sends after it, and is not lost for that; of
    several keys the first counts, so that a paste decides one record at most. Arrow keys and
    their like come as an escape and letters, which are no keys of ours.
    """
    if typed.startswith("\x1b"):
        return ""
    return next((character for character in typed if character.isprintable()), "")


def _line(question: str, line: bool = False) -> str:
    """The next line that says something; empty when the input has ended."""
    print(question, end="", flush=True)
    for text in sys.stdin:
        if not sys.stdin.isatty():
            print()
        if text.strip() or line:
            return text.strip()
    print()
    return END
