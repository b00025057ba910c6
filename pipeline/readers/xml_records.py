"""XML exports into entries: every element with text a tag named by its path, one plan a format."""

from __future__ import annotations

import contextlib
import html.entities
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from pipeline.model.problem import Severity
from pipeline.model.record import Name, Tag
from pipeline.readers.entries import NOBODY, Entry, Gathered, Plan, Sorter, words

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL)
_OWN = frozenset({"amp", "lt", "gt", "quot", "apos"})
_LONGEST_RECORD = 50_000_000
_MORSEL = 1 << 15
"""libxml2 keeps what it is fed at once; more than ten megabytes it refuses."""


def elements(
    pieces: Iterable[str],
    names: frozenset[str],
    gathered: Gathered,
    without: re.Pattern[str] | None = None,
) -> Iterator[tuple[int, Any]]:
    """(line, element) of every outermost element with one of the local `names`, then forgotten.

    XML that breaks off or is broken gives what was whole before, and a problem with its line.
    `without` finds markup that says nothing but how text looks; it is taken out first.
    """
    parser = etree.XMLPullParser(
        events=("start", "end"),
        tag=[f"{{*}}{name}" for name in names],
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    depth = 0
    since = 0
    for text in _clean(pieces, gathered, without):
        since += len(text)
        content = text.encode("utf-8")
        for at in range(0, len(content), _MORSEL):
            parser.feed(content[at : at + _MORSEL])
            events: Iterable[tuple[str, Any]] = parser.read_events()
            for event, element in events:
                depth += 1 if event == "start" else -1
                if event == "end" and depth == 0:
                    yield element.sourceline or 0, element
                    since = 0
                    _forget(element)
        if since > _LONGEST_RECORD:
            gathered.add(
                "xml",
                0,
                f"no record ends within {_LONGEST_RECORD:,} characters; the rest was not read",
                "Export the records again, in smaller portions",
                Severity.ERROR,
            )
            return
    with contextlib.suppress(etree.XMLSyntaxError):
        parser.close()
    _tell_faults(parser, gathered)


def _forget(element: Any) -> None:
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def _tell_faults(parser: Any, gathered: Gathered) -> None:
    for fault in list(parser.feed_error_log)[:20]:
        gathered.add(
            "xml",
            fault.line,
            f"the XML is broken here: {fault.message.strip()}",
            "What could be read was read; compare the number of records with the source",
            Severity.ERROR if fault.level_name == "FATAL" else Severity.WARNING,
        )


def _clean(
    pieces: Iterable[str], gathered: Gathered, without: re.Pattern[str] | None
) -> Iterator[str]:
    """Text that lxml takes as UTF-8: no declaration, no document type, no forbidden signs."""
    held = ""
    started = False
    for piece in pieces:
        text = held + piece
        held = ""
        if not started:
            text = _DECLARATION.sub("", text.lstrip())
            if "<!DOCTYPE" in text[:4096]:
                found = _DOCTYPE.search(text)
                if found is None and len(text) < 1_000_000:
                    held = text
                    continue
                text = _without_doctype(text, gathered)
            started = True
        at = max(text.rfind("<"), text.rfind("&"))
        if at >= 0 and len(text) - at < 1000 and not {";", ">"} & set(text[at:]):
            text, held = text[:at], text[at:]
        if "&" in text:
            text = _NAMED.sub(_sign, text)
        if without:
            text = without.sub("", text)
        yield _FORBIDDEN.sub("", text)
    if held:
        yield _FORBIDDEN.sub("", held)


def _without_doctype(text: str, gathered: Gathered) -> str:
    found = _DOCTYPE.search(text)
    if found is None:
        return text
    if "<!ENTITY" in found.group():
        gathered.add(
            "xml-entities",
            text[: found.start()].count("\n") + 1,
            "the file defines entities of its own; they are not expanded",
            "No database writes such a file; look where it comes from",
        )
    return text[: found.start()] + "\n" * found.group().count("\n") + text[found.end() :]


def _sign(match: re.Match[str]) -> str:
    name = match[1]
    if name in _OWN:
        return match.group()
    return html.entities.html5.get(f"{name};", f"&amp;{name};")


INLINE = frozenset(
    words(
        "style i b u p em strong sub sup italic bold sc inf span br br/ math title-short "
        "formula ulink uri email emphasis"
    )
)
Said = dict[str, list[str]]


def _as_is(said: Said, element: Any) -> Said:
    return said


def _nobody(element: Any) -> Mapping[str, Sequence[Name]]:
    return NOBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlLayout:
    """`records` are the local names of the elements that are records; `plan` names paths.

    `marks` are elements of which each record has one, where `records` have other meanings too.

    `people` parts names that stand in several elements; `finish` works out what a path alone does
    not tell. `keep` tells a record from an element that only
    has its name. `without` finds markup that says nothing but how text looks.
    """

    records: frozenset[str]
    plan: Plan
    marks: frozenset[str] = frozenset()
    people: Callable[[Any], Mapping[str, Sequence[Name]]] = _nobody
    finish: Callable[[Said, Any], Said] = _as_is
    keep: Callable[[Any], bool] = field(default=lambda element: True)
    without: re.Pattern[str] | None = None


def entries(
    pieces: Iterable[str], gathered: Gathered, declared: list[int], layout: XmlLayout
) -> Iterator[Entry]:
    """Entries in the order of the file."""
    sorter = Sorter(layout.plan)
    for line, element in _kept(pieces, gathered, layout):
        tags: list[Tag] = []
        _flatten(element, "", tags)
        if not tags:
            tags.append(Tag(local_name(element), (element.text or "").strip()))
        by_path: Said = {}
        for tag in tags:
            if tag.value:
                if tag.name in by_path:
                    by_path[tag.name].append(tag.value)
                else:
                    by_path[tag.name] = [tag.value]
        said = layout.finish(sorter.said(by_path), element)
        yield Entry(line, tuple(tags), said, layout.people(element))


def _kept(
    pieces: Iterable[str], gathered: Gathered, layout: XmlLayout
) -> Iterator[tuple[int, Any]]:
    """The elements that are records: an outer one of the same name may only wrap them."""
    for line, outer in elements(pieces, layout.records, gathered, layout.without):
        if layout.keep(outer):
            yield line, outer
        else:
            for inner in outer.iter():
                if (
                    inner is not outer
                    and local_name(inner) in layout.records
                    and layout.keep(inner)
                ):
                    yield inner.sourceline or line, inner


def paths(**fields: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """A plan written as words: for each field its paths, the preferred one first."""
    return tuple((field, tuple(names.split())) for field, names in fields.items())


def children(element: Any, wanted: str) -> list[Any]:
    """The children of an element with one local name."""
    return [c for c in element if local_name(c) == wanted]


def text_of(element: Any) -> str:
    """All text within an element, markup left out."""
    return "".join(element.itertext()).strip() if element is not None else ""


def local_name(element: Any) -> str:
    """The name of an element without its namespace; nothing for a comment or an entity."""
    tag = element.tag
    if tag.__class__ is not str:
        return ""
    return tag.rpartition("}")[2] if tag[:1] == "{" else tag


def _flatten(element: Any, path: str, tags: list[Tag]) -> None:
    for child in element:
        tag = child.tag
        if tag.__class__ is not str:  # an entity that was not expanded
            tags.append(Tag(f"{path}&" if path else "&", str(child.text or "")))
            continue
        name = tag.rpartition("}")[2] if tag[:1] == "{" else tag
        here = f"{path}/{name}" if path else name
        for key, value in child.items():
            key = key.rpartition("}")[2] if key[:1] == "{" else key
            tags.append(Tag(f"{here}@{key}", value))
        if len(child) == 0:
            text = child.text
            if text is not None:
                tags.append(Tag(here, text.strip()))
        elif _is_text(child):
            tags.append(Tag(here, "".join(child.itertext()).strip()))
        else:
            _flatten(child, here, tags)


def _is_text(element: Any) -> bool:
    """Whether an element holds running text: signs of its own, or nothing but inline markup."""
    if element.text and not element.text.isspace():
        return True
    return all(local_name(child) in INLINE for child in element)
