"""Ovid's text exports into entries: `<1>` or `<1. >`, then fields in full names or short tags.

The tagged form also comes without these heads; then a record begins at `VN  - Ovid Technologies`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from pipeline.model.record import Name
from pipeline.readers.entries import Entry, Gathered
from pipeline.readers.names import name
from pipeline.readers.tagged import Layout
from pipeline.readers.tagged import entries as tagged_entries

BEGINS = re.compile(r"\s*<\s*\d+\s*\.?\s*>\s*\Z")
_TAGGED_LINE = re.compile(r"^[A-Z][A-Z0-9] {1,3}- ", re.MULTILINE)
_KIND = re.compile(r"\.?\s*\[[A-Z][A-Za-z&;,/: -]{2,60}\]\.?\s*\Z")
_CITED = re.compile(
    r"(?P<journal>.*?)[.,]?\s+(?:Vol\.?\s*)?(?P<volume>\d{1,5}[A-Za-z]?)\s*"
    r"(?:\((?P<issue>[^()]{1,40})\))?\s*[:,]\s*(?P<pages>[A-Za-z]?\d[\w.,-]*)?"
)
_VOL = re.compile(
    r"(?P<journal>.*?)[.,]\s*Vol\.?\s*(?P<volume>\d+\w*)\s*(?:\((?P<issue>[^()]*)\))?.*?"
    r"(?:,\s*(?:pp\.?\s*)?(?P<pages>[A-Za-z]?\d+(?:-[A-Za-z]?\d+)?))?\.?\s*\Z"
)
_MARKS = re.compile(r"\s*(?:[*+#§¶|]+|\(?\d+\)?|\[(?!Ed)[^\[\]]{0,200}\])\s*\Z")
_LONGEST = 1_000
"""Characters of a citation, or of a name, in which parts are looked for."""
_DEGREES = re.compile(
    r"[,;]?\s+(?:MD|PhD|Ph\.D\.?|M\.D\.?|MSc|MPH|RN|FAAN|BSc|MA|MS|MBBS|FRCP|FRCS|DrPH|DPhil|DSc|"
    r"BA|MBA|DO|PharmD|EdD|PsyD|RGN|JD)\b.*\Z"
)
_FULL = (
    ("type", ("Publication Type", "Document Type", "Type of Publication", "Type of Study")),
    ("title", ("Title", "Original Title", "Chapter Title", "Article Title", "Book Title", "TI")),
    ("author", ("Author", "Authors", "Author(s)", "Authors Full Name", "Authors Full Names", "AU")),
    ("editor", ("Editor", "Editors", "Book Editor")),
    (
        "issued",
        (
            "Year of Publication", "Publication Year", "Year", "Date of Publication",
            "Publication Date", "Date", "Source", "Status", "Entry Date",
        ),
    ),
    (
        "container_title",
        ("Journal", "Journal Name", "Journal Title", "Publication Title", "Book Title", "Source"),
    ),
    ("container_title_short", ("Journal Abbreviation", "Abbreviated Source")),
    ("volume", ("Volume",)),
    ("issue", ("Issue", "Issue/Part", "Issue Number")),
    ("page", ("Page", "Pages", "Pagination")),
    ("publisher", ("Publisher", "Publishing Model")),
    ("publisher_place", ("Country of Publication", "Place of Publication")),
    (
        "doi",
        ("DOI Number", "DOI", "Digital Object Identifier", "Digital Object Identifier (DOI)"),
    ),
    ("pmid", ("PMID", "PubMed ID", "Medline PMID", "PubMed Identifier")),
    ("pmcid", ("PMC ID", "PMC Identifier")),
    ("serial", ("ISSN", "ISSN Electronic", "ISSN Print", "ISSN Linking", "ISBN")),
    ("abstract", ("Abstract", "English Abstract", "Abstract:")),
    ("language", ("Language",)),
    (
        "keyword",
        (
            "Author Keywords", "Keywords", "Key Concepts", "MeSH Subject Headings", "MeSH Headings",
            "Subject Headings", "Keyword Heading", "Heading Words", "Index Terms",
            "Key Phrase Identifiers",
        ),
    ),
    ("url", ("URL", "Web URL", "Link to the Ovid Full Text or citation", "Link to Full Text")),
    ("accession_number", ("Accession Number", "Unique Identifier", "UI")),
    ("database", ("Database", "Database Name")),
    ("identifier", ("Clinical Trial Number", "Other Identifiers", "Accession Number")),
)  # fmt: skip
_TAGS = (
    ("type", ("PT", "DT")),
    ("title", ("TI", "T1", "BT")),
    ("author", ("FA", "AF", "AU", "A1")),
    ("editor", ("ED", "BE")),
    ("issued", ("YR", "PY", "DP", "PD", "DA", "EP", "SO")),
    ("container_title", ("JN", "JT", "JA", "SO")),
    ("container_title_short", ("JA", "AJ")),
    ("volume", ("VO", "VL", "VI")),
    ("issue", ("IP",)),
    ("page", ("PG", "PP")),
    ("publisher", ("PB",)),
    ("publisher_place", ("CP", "CY")),
    ("doi", ("DO", "DI")),
    ("pmid", ("PM",)),
    ("serial", ("IS", "SN", "IL", "IB")),
    ("abstract", ("AB",)),
    ("language", ("LG", "LA")),
    ("keyword", ("KW", "MH", "SH", "ID", "DE", "HW")),
    ("url", ("UR", "XL")),
    ("accession_number", ("UI", "AN")),
    ("database", ("DB",)),
    ("identifier", ("CN", "AN")),
)
FULL_NAMES = Layout(
    tag=re.compile(r"([A-Z][A-Za-z0-9/&'(), .:-]{1,70}?)\s*\Z()"),
    begins=BEGINS,
    plan=_FULL,
    fold="\n",
)
TAGGED = Layout(
    tag=re.compile(r"([A-Z][A-Z0-9]) {1,3}-(?: (.*)|\Z)"),
    begins=BEGINS,
    plan=_TAGS,
    starters=frozenset({"VN"}),
    by_blank=True,
    listed=frozenset({"AU", "FA", "A1"}),
)


def entries(
    pieces: Iterable[str], head: str, gathered: Gathered, declared: list[int]
) -> Iterator[Entry]:
    """Entries of either style, which the beginning of the file shows."""
    layout = TAGGED if len(_TAGGED_LINE.findall(head)) > 2 else FULL_NAMES
    for entry in tagged_entries(pieces, gathered, declared, layout):
        said = with_citation(dict(entry.said))
        number = "".join(said.get("accession_number", ())[:1])
        if "MEDLINE" in "".join(said.get("database", ())).upper() and number.isdecimal():
            said.setdefault("pmid", [number])
        yield entry._replace(said=said)


def with_citation(said: dict[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """What a citation in one line ("Ecohydrology. 8(6):1048-1064, 2015.") says, parted."""
    if titles := said.get("title"):
        said["title"] = [title[:-100] + _KIND.sub("", title[-100:]) for title in titles]
    source = " ".join(said.get("container_title", ("",))[0].split())
    parts = citation(source)
    if parts and len(source) > len(parts["container_title"]):
        said["container_title"] = [parts.pop("container_title"), *said["container_title"][1:]]
        for field, value in parts.items():
            if value and field not in said:
                said[field] = [value]
    return said


def citation(source: str) -> dict[str, str]:
    """Journal, volume, issue and pages of a citation in one line, empty when it is none."""
    if len(source) > _LONGEST:
        return {}
    found = _VOL.match(source) or _CITED.match(source)
    if not found:
        return {}
    return {
        "container_title": found["journal"].strip(" ."),
        "volume": found["volume"] or "",
        "issue": found["issue"] or "",
        "page": (found["pages"] or "").strip(".,"),
    }


def names(text: str) -> Sequence[Name]:
    """The names in an Ovid author field: parted by `;`, with marks of institutions and degrees."""
    found = []
    for part in text.replace("\n", ";").split(";"):
        part = part.strip()[:_LONGEST]
        part = part.rstrip(".") if part.endswith("..") else part
        while part and (shorter := _MARKS.sub("", part)) != part:
            part = shorter
        part = _DEGREES.sub("", part)
        part = re.sub(r"\s*\[Ed\w*\]\s*\Z", "", part)
        if part and (person := name(part)):
            found.append(person)
    return tuple(found)
