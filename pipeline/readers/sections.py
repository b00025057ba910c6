"""A file that holds several exports, one behind the other, perhaps in several layouts.

People join the files of several databases into one. Where a line begins that plainly opens another
layout, behind a blank line or the end of a record, the file is parted, and each part is read by
the reader of its own layout.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

_OPENINGS = (
    ("TY  - ", re.compile(r"TY  - [A-Z]{2,10}\s*\n[A-Z][A-Z0-9]  - "), "ris"),
    ("PMID- ", re.compile(r"PMID- \d+[^\n]*\n(?:[A-Z]{2,4} *- |      )"), "nbib"),
    ("@", re.compile(r"@[A-Za-z]+\s*\{[^\s{}=,\"]{0,200},\s*[A-Za-z][\w-]*\s*="), "bibtex"),
    ("FN ", re.compile(r"FN [A-Z][^\n]*\nVR "), "wos"),
    ("PT ", re.compile(r"PT [A-Z]\s*\n[A-Z][A-Z0-9] "), "wos"),
    ("%0 ", re.compile(r"%0 [A-Z][^\n]*\n%[A-Z0-9@] "), "refer"),
    ("RT ", re.compile(r"RT [A-Z][^\n]*\n[A-Z][A-Z0-9] "), "refworks"),
    ("Record #", re.compile(r"Record #\d+ of \d+\s*\n[A-Z]{2,3}: "), "cochrane"),
    ("<", re.compile(r"<\d+\.?\s*>\s*\n"), "ovid"),
    ("<", re.compile(r"<(?:\?xml [^>]*>|!DOCTYPE )"), ""),
    ("<", re.compile(r"<[A-Za-z_][\w.:-]*(?:\s[^<>]*)?>"), "<"),
    ("[", re.compile(r"\[\s*\{\s*\"[A-Za-z_-]+\"\s*:"), "json"),
    ("{", re.compile(r"\{\s*\"[A-Za-z_-]+\"\s*:"), "json"),
)
"""What a line begins with, what it then looks like, and the layout in which that opens a record:
"" for a document of XML in any, "<" for an element in a file that is no XML yet."""
_CLOSED = re.compile(r"(?:\n[ \t]*|\nE[RF][^\n]*|[>}\])][ \t]*)\n\Z")
_XML = ("_xml", "_rdf")
_LOOKED_AT = 16_384
_BEFORE = 400
_MOST_ATTEMPTS = 50


def opened(start: str) -> str:
    """The layout of tagged text that `start` plainly opens, "" for none."""
    for begins, opening, format in _OPENINGS:
        if format not in ("", "<", "json") and start.startswith(begins) and opening.match(start):
            return format
    return ""


class FilePart(NamedTuple):
    """One part of a file: its layout, the number of lines before it, its text in pieces."""

    format: str
    before: int
    pieces: Iterator[str]


class Sections:
    """The parts of a text whose first is in the layout `format`.

    `detect` tells the layout of what begins with a text, "" for none. Each part must be read to
    its end before the next is asked for.
    """

    def __init__(self, pieces: Iterator[str], format: str, detect: Callable[[str], str]) -> None:
        self._pieces = pieces
        self._format = format
        self._detect = detect
        self._held: list[str] = []
        self._line = 0
        self._next = ""
        self._attempts = 0

    def __iter__(self) -> Iterator[FilePart]:
        yield FilePart(self._format, 0, self._part())
        while self._next:
            self._format, self._next = self._next, ""
            yield FilePart(self._format, self._line, self._part())

    def _more(self) -> str:
        return self._held.pop() if self._held else next(self._pieces, "")

    def _part(self) -> Iterator[str]:
        tail = ""
        while piece := self._more():
            at = 0
            while (at := self._opening(tail, piece, at + 1 if at or not tail else 0)) >= 0:
                self._attempts += 1
                rest = [piece[at:]]
                length = len(rest[0])
                while length < _LOOKED_AT and (more := self._more()):
                    rest.append(more)
                    length += len(more)
                text = "".join(rest)
                if (other := self._detect(text)) and other != self._format:
                    self._next = other
                    self._held.append(text)
                    self._line += piece.count("\n", 0, at)
                    if at:
                        yield piece[:at]
                    return
                piece = piece[:at] + text
                tail = tail or " "
            self._line += piece.count("\n")
            yield piece
            tail = (tail + piece)[-_BEFORE:]

    def _opening(self, tail: str, piece: str, start: int) -> int:
        """Where, from `start` on, a line opens another layout; -1 where none does."""
        if self._attempts >= _MOST_ATTEMPTS:
            return -1
        openings = _others(self._format)
        text = f"\n{piece}"  # a place in `piece` is that of the line feed before it here
        for found in _begins(self._format).finditer(text, start):
            at = found.start()
            if any(opening.match(piece, at) for begins, opening in openings if begins == found[1]):
                before = piece[max(0, at - _BEFORE) : at]
                if _CLOSED.search(before if at >= _BEFORE else tail + before):
                    return at
        return -1


def _others(current: str) -> list[tuple[str, re.Pattern[str]]]:
    """What opens a layout other than the `current` one."""
    return [
        (begins, opening)
        for begins, opening, format in _OPENINGS
        if format != current and not (format == "<" and current.endswith(_XML))
    ]


@cache
def _begins(current: str) -> re.Pattern[str]:
    """Finds the line feeds behind which a line begins as such openings do."""
    words = dict.fromkeys(begins for begins, _ in _others(current))
    if current.endswith(_XML):
        words = {word: None for word in words if word != "<"}
        found = "|".join(["(?=<[?!])<", *map(re.escape, words)])
    else:
        found = "|".join(map(re.escape, words))
    return re.compile(rf"\n({found})")
