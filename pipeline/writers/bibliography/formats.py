"""The formats that a bibliography can be written in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from pipeline.terms.record import Record
from pipeline.writers.bibliography import bibtex, csl_json, csv_table, nbib, ris

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
            from_fields=ris.from_fields,
            as_exported=ris.as_exported,
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
            from_fields=csl_json.from_fields,
            as_exported=csl_json.as_exported,
            is_same=_is_csl,
        ),
        Bibliography(
            format="csv",
            label="CSV",
            suffix=".csv",
            from_fields=csv_table.from_fields,
            as_exported=csv_table.as_exported,
            is_same=_is_table,
        ),
        Bibliography(
            format="nbib",
            label="MEDLINE (nbib)",
            suffix=".nbib",
            from_fields=nbib.from_fields,
            as_exported=nbib.as_exported,
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
