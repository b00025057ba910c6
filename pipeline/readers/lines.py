"""Text into blocks of whole lines, and the record that is open while they are walked over.

What a record may hold is bounded, so that a file that is no export takes neither hours nor all
memory: a line of more than `LONGEST` characters is cut, a record of more than `MOST` is set aside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.model.problem import Severity
from pipeline.readers.entries import Gathered

LONGEST = 4_000_000
"""Characters of one line that are kept; no real export has a line of four million characters."""
MOST = 4_000_000
"""Characters of one record; one that is longer is set aside. It is looked at a piece at a time, so
that a record may be longer by a piece (a megabyte) before that is noticed."""
_MOST_RAW = 20_000


class Held:
    """The tags of the record that is open; the lines of a value are joined when it is closed."""

    __slots__ = ("_more", "_raw", "_size", "begun", "names", "texts")

    def __init__(self) -> None:
        self.begun = 0
        self.names: list[str] = []
        self.texts: list[str] = []
        self._more: dict[int, list[str]] = {}
        self._size = 0
        self._raw = ""

    def open(self, number: int, name: str, text: str) -> None:
        """Begins a record on line `number` with its first tag; the lists are new ones."""
        self.begun = number
        self.names, self.texts, self._more = [name], [text], {}
        self._size = 0
        self._raw = ""

    def go_on(self, text: str) -> None:
        """Another line of the last value; "" for a blank one."""
        place = len(self.texts) - 1
        if place in self._more:
            self._more[place].append(text)
        else:
            self._more[place] = [self.texts[place], text]

    def cut(self, at: int) -> tuple[list[str], list[str], dict[int, list[str]]]:
        """Takes the tags from the place `at` on out of the record that is open."""
        names, texts = self.names[at:], self.texts[at:]
        more = {place - at: self._more.pop(place) for place in list(self._more) if place >= at}
        del self.names[at:], self.texts[at:]
        return names, texts, more

    def resume(self, number: int, tags: tuple[list[str], list[str], dict[int, list[str]]]) -> None:
        """Begins a record with the tags that `cut` took out of another."""
        self.begun = number
        self.names, self.texts, self._more = tags
        self._size = 0
        self._raw = ""

    def weigh(self, characters: int) -> None:
        """To be told the length of each block of lines after its last: forgets what is too long."""
        if not self.names:
            return
        self._size += characters
        if self._size > MOST:
            if not self._raw:
                self._raw = self._beginning()
            del self.names[1:], self.texts[1:]
            self.texts[0] = ""
            self._more.clear()

    def _beginning(self) -> str:
        shown: list[str] = []
        left = _MOST_RAW
        for place, name in enumerate(self.names):
            text = self._more.get(place, [self.texts[place]])
            shown.append(f"{name} {' '.join(part[:left] for part in text[:1000])}"[:left])
            left -= len(shown[-1])
            if left <= 0:
                break
        return "\n".join(shown)

    def close(self, fold: str = "\n") -> tuple[list[str], list[str], str]:
        """(names, texts with their lines joined by `fold`, the beginning of what was too long)."""
        names, texts, more, raw = self.names, self.texts, self._more, self._raw
        self.names, self.texts, self._more, self._raw = [], [], {}, ""
        for place, parts in more.items():
            texts[place] = joined(parts, fold)
        return names, texts, raw


def joined(lines: list[str], fold: str) -> str:
    """The lines of one value; joined by a blank, empty ones and the blanks around others go."""
    if fold == "\n":
        return "\n".join(lines).strip("\n")
    return fold.join(text for line in lines if (text := line.strip()))


TOO_LONG = f"it has more than {MOST:,} characters"


def line_blocks(pieces: Iterable[str], gathered: Gathered) -> Iterator[tuple[int, list[str]]]:
    """(number of the first line, lines without their line feed) until the text ends.

    Of a line longer than `LONGEST` the beginning is kept and a problem tells how much was not.
    """
    number = 1
    parts: list[str] = []
    held = 0
    dropped = 0
    for piece in pieces:
        cut = piece.rfind("\n")
        if cut < 0:
            room = LONGEST - held
            if len(piece) > room:
                dropped += len(piece) - max(room, 0)
                piece = piece[: max(room, 0)]
            parts.append(piece)
            held += len(piece)
            continue
        parts.append(piece[:cut])
        lines = "".join(parts).split("\n")
        if dropped:
            lines[0] = _cut_short(lines[0], dropped, number, gathered)
        yield number, lines
        number += len(lines)
        parts = [piece[cut + 1 :]]
        held = len(parts[0])
        dropped = 0
    last = "".join(parts)
    if dropped:
        last = _cut_short(last, dropped, number, gathered)
    if last:
        yield number, [last]


def _cut_short(line: str, dropped: int, number: int, gathered: Gathered) -> str:
    over = max(len(line) - LONGEST, 0)
    gathered.add(
        "line-too-long",
        number,
        f"this line has {len(line) + dropped:,} characters; only the first {LONGEST:,} were read",
        "Export the records again, in smaller portions; this is not a line of a bibliography",
        Severity.ERROR,
    )
    return line[:LONGEST] if over else line
