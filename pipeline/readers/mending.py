"""Damage that mail, editors and spreadsheets do to tagged text, undone before it is read.

Tagged text lives by what stands in its first columns, and that is what they change: a mail puts
`> ` before every line or breaks it with `=`, a spreadsheet puts each line in quotation marks or
commas behind it, an editor makes no-break blanks of the blanks around a tag. Each is undone only
where the beginning of the file shows it, and told.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

_BLANKS = "\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000"
_ODD_BLANK = re.compile(
    rf"(?m)^[ \t{_BLANKS}]{{0,8}}(?:%[0-9A-Za-z@]|[A-Za-z][A-Za-z0-9]{{1,3}})"
    rf"(?:[ \t{_BLANKS}]{{0,3}}[-\u2010-\u2015\u2212:][ {_BLANKS}]?|(?<=[%A-Z][A-Z0-9])[{_BLANKS}])"
)
_ODD = re.compile(f"[{_BLANKS}]")
_TAG_LINE = r"(?:[A-Za-z][A-Za-z0-9]{1,3} {0,2}- |%[0-9A-Z] |PMID- |[A-Z][A-Z0-9] (?=[^ -]))"
_QUOTED = re.compile(rf'(?m)^"{_TAG_LINE}')
_TRAILED = re.compile(rf"(?m)^{_TAG_LINE}[^\n]*?(,{{2,}}|;{{2,}}|\t+)$")
_CELL = re.compile(r'(?m)^"((?:[^"\n]|"")*)"[,;\t]*$')
_CITED = re.compile(r"(?m)^(?:> ?)+")
_SOFT_BREAK = re.compile(r"=\n|=20$|=3D|=[C-E][0-9A-F]=[89AB][0-9A-F]", re.MULTILINE)
_TAGGED = re.compile(rf"(?m)^[> \"]*{_TAG_LINE}")


class Mending(NamedTuple):
    """What was done to a file, in words, and what undoes it in one piece of whole lines."""

    what: str
    mend: Callable[[str], str]


def mendings_of(head: str) -> list[Mending]:
    """The damage that the beginning of a text shows, in the order in which it is undone."""
    found: list[Mending] = []
    for look in (_mail, _soft_breaks, _spreadsheet, _blanks):
        if damage := look(head):
            found.append(damage)
            head = damage.mend(head)
    return found


def mended(pieces: Iterable[str], damages: Iterable[Mending]) -> Iterator[str]:
    """`pieces` with every damage undone."""
    mends = [damage.mend for damage in damages]
    for piece in pieces:
        for mend in mends:
            piece = mend(piece)
        yield piece


def _mail(head: str) -> Mending | None:
    lines = [line for line in head[:20_000].split("\n") if line.strip()]
    if len(lines) < 3 or sum(line.startswith(">") for line in lines) < 0.9 * len(lines):
        return None
    return Mending("a mail put `>` before its lines", lambda piece: _CITED.sub("", piece))


def _soft_breaks(head: str) -> Mending | None:
    if not head.isascii() or not _tagged(head):
        return None
    marks = _SOFT_BREAK.findall(head)
    if len(marks) < 2 or not any(mark[1:2] in ("\n", "2", "C", "D", "E") for mark in marks):
        return None
    return Mending("it was sent as quoted-printable mail", _decoded)


def _decoded(piece: str) -> str:
    return quopri.decodestring(piece.encode("utf-8")).decode("utf-8", "replace")


def _spreadsheet(head: str) -> Mending | None:
    lines = [line for line in head[:20_000].split("\n") if line.strip()]
    quoted, trailed = len(_QUOTED.findall(head[:20_000])), len(_TRAILED.findall(head[:20_000]))
    if 2 * trailed > len(lines):
        what = "a spreadsheet put empty cells behind its lines"
    elif quoted > 2 or (quoted and quoted == len(lines)):
        what = "a spreadsheet put its lines in quotation marks"
    else:
        return None
    cut = bool(trailed)
    return Mending(what, lambda piece: _without_cells(piece, cut))


def _without_cells(piece: str, cut: bool) -> str:
    piece = _CELL.sub(lambda found: found[1].replace('""', '"'), piece)
    return "\n".join(line.rstrip(",;\t") for line in piece.split("\n")) if cut else piece


def _blanks(head: str) -> Mending | None:
    if not _ODD.search(head):
        return None
    spoiled = sum(bool(_ODD.search(found.group())) for found in _ODD_BLANK.finditer(head))
    if spoiled < 2 or not _tagged(_plain(head)):
        return None
    return Mending("blanks around its tags are no-break blanks", _plain)


def _plain(piece: str) -> str:
    if not _ODD.search(piece):
        return piece
    return _ODD_BLANK.sub(lambda found: _ODD.sub(" ", found.group()), piece)


def _tagged(head: str) -> bool:
    return len(_TAGGED.findall(head[:20_000])) > 2
