"""One record at the plain prompt: what is shown of it, and what is asked until it is dealt with."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Callable, Mapping

from pipeline.cli.console import counted, safe, say
from pipeline.cli.screening.screen_draft import Draft
from pipeline.cli.screening.screen_look import alike_lines
from pipeline.cli.screening.screen_outside import open_outside
from pipeline.cli.screening.screen_page import criterion_lines, record_lines
from pipeline.desk.casting import WORD_OF_STAGE
from pipeline.desk.finding_records import find_records, found_line
from pipeline.desk.keys import Command, help_lines, keys_of
from pipeline.desk.messages import Shown
from pipeline.desk.session import Session
from pipeline.terms.decision import Stage, Verdict

Read = Callable[..., str]
"""Asks a question and gives the answer, "" when the input has ended."""

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


class Question:
    """The questions about one record, until it is dealt with."""

    def __init__(
        self, session: Session, keys: Mapping[str, Command], read: Read, record: str
    ) -> None:
        self._session, self._keys, self._read, self._record = session, keys, read, record
        self._criteria = keys_of(session.criteria, keys)
        self._draft = Draft()
        self._goes_to: str | None = None
        self.left = False

    def show(self, waiting: int) -> None:
        session, width = self._session, min(100, shutil.get_terminal_size((80, 24)).columns)
        shown = session.at_hand.get(self._record) or Shown(record=session.record(self._record))
        done = counted(len(session.votes), "record")
        say(f"\n── {done} screened, {waiting:,} waiting for {session.reviewer} ──")
        for line in record_lines(shown.record, width):
            say(line)
        if session.stage is Stage.FULL_TEXT:
            file = f" ({shown.path})" if shown.path else ""
            say(f"Full text: {safe(shown.fulltext + file)}")
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
        words = "  ".join(f"{by[command]} {command}" for command in _OFTEN)
        while not self.left:
            said = self._read(f"{words} > ")
            key, _, rest = said.partition(" ")
            command = self._keys.get(key)
            if not said or command is Command.QUIT:
                self.left = True
                if not self._draft.is_empty:
                    kept = safe(self._draft.in_words().strip())
                    say(f"The note was not kept, for it belongs to a verdict: {kept}")
            elif key in self._criteria:
                self._cast(Verdict.EXCLUDE, self._criteria[key].id)
                break
            elif command is None:
                say(f"{safe(key)!r} is no key here. Nothing was decided.")
                self._help()
            elif self._done(command, rest.strip()):
                return self._goes_to
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
                note = rest or self._read("Note, then Enter: ", line=True)
                self._draft = Draft(note=note, tags=self._draft.tags)
            case Command.TAG:
                self._draft = self._draft.with_tag(rest or self._read("Tag: ", line=True))
                say(f"Kept with the verdict: {safe(self._draft.in_words())}")
            case Command.SEARCH:
                self._search(rest or self._read("Words: ", line=True))
            case Command.GO:
                return self._find(rest or self._read("Id, words of the title, #tag: ", line=True))
            case Command.WEB:
                address = session.record(self._record).address
                say(open_outside(address) if address else "The export gives no DOI.")
            case Command.FILE:
                shown = session.at_hand.get(self._record)
                say(open_outside(shown.path) if shown and shown.path else "There is no file.")
            case _:
                self._help()
        return False

    def _exclude(self, reason: str) -> bool:
        if not reason and self._session.stage is Stage.FULL_TEXT:
            reason = self._read("For which criterion? ").strip()
        found = self._ids([reason]) if reason else ()
        if found or (not reason and self._session.stage is Stage.TITLE_ABSTRACT):
            self._cast(Verdict.EXCLUDE, found[0] if found else "")
            return True
        self._say_reasons()
        return False

    def _exclude_for_all(self, said: str) -> bool:
        said = said or self._read("All that fail, with blanks: ", line=True)
        words = said.replace(",", " ").split()
        found = self._ids(words)
        if not found or len(found) < len(set(words)):
            self._say_reasons()
            return False
        self._cast(Verdict.EXCLUDE, found[0], fails=found)
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
        lines = textwrap.wrap(safe(abstract), 76)
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
        for line in help_lines(self._keys):
            say(f"  {line}")
