"""BibTeX and BibLaTeX into entries: bibtexparser reads the blocks, a tolerant scan what it cannot.

`as_exported` holds `@type` with the citation key, then every field in order with its value as it
stood, delimiters included, so that it can be written back. Macros (`@string`) are put in.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Sequence

from bibtexparser.model import DuplicateFieldKeyBlock, ParsingFailedBlock
from bibtexparser.model import Entry as ParsedEntry
from bibtexparser.splitter import Splitter

from pipeline.model.record import Name, Tag
from pipeline.readers.bibtex_blocks import Between, Block, blocks
from pipeline.readers.entries import Entry, Sorter, words
from pipeline.readers.gathering import Gathered
from pipeline.readers.latex import from_latex
from pipeline.readers.names import bibtex_names, name, names_in_cell

# bibtexparser tells of what it cannot read on its log; here that is a problem with a line instead
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)

PLAN = (
    ("title", ("title", "maintitle", "booktitle", "shorttitle")),
    ("author", ("author", "authors")),
    ("editor", ("editor", "editors")),
    ("issued", ("year", "date", "pubyear", "publicationdate")),
    ("month", ("month",)),
    (
        "container_title",
        ("journal", "journaltitle", "booktitle", "fjournal", "series", "publication"),
    ),
    (
        "container_title_short",
        ("shortjournal", "abbrev_source_title", "journal-iso", "journal_abbrev"),
    ),
    ("volume", ("volume",)),
    ("issue", ("number", "issue")),
    ("page", ("pages", "page", "article-number", "eid")),
    ("publisher", ("publisher", "school", "institution", "organization")),
    ("publisher_place", ("address", "location")),
    ("doi", ("doi", "digital object identifier")),
    ("pmid", ("pmid", "pubmed_id", "pubmedid")),
    ("pmcid", ("pmcid", "pmc")),
    ("serial", ("issn", "isbn", "eissn")),
    ("abstract", ("abstract",)),
    ("language", ("language", "langid")),
    ("keyword", ("keywords", "keyword", "author_keywords", "keywords-plus", "mesh")),
    ("url", ("url", "link", "howpublished")),
    ("accession_number", ("unique-id", "an", "accession_number", "accessionnumber")),
    ("database", ("source", "database", "databaseprovider")),
    ("note", ("note", "annote", "annotation")),
    ("identifier", ("eprint_arxiv", "url", "note")),
)
_PLAIN_FIELDS = frozenset(words("url doi issn isbn pmid eprint pmcid eissn unique-id"))
_FIELD = re.compile(r"^[ \t,]*([A-Za-z][\w+:.-]*(?: [\w-]+)?)\s*=\s*", re.MULTILINE)
_HEAD = re.compile(r"\s*@\s*[\w+-]+\s*[{(]\s*")
_EXPLICIT_KEY = re.compile(r"([^\n=]*?),(?=\s*(?:[A-Za-z][\w+:. -]*\s*=|[})]|\Z))")
_SKIPPED = frozenset({"comment", "preamble"})


def entries(pieces: Iterable[str], gathered: Gathered, declared: list[int]) -> Iterator[Entry]:
    """Entries in the order of the file; comments and preambles are skipped, as BibTeX does."""
    macros: dict[str, str] = {}
    sorter = Sorter(PLAN)
    for block in blocks(pieces):
        if isinstance(block, Between):
            _between(block, gathered)
        elif block.too_long:
            why = "it has more than four million characters"
            yield Entry(block.line, (), {}, why=why, raw=block.text)
        elif block.kind == "string":
            _macro(block, macros)
        elif block.kind not in _SKIPPED:
            yield _entry(block, macros, sorter, gathered)


def _between(block: Between, gathered: Gathered) -> None:
    """Text between entries is a comment in BibTeX; one that holds fields may be a lost entry."""
    if re.search(r"^\s*\w+\s*=\s*[{\"]", block.text, re.MULTILINE):
        gathered.add(
            "outside-record",
            block.line,
            "fields stand here outside of any entry",
            "If they belong to an entry, look at its braces",
        )


def _macro(block: Block, macros: dict[str, str]) -> None:
    body = _HEAD.sub("", block.text, count=1)
    key, equals, value = body.partition("=")
    if equals:
        macros[key.strip().lower()] = _resolved(value.strip()[:-1].strip(), macros)


def _entry(block: Block, macros: dict[str, str], sorter: Sorter, gathered: Gathered) -> Entry:
    key, fields, damage = _parsed(block.text)
    if damage:
        gathered.add(
            "bibtex",
            block.line,
            f"this entry is not whole BibTeX ({damage}); its fields were read line by line",
            "Compare the record with the file and mend the entry there if anything is missing",
        )
    if not fields and damage:
        return Entry(block.line, (), {}, why=f"no field can be read: {damage}", raw=block.text)
    tags = [Tag(f"@{block.kind}", key)]
    by_tag: dict[str, list[str]] = {}
    for field, raw in fields:
        raw = _with_macros(raw, macros)
        tags.append(Tag(field, raw))
        low = field.lower()
        value = _inner(raw)
        if value:
            by_tag.setdefault(low, []).append(value)
    said, people = _said(block.kind, by_tag, sorter)
    return Entry(block.line, tuple(tags), said, people)


def _parsed(text: str) -> tuple[str, Sequence[tuple[str, str]], str]:
    """(key, fields, what is damaged)."""
    found = Splitter(text).split().blocks
    first = found[0] if found else None
    if isinstance(first, DuplicateFieldKeyBlock):
        first = first.ignore_error_block
    if isinstance(first, ParsedEntry) and len(found) == 1:
        fields = [(f.key, f.value) for f in first.fields]
        if all("\n" not in name and "{" not in name for name, _ in fields):
            return first.key, fields, ""
        why = "a comma or a brace is missing"
    elif isinstance(first, ParsingFailedBlock):
        why = str(getattr(first.error, "abort_reason", first.error)).split("\n")[0].strip()
    else:
        why = "braces that do not match"
    key, fields = _scanned(text)
    if key and not fields and re.fullmatch(r"[^=]*", text):
        return key, fields, ""  # an entry with nothing but its key
    return key, fields, why


def _scanned(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Key and fields of a damaged entry: a field begins at each `name =` that begins a line."""
    head = _HEAD.match(text)
    body = text[head.end() if head else 0 :]
    key_match = _EXPLICIT_KEY.match(body)
    key = key_match[1].strip() if key_match else ""
    marks = list(_FIELD.finditer(body, key_match.end() if key_match else 0))
    if not marks and key_match:
        marks = list(re.finditer(r"([A-Za-z][\w-]*)\s*=\s*(?=[{\"])", body))
    if not key_match:
        key = body[: marks[0].start() if marks else None].strip().strip(",")
    fields = []
    for mark, following in zip(marks, [*marks[1:], None]):  # noqa: B905
        raw = body[mark.end() : following.start() if following else len(body)].strip()
        if following is None and raw.endswith(("}", ")")):
            inner = raw[:-1].rstrip().rstrip(",").rstrip()
            raw = inner if inner[-1:] in '}"' or not raw.startswith(("{", '"')) else raw
        fields.append((mark[1], raw.rstrip(",").rstrip()))
    return key, fields


