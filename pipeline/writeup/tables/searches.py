"""The search log and what each source brought in (PRISMA 2020, items 6 and 7; PRISMA-S)."""

from __future__ import annotations

from collections import defaultdict

from pipeline.terms.document import Table
from pipeline.terms.search import Search
from pipeline.terms.standing import REMOVED_BEFORE_SCREENING, Standing
from pipeline.writeup.dossier import Dossier
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


def searches(dossier: Dossier) -> Table:
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
                cell(dossier.reading(s).read),
                cell(dossier.reading(s).set_aside),
                cell(_notes(s)),
            )
            for s in dossier.searches
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
        return "none"
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


def sources(dossier: Dossier) -> Table:
    """What each source brought in: records, those that no other source had, those included.

    Counted by what is kept: a report found by three sources counts as included for all three, and
    as unique for none.
    """
    brought: dict[str, set[str]] = defaultdict(set)
    records: dict[str, int] = defaultdict(int)
    source_of = {s.id: s.source for s in dossier.searches}
    positions = dossier.ledger.positions
    for position in positions.values():
        source = source_of[position.search]
        records[source] += 1
        brought[source].add(position.kept or position.record)
    owners: dict[str, set[str]] = defaultdict(set)
    for source, kept in brought.items():
        for record in kept:
            owners[record].add(source)
    rows = []
    for source in dict.fromkeys(s.source for s in dossier.searches):
        kept = brought[source]
        alive = [r for r in kept if positions[r].standing not in REMOVED_BEFORE_SCREENING]
        included = [r for r in kept if positions[r].standing is Standing.INCLUDED]
        rows.append(
            (
                cell(source),
                cell(records[source]),
                cell(len(alive)),
                cell(sum(len(owners[r]) == 1 for r in alive)),
                cell(len(included)),
                cell(sum(len(owners[r]) == 1 for r in included)),
            )
        )
    return Table(
        id="sources",
        caption="What each source brought in",
        columns=(
            column("source", "Source", 2),
            column("records", "Records", numeric=True),
            column("reports", "Different reports to screen", 1.2, numeric=True),
            column("unique", "Found by no other source", 1.2, numeric=True),
            column("included", "Reports included", 1.2, numeric=True),
            column("included_unique", "Included, found by no other source", 1.4, numeric=True),
        ),
        rows=tuple(rows),
        notes=("A report that several sources found counts for each of them.",),
    )
