"""Answers at a prompt: one key on a terminal, one line in a pipe."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

END = ""
"""The answer when the input has ended."""


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
            return _line(question, line=True)
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
