"""What a reviewer does at the screen: keys into verdicts, notes and ways, one mode at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import Enum, auto

from rich.text import Text

from pipeline.cli.screen.lines import criterion_help
from pipeline.cli.screen.look import head_line, pace_of, record_text
from pipeline.cli.screen.prompt import Draft, open_outside
from pipeline.cli.screen.view import AnswerLine, ScreenView
from pipeline.model.decision import Stage, Verdict
from pipeline.model.problem import ReviewError
from pipeline.sessions.keys import Command, help_lines, keys_of
from pipeline.sessions.named_records import find_records, found_line
from pipeline.sessions.session import WORD_OF_STAGE, Session
from pipeline.sessions.worker_line import ShownRecord, WorkerLine


class Mode(Enum):
    READING = auto()
    REASON = auto()  # e was pressed on full text: the criterion is awaited
    FAILS = auto()  # all criteria that fail are being marked
    CHOOSING = auto()  # one of the records found is to be chosen
    HELP = auto()


class RecordInView:
    """One reviewer at the screen: the record in view and what the keys make of it."""

    def __init__(
        self,
        session: Session,
        view: ScreenView,
        line: WorkerLine,
        keys: Mapping[str, Command],
        leave: Callable[[], None],
    ) -> None:
        self.session, self.view = session, view
        self.answer = AnswerLine(view)
        self._line, self._keys, self._leave = line, keys, leave
        self._criteria = keys_of(session.criteria, keys)
        self.current: str | None = None
        self._draft = Draft()
        self._mode = Mode.READING
        self._choices: list[str] = []
        self._moments: list[float] = []
        self._why = ""
        view.show_keys(keys, session.stage)
        view.show_criteria(self._criteria)
        self.say_head()
        if session.next_record() is not None:
            self.show_next()

    async def take_key(self, name: str, key: str) -> bool:
        """Does what the key says (its `name`, and its sign if it has one); False: not ours."""
        if self.answer.is_open:
            return await self.answer.take_key(name, key)
        if self._mode is not Mode.READING and (key or name in ("escape", "enter")):
            self._key_in_mode(name, key)
        elif key in self._criteria:
            self._cast(Verdict.EXCLUDE, self._criteria[key].id)
        elif key in self._keys:
            self._command(self._keys[key])
        else:
            return False
        return True

    def worker_has_told(self) -> None:
        """Shows what is new, but never another record under eyes that read one."""
        self.say_head()
        if self.current is None and self._mode is Mode.READING and not self.answer.is_open:
            self.show_next()

    def show_next(self) -> None:
        """Shows the record that comes next, or says that nothing waits."""
        record = self.session.next_record()
        if record is not None:
            self.show(record)
            return
        self.current = None
        self.say_head()
        done = "Nothing waits for you here." if self.session.known else "Reading the review …"
        keys = {command: key for key, command in self._keys.items()}
        ways = f"{keys[Command.QUIT]} leaves; {keys[Command.UNDO]} takes the last verdict back."
        self.view.show_text(Text(f"{done}\n\n{ways}"))
        self.view.say("#why", "")

    def show(self, record: str) -> None:
        """Shows `record` from its top."""
        self.current, self._draft, self._mode = record, Draft(), Mode.READING
        self._draw(from_top=True)
        self.say_head()
        why = self._at_hand(record).why
        self._why = f"Shown now: {why}" if why else ""
        self._say_why()

    def _at_hand(self, record: str) -> ShownRecord:
        held = self.session.at_hand.get(record)
        return held or ShownRecord(record=self.session.record(record))

    def _draw(self, *, from_top: bool = False) -> None:
        self._mode = Mode.READING
        if self.current is None:
            self.show_next()
            return
        text = record_text(
            self._at_hand(self.current),
            self.session.protocol.terms,
            self._draft.found,
            self.session.stage,
            self.session.votes,
        )
        self.view.show_text(text, from_top=from_top)
        self.view.show_criteria(self._criteria, self._draft.fails)

    def _say_why(self, instead: str = "") -> None:
        self.view.say("#why", self._draft.in_words() + (instead or self._why))

    def say_head(self) -> None:
        session = self.session
        head = head_line(
            session.reviewer,
            WORD_OF_STAGE[session.stage],
            len(session.votes),
            len(session.waiting) if session.known else None,
            pace_of(self._moments),
            self.view.app.size.width,
        )
        self.view.put("#head", head)

    def _key_in_mode(self, name: str, key: str) -> None:
        mode, criterion = self._mode, self._criteria.get(key)
        if mode is Mode.REASON and criterion:
            self._cast(Verdict.EXCLUDE, criterion.id)
        elif mode is Mode.FAILS and criterion:
            self._mark(criterion.id)
        elif mode is Mode.FAILS and name == "enter" and self._draft.fails:
            self._cast(Verdict.EXCLUDE, self._draft.fails[0])
        elif mode is Mode.CHOOSING and key.isdecimal() and 0 < int(key) <= len(self._choices):
            self._go_to(self._choices[int(key) - 1])
        else:
            self._draft = replace(self._draft, fails=())
            self._draw()
            self._say_why("" if mode is Mode.HELP else "Nothing was decided.")

    def _command(self, command: Command) -> None:
        anywhere: dict[Command, Callable[[], None]] = {
            Command.QUIT: self._leave,
            Command.UNDO: self._undo,
            Command.GO: lambda: self.answer.ask("Id, words of the title, or #tag", self._find),
            Command.HELP: self._help,
        }
        if command in anywhere:
            anywhere[command]()
        elif self.current is not None:
            self._on_record(command, self.current)

    def _on_record(self, command: Command, record: str) -> None:
        match command:
            case Command.INCLUDE:
                self._cast(Verdict.INCLUDE)
            case Command.UNSURE:
                self._cast(Verdict.UNSURE)
            case Command.EXCLUDE if self.session.stage is Stage.TITLE_ABSTRACT:
                self._cast(Verdict.EXCLUDE)
            case Command.EXCLUDE:
                self._mode = Mode.REASON
                self._say_why("Press the key of the first criterion that fails; any other: back.")
            case Command.FAILS:
                self._mode = Mode.FAILS
                self._say_why("Mark all criteria that fail, then Enter; Escape: back.")
            case Command.SKIP:
                self.session.skipped[record] = None
                self._ask_worker()
                self.show_next()
            case Command.LATER:
                self.session.later.pop(record, None)
                self.session.later[record] = None
                self._ask_worker()
                self.show_next()
            case Command.NOTE:
                self.answer.ask("Note, kept with the verdict", self._keep_note, self._draft.note)
            case Command.TAG:
                self.answer.ask("Tag, kept with the verdict", self._keep_tag)
            case Command.SEARCH:
                self.answer.ask("Words to mark in this record", self._search, self._draft.found)
            case Command.WEB:
                address = self.session.record(record).address
                self._say_why(open_outside(address) if address else "The export gives no DOI.")
            case Command.FILE:
                path = self._at_hand(record).path
                self._say_why(open_outside(path) if path else "There is no file to open.")

    def _cast(self, verdict: Verdict, reason: str = "") -> None:
        if self.current is None:
            return
        draft = self._draft
        try:
            self.session.vote(
                self.current, verdict, reason, draft.note, draft.tags, fails=draft.fails
            )
        except ReviewError as refusal:  # a full disk: nothing was decided, the record stays
            self._mode = Mode.READING
            self._say_why(f"Nothing was decided: {refusal}")
            return
        self._moments.append(time.monotonic())
        self._ask_worker()
        self.show_next()

    def _ask_worker(self) -> None:
        put_off = (*self.session.skipped, *self.session.later)
        self._line.ask(self.session.to_tell(), put_off)

    def _undo(self) -> None:
        try:
            undone = self.session.undo()
        except ReviewError as refusal:
            self._say_why(f"Nothing was taken back: {refusal}")
            return
        if undone is None:
            self._say_why("There is nothing to undo.")
            return
        self._ask_worker()
        self.show(undone.record)
        self._draft = Draft(note=undone.note, tags=undone.tags)
        self._say_why(f"Taken back: {undone.verdict}. Here it is again.")

    def _help(self) -> None:
        self._mode = Mode.HELP
        width = max(40, min(self.view.app.size.width, 100) - 4)
        criteria = criterion_help(self._criteria, width)
        text = Text("\n".join([*help_lines(self._keys, width), "", *criteria]))
        self.view.show_text(text, from_top=True)
        self._say_why("Press any key to go on; the arrows scroll.")

    def _keep_note(self, note: str) -> None:
        self._draft = replace(self._draft, note=note)
        self._say_why()

    def _keep_tag(self, tag: str) -> None:
        self._draft = self._draft.with_tag(tag)
        self._say_why()

    def _mark(self, criterion: str) -> None:
        order = tuple(c.id for c in self.session.criteria)
        self._draft = self._draft.with_fail(criterion, order)
        self.view.show_criteria(self._criteria, self._draft.fails)
        self._say_why("Mark all criteria that fail, then Enter; Escape: back.")

    def _search(self, found: str) -> None:
        self._draft = replace(self._draft, found=found)
        self._draw()

    def _find(self, words: str) -> None:
        self._choices = find_records(self.session, words)
        if len(self._choices) == 1:
            self._go_to(self._choices[0])
        elif self._choices:
            lines = [f"{n}  {found_line(self.session, r)}" for n, r in enumerate(self._choices, 1)]
            self.view.show_text(Text("\n".join(lines)), from_top=True)
            self._mode = Mode.CHOOSING
            self._say_why("Press the number of the record; any other key: back.")
        else:
            self._say_why(f"Nothing is found for {words!r}." if words else "")

    def _go_to(self, record: str) -> None:
        vote = self.session.votes.get(record)
        if vote is not None or record in self.session.waiting:
            self.show(record)
            if vote is not None:
                self._draft = Draft(note=vote.note, tags=vote.tags)
                self._say_why(f"You decided: {vote.verdict}. A new verdict takes its place.")
        else:
            self._draw()
            self._say_why(f"{record} does not wait for you at this stage.")
