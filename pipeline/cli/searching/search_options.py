"""Which searches are to be run: the one that is asked for, or those of the protocol and the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from pipeline.checks.staleness import months_later
from pipeline.cli.importing import ingest_options
from pipeline.cli.searching.running import SearchToRun
from pipeline.model.problem import ReviewError
from pipeline.model.search import Search
from pipeline.services.asking import sound_address
from pipeline.services.source_table import SOURCES, source_called
from pipeline.services.wanted import Wanted
from pipeline.store import ReviewFolder


def asked_for(
    folder: ReviewFolder,
    source: str,
    query: str,
    query_file: Path | None,
    from_day: str,
    to_day: str,
    limit: int | None,
    base_urls: Sequence[str],
    today: date,
    *,
    anew: bool,
) -> tuple[SearchToRun, ...]:
    """The search of the command line; ReviewError for what is no search, or was run today."""
    if not source:
        raise ReviewError(
            "no source is named",
            f"Say --source: {', '.join(SOURCES)}; or --again for all searches of the protocol",
        )
    row = source_called(source)
    words = ingest_options.query(query, query_file).strip()
    if not words:
        raise ReviewError("there is no query", "Say --query or --query-file")
    wanted = Wanted(
        query=words,
        from_day=_day(from_day, "--from"),
        to_day=_day(to_day, "--to"),
        limit=limit,
        contact=folder.protocol[0].contact.strip(),
    )
    if wanted.from_day and wanted.to_day and wanted.from_day > wanted.to_day:
        raise ReviewError(f"{wanted.from_day} comes after {wanted.to_day}", "Turn --from and --to")
    address = _addresses(base_urls, row.id).get(row.id, "")
    strategy = SearchToRun(source=row, wanted=wanted, address=address, trusted=bool(address))
    earlier = _latest_runs(folder).get(strategy.makes_same)
    if earlier and earlier.searched_on == today and not anew:
        raise ReviewError(
            f"this search was run today already, as {earlier.id}", "Run it anew with --anew"
        )
    return (replace(strategy, update_of=earlier.id if earlier else ""),)


def planned(
    folder: ReviewFolder, base_urls: Sequence[str], today: date, *, due: bool, anew: bool
) -> tuple[SearchToRun, ...]:
    """The searches of the protocol, and those that were run from here before, each once.

    With `due` only those that are older than the protocol allows, or were never run. Those that
    were run today are left out unless `anew`. Raises ReviewError where there are none at all.
    """
    protocol = folder.protocol[0]
    addresses = _addresses(base_urls, "")
    contact = protocol.contact.strip()
    runs = _latest_runs(folder)
    found: dict[str, SearchToRun] = {}
    for plan in protocol.searches:
        wanted = Wanted(
            query=plan.query.strip(),
            from_day=plan.from_day,
            to_day=plan.to_day,
            limit=plan.limit,
            contact=contact,
        )
        strategy = _at(source_called(plan.source).id, wanted, plan.address, addresses)
        found.setdefault(strategy.makes_same, strategy)
    for makes, run in runs.items():
        asked = run.asked
        if asked is None or makes in found or asked.of not in SOURCES:
            continue
        wanted = Wanted(
            query=run.query,
            from_day=asked.from_day,
            to_day=asked.to_day,
            limit=asked.limit,
            contact=contact,
        )
        own = SOURCES[asked.of].address
        address = "" if asked.address == own else asked.address
        found[makes] = _at(asked.of, wanted, address, addresses)
    if not found:
        raise ReviewError(
            "the protocol plans no search that can be run from here, and none was run before",
            "Write `searches:` into the protocol, or run one with --source and --query",
        )
    wanted_now = []
    for makes, strategy in found.items():
        last = runs.get(makes)
        if last and last.searched_on >= today and not anew:
            continue
        if due and last and not _is_due(folder, strategy, last, today):
            continue
        wanted_now.append(replace(strategy, update_of=last.id if last else ""))
    return tuple(wanted_now)


def _is_due(folder: ReviewFolder, strategy: SearchToRun, last: Search, today: date) -> bool:
    living = folder.protocol[0].living
    months = living.months_for(strategy.source.label) if living else None
    return months is not None and months_later(last.searched_on, months) <= today


def _at(source: str, wanted: Wanted, address: str, named: Mapping[str, str]) -> SearchToRun:
    given = named.get(source, "")
    return SearchToRun(
        source=SOURCES[source],
        wanted=wanted,
        address=given or (sound_address(address) if address else ""),
        trusted=bool(given),
    )


def _latest_runs(folder: ReviewFolder) -> dict[str, Search]:
    """The last search of each kind that was run from here, by what makes it."""
    runs: dict[str, Search] = {}
    for search in folder.searches[0].values():
        asked = search.asked
        if asked is None or asked.of not in SOURCES:
            continue
        wanted = Wanted(
            query=search.query, from_day=asked.from_day, to_day=asked.to_day, limit=asked.limit
        )
        makes = SearchToRun(source=SOURCES[asked.of], wanted=wanted).makes_same
        held = runs.get(makes)
        if held is None or held.searched_on <= search.searched_on:
            runs[makes] = search
    return runs


def _addresses(said: Sequence[str], source: str) -> dict[str, str]:
    """Source and address of each --base-url; a bare address is that of `source`."""
    found: dict[str, str] = {}
    for one in said:
        name, equals, address = one.partition("=")
        if equals and "/" not in name:
            found[source_called(name).id] = sound_address(address)
        elif source:
            found[source] = sound_address(one)
        else:
            raise ReviewError(
                f"--base-url {one!r} does not say of which source", "Write it like openalex=URL"
            )
    return found


def _day(text: str, option: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ReviewError(
            f"{option} {text!r} is no day", "Write year-month-day, like 2016-01-31"
        ) from None
