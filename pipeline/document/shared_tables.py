"""The data of a review as tables for other programs: searches, records, decisions, studies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from pipeline.extraction import tidy
from pipeline.model.decision import EVENTS
from pipeline.model.undoing import effective
from pipeline.notation.decision_lines import in_words
from pipeline.render.packaging import DataTable, Field
from pipeline.snapshot import Snapshot

_EVENT_OF = {kind: word for word, kind in EVENTS.items()}


def shared_tables(snapshot: Snapshot) -> Iterator[DataTable]:
    """Every table of the snapshot's day; abstracts are their publishers' and stand in none."""
    yield searches(snapshot)
    yield records(snapshot)
    yield decisions(snapshot)
    yield studies(snapshot)
    extracted = {
        id: s for id, s in snapshot.review.studies.items() if id in snapshot.ledger.studies
    }
    for id, frame in tidy(extracted.values(), snapshot.review.forms).items():
        name = f"extracted_{id.replace('.', '_')}"
        columns = tuple(Field(name=c, description=f"`{c}` of the form") for c in frame.columns)
        title = f"Extracted from the included studies: {id}"
        rows = tuple(frame.itertuples(index=False, name=None))
        yield DataTable(name=name, title=title, fields=columns, rows=rows)


def searches(snapshot: Snapshot) -> DataTable:
    return DataTable(
        name="searches",
        title="Searches, one run against one source each (PRISMA-S)",
        fields=(
            Field(name="search", description="Id of the search"),
            Field(name="source", description="What was searched"),
            Field(name="kind", description="Kind of source"),
            Field(name="interface", description="Platform"),
            Field(name="searched_on", description="Day of the search", type="date"),
            Field(name="query", description="The strategy, exactly as run"),
            Field(name="results_reported", description="What the source said", type="integer"),
            Field(name="records_read", description="Records read from the export", type="integer"),
            Field(name="export_sha256", description="SHA-256 of the export"),
        ),
        rows=tuple(
            (
                s.id,
                s.source,
                str(s.kind),
                s.interface,
                s.searched_on.isoformat(),
                s.query,
                "" if s.results_reported is None else str(s.results_reported),
                str(snapshot.reading(s).read),
                s.sha256,
            )
            for s in snapshot.searches
        ),
        key=("search",),
    )


def records(snapshot: Snapshot) -> DataTable:
    return DataTable(
        name="records",
        title="Records as the sources index them, and where each stands",
        fields=(
            Field(name="record", description="Id: search and number in its export"),
            Field(name="search", description="Id of the search that brought it in"),
            Field(name="title", description="Title"),
            Field(name="author", description="Authors"),
            Field(name="year", description="Year of publication", type="integer"),
            Field(name="container_title", description="Journal or book"),
            Field(name="doi", description="DOI"),
            Field(name="pmid", description="PubMed id"),
            Field(name="standing", description="Where it stands"),
            Field(name="kept", description="For a duplicate: the record kept in its stead"),
            Field(name="reason", description="Id of the criterion for which it was excluded"),
        ),
        rows=tuple(_records(snapshot)),
        key=("record",),
        refers={"search": ("searches", "search")},
    )


def _records(snapshot: Snapshot) -> Iterator[tuple[str, ...]]:
    for id, position in snapshot.ledger.positions.items():
        record = snapshot.records[id]
        yield (
            id,
            position.search,
            record.title,
            "; ".join(map(str, record.author)),
            str(record.year or ""),
            record.container_title,
            record.doi,
            record.pmid,
            str(position.standing),
            position.kept,
            position.reason,
        )


def decisions(snapshot: Snapshot) -> DataTable:
    """Every decision up to the day, undone ones among them."""
    counting = {d.id for d in effective(snapshot.decisions)}
    rows = []
    for d in sorted(snapshot.decisions, key=lambda d: (d.at, d.id)):
        said = {f.name: getattr(d, f.name) for f in fields(d)}
        rows.append(
            (
                d.id,
                d.at.isoformat(),
                d.reviewer,
                _EVENT_OF[type(d)],
                str(said.get("record", "")),
                str(said.get("stage", "")),
                str(said.get("verdict", "")),
                str(said.get("reason", "")),
                "yes" if d.id in counting else "no",
                in_words(d),
            )
        )
    names = ("decision", "at", "reviewer", "event", "record", "stage", "verdict", "reason")
    return DataTable(
        name="decisions",
        title="Decisions of people and, as automation, of rules, in their order",
        fields=(
            *(Field(name=n, description=f"`{n}` of the line in the log") for n in names),
            Field(name="counts", description="no: it was taken back"),
            Field(name="in_words", description="The decision in words"),
        ),
        rows=tuple(rows),
        key=("decision",),
    )


def studies(snapshot: Snapshot) -> DataTable:
    return DataTable(
        name="studies",
        title="Included studies and the records of their reports",
        fields=(
            Field(name="study", description="Id of the study"),
            Field(name="record", description="Record of a report of it, the primary one first"),
        ),
        rows=tuple(
            (study, record)
            for study, reports in snapshot.ledger.studies.items()
            for record in reports
        ),
        key=("study", "record"),
        refers={"record": ("records", "record")},
    )
