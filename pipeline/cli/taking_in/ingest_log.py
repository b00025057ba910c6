"""The YAML of a search: what is known stands there, what PRISMA-S asks beyond it as open lines."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from pipeline.notation.yaml_writing import yaml_below, yaml_line, yaml_value
from pipeline.terms.search import Arm, PeerReview, Search, SourceKind

OPEN_ITEMS = {
    "interface": "platform (1, 2)",
    "query": "search strategy (8)",
    "limits": "limits (9)",
    "filters": "published filters (10)",
    "peer_review": "peer review (14)",
    "results_reported": "results reported (15)",
}
"""Fields that nearly every search should have, with the PRISMA-S item that each answers."""


def still_open(search: Search) -> tuple[str, ...]:
    """What a reader of the search log will ask for and `search` does not tell, in words."""
    answered = {"limits"} if search.limit_reasons else set()
    return tuple(
        words
        for name, words in OPEN_ITEMS.items()
        if getattr(search, name) in ("", (), None) and name not in answered
    )


def search_yaml(search: Search) -> str:
    """`searches/ID.yaml` for `search`. Lines that begin with # and a key are open questions."""
    head = _HEAD.format(export=search.export) if search.export else _NOTHING
    parts = [_comment(head)]
    for words, names in _PARTS:
        parts.append("\n" + _comment(words) + "".join(_lines(search, name) for name in names))
    if search.asked is not None:
        parts.append("\n" + _comment(_ASKED) + f"asked:\n{yaml_below(_told(search.asked), 2)}\n")
    return "".join(parts)


def _told(value: Any) -> Any:
    """A dataclass as the mapping of what it tells, empty fields left out."""
    if is_dataclass(value):
        said = {f.name: _told(getattr(value, f.name)) for f in fields(value)}
        return {k: v for k, v in said.items() if v not in ("", None, [], {})}
    if isinstance(value, tuple):
        return [_told(one) for one in value]
    return dict(value) if isinstance(value, Mapping) else value


_HEAD = (
    "The search log of {export}, which stands beside this file byte for byte. The numbers are "
    "items of PRISMA-S (Rethlefsen et al. 2021). A line such as #limits: is still open: take away "
    "the # and fill it in. `review check` reads this file."
)
_NOTHING = (
    "The log of a search that found nothing, so that there is no export. The numbers are items of "
    "PRISMA-S (Rethlefsen et al. 2021). A line such as #limits: is still open: take away the # and "
    "fill it in. `review check` reads this file."
)
_PARTS = (
    (
        "1 to 7: the database, register, web site, organisation or person that was searched. kind: "
        f"{', '.join(SourceKind)}. counted_in ({', '.join(Arm)}) overrides the column of the "
        "PRISMA flow diagram that follows from the kind.",
        ("source", "kind", "counted_in"),
    ),
    (
        "1, 2: the platform (Ovid, EBSCOhost …) and its address; databases, one a line with - "
        "before it, where one search of the platform covered several at once.",
        ("interface", "interface_url", "databases"),
    ),
    (
        "4 to 7: how a source was searched that takes no query: what was looked through, which "
        "citations were followed and with what tool, who was asked and how.",
        ("how",),
    ),
    (
        "13: the day of the search. ingested_on and sequence: when the export came in here.",
        ("searched_on", "ingested_on", "sequence"),
    ),
    (
        "The export and its SHA-256, so that any later change of the file is noticed.",
        ("export", "sha256", "format", "encoding", "columns"),
    ),
    (
        "8: the whole strategy, exactly as it was run. Write `query: |-` and its lines below, "
        "indented.",
        ("query",),
    ),
    (
        "9: limits (years, languages, kinds of publication …), one a line with - before it, and "
        "why; without limits, limit_reasons says that there were none. 10: published search "
        "filters, with their source. 11: a strategy that was reused.",
        ("limits", "limit_reasons", "filters", "reused_from"),
    ),
    (
        "12: the id of the search that this one repeats, and the alert that keeps it up to date.",
        ("update_of", "alert"),
    ),
    ("14: peer review of the strategy (PRESS, say): how, by whom, on which day.", ("peer_review",)),
    (
        "15: how many results the source said that it had; what the export holds is counted from "
        "the file. 16: how duplicates were removed is told from the decisions.",
        ("results_reported",),
    ),
    ("Anything else that readers should know of this search.", ("note",)),
)
_ASKED = (
    "How the program put the search to the interface of the source, and what came, page by page. "
    "The export is these pages one after the other; this part is written once and not edited."
)


def _comment(words: str) -> str:
    lines = textwrap.wrap(words, 97, break_long_words=False, break_on_hyphens=False)
    return "".join(f"# {line}\n" for line in lines)


_NOT_ASKED = frozenset({"counted_in", "format", "encoding", "columns", "export", "sha256"})


def _lines(search: Search, name: str) -> str:
    value = getattr(search, name)
    if name == "peer_review":
        return _peer_review(search.peer_review)
    if value in ("", (), None) or (name == "columns" and not value):
        return "" if name in _NOT_ASKED else f"#{name}:\n"
    if name == "columns":
        return "columns:\n" + "".join(yaml_line(k, v, 2) for k, v in value.items())
    if isinstance(value, tuple):
        return f"{name}:\n" + "".join(f"  - {yaml_value(item)}\n" for item in value)
    return yaml_line(name, value)


def _peer_review(review: PeerReview | None) -> str:
    if review is None:
        return "#peer_review:\n#  method:\n#  by:\n#  on:\n"
    told = [(f.name, getattr(review, f.name)) for f in fields(PeerReview)]
    return "peer_review:\n" + "".join(
        yaml_line(name, value, 2) if value else f"#  {name}:\n" for name, value in told
    )
