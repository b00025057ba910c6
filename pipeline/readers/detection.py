"""The layout of an export, told from its beginning and never from its name.

What a file looks like is only the first word. `chosen` counts the marks of every layout in it and,
where another has more of them than the one it looks like, reads the beginning by both: the layout
that gives more records with a title is taken. A file in a container that is known (XML, JSON) and
in no layout that is known is refused by name, never read as something else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.model.problem import ReviewError
from pipeline.readers.census import count, root_of, unknown_root
from pipeline.readers.columns import vendor
from pipeline.readers.entries import Gathered
from pipeline.readers.layout_table import READERS, Export
from pipeline.readers.sections import opened
from pipeline.readers.tables import Shape, shape

_RIS = re.compile(
    r"^[ \t]{0,8}(?:TY[ \t]{0,3}[-\u2013](?:[ \t]|$|(?=[A-Z]{3,6}\b))"
    r"|ty[ \t]{1,3}-(?:[ \t]|$|(?=[A-Za-z])))",
    re.MULTILINE,
)
_RIS_TAG = re.compile(r"^[A-Z][A-Z0-9]  - ?", re.MULTILINE)
_NBIB = re.compile(r"^(?:PMID- ?\d|OWN - |STAT- |FAU - |PMCR- |MHDA- )", re.MULTILINE)
_TAGGED = re.compile(r"^[A-Z][A-Z0-9]{1,3} {0,2}- \S", re.MULTILINE)
_BIBTEX = re.compile(r"^[ \t]*@[ \t]*[A-Za-z][\w+-]*\s{0,20}[{(]", re.MULTILINE)
_COCHRANE = re.compile(r"^\s*Record #?\d+ of \d+", re.MULTILINE)
_COLON_TAG = re.compile(r"^[A-Z]{2,3}: ", re.MULTILINE)
_PROQUEST = re.compile(r"^\s*(?:Document|Record|Item)\s*:?\s*\d+(?: of \d+)?\s*$", re.MULTILINE)
_REFWORKS = re.compile(r"^RT [A-Z][^\n]*\n(?:[A-Z][A-Z0-9] |\n)", re.MULTILINE)
_REFER = re.compile(r"^[ \t]{0,3}%[0ATDBJ](?:[ \t]\S|[ \t]*$)", re.MULTILINE)
_REFER_ANY = re.compile(r"\A\s*%[0-9A-Z@](?:[ \t]\S|[ \t]*$)", re.MULTILINE)
_BIBLIOSCAPE = re.compile(r"^--[A-Z]{2}-- ", re.MULTILINE)
_CNKI = re.compile(r"^SrcDatabase-[^\s:\uff1a]+\s?[:\uff1a]", re.MULTILINE)
_INSPEC = re.compile(r"^Record.*INSPEC", re.MULTILINE)
_NEP = re.compile(r"^NEP: ", re.MULTILINE)
_WOS = re.compile(r"^PT [A-Z]\s*$", re.MULTILINE)
_WOS_HEAD = re.compile(r"\A\s*FN [A-Z]")
_YAML = re.compile(r"^(?:---\s*$|references:\s*$| *- +[a-z-]+:(?: |$))", re.MULTILINE)
_BLANK_LINES = re.compile(r"\A(?:[ \t]*\n)+")
_YAML_ITEM = re.compile(r"^ *- +(?:id|type|title|author|issued|DOI|abstract)\b *:", re.MULTILINE)
_OVID = re.compile(r"^\s*<\s*\d+\s*\.?\s*>\s*$", re.MULTILINE)
_OVID_TAGS = re.compile(r"VN {1,3}- Ovid")
_SURE_HEADER = 4
"""So many columns of a reference stand in no line of any other layout."""
_HTML = re.compile(r"<!doctype\s+html|<html\b|<head\b|<body\b", re.IGNORECASE)
_XML = (
    (re.compile(r"<(?:\w+:)?(?:PubmedArticle|PubmedBookArticle)[\s>]"), "pubmed_xml"),
    (re.compile(r"<(?:\w+:)?DocumentSummary\b|<eSummaryResult\b|<DocSum>"), "pubmed_summary_xml"),
    (re.compile(r"<rec[ >]|<controlInfo\b"), "ebsco_xml"),
    (re.compile(r"<(?:\w+:)?mods(?:Collection)?\b"), "mods_xml"),
    (re.compile(r"<(?:\w+:)?(?:leader>|controlfield\b|datafield\b)"), "marc_xml"),
    (
        re.compile(r"<(?:\w+:)?(?:crossref_result|doi_records?|doi_batch|crossref)[\s>]"),
        "crossref_xml",
    ),
    (re.compile(r"<(?:\w+:)?RDF\b"), "zotero_rdf"),
    (re.compile(r"<(?:Trials_downloaded_from_ICTRP|Trial>)"), "ictrp_xml"),
    (re.compile(r"<(?:\w+:)?Sources\b[^>]*bibliography"), "word_xml"),
    (re.compile(r"<(?:\w+:)?feed\b[^>]*Atom"), "atom_xml"),
    (re.compile(r"<CitaviExchangeData\b"), "citavi_xml"),
    (re.compile(r"<(?:\w+:)?(?:article-meta|book-meta)\b"), "jats_xml"),
    (re.compile(r"<resultList>|<responseWrapper\b"), "europe_pmc_xml"),
    (
        re.compile(r"<(?:ref-type|source-app|rec-number|foreign-keys|database name=)[\s>]?"),
        "endnote_xml",
    ),
    (re.compile(r"<xml>\s*<records>|<records>\s*<record>"), "endnote_xml"),
)
_ELSEWHERE = (
    (b"%PDF", "a PDF", "Export the records from the database as RIS; a PDF holds none"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file", "Save it as .xlsx or CSV"),
    (b"SQLite format 3", "a database file", "Export the records from the program that made it"),
    (b"7z\xbc\xaf", "compressed (7z)", "Unpack it first"),
    (b"Rar!", "compressed (rar)", "Unpack it first"),
    (b"\x89PNG", "a picture", "Export the records as RIS"),
    (b"\xff\xd8\xff", "a picture", "Export the records as RIS"),
)


def bytes_format(head: bytes, file: str) -> str:
    """`xlsx`, or "" for what may be text; raises ReviewError for files of other kinds."""
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise ReviewError(f"{file} is empty", "Export the records again")
    for start, kind, remedy in _ELSEWHERE:
        if head.startswith(start):
            raise ReviewError(f"{file} is {kind}, not an export of records", remedy)
    return "xlsx" if head.startswith(b"PK\x03\x04") else ""


def chosen(head: str, columns: Mapping[str, str], file: str) -> str:
    """The id of the layout whose text begins with `head`; raises ReviewError when none fits."""
    first = layout_of(head, columns)
    start = head.lstrip()
    told = first.endswith("_xml") or first == "json" or opened(start) or _sure_table(head, columns)
    if not told:
        first = _second_look(head, columns, first)
    if first:
        return first
    if _HTML.search(head[:4096]):
        raise ReviewError(
            f"{file} is a web page, not an export",
            "The site sent a page (a login, an error) in place of the file; download it again",
        )
    if root := root_of(start) if start.startswith("<") else "":
        what, remedy = unknown_root(root)
        raise ReviewError(f"{file} is {what}", remedy)
    raise ReviewError(
        f"{file} is in no layout that can be read",
        "Export the records as RIS; for a table, name its columns: --column title=Titel, or "
        "`columns:` in the YAML of the search",
    )


def _second_look(head: str, columns: Mapping[str, str], first: str) -> str:
    """`first`, or the layout that has more marks and gives more records with a title."""
    counts = {
        name: max(count(head, reader.marks).values())
        for name, reader in READERS.items()
        if reader.marks and not name.endswith("_xml")
    }
    own = counts.get(first, 0)
    rivals = [name for name, number in counts.items() if number > own and name != first]
    if first and not READERS[first].marks:  # a table: no line of it begins like tagged text
        rivals = [name for name in rivals if counts[name] > 1]
    if not rivals:
        return first
    titles = {name: _titles(name, head, columns) for name in (first, *rivals) if name}
    best = max(titles, key=lambda name: titles[name])
    return best if titles[best] > titles.get(first, 0) else first


def _titles(name: str, head: str, columns: Mapping[str, str]) -> int:
    """How many records with a title the reader `name` makes of the beginning of a file."""
    whole = head[: head.rfind("\n") + 1] or head
    entries = READERS[name].entries(Export(iter([whole]), whole, Gathered(""), [], columns))
    return sum(bool(entry.said.get("title")) and not entry.why for entry in entries)


def layout_of(head: str, columns: Mapping[str, str]) -> str:
    """The id of the layout that `head` looks like, "" for none."""
    start = head.lstrip()
    if columns and shape(head, columns):
        return _table(head, columns)
    if start.startswith("<") and not _OVID.match(start):
        return _xml(start)
    if start.startswith(("{", "[")) and not start.startswith("{\\rtf"):
        return "json"
    if format := opened(start):
        return format
    if form := _sure_table(head, columns):
        return vendor(form.header)  # whatever its cells look like
    ris = _RIS.search(head)
    if (_OVID.search(head) or _OVID_TAGS.match(start)) and not ris:
        return "ovid"
    if _WOS_HEAD.match(start) or (_WOS.search(head) and not ris and not _NBIB.search(head)):
        return "wos"
    if start.startswith("PT\t") or "\tUT\t" in start[:2000]:
        return _table(head, columns)
    if _NBIB.search(head) and not (ris and not _NBIB.match(start)):
        return "nbib"
    if ris:
        return "ris"
    return _other(head) or _table(head, columns)


def _sure_table(head: str, columns: Mapping[str, str]) -> Shape | None:
    """The shape of a table whose first line is plainly one of names of columns."""
    form = shape(head[:20_000], columns)
    return form if form and form.header_row == 0 and form.score >= _SURE_HEADER else None


def _other(head: str) -> str:
    bibtex = _BIBTEX.search(head)
    if _COCHRANE.search(head) and _COLON_TAG.search(head):
        return "cochrane"
    if _INSPEC.search(head):
        return "inspec"
    if _PROQUEST.search(head) and re.search(
        r"^(?:Title|Author|Abstract)\b[^\n:]{0,30}:", head, re.M
    ):
        return "proquest"
    if bibtex and not re.search(r"^%0 ", head[: bibtex.start()], re.M):
        return "bibtex"
    if _REFWORKS.search(head):
        return "refworks"
    if len(_REFER.findall(head)) > 1 or _REFER_ANY.match(head):
        return "refer"
    if _CNKI.search(head):
        return "cnki"
    if _BIBLIOSCAPE.search(head):
        return "biblioscape"
    if _NEP.search(head):
        return "repec_nep"
    if len(_RIS_TAG.findall(head)) > 2:
        return "ris"
    if _YAML.match(_BLANK_LINES.sub("", head)) and _YAML_ITEM.search(head):
        return "csl_yaml"
    if len(_TAGGED.findall(head)) > 2:
        return "nbib"
    if len(_COLON_TAG.findall(head)) > 2:
        return "cochrane"
    return ""


def _xml(start: str) -> str:
    for pattern, layout in _XML:
        if pattern.search(start, 0, 1 << 16):
            return layout
    return ""


def _table(head: str, columns: Mapping[str, str]) -> str:
    form = shape(head, columns)
    return vendor(form.header) if form else ""
