"""Records as MEDLINE tagged text (`.nbib`); a value stands on one line, however long."""

from __future__ import annotations

from calendar import month_abbr
from collections.abc import Iterable, Iterator

from pipeline.terms.record import Name, Record
from pipeline.writers.bibliography.kinds import MEDLINE
from pipeline.writers.bibliography.lines import one_line


def as_exported(records: Iterable[Record]) -> Iterator[str]:
    """Records of a MEDLINE export, every tag as it stood there, in its order."""
    for record in records:
        yield "".join(f"{tag.name:<4}- {tag.value}\n" for tag in record.as_exported) + "\n"


def from_fields(records: Iterable[Record]) -> Iterator[str]:
    """Records of any export, written from their fields; each begins with PMID, perhaps empty."""
    for record in records:
        lines = [f"PMID- {record.pmid}"]
        lines += [
            f"{tag:<4}- {clean}" for tag, value in _tags(record) if (clean := one_line(value))
        ]
        yield "\n".join([*lines, "", ""])


def _tags(record: Record) -> Iterator[tuple[str, str]]:
    for serial in record.issn:
        yield "IS", serial
    for serial in record.isbn:
        yield "ISBN", serial
    yield "VI", record.volume
    yield "IP", record.issue
    if record.issued:
        yield "DP", _date(record)
    yield "TI", record.title
    yield "PG", record.page
    if record.doi:
        yield "LID", f"{record.doi} [doi]"
    yield "AB", record.abstract
    yield from _people(record.author, "FAU", "AU")
    yield from _people(record.editor, "FED", "ED")
    yield "LA", record.language
    yield "PT", MEDLINE.get(record.type, "")
    yield "PL", record.publisher_place
    yield "PB", record.publisher
    yield "TA", record.container_title_short
    yield "JT", record.container_title
    for keyword in record.keyword:
        yield "OT", keyword
    yield "PMC", record.pmcid
    yield "URL", record.url
    yield "AN", record.accession_number
    yield "DB", record.database
    yield "GN", record.note
    for tag in record.identifiers:
        yield "SI", tag.value


def _date(record: Record) -> str:
    issued = record.issued
    if issued is None or not issued.year:
        return issued.literal if issued else ""
    parts = [f"{issued.year:04d}"]
    if issued.month:
        parts.append(month_abbr[issued.month])
        if issued.day:
            parts.append(str(issued.day))
    return " ".join(parts)


def _people(names: Iterable[Name], full: str, short: str) -> Iterator[tuple[str, str]]:
    for name in names:
        if name.literal:
            yield "CN" if full == "FAU" else full, name.literal
        else:
            yield full, str(name)
            initials = "".join(part[0] for part in name.given.replace("-", " ").split())
            yield short, f"{name.family} {initials}".strip()
