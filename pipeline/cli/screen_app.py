"""The screen of `review screen`: one record, the criteria in view, one key a verdict."""

from __future__ import annotations

import re
import time
import webbrowser
from collections.abc import Callable
from itertools import chain
from typing import ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.events import Key, Resize
from textual.widgets import Input, Static

from pipeline.cli.screen_guide import Guide, outlook_line
from pipeline.cli.screen_page import (
    NO_ABSTRACT,
    WORD_OF_STAGE,
    criterion_lines,
    keys_of,
    source_line,
)
from pipeline.cli.screen_session import Session
from pipeline.notation.safe_text import for_terminal, without_controls
from pipeline.terms.decision import Screened, Stage, Verdict
from pipeline.terms.problem import ReviewError
from pipeline.terms.protocol import Criterion, HighlightTerms
from pipeline.terms.record import Record

COMMANDS = {
    "i": "include",
    "e": "exclude",
    "u": "unsure",
    "s": "skip",
    "l": "later",
    "z": "undo",
    "n": "note",
    "#": "tag",
    "/": "search",
    "g": "go to",
    "w": "web",
    "?": "help",
    "q": "quit",
}
PATIENCE_SECONDS = 1.0
"""How long the first record waits for the first ranking."""

HELP = """\
i include      e exclude       u unsure
s skip (comes again next time) l later (at the end of this session)
z undo, as often as you like   n note, # tag: kept with the next verdict
/ search in this record        g go to a record by its id
w open the DOI in a browser    q quit; everything decided is on disk

A criterion's key or number excludes for it: take the first, from the top, that fails.
Arrow keys and Page Up, Page Down scroll. Underlined: words of the protocol that speak for a
record; underlined twice: words against it. Press any key to go on.
"""


