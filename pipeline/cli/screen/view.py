"""The parts of the screen and where they stand: nothing here decides or asks anything."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingsMap
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.events import Resize
from textual.widgets import Input, Static

from pipeline.cli.screen.look import criteria_text, keys_text
from pipeline.model.decision import Stage
from pipeline.model.protocol import Criterion
from pipeline.notation.safe_text import for_terminal
from pipeline.sessions.keys import Command

NARROW = 100
"""Columns below which the criteria stand under the record instead of beside it."""

AT_ONCE, READING_SECONDS = 10_000, 0.3
"""Characters that are laid out at once, and how soon the rest follows."""

SIDE, WIDE_SIDE = 40, 60
"""Columns of the criteria beside the record, and on a terminal of 160 columns or more."""

EDITING = BindingsMap(Input.BINDINGS).key_to_bindings
"""What the keys do in a line that is being typed, by their names."""


class ScreenView(Vertical):
    """The line of progress, the record, the criteria, why it is shown, the outlook, the keys."""

    DEFAULT_CSS = """
    ScreenView { background: ansi_default; color: ansi_default; }
    #head { height: 1; text-style: reverse; }
    #body { height: 1fr; }
    #record { width: 1fr; padding: 0 1; scrollbar-size-vertical: 1; background: ansi_default; }
    #text { max-width: 100; }
    #record, #side { scrollbar-color: ansi_bright_black; scrollbar-background: ansi_default;
        scrollbar-color-hover: ansi_bright_black; scrollbar-background-hover: ansi_default;
        scrollbar-color-active: ansi_bright_black; scrollbar-background-active: ansi_default; }
    #side { height: 100%; padding: 0 1; border-left: solid ansi_blue; scrollbar-size-vertical: 1;
        background: ansi_default; }
    #body.narrow { layout: vertical; }
    #body.narrow #side { width: 100%; height: auto; max-height: 9; border-left: none;
        border-top: solid ansi_blue; }
    #why { height: 1; padding: 0 1; }
    #outlook { height: auto; max-height: 2; padding: 0 1; }
    #why { text-style: bold; }
    #keys { height: auto; max-height: 2; padding: 0 1; }
    #answer { display: none; height: 3; background: ansi_default; }
    """
    # the terminal's own colours: a light terminal stays light and a dark one dark

    def __init__(self) -> None:
        super().__init__()
        self._text = Text()
        self._criteria: Mapping[str, Criterion] = {}
        self._marked: Collection[str] = ()
        self._keys: Mapping[str, Command] = {}
        self._stage = Stage.TITLE_ABSTRACT

    def compose(self) -> ComposeResult:
        yield Static(" Reading the review …", id="head")
        with Horizontal(id="body"):
            with VerticalScroll(id="record"):
                yield Static("", id="text")
            with VerticalScroll(id="side", can_focus=False):
                yield Static("", id="criteria")
        yield Static("", id="why")
        yield Static("", id="outlook")
        yield Input(id="answer", select_on_focus=False)
        yield Static("", id="keys")

    def on_mount(self) -> None:
        self.fit(self.app.size.width)
        self.query_one("#record").focus()

    def on_resize(self, event: Resize) -> None:
        self.fit(event.size.width)

    def fit(self, columns: int) -> None:
        """Puts the criteria where `columns` leave room for them."""
        narrow = columns < NARROW
        self.query_one("#body").set_class(narrow, "narrow")
        side = SIDE if columns < 160 else WIDE_SIDE
        if not narrow:
            self.query_one("#side").styles.width = side
        width = columns - 3 if narrow else side - 4
        text = criteria_text(self._criteria, width, self._marked, whole=not narrow)
        self.put("#criteria", text)
        self.put("#keys", keys_text(self._keys, self._stage, columns - 2))

    def show_keys(self, keys: Mapping[str, Command], stage: Stage) -> None:
        """Shows the commands of `stage` by their `keys`."""
        self._keys, self._stage = keys, stage
        self.fit(self.app.size.width)

    def show_criteria(
        self, criteria: Mapping[str, Criterion], marked: Collection[str] = ()
    ) -> None:
        """Shows `criteria` by their keys, those `marked` as failing by a cross."""
        self._criteria, self._marked = criteria, marked
        self.fit(self.app.size.width)

    def show_text(self, text: Text, *, from_top: bool = False) -> None:
        """Shows `text` in the place of the record; what is very long follows after its beginning.

        Laying out 100,000 characters takes several times as long as a key may be felt to take.
        """
        self._text = text
        self.query_one("#text", Static).update(text[:AT_ONCE] if len(text) > AT_ONCE else text)
        if len(text) > AT_ONCE:
            self.set_timer(READING_SECONDS, lambda: self._show_rest(text))
        if from_top:
            self.query_one("#record").scroll_home(animate=False)

    def _show_rest(self, text: Text) -> None:
        if text is self._text:  # else another record is in view by now
            self.query_one("#text", Static).update(text)

    def put(self, where: str, text: Text) -> None:
        """Puts `text` into the part with the id `where`."""
        self.query_one(where, Static).update(text)

    def say(self, where: str, words: str) -> None:
        """Puts words into the part with the id `where`; `#why` is one line that ends in dots."""
        self.put(where, Text(for_terminal(words), no_wrap=where == "#why", overflow="ellipsis"))

    def ask(self, question: str, value: str = "") -> None:
        """Opens the line to type an answer into."""
        answer = self.query_one("#answer", Input)
        answer.placeholder, answer.value = question, value
        answer.cursor_position = len(value)
        answer.display = True
        # at once, not when the queue is empty: the first letters may be in it already
        self.screen.set_focus(answer, scroll_visible=False)

    @property
    def typed(self) -> str:
        """What stands in the line."""
        return self.query_one("#answer", Input).value

    def type(self, letters: str) -> None:
        """Puts `letters` into the line, where its cursor stands, in the place of what is marked."""
        answer = self.query_one("#answer", Input)
        answer.replace(letters, *answer.selection)

    async def edit(self, name: str) -> bool:
        """Does in the line what the key `name` does there (Backspace, an arrow); False: nothing."""
        bindings = EDITING.get(name, [])
        for binding in bindings:
            await self.app.run_action(binding.action, self.query_one("#answer", Input))
        return bool(bindings)

    def close_answer(self) -> None:
        self.query_one("#answer", Input).display = False
        self.screen.set_focus(self.query_one("#record"), scroll_visible=False)


class AnswerLine:
    """The line of `view`: opened by a question, closed by Enter or Escape.

    It takes every key at once and in its turn and leaves none to another queue, so that none
    overtakes another: a quick hand has typed the whole note, and the next verdict, before the line
    is drawn.
    """

    def __init__(self, view: ScreenView) -> None:
        self._view = view
        self._then: Callable[[str], None] | None = None

    @property
    def is_open(self) -> bool:
        return self._then is not None

    def ask(self, question: str, then: Callable[[str], None], value: str = "") -> None:
        """Opens the line with `value` in it; `then` takes the answer when Enter is pressed."""
        self._view.ask(question, value)
        self._then = then

    async def take_key(self, name: str, key: str) -> bool:
        """Does what the key says (its `name`, and its sign if it has one); False: not ours."""
        if name == "escape":
            self._close()
        elif name == "enter":
            said, then = self._view.typed, self._then
            self._close()
            if then is not None:
                then(said.strip())
        elif key and key.isprintable():
            self._view.type(key)
        else:
            return await self._view.edit(name)
        return True

    def take_paste(self, text: str) -> None:
        """Puts pasted `text` into the line; while it is closed a paste does nothing."""
        if self.is_open:
            self._view.type(" ".join(text.splitlines()))

    def _close(self) -> None:
        self._view.close_answer()
        self._then = None
