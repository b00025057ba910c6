"""The list of retractions, corrections and concerns in the layout of the Retraction Watch CSV.

Columns (https://gitlab.com/crossref/retraction-watch-data): Title, RetractionDate, RetractionDOI,
OriginalPaperDOI, OriginalPaperPubMedID, RetractionNature, Reason; others are not read. "0" and
"unavailable" stand for no identifier. Days are month/day/year with a time, or ISO.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import BinaryIO

from pipeline.model.problem import Place, Problem, ReviewError, Severity
from pipeline.model.record import Nature, Notice

_NEEDED = ("OriginalPaperDOI", "OriginalPaperPubMedID", "RetractionNature", "Title")
_NATURES = {str(nature).casefold(): nature for nature in Nature}
_NO_IDENTIFIER = frozenset({"", "0", "unavailable", "none", "n/a"})
_DAYS = ("%m/%d/%Y %H:%M", "%m/%d/%Y", "%Y-%m-%d", "%m/%d/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S")
csv.field_size_limit(1 << 24)


def read_notices(stream: BinaryIO, file: str) -> Iterator[Notice | Problem]:
    """Every notice of the list, and a problem for each line that cannot be read.

    Flat memory: the list has tens of thousands of lines. Raises ReviewError when it is no such
    list.
    """
    rows = csv.reader(_text(stream))
    try:
        head = [name.strip() for name in next(rows, [])]
    except csv.Error as error:
        raise ReviewError(f"{file} is no CSV: {error}", "Download the list again") from error
    missing = [name for name in _NEEDED if name not in head]
    if missing:
        raise ReviewError(
            f"{file} has no column {', '.join(missing)}",
            "It must be a CSV in the layout of the Retraction Watch database",
        )
    at = {name: head.index(name) for name in head}
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield _unreadable(file, rows.line_num, str(error))
            continue
        if row is None:
            return
        if not any(row):
            continue
        place = Place(file=file, line=rows.line_num)
        cells = {name: row[n].strip() if n < len(row) else "" for name, n in at.items()}
        nature = _NATURES.get(cells["RetractionNature"].casefold())
        if nature is None:
            yield _unreadable(file, rows.line_num, f"its nature is {cells['RetractionNature']!r}")
            continue
        yield Notice(
            nature=nature,
            doi=doi_of(cells["OriginalPaperDOI"]),
            pmid=_identifier(cells["OriginalPaperPubMedID"]),
            title=cells["Title"],
            on=_day(cells.get("RetractionDate", "")),
            notice_doi=doi_of(cells.get("RetractionDOI", "")),
            reason=cells.get("Reason", "").strip("; ").replace("+", ""),
            place=place,
        )


def doi_of(text: str) -> str:
    """A DOI in small letters without its address; "" for none."""
    plain = re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", text.strip().casefold())
    return _identifier(plain)


def _identifier(text: str) -> str:
    return "" if text.strip().casefold() in _NO_IDENTIFIER else text.strip()


def _day(text: str) -> date | None:
    for shape in _DAYS:
        try:
            return datetime.strptime(text.strip(), shape).date()
        except ValueError:
            continue
    return None


def _text(stream: BinaryIO) -> Iterable[str]:
    """The lines as UTF-8, or as Windows-1252 from the first line on that is no UTF-8."""
    first = True
    for line in stream:
        if first:
            line = line.removeprefix(codecs.BOM_UTF8)
            first = False
        try:
            yield line.decode("utf-8").replace("\0", "")
        except UnicodeDecodeError:
            yield line.decode("cp1252", "replace").replace("\0", "")


def _unreadable(file: str, line: int, why: str) -> Problem:
    return Problem(
        place=Place(file=file, line=line),
        what=f"this line of the list cannot be read: {why}",
        remedy="Nothing is known of its report; download the list again",
        severity=Severity.NOTE,
        check="retractions",
    )
