"""Asking a person: a key, a choice, a number, a text, yes or no, somebody's name.

One way of asking for every verb, on a terminal and in a pipe alike. On a terminal a key counts at
once, without Enter; in a pipe, and on a terminal that cannot do that, each answer is a line. At
every question `:?` (or `?` where a key is asked for) tells what may be answered, `:b` goes back to
the one before, `:q` leaves.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from pipeline.cli.console import dim, safe, say
from pipeline.model.problem import ReviewError

HELP, BACK, LEAVE = ":?", ":b", ":q"
_ROOM_BELOW = 4
"""Rows that a page leaves to the question below it."""

END = ""
"""What is read when the input has ended."""

_EVERYWHERE = ":? this help   :b back to the one before   :q leave"


class Back(Exception):
    """The person wants to go back to the question before."""


class Left(Exception):
    """The person leaves, or the input has ended."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key, and in a pipe the words behind it on the same line (`e not the population`)."""

    key: str
    rest: str = ""


Read = Callable[[str], str]
"""Shows a question and gives what was typed, a blank for Enter alone; `END` at its end."""

Helper = Callable[[], object]
"""Prints what a person may want to know at a question."""


class Prompt:
    """Asks, and does not let go before there is an answer that can be one.

    `read_key` reads one key on a terminal and a line elsewhere, `read_line` always a line.
    """

    def __init__(self, read_key: Read, read_line: Read, *, by_key: bool = False) -> None:
        self._read_key, self._read_line, self._by_key = read_key, read_line, by_key

    def key(
        self,
        keys: Mapping[str, str],
        *,
        more: Mapping[str, str] | None = None,
        helper: Helper | None = None,
        wrong: str = "Nothing was written.",
        leaves: str = "q",
        words: Mapping[str, str] | None = None,
    ) -> Pressed:
        """One of `keys` (with the word that stands beside each) or of `more`, which are not shown.

        `?` and `:?` call `helper`, else list the keys. The end of the input and `:q` are the key
        `leaves` where it is one of `keys`, else raise Left. Raises Back for `:b`. `words` are
        further words for some keys.
        """
        all_keys = {**keys, **(more or {})}
        names = {word.casefold(): key for key, word in all_keys.items()}
        names |= {word: key for key, word in (words or {}).items()}
        question = offer(keys)
        while True:
            typed = self._read_key(question)
            said = typed.strip()
            if typed != END and not said:
                continue  # Enter alone answers nothing here
            key, _, rest = said.partition(" ")
            if said.casefold() in names and said not in all_keys:
                key, rest = names[said.casefold()], ""
            if key in (END, LEAVE):
                if leaves in all_keys:
                    return Pressed(leaves)
                raise Left
            if key == BACK:
                raise Back
            if key in all_keys and key not in (HELP, "?"):
                return Pressed(key, rest.strip())
            if key in (HELP, "?"):
                _help(helper or (lambda: _list(all_keys)))
            else:
                shown = safe(key, 20)
                say(f"{shown!r} is no key here. {wrong} Press {_either(tuple(keys))}.")

    def yes(self, question: str, *, helper: Helper | None = None) -> bool:
        """Whether the answer to `question` is yes; leaving means no."""
        say(question)
        try:
            return self.key({"y": "yes", "n": "no"}, helper=helper, leaves="n").key == "y"
        except Back:
            return False

    def choice(
        self,
        question: str,
        options: Sequence[tuple[str, str]],
        *,
        helper: Helper | None = None,
        default: str | None = None,
    ) -> str:
        """The id of one of `options` (id, label), by its number or by its id.

        Up to nine are chosen by one key. With `default` Enter alone takes that one ("": none).
        """
        say(question)
        for number, (id, label) in enumerate(options, 1):
            mark = "  (Enter)" if default and id == default else ""
            say(f"  {number:>2}  {safe(label if label and label != id else id)}{mark}")
        ids = [id for id, _ in options]
        enter = " or Enter" if default is not None else ""
        while True:
            typed = self.raw(f"1-{len(ids)}{enter} > ", by_key=len(ids) <= 9)
            said = self._controlled(typed, helper, may_be_empty=default is not None)
            if said is None:
                continue
            if not said and default is not None:
                return default
            if said.isdecimal() and 0 < int(said) <= len(ids):
                return ids[int(said) - 1]
            if said in ids:
                return said
            say(f"{safe(said, 40)!r} is none of these. Type a number from 1 to {len(ids)}.")

    def number(self, question: str, least: int, most: int, *, helper: Helper | None = None) -> int:
        """A whole number from `least` to `most`."""
        while True:
            said = self._controlled(self._read_line(f"{question} ({least}-{most}) > "), helper)
            if said is None:
                continue
            if said.isdecimal() and least <= int(said) <= most:
                return int(said)
            say(f"{safe(said, 40)!r} is no whole number from {least} to {most}.")

    def text(
        self,
        question: str,
        *,
        helper: Helper | None = None,
        needed: str = "",
        check: Callable[[str], object] | None = None,
    ) -> str:
        """A line of text, empty where nothing is `needed` (what is said when it stays empty).

        `check` raises ReviewError for what cannot be an answer; it is told, and asked again.
        """
        while True:
            said = self._controlled(self._read_line(f"{question} > "), helper, may_be_empty=True)
            if said is None:
                continue
            if not said and needed:
                say(needed)
                continue
            if check is not None:
                try:
                    check(said)
                except ReviewError as refusal:
                    say(safe(str(refusal)))
                    continue
            return said

    def person(
        self, question: str, known: Callable[[str], str], *, helper: Helper | None = None
    ) -> str:
        """The id of a person; `known` makes it from what was typed, or raises ReviewError."""
        while True:
            said = self._controlled(self._read_line(f"{question} > "), helper)
            if said is None:
                continue
            try:
                return known(said)
            except ReviewError as refusal:
                say(safe(str(refusal)))

    def raw(self, question: str, *, by_key: bool = False) -> str:
        """What was typed, a blank for Enter alone; with `by_key` one key on a terminal."""
        return (self._read_key if by_key and self._by_key else self._read_line)(question)

    def many(
        self, question: str, options: Sequence[tuple[str, str]], *, helper: Helper | None = None
    ) -> tuple[str, ...]:
        """Any number of `options`, by numbers, keys or ids with blanks between; none for Enter."""
        ids = [id for id, _ in options]
        while True:
            typed = self._read_line(f"{question} > ")
            said = self._controlled(typed, helper, may_be_empty=True)
            if said is None:
                continue
            words = said.replace(",", " ").split()
            named = [
                ids[int(w) - 1] if w.isdecimal() and 0 < int(w) <= len(ids) else w for w in words
            ]
            if wrong := [word for word in named if word not in ids]:
                say(f"{safe(wrong[0], 40)!r} is none of {', '.join(ids)}.")
                continue
            return tuple(dict.fromkeys(named))

    def _controlled(
        self, said: str, helper: Helper | None, *, may_be_empty: bool = False
    ) -> str | None:
        """What was said, None once help was given; raises Back and Left."""
        if said == END:
            raise Left
        said = said.strip()
        if not said and not may_be_empty:
            return None
        if said == HELP:
            _help(helper)
            return None
        if said == BACK:
            raise Back
        if said == LEAVE:
            raise Left
        return said


