"""What people ask for when they take in an export, made sound, and the YAML of its search."""

from __future__ import annotations

import codecs
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.model.problem import ReviewError
from pipeline.model.search import Arm, PeerReview, Search, SourceKind
from pipeline.notation.safe_text import for_file_name
from pipeline.notation.schema import HEADER
from pipeline.notation.typed import nearest
from pipeline.notation.yaml_writing import yaml_below, yaml_line, yaml_value
from pipeline.store import ReviewFolder
from pipeline.store.files import check_readable, open_outside, reviewer_name


def source(name: str) -> str:
    """The name of the source on one line; an empty one is refused."""
    if not name.strip():
        raise ReviewError("the source has no name", "Say what was searched: --source PsycINFO")
    return " ".join(name.split())


def kind(word: str) -> SourceKind:
    plain = word.strip().lower().replace("-", "_").replace(" ", "_")
    if plain not in SourceKind._value2member_map_:
        kinds = tuple(str(k) for k in SourceKind)
        raise ReviewError(
            f"{word!r} is no kind of source.{nearest(plain, kinds)}", f"Known: {', '.join(kinds)}"
        )
    return SourceKind(plain)


def past(day: str, option: str, what: str = "the day of the search") -> date:
    """The day written as 2016-01-31; one still to come is refused. `what` says which day it is."""
    if not day.strip():
        raise ReviewError(f"{what} is missing", f"Add {option} YYYY-MM-DD, like 2016-01-31")
    try:
        found = date.fromisoformat(day.strip())
    except ValueError as error:
        raise ReviewError(
            f"{option} {day!r} is no day", "Write year-month-day, like 2016-01-31"
        ) from error
    if found > date.today():
        raise ReviewError(f"{option} {found} is still to come", f"Give {what}, today at the latest")
    return found


def query(words: str, file: Path | None) -> str:
    """The search strategy from the command line or a file, line ends made alike, else verbatim."""
    if file is None:
        return words.replace("\r\n", "\n").strip("\n")
    if words:
        raise ReviewError("there are both --query and --query-file", "Give one of the two")
    check_readable(file)
    try:
        with open_outside(file) as stream:
            text = stream.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReviewError(
            f"{file.name} is not UTF-8 text", "Save it as plain text, UTF-8"
        ) from error
    return text.replace("\r\n", "\n").strip("\n")


def known_search(id: str, folder: ReviewFolder) -> str:
    """`id` if the review has that search (or none is asked for).

    The whole log is read either way: a file that is no text is told before anything comes in.
    """
    known = tuple(folder.searches[0])
    if id and id not in known:
        raise ReviewError(
            f"there is no search {id!r}.{nearest(id, known)}",
            f"Known: {', '.join(known)}" if known else "There is no search yet",
        )
    return id


def peer_review(method: str, by: str, on: str) -> PeerReview | None:
    if not (method or by or on):
        return None
    return PeerReview(
        method=method,
        by=by,
        on=past(on, "--peer-review-on", "the day of the review of the strategy") if on else None,
    )


def encoding(name: str) -> str:
    if name:
        try:
            codecs.lookup(name)
        except LookupError as error:
            raise ReviewError(
                f"{name!r} is no encoding", "Common ones: utf-8, windows-1252, latin-1, utf-16"
            ) from error
    return name


def columns(pairs: Sequence[str]) -> dict[str, str]:
    """`field=Column` for tables whose columns are not recognised by their names."""
    from pipeline.readers.columns import NAMES

    known = tuple(sorted({*NAMES, "issn", "isbn"} - {"serial", "identifier"}))
    asked: dict[str, str] = {}
    for pair in pairs:
        name, equals, column = (part.strip() for part in pair.partition("="))
        if not (name and equals and column):
            raise ReviewError(f"--column {pair!r} says no column", "Write it like title=Titel")
        name = "issued" if name == "year" else name
        if name not in known:
            raise ReviewError(
                f"{name!r} is no field.{nearest(name, known)}", f"Known: {', '.join(known)}"
            )
        asked[name] = column
    return asked


def search_id(id: str, search: Search) -> str:
    """`id`, or one made from source and day."""
    if id:
        return id
    name = for_file_name(search.source)[:50].strip("-")
    if name == "untitled":  # a name in another script leaves nothing
        name = str(search.kind).replace("_", "-")
    return f"{name}-{search.searched_on}"


def reviewer(name: str, folder: ReviewFolder) -> str:
    """The name of a log for found decisions; the protocol must be readable to place reasons."""
    if name:
        reviewer_name(name)
        _ = folder.protocol
    return name


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
    parts = [f"{HEADER}../schemas/search.schema.json\n", _comment(head)]
    for words, names in _PARTS:
        parts.append("\n" + _comment(words) + "".join(_lines(search, name) for name in names))
    for words, name in ((_ASKED, "asked"), (_CHASED, "chased")):
        if (value := getattr(search, name)) is not None:
            parts.append(f"\n{_comment(words)}{name}:\n{yaml_below(_told(value), 2)}\n")
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
_CHASED = (
    "Citations that the program followed: the seeds, and for each work of the export which round, "
    "way and work led to it. This part is written once and not edited."
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
