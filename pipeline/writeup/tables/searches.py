"""The search log and what each source brought in (PRISMA 2020, items 6 and 7; PRISMA-S)."""

from __future__ import annotations

from pipeline.snapshot import Snapshot
from pipeline.terms.document import Table
from pipeline.terms.search import Search
from pipeline.writeup.source_yield import yields
from pipeline.writeup.tables.rows import cell, column
from pipeline.writeup.wording import day_in_words, listed

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
    marks = [search.interface, "" if search.kind == "database" else KINDS[search.kind]]
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