@contextmanager
def prompt() -> Iterator[Prompt]:
    """The prompt of this terminal, or of the pipe that stands in its stead."""
    if not sys.stdin.isatty() or os.environ.get("TERM", "dumb") in ("", "dumb"):
        yield Prompt(_next_line, _line)
        return
    import readline  # noqa: F401  (it gives `input` its keys for editing a line)
    import termios
    import tty

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)

    def read_key(question: str) -> str:
        print(question, end="", flush=True)
        tty.setcbreak(terminal)
        try:
            while True:
                typed = os.read(terminal, 32).decode(errors="replace")
                if typed in ("", "\x04"):
                    print()
                    return END
                key = key_of(typed)
                if key == ":":
                    return _command(terminal, typed.partition(":")[2])
                if key or typed in ("\n", "\r"):
                    print(key)
                    return key or " "
        finally:
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)

    yield Prompt(read_key, _line, by_key=True)


def _command(terminal: int, typed: str) -> str:
    """What follows a colon: `?`, `b` and `q` end it at once, anything else ends with Enter."""
    said = ":"
    print(said, end="", flush=True)
    while True:
        for sign in typed:
            if sign in "\n\r\x04":
                print()
                return said
            if sign in "\x7f\b":
                said = said[:-1]
                print("\b \b", end="", flush=True)
                if not said:
                    print()
                    return ":"
            elif sign.isprintable():
                said += sign
                print(sign, end="", flush=True)
                if said in (HELP, BACK, LEAVE):
                    print()
                    return said
        typed = os.read(terminal, 32).decode(errors="replace")
        if not typed:
            return END


