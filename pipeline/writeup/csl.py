"""Records as CSL-JSON items, ready to be cited (CSL 1.0.2 variables)."""

from __future__ import annotations

import re

from pipeline.terms.record import Issued, Name, Record

_WHOLES = frozenset({"book", "report", "thesis", "webpage", "manuscript", "document"})


def csl_item(record: Record, key: str = "") -> dict[str, object]:
    """The CSL item of `record` under `key` (its id when empty); fields that are empty are left out.

    A record without a type is an article in a journal when it says where it appeared, else a
    document. A record without a title gets none.
    """
    kind = record.type or ("article-journal" if record.container_title else "document")
    item: dict[str, object] = {"id": key or record.id, "type": kind, "title": record.title}
    item["author"] = [_name(name) for name in record.author]
    item["editor"] = [_name(name) for name in record.editor]
    item["issued"] = _issued(record.issued)
    item["container-title"] = record.container_title
    item["container-title-short"] = record.container_title_short
    item["volume"] = record.volume
    item["issue"] = "" if kind in _WHOLES else record.issue
    item["number"] = record.issue if kind == "report" else ""
    item["page"] = _pages(record.page)
    item["publisher"] = record.publisher
    item["publisher-place"] = record.publisher_place
    item["DOI"] = record.doi
    item["PMID"] = record.pmid
    item["PMCID"] = record.pmcid
    item["ISSN"] = ", ".join(record.issn)
    item["ISBN"] = ", ".join(record.isbn)
    item["URL"] = "" if record.doi else record.url
    item["language"] = record.language
    return {name: value for name, value in item.items() if value}


def _name(name: Name) -> dict[str, str]:
    if name.literal or not name.family:
        return {"literal": name.literal or name.given}
    parts = {"family": name.family, "given": name.given, "suffix": name.suffix}
    return {key: value for key, value in parts.items() if value}


def _issued(issued: Issued | None) -> dict[str, object]:
    if issued is None:
        return {}
    if not issued.year:
        return {"literal": issued.literal} if issued.literal else {}
    parts = [issued.year]
    if issued.month:
        parts.append(issued.month)
        if issued.day:
            parts.append(issued.day)
    return {"date-parts": [parts]}


def _pages(page: str) -> str:
    """`12-19` whatever dash the export used; `1230-8` stays as it is, styles expand it."""
    return re.sub(r"\s*[\u2010-\u2015\u2212-]+\s*", "-", page.strip())
