"""The language in which the program writes: British or American English, one for a document.

Every generated word with two spellings, and every day, goes through here, so that another language
would begin here as well. Words of people and of sources are never respelled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

BRITISH, AMERICAN = "en-GB", "en-US"
LANGUAGES = (BRITISH, AMERICAN)
"""The languages that the program writes, as BCP 47 tags."""
_IN_AMERICAN: Mapping[str, str] = {
    "organisation": "organization",
    "organisations": "organizations",
    "judgement": "judgment",
    "judgements": "judgments",
    "standardised": "standardized",
    "randomised": "randomized",
    "recognised": "recognized",
    "labelled": "labeled",
}
_WORD = re.compile(rf"\b(?:{'|'.join(_IN_AMERICAN)})\b", re.IGNORECASE)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_language: ContextVar[str] = ContextVar("language", default=BRITISH)


@contextmanager
def written_in(language: str) -> Iterator[None]:
    """Within it, the program writes `language`, one of `LANGUAGES`; any other is British."""
    before = _language.set(language if language in LANGUAGES else BRITISH)
    try:
        yield
    finally:
        _language.reset(before)


def spelled(words: str) -> str:
    """`words` of the program in the language of the document: `Organizations`."""
    if _language.get() != AMERICAN:
        return words
    return _WORD.sub(_american, words)


def _american(found: re.Match[str]) -> str:
    word = _IN_AMERICAN[found.group().lower()]
    return word.capitalize() if found.group()[0].isupper() else word


def day_in_words(day: date) -> str:
    """`11 February 2016`; in American English `February 11, 2016`."""
    month = _MONTHS[day.month - 1]
    if _language.get() == AMERICAN:
        return f"{month} {day.day}, {day.year}"
    return f"{day.day} {month} {day.year}"
