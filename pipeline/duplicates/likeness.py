"""Step 3, likeness: how far each field of a pair agrees. Columns in, columns out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from pipeline.duplicates.comparable.forms import CONTRADICTING
from pipeline.duplicates.comparable.sources import same_container
from pipeline.duplicates.comparable.titles import word_set

Array = Any
SAME, UNKNOWN, DIFFERS = 1, 0, -1

_NUMBERED = re.compile(r"(?:\d| [ivxl]+)$")
_MARK = re.compile(r"(?: [1il]| 1 2|(?<=[a-z])1(?: 2)?)$")
"""Raised marks of footnotes as they come out of a PDF."""
_LABEL = 4
"""Letters of the shortest label before a title: "note"."""
_ONE_SIGN = str.maketrans("l1j0", "iiio")
_LITTLE = word_set("a an the of in on for and to with by at from or as is")
_ENOUGH_OF_A_TITLE = 20
_LONG = 40
_ENOUGH_OF_AN_ABSTRACT = 80


def likeness(pair: Callable[[str], tuple[list[Any], list[Any]]]) -> Mapping[str, Array]:
    """The likeness of pairs, field by field, as arrays.

    `pair(name)` gives the column `name` of the first and of the second record of every pair.
    Ratios run from 0 to 1; states are SAME, UNKNOWN (at least one side is silent) or DIFFERS.
    """
    one_issue = (_state(*pair("volume")) == SAME) & (_state(*pair("issue")) == SAME)
    title_a, title_b = (list(side) for side in pair("title"))
    noted = np.zeros(len(title_a), dtype=bool)
    for i in np.flatnonzero(one_issue).tolist():
        x, y = without_marks(title_a[i], title_b[i])
        noted[i] = (x, y) != (title_a[i], title_b[i])
        title_a[i], title_b[i] = x, y
    tight_a = [t.replace(" ", "") for t in title_a]
    tight_b = [t.replace(" ", "") for t in title_b]
    found: dict[str, Array] = {"title": _ratio(fuzz.ratio, tight_a, tight_b), "noted": noted}
    found["title_words"] = _ratio(fuzz.token_sort_ratio, title_a, title_b)
    found["contained"] = np.fromiter(map(_contained, title_a, title_b), bool, len(title_a))
    found["labelled"] = np.fromiter(
        (
            one and labelled(a, b)
            for one, a, b in zip(one_issue.tolist(), tight_a, tight_b, strict=True)
        ),
        bool,
        len(title_a),
    )
    found["reworded"] = np.fromiter(
        (
            0.75 <= ratio < 0.9999 and not behind and reworded(a, b)
            for a, b, ratio, behind in zip(
                title_a, title_b, found["title"].tolist(), found["labelled"].tolist(), strict=True
            )
        ),
        bool,
        len(title_a),
    )
    found["long"] = np.fromiter((len(t) >= _LONG for t in tight_a), bool, len(title_a))
    found["title_known"] = np.fromiter(
        (bool(a) and bool(b) for a, b in zip(tight_a, tight_b, strict=True)), bool, len(title_a)
    )
    numbers = _each(_numbers, *pair("numbers"))
    found["numbers"] = np.where(noted | (found["title"] >= 0.9999), UNKNOWN, numbers)
    found["parts"] = np.where(noted, UNKNOWN, _each(_parts, *pair("parts")))
    found["kind"] = _each(_kinds, *pair("kind"))
    found["notice"] = np.fromiter(
        ({a, b} == {"notice", ""} for a, b in zip(*pair("kind"), strict=True)), bool
    )
    found["generic"] = np.fromiter((a or b for a, b in zip(*pair("generic"), strict=True)), bool)

    families_a, families_b = pair("families")
    known = np.fromiter(map(_both_persons_or_bodies, *pair("first"), *pair("body")), bool)
    families = np.maximum(
        _ratio(fuzz.token_set_ratio, families_a, families_b),
        _ratio(fuzz.ratio, families_a, families_b),
    )
    names = _ratio(fuzz.token_set_ratio, *pair("names"))
    first = _ratio(fuzz.ratio, *pair("first"))
    found["first"] = np.where(known, first, -1.0)
    found["authors"] = np.where(known, np.maximum(families, np.where(names >= 0.9, names, 0)), -1.0)

    year_a, year_b = (np.asarray(side, dtype=np.int32) for side in pair("year"))
    found["years"] = np.where((year_a > 0) & (year_b > 0), np.abs(year_a - year_b), -1)
    for name in ("volume", "issue", "doi", "pmid"):
        found[name] = _state(*pair(name))
    found["page"] = _pages(*pair("page"), *pair("last_page"))
    found["last_page"] = _state(*pair("last_page"))
    starts, ends = pair("page")[0], pair("last_page")[0]
    found["page_range"] = np.fromiter(
        (bool(e) and s != e for s, e in zip(starts, ends, strict=True)), bool
    )
    found["electronic"] = _electronic(*pair("prefix"), *pair("page"))
    found["supplement"] = _each(_supplements, *pair("supplement"))
    found["form"] = _each(_forms, *pair("form"))
    found["accession"] = _accession(*pair("accession"))
    found["issn"] = _each(_sets, *pair("issn"))
    found["container"] = _each(_container(), *pair("container"))
    found["abstract"] = _abstracts(*pair("abstract"))
    found["copy"] = _state(*pair("copy")) == SAME
    return found


def hopeful(pair: Callable[[str], tuple[list[Any], list[Any]]]) -> Array:
    """Which pairs can come to anything but *different*: the titles are alike, or the page is one.

    Only a saving: the rules give *different* to every pair that this leaves out.
    """
    title_a, title_b = pair("title")
    tight_a = [t.replace(" ", "") for t in title_a]
    tight_b = [t.replace(" ", "") for t in title_b]
    hope = _ratio(fuzz.ratio, tight_a, tight_b) >= 0.88
    for name in ("page", "copy", "doi", "pmid"):
        hope |= _state(*pair(name)) == SAME
    hope |= np.fromiter(map(_contained, title_a, title_b), bool, len(title_a))
    one_issue = (_state(*pair("volume")) == SAME) & (_state(*pair("issue")) == SAME)
    for i in np.flatnonzero(one_issue & ~hope).tolist():
        x, y = without_marks(title_a[i], title_b[i])
        hope[i] = labelled(x.replace(" ", ""), y.replace(" ", ""))
    rest = np.flatnonzero(~hope)
    words = _ratio(fuzz.token_sort_ratio, [title_a[i] for i in rest], [title_b[i] for i in rest])
    hope[rest[words >= 0.8]] = True
    return hope


def _ratio(scorer: Any, a: list[str], b: list[str]) -> Array:
    return process.cpdist(a, b, scorer=scorer, dtype=np.float32) / np.float32(100)


def _each(compare: Callable[[str, str], int], a: list[str], b: list[str]) -> Array:
    return np.fromiter(map(compare, a, b), np.int8, len(a))


def _state(a: list[str], b: list[str]) -> Array:
    return np.fromiter(
        (
            UNKNOWN if not x or not y else SAME if x == y else DIFFERS
            for x, y in zip(a, b, strict=True)
        ),
        np.int8,
        len(a),
    )


def _contained(a: str, b: str) -> bool:
    """One title is the other without its subtitle, or without the label of a section before it."""
    if len(b) < len(a):
        a, b = b, a
    if len(a) < _ENOUGH_OF_A_TITLE or a == b:
        return False
    return b.startswith(a + " ") or b.endswith(" " + a)


def without_marks(a: str, b: str) -> tuple[str, str]:
    """Two titles of one issue without the mark of a footnote that only one of them ends in.

    Where the other ends in a number, both may count parts, and they stay as they are.
    """
    mark_a, mark_b = _MARK.search(a), _MARK.search(b)
    if mark_a and not _NUMBERED.search(b) and mark_a.start() >= _ENOUGH_OF_A_TITLE:
        return a[: mark_a.start()], b
    if mark_b and not _NUMBERED.search(a) and mark_b.start() >= _ENOUGH_OF_A_TITLE:
        return a, b[: mark_b.start()]
    return a, b


def labelled(a: str, b: str) -> bool:
    """Whether one title (without blanks) is the other behind a label of its section, slips of the
    pen or of reading a PDF apart."""
    if len(b) < len(a):
        a, b = b, a
    if len(a) < _ENOUGH_OF_A_TITLE or len(b) < len(a) + _LABEL:
        return False
    slips = len(a) // 30
    return OSA.distance(a, b[len(b) - len(a) :], score_cutoff=slips) <= slips


def reworded(a: str, b: str) -> bool:
    """Whether two titles differ by more than slips and spelling: adult is not adolescent."""
    only_a, only_b = Counter(a.split()), Counter(b.split())
    only_a, only_b = only_a - only_b, only_b - only_a
    if "".join(only_a.elements()) == "".join(only_b.elements()):
        return False
    left = [w for w in only_b.elements() if w not in _LITTLE]
    for word in only_a.elements():
        if word in _LITTLE:
            continue
        partner = next((other for other in left if _one_word(word, other)), None)
        if partner is None:
            break
        left.remove(partner)
    else:
        if not left:
            return False
    return not _split_word(only_a, only_b)


def _one_word(a: str, b: str) -> bool:
    if not (a.isascii() and b.isascii()) or min(len(a), len(b)) < 4:
        return False
    if _misread(a) == _misread(b):
        return True
    if any(c.isdigit() for c in a + b):
        return False
    return OSA.distance(a, b, score_cutoff=1) <= 1 or (
        abs(len(a) - len(b)) <= 2 and (a.startswith(b) or b.startswith(a))
    )


def _misread(word: str) -> str:
    """A word as a scanner reads it, which takes l, 1 and i for one sign and rn for m."""
    return word.replace("rn", "m").replace("vv", "w").translate(_ONE_SIGN)


def _split_word(a: Counter[str], b: Counter[str]) -> bool:
    """One side writes in one word what the other writes in two: well being, wellbeing."""
    x, y = sorted(a.elements()), sorted(b.elements())
    if len(x) > len(y):
        x, y = y, x
    return len(x) == 1 and len(y) == 2 and x[0] in (y[0] + y[1], y[1] + y[0])


def _numbers(a: str, b: str) -> int:
    if a == b:
        return SAME if a else UNKNOWN
    return DIFFERS


def _kinds(a: str, b: str) -> int:
    return SAME if a == b else DIFFERS


def _parts(a: str, b: str) -> int:
    return UNKNOWN if a == b else DIFFERS


def _sets(a: str, b: str) -> int:
    if not a or not b:
        return UNKNOWN
    return SAME if set(a.split()) & set(b.split()) else DIFFERS


def _pages(a: list[str], b: list[str], last_a: list[str], last_b: list[str]) -> Array:
    return np.fromiter(map(pages, a, b, last_a, last_b), np.int8, len(a))


def pages(x: str, y: str, end_x: str, end_y: str) -> int:
    """The state of two first pages, each with the last page where it is known."""
    if not x or not y:
        return UNKNOWN
    if x == y:
        return SAME
    # a record ahead of print counts its own pages from 1
    if ("1" in (x, y)) and (end_x or end_y):
        return UNKNOWN
    if end_x and end_x == end_y:
        return SAME  # a slip in the first page
    if _within(x, end_x, y, end_y) or _within(y, end_y, x, end_x):
        return UNKNOWN
    return DIFFERS


def _within(x: str, end_x: str, y: str, end_y: str) -> bool:
    """A single page that lies among those of the other, as where only pages of the web follow."""
    return end_x in ("", x) and bool(end_y) and int(y) <= int(x) <= int(end_y)


def _electronic(a: list[str], b: list[str], page_a: list[str], page_b: list[str]) -> Array:
    """Whether just one of two has a page of the screen: e1234, or a number of an article."""

    def of_the_screen(prefix: str, page: str) -> bool:
        return (bool(prefix) and prefix[0] != "s") or len(page) > 4

    return np.fromiter(
        (
            of_the_screen(x, p) != of_the_screen(y, q)
            for x, y, p, q in zip(a, b, page_a, page_b, strict=True)
        ),
        bool,
        len(a),
    )


def _supplements(a: str, b: str) -> int:
    """States of `comparable`: "s" in a supplement, "r" in a regular issue, "" unknown."""
    return UNKNOWN if not a or not b or a == b == "r" else SAME if a == b else DIFFERS


def _forms(a: str, b: str) -> int:
    return DIFFERS if a != b and frozenset((a, b)) in CONTRADICTING else UNKNOWN


def _both_persons_or_bodies(a: str, b: str, body_a: str, body_b: str) -> bool:
    """Whether authors can be compared: a group that signs in the stead of persons cannot."""
    return bool(a) and bool(b) and body_a == body_b


def _accession(a: list[str], b: list[str]) -> Array:
    def compare(x: str, y: str) -> int:
        if not x or not y or x.partition(":")[0] != y.partition(":")[0]:
            return UNKNOWN
        return SAME if x == y else DIFFERS

    return _each(compare, a, b)


def _container() -> Callable[[str, str], int]:
    known: dict[tuple[str, str], int] = {}

    def compare(a: str, b: str) -> int:
        if not a or not b:
            return UNKNOWN
        if a == b:
            return SAME
        state = known.get((a, b))
        if state is None:
            state = known[a, b] = SAME if same_container(a, b) else DIFFERS
        return state

    return compare


def _abstracts(a: list[str], b: list[str]) -> Array:
    """The ratio of the heads of equal length; -1 where one of them is short or missing."""
    heads = [
        (x[: len(y)], y[: len(x)])
        if len(x) >= _ENOUGH_OF_AN_ABSTRACT and len(y) >= _ENOUGH_OF_AN_ABSTRACT
        else ("", "")
        for x, y in zip(a, b, strict=True)
    ]
    ratio = _ratio(fuzz.ratio, [x for x, _ in heads], [y for _, y in heads])
    return np.where(np.fromiter((bool(x) for x, _ in heads), bool, len(heads)), ratio, -1.0)
