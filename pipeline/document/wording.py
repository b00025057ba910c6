"""Numbers, lists and days in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pipeline.notation.spelling import day_in_words

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_DAYS_NAMED = 4


def number(n: float) -> str:
    """`1,204`, `4.2`, `0.035`: thousands parted, no more digits than `n` has."""
    if isinstance(n, int) or n == int(n):
        return f"{int(n):,}"
    text = f"{n:,.10f}".rstrip("0")
    return text.rstrip(".")


def in_words(n: int) -> str:
    """`four`, `no`; figures from eleven on."""
    return _WORDS[n] if 0 <= n < len(_WORDS) else number(n)


def counted(n: int, one: str, many: str = "", *, words: bool = False) -> str:
    """`1 record`, `1,204 records`, `no records`; `words` for `four records`."""
    noun = one if n == 1 else many or f"{one}s"
    return f"{in_words(n) if words or n == 0 else number(n)} {noun}"


def were(n: int) -> str:
    return "was" if n == 1 else "were"


def is_(n: int) -> str:
    return "is" if n == 1 else "are"


def capital(text: str) -> str:
    """`text` with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def listed(parts: Iterable[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`; semicolons where a part has a comma of its own."""
    items = [part for part in parts if part]
    if len(items) < 2:
        return "".join(items)
    if any(", " in item for item in items):
        return "; ".join(items[:-1]) + f"; {last} {items[-1]}"
    return ", ".join(items[:-1]) + f" {last} {items[-1]}"


def days_in_words(days: Iterable[date]) -> str:
    """`on 2 November 2015 and 1 February 2016`; of many, `between` first and last."""
    known = sorted(set(days))
    if not known:
        return ""
    if len(known) <= _DAYS_NAMED:
        return f"on {listed(map(day_in_words, known))}"
    return f"between {day_in_words(known[0])} and {day_in_words(known[-1])}"


def percent(part: float, whole: float, places: int = 0) -> str:
    """`86%`; `whole` must not be 0."""
    return f"{100 * part / whole:.{places}f}%"


def sentence(text: str) -> str:
    """`text` with a capital at its head and a full stop at its end, blanks single."""
    clean = capital(" ".join(text.split()))
    return clean if not clean or clean.endswith((".", "!", "?", ":")) else f"{clean}."


def paragraph(sentences: Iterable[str]) -> str:
    return " ".join(sentence(s) for s in sentences if s.strip())


def lower_first(text: str) -> str:
    """`text` with a small letter at its head, unless its first word is an acronym or a name."""
    first = text.split(maxsplit=1)[0] if text.split() else ""
    return text if any(c.isupper() for c in first[1:]) else text[:1].lower() + text[1:]
