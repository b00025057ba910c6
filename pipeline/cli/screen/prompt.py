"""The plain prompt of `review screen`: for screen readers, dumb terminals and pipes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipeline.cli.console import counted, safe, say, tell, text_width, wrapped
from pipeline.cli.prompt import Back, Left, Prompt, prompt, say_paged
from pipeline.cli.screen.lines import criterion_help, criterion_lines, record_lines
from pipeline.cli.screen.look import alike_lines
from pipeline.model.decision import Stage, Verdict
from pipeline.model.problem import ReviewError
from pipeline.notation.safe_text import for_terminal
from pipeline.notation.typed import nearest
from pipeline.sessions.keys import Command, help_lines, keys_of
from pipeline.sessions.named_records import find_records, found_line
from pipeline.sessions.session import WORD_OF_STAGE, Session
from pipeline.sessions.worker_line import ShownRecord, WorkerLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A note, tags, the criteria marked as failing, and the words that are searched for."""

    note: str = ""
    tags: tuple[str, ...] = ()
    fails: tuple[str, ...] = ()
    found: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.note or self.tags or self.fails)

    def with_tag(self, tag: str) -> Draft:
        """`tag` added; taken away where it was there already."""
        tag = tag.strip().removeprefix("#")
        if not tag:
            return self
        kept = tuple(t for t in self.tags if t != tag)
        return replace(self, tags=kept if len(kept) < len(self.tags) else (*self.tags, tag))

    def with_fail(self, criterion: str, order: tuple[str, ...]) -> Draft:
        """`criterion` marked, or unmarked; the marked ones stand in the protocol's `order`."""
        marked = set(self.fails) ^ {criterion}
        return replace(self, fails=tuple(c for c in order if c in marked))

    def in_words(self) -> str:
        """What is kept so far, in brackets; empty when it is nothing."""
        parts = [f"note: {self.note}"] if self.note else []
        parts += [f"#{tag}" for tag in self.tags]
        parts += [f"fails: {', '.join(self.fails)}"] if self.fails else []
        return f"[{'; '.join(parts)}] " if parts else ""


