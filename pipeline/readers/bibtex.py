"""BibTeX and BibLaTeX into entries: bibtexparser reads the blocks, a tolerant scan what it cannot.

`as_exported` holds `@type` with the citation key, then every field in order with its value as it
stood, delimiters included, so that it can be written back. Macros (`@string`) are put in.
"""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bibtexparser.model import DuplicateFieldKeyBlock, ParsingFailedBlock
from bibtexparser.model import Entry as ParsedEntry
from bibtexparser.splitter import Splitter

from pipeline.model.record import Name, Tag
from pipeline.readers.bibtex_blocks import MOST, Between, Block, blocks
from pipeline.readers.bibtex_values import Macros, TooLong, from_latex, inner, people
from pipeline.readers.entries import Entry, Gathered, Sorter, words

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
_FIELD = re.compile(r"^[ \t,]*([A-Za-z][\w+:.-]*(?: [\w-]+)?)\s*=\s*", re.MULTILINE)
_HEAD = re.compile(r"\s*@\s*[\w+-]+\s*[{(]\s*")
_EXPLICIT_KEY = re.compile(r"([^\n=]*?),(?=\s*(?:[A-Za-z][\w+:. -]*\s*=|[})]|\Z))")
_FIELD_LINE = re.compile(r"^[ \t]*\w+[ \t]*=[ \t]*[{\"]", re.MULTILINE)
_SKIPPED = frozenset({"comment", "preamble"})
_PARENTS = frozenset(
    words(
        "xdata book mvbook collection mvcollection proceedings mvproceedings reference mvreference "
        "periodical conference"
    )
)
_PARTS = frozenset(
    words(
        "inbook incollection inproceedings inreference suppbook suppcollection bookinbook "
        "conference"
    )
)
_DATES = frozenset(words("date year month"))
_INHERITED = words(
    "date year month editor publisher location address series volume number issue isbn issn "
    "booktitle booksubtitle organization institution eventtitle venue language langid edition"
)
_MOST_HELD = 2_000
_MOST_PARENTS = 20_000
_MOST_GENERATIONS = 20


@dataclass(slots=True)
class _Draft:
    """An entry that may still wait for the parents whose fields it inherits."""

    block: Block
    tags: tuple[Tag, ...]
    by_tag: dict[str, list[str]]
    parents: list[str] = field(default_factory=list)


def entries(pieces: Iterable[str], gathered: Gathered, declared: list[int]) -> Iterator[Entry]:
    """Entries in the order of the file; comments and preambles are skipped, as BibTeX does.

    What a `crossref` or `xdata` parent says is said of the entry too, wherever the parent stands;
    an `@xdata` itself is no reference (BibLaTeX manual, 2.4.1 and 3.13.6).
    """
    macros = Macros()
    family = _Family(gathered)
    for block in blocks(pieces):
        if isinstance(block, Between):
            _between(block, gathered)
        elif block.too_long:
            why = f"it has more than {MOST:,} characters"
            yield from family.take(Entry(block.line, (), {}, why=why, raw=block.text))
        elif block.kind == "string":
            _macro(block, macros, gathered)
        elif block.kind not in _SKIPPED:
            yield from family.take(_draft(block, macros, gathered))
    yield from family.end()


class _Family:
    """Entries in their order, those behind a child whose parent is still to come held back."""

    def __init__(self, gathered: Gathered) -> None:
        self.gathered = gathered
        self.sorter = Sorter(PLAN)
        self.known: dict[str, tuple[str, dict[str, list[str]]]] = {}
        self.held: deque[_Draft | Entry] = deque()
        self.wanted: set[str] = set()
        self.room = 0

    def take(self, one: _Draft | Entry) -> Iterator[Entry]:
        if isinstance(one, _Draft):
            self._remember(one)
            one.parents = _parents(one.by_tag)
            self.wanted.update(key for key in one.parents if key not in self.known)
        self.held.append(one)
        yield from self._ready(final=len(self.held) > _MOST_HELD)

    def end(self) -> Iterator[Entry]:
        yield from self._ready(final=True)

    def _remember(self, draft: _Draft) -> None:
        key = draft.tags[0].value.lower()
        if not key:
            return
        if draft.block.kind in _PARENTS or key in self.wanted or "ids" in draft.by_tag:
            kept = (draft.block.kind, draft.by_tag)
            for name in (
                key,
                *(i.strip().lower() for i in ",".join(draft.by_tag.get("ids", ())).split(",")),
            ):
                if name and len(self.known) < _MOST_PARENTS:
                    self.known.setdefault(name, kept)
            self.wanted.discard(key)

    def _ready(self, *, final: bool) -> Iterator[Entry]:
        while self.held:
            first = self.held[0]
            if isinstance(first, _Draft):
                missing = [key for key in first.parents if key not in self.known]
                if missing and not final:
                    return
                if missing:
                    self.gathered.add(
                        "crossref",
                        first.block.line,
                        f"this entry takes fields from {missing[0][:60]!r}, "
                        "which the file does not have as a book, proceedings or periodical",
                        "Export the parent entry too, or write its fields into this one",
                    )
                entry = self._entry(first)
            else:
                entry = first
            self.held.popleft()
            if entry is not None:
                yield entry

    def _entry(self, draft: _Draft) -> Entry | None:
        if draft.block.kind == "xdata":
            return None
        by_tag = dict(draft.by_tag)
        seen: set[str] = set()
        line = list(draft.parents)
        while line and len(seen) < _MOST_GENERATIONS:
            key = line.pop(0)
            if key in seen or key not in self.known:
                continue
            seen.add(key)
            kind, said = self.known[key]
            _inherit(draft.block.kind, by_tag, kind, said)
            line += _parents(said)
        found, who = _said(draft.block.kind, by_tag, self.sorter)
        return Entry(draft.block.line, draft.tags, found, who)


