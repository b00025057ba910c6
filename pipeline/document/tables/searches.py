"""The search log, what each source brought in, and the sixteen items of PRISMA-S."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from pipeline.document.conduct import pairs_told, runs_of
from pipeline.document.counts import yields
from pipeline.document.tables.rows import cell, column
from pipeline.document.wording import counted, listed, number, were
from pipeline.model.document import Table
from pipeline.model.search import ASKED, Search, SourceKind, limits_stated
from pipeline.model.standing import Standing
from pipeline.notation.spelling import day_in_words, spelled
from pipeline.snapshot import Snapshot

KINDS = {
    "database": "database",
    "register": "register",
    "website": "website",
    "organisation": "organisation",
    "citation_searching": "citation searching",
    "contact": "contact",
    "hand_search": "hand search",
    "other": "other method",
}


def searches(snapshot: Snapshot) -> Table:
    """One row a search: source, day, query, limits, results reported, records read, set aside."""
    return Table(
        id="searches",
        caption="Search log",
        columns=(
            column("source", "Source", 1.3),
            column("day", "Searched on", 0.8),
            column("query", "Query, exactly as run", 2.4),
            column("limits", "Limits and filters", 1.2),
            column("reported", "Results reported", 0.7, numeric=True),
            column("read", "Records read", 0.7, numeric=True),
            column("set_aside", "Entries set aside", 0.7, numeric=True),
            column("note", "Note", 2.2),
        ),
        rows=tuple(
            (
                cell(source_in_words(s)),
                cell(day_in_words(s.searched_on)),
                cell(s.query or "none given"),
                cell(limits_in_words(s)),
                cell("not given" if s.results_reported is None else s.results_reported),
                cell(snapshot.reading(s).read),
                cell(len(snapshot.reading(s).set_aside)),
                cell(_notes(s)),
            )
            for s in snapshot.searches
        ),
        notes=(
            "Records read and entries set aside together are the entries found in the export. "
            "The export of each search is kept byte for byte.",
        ),
    )


def source_in_words(search: Search) -> str:
    """`PsycINFO (Ovid)`, with the kind where it is no database."""
    marks = [search.interface, "" if search.kind == "database" else spelled(KINDS[search.kind])]
    inside = ", ".join(mark for mark in marks if mark)
    return f"{search.source} ({inside})" if inside else search.source


def limits_in_words(search: Search) -> str:
    limits = listed([*search.limits, *search.filters])
    if not limits:
        return search.limit_reasons or "none stated"
    return f"{limits} ({search.limit_reasons})" if search.limit_reasons else limits


def _notes(search: Search) -> str:
    said = []
    if search.update_of:
        said.append(f"Repeats {search.update_of}.")
    if search.reused_from:
        said.append(f"Strategy from {search.reused_from}.")
    if search.peer_review is not None:
        by = f" by {search.peer_review.by}" if search.peer_review.by else ""
        said.append(f"Peer reviewed{by} ({search.peer_review.method or 'method not given'}).")
    return " ".join([*said, search.note])


def sources(snapshot: Snapshot) -> Table:
    """What each source brought in: records, those that no other source had, those included."""
    return Table(
        id="sources",
        caption="What each source brought in",
        columns=(
            column("source", "Source", 1.6),
            column("records", "Records", 0.8, numeric=True),
            column("unique", "Records found by no other source", 1.4, numeric=True),
            column("reports", "Different reports to screen", 1.4, numeric=True),
            column("included", "Reports included", 1.4, numeric=True),
            column("included_unique", "Included, found by no other source", 1.4, numeric=True),
        ),
        rows=tuple(
            (
                cell(brought.source),
                cell(brought.records),
                cell(brought.only_here),
                cell(brought.reports),
                cell(brought.included),
                cell(brought.included_only_here),
            )
            for brought in yields(snapshot)
        ),
        notes=(
            "A report that several sources found counts for each of them, and as found by no "
            "other for none.",
        ),
    )


SILENT = "not stated in the search log"
_BROWSED = (SourceKind.WEBSITE, SourceKind.ORGANISATION, SourceKind.HAND_SEARCH)


def prisma_s(snapshot: Snapshot) -> Table:
    """A row for each item and each different answer; searches that answer alike stand together."""
    rows = []
    for item, asked in ASKED.items():
        for n, (who, said) in enumerate(_answers(item, snapshot)):
            rows.append((cell(item), cell("" if n else asked), cell(who), cell(said)))
    return Table(
        id="prisma_s",
        caption="The searches, item by item of PRISMA-S",
        columns=(
            column("item", "Item", 0.4, numeric=True),
            column("asked", "What is asked", 1.5),
            column("searches", "Searches", 1.4),
            column("done", "What was done", 2.7),
        ),
        rows=tuple(rows),
        notes=(
            "Items of PRISMA-S (Rethlefsen et al. 2021) in words of this program. What was done is "
            "what the search log says; item 16 is counted from the decisions.",
        ),
    )


def _answers(item: int, snapshot: Snapshot) -> list[tuple[str, str]]:
    """Who answers and what; one line that says so when the log has no such search."""
    searches = snapshot.searches
    if item == 16:
        return [("", _duplicates(snapshot))]
    if not searches:
        return [("", "no search has been taken in yet")]
    if item in _OF_KIND:
        kinds, none, say = _OF_KIND[item]
        asked = [s for s in searches if s.kind in kinds]
        if not asked:
            return [("", none)]
        return _together([(s, say(s) or SILENT) for s in asked], searches)
    if item == 15:
        return _together([(s, _records(s, snapshot)) for s in searches], searches)
    return _together([(s, _OF_EACH[item](s) or SILENT) for s in searches], searches)


def _together(
    said: Iterable[tuple[Search, str]], searches: Sequence[Search]
) -> list[tuple[str, str]]:
    by_answer: dict[str, list[Search]] = {}
    for search, answer in said:
        by_answer.setdefault(answer, []).append(search)
    return [(_names(found, searches), answer) for answer, found in by_answer.items()]


def _names(found: Sequence[Search], searches: Sequence[Search]) -> str:
    """`all searches`, or each by its source, with the day where a source was searched again."""
    if len(found) == len(searches) > 1:
        return "all searches"
    times = Counter(s.source for s in searches)
    return listed(
        f"{s.source} ({day_in_words(s.searched_on)})" if times[s.source] > 1 else s.source
        for s in found
    )


def _platform(search: Search) -> str:
    where = f"platform: {search.interface or SILENT}"
    return f"{where} ({search.interface_url})" if search.interface_url else where


def _how(search: Search) -> str:
    return search.how or search.query


_OF_KIND: Mapping[int, tuple[tuple[SourceKind, ...], str, Callable[[Search], str]]] = {
    1: ((SourceKind.DATABASE,), "no database is in the search log", _platform),
    2: (
        (SourceKind.DATABASE, SourceKind.REGISTER),
        "no database or register is in the search log",
        lambda s: listed(s.databases),
    ),
    3: ((SourceKind.REGISTER,), "no study register is in the search log", _platform),
    4: (_BROWSED, "no web site or other source to look through is in the search log", _how),
    5: ((SourceKind.CITATION_SEARCHING,), "no citation searching is in the search log", _how),
    6: ((SourceKind.CONTACT,), "nobody who was asked is in the search log", _how),
    7: ((SourceKind.OTHER,), "no other way is in the search log", _how),
}
"""Items that ask of some kinds of source: the kinds, the words when there is none, the answer."""


def _limits(search: Search) -> str:
    if not limits_stated(search):
        return ""
    if not search.limits:
        return search.limit_reasons
    return f"{listed(search.limits)}; reason: {search.limit_reasons or SILENT}"


def _updates(search: Search) -> str:
    repeats = f"repeats the search {search.update_of}" if search.update_of else ""
    alert = f"alert: {search.alert}" if search.alert else ""
    return "; ".join(said for said in (repeats, alert) if said)


def _peer_review(search: Search) -> str:
    review = search.peer_review
    if review is None:
        return ""
    by = f"by {review.by}" if review.by else f"by whom {SILENT}"
    on = [day_in_words(review.on)] if review.on else []
    return "; ".join([review.method or f"method {SILENT}", by, *on])


_OF_EACH: Mapping[int, Callable[[Search], str]] = {
    8: lambda s: s.query,
    9: _limits,
    10: lambda s: listed(s.filters),
    11: lambda s: s.reused_from,
    12: _updates,
    13: lambda s: day_in_words(s.searched_on),
    14: _peer_review,
}
"""Items that ask of every search."""


def _records(search: Search, snapshot: Snapshot) -> str:
    found = counted(snapshot.reading(search).found, "entry", "entries")
    told = SILENT if search.results_reported is None else number(search.results_reported)
    return f"{found} in the export; number that the source reported: {told}"


def _duplicates(snapshot: Snapshot) -> str:
    found = pairs_told(snapshot)
    if found.none:
        methods = listed(dict.fromkeys(run.method for run in runs_of(snapshot)))
        return (
            f"compared by the program (review-pipeline, {methods}); no duplicate was found"
            if methods
            else "not recorded that duplicates were looked for"
        )
    removed = snapshot.ledger.whole.standing(Standing.DUPLICATE)
    matched = [
        (n, f"matched by the program (review-pipeline, {method})")
        for method, n in found.by_rule.items()
    ]
    by_people = [(found.by_person, "matched by a person"), (found.parted, "told apart by a person")]
    said = [f"{counted(n, 'pair')} {were(n)} {how}" for n, how in [*matched, *by_people] if n]
    over_all = " over all searches" if snapshot.ledger.flow.is_update else ""
    records = f"{counted(removed, 'record')} {were(removed)} removed as duplicates{over_all}"
    return f"{records}; {'; '.join(said)}"
