"""What a record's fields do not hold of its export, and so is lost in another format."""

from __future__ import annotations

import html
import re
import unicodedata
from calendar import month_abbr, month_name
from collections.abc import Iterator

from pipeline.terms.record import Record

_SIGNS = re.compile(r"[\W_]+")
_MARKUP = re.compile(r"<[^<>]{1,200}>")
_COMMAND = re.compile(r"\\(?:[A-Za-z]+ ?|[^A-Za-z])")
_TOLD_BY_THE_FIELD = frozenset(
    (
        "doi",
        "pmid",
        "pmcid",
        "pmc",
        "issn",
        "isbn",
        "http",
        "https",
        "dx",
        "org",
        "www",
        "pii",
        "pp",
    )
) | {"electronic", "print", "linking", "and", "eng", "english", "en", "et", "al"}
_CARRIED_AS_TYPE = frozenset(
    ("TY", "PT", "RT", "%0", "DT", "type", "itemType", "ref-type", "ref-type@name", "genre")
)


def not_carried(record: Record) -> tuple[str, ...]:
    """The names of the tags of `record` with text that none of its fields holds, each once.

    Text is compared word by word, by letters and digits alone, so that another order of a name or
    another way to write a date is no loss.
    """
    held = _words(" ".join(_texts(record))) | _TOLD_BY_THE_FIELD
    lost: dict[str, None] = {}
    for tag in record.as_exported:
        if not tag.value or tag.name in lost or tag.name in _CARRIED_AS_TYPE or tag.name[:1] == "@":
            continue
        if not _words(tag.value) <= held:
            lost[tag.name] = None
    return tuple(lost)


def _texts(record: Record) -> Iterator[str]:
    yield from (
        record.title, record.container_title, record.container_title_short, record.volume,
        record.issue, record.page, record.publisher, record.publisher_place, record.doi,
        record.pmid, record.pmcid, record.abstract, record.language, record.url,
        record.accession_number, record.database, record.note, *record.isbn, *record.keyword,
    )  # fmt: skip
    yield from map(str, record.author)
    yield from map(str, record.editor)
    for serial in record.issn:
        yield serial
        yield serial.replace("-", "")
    for tag in record.identifiers:
        yield tag.value
    issued = record.issued
    if issued:
        yield f"{issued} {issued.literal} {issued.year} {issued.month} {issued.day}"
        if issued.month:
            yield f"{month_name[issued.month]} {month_abbr[issued.month]} {issued}".replace("-", "")
    yield record.page.replace("-", " ")


def _words(text: str) -> set[str]:
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _MARKUP.sub("", text)
    if "\\" in text:
        text = _COMMAND.sub("", text)
    text = text.replace("{", "").replace("}", "")
    if not text.isascii():
        text = "".join(
            s for s in unicodedata.normalize("NFKD", text) if not unicodedata.combining(s)
        )
    return {word.lower() for word in _SIGNS.split(text) if word}