class ScreenApp(App[None]):
    """`opening` gives the session; it runs beside the screen, which is there at once."""

    CSS = """
    #head { height: 1; background: $primary-background; }
    #body { height: 1fr; }
    #record { width: 1fr; padding: 0 1; }
    #criteria { width: 38; padding: 0 1; border-left: solid $primary; overflow-y: auto; }
    #body.narrow { layout: vertical; }
    #body.narrow #criteria { width: 100%; height: auto; max-height: 9; border-left: none;
        border-top: solid $primary; }
    #why { height: 1; padding: 0 1; }
    #outlook, #keys { height: auto; min-height: 1; max-height: 3; padding: 0 1; }
    #why, #outlook { color: $text-muted; }
    #answer { display: none; height: 3; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "quit", show=False, priority=True)]
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, opening: Callable[[], Session]) -> None:
        super().__init__()
        self._opening = opening
        self.session: Session | None = None
        self.refusal: ReviewError | None = None
        self.current: str | None = None
        self._guide: Guide | None = None
        self._skipped: set[str] = set()
        self._keys: dict[str, Criterion] = {}
        self._note = ""
        self._tags: tuple[str, ...] = ()
        self._found = ""
        self._asked: Callable[[str], None] | None = None
        self._awaits_reason = False
        self._helping = False
        self._began = time.monotonic()
        self._started = False
        self._learning = False
        self._wanted: dict[str, Screened] | None = None
        self._order: list[str] = []

    def compose(self) -> ComposeResult:
        yield Static("Reading the review …", id="head")
        with Horizontal(id="body"):
            with VerticalScroll(id="record"):
                yield Static("", id="text")
            yield Static("", id="criteria")
        yield Static("", id="why")
        yield Static("", id="outlook")
        yield Input(id="answer")
        yield Static("", id="keys")

    def on_mount(self) -> None:
        self._fit()
        self.query_one("#record").focus()
        self.run_worker(self._open, thread=True, group="open")

    def on_resize(self, event: Resize) -> None:
        self._fit(event.size.width)

    def _fit(self, columns: int = 0) -> None:
        columns = columns or self.size.width
        narrow = columns < 100
        self.query_one("#body").set_class(narrow, "narrow")
        if self._keys:
            width = columns - 2 if narrow else 34
            lines = criterion_lines(self._keys, width)
            self.query_one("#criteria", Static).update(Text("\n".join(lines)))

    def _open(self) -> None:
        try:
            session = self._opening()
        except ReviewError as refusal:
            self.refusal = refusal
            self.call_from_thread(self.exit)
            return
        self.call_from_thread(self._opened, session)

    def _opened(self, session: Session) -> None:
        self.session, self._guide = session, Guide(session)
        self._keys = dict(keys_of(session.criteria, COMMANDS))
        self._began = time.monotonic()
        words = " ".join(f"{key} {word}" for key, word in COMMANDS.items() if key not in "#g/")
        self.query_one("#keys", Static).update(Text(words))
        self._fit()
        self._say_head()
        waits = f"Ranking {len(session.waiting):,} records …"
        self.query_one("#text", Static).update(Text(waits))
        self._learn()
        self.set_timer(PATIENCE_SECONDS, self._start)

    def _start(self) -> None:
        """Shows the first record, once: nothing may change under eyes that read it."""
        if not self._started:
            self._started = True
            self.show_next()

    def _learn(self) -> None:
        """Has the ranking learned anew beside the screen; one lesson at a time, the latest next."""
        assert self.session is not None
        self._wanted = dict(self.session.votes)
        if not self._learning:
            self._learning = True
            self.run_worker(self._lesson, thread=True, group="learn")

    def _lesson(self) -> None:
        assert self._guide is not None
        votes, self._wanted = self._wanted, None
        if not self._guide.ranked:
            self._guide.prepare()
        if votes is not None:
            self._guide.learn(votes)
        line = outlook_line(self._guide.outlook(votes)) if votes else ""
        self.call_from_thread(self._learned, self._guide.order(), line)

    def _learned(self, order: list[str], line: str) -> None:
        assert self.session is not None
        self._order, self._learning = order, False
        if self.session.stage is Stage.TITLE_ABSTRACT:
            self.query_one("#outlook", Static).update(Text(line))
        self._start()
        if self._wanted is not None:
            self._learn()

    def show_next(self) -> None:
        """Shows the record that comes next, or says that nothing waits."""
        assert self._guide is not None and self.session is not None
        waiting, off = self.session.waiting, {*self._skipped, *self._guide.later}
        late = (record for record in self._guide.later if record not in self._skipped)
        fresh = (record for record in chain(self._order, waiting) if record not in off)
        record = next((record for record in chain(fresh, late) if record in waiting), None)
        if record is not None:
            self.show(record)
            return
        self.current = None
        self._say_head()
        done = "Nothing waits for you here. q leaves; z takes the last verdict back."
        self.query_one("#text", Static).update(Text(done))
        self.query_one("#why", Static).update("")

    def show(self, record: str) -> None:
        """Shows `record` from its top."""
        assert self.session is not None
        self.current, self._note, self._tags, self._found = record, "", (), ""
        self._awaits_reason = False
        self._draw()
        self.query_one("#record").scroll_home(animate=False)
        self._say_head()
        self._say_why()

    def _draw(self) -> None:
        assert self.session is not None and self.current is not None
        text = record_text(
            self.session.record(self.current),
            self.session.protocol.terms,
            self._found,
            self.session.paths.get(self.current, ""),
            self.session.stage,
        )
        self.query_one("#text", Static).update(text)

    def _say_head(self) -> None:
        assert self.session is not None
        done, left = len(self.session.votes), len(self.session.waiting)
        minutes = (time.monotonic() - self._began) / 60
        pace = self.session.cast_here / minutes if minutes > 0.2 else 0.0
        speed = f" · {pace:.0f} a minute, about {left / pace:.0f} min left" if pace >= 0.5 else ""
        share = f"{done:,} of {done + left:,} screened"
        where = f"{self.session.reviewer} · {WORD_OF_STAGE[self.session.stage]}"
        head = Text(f" {where} · {share}{speed}", no_wrap=True, overflow="ellipsis")
        self.query_one("#head", Static).update(head)

    def _say_why(self, instead: str = "") -> None:
        if self._guide is None or (self.current is None and not instead):
            return
        held = "  [note kept]" if self._note else ""
        held += f"  [{', '.join(self._tags)}]" if self._tags else ""
        why = instead or f"Shown now: {self._guide.why(self.current or '')}{held}"
        line = Text(for_terminal(why), no_wrap=True, overflow="ellipsis")
        self.query_one("#why", Static).update(line)

    def on_key(self, event: Key) -> None:
        if self._asked is not None:
            if event.key == "escape":
                self._close_answer()
            return
        key = event.character or ""
        if self._helping:
            self._helping = False
            event.stop()
            self.show_next() if self.current is None else self._draw()
            return
        if self.session is None or not key:
            if key == "q":
                self.exit()
            return
        event.stop()
        if self._awaits_reason and key not in self._keys:
            self._awaits_reason = False
            self._say_why("Nothing was decided.")
        elif key in self._keys:
            self._cast(Verdict.EXCLUDE, self._keys[key].id)
        elif key in COMMANDS:
            self._command(COMMANDS[key])

    def _command(self, command: str) -> None:
        if command == "quit":
            self.exit()
        elif command == "undo":
            self._undo()
        elif command == "go to":
            self._ask("Id of the record", self._go_to)
        elif command == "help":
            self._helping = True
            self.query_one("#text", Static).update(Text(HELP))
        elif self.current is not None:
            self._command_on_record(command, self.current)

    def _command_on_record(self, command: str, record: str) -> None:
        assert self.session is not None and self._guide is not None
        if command == "include":
            self._cast(Verdict.INCLUDE)
        elif command == "unsure":
            self._cast(Verdict.UNSURE)
        elif command == "exclude":
            if self.session.stage is Stage.FULL_TEXT:
                self._awaits_reason = True
                self._say_why("Press the key of the first criterion that fails; any other: back.")
            else:
                self._cast(Verdict.EXCLUDE)
        elif command == "skip":
            self._skipped.add(record)
            self.show_next()
        elif command == "later":
            self._guide.later.append(record)
            self.show_next()
        elif command == "note":
            self._ask("Note, kept with the verdict", self._keep_note, self._note)
        elif command == "tag":
            self._ask("Tag, kept with the verdict", self._keep_tag)
        elif command == "search":
            self._ask("Search in this record", self._search, self._found)
        elif command == "web":
            doi = self.session.record(record).doi
            if doi:
                webbrowser.open(f"https://doi.org/{doi}")
            else:
                self._say_why("The export gives no DOI for this record.")

    def _cast(self, verdict: Verdict, reason: str = "") -> None:
        assert self.session is not None
        if self.current is None:
            return
        try:
            self.session.vote(self.current, verdict, reason, self._note, self._tags)
        except ReviewError as refusal:  # a full disk: nothing was decided, the record stays
            self._awaits_reason = False
            self._say_why(f"Nothing was decided: {refusal}")
            return
        self._learn()
        self.show_next()

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
        self._learn()
        self.show(undone.record)
        self._say_why(f"Taken back: {undone.verdict}. Here it is again.")

    def _ask(self, question: str, then: Callable[[str], None], value: str = "") -> None:
        answer = self.query_one("#answer", Input)
        answer.placeholder, answer.value = question, value
        answer.display = True
        answer.focus()
        self._asked = then

    def on_input_submitted(self, event: Input.Submitted) -> None:
        then = self._asked
        self._close_answer()
        if then is not None:
            then(event.value.strip())

    def _close_answer(self) -> None:
        self.query_one("#answer", Input).display = False
        self._asked = None
        self.query_one("#record").focus()

    def _keep_note(self, note: str) -> None:
        self._note = note
        self._say_why()

    def _keep_tag(self, tag: str) -> None:
        self._tags = tuple(dict.fromkeys((*self._tags, tag))) if tag else ()
        self._say_why()

    def _search(self, found: str) -> None:
        self._found = found
        self._draw()

    def _go_to(self, record: str) -> None:
        assert self.session is not None
        if record in self.session.waiting or record in self.session.votes:
            self.show(record)
            vote = self.session.votes.get(record)
            if vote is not None:
                self._say_why(f"You decided: {vote.verdict}. A new verdict takes its place.")
        else:
            self._say_why(f"{record} does not wait for you at this stage.")


def record_text(record: Record, terms: HighlightTerms, found: str, path: str, stage: Stage) -> Text:
    """Title, source and abstract with the protocol's words marked, harmless on any terminal."""
    text = Text()
    text.append(for_terminal(record.title) or "(no title in the export)", style="bold")
    text.append(f"\n{source_line(record)}\n", style="dim")
    if stage is Stage.FULL_TEXT:
        text.append(f"Full text: {for_terminal(path) or 'no file is noted'}\n", style="dim")
    text.append(f"\n{without_controls(record.abstract).strip() or NO_ABSTRACT}")
    _mark(text, terms.include, "bold green underline")
    _mark(text, terms.exclude, "bold red underline2")
    _mark(text, (found,), "reverse")
    return text


def _mark(text: Text, words: tuple[str, ...], style: str) -> None:
    wanted = [re.escape(word.strip()) for word in words if word.strip()]
    if wanted:
        joined = "|".join(sorted(wanted, key=len, reverse=True))
        text.highlight_regex(re.compile(rf"\b(?:{joined})\w*", re.IGNORECASE), style)
