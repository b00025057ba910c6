"""What `review search` tells: how many there are, what came, what is missing and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from pipeline.cli.console import counted, safe, say, say_json, say_problems, tell
from pipeline.cli.importing.ingest_options import still_open
from pipeline.cli.importing.ingest_report import set_aside_problems
from pipeline.cli.searching.running import Ran, SearchToRun, looked_ahead, notes_of, run_search
from pipeline.model.problem import ReviewError
from pipeline.store import ReviewFolder
from pipeline.store.importing import read_taken

_DONE, _NOT_WHOLE = 0, 1


def say_counts(strategies: Sequence[SearchToRun], as_json: bool) -> int:
    """Asks each source how many records there are and fetches none."""
    told: list[dict[str, Any]] = []
    code = _DONE
    for strategy in strategies:
        try:
            page = looked_ahead(strategy, tell)
        except ReviewError as refusal:
            if len(strategies) == 1:
                raise
            tell(safe(str(refusal)))
            code = _NOT_WHOLE
            continue
        total = page.total or 0
        limit = strategy.wanted.limit
        fetch = min(total, limit) if limit else total
        told.append(
            {
                "source": strategy.source.id,
                "query": strategy.wanted.query,
                "reported": page.total,
                "would_fetch": fetch,
                "pages": -(-fetch // strategy.source.page_size),
                "read_as": page.read_as,
                "told": page.told,
            }
        )
        if as_json:
            continue
        pages = counted(int(told[-1]["pages"]), "page")
        say(
            f"{strategy.source.label} reports {counted(total, 'record')}; "
            f"{fetch:,} would be fetched, on {pages}. Nothing was kept."
        )
        for line in _understood(page.read_as, page.told):
            say(line)
    if as_json:
        say_json(told)
    return code


def say_ran(
    folder: ReviewFolder,
    strategies: Sequence[SearchToRun],
    today: date,
    heard: Callable[[str], None],
    as_json: bool,
) -> int:
    """Runs each search and tells of it; one that is refused does not keep the others from it."""
    told: list[dict[str, Any]] = []
    code = _DONE
    for strategy in strategies:
        try:
            ran = run_search(folder, strategy, today, heard)
        except ReviewError as refusal:
            if len(strategies) == 1:
                raise
            code = _NOT_WHOLE
            tell(f"{strategy.source.label}: {safe(str(refusal))}")
            told.append({"source": strategy.source.id, "refused": str(refusal)})
            continue
        folder.reload()
        code = _NOT_WHOLE if ran.broken_off else code
        if as_json:
            told.append(for_programs(folder, ran))
        else:
            for line in lines_of(folder, ran):
                say(line)
            _say_faults(folder, ran)
    if as_json:
        say_json(told)
    elif not strategies:
        say("No search is due: those of the protocol and the log were run.")
    else:
        say(f"Next: review dedupe {folder.slug}")
    return code


def lines_of(folder: ReviewFolder, ran: Ran) -> Iterator[str]:
    """The account of one search."""
    taken = ran.taken
    yield f"{ran.strategy.source.label} searched, taken in as {taken.id}."
    if ran.resumed_after:
        yield f"  Went on after {counted(ran.resumed_after, 'page')} of an earlier run."
    if not ran.missing:
        yield f"  {ran.reported:,} reported = {ran.got:,} got + 0 missing"
    for note in notes_of(ran):
        yield f"  {note}"
    yield from _understood(ran.read_as, ran.told)
    if taken.export != taken.log:
        yield f"  Export   {safe(folder.places.shown(taken.export))}"
    yield f"  Its log  {safe(folder.places.shown(taken.log))}"


def _understood(read_as: str, told: Sequence[str]) -> Iterator[str]:
    if read_as:
        yield f"  Read as  {safe(read_as, 400)}"
    for words in told:
        yield f"  Look at  {safe(words, 200)}"


def _say_faults(folder: ReviewFolder, ran: Ran) -> None:
    parsed = read_taken(folder, ran.taken, lambda n: None) if ran.got else None
    if parsed is not None:
        say_problems([*set_aside_problems(parsed.notes.set_aside), *parsed.notes.problems], most=20)
    search = folder.searches[0].get(ran.taken.id)
    if search and (still := still_open(search)):
        tell(f"Still to fill in there, as PRISMA-S asks: {', '.join(still)}.")
    if ran.broken_off:
        tell(f"The answer is not whole: {ran.broken_off}. Run it again with --anew another day.")


def for_programs(folder: ReviewFolder, ran: Ran) -> dict[str, Any]:
    parsed = read_taken(folder, ran.taken, lambda n: None) if ran.got else None
    return {
        "source": ran.strategy.source.id,
        "search": ran.taken.id,
        "searched_on": ran.searched_on,
        "update_of": ran.strategy.update_of,
        "reported": ran.reported,
        "got": ran.got,
        "missing": ran.missing,
        "twice": ran.twice,
        "pages": ran.pages,
        "resumed_after": ran.resumed_after,
        "totals": ran.totals,
        "broken_off": ran.broken_off,
        "read_as": ran.read_as,
        "told": ran.told,
        "read": len(parsed.ids) if parsed else 0,
        "set_aside": len(parsed.notes.set_aside) if parsed else 0,
        "export": folder.places.shown(ran.taken.export),
        "log": folder.places.shown(ran.taken.log),
    }
