"""XML exports, element by element: no entity is expanded, nothing is fetched, memory stays flat.

The text is decoded by our own rules first, signs that XML forbids are taken out, and HTML's named
entities (which bare XML does not know) become their signs.
"""

from __future__ import annotations

import contextlib
import html.entities
import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree

from pipeline.model.problem import Severity
from pipeline.readers.gathering import Gathered

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_DECLARED = "<?xml"
_ANOTHER = re.compile(r"<\?xml\s")
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

    A file may hold several documents one after the other, as answers of a search do. XML that
    breaks off or is broken gives what was whole before, and a problem with its line.
    `without` finds markup that says nothing but how text looks; it is taken out first.
    """
    parser = _parser(names)
    depth = 0
    since = 0
    before = 0
    lines = 0
    for text in _clean(pieces, gathered, without):
        if text is None:  # another document begins
            with contextlib.suppress(etree.XMLSyntaxError):
                parser.close()
            _tell_faults(parser, gathered, before)
            parser, depth, since, before = _parser(names), 0, 0, lines
            continue
        since += len(text)
        lines += text.count("\n")
        content = text.encode("utf-8")
        for at in range(0, len(content), _MORSEL):
            parser.feed(content[at : at + _MORSEL])
            events: Iterable[tuple[str, Any]] = parser.read_events()
            for event, element in events:
                depth += 1 if event == "start" else -1
                if event == "end" and depth == 0:
                    yield (element.sourceline or 0) + before, element
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
    _tell_faults(parser, gathered, before)


def _parser(names: frozenset[str]) -> Any:
    return etree.XMLPullParser(
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


def _forget(element: Any) -> None:
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def _tell_faults(parser: Any, gathered: Gathered, before: int) -> None:
    for fault in list(parser.feed_error_log)[:20]:
        gathered.add(
            "xml",
            fault.line + before,
            f"the XML is broken here: {fault.message.strip()}",
            "What could be read was read; compare the number of records with the source",
            Severity.ERROR if fault.level_name == "FATAL" else Severity.WARNING,
        )


def _clean(
    pieces: Iterable[str], gathered: Gathered, without: re.Pattern[str] | None
) -> Iterator[str | None]:
    """Text that lxml takes as UTF-8: no declaration, no document type, no forbidden signs.

    None stands where another document begins.
    """
    held = ""
    started = False
    for piece in _parted(pieces):
        if piece is None:
            if held:
                yield _FORBIDDEN.sub("", held)
            held = ""
            started = False
            yield None
            continue
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


def _parted(pieces: Iterable[str]) -> Iterator[str | None]:
    """`pieces` with None before every document but the first, each with its declaration."""
    held = ""
    begun = False
    for piece in pieces:
        text = held + piece
        # a declaration that the end of the piece cuts in two is looked at with the next one
        cut = text.rfind("<", max(0, len(text) - len(_DECLARED)))
        held = ""
        if cut >= 0 and _DECLARED.startswith(text[cut:]):
            text, held = text[:cut], text[cut:]
        at = 0
        for found in re.finditer(_ANOTHER, text):
            before = text[at : found.start()]
            if begun or before.strip():
                yield before
                yield None
                begun, at = False, found.start()
        yield text[at:]
        begun = begun or bool(text[at:].strip())
    if held:
        yield held


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
