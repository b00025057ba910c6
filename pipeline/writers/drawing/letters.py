"""How wide text will be: the advance widths of Arial and of the fonts made to its measure.

Liberation Sans, Helvetica and Arimo share these widths (thousandths of the type size); fonts that
a reader's machine may take instead are allowed for by `RESERVE`.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

RESERVE = 1.03
"""Text is taken to be this much wider than measured."""

_FIRST = (0x20, 0xA0)

_REGULAR_ASCII = """
278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556
556 556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778
667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556
556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584
"""
_REGULAR_LATIN = """
278 333 556 556 556 556 260 556 333 737 370 556 584 333 737 552 400 549 333 333 333 576 537 333
333 333 365 556 834 834 834 611 667 667 667 667 667 667 1000 722 667 667 667 667 278 278 278 278
722 722 778 778 778 778 778 584 778 722 722 722 722 667 667 611 556 556 556 556 556 556 889 500
556 556 556 556 278 278 278 278 556 556 556 556 556 556 556 549 611 556 556 556 556 500 556 500
"""
_BOLD_ASCII = """
278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556
556 556 333 333 584 584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778
667 778 722 667 611 722 667 944 667 667 611 333 278 333 584 556 333 556 611 556 611 556 333 611
611 278 278 556 278 889 611 611 611 611 389 556 333 611 556 778 556 556 500 389 280 389 584
"""
_BOLD_LATIN = """
278 333 556 556 556 556 280 556 333 737 370 556 584 333 737 552 400 549 333 333 333 576 556 333
333 333 365 556 834 834 834 611 722 722 722 722 722 722 1000 722 667 667 667 667 278 278 278 278
722 722 778 778 778 778 778 584 778 722 722 722 722 667 667 611 556 556 556 556 556 556 889 556
556 556 556 556 278 278 278 278 611 611 611 611 611 611 611 549 611 611 611 611 611 556 611 556
"""


def _widths(ascii: str, latin: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for first, widths in zip(_FIRST, (ascii, latin), strict=True):
        for offset, width in enumerate(widths.split()):
            found[chr(first + offset)] = int(width)
    # dashes, quotation marks, ellipsis
    found |= {"\u2013": 556, "\u2014": 1000, "\u2018": 278, "\u2019": 278, "\u201c": 500}
    found |= {"\u201d": 500, "\u2026": 1000, "\u2212": 584}
    return found


_WIDTHS = {
    False: _widths(_REGULAR_ASCII, _REGULAR_LATIN),
    True: _widths(_BOLD_ASCII, _BOLD_LATIN),
}
_OTHER_LETTER, _FULL_WIDTH = 780, 1050


@lru_cache(maxsize=4096)
def width_of(text: str, size: float, bold: bool = False) -> float:
    """The width of one line of `text` in the unit of `size`, on the safe side."""
    widths = _WIDTHS[bold]
    return sum(widths.get(sign) or _unknown(sign) for sign in text) * size / 1000 * RESERVE


def wrapped(text: str, width: float, size: float, bold: bool = False) -> tuple[str, ...]:
    """`text` in lines no wider than `width`; a word that is too long is cut, best at a hyphen."""
    lines: list[str] = []
    line = ""
    # a no-break space holds "(n = 12)" together
    for word in filter(None, text.replace("\n", " ").split(" ")):
        longer = f"{line} {word}" if line else word
        if width_of(longer, size, bold) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while width_of(word, size, bold) > width and len(word) > 1:
            fits = next(
                n
                for n in range(len(word) - 1, 0, -1)
                if n == 1 or width_of(word[:n], size, bold) <= width
            )
            fits = max(word.rfind("-", 0, fits), word.rfind("/", 0, fits)) + 1 or fits
            lines.append(word[:fits])
            word = word[fits:]
        line = word
    return (*lines, line) if line else tuple(lines)


def _unknown(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return _FULL_WIDTH if unicodedata.east_asian_width(sign) in "WF" else _OTHER_LETTER
