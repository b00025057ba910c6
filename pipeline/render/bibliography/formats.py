"""The formats that a bibliography can be written in, and what each loses of an export."""

from __future__ import annotations

import html
import re
import unicodedata
from calendar import month_abbr, month_name
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from pipeline.model.record import Record
from pipeline.render.bibliography import bibtex, structured, tagged

_Texts = Callable[[Iterable[Record]], Iterator[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bibliography:
    """A row of the registry.

    `as_exported` writes records whose own format `is_same` accepts (an id of a reader, and the
    first record) back as they were; `from_fields` writes any.
    """

    format: str
    label: str
    suffix: str
    from_fields: _Texts
    as_exported: _Texts
    is_same: Callable[[str, Record], bool]


def _is(format: str) -> Callable[[str, Record], bool]:
    return lambda read_as, record: read_as == format


def _is_table(read_as: str, record: Record) -> bool:
    return read_as in ("csv", "wos_tab", "xlsx") or read_as.endswith("_csv")


def _is_csl(read_as: str, record: Record) -> bool:
    """CSL items have text for a title and no members of their own shape as other services have."""
    if read_as not in ("json", "csl_yaml"):
        return False
    members = {tag.name: tag.value for tag in record.as_exported}
    if members.keys() & {
        "authorships",
        "display_name",
        "itemType",
        "protocolSection",
        "authors",
        "indexed",
    }:
        return False
    return not members.get("title", "").startswith("[")


BIBLIOGRAPHIES: Mapping[str, Bibliography] = {
    row.format: row
    for row in (
        Bibliography(
            format="ris",
            label="RIS",
            suffix=".ris",
            from_fields=tagged.ris_from_fields,
            as_exported=tagged.ris_as_exported,
            is_same=_is("ris"),
        ),
        Bibliography(
            format="bibtex",
            label="BibTeX",
            suffix=".bib",
            from_fields=bibtex.from_fields,
            as_exported=bibtex.as_exported,
            is_same=_is("bibtex"),
        ),
        Bibliography(
            format="csl-json",
            label="CSL-JSON",
            suffix=".json",
            from_fields=structured.csl_from_fields,
            as_exported=structured.csl_as_exported,
            is_same=_is_csl,
        ),
        Bibliography(
            format="csv",
            label="CSV",
            suffix=".csv",
            from_fields=structured.csv_from_fields,
            as_exported=structured.csv_as_exported,
            is_same=_is_table,
        ),
        Bibliography(
            format="nbib",
            label="MEDLINE (nbib)",
            suffix=".nbib",
            from_fields=tagged.nbib_from_fields,
            as_exported=tagged.nbib_as_exported,
            is_same=_is("nbib"),
        ),
    )
}


def write_bibliography(
    records: Iterable[Record], format: str, read_as: str = ""
) -> Iterator[bytes]:
    """The bytes of a bibliography in `format` (a key of `BIBLIOGRAPHIES`), piece by piece.

    `read_as` is the format that the records were read from; the same format gives their fields
    back as they were exported.
    """
    target = BIBLIOGRAPHIES[format]
    stream = iter(records)
    first = next(stream, None)
    if first is None:
        texts = target.from_fields(())
    elif target.is_same(read_as, first):
        texts = target.as_exported(chain([first], stream))
    else:
        texts = target.from_fields(chain([first], stream))
    for text in texts:
        yield text.encode("utf-8", "replace")


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
