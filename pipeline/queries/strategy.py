"""A query read into a tree: terms, each with what it is searched in, and operators between them."""

from __future__ import annotations

import contextlib
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.model.problem import ReviewError

READ = {"pubmed": "pubmed", "wos": "wos", "ebsco": "ebscohost"}
"""Platforms whose queries can be read, with the name that the library has for each."""
OPERATORS = frozenset({"AND", "OR", "NOT", "NEAR"})

_FIELDS: Mapping[str, Mapping[str, str]] = {
    "pubmed": {
        "tiab": "title_abstract", "title/abstract": "title_abstract",
        "ti": "title", "title": "title", "ab": "abstract", "abstract": "abstract",
        "tw": "text", "text word": "text", "all": "all", "all fields": "all",
        "mh": "heading", "mesh": "heading", "mesh terms": "heading", "majr": "heading",
        "mesh major topic": "heading", "sh": "heading_only", "mh:noexp": "heading_only",
        "mesh:noexp": "heading_only", "mesh terms:noexp": "heading_only",
        "ot": "keyword", "other term": "keyword", "au": "author", "author": "author",
        "ta": "journal", "journal": "journal", "dp": "year", "pdat": "year",
        "date - publication": "year", "la": "language", "language": "language",
        "pt": "type", "publication type": "type",
    },
    "wos": {
        "ts": "topic", "ti": "title", "ab": "abstract", "ak": "keyword", "kp": "keyword",
        "all": "all", "au": "author", "so": "journal", "py": "year", "la": "language",
        "dt": "type",
    },
    "ebsco": {
        "ti": "title", "ab": "abstract", "tx": "all", "su": "keyword", "kw": "keyword",
        "mh": "heading", "mm": "heading", "de": "heading_only", "au": "author", "so": "journal",
        "jn": "journal", "py": "year", "dt": "year", "la": "language", "pt": "type",
        "zt": "type",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A term (`text` as it was written, `field` what it is searched in), or an operator.

    `operator` is AND, OR, NOT or NEAR, "" for a term; `distance` that of NEAR; `written` the field
    as the query has it.
    """

    operator: str = ""
    text: str = ""
    field: str = "all"
    written: str = ""
    distance: int = 0
    children: tuple[Node, ...] = ()

    def terms(self) -> Iterator[Node]:
        """The terms of the tree, in order."""
        if not self.operator:
            yield self
        for child in self.children:
            yield from child.terms()


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """A query as a tree, and words of it that could not be placed in it."""

    root: Node
    unplaced: tuple[str, ...] = ()


def read_strategy(query: str, platform: str) -> Strategy:
    """`query`, written for `platform`; raises ReviewError where it cannot be read."""
    if platform not in READ:
        raise ReviewError(
            f"queries of {platform} cannot be read", f"Translate from {', '.join(READ)}"
        )
    tree = _parsed(query, platform)
    root = _node(tree, platform, "")
    return Strategy(root=root, unplaced=tuple(_unplaced(query, root, platform)))


def _parsed(query: str, platform: str) -> Any:
    from search_query.exception import SearchQueryException
    from search_query.parser import parse

    try:
        with contextlib.redirect_stdout(io.StringIO()):  # the library prints what it finds
            return parse(query, platform=READ[platform])
    except (SearchQueryException, ValueError, IndexError, AttributeError) as fault:
        raise ReviewError(
            f"the query cannot be read as one of {platform}",
            f"`review query check … --for {platform}` says where it breaks",
        ) from fault


def _node(tree: Any, platform: str, inherited: str) -> Node:
    own = str(tree.field.value) if tree.field else ""
    written = own or inherited
    field = _FIELDS[platform].get(written.strip("[]=: ").lower(), "" if written else "all")
    children = tuple(_node(child, platform, written) for child in tree.children)
    if not tree.operator:
        return Node(text=str(tree.value).strip(), field=field or "other", written=written)
    operator = str(tree.value).upper()
    if operator not in OPERATORS:
        operator = "NEAR" if operator.startswith(("NEAR", "N", "W")) else operator
    if operator == "NEAR" and len(children) == 1:
        children = _words_apart(children[0])
    distance = int(getattr(tree, "distance", 0) or 0)
    return Node(operator=operator, distance=distance, children=children, field=field or "other")


def _words_apart(phrase: Node) -> tuple[Node, ...]:
    """The words of PubMed's `"two words"[tiab:~3]`, each a term of its own."""
    words = phrase.text.strip('"').split()
    return tuple(Node(text=w, field=phrase.field, written=phrase.written) for w in words)


def _unplaced(query: str, root: Node, platform: str) -> Iterator[str]:
    """Words of the query that stand in no term of the tree: what the reading dropped."""
    placed = Counter(word for term in root.terms() for word in _words(term.text))
    names = {word for name in _FIELDS[platform] for word in _words(name)}
    skipped = re.compile(r"(?:and|or|not|near|same|[nw]\d+|noexp|\d+)\Z")
    text = re.sub(r"\[[^\]]*\]", " ", query) if platform == "pubmed" else query
    for word in _words(text):
        if placed[word]:
            placed[word] -= 1
        elif not skipped.match(word) and word not in names:
            yield word


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
