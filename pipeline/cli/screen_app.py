"""The screen of `review screen`: one record, the criteria in view, one key a verdict."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import Enum, auto
from typing import ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Key, Resize
from textual.message import Message
from textual.widgets import Input

from pipeline.cli.screen_desk_line import DeskLine
from pipeline.cli.screen_draft import Draft
from pipeline.cli.screen_finding import find_records, found_line
from pipeline.cli.screen_first import leave_at_hand, take_at_hand, take_provisionally
from pipeline.cli.screen_keys import KEYS, Command, help_lines, keys_of
from pipeline.cli.screen_look import head_line, pace_of, record_text
from pipeline.cli.screen_messages import Shown, Told
from pipeline.cli.screen_outside import open_outside, web_address
from pipeline.cli.screen_page import WORD_OF_STAGE
from pipeline.cli.screen_session import Session
from pipeline.cli.screen_view import ScreenView
from pipeline.terms.decision import Stage, Verdict
from pipeline.terms.problem import ReviewError
from pipeline.terms.protocol import Criterion


class Mode(Enum):
    READING = auto()
    REASON = auto()  # e was pressed on full text: the criterion is awaited
    FAILS = auto()  # all criteria that fail are being marked
    ASKING = auto()  # a line is being typed
    CHOOSING = auto()  # one of the records found is to be chosen
    HELP = auto()


class FromDesk(Message):
    """What the desk has told, on its way from the thread that listens."""

    def __init__(self, told: Told | None) -> None:
        super().__init__()
        self.told = told


class ScreenApp(App[None]):
    """`begin` gives the session, `line` the desk that tells what waits; both may be slow.

    A verdict is on disk before the next record shows; whatever ends the screen, a closed terminal
    too, loses none.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "quit", show=False, priority=True)]
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        begin: Callable[[], Session],
        line: DeskLine,
        keys: Mapping[str, Command] | None = None,
    ) -> None:
        super().__init__(ansi_color=True)
        self.view = ScreenView()
        self._begin, self._line = begin, line
        self._keys = dict(keys or {key: command for command, key in KEYS.items()})
        self._criteria: Mapping[str, Criterion] = {}
        self.session: Session | None = None
        self.refusal: ReviewError | None = None
        self.current: str | None = None
        self._draft = Draft()
        self._mode = Mode.READING
        self._then: Callable[[str], None] = lambda answer: None
        self._choices: list[str] = []
        self._moments: list[float] = []
        self._why = ""

    def compose(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        for name in (signal.SIGTERM, signal.SIGHUP):
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                asyncio.get_running_loop().add_signal_handler(name, self.exit)
        self.run_worker(self._open, thread=True, group="open")

    def on_unmount(self) -> None:
        if self.session is not None:
            leave_at_hand(self.session)

    def on_resize(self, event: Resize) -> None:
        if self.session is not None:
            self._say_head(event.size.width)

    def _open(self) -> None:
        """Begins the session beside the screen: first what is at hand, then the desk."""
        try:
            session = self._begin()
        except ReviewError as refusal:
            self.call_from_thread(self._refuse, refusal)
            return
        take_at_hand(session)
        if session.next_record() is None:
            take_provisionally(session)
        self.call_from_thread(self._opened, session)
        session.catch_up()
        self._line.follow(lambda told: self.post_message(FromDesk(told)))

    def _opened(self, session: Session) -> None:
        self.session = session
        self._criteria = keys_of(session.criteria, self._keys)
        self.view.show_keys(self._keys, session.stage)
        self.view.show_criteria(self._criteria)
        self._say_head()
        if session.next_record() is not None:
            self.show_next()

    def on_from_desk(self, message: FromDesk) -> None:
        told = message.told
        assert self.session is not None
        if self.refusal is not None:
            return
        if told is None:
            self._desk_ended()
        elif told.refusal is not None:
            self._refuse(ReviewError(*told.refusal))
        else:
            self.session.take(told)
            if told.outlook:
                self.view.say("#outlook", told.outlook)
            self._say_head()
            if self.current is None and self._mode is Mode.READING:
                self.show_next()

    def _desk_ended(self) -> None:
        assert self.session is not None
        if not self.session.known:
            raise RuntimeError(f"the desk has ended:\n{self._line.complaint()}")
        self.view.say("#outlook", "The ranking has ended; records come in the order they came in.")

    def _refuse(self, refusal: ReviewError) -> None:
        self.refusal = refusal
        self.exit()

    def show_next(self) -> None:
        """Shows the record that comes next, or says that nothing waits."""
        assert self.session is not None
        record = self.session.next_record()
        if record is not None:
            self.show(record)
            return
        self.current = None
        self._say_head()
        done = "Nothing waits for you here." if self.session.known else "Reading the review …"
        keys = {command: key for key, command in self._keys.items()}
        ways = f"{keys[Command.QUIT]} leaves; {keys[Command.UNDO]} takes the last verdict back."
        self.view.show_text(Text(f"{done}\n\n{ways}"))
        self.view.say("#why", "")

    def show(self, record: str) -> None:
        """Shows `record` from its top."""
        self.current, self._draft, self._mode = record, Draft(), Mode.READING
        self._draw(from_top=True)
        self._say_head()
        why = self._at_hand(record).why
        self._why = f"Shown now: {why}" if why else ""
        self._say_why()

    def _at_hand(self, record: str) -> Shown:
        assert self.session is not None
        held = self.session.at_hand.get(record)
        return held or Shown(record=self.session.record(record))

    def _draw(self, *, from_top: bool = False) -> None:
        assert self.session is not None
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

    def _say_head(self, columns: int = 0) -> None:
        assert self.session is not None
        session = self.session
        head = head_line(
            session.reviewer,
            WORD_OF_STAGE[session.stage],
            len(session.votes),
            len(session.waiting) if session.known else None,
            pace_of(self._moments),
            columns or self.size.width,
        )
        self.view.put("#head", head)

    def on_key(self, event: Key) -> None:
        key = event.character or ""
        if self._mode is Mode.ASKING:
            if event.key == "escape":
                self._close_answer()
            return
        if self.session is None:
            if self._keys.get(key) is Command.QUIT:
                self.exit()
            return
        if self._mode is not Mode.READING and (key or event.key in ("escape", "enter")):
            event.stop()
            self._key_in_mode(event.key, key)
        elif key:
            event.stop()
            if key in self._criteria:
                self._cast(Verdict.EXCLUDE, self._criteria[key].id)
            elif key in self._keys:
                self._command(self._keys[key])

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
            Command.QUIT: self.exit,
            Command.UNDO: self._undo,
            Command.GO: lambda: self._ask("Id, words of the title, or #tag", self._find),
            Command.HELP: self._help,
        }
        if command in anywhere:
            anywhere[command]()
        elif self.current is not None:
            self._on_record(command, self.current)

    def _on_record(self, command: Command, record: str) -> None:
        assert self.session is not None
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
                self._ask_desk()
                self.show_next()
            case Command.LATER:
                self.session.later.pop(record, None)
                self.session.later[record] = None
                self._ask_desk()
                self.show_next()
            case Command.NOTE:
                self._ask("Note, kept with the verdict", self._keep_note, self._draft.note)
            case Command.TAG:
                self._ask("Tag, kept with the verdict", self._keep_tag)
            case Command.SEARCH:
                self._ask("Words to mark in this record", self._search, self._draft.found)
            case Command.WEB:
                address = web_address(self.session.record(record))
                self._say_why(open_outside(address) if address else "The export gives no DOI.")
            case Command.FILE:
                path = self._at_hand(record).path
                self._say_why(open_outside(path) if path else "There is no file to open.")

    def _cast(self, verdict: Verdict, reason: str = "") -> None:
        assert self.session is not None
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
        self._ask_desk()
        self.show_next()

    def _ask_desk(self) -> None:
        assert self.session is not None
        put_off = (*self.session.skipped, *self.session.later)
        self._line.ask(self.session.to_tell(), put_off)

    def _undo(self) -> None:
        assert self.session is not None
        try:
            undone = self.session.undo()
        except ReviewError as refusal:
            self._say_why(f"Nothing was taken back: {refusal}")
            return
        if undone is None:
            self._say_why("There is nothing to undo.")
            return
        self._ask_desk()
        self.show(undone.record)
        self._draft = Draft(note=undone.note, tags=undone.tags)
        self._say_why(f"Taken back: {undone.verdict}. Here it is again.")

    def _help(self) -> None:
        self._mode = Mode.HELP
        text = Text("\n".join([*help_lines(self._keys), "", "Press any key to go on."]))
        self.view.show_text(text, from_top=True)

    def _ask(self, question: str, then: Callable[[str], None], value: str = "") -> None:
        self.view.ask(question, value)
        self._then, self._mode = then, Mode.ASKING

    def on_input_submitted(self, event: Input.Submitted) -> None:
        then, said = self._then, event.value.strip()
        self._close_answer()
        then(said)

    def _close_answer(self) -> None:
        self.view.close_answer()
        self._mode = Mode.READING

    def _keep_note(self, note: str) -> None:
        self._draft = replace(self._draft, note=note)
        self._say_why()

    def _keep_tag(self, tag: str) -> None:
        self._draft = self._draft.with_tag(tag)
        self._say_why()

    def _mark(self, criterion: str) -> None:
        assert self.session is not None
        order = tuple(c.id for c in self.session.criteria)
        self._draft = self._draft.with_fail(criterion, order)
        self.view.show_criteria(self._criteria, self._draft.fails)
        self._say_why("Mark all criteria that fail, then Enter; Escape: back.")

    def _search(self, found: str) -> None:
        self._draft = replace(self._draft, found=found)
        self._draw()

    def _find(self, words: str) -> None:
        assert self.session is not None
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
        assert self.session is not None
        vote = self.session.votes.get(record)
        if vote is not None or record in self.session.waiting:
            self.show(record)
            if vote is not None:
                self._draft = Draft(note=vote.note, tags=vote.tags)
                self._say_why(f"You decided: {vote.verdict}. A new verdict takes its place.")
        else:
            self._draw()
            self._say_why(f"{record} does not wait for you at this stage.")