def _with_macros(raw: str, macros: dict[str, str]) -> str:
    """A raw value with its macros put in; braced, quoted and plain values as they are."""
    if raw[:1] == "{" or (raw[:1] == '"' and "#" not in raw) or raw.isdecimal() or not raw:
        return raw
    if raw[:1] == '"' or "#" in raw or raw.lower() in macros:
        if raw[:1] == '"' and raw[-1:] == '"' and '" #' not in raw and '"#' not in raw:
            return raw
        return "{" + _resolved(raw, macros) + "}"
    return raw


def _resolved(raw: str, macros: dict[str, str]) -> str:
    parts = []
    for part in _concatenated(raw):
        part = part.strip()
        if part[:1] in ("{", '"'):
            parts.append(_inner(part))
        else:
            parts.append(macros.get(part.lower(), part))
    return "".join(parts)


def _concatenated(raw: str) -> list[str]:
    if "#" not in raw:
        return [raw]
    parts, depth, quoted, start = [], 0, False, 0
    for at, sign in enumerate(raw):
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
        elif sign == '"' and depth == 0:
            quoted = not quoted
        elif sign == "#" and depth == 0 and not quoted:
            parts.append(raw[start:at])
            start = at + 1
    return [*parts, raw[start:]]


def _inner(raw: str) -> str:
    """A value without the braces or quotes around it."""
    raw = raw.strip()
    if (len(raw) > 1 and raw[0] == "{" and raw[-1] == "}") or (
        len(raw) > 1 and raw[0] == raw[-1] == '"'
    ):
        return raw[1:-1].strip()
    return raw.lstrip('{"').strip() if raw[:1] in ("{", '"') else raw


def _said(
    kind: str, by_tag: dict[str, list[str]], sorter: Sorter
) -> tuple[dict[str, list[str]], dict[str, list[Name]]]:
    said = sorter.said(by_tag)
    people: dict[str, list[Name]] = {"author": [], "editor": []}
    for field, values in said.items():
        if field in people:
            people[field] = [person for value in values for person in _people(value)]
        elif field == "page":
            said[field] = [v.replace("--", "-") for v in values]
        elif field not in ("doi", "url", "serial", "pmid"):
            said[field] = [from_latex(value) for value in values]
        else:
            said[field] = [v.replace("\\", "").replace("{", "").replace("}", "") for v in values]
    if "subtitle" in by_tag and "title" in by_tag:
        said["title"] = [f"{said['title'][0]}: {from_latex(by_tag['subtitle'][0])}"]
    said["type"] = [kind]
    if (
        "eprint" in by_tag
        and "arxiv"
        in "".join(by_tag.get("archiveprefix", ()) or by_tag.get("eprinttype", ())).lower()
    ):
        said["identifier"] = [*said.get("identifier", ()), f"arXiv:{by_tag['eprint'][0]}"]
    return said, people


def _people(text: str) -> list[Name]:
    text = " ".join(text.split())
    if ";" in text and " and " not in text.lower():  # not BibTeX, and yet exports do it
        return list(names_in_cell(from_latex(text), True))
    found: list[Name] = []
    for part in bibtex_names(text):
        person = _person(part)
        if person:
            found.append(person)
    return found


def _person(text: str) -> Name | None:
    if (
        text[:1] == "{"
        and text[-1:] == "}"
        and text.find("}") == len(text) - 1
        and "\\" not in text[:2]
    ):
        return Name(literal=from_latex(text))
    if "=" in text and re.match(r"(?:family|given|prefix)\s*=", text):  # BibLaTeX's extended names
        parts = {
            k.strip(): from_latex(v.strip().strip('"'))
            for k, _, v in (part.partition("=") for part in text.split(","))
        }
        family = " ".join(p for p in (parts.get("prefix", ""), parts.get("family", "")) if p)
        return Name(family=family, given=parts.get("given", ""), suffix=parts.get("suffix", ""))
    return name(from_latex(text), True)
