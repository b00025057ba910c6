"""`review ingest`: an export comes into the review, byte for byte, and every entry is counted."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from pipeline.cli.console import counted, progress, safe, say_problems, tell
from pipeline.cli.importing import ingest_options
from pipeline.cli.importing.ingest_decisions import decisions_in, not_yet_written, votes_of
from pipeline.cli.importing.ingest_options import search_yaml
from pipeline.cli.importing.ingest_report import (
    IngestAccount,
    say_account,
    say_log,
    set_aside_problems,
)
from pipeline.model.decision import Screened
from pipeline.model.problem import ReviewError
from pipeline.model.search import Arm, Search, SourceKind
from pipeline.model.undoing import discarded_searches
from pipeline.store import ReviewFolder, find_review
from pipeline.store.files import check_readable, open_outside
from pipeline.store.importing import (
    Arrival,
    TakenIn,
    arrival,
    forget,
    known_search,
    place_for,
    read_copy,
    read_taken,
    restore,
    suffix_for,
    take_in,
    take_in_log,
)


def ingest(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")],
    export: Annotated[
        str, typer.Argument(help="The file as you downloaded it, or - for a pipe.")
    ] = "",
    source: Annotated[str, typer.Option(help="What was searched: PsycINFO, NSPCC web site …")] = "",
    on: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="The day of the search.")] = "",
    no_results: Annotated[
        bool, typer.Option("--no-results", help="The search found nothing: no file, only its log.")
    ] = False,
    kind: Annotated[
        str, typer.Option(help=f"What the source is: {', '.join(SourceKind)}.")
    ] = "database",
    interface: Annotated[str, typer.Option(help="The platform: Ovid, EBSCOhost …")] = "",
    interface_url: Annotated[str, typer.Option(help="Its address.")] = "",
    query: Annotated[str, typer.Option(help="The search strategy, exactly as run.")] = "",
    query_file: Annotated[Path | None, typer.Option(help="A text file that holds it.")] = None,
    limits: Annotated[list[str] | None, typer.Option(help="A limit; may stand again.")] = None,
    limit_reasons: Annotated[str, typer.Option(help="Why these limits.")] = "",
    filters: Annotated[list[str] | None, typer.Option(help="A published search filter.")] = None,
    reused_from: Annotated[str, typer.Option(help="Where a reused strategy came from.")] = "",
    results_reported: Annotated[
        int | None, typer.Option(min=0, help="How many results the source said it had.")
    ] = None,
    update_of: Annotated[str, typer.Option(help="Id of the search that this one repeats.")] = "",
    alert: Annotated[str, typer.Option(help="The alert that keeps this search up to date.")] = "",
    peer_review: Annotated[str, typer.Option(help="How the strategy was reviewed: PRESS …")] = "",
    peer_review_by: Annotated[str, typer.Option(help="By whom.")] = "",
    peer_review_on: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="On which day.")] = "",
    note: Annotated[str, typer.Option(help="Anything else to know of this search.")] = "",
    counted_in: Annotated[
        Arm | None, typer.Option(help="Column of the flow diagram, if not that of the kind.")
    ] = None,
    id: Annotated[str, typer.Option("--id", help="Id of the search; else source and day.")] = "",
    format: Annotated[str, typer.Option(help="Layout, if it is not found rightly.")] = "",
    encoding: Annotated[str, typer.Option(help="Encoding, if it is not found rightly.")] = "",
    column: Annotated[
        list[str] | None, typer.Option(help="For tables: field=Column, like title=Titel.")
    ] = None,
    strict: Annotated[bool, typer.Option(help="Refuse if any entry cannot be read.")] = False,
    decisions_as: Annotated[
        str, typer.Option(help="Write verdicts of another tool as votes of this reviewer.")
    ] = "",
    again: Annotated[bool, typer.Option(help="Take in a file that is there already.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Takes in an export of a database, a register, a web site, another screening tool.

    The file is kept byte for byte; the log of the search is written beside it, with the questions
    of PRISMA-S that are still open. Tells how many entries were found, read and set aside.

    Example: review ingest my-review psycinfo.ris --source PsycINFO --interface Ovid --on 2026-02-01
    --results-reported 1204 --query-file psycinfo.txt

    Example: review ingest my-review --no-results --source CINAHL --on 2026-02-03
    """
    if bool(export) == no_results:
        raise ReviewError(
            "name an export and say --no-results" if export else "no export is named",
            "Give the file, or --no-results for a search that found nothing",
        )
    places = find_review(review)
    folder = ReviewFolder(places)
    search = Search(
        id="",
        source=ingest_options.source(source),
        kind=ingest_options.kind(kind),
        searched_on=ingest_options.past(on, "--on"),
        ingested_on=date.today(),
        export="",
        sha256="",
        interface=interface.strip(),
        interface_url=interface_url.strip(),
        counted_in=counted_in,
        query=ingest_options.query(query, query_file),
        limits=tuple(limits or ()),
        limit_reasons=limit_reasons,
        filters=tuple(filters or ()),
        reused_from=reused_from,
        update_of=ingest_options.known_search(update_of, folder),
        alert=alert,
        peer_review=ingest_options.peer_review(peer_review, peer_review_by, peer_review_on),
        results_reported=results_reported,
        format=format,
        encoding=ingest_options.encoding(encoding),
        columns=ingest_options.columns(column or ()),
        note=note,
    )
    wanted = ingest_options.search_id(id, search)
    voter = ingest_options.reviewer(decisions_as, folder)
    if no_results:
        taken = log_without_results(folder, search, wanted, exactly=bool(id))
        say_log(folder, taken, as_json)
        return
    with (
        opened(export) as (stream, name),
        progress(f"Copying {safe(name)}") as tick,
        arrival(places, stream, name, tick) as arrived,
    ):
        taken = take_in_export(
            folder, arrived, search, wanted, bool(id), strict=strict, again=again
        )
    folder.reload()
    account = _account(folder, taken)
    if voter:
        account = _with_votes(account, folder, voter)
    say_account(account, as_json)
    gone = discarded_searches(d for log in folder.logs for d in log.decisions).get(taken.id)
    if taken.known and gone is not None:
        tell(
            f"{taken.id} was taken out by {gone.reviewer} ({safe(gone.reason)}), so it counts "
            "nowhere. "
            f"To have it back: review undo {folder.slug} {gone.id} --as NAME"
        )


