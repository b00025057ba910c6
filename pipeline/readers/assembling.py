"""From an entry to a record: what the entry says by field, made alike for all layouts.

A bad year or identifier is a warning and never costs the record; what was exported stays in
`as_exported` whatever the fields make of it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence

from pipeline.readers import identifiers as ids
from pipeline.readers.dates import issued
from pipeline.readers.entries import Entry, Said
from pipeline.readers.gathering import Gathered
from pipeline.readers.names import name
from pipeline.readers.types import csl_type
from pipeline.terms.problem import Place
from pipeline.terms.record import Issued, Name, Record, SetAside, Tag

FIELDS = (
    "type title author editor issued month container_title container_title_short volume issue "
    "page first_page last_page publisher publisher_place doi pmid pmcid serial abstract language "
    "keyword url accession_number database note identifier"
).split()
"""The fields an entry may speak of. `serial` is ISSN or ISBN; `identifier` is searched for known
schemes; `month` is a date without its year; the others are named like those of `Record`."""

_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#\d{1,7}|#x[0-9A-Fa-f]{1,6});")
_MARKUP = re.compile(
    r"</?(?:jats:|mml:)?(?:i|b|u|p|em|strong|sub|sup|scp|sc|inf|italic|bold|span|br|div|title|sec|"
    r"font|tt|small|underline|h[1-6]|li|ul|ol|math|mi|mo|mn|mrow|msub|msup|mtext)\b[^<>]{0,200}>",
    re.IGNORECASE,
)
_PAGE_WORDS = re.compile(r"\A(?:pp?|pages?)[.:]?\s*(?=[\divxlceS])", re.IGNORECASE)
_DASHES = re.compile(r"\s*[\u2010-\u2015\u2212]\s*|\s*--+\s*|(?<=\d)\s*-\s*(?=\w)")
_DAMAGED_PAGE = re.compile(
    r"(?:(\d{1,2})-(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-(\d{1,2}))\Z",
    re.IGNORECASE,
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_EXCEL = re.compile(r'=\s*"(.*)"\Z', re.DOTALL)

Names = Callable[[str], Sequence[Name]]


def one_name(text: str) -> Sequence[Name]:
    """The name of a tag that stands for one person."""
    if "\n" in text:
        lines = [line for line in text.split("\n") if line.strip()]
        if all("," in line for line in lines):
            return tuple(found for line in lines if (found := name(line)))
        text = " ".join(text.split())
    found = name(text)
    return (found,) if found else ()


def record_of(
    entry: Entry,
    *,
    search: str,
    number: int,
    gathered: Gathered,
    names: Names = one_name,
) -> Record | SetAside:
    """The record of `entry` as the `number`th of `search`, or the entry set aside with its reason."""
    place = Place(file=gathered.file, line=entry.line)
    if entry.why:
        return SetAside(number=number, place=place, why=entry.why, raw=entry.raw)
    said = entry.said
    get = said.get
    line = entry.line
    url = _url(get("url", ()))
    issns, isbns = _serials(get("serial", ()))
    pmcid = _first(get("pmcid", ()), ids.pmcid)
    pmid = _first(get("pmid", ()), ids.pmid)
    if not pmid and "ncbi" in url:
        pmid = ids.pmid_in_url(url)
    return Record(
        id=f"{search}:{number:04d}",
        number=number,
        place=place,
        type=_type(get("type", ())),
        title=_line(get("title", ())),
        author=_names(get("author", ()), names),
        editor=_names(get("editor", ()), names),
        issued=_issued(said, line, gathered),
        container_title=_line(get("container_title", ())),
        container_title_short=_line(get("container_title_short", ())),
        volume=_line(get("volume", ())),
        issue=_issue(get("issue", ())),
        page=_page(said),
        publisher=_line(get("publisher", ())),
        publisher_place=_line(get("publisher_place", ())),
        doi=_doi(said, line, gathered),
        pmid=pmid,
        pmcid=pmcid,
        issn=issns,
        isbn=isbns,
        abstract=_text(get("abstract", ())),
        language=_line(get("language", ())),
        keyword=_keywords(get("keyword", ())),
        url=url,
        accession_number=_line(get("accession_number", ())),
        database=_line(get("database", ())),
        note=_text(get("note", ())),
        identifiers=_others(said, url),
        as_exported=entry.tags,
    )


def plain(text: str) -> str:
    """`text` without markup and entities, its blanks single, on one line."""
    if "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
        if "&" in text and _ENTITY.search(text):  # `&amp;lt;` is written twice in some exports
            text = html.unescape(text)
    if "<" in text:
        text = _MARKUP.sub("", text)
    if text.startswith('="') and (cell := _EXCEL.match(text)):
        text = cell[1]
    return " ".join(text.split())


def _line(values: Sequence[str | Name]) -> str:
    for value in values:
        if clean := plain(str(value)):
            return clean
    return ""


def _text(values: Sequence[str | Name]) -> str:
    """The first value that says anything; its paragraphs stay apart."""
    for value in values:
        text = str(value)
        if "\n\n" in text:
            clean = "\n\n".join(p for part in text.split("\n\n") if (p := plain(part)))
        else:
            clean = plain(text)
        if clean:
            return clean
    return ""


def _names(values: Sequence[str | Name], names: Names) -> tuple[Name, ...]:
    if not values:
        return ()
    found: list[Name] = []
    for value in values:
        if isinstance(value, Name):
            found.append(value)
        else:
            if "&" in value and _ENTITY.search(value):
                value = html.unescape(value)
            found.extend(names(value))
    if len(found) > 1:
        return tuple(dict.fromkeys(found))
    return tuple(found)


def _issued(said: Said, line: int, gathered: Gathered) -> Issued | None:
    values = said.get("issued")
    if not values:
        return None
    found = issued([str(v) for v in values], [str(v) for v in said.get("month", ())])
    if found and not found.year:
        gathered.add(
            "year",
            line,
            f"no year can be read from {found.literal[:60]!r}",
            "Nothing is lost: the words are kept as they are; the record has no year",
        )
    return found


def _doi(said: Said, line: int, gathered: Gathered) -> str:
    values = said.get("doi", ())
    for value in values:
        if found := ids.doi(str(value)):
            return found
    for value in said.get("url", ()):
        if found := ids.doi_in_url(str(value)):
            return found
    for value in values:
        if clean := str(value).strip():
            gathered.add(
                "doi",
                line,
                f"{clean[:60]!r} is not a DOI",
                "Nothing is lost: it is kept as exported; the record is compared without a DOI",
            )
            return clean.lower() if clean.startswith("10.") and " " not in clean else ""
    return ""


def _first(values: Sequence[str | Name], read: Callable[[str], str]) -> str:
    for value in values:
        if found := read(str(value)):
            return found
    return ""


def _type(values: Sequence[str | Name]) -> str:
    for value in values:
        if found := csl_type(str(value)):
            return found
    return ""


def _url(values: Sequence[str | Name]) -> str:
    for value in values:
        for part in str(value).split():
            if part.startswith(("http", "ftp", "www.")):
                return part.rstrip(";,")
    return ""


def _serials(values: Sequence[str | Name]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not values:
        return (), ()
    if len(values) == 1:
        return ids.serials(str(values[0]))
    return ids.serials(" ; ".join(map(str, values)))


def _issue(values: Sequence[str | Name]) -> str:
    return unspoiled(_line(values))


def unspoiled(text: str) -> str:
    """`1-11` again where a spreadsheet made a date of it (`01-Nov`, `11-Jan`, `Nov-22`)."""
    found = _DAMAGED_PAGE.match(text)
    if not found:
        return text
    number = int(found[1] or found[4])
    month = _MONTHS.index((found[2] or found[3]).lower()) + 1
    return "-".join(map(str, sorted((number, month))))


def _page(said: Said) -> str:
    whole = _line(said.get("page", ()))
    first = _line(said.get("first_page", ()))
    last = _line(said.get("last_page", ()))
    if not whole:
        whole = (
            f"{first}-{last}" if first and last and first != last and "-" not in first else first
        )
    if not whole:
        return ""
    return unspoiled(_DASHES.sub("-", _PAGE_WORDS.sub("", whole)))


def _keywords(values: Sequence[str | Name]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for value in values:
        text = str(value)
        parts = (
            re.split(r"\s*[;\n|]\s*", html.unescape(text) if "&" in text else text)
            if ";" in text or "\n" in text or "|" in text
            else (text,)
        )
        for part in parts:
            if clean := plain(part):
                found[clean] = None
    return tuple(found)


def _others(said: Said, url: str) -> tuple[Tag, ...]:
    values = [str(v) for v in said.get("identifier", ())]
    if url and ("arxiv" in url or "openalex" in url or "clinicaltrials" in url):
        values.append(url)
    if not values:
        return ()
    found = {pair: None for value in values for pair in ids.others(value)}
    return tuple(Tag(scheme, value) for scheme, value in found)
