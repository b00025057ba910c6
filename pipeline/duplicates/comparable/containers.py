"""Journal and proceedings names made comparable, abbreviations recognised."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.duplicates.comparable.titles import plain_words, word_set

_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")
_TAIL = re.compile(r"\s+[:=/;]\s+.*|:\s.*|\.\s*conference[:.].*|;.*", re.IGNORECASE | re.DOTALL)
_SMALL = word_set(
    "the of and for in on de la le les des du et a an und der die fur del y e di to proceedings "
    "annual online print th st nd rd"
)

_COMMON = word_set(
    "international conference symposium workshop congress meeting journal transactions systems "
    "system science sciences research review reviews studies conf int j trans res rev"
)
"""Words that many names share; they tell no two conferences apart."""


@lru_cache(maxsize=50_000)
def comparable_container(text: str) -> str:
    """The telling words of a journal's name: no place in brackets, subtitle or small words."""
    short = _TAIL.sub("", _BRACKETS.sub(" ", text[:400])).strip() or text[:400]
    words = plain_words(short.replace("&", " and "))
    telling = (w for w in words.split() if w not in _SMALL and not w[0].isdigit())
    return " ".join(telling) or words


def initials(container: str) -> str:
    return "".join(word[0] for word in container.split())


def same_container(a: str, b: str) -> bool:
    """Whether two comparable names may name one journal: equal, abbreviated, or initials."""
    if a == b:
        return True
    x, y = a.split(), b.split()
    if len(y) < len(x):
        x, y, a, b = y, x, b, a
    if len(x) == 1 and len(y) > 1:
        if a == initials(b):
            return True
        return len(a) > 5 and y[0].startswith(a) and len(y) <= 3
    if len(x) == len(y) and all(_abbreviates(p, q) for p, q in zip(x, y, strict=True)):
        return True
    if len(x) >= 4 and any(y[i : i + len(x)] == x for i in range(len(y) - len(x) + 1)):
        return True
    telling = [w for w in x if w not in _COMMON]
    if len(telling) >= 2 and _shared(telling, [w for w in y if w not in _COMMON]) >= 0.75:
        return True
    # "clin orthop" for "clinical orthopaedics related research"; "cancer res" is not "cancer"
    return len(x) >= 2 and _in_order(x, y) and len(y) - len(x) <= 4


def _abbreviates(p: str, q: str) -> bool:
    if len(q) < len(p):
        p, q = q, p
    if q.startswith(p):
        return True
    # contractions: natl for national, engl, assoc, dtsch
    if len(p) >= 3 and p[0] == q[0] and len(p) < len(q) - 1:
        rest = iter(q)
        return all(c in rest for c in p)
    return len(p) > 5 and abs(len(p) - len(q)) <= 2 and p[: len(p) - 3] == q[: len(p) - 3]


def _in_order(x: list[str], y: list[str]) -> bool:
    rest = iter(y)
    return _abbreviates(x[0], y[0]) and all(any(_abbreviates(w, v) for v in rest) for w in x)


def _shared(x: list[str], y: list[str]) -> float:
    """The part of the words of the shorter name that stand, abbreviated or not, in the other."""
    return sum(any(_abbreviates(p, q) for q in y) for p in x) / len(x)
