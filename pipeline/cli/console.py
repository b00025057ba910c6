"""What verbs print: harmless text, problems, JSON, progress on a terminal and none in a pipe."""

from __future__ import annotations

import codecs
import io
import json
import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from typing import Any, Protocol, TextIO

from pipeline.model.problem import Problem, Severity
from pipeline.model.record import Record
from pipeline.notation.safe_text import for_json, for_terminal
from pipeline.sessions.named_records import citation


def say(text: str = "") -> None:
    """Prints lines of our own; text from exports goes through `safe` first.

    On a terminal a longer line is parted between words; one with a command stays whole, to be
    copied as it is.
    """
    print("\n".join(map(_fitted, text.split("\n"))) if sys.stdout.isatty() else text)


def _fitted(line: str) -> str:
    width = shutil.get_terminal_size((80, 24)).columns
    if len(line) <= width or "\x1b" in line or "review " in line:
        return line
    margin = " " * (len(line) - len(line.lstrip()))
    parts = textwrap.wrap(
        line, width, subsequent_indent=f"{margin}  ", break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(parts)


def tell(text: str) -> None:
    """Prints to standard error: what is not the answer of the command (hints, progress)."""
    print(text, file=sys.stderr)


def safe(text: str, width: int = 0) -> str:
    """Untrusted text on one line, cut to `width` characters with an ellipsis if width is given."""
    clean = for_terminal(text)
    return clean if not width or len(clean) <= width else clean[: max(1, width - 1)] + "…"


_DRAWN = {
    **dict.fromkeys("─━", "-"),
    **dict.fromkeys("│┃", "|"),
    **{"…": "...", "·": "-", "•": "*", "→": "->", "←": "<-", "≠": "!=", "±": "+/-", "×": "x"},
    **{"✓": "v", "✗": "x", "–": "-", "—": "--", "\u00a0": " ", "\u2060": ""},
    **dict.fromkeys("“”„", '"'),
    **dict.fromkeys("‘’", "'"),
}
"""Signs of our own in ASCII; letters of people's names and titles are told by their numbers."""


def is_plain() -> bool:
    """Whether the locale says that the terminal knows ASCII alone (`LC_ALL=C`)."""
    named = next((v for n in ("LC_ALL", "LC_CTYPE", "LANG") if (v := os.environ.get(n))), "")
    return named.partition(".")[0] in ("C", "POSIX") and "utf" not in named.lower()


def draw_plainly() -> None:
    """Makes terminals that know ASCII alone get our signs in ASCII, pipes what they had."""
    codecs.register_error("drawn", _drawn)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            plain = is_plain() and stream.isatty()
            stream.reconfigure(encoding="ascii" if plain else None, errors="drawn")


def _drawn(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    told = (_DRAWN.get(s, s.encode("ascii", "backslashreplace").decode()) for s in signs)
    return "".join(told), error.end


def has_colour(stream: TextIO | None = None) -> bool:
    """Colour only on a terminal that wants it (https://no-color.org)."""
    stream = stream or sys.stdout
    return stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def bold(text: str) -> str:
    return f"\x1b[1m{text}\x1b[0m" if has_colour() else text


def dim(text: str) -> str:
    return f"\x1b[2m{text}\x1b[0m" if has_colour() else text


def text_width(most: int = 100) -> int:
    """Columns for running text: those of the terminal now, `most` at most, 80 in a pipe."""
    return max(20, min(most, shutil.get_terminal_size((80, 24)).columns))


def wrapped(text: str, indent: str = "", hanging: str = "") -> str:
    """Untrusted `text` in lines that fit the terminal, words whole; as it is in a pipe.

    `indent` stands before the first line, `hanging` before the others. What is longer than a line
    (a path, a URL) stays whole: a terminal breaks it, and it can be copied.
    """
    clean = for_terminal(text)
    if not sys.stdout.isatty():
        return f"{indent}{clean}"
    return "\n".join(
        textwrap.wrap(
            clean,
            text_width(),
            initial_indent=indent,
            subsequent_indent=hanging or indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
    )


def counted(n: int, singular: str, plural: str = "") -> str:
    """`1 record`, `1,204 records`."""
    return f"{n:,} {singular if n == 1 else plural or singular + 's'}"


def say_problems(problems: Iterable[Problem], *, most: int = 0) -> int:
    """Prints problems to standard error and gives the number of errors among them."""
    gathered = list(problems)
    for problem in gathered[: most or None]:
        tell(safe(str(problem)))
    if most and len(gathered) > most:
        tell(f"… and {counted(len(gathered) - most, 'more problem')}.")
    return sum(p.severity is Severity.ERROR for p in gathered)


def say_json(value: Any) -> None:
    """Prints one JSON value; dataclasses become objects, days and moments ISO text."""
    # letters that the stream cannot carry must be escaped as JSON does it
    ascii_only = codecs.lookup(sys.stdout.encoding or "utf-8").name != "utf-8"
    print(for_json(json.dumps(_jsonable(value), ensure_ascii=ascii_only, indent=2)))


def _jsonable(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return _jsonable(asdict(value))
    if isinstance(value, Mapping):
        return {str(k): _jsonable(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_jsonable(v) for v in value]
    if isinstance(value, (set, frozenset)):
        return sorted(_jsonable(v) for v in value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value


class Tick(Protocol):
    def __call__(self, done: int, total: int | None = None) -> None: ...


@contextmanager
def progress(label: str) -> Iterator[Tick]:
    """A counter on standard error while work goes on; silent where that is no terminal."""
    if not sys.stderr.isatty():
        yield lambda done, total=None: None
        return
    shown = 0.0
    sys.stderr.write(f"\r\x1b[K{label} …")  # at once: whoever waits sees what for
    sys.stderr.flush()

    def tick(done: int, total: int | None = None) -> None:
        nonlocal shown
        import time

        now = time.monotonic()
        if now - shown < 0.1:
            return
        shown = now
        share = f" of {total:,} ({done / total:.0%})" if total else ""
        sys.stderr.write(f"\r\x1b[K{label}: {done:,}{share}")
        sys.stderr.flush()

    try:
        yield tick
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


def in_list(record: Record, beside: str = "", indent: int = 2) -> str:
    """A line of a list: id, citation, what stands `beside` it; cut to fit a terminal."""
    start = f"{' ' * indent}{record.id}  "
    end = f"  [{beside}]" if beside else ""
    room = shutil.get_terminal_size().columns - len(start) - len(end)
    return f"{start}{citation(record, max(24, room) if sys.stdout.isatty() else 0)}{end}"