@contextlib.contextmanager
def opened(export: str) -> Iterator[tuple[BinaryIO, str]]:
    """The bytes of the export and what to call it; `-` is standard input."""
    if export == "-":
        if sys.stdin.isatty():
            raise ReviewError("nothing comes in on standard input", "Give the path of a file")
        yield sys.stdin.buffer, "standard input"
        return
    path = Path(export).expanduser()
    check_readable(path)
    with open_outside(path) as stream:
        yield stream, path.name


def take_in_export(
    folder: ReviewFolder,
    arrived: Arrival,
    search: Search,
    wanted: str,
    exactly: bool,
    *,
    strict: bool,
    again: bool,
) -> TakenIn:
    """Reads the copy first: what cannot be read is refused before anything is kept."""
    places = folder.places
    known = None if again else known_search(places, arrived.sha256)
    if known:
        return restore(places, arrived, *known)
    suffix = suffix_for(arrived, search)
    place = place_for(places, arrived, wanted, suffix, exactly=exactly)
    _look_through(
        folder, arrived, replace(search, id=place.id, sha256=arrived.sha256), place.export, strict
    )
    return take_in(
        places,
        arrived,
        wanted,
        suffix,
        lambda at: search_yaml(
            replace(
                search,
                id=at.id,
                sequence=at.sequence,
                export=at.export,
                sha256=arrived.sha256,
            )
        ),
        exactly=exactly,
        again=again,
    )


def log_without_results(
    folder: ReviewFolder, search: Search, wanted: str, *, exactly: bool = False
) -> TakenIn:
    """Writes the log of a search that found nothing; ReviewError when it says that it did."""
    if search.results_reported:
        raise ReviewError(
            f"the source reported {counted(search.results_reported, 'result')}",
            "Give the export that holds them",
        )
    return take_in_log(
        folder.places,
        wanted,
        lambda at: search_yaml(replace(search, id=at.id, sequence=at.sequence, results_reported=0)),
        exactly=exactly,
    )


def _look_through(
    folder: ReviewFolder, arrived: Arrival, search: Search, export: str, strict: bool
) -> None:
    """Refuses an export that holds nothing or, when `strict`, what cannot be read."""
    from pipeline.readers import READERS

    with progress(f"Reading {safe(arrived.name)}") as tick:
        parsed = read_copy(folder.places, arrived, search, export, tick)
    notes = parsed.notes
    refused = ""
    if not parsed.ids and not notes.set_aside:
        refused = f"no record was found in {arrived.name}, read as {READERS[notes.format].label}"
        remedy = "Look into the file; if its layout is another one, name it with --format"
    elif strict and notes.set_aside:
        say_problems(set_aside_problems(notes.set_aside, arrived.name), most=20)
        entries = counted(len(notes.set_aside), "entry", "entries")
        refused = f"{entries} of {arrived.name} cannot be read"
        remedy = "Mend the file or export it again; without --strict they are set aside and told"
    if refused:
        forget(parsed)
        raise ReviewError(f"{refused}; nothing was kept", remedy)


def _account(folder: ReviewFolder, taken: TakenIn) -> IngestAccount:
    """What came in, read back from where it was put."""
    export = folder.places.shown(taken.export)
    with progress(f"Reading {export}") as tick:
        parsed = read_taken(folder, taken, tick)
    with progress("Looking for decisions of other tools") as tick:
        found = decisions_in(parsed.records(), tick) if parsed is not None else {}
    return IngestAccount(
        slug=folder.slug,
        taken=taken,
        export=export,
        log=folder.places.shown(taken.log),
        search=folder.searches[0].get(taken.id),
        parsed=parsed,
        found_decisions=found,
    )


def _with_votes(account: IngestAccount, folder: ReviewFolder, voter: str) -> IngestAccount:
    votes = votes_of(account.found_decisions, folder.protocol[0])
    own = ReviewFolder(folder.places, as_reviewer=voter)
    before = [d for log in own.logs for d in log.decisions]
    left = not_yet_written(votes, before, voter)
    folder.append_all(voter, [(Screened, vote) for vote in left.votes])
    return replace(account, voter=voter, votes=left)