def _parents(by_tag: Mapping[str, list[str]]) -> list[str]:
    return [
        key.strip().lower()
        for name in ("xdata", "crossref")
        for value in by_tag.get(name, ())
        for key in value.split(",")
        if key.strip()
    ]


def _inherit(
    kind: str, by_tag: dict[str, list[str]], parent: str, said: Mapping[str, list[str]]
) -> None:
    """Gives an entry what a parent says and it does not (BibLaTeX manual, appendix B)."""
    if parent == "xdata":
        for name, values in said.items():
            by_tag.setdefault(name, values)
        return
    dated = by_tag.keys() & _DATES
    for name in _INHERITED:
        if name in said and not (dated and name in _DATES):
            by_tag.setdefault(name, said[name])
    title = said.get("title") or said.get("booktitle")
    if kind in _PARTS and title:
        by_tag.setdefault("booktitle", title)
    elif parent == "periodical" and title:
        by_tag.setdefault("journaltitle", title)
    if kind in ("inbook", "suppbook", "bookinbook") and "author" in said:
        by_tag.setdefault("author", said["author"])


def _between(block: Between, gathered: Gathered) -> None:
    """Text between entries is a comment in BibTeX; one that holds fields may be a lost entry."""
    if _FIELD_LINE.search(block.text):
        gathered.add(
            "outside-record",
            block.line,
            "fields stand here outside of any entry",
            "If they belong to an entry, look at its braces",
        )


def _macro(block: Block, macros: Macros, gathered: Gathered) -> None:
    body = _HEAD.sub("", block.text, count=1)
    key, equals, value = body.partition("=")
    if not equals:
        return
    try:
        macros.define(key, value.strip()[:-1].strip())
    except TooLong as fault:
        gathered.add(
            "macro",
            block.line,
            f"the macro {key.strip()[:60]!r} was left out: {fault}",
            "Write out what it stands for where it is used",
        )


def _draft(block: Block, macros: Macros, gathered: Gathered) -> _Draft | Entry:
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
    try:
        values = macros.values(dict(enumerate(raw for _, raw in fields)))
    except TooLong as fault:
        return Entry(block.line, (), {}, why=str(fault), raw=block.text)
    tags = [Tag(f"@{block.kind}", key)]
    by_tag: dict[str, list[str]] = {}
    for place, (name, _) in enumerate(fields):
        tags.append(Tag(name, values[place]))
        if value := inner(values[place]):
            by_tag.setdefault(name.lower(), []).append(value)
    return _Draft(block, tuple(tags), by_tag)


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


def _said(
    kind: str, by_tag: dict[str, list[str]], sorter: Sorter
) -> tuple[dict[str, list[str]], dict[str, list[Name]]]:
    said = sorter.said(by_tag)
    who: dict[str, list[Name]] = {"author": [], "editor": []}
    for name, values in said.items():
        if name in who:
            who[name] = [person for value in values for person in people(value)]
        elif name == "page":
            said[name] = [v.replace("--", "-") for v in values]
        elif name == "doi" or name not in ("url", "serial", "pmid"):
            said[name] = [from_latex(value) for value in values]
        else:
            said[name] = [v.replace("\\", "").replace("{", "").replace("}", "") for v in values]
    if "subtitle" in by_tag and "title" in by_tag:
        said["title"] = [f"{said['title'][0]}: {from_latex(by_tag['subtitle'][0])}"]
    said["type"] = [kind]
    if (
        "eprint" in by_tag
        and "arxiv"
        in "".join(by_tag.get("archiveprefix", ()) or by_tag.get("eprinttype", ())).lower()
    ):
        said["identifier"] = [*said.get("identifier", ()), f"arXiv:{by_tag['eprint'][0]}"]
    return said, who
