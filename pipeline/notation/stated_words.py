"""What words state: numbers (in figures, in words, as multiples) and which way something goes.

Only the sign of the words is read, never their truth: whoever asks holds what is found against what
people coded or the review counts. Words under a negation say nothing that can be judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SMALL = {word: n for n, word in enumerate((*_ONES, *_TEENS), 1)} | {
    word: 10 * n for n, word in enumerate(_TENS, 2)
}
_LARGE = {"hundred": 100, "thousand": 1000, "dozen": 12}
_TEN, _ONE = "|".join(_TENS), "|".join(_ONES)
NUMBER_WORD = (
    rf"(?:(?:{_TEN})[-\s](?:{_ONE})|{_TEN}|{'|'.join(_TEENS)}|{_ONE})"
    r"(?:\s(?:hundred|thousand|dozen))?|an?\s(?:hundred|thousand|dozen)|dozen"
)
"""A number in words, as a pattern without groups."""
_FIGURES = re.compile(
    r"(?<![\w.·])(?:\d+(?:,\d{3})*(?:[.·]\d+)?|\.\d+)(?:\s?%|\sper\s?cent\b)?", re.IGNORECASE
)
_PERCENT_WORDS = re.compile(rf"\b(?P<word>{NUMBER_WORD})\s(?:percent|per\scent)\b", re.IGNORECASE)
_MULTIPLES: tuple[tuple[re.Pattern[str], float], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), value)
    for pattern, value in (
        (r"\bby (?:a |one )?half\b|\bhalv(?:ed|es|ing)\b", 50.0),
        (r"\bby (?:a|one) third\b", 100 / 3),
        (r"\bby two thirds\b", 200 / 3),
        (r"\bby (?:a|one) quarter\b", 25.0),
        (r"\bby three quarters\b", 75.0),
        (
            r"\bdoubl(?:ed|es|ing)\b|\btwice as\b|\btwo-?fold\b|\btwo times (?:as|more|less)\b",
            200.0,
        ),
        (r"\b(?:tripl|trebl)(?:ed|es|ing)\b|\bthree-?fold\b|\bthree times (?:as|more)\b", 300.0),
        (r"\bquadrupl(?:ed|es|ing)\b|\bfour-?fold\b|\bfour times (?:as|more)\b", 400.0),
    )
)
"""Changes in words, each as a share of what it was, in per cent."""
_FOLD = re.compile(rf"\b(?P<word>{NUMBER_WORD})-?fold\b", re.IGNORECASE)
_PARTS = {"quarter": 4} | {
    word: n
    for n, word in enumerate(
        ("third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"), 3
    )
}
_PART = re.compile(
    rf"\b(?P<word>an?|{_ONE})[-\s](?P<part>{'|'.join(_PARTS)})s?(?=\sof\b)",
    re.IGNORECASE,
)
_ONE_IN = re.compile(
    rf"\b(?P<word>{NUMBER_WORD})\s(?:in|out\sof)(?:\severy)?\s"
    rf"(?!one\b)(?P<whole>{NUMBER_WORD}|\d+)\b(?!\s(?:hundred|thousand)\b)",
    re.IGNORECASE,
)
_UP = re.compile(
    r"\b(?:more|higher|greater|larger|increas\w+|older|longer|rose|rise[sn]?|rising|stronger|oftener"
    r"|rais(?:e[ds]?|ing)|doubl(?:ed|es|ing)|tripl(?:ed|es|ing)|trebl(?:ed|es|ing)"
    r"|quadrupl(?:ed|es|ing)|gr(?:ew|ows?|owing)|elevated|heightened|exceed(?:s|ed)?|climb(?:s|ed)"
    r"|surg(?:ed|es|ing)|soar(?:s|ed|ing)|(?:go(?:es)?|went|gone)\sup)\b",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"\b(?:fewer|less|lower(?:ed|s|ing)?|smaller|decreas\w+|reduc\w+|younger|shorter|fell|fallen"
    r"|rarer|weaker|halv(?:ed|es|ing)|declin\w+|drop(?:s|ped)|diminish\w*|lessen\w*|shr(?:ank|unk)"
    r"|cut|dwindl(?:ed|es|ing)|(?:go(?:es)?|went|gone)\sdown)\b",
    re.IGNORECASE,
)
_WORSE = re.compile(
    r"\b(?:worse(?:n(?:s|ed|ing)?)?|harm(?:s|ed|ful)|deteriorat\w+|exacerbat\w+|aggravat\w+"
    r"|detriment\w*)\b",
    re.IGNORECASE,
)
_BETTER = re.compile(
    r"\b(?:better|improv\w+|benefit(?:s|ed)|beneficial|protective|alleviat\w+)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"\b(?:not|no|never|nor|neither|without|n't)\s(?:\w+\s){0,2}\Z", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class StatedNumber:
    """A number that words state: where it begins, its words, its value.

    `percent` is true of a share; of a change ("by half", "doubled") as well, whose `value` is then
    what it comes to in per cent of what it was, and `change` is true.
    """

    at: int
    text: str
    value: float
    percent: bool = False
    change: bool = False

    @property
    def end(self) -> int:
        return self.at + len(self.text)


def number_of(words: str) -> float:
    """`23` for `twenty-three`, `1200` for `twelve hundred`; words as `NUMBER_WORD` finds them."""
    total = 0
    scale = 1
    for word in re.split(r"[-\s]+", words.lower()):
        if word in _LARGE:
            scale = _LARGE[word]
        else:
            total += _SMALL.get(word, 0)
    return float((total or 1) * scale)


def stated_numbers(text: str) -> Iterator[StatedNumber]:
    """Figures, shares in words and multiples, in no order; not number words before a noun."""
    for found in _FIGURES.finditer(text):
        said = found.group()
        digits = re.match(r"[\d,.·]+", said)
        assert digits is not None
        value = float(digits.group().replace(",", "").replace("·", "."))
        percent = digits.group() != said
        yield StatedNumber(found.start(), said, value, percent=percent)
    for found in _PERCENT_WORDS.finditer(text):
        value = number_of(found["word"])
        yield StatedNumber(found.start(), found.group(), value, percent=True)
    for pattern, value in _MULTIPLES:
        for found in pattern.finditer(text):
            yield StatedNumber(found.start(), found.group(), value, percent=True, change=True)
    for found in _FOLD.finditer(text):
        if found["word"].lower() not in ("two", "three", "four"):  # those are multiples above
            value = 100 * number_of(found["word"])
            yield StatedNumber(found.start(), found.group(), value, percent=True, change=True)
    for found in (*_PART.finditer(text), *_ONE_IN.finditer(text)):
        yield StatedNumber(found.start(), found.group(), 100 * _share(found), percent=True)


def _share(found: re.Match[str]) -> float:
    """`0.2` for `one in five`, `0.75` for `three-quarters`."""
    said = found.groupdict()
    if "part" in said:
        return number_of(said["word"]) / _PARTS[said["part"].lower()]
    whole = said["whole"]
    return number_of(said["word"]) / (float(whole) if whole.isdigit() else number_of(whole))


@dataclass(frozen=True, slots=True)
class StatedWays:
    """The words that say up and those that say down; `negated` where one stands under a *not*."""

    up: tuple[str, ...] = ()
    down: tuple[str, ...] = ()
    negated: bool = False

    @property
    def only_up(self) -> str:
        """The first word that says up, where none says down and none is negated; else ""."""
        return self.up[0] if self.up and not self.down and not self.negated else ""

    @property
    def only_down(self) -> str:
        return self.down[0] if self.down and not self.up and not self.negated else ""


def stated_ways(text: str, *, worse_is: str = "") -> StatedWays:
    """Which way the words of `text` go; `worse_is` (`up` or `down`) is what a worse value means,
    "" where that is not known and *worse* and *better* say nothing."""
    up, down = [_UP], [_DOWN]
    if worse_is:
        (up if worse_is == "up" else down).append(_WORSE)
        (down if worse_is == "up" else up).append(_BETTER)
    negated = False
    said: dict[bool, list[tuple[int, str]]] = {True: [], False: []}
    for way, patterns in ((True, up), (False, down)):
        for pattern in patterns:
            for found in pattern.finditer(text):
                negated |= bool(_NEGATED.search(text[: found.start()]))
                said[way].append((found.start(), found.group()))
    return StatedWays(
        up=tuple(word for _, word in sorted(said[True])),
        down=tuple(word for _, word in sorted(said[False])),
        negated=negated,
    )