def open_outside(target: str) -> str:
    """Opens `target` (a URL or a path) on the desktop; gives what to tell the reviewer.

    Without a desktop (over ssh) nothing is started: a browser in the terminal would take the
    screen away. The target is told instead, to be copied.
    """
    opener = _opener()
    if opener is None:
        return f"No desktop here; open it elsewhere: {for_terminal(target)}"
    subprocess.Popen(
        [opener, target],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return f"Opened {for_terminal(target)}"


def _opener() -> str | None:
    if sys.platform == "darwin":
        return shutil.which("open")
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return None
    return shutil.which("xdg-open")


_OFTEN = (
    Command.INCLUDE,
    Command.EXCLUDE,
    Command.UNSURE,
    Command.SKIP,
    Command.UNDO,
    Command.NOTE,
    Command.QUIT,
    Command.HELP,
)
"""The commands that every question names; the others stand on the page of help."""


class RecordQuestions:
    """The questions about one record, until it is dealt with."""

    def __init__(
        self, session: Session, keys: Mapping[str, Command], ask: Prompt, record: str
    ) -> None:
        self._session, self._keys, self._ask, self._record = session, keys, ask, record
        self._criteria = keys_of(session.criteria, keys)
        self._draft = Draft()
        self._goes_to: str | None = None
        self.left = False

    def show(self, waiting: int) -> None:
        session, width = self._session, text_width()
        shown = session.at_hand.get(self._record) or ShownRecord(
            record=session.record(self._record)
        )
        done = counted(len(session.votes), "record")
        say(f"\n── {done} screened, {waiting:,} waiting for {session.reviewer} ──")
        say_paged(record_lines(shown.record, width))
        if session.stage is Stage.FULL_TEXT:
            file = f" ({shown.path})" if shown.path else ""
            say(wrapped(f"Full text: {shown.fulltext}{file}", hanging="  "))
        for line in alike_lines(shown, session.votes):
            say(line)
        for line in textwrap.wrap(f"Shown now: {shown.why}", width) if shown.why else []:
            say(line)
        say()
        say(f"Exclude for the first that it fails ({WORD_OF_STAGE[session.stage]}):")
        for line in criterion_lines(self._criteria, width):
            say(line)

    def answered(self) -> str | None:
        """Asks until the record is dealt with; gives the record to go to, if one was named."""
        by = {command: key for key, command in self._keys.items()}
        often = {by[command]: str(command) for command in _OFTEN}
        more = {key: str(command) for key, command in self._keys.items() if key not in often}
        more |= {key: criterion.label for key, criterion in self._criteria.items()}
        while not self.left:
            try:
                pressed = self._ask.key(
                    often,
                    more=more,
                    helper=self._help,
                    wrong="Nothing was decided.",
                    leaves=by[Command.QUIT],
                )
                command = self._keys.get(pressed.key)
                if command is Command.QUIT:
                    self._leave()
                elif command is None:
                    self._cast(Verdict.EXCLUDE, self._criteria[pressed.key].id)
                    break
                elif self._done(command, pressed.rest):
                    return self._goes_to
            except Back:
                if self._undone():
                    return self._goes_to
            except Left:
                self._leave()
        return None

    def _leave(self) -> None:
        self.left = True
        if not self._draft.is_empty:
            kept = safe(self._draft.in_words().strip())
            say(f"The note was not kept, for it belongs to a verdict: {kept}")

    def _text(self, question: str) -> str | None:
        """A line of text; None where the person went back to the keys."""
        try:
            return self._ask.text(question)
        except Back:
            return None

    def _done(self, command: Command, rest: str) -> bool:
        """Does what `command` says; whether the record is dealt with."""
        session = self._session
        match command:
            case Command.INCLUDE | Command.UNSURE:
                self._cast(Verdict(command.value))
                return True
            case Command.EXCLUDE:
                return self._exclude(rest)
            case Command.FAILS:
                return self._exclude_for_all(rest)
            case Command.SKIP:
                session.skipped[self._record] = None
                return True
            case Command.LATER:
                session.later[self._record] = None
                return True
            case Command.UNDO:
                return self._undone()
            case Command.NOTE:
                if (note := rest or self._text("Note")) is not None:
                    self._draft = Draft(note=note, tags=self._draft.tags)
            case Command.TAG:
                if (tag := rest or self._text("Tag")) is not None:
                    self._draft = self._draft.with_tag(tag)
                    say(f"Kept with the verdict: {safe(self._draft.in_words())}")
            case Command.SEARCH:
                if (words := rest or self._text("Words to look for")) is not None:
                    self._search(words)
            case Command.GO:
                words = rest or self._text("Id, words of the title, #tag")
                return words is not None and self._find(words)
            case Command.WEB:
                address = session.record(self._record).address
                say(open_outside(address) if address else "The export gives no DOI.")
            case Command.FILE:
                shown = session.at_hand.get(self._record)
                say(open_outside(shown.path) if shown and shown.path else "There is no file.")
            case _:
                self._help()
        return False

    def _exclude(self, said: str) -> bool:
        """Excludes for what was said behind the key, else for nothing, or for what is asked."""
        if not said and self._session.stage is Stage.TITLE_ABSTRACT:
            self._cast(Verdict.EXCLUDE)
            return True
        return self._exclude_for_all(said)

    def _exclude_for_all(self, said: str) -> bool:
        typed = said or self._text("Which criteria fail (keys or ids; the first is the reason)")
        if typed is None:
            return False
        words = typed.replace(",", " ").split()
        found = self._ids(words)
        if not found or len(found) < len(set(words)):
            self._say_reasons()
            return False
        several = found if len(found) > 1 or self._session.stage is Stage.FULL_TEXT else ()
        self._cast(Verdict.EXCLUDE, found[0], fails=several)
        return True

    def _ids(self, words: list[str]) -> tuple[str, ...]:
        """The criteria that `words` (keys or ids) name, in the order of the protocol."""
        named = {self._criteria[w].id if w in self._criteria else w for w in words}
        return tuple(c.id for c in self._session.criteria if c.id in named)

    def _say_reasons(self) -> None:
        ids = ", ".join(c.id for c in self._session.criteria)
        say(f"Nothing was decided. A reason is one of: {ids} (or its key).")

    def _cast(self, verdict: Verdict, reason: str = "", fails: tuple[str, ...] = ()) -> None:
        draft = self._draft
        self._session.vote(self._record, verdict, reason, draft.note, draft.tags, fails)
        say(f"{self._record}: {verdict}{f' ({reason})' if reason else ''}")

    def _undone(self) -> bool:
        undone = self._session.undo()
        if undone is None:
            say("There is nothing to undo.")
            return False
        say(f"Taken back: {undone.record}, {undone.verdict}. Here it is again.")
        self._goes_to = undone.record
        return True

    def _search(self, words: str) -> None:
        abstract = self._session.record(self._record).abstract
        lines = textwrap.wrap(safe(abstract), text_width() - 4)
        hits = [line for line in lines if words and words.casefold() in line.casefold()]
        for line in hits or ["Not found in the abstract."]:
            say(f"  {line}")

    def _find(self, words: str) -> bool:
        found = find_records(self._session, words)
        theirs = [r for r in found if r in self._session.waiting or r in self._session.votes]
        if len(found) == 1 and theirs:
            self._goes_to = found[0]
            return True
        for record in found:
            say(f"  {found_line(self._session, record)}")
        say("Go to one by its id." if theirs else "Nothing that waits for you is called so.")
        return False

    def _help(self) -> None:
        for line in help_lines(self._keys, text_width() - 4):
            say(f"  {line}")
        say()
        for line in criterion_help(self._criteria, text_width()):
            say(line)


def screen_plainly(session: Session, line: WorkerLine, keys: Mapping[str, Command]) -> None:
    """One record at a time until nothing waits, the input ends, or the reviewer quits.

    Before each record the ranking worker is heard: the order follows from all verdicts so far.
    """
    worker = _Worker(session, line)
    session.catch_up()
    say_not_planned(session)
    with prompt() as ask:
        record = worker.next_record()
        while record is not None:
            questions = RecordQuestions(session, keys, ask, record)
            questions.show(worker.waiting)
            record = questions.answered() or (None if questions.left else worker.next_record())
            worker.waiting = len(session.waiting)
    if session.cast_here or session.waiting:
        _leave(session)
    if worker.outlook and session.votes:
        say(worker.outlook)


class _Worker:
    """What the worker has told last, and the next record after it has heard all verdicts."""

    def __init__(self, session: Session, line: WorkerLine) -> None:
        self._session, self._line = session, line
        self._ranked = False
        self.outlook = ""
        self.waiting = 0

    def next_record(self) -> str | None:
        """The next record, None when nothing waits. ReviewError as the ranking worker refuses."""
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
            raise RuntimeError(f"the ranking worker has ended:\n{self._line.complaint()}")
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
