"""Records as tagged text: RIS (2011 list of tags) and MEDLINE's (`.nbib`)."""

from __future__ import annotations

from calendar import month_abbr
from collections.abc import Iterable, Iterator

from pipeline.model.record import Name, Record, Tag
from pipeline.render.bibliography.fields import MEDLINE, RIS, one_line, pages


def ris_as_exported(records: Iterable[Record]) -> Iterator[str]:
    """Records of a RIS export, every tag as it stood there, in its order but for TY, the first."""
    for record in records:
        tags = record.as_exported
        if not tags or tags[0].name != "TY":
            at = next((place for place, tag in enumerate(tags) if tag.name == "TY"), -1)
            first = tags[at] if at >= 0 else Tag("TY", "GEN")
            tags = (first, *tags[: max(at, 0)], *tags[at + 1 :])
        lines = [_line(tag) for tag in tags]
        yield "\n".join([*lines, "ER  - ", "", ""])


def ris_from_fields(records: Iterable[Record]) -> Iterator[str]:
    """Records of any export, written from their fields."""
    for record in records:
        tags = [("TY", RIS.get(record.type, "GEN")), *_tags(record)]
        lines = [f"{tag}  - {clean}" for tag, value in tags if (clean := one_line(value))]
        yield "\n".join([*lines, "ER  - ", "", ""])


def _line(tag: Tag) -> str:
    mark = f"{tag.name}  - " if len(tag.name) == 2 else f"{tag.name} - "
    return mark + tag.value


def _tags(record: Record) -> Iterator[tuple[str, str]]:
    yield "TI", record.title
    for author in record.author:
        yield "AU", str(author)
    for editor in record.editor:
        yield "A2", str(editor)
    issued = record.issued
    if issued and issued.year:
        yield "PY", f"{issued.year:04d}"
        if issued.month:
            yield (
                "DA",
                f"{issued.year:04d}/{issued.month:02d}/{f'{issued.day:02d}' if issued.day else ''}",
            )
    elif issued:
        yield "PY", issued.literal
    yield "T2", record.container_title
    yield "J2", record.container_title_short
    yield "VL", record.volume
    yield "IS", record.issue
    first, last = pages(record.page)
    yield "SP", first
    yield "EP", last
    yield "PB", record.publisher
    yield "CY", record.publisher_place
    yield "DO", record.doi
    for serial in (*record.issn, *record.isbn):
        yield "SN", serial
    yield "AB", record.abstract
    yield "LA", record.language
    for keyword in record.keyword:
        yield "KW", keyword
    yield "UR", record.url
    yield "AN", record.accession_number
    yield "DB", record.database
    yield "PMID", record.pmid
    yield "PMCID", record.pmcid
    yield "N1", record.note
    for tag in record.identifiers:
        yield "M1", f"{tag.name}: {tag.value}"


def nbib_as_exported(records: Iterable[Record]) -> Iterator[str]:
    """Records of a MEDLINE export, every tag as it stood there, in its order."""
    for record in records:
        yield "".join(f"{tag.name:<4}- {tag.value}\n" for tag in record.as_exported) + "\n"


def nbib_from_fields(records: Iterable[Record]) -> Iterator[str]:
    """Records of any export, written from their fields; each begins with PMID, perhaps empty."""
    for record in records:
        lines = [f"PMID- {record.pmid}"]
        lines += [
            f"{tag:<4}- {clean}" for tag, value in _nbib_tags(record) if (clean := one_line(value))
        ]
        yield "\n".join([*lines, "", ""])


def _nbib_tags(record: Record) -> Iterator[tuple[str, str]]:
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
