"""The screen of `review screen`: one record, the criteria in view, one key a verdict."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Mapping
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Event, Key, Paste, Resize
from textual.message import Message

from pipeline.cli.screen.reading import RecordInView
from pipeline.cli.screen.view import ScreenView
from pipeline.model.problem import ReviewError
from pipeline.sessions.first_records import leave_at_hand, take_at_hand, take_provisionally
from pipeline.sessions.keys import KEYS, Command
from pipeline.sessions.session import Session
from pipeline.sessions.worker_line import WorkerAnswer, WorkerLine


class FromWorker(Message):
    """What the ranking worker has told, on its way from the thread that listens."""

    def __init__(self, told: WorkerAnswer | None) -> None:
        super().__init__()
        self.told = told


class ScreenApp(App[None]):
    """`begin` gives the session, `line` the ranking worker that tells what waits; both may be slow.

    A verdict is on disk before the next record shows; whatever ends the screen, a closed terminal
    too, loses none.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "quit", show=False, priority=True)]
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        begin: Callable[[], Session],
        line: WorkerLine,
        keys: Mapping[str, Command] | None = None,
    ) -> None:
        super().__init__(ansi_color=True)
        self.view = ScreenView()
        self._begin, self._line = begin, line
        self._keys = dict(keys or {key: command for command, key in KEYS.items()})
        self._reading: RecordInView | None = None
        self.refusal: ReviewError | None = None

    @property
    def session(self) -> Session | None:
        """The session, once it has begun."""
        return self._reading.session if self._reading else None

    @property
    def current(self) -> str | None:
        """The id of the record in view."""
        return self._reading.current if self._reading else None

    def compose(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        if threading.current_thread() is threading.main_thread():  # no other is told of signals
            for name in (signal.SIGTERM, signal.SIGHUP):
                asyncio.get_running_loop().add_signal_handler(name, self.exit)
        self.run_worker(self._open, thread=True, group="open")

    def on_unmount(self) -> None:
        if self.session is not None:
            leave_at_hand(self.session)

    def on_resize(self, event: Resize) -> None:
        if self._reading is not None:
            self._reading.say_head()

    async def on_event(self, event: Event) -> None:
        """Takes keys as they come: what is typed quickly belongs to what the keys before opened."""
        if isinstance(event, Key) and not event.is_forwarded:
            key = event.character or ""
            if self._reading is None:
                if self._keys.get(key) is Command.QUIT:
                    self.exit()
            elif event.key != "ctrl+c" and await self._reading.take_key(event.key, key):
                return
        elif isinstance(event, Paste) and not event.is_forwarded:
            if self._reading is not None:
                self._reading.answer.take_paste(event.text)
            return
        await super().on_event(event)

    def _open(self) -> None:
        """Begins the session beside the screen: first what is at hand, then the ranking worker."""
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
        self._line.follow(lambda told: self.post_message(FromWorker(told)))

    def _opened(self, session: Session) -> None:
        self._reading = RecordInView(session, self.view, self._line, self._keys, self.exit)

    def on_from_worker(self, message: FromWorker) -> None:
        told = message.told
        assert self._reading is not None
        if self.refusal is not None:
            return
        if told is None:
            self._worker_ended(self._reading.session)
        elif told.refusal is not None:
            self._refuse(ReviewError(*told.refusal))
        else:
            self._reading.session.take(told)
            if told.outlook:
                self.view.say("#outlook", told.outlook)
            self._reading.worker_has_told()

    def _worker_ended(self, session: Session) -> None:
        if not session.known:
            raise RuntimeError(f"the ranking worker has ended:\n{self._line.complaint()}")
        self.view.say("#outlook", "The ranking has ended; records come in the order they came in.")

    def _refuse(self, refusal: ReviewError) -> None:
        self.refusal = refusal
        self.exit()
