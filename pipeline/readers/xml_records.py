"""XML exports into entries: every element with text a tag named by its path, one plan a format."""

from __future__ import annotations

import contextlib
import copy
import html.entities
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lxml import etree

from pipeline.model.problem import Severity
from pipeline.model.record import Name, Tag
from pipeline.readers.entries import NOBODY, Entry, Gathered, Plan, Sorter, words

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NAMED = re.compile(r"&(?:([A-Za-z][A-Za-z0-9]{1,31});|(?!#\d{1,7};|#x[0-9A-Fa-f]{1,6};))")
_NO_NAME = re.compile(r"<(?![A-Za-z_/!?])")
_BARE = re.compile(r"<(?:(?![A-Za-z_/!?])|(?=[A-Za-z_/][^<>]{0,5000}<))")
"""A `<` that begins no element: what stands behind it begins none, or another `<` comes first."""
_DECLARATION = re.compile(r"<\?xml\b[^>]*\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL)
_PLAIN_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*>")
_PREFIX = re.compile(r"[\s</]([A-Za-z_][\w.-]*):[A-Za-z_]")
_DECLARED = re.compile(r"xmlns:([\w.-]+)\s*=")
_OWN = frozenset({"amp", "lt", "gt", "quot", "apos"})
MOST = 10_000_000
"""Characters of one XML record, or between two; one that is longer is set aside."""
_MOST_RAW = 20_000
_MORSEL = 1 << 15
"""libxml2 keeps what it is fed at once; more than ten megabytes it refuses."""
_MOST_PREFIXES = 50
_WRAPPER = "exports"


class FoundElement(NamedTuple):
    """An element that is a record with its line; or, of one that is too long, its beginning."""

    line: int
    element: Any
    raw: str = ""


def elements(
    pieces: Iterable[str],
    names: frozenset[str],
    gathered: Gathered,
    without: re.Pattern[str] | None = None,
) -> Iterator[FoundElement]:
    """Every outermost element with one of the local `names`, then forgotten.

    No entity is expanded, nothing is fetched, memory stays flat. XML that breaks off or is broken
    gives what was whole before, and a problem with its line. A file may hold several documents one
    after the other, as answers of a search do. A prefix that nobody declares is none. `without`
    finds markup that says nothing but how text looks; it is taken out first.
    """
    begins = re.compile(rf"<(?:[\w.-]+:)?(?:{'|'.join(map(re.escape, sorted(names)))})(?=[\s/>])")
    walk: _Document | None = None
    line = 1
    passing = False
    for text in _clean(pieces, gathered, without):
        if text is None:  # another document begins
            if walk and not passing:
                walk.close()
                walk.tell_faults(gathered)
            walk, passing = None, False
            continue
        if passing and walk:
            begun = begins.search(text)
            if begun is None:
                line += text.count("\n")
                continue
            line += text.count("\n", 0, begun.start())
            text = text[begun.start() :]
            walk, passing = _Document(names, walk.head, line), False
        if walk is None:
            walk = _Document(names, _opening(text), line)
        yield from walk.feed(text)
        line += text.count("\n")
        if walk.since > MOST:
            yield FoundElement(walk.begun or line, None, walk.beginning)
            passing = True
    if walk and not passing:
        walk.close()
        walk.tell_faults(gathered)


def _opening(text: str) -> str:
    """The element around everything, with the prefixes that `text` uses and does not declare."""
    declared = set(_DECLARED.findall(text)) | {"xml", "xmlns"}
    used = dict.fromkeys(name for name in _PREFIX.findall(text) if name not in declared)
    names = [name for name in used if name.isascii()][:_MOST_PREFIXES]
    return "".join((f"<{_WRAPPER}", *(f' xmlns:{name}="urn:x:{name}"' for name in names), ">"))


class _Document:
    """One parser, from a place of the export on, and how much was read since the last record."""

    def __init__(self, names: frozenset[str], head: str, line: int) -> None:
        self._parser = etree.XMLPullParser(
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
        self.head = head
        self._before = line - 1
        self._depth = 0
        self.begun = 0
        self.since = 0
        self.beginning = ""
        self._parser.feed(head.encode())

    def feed(self, text: str) -> Iterator[FoundElement]:
        self.since += len(text)
        if len(self.beginning) < _MOST_RAW:
            self.beginning = (self.beginning + text)[:_MOST_RAW]
        content = text.encode("utf-8")
        for at in range(0, len(content), _MORSEL):
            self._parser.feed(content[at : at + _MORSEL])
            events: Iterable[tuple[str, Any]] = self._parser.read_events()
            for event, element in events:
                if event == "start" and self._depth == 0:
                    self.begun = (element.sourceline or 0) + self._before
                self._depth += 1 if event == "start" else -1
                if event == "end" and self._depth == 0:
                    yield FoundElement((element.sourceline or 0) + self._before, element)
                    self.since = self.begun = 0
                    self.beginning = ""
                    _forget(element)

    def close(self) -> None:
        with contextlib.suppress(etree.XMLSyntaxError):
            self._parser.feed(f"</{_WRAPPER}>".encode())
            self._parser.close()

    def tell_faults(self, gathered: Gathered) -> None:
        for fault in list(self._parser.feed_error_log)[:20]:
            gathered.add(
                "xml",
                fault.line + self._before,
                f"the XML is broken here: {_said(fault)}",
                "What could be read was read; compare the number of records with the source",
                Severity.ERROR if fault.level_name == "FATAL" else Severity.WARNING,
            )


def _said(fault: Any) -> str:
    try:
        return str(fault.message).strip().replace(_WRAPPER, "the end of the file")
    except UnicodeDecodeError:  # libxml2 cuts long messages in the middle of a sign
        return "it cannot be told what is wrong"


def _forget(element: Any) -> None:
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def _clean(
    pieces: Iterable[str], gathered: Gathered, without: re.Pattern[str] | None
) -> Iterator[str | None]:
    """Text that lxml takes as UTF-8: no declaration, no document type, no forbidden signs.

    None stands where another document begins.
    """
    held = ""
    line = 1
    for piece in pieces:
        text = held + piece
        held = ""
        if "<!DOCTYPE" in text:
            text = _without_doctypes(text, line, gathered)
            at = text.rfind("<!DOCTYPE")
            if at >= 0 and len(text) - at < 1_000_000:
                text, held = text[:at], text[at:]
        if "<?xml" in text:
            *documents, text = _DECLARATION.split(text)
            for document in documents:
                if document and not document.isspace():
                    yield _plain(_without_doctypes(document, line, gathered), without)
                elif document:
                    yield document
                line += document.count("\n")
                yield None
        at = max(text.rfind("<"), text.rfind("&"))
        if not held and at >= 0 and len(text) - at < 1000 and not {";", ">"} & set(text[at:]):
            text, held = text[:at], text[at:]
        line += text.count("\n")
        yield _plain(text, without)
    if held:
        yield _plain(held, without)


def _plain(text: str, without: re.Pattern[str] | None) -> str:
    return _FORBIDDEN.sub("", "".join(_around_cdata(text, without)))


def _around_cdata(text: str, without: re.Pattern[str] | None) -> Iterator[str]:
    """`text` escaped but for its CDATA, in which each sign is itself."""
    at = 0
    while (begins := text.find("<![CDATA[", at)) >= 0:
        ends = text.find("]]>", begins)
        if ends < 0:
            break
        yield _escaped(text[at:begins], without)
        yield text[begins : ends + 3]
        at = ends + 3
    yield _escaped(text[at:], without)


def _escaped(text: str, without: re.Pattern[str] | None) -> str:
    if "&" in text:
        text = _NAMED.sub(_sign, text)
    if without:
        text = without.sub("", text)
    whole = text.count("<") == text.count(">")  # then each element is closed, as a rule
    return (_NO_NAME if whole else _BARE).sub("&lt;", text)


def _without_doctypes(text: str, line: int, gathered: Gathered) -> str:
    """`text` without document types; only the first may have a part in brackets."""

    def passed(found: re.Match[str]) -> str:
        if "<!ENTITY" in found.group():
            gathered.add(
                "xml-entities",
                line + text.count("\n", 0, found.start()),
                "the file defines entities of its own; they are not expanded",
                "No database writes such a file; look where it comes from",
            )
        return "\n" * found.group().count("\n")

    begins = text.find("<!DOCTYPE")
    first = _DOCTYPE.match(text, begins)
    if first:
        text = text[:begins] + passed(first) + text[first.end() :]
    return _PLAIN_DOCTYPE.sub(passed, text)


def _sign(match: re.Match[str]) -> str:
    name = match[1]
    if name is None:
        return "&amp;"
    if name in _OWN:
        return match.group()
    return html.entities.html5.get(f"{name};", f"&amp;{name};")


_RESOURCE = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource"
_MOST_HELD = 1_000
_MOST_KNOWN = 20_000
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
    not tell. `keep` tells a record from an element that only has its name; `parts` gives the
    records of an element that holds several. An element that `points_at` another by its address
    gets what `address` says is there, wherever in the file it stands. `without` finds markup that
    says nothing but how text looks.
    """

    records: frozenset[str]
    plan: Plan
    marks: frozenset[str] = frozenset()
    people: Callable[[Any], Mapping[str, Sequence[Name]]] = _nobody
    finish: Callable[[Said, Any], Said] = _as_is
    keep: Callable[[Any], bool] = field(default=lambda element: True)
    parts: Callable[[Any], Sequence[Any]] = field(default=lambda element: (element,))
    points_at: Callable[[Any], Sequence[Any]] | None = None
    address: Callable[[Any], str] = field(default=lambda element: "")
    without: re.Pattern[str] | None = None


def entries(
    pieces: Iterable[str], gathered: Gathered, declared: list[int], layout: XmlLayout
) -> Iterator[Entry]:
    """Entries in the order of the file."""
    sorter = Sorter(layout.plan)
    for line, element, raw in _kept(pieces, gathered, layout):
        if raw:
            why = f"it has more than {MOST:,} characters"
            yield Entry(line, (), {}, why=why, raw=raw)
            continue
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


def _kept(pieces: Iterable[str], gathered: Gathered, layout: XmlLayout) -> Iterator[FoundElement]:
    """The elements that are records: an outer one of the same name may only wrap them."""
    found = _all_kept(pieces, gathered, layout)
    yield from _joined(found, layout, layout.points_at) if layout.points_at else found


def _all_kept(
    pieces: Iterable[str], gathered: Gathered, layout: XmlLayout
) -> Iterator[FoundElement]:
    for found in elements(pieces, layout.records, gathered, layout.without):
        outer = found.element
        if outer is None:
            yield found
            continue
        before = found.line - (outer.sourceline or 0)
        kept = layout.keep(outer) or layout.address(outer)
        inside = [outer] if kept else [one for one in outer.iter() if one is not outer]
        for one in inside:
            if kept or (local_name(one) in layout.records and layout.keep(one)):
                for part in layout.parts(one):
                    line = part.sourceline or one.sourceline or 0
                    yield FoundElement(line + before, part)


def _joined(
    found: Iterable[FoundElement], layout: XmlLayout, points_at: Callable[[Any], Sequence[Any]]
) -> Iterator[FoundElement]:
    """Records with what they point at put into them; those that wait for it are held back."""
    known: dict[str, Any] = {}
    held: deque[FoundElement] = deque()

    def ready(final: bool) -> Iterator[FoundElement]:
        while held:
            first = held[0]
            spots = points_at(first.element) if first.element is not None else ()
            missing = [spot for spot in spots if spot.get(_RESOURCE) not in known]
            if missing and not final:
                return
            for spot in spots:
                if spot.get(_RESOURCE) in known:
                    spot.append(copy.deepcopy(known[spot.get(_RESOURCE)]))
            held.popleft()
            yield first

    for one in found:
        address = layout.address(one.element) if one.element is not None else ""
        if address and len(known) < _MOST_KNOWN:
            known[address] = copy.deepcopy(one.element)
        if not address or layout.keep(one.element):
            held.append(one._replace(element=copy.deepcopy(one.element)))
        yield from ready(len(held) > _MOST_HELD)
    yield from ready(True)


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
    return (tag.rpartition("}")[2] if tag[:1] == "{" else tag).rpartition(":")[2]


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
