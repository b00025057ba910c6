"""BibTeX text into blocks, each with its line: one entry, macro, comment or preamble a block.

A block ends where its braces are closed; where a brace is missing it ends before the next line
that plainly begins an entry (`@word{key,`), so that one damaged entry does not swallow the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_AT = re.compile(r"@[ \t]*([A-Za-z][\w+-]*)\s{0,20}[{(]")
_PLAIN_START = re.compile(
    r"[ \t]*@[ \t]*[A-Za-z][\w+-]*\s{0,20}[{(]\s{0,40}[^\s=,{}\"]{0,200}[^=,{}\"\n]{0,100},\s{0,40}"
    r"(?:[A-Za-z][\w+:.-]*\s{0,20}=|[})])"
)
_FIELDS_LEFT = re.compile(
    r"^[ \t]*[A-Za-z][\w-]{1,30}[ \t]*=[ \t]*[{\"\d][^\n]*\n?(?:[^@]*\})", re.MULTILINE
)
_BRACE = re.compile(r"[{}]")
_BRACE_OR_BRACKET = re.compile(r"[{})]")
MOST = 2_000_000
"""Characters of one block; an entry of two million characters is a file that is not BibTeX."""
_MOST_RAW = 20_000


class Block(NamedTuple):
    """`kind` in lower case ("article", "string"); `text` from `@` on; `line` counts from 1.

    Of a block that is `too_long` only the beginning is in `text`.
    """

    kind: str
    text: str
    line: int
    too_long: bool = False


class _Start(NamedTuple):
    """Where an entry may begin: its kind, the blanks before its `@`, and behind its brace."""

    kind: str
    begin: int
    end: int


def _starts(text: str, at: int = 0) -> Iterator[_Start]:
    """Every place where an entry may begin: in a line, or right behind the end of another."""
    for found in _AT.finditer(text, at):
        begin = found.start()
        while begin > 0 and text[begin - 1] in " \t":
            begin -= 1
        if begin == 0 or text[begin - 1] in "\n})":
            yield _Start(found[1].lower(), begin, found.end())


class Between(NamedTuple):
    """Text between blocks that is no comment line."""

    text: str
    line: int


def blocks(pieces: Iterable[str]) -> Iterator[Block | Between]:
    """The blocks of a file in order, and what stands between them."""
    text = ""
    line = 1
    searched = 0
    passing = False
    for piece in pieces:
        text = text + piece if text else piece
        if passing:
            begins = _next_entry(text, 1)
            line += text.count("\n", 0, begins)
            text = text[begins:]
            passing = not text
            continue
        if len(text) < searched:
            continue
        done = 0
        for block, end, line_after in _whole(text, line, final=False):
            yield block
            done, line = end, line_after
        text = text[done:]
        # an open block that grows is looked at again only when it has doubled
        searched = 2 * len(text)
        if len(text) > MOST:
            # no entry: it ends where another plainly begins, be it pieces from here
            begins = _next_entry(text, 1)
            kind = next((start.kind for start in _starts(text[:1000])), "entry")
            yield Block(kind, text[:_MOST_RAW], line, True)
            line += text.count("\n", 0, begins)
            text = text[begins:]
            passing = not text
            searched = 0
    for block, _end, _line in _whole(text, line, final=True):
        yield block


def _next_entry(text: str, at: int) -> int:
    """Where the next line that plainly begins an entry stands, or the end of `text`."""
    for start in _starts(text, at):
        if _PLAIN_START.match(text, start.begin):
            return start.begin
    return len(text)


def _whole(text: str, line: int, *, final: bool) -> Iterator[tuple[Block | Between, int, int]]:
    """(block, where it ends, line there) of every block that ends for certain within `text`."""
    at = 0
    starts = _starts(text)
    start = next(starts, None)
    while start is not None:
        gap = text[at : start.begin]
        if gap and not gap.isspace():
            yield Between(gap, line), start.begin, line + gap.count("\n")
        line += gap.count("\n")
        end, following = _end(text, start, starts, final)
        if end < 0:
            return
        body = text[start.begin : end]
        after = line + body.count("\n")
        yield (
            Block(start.kind, body.strip(), line + (len(body) - len(body.lstrip("\n")))),
            end,
            after,
        )
        at, line = end, after
        start = following
    rest = text[at:]
    if final and rest and not rest.isspace():
        yield Between(rest, line), len(text), line


def _end(
    text: str, start: _Start, starts: Iterator[_Start], final: bool
) -> tuple[int, _Start | None]:
    """(where the block ends, the next start); -1 when `text` ends before that is certain."""
    opener = text[start.end - 1]
    closer = "}" if opener == "{" else ")"
    depth = 0
    at = start.end
    for following in starts:
        depth, closed = _depth(text, at, following.begin, depth, closer)
        if closed >= 0:
            return _with_rest(text, closed, following.begin), following
        if len(text) - following.begin < 1000 and not final:
            return -1, None
        if _PLAIN_START.match(text, following.begin):
            return following.begin, following
        at = following.begin
    if not final:
        return -1, None
    depth, closed = _depth(text, at, len(text), depth, closer)
    return (_with_rest(text, closed, len(text)) if closed >= 0 else len(text)), None


def _with_rest(text: str, closed: int, limit: int) -> int:
    """Where a block really ends: a brace too many closes it before its last fields."""
    return limit if limit - closed > 3 and _FIELDS_LEFT.search(text, closed, limit) else closed


def _depth(text: str, at: int, end: int, depth: int, closer: str) -> tuple[int, int]:
    """(depth of braces at `end`, where the block closed or -1)."""
    for sign in (_BRACE if closer == "}" else _BRACE_OR_BRACKET).finditer(text, at, end):
        where = sign.start()
        mark = text[where]
        if _escaped(text, where):
            continue
        if mark == "{":
            depth += 1
        elif depth == 0:
            if mark == closer:
                return 0, where + 1
        elif mark == "}":
            depth -= 1
    return depth, -1


def _escaped(text: str, at: int) -> bool:
    return at > 0 and text[at - 1] == "\\" and not (at > 1 and text[at - 2] == "\\")
