"""The line into which a reviewer types an answer: a note, a tag, words to look for."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.cli.screening.screen_view import ScreenView


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
