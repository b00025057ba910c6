"""Pandoc's tree (its JSON): nodes made, walked and rewritten. No node is ever changed in place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from pipeline.model.document import Document

Node = dict[str, Any]
Attributes = list[Any]

API_VERSION = [1, 23, 1]
WHERE_ATTRIBUTES_STAND = {
    "Header": 1,
    "Div": 0,
    "Span": 0,
    "Link": 0,
    "Image": 0,
    "Code": 0,
    "CodeBlock": 0,
    "Table": 0,
    "Figure": 0,
}


def attributes(
    id: str = "", classes: Sequence[str] = (), pairs: Iterable[tuple[str, str]] = ()
) -> Attributes:
    return [id, list(classes), [list(pair) for pair in pairs]]


def words(text: str) -> list[Node]:
    """Plain text as inlines; nothing in it is markup. A line feed is a line break."""
    nodes: list[Node] = []
    for number, line in enumerate(text.split("\n")):
        if number:
            nodes.append({"t": "LineBreak"})
        for place, word in enumerate(line.split(" ")):
            if place:
                nodes.append({"t": "Space"})
            if word:
                nodes.append({"t": "Str", "c": word})
    return nodes


def paragraph(inlines: list[Node]) -> Node:
    return {"t": "Para", "c": inlines}


def plain(inlines: list[Node]) -> Node:
    return {"t": "Plain", "c": inlines}


def strong(inlines: list[Node]) -> Node:
    return {"t": "Strong", "c": inlines}


def header(level: int, inlines: list[Node], id: str = "") -> Node:
    return {"t": "Header", "c": [level, attributes(id), inlines]}


def division(
    blocks: list[Node], id: str = "", classes: Sequence[str] = (), style: str = ""
) -> Node:
    """A Div; `style` is the name of a paragraph style of a word processor."""
    pairs = [("custom-style", style)] if style else []
    return {"t": "Div", "c": [attributes(id, classes, pairs), blocks]}


def link(inlines: list[Node], target: str) -> Node:
    return {"t": "Link", "c": [attributes(), inlines, [target, ""]]}


def raw(format: str, text: str) -> Node:
    """Markup of our own making for one format; text from elsewhere never goes in."""
    return {"t": "RawBlock", "c": [format, text]}


def rewrite(value: Any, change: Callable[[Node], list[Node] | None]) -> Any:
    """`value` with each node that `change` knows replaced; None leaves a node and goes into it."""
    if isinstance(value, list):
        made: list[Any] = []
        for item in value:
            if isinstance(item, dict) and "t" in item:
                instead = change(item)
                if instead is not None:
                    made.extend(instead)
                    continue
            made.append(rewrite(item, change))
        return made
    if isinstance(value, dict):
        return {key: rewrite(part, change) for key, part in value.items()}
    return value


def nodes_of(value: Any) -> Iterator[Node]:
    """Every node in `value`, outer before inner, in reading order."""
    if isinstance(value, list):
        for item in value:
            yield from nodes_of(item)
    elif isinstance(value, dict):
        if "t" in value:
            yield value
        for part in value.values():
            yield from nodes_of(part)


def plain_text(value: Any) -> str:
    """What a reader would see of inlines or blocks, without marks; footnotes are left out."""
    parts: list[str] = []

    def collect(node: Node) -> list[Node] | None:
        match node["t"]:
            case "Str":
                parts.append(node["c"])
            case "Space" | "SoftBreak" | "LineBreak":
                parts.append(" ")
            case "Code" | "CodeBlock":
                parts.append(node["c"][1])
            case "Quoted":
                single = node["c"][0]["t"] == "SingleQuote"
                parts.append("‘" if single else "“")
                rewrite(node["c"][1], collect)
                parts.append("’" if single else "”")
            case "Cite":
                rewrite(node["c"][1], collect)
            case "Note":
                pass
            case _:
                return None
        return []

    rewrite(value, collect)
    return "".join(parts)


def to_json(blocks: Sequence[Node], meta: dict[str, Any] | None = None) -> str:
    return json.dumps(
        {"pandoc-api-version": API_VERSION, "meta": meta or {}, "blocks": list(blocks)},
        ensure_ascii=False,
    )


def from_json(text: bytes) -> list[Node]:
    blocks: list[Node] = json.loads(text)["blocks"]
    return blocks


def head_of(document: Document) -> dict[str, Any]:
    """Title, subtitle, authors, day and language; what is empty is left in, and empty."""
    return {
        "title": {"t": "MetaInlines", "c": words(document.title)},
        "subtitle": {"t": "MetaInlines", "c": words(document.subtitle)},
        "author": {
            "t": "MetaList",
            "c": [{"t": "MetaInlines", "c": words(name)} for name in document.authors],
        },
        "date": {"t": "MetaInlines", "c": words(document.day)},
        "lang": {"t": "MetaString", "c": document.language},
    }
