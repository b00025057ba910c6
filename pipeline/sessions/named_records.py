"""Records as people name them, and as they are told in one line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from pipeline.model.problem import ReviewError
from pipeline.model.record import Record
from pipeline.model.review import Ledger, Position, Review
from pipeline.model.standing import Standing
from pipeline.notation.safe_text import for_terminal
from pipeline.notation.typed import nearest
from pipeline.sessions.session import Session

_ID = re.compile(r"(.+):0*([0-9]+)\Z")


def known_records(names: Iterable[str], review: Review, ledger: Ledger) -> tuple[Position, ...]:
    """The positions of the records `names`, each once; `s:7` may be written for `s:0007`.

    Raises ReviewError for a name that is no record, with what may have been meant.
    """
    found: dict[str, Position] = {}
    for name in names:
        record = name if name in ledger.positions else _in_full(name)
        if record not in ledger.positions:
            raise ReviewError(*_no_such_record(name, record, review, ledger))
        found[record] = ledger.positions[record]
    return tuple(found.values())


def _no_such_record(name: str, record: str, review: Review, ledger: Ledger) -> tuple[str, str]:
    """What is wrong with `name`, and what may have been meant."""
    gone = ledger.discarded.get(record.rpartition(":")[0])
    if gone is not None and record in review.entries.get(gone.search, ()):
        return (
            f"{record} counts nowhere: {gone.reviewer} took out the search {gone.search} on "
            f"{gone.at:%Y-%m-%d} ({for_terminal(gone.reason)})",
            f"To have it back: `review undo {review.slug} {gone.id} --as NAME`",
        )
    return f"there is no record {name!r}", _what_there_is(name, review, ledger)


def kept_in_stead(positions: Iterable[Position], ledger: Ledger) -> tuple[Position, ...]:
    """The positions with each duplicate replaced by the record that is kept in its stead."""
    kept = (ledger.positions[p.kept] if p.kept else p for p in positions)
    return tuple({p.record: p for p in kept}.values())


_FIELD_WORDS = {
    "author": "authors", "container_title": "journal", "container_title_short": "short journal",
    "doi": "DOI", "isbn": "ISBN", "issn": "ISSN", "issued": "year", "keyword": "keywords",
    "page": "pages", "pmcid": "PMC number", "pmid": "PubMed number",
    "publisher_place": "place of publication", "url": "address",
}  # fmt: skip
"""Fields of a record whose names are not their words."""


def whose(record: Record) -> str:
    """Which values are those of other records of the report: "abstract, DOI: from scopus:0031"."""
    by_record: dict[str, list[str]] = {}
    for taken in record.taken_from:
        by_record.setdefault(taken.record, []).append(_FIELD_WORDS.get(taken.field, taken.field))
    parts = [f"{', '.join(names)}: from {other}" for other, names in by_record.items()]
    return for_terminal("; ".join(parts))


def citation(record: Record, width: int = 0) -> str:
    """`record` in one harmless line: who, when, what, where."""
    names = record.author or record.editor
    who = (
        for_terminal(names[0].family or names[0].literal or names[0].given)
        if names
        else "No author"
    )
    if len(names) > 1:
        second = names[1].family or names[1].literal
        who += f" and {for_terminal(second)}" if len(names) == 2 and second else " et al."
    title = for_terminal(record.title).rstrip(".") or "no title"
    where = f". {for_terminal(record.container_title)}" if record.container_title else ""
    return _cut(f"{who} {record.year or 'no year'}. {title}{where}", width)


def link(record: Record) -> str:
    """Where the report may be had: its DOI as a link, else its PubMed id or the exported URL."""
    return for_terminal(record.address or record.url)


_STANDINGS: Mapping[Standing, str] = {
    Standing.DUPLICATE: "is a duplicate",
    Standing.REMOVED_BY_AUTOMATION: "was removed before screening by a rule",
    Standing.REMOVED_FOR_OTHER_REASONS: "was removed before screening",
    Standing.AWAITING_SCREENING: "still awaits screening on title and abstract",
    Standing.NOT_SCREENED: "was left unscreened when screening stopped",
    Standing.EXCLUDED_ON_TITLE_AND_ABSTRACT: "is excluded on title and abstract",
    Standing.AWAITING_RETRIEVAL: "awaits retrieval",
    Standing.NOT_RETRIEVED: "was not obtained",
    Standing.AWAITING_ASSESSMENT: "awaits assessment on full text",
    Standing.EXCLUDED_ON_FULL_TEXT: "is excluded on full text",
    Standing.AWAITING_CLASSIFICATION: "awaits classification",
    Standing.INCLUDED: "is included",
}


def where_it_stands(position: Position, review: Review) -> str:
    """`position` as the end of a sentence: `is excluded on title and abstract (Another topic)`."""
    words = _STANDINGS[position.standing]
    if position.kept:
        return f"{words} of {position.kept}"
    labels = {c.id: c.label for c in review.protocol.criteria}
    reason = _cut(for_terminal(labels.get(position.reason, position.reason)), 60)
    return f"{words} ({reason})" if reason else words


def _cut(text: str, width: int) -> str:
    return text if not width or len(text) <= width else text[: max(1, width - 1)] + "…"


def _in_full(name: str) -> str:
    parts = _ID.match(name)
    return f"{parts[1]}:{int(parts[2]):04d}" if parts and len(parts[2]) < 10 else name


def _what_there_is(name: str, review: Review, ledger: Ledger) -> str:
    searches = tuple(s for s in review.entries if s not in ledger.discarded)
    if not searches:
        return f"The review has no records yet: `review ingest {review.slug} …` takes some in"
    search, colon, number = name.rpartition(":")
    if not colon:
        search = name
    if search not in review.entries:
        begins = tuple(s for s in searches if search and s.startswith(search.lower()))
        near = f"Did you mean {begins[0]!r}?" if begins else nearest(search, searches).strip()
        return f"{near} Searches are {', '.join(searches)}".strip()
    ids = review.entries[search]
    if not ids:
        return f"{search} has no records"
    if colon and number.isdecimal() and _between(int(number), ids):
        return "That entry of the export was set aside; `review check` says why"
    first, last = (record.rpartition(":")[2] for record in (ids[0], ids[-1]))
    return f"{search} has the records {search}:{first} to {search}:{last}"


def _between(number: int, ids: Sequence[str]) -> bool:
    first, last = (int(record.rpartition(":")[2]) for record in (ids[0], ids[-1]))
    return first <= number <= last


MOST = 9
"""As many are offered as there are keys to choose one with."""


def find_records(session: Session, words: str) -> list[str]:
    """The ids of records that `words` may mean, at most `MOST`; one where it is sure.

    An id in full or its end (`0012`), `#tag` for what this reviewer has tagged, or words that all
    stand in the title.
    """
    words = words.strip()
    if not words:
        return []
    if words in session.folder.records:
        return [words]
    if words.startswith("#"):
        tag = words[1:].strip().casefold()
        found = [r for r, vote in session.votes.items() if tag in map(str.casefold, vote.tags)]
        return found[-MOST:]
    ends = [record for record in session.folder.records if record.endswith(f":{words}")]
    return ends[:MOST] or _by_title(session, words.casefold().split())


def _by_title(session: Session, words: list[str]) -> list[str]:
    table = session.folder.table(["id", "title"])
    found: list[str] = []
    for record, title in zip(table["id"].to_pylist(), table["title"].to_pylist(), strict=True):
        low = title.casefold()
        if all(word in low for word in words):
            found.append(record)
            if len(found) == MOST:
                break
    return found


def found_line(session: Session, record: str) -> str:
    """A found record on one line: its title, and this reviewer's own verdict on it."""
    vote = session.votes.get(record)
    said = f"you: {vote.verdict}" if vote else "waits" if record in session.waiting else "not yours"
    return f"{record} ({said}) {for_terminal(session.record(record).title)}"
