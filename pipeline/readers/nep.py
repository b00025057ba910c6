"""The mails of RePEc's *New Economics Papers* into entries.

After the list of contents, papers stand between dashed lines: a number and title, the authors
indented, the abstract, then `Keywords:`, `JEL:`, `Date:`, `URL:`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipeline.model.record import Name, Tag
from pipeline.readers.entries import Entry, Gathered, counted
from pipeline.readers.lines import line_blocks
from pipeline.readers.names import name

_TITLE = re.compile(r"(\d{1,4})\.\s+(\S.*)\Z")
_RULE = re.compile(r"-{20,}\s*\Z")
_FIELD = re.compile(r"([A-Z][A-Za-z]{2,12}):\s*(.*)\Z")
_FIELDS = {"Keywords": "keyword", "Date": "issued", "URL": "url", "JEL": ""}


def entries(pieces: Iterable[str], gathered: Gathered, declared: list[int]) -> Iterator[Entry]:
    """Entries of one mail; the list of contents at its head is passed over."""
    contents = False
    held: list[str] = []
    begun = 0
    body = False
    for first, lines in line_blocks(pieces, gathered):
        for number, line in enumerate(lines, first):
            if line.startswith("Papers:") and (count := re.search(r"\d+", line)):
                declared += counted(count.group())
            if line.startswith("In this issue"):
                contents = True
            elif contents and _RULE.match(line):
                if body or held:
                    contents = False
                body = True
                held = []
            elif contents:
                held.append(line)
            elif body and _TITLE.match(line):
                if held and _TITLE.match(held[0]):
                    yield _entry(held, begun)
                held, begun = [line], number
            elif body and held:
                held.append(line)
    if held and body and not contents and _TITLE.match(held[0]):
        yield _entry(held, begun)


def _entry(lines: list[str], begun: int) -> Entry:
    mark = _TITLE.match(lines[0])
    title = [mark[2] if mark else lines[0]]
    tags: list[Tag] = []
    authors: list[str] = []
    abstract: list[str] = []
    fields: list[tuple[str, str]] = []
    stage = "title"
    for line in lines[1:]:
        found = _FIELD.match(line)
        if found and found[1] in _FIELDS:
            stage = "fields"
            fields.append((found[1], found[2].strip()))
        elif not line.strip():
            stage = {"title": "authors", "authors": "abstract" if authors else "authors"}.get(
                stage, stage
            )
            if stage == "abstract" and abstract:
                abstract.append("")
        elif stage == "title":
            title.append(line.strip())
        elif stage == "authors":
            authors.append(line.strip())
        elif stage == "abstract":
            abstract.append(line.strip())
        elif fields:
            fields[-1] = (fields[-1][0], f"{fields[-1][1]} {line.strip()}")
    tags.append(Tag("Title", " ".join(title)))
    tags += [Tag("Author", author) for author in authors]
    if text := "\n".join(abstract).strip():
        tags.append(Tag("Abstract", text))
    tags += [Tag(key, value) for key, value in fields]
    said = {"title": [" ".join(title)], "abstract": [text] if text else [], "type": ["report"]}
    for key, value in fields:
        if field := _FIELDS.get(key):
            said[field] = [value]
    people: list[Name] = [person for author in authors if (person := name(author))]
    return Entry(begun, tuple(tags), said, {"author": people})
