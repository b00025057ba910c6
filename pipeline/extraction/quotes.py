"""Whether a quote stands in a text, and on which page, whatever typesetting did to its words.

Hyphens at line ends, ligatures, curly quotes, accents that a font draws apart, columns and running
heads must not hide a quote; a digit, a decimal point, a minus or a sign of comparison must not get
lost. So both sides are reduced to letters, digits and such signs before they are compared.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d", "-"),
        "\u00b7": ".",  # the decimal point of some journals
        "\u22c5": ".",
        "\u2264": "<=",
        "\u2265": ">=",
        "\u00ad": "",
        "\u200b": "",
        "\x02": "",  # how PDFium tells of a hyphen at the end of a line
        "\ufffe": "",
    }
)
_KEPT = re.compile(
    r"[^\W_]+"  # words and numbers
    r"|(?<=\d)[.,](?=\d)"  # 1.25 is not 125
    r"|(?<![^\W\d_])\.(?=\d)"  # p < .05
    r"|(?<=\d)\s*-\s*(?=\d)"  # 12-18
    r"|(?<![\w)])-(?=\d)"  # -0.5
    r"|[<>=%±]"
)
_GAP = re.compile(r"\[[^\]]*\]|\((?:\.\s*){3,}\)|…|\.\s?\.\s?\.")
_LEAST_PIECE = 12  # letters; shorter pieces stand on any page by chance
_NEARLY = 85.0  # of 100 in rapidfuzz's partial ratio
_LONGEST = 5_000  # letters of a quote that are looked for


class Fit(StrEnum):
    """How a quote stands in a text."""

    WHOLE = "whole"
    IN_PIECES = "in pieces"  # a column, a page or a note comes between
    NEARLY = "nearly"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class QuoteMatch:
    """Where a quote stands: indexes of pages; `words` are those there, when they nearly fit."""

    fit: Fit
    pages: frozenset[int] = frozenset()
    words: str = ""


class Pages:
    """The pages of a text, ready to be searched."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = tuple(texts)
        self._letters = tuple(letters(text) for text in texts)
        self._joined = "".join(self._letters)
        self._ends = tuple(accumulate(len(page) for page in self._letters))

    def find(self, quote: str) -> QuoteMatch:
        """How, and on which pages, `quote` stands here; omissions (… and [ ]) part it."""
        wanted = [w[:_LONGEST] for part in _GAP.split(quote) if (w := letters(part))]
        if not wanted:
            return QuoteMatch(Fit.NOWHERE)
        found = [self._find(part) for part in wanted]
        # of several parts the short ones prove nothing by themselves
        weighty = [f for f, w in zip(found, wanted, strict=True) if len(w) >= _LEAST_PIECE] or found
        order = list(Fit)
        fit = max((f.fit for f in weighty), key=order.index)
        pages = frozenset(page for f in weighty for page in f.pages)
        return QuoteMatch(fit, pages, " … ".join(f.words for f in weighty if f.words))

    def _find(self, wanted: str) -> QuoteMatch:
        whole = frozenset(page for at in self._at(wanted) for page in self._pages(at, len(wanted)))
        if whole:
            return QuoteMatch(Fit.WHOLE, whole)
        for page in range(len(self._letters)):
            if _covers("".join(self._letters[page : page + 2]), wanted):
                alone = _covers(self._letters[page], wanted)
                last = page + 1 if alone or page + 1 == len(self._letters) else page + 2
                return QuoteMatch(Fit.IN_PIECES, frozenset(range(page, last)))
        return self._nearly(wanted)

    def _at(self, wanted: str) -> Iterator[int]:
        return _occurrences(self._joined, wanted)

    def _pages(self, at: int, length: int) -> range:
        first = bisect_right(self._ends, at)
        return range(first, bisect_right(self._ends, at + length - 1) + 1)

    def _nearly(self, wanted: str) -> QuoteMatch:
        from rapidfuzz.fuzz import partial_ratio_alignment

        best, best_page, span = _NEARLY, -1, (0, 0)
        for page, text in enumerate(self._letters):
            if len(text) < len(wanted) // 2:
                continue
            likeness = partial_ratio_alignment(wanted, text, score_cutoff=best)
            if likeness is not None and likeness.score > best:
                best, best_page = likeness.score, page
                span = (likeness.dest_start, likeness.dest_end)
        if best_page < 0:
            return QuoteMatch(Fit.NOWHERE)
        words = _original(self._texts[best_page], *span)
        return QuoteMatch(Fit.NEARLY, frozenset({best_page}), words)


def letters(text: str) -> str:
    """`text` reduced to what two printings of the same words have in common.

    Numbers that follow each other stay apart (`_`): 12 5 is not 125.
    """
    return "".join(kept for kept, _, _ in _kept(_folded(text)))


def _kept(folded: str) -> Iterator[tuple[str, int, int]]:
    """What is kept of a folded text, piece by piece, and where it stands."""
    before = ""
    for kept in _KEPT.finditer(folded):
        piece = kept.group().strip().casefold()
        if before[-1:].isdigit() and piece[0].isdigit():
            piece = f"_{piece}"
        yield piece, kept.start(), kept.end()
        before = piece


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.translate(_ALIKE))
    return "".join(c for c in apart if not unicodedata.combining(c)).translate(_ALIKE)


def _original(text: str, start: int, end: int) -> str:
    """The words of `text` between two places in its letters."""
    folded = _folded(text)
    passed, first, last = 0, 0, len(folded)
    for piece, begin, stop in _kept(folded):
        if passed <= start < passed + len(piece):
            first = begin
        if passed < end <= passed + len(piece):
            last = stop
        passed += len(piece)
    return " ".join(folded[first:last].split())


def _occurrences(text: str, wanted: str, *, inner: bool = False) -> Iterator[int]:
    """Where `wanted` stands in `text` without cutting a number in two, or its sign off.

    `inner`: the sign before a number counts, as `wanted` is the middle of something.
    """
    signs = "-.,<>=±" if inner else ".,"
    at = text.find(wanted)
    while at >= 0:
        before, after = text[max(at - 2, 0) : at], text[at + len(wanted) :][:2]
        cut = wanted[0].isdigit() and (
            before[-1:].isdigit()
            or (before[-1:] != "" and before[-1] in signs)
            or (before[-1:] == "-" and not before[:-1].isdigit())
        )
        cut = cut or (wanted[-1].isdigit() and _goes_on(after))
        if not cut:
            yield at
        at = text.find(wanted, at + 1)


def _goes_on(after: str) -> bool:
    """Whether a number goes on in what comes after one of its digits."""
    return after[:1].isdigit() or (after[:1] in (".", ",") and after[1:].isdigit())


def _covers(page: str, wanted: str) -> bool:
    """Whether `wanted` falls into a few pieces that all stand on `page`."""
    most = 2 + len(wanted) // 60
    pieces = 0
    while wanted:
        low, high = 0, len(wanted)
        while low < high:  # the longest beginning that stands there
            middle = (low + high + 1) // 2
            low, high = (middle, high) if wanted[:middle] in page else (low, middle - 1)
        while low and wanted[low - 1].isdigit() and _goes_on(wanted[low:]):
            low -= 1
        pieces += 1
        piece, wanted = wanted[:low], wanted[low:]
        if pieces > most or not _tells(piece):
            return False
        if next(_occurrences(page, piece, inner=pieces > 1), None) is None:
            return False
    return pieces > 1


def _tells(piece: str) -> bool:
    """Whether a piece is long enough to say something; a lone number is not."""
    return len(piece) >= _LEAST_PIECE or (len(piece) >= 6 and piece.isalpha())
