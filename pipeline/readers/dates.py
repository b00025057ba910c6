"""Dates as exports write them into `Issued`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from pipeline.model.record import Issued

_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "jan january januar janvier enero gennaio janeiro jän",
            "feb february februar février fevrier febrero febbraio fevereiro",
            "mar march märz maerz mrz mars marzo março",
            "apr april avril abril aprile",
            "may mai mayo maggio maio",
            "jun june juni juin junio giugno junho",
            "jul july juli juillet julio luglio julho",
            "aug august août aout agosto",
            "sep sept september septembre septiembre settembre setembro",
            "oct october okt oktober octobre octubre ottobre outubro",
            "nov november novembre noviembre novembro",
            "dec december dez dezember décembre decembre diciembre dicembre dezembro",
        ),
        start=1,
    )
    for word in words.split()
}
_YMD = re.compile(r"(?<!\d)(\d{4})(?:\s*[-/.]\s*(\d{1,2})?(?:\s*[-/.]\s*(\d{1,2})?)?)?(?![\d])")
_COMPACT = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])?(?!\d)")
_DMY = re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)")
_MY = re.compile(r"(?<![\d/.-])(\d{1,2})[-/.](\d{4})(?!\d)")
_YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d|21\d\d)(?!\d)")
_ANY_YEAR = re.compile(r"(?<!\d)([1-9]\d{3})(?!\d)")
_WORD = re.compile(r"[^\W\d_]+")
_DAY = re.compile(r"(?<!\d)([12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?!\d)")
_PLAIN = re.compile(r"[12]\d{3}\Z")


@lru_cache(maxsize=8192)
def date(text: str) -> Issued | None:
    """The day, month or year in `text`; `literal` where it holds no year; None where it says none.

    An empty value, `0000`, `0000-00-00` and `9999` (unknown, in catalogues) say none.
    """
    text = text.strip()
    if _PLAIN.match(text):
        return Issued(year=int(text))
    if not text.strip("/-. 0") or text == "9999":  # zeros and nines stand for no year
        return None
    if len(text) > 200:
        return Issued(literal=text[:200])
    compact = _COMPACT.search(text)
    if compact:
        year, month, day = compact.groups()
        return Issued(year=int(year), month=int(month), day=int(day or 0))
    numeric = _DMY.search(text)
    if numeric:
        first, second, year = map(int, numeric.groups())
        if first > 12 >= second:
            return Issued(year=year, month=second, day=first if first < 32 else 0)
        if second > 12 >= first or first == second:
            return Issued(year=year, month=first, day=second if second < 32 else 0)
        return Issued(year=year)  # 4/3/2024: April in one country, March in another
    short = _MY.search(text)
    if short and 1 <= int(short[1]) <= 12:
        return Issued(year=int(short[2]), month=int(short[1]))
    found = _YEAR.search(text) or _ANY_YEAR.search(text)
    if not found:
        return Issued(literal=text)
    year_number = int(found[1])
    parts = _YMD.match(text, found.start())
    if parts and parts[2] and 1 <= int(parts[2]) <= 12:
        day_number = int(parts[3] or 0)
        return Issued(
            year=year_number, month=int(parts[2]), day=day_number if day_number < 32 else 0
        )
    month = _month(text)
    return Issued(year=year_number, month=month, day=_day(text, found) if month else 0)


def issued(values: Sequence[str], months: Sequence[str] = ()) -> Issued | None:
    """The date of the best of `values`: the first with a year, made finer by others of that year.

    `months` are values that say the month (and perhaps the day) without a year.
    """
    best: Issued | None = None
    for value in values:
        found = date(value)
        if found is None:
            continue
        if (
            best is None
            or (not best.year and found.year)
            or (
                best.year == found.year
                and (
                    (found.month and not best.month)
                    or (found.day and not best.day and found.month == best.month)
                )
            )
        ):
            best = found
    if best and best.year and not best.month:
        for value in months:
            month = _month(value) or _number_of_month(value)
            if month:
                day = _DAY.search(value) if _month(value) else None
                return Issued(year=best.year, month=month, day=int(day[1]) if day else 0)
    return best


@lru_cache(maxsize=2048)
def _month(text: str) -> int:
    for word in _WORD.findall(text.lower()):
        if word in _MONTHS:
            return _MONTHS[word]
    return 0


def _number_of_month(text: str) -> int:
    text = text.strip().strip("/-")
    return int(text) if text.isdecimal() and len(text) < 3 and 1 <= int(text) <= 12 else 0


def _day(text: str, year: re.Match[str]) -> int:
    """The day in a date whose month is a word: what is left when the year is taken out.

    A range of days or months ("Nov-Dec", "3-5 May") has no one day.
    """
    rest = text[: year.start()] + " " + text[year.end() :]
    days = _DAY.findall(rest)
    months = sum(word in _MONTHS for word in _WORD.findall(rest.lower()))
    return int(days[0]) if len(days) == 1 and months == 1 else 0
