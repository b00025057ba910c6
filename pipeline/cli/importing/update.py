"""`review update`: new exports come into a review that is under way, and nothing else changes."""

from __future__ import annotations

import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import progress, safe, tell
from pipeline.cli.importing.ingest import log_without_results, opened, take_in_export
from pipeline.cli.importing.update_options import UpdateOptions, Wish, named, wish_of
from pipeline.cli.importing.update_report import Came, Update, account_of, say_update
from pipeline.model.problem import Place, Problem, ReviewError
from pipeline.model.review import Ledger
from pipeline.snapshot.settle import settle
from pipeline.store import ReviewFolder, find_review
from pipeline.store.importing import TakenIn, arrival, one_update_at_a_time, received
from pipeline.store.places import shown


def update(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")],
    exports: Annotated[
        list[str] | None, typer.Argument(help="Export files, as you downloaded them.")
    ] = None,
    source: Annotated[str, typer.Option(help="What was searched, if all are of one source.")] = "",
    on: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="The day of the search.")] = "",
    from_: Annotated[
        Path | None,
        typer.Option("--from", help="A folder that receives exports; takes what is new."),
    ] = None,
    same_strategy: Annotated[
        bool, typer.Option(help="The strategy of each earlier search was run again, unchanged.")
    ] = False,
    settle_seconds: Annotated[
        int, typer.Option(min=0, help="With --from: leave files alone that changed since then.")
    ] = 60,
    search: Annotated[
        bool | None,
        typer.Option(
            "--search/--no-search",
            help="Run the searches that are due by the protocol; without exports that is done.",
        ),
    ] = None,
    rank: Annotated[
        int, typer.Option(min=0, help="Name so many new records, the likeliest first.")
    ] = 0,
    report: Annotated[Path | None, typer.Option(help="Write what happened as Markdown.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Takes new exports into a review: reads them, merges duplicates, says what is new to screen.

    Without exports it runs the searches over the web that are due: those of the protocol
    (`searches:`) and earlier ones of `review search`, once they are older than `living:` allows.
    Every earlier decision stays as it is, and nothing is decided. An export of a source
    that was searched before, with a name that tells source and day (psycinfo-2026-02-02.ris), needs
    no more words; else a YAML of the same name beside it (psycinfo-2026-02-02.ris.yaml with
    source:, searched_on:, query: …), or --source and --on. A search that was run
    before is recognised: what of it is new, gone or changed is told. Running the same command
    again changes nothing; after a stop it finishes the work. Exit code 1 when a file cannot be
    taken in and needs a person.

    Example: review update my-review psycinfo-2026-02-02.ris scopus-2026-02-04.csv

    Example: review update my-review --from inbox --search --report update.md

    Example: review update my-review
    """
    from pipeline.sessions.pairs import is_compared

    places = find_review(review)
    folder = ReviewFolder(places)
    if from_ is not None and exports:
        raise ReviewError("there are both exports and --from", "Give one of the two")
    with one_update_at_a_time(places):
        arriving: tuple[Path, ...] = ()
        if search is None:  # nothing is named: the searches that are due
            search = not exports and from_ is None
        if from_ is not None:
            arrived, arriving = received(from_, now=time.time(), settle_seconds=settle_seconds)
        else:
            arrived = named(exports or ()) if exports or not search else ()
        with progress("Reading exports") as tick:
            folder = ReviewFolder(places, tick=tick)
            _ = folder.protocol
            before = settle(folder.review)
            compared = len(before.positions) if is_compared(folder) else 0
        asked = UpdateOptions(source=source, on=on, same_strategy=same_strategy)
        told = [wish_of(one, asked, folder, date.today()) for one in arrived]
        problems = [p for _, faults in told for p in faults]
        if problems and from_ is None:
            raise ReviewError("\n".join(str(p) for p in problems))
        came: list[Came] = []
        for wish in (wish for wish, _ in told if wish is not None):
            try:
                file = shown(wish.received.path)
                came.append(Came(file=file, taken=_taken(folder, wish)))
            except ReviewError as refusal:
                if from_ is None:
                    raise
                problems.append(_refused(wish, refusal))
        if search:
            searched, refused = _searched(folder, date.today())
            came += searched
            problems += refused
        done = _finished(folder, before, came, problems, arriving, rank, compared)
    say_update(done, report, as_json)
    if problems:
        raise typer.Exit(1)


def _taken(folder: ReviewFolder, wish: Wish) -> TakenIn:
    if wish.received.export is None:
        return log_without_results(folder, wish.search, wish.wanted, exactly=wish.exactly)
    with (
        opened(str(wish.received.export)) as (stream, name),
        progress(f"Copying {safe(name)}") as tick,
        arrival(folder.places, stream, name, tick) as arrived,
    ):
        return take_in_export(
            folder, arrived, wish.search, wish.wanted, wish.exactly, strict=False, again=False
        )


def _searched(folder: ReviewFolder, today: date) -> tuple[list[Came], list[Problem]]:
    """The searches over the web that are due, each run, and what is the matter with any."""
    from pipeline.cli.searching.running import run_search
    from pipeline.cli.searching.search_options import planned

    came: list[Came] = []
    problems: list[Problem] = []
    for strategy in planned(folder, (), today, due=True, anew=False):
        label = strategy.source.label
        place = Place(file=shown(folder.places.protocol))
        try:
            ran = run_search(folder, strategy, today, tell)
        except ReviewError as refusal:
            what = f"{label}: {refusal.what}"
            problems.append(Problem(place=place, what=what, remedy=refusal.remedy, check="update"))
            continue
        came.append(Came(file=strategy.reached_at, taken=ran.taken))
        folder.reload()
        if ran.broken_off:
            what = f"the answer of {label} is not whole: {ran.broken_off}"
            remedy = f"`review search {folder.slug} --again --anew` runs it again"
            problems.append(Problem(place=place, what=what, remedy=remedy, check="update"))
    return came, problems


def _refused(wish: Wish, refusal: ReviewError) -> Problem:
    place = Place(file=shown(wish.received.path))
    return Problem(place=place, what=refusal.what, remedy=refusal.remedy, check="update")


def _finished(
    folder: ReviewFolder,
    before: Ledger,
    came: list[Came],
    problems: list[Problem],
    arriving: tuple[Path, ...],
    rank: int,
    compared: int,
) -> Update:
    """Compares everything for duplicates and looks at what there is now.

    The comparison runs whenever an export stands that nobody has compared, so that the same
    command finishes what a stop left undone. The `compared` records that came in first were
    compared with each other before.
    """
    from pipeline.cli.duplicates.dedupe_review import merge_now
    from pipeline.duplicates.engines import DuckEngine
    from pipeline.sessions.pairs import is_compared

    folder.reload()
    new = any(not one.taken.known for one in came)
    merged = None
    if new or not is_compared(folder):
        with tempfile.TemporaryDirectory(prefix="review-update-") as spill:
            engine = DuckEngine(memory="500MB", spill=spill)
            merged = merge_now(str(folder.places.review), engine, compared)
        folder.reload()
    with progress("Looking at what is new"):
        return account_of(folder, before, tuple(came), merged, tuple(problems), arriving, rank)
