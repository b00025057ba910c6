"""What people ask for when they take in an export, made sound or refused with a remedy."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pipeline.notation.safe_text import for_file_name
from pipeline.notation.typed import nearest
from pipeline.review_folder import ReviewFolder
from pipeline.review_folder.outside_files import check_readable, open_outside
from pipeline.review_folder.writing import reviewer_name
from pipeline.terms.problem import ReviewError
from pipeline.terms.search import PeerReview, Search, SourceKind


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


def past(day: str, option: str) -> date:
    """The day written as 2016-01-31; one that is still to come is refused."""
    try:
        found = date.fromisoformat(day.strip())
    except ValueError as error:
        raise ReviewError(
            f"{option} {day!r} is no day", "Write year-month-day, like 2016-01-31"
        ) from error
    if found > date.today():
        raise ReviewError(f"{option} {found} is still to come", "Give the day of the search")
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
    return PeerReview(method=method, by=by, on=past(on, "--peer-review-on") if on else None)


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