def agreed(question: str, would: str, *, yes: bool = False) -> bool:
    """Whether a person agrees to `question`; `yes`: they did so beforehand, with --yes.

    Raises ReviewError, which says what `would` happen, where nobody can be asked.
    """
    if yes:
        return True
    if not sys.stdin.isatty():
        raise ReviewError(
            f"{would}, and nobody can be asked here. Nothing was written", "Add --yes to agree"
        )
    with prompt() as ask:
        return ask.yes(question)


def say_paged(lines: Sequence[str]) -> None:
    """Prints `lines`, on a terminal that is lower a page at a time: a key goes on, q to the end."""
    room = max(4, shutil.get_terminal_size((80, 24)).lines - _ROOM_BELOW)
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or len(lines) <= room:
        for line in lines:
            say(line)
        return
    with prompt() as ask:
        whole = False
        for number, line in enumerate(lines):
            if number and number % room == 0 and not whole:
                left = f"-- {len(lines) - number} lines more: any key, q for the end -- "
                whole = ask.raw(left, by_key=True) in ("q", END)
            say(line)


def key_of(typed: str) -> str:
    """The key in what came from the terminal at once; empty when there is none.

    A key may come with the Enter that a quick hand sends after it, and is not lost for that; of
    several keys the first counts, so that a paste decides one record at most. Arrow keys and
    their like come as an escape and letters, which are no keys of ours.
    """
    if typed.startswith("\x1b"):
        return ""
    return next((character for character in typed if character.isprintable()), "")


def offer(keys: Mapping[str, str]) -> str:
    """`i include  e exclude > ` with the keys in lines that fit the terminal."""
    width = shutil.get_terminal_size((80, 24)).columns - 3
    lines = [""]
    for key, word in keys.items():
        entry = f"{key} {word}" if word else key
        if lines[-1] and len(lines[-1]) + 2 + len(entry) > width:
            lines.append("")
        lines[-1] += f"  {entry}" if lines[-1] else entry
    return "\n".join(lines) + " > "


def _help(helper: Helper | None) -> None:
    if helper is not None:
        helper()
    say(dim(_EVERYWHERE))


def _list(keys: Mapping[str, str]) -> None:
    for key, word in keys.items():
        say(f"  {key}  {word}")


def _either(keys: tuple[str, ...]) -> str:
    return ", ".join(keys[:-1]) + (f" or {keys[-1]}" if len(keys) > 1 else "".join(keys))


def _line(question: str) -> str:
    """A line as it was typed, a line feed alone as a blank; `END` when the input has ended."""
    try:
        said = input(question)
    except EOFError:
        print()
        return END
    if not sys.stdin.isatty():
        print()
    return said or " "


def _next_line(question: str) -> str:
    """The next line that says something; `END` when the input has ended."""
    said = _line(question)
    while said and not said.strip():
        said = _line("")
    return said
