"""One search put to a source over the web: every page kept, counted, taken in as an export."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pipeline
from pipeline.cli.console import counted, progress
from pipeline.cli.importing import ingest_options
from pipeline.cli.importing.ingest import log_without_results, take_in_export
from pipeline.model.search import AnswerPage, Asked, Search
from pipeline.services.asking import Service, Unanswered
from pipeline.services.paging import CursorLost, Fetched, SoFar, how_many, pages
from pipeline.services.source_table import service_of
from pipeline.services.wanted import Page, SearchSource, Wanted
from pipeline.store import ReviewFolder
from pipeline.store.importing import TakenIn, arrival, known_search
from pipeline.store.under_way import KeptPage, UnderWay, under_way

Heard = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchToRun:
    """A search as it is to be run: `update_of` is the earlier one that it repeats.

    `address` is that of another server than the source's own; only one that was named on the
    command line (`trusted`) is given the key.
    """

    source: SearchSource
    wanted: Wanted
    address: str = ""
    trusted: bool = False
    update_of: str = ""

    @property
    def reached_at(self) -> str:
        return (self.address or self.source.address).rstrip("/")

    @property
    def makes_same(self) -> str:
        """All that makes two runs runs of the same search, as text."""
        w = self.wanted
        said = [self.source.id, w.query.strip(), str(w.from_day), str(w.to_day), w.limit]
        return json.dumps(said, ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a search came to. Records: `reported` = `got` + `missing`, `twice` came again."""

    strategy: SearchToRun
    taken: TakenIn
    searched_on: date
    reported: int | None
    got: int
    twice: int
    pages: int
    resumed_after: int = 0
    totals: tuple[int, ...] = ()
    broken_off: str = ""
    read_as: str = ""
    told: tuple[str, ...] = ()

    @property
    def missing(self) -> int:
        return max(0, (self.reported or 0) - self.got)


def service_for(strategy: SearchToRun, heard: Heard) -> Service:
    service = service_of(
        strategy.source,
        address=strategy.address,
        contact=strategy.wanted.contact,
        trusted=strategy.trusted or not strategy.address,
        heard=heard,
    )
    return service


def looked_ahead(strategy: SearchToRun, heard: Heard) -> Page:
    """The first answer of a search, without keeping it: how many there are."""
    with service_for(strategy, heard) as service:
        page, _ = how_many(service, strategy.source, strategy.wanted)
    return page


def run_search(folder: ReviewFolder, strategy: SearchToRun, today: date, heard: Heard) -> Ran:
    """Runs `strategy`, or goes on where an earlier run of it stopped, and takes the answer in.

    Raises Unanswered when the source gives no answer; what came until then is kept for next time.
    """
    with under_way(
        folder.places,
        f"{strategy.reached_at} {strategy.makes_same}",
        today,
        one_cursor=not strategy.source.cursor_moves,
    ) as kept:
        resumed = len(kept.pages)
        faults: list[str] = []

        def hear(words: str) -> None:
            faults.append(words)
            heard(words)

        def begin_anew(why: str) -> None:
            nonlocal resumed
            resumed = 0
            heard(f"{why} It begins anew.")
            kept.begin_anew(today)

        if kept.has_open_question:
            begin_anew("The source keeps the place in its answer itself, and may be a page ahead.")
        with service_for(strategy, hear) as service:
            try:
                _fetch(service, strategy, kept)
            except CursorLost as lost:
                begin_anew(lost.what)
                _fetch(service, strategy, kept)
            if faults and any(p.next == p.cursor for p in kept.pages) and _lacks_some(kept):
                begin_anew("A page was lost in a fault of the source.")
                _fetch(service, strategy, kept)
        ran = _taken_in(folder, strategy, kept, today, resumed)
        kept.forget()
    return ran


def _fetch(service: Service, strategy: SearchToRun, kept: UnderWay) -> None:
    so_far = SoFar(next=strategy.source.first, ids=set(), cursors=set())
    for page in kept.pages:
        so_far.take(page.cursor, _as_page(page))
    with progress(f"{strategy.source.label}") as tick:
        kept.asking()
        for fetched in pages(service, strategy.source, strategy.wanted, so_far):
            kept.keep(_as_kept(fetched), fetched.body)
            tick(so_far.records, _goal(strategy, so_far.total))
            kept.asking()


def _lacks_some(kept: UnderWay) -> bool:
    ids = {one for page in kept.pages for one in page.ids}
    return len(ids) < (kept.pages[-1].total or 0)


def _goal(strategy: SearchToRun, total: int | None) -> int | None:
    limits = [n for n in (strategy.wanted.limit, total) if n]
    return min(limits, default=None)


def _as_page(kept: KeptPage) -> Page:
    return Page(ids=kept.ids, next=kept.next, total=kept.total, has_records=kept.has_records)


def _as_kept(fetched: Fetched) -> KeptPage:
    page = fetched.page
    return KeptPage(
        cursor=fetched.cursor,
        next=page.next,
        ids=page.ids,
        total=page.total,
        has_records=page.has_records and bool(page.ids),
        sha256=fetched.sha256,
        bytes=len(fetched.body),
        sent=fetched.sent,
        read_as=page.read_as,
        told=page.told,
        broken_off=fetched.broken_off,
    )


def _taken_in(
    folder: ReviewFolder, strategy: SearchToRun, kept: UnderWay, today: date, resumed: int
) -> Ran:
    records = [one for page in kept.pages for one in page.ids]
    named = [one for one in records if one]
    twice = len(named) - len(set(named))
    totals = tuple(page.total for page in kept.pages if page.total is not None)
    reported = totals[-1] if totals else None
    if reported and not records:
        raise Unanswered(
            f"{strategy.source.label} reports {counted(reported, 'record')} and gave none",
            "Try again later; if it stays so, take an export in with `review ingest`",
        )
    ran = Ran(
        strategy=strategy,
        taken=TakenIn(id="", export=Path(), log=Path()),
        searched_on=kept.begun_on,
        reported=reported if reported is not None else len(records) - twice,
        got=len(records) - twice,
        twice=twice,
        pages=sum(page.has_records for page in kept.pages),
        resumed_after=resumed,
        totals=tuple(total for total, _ in itertools.groupby(totals)),
        broken_off=next((p.broken_off for p in kept.pages if p.broken_off), ""),
        read_as=next((p.read_as for p in kept.pages if p.read_as), ""),
        told=tuple(dict.fromkeys(words for p in kept.pages for words in p.told)),
    )
    search = _search(strategy, ran, kept, today)
    wanted = ingest_options.search_id("", search)
    if not records:
        taken = log_without_results(folder, search, wanted)
    else:
        taken = _export_taken(folder, search, wanted, kept.export(strategy.source.suffix))
    return replace(ran, taken=taken)


def _export_taken(folder: ReviewFolder, search: Search, wanted: str, export: Path) -> TakenIn:
    name = f"answer{''.join(export.suffixes)}"
    with export.open("rb") as stream, arrival(folder.places, stream, name) as arrived:
        known = known_search(folder.places, arrived.sha256)
        folder.reload()
        earlier = folder.searches[0].get(known[0]) if known else None
        # the same bytes on another day are another search; on the same, a run that was stopped
        # between taking them in and tidying up
        again = earlier is None or earlier.searched_on != search.searched_on
        return take_in_export(folder, arrived, search, wanted, False, strict=False, again=again)


def _search(strategy: SearchToRun, ran: Ran, kept: UnderWay, today: date) -> Search:
    source, wanted = strategy.source, strategy.wanted
    limits = tuple(limits_of(strategy))
    asked = Asked(
        of=source.id,
        address=strategy.reached_at,
        program=f"review {pipeline.__version__}",
        finished_on=today,
        sent=dict(kept.pages[0].sent) if kept.pages else {},
        from_day=wanted.from_day,
        to_day=wanted.to_day,
        limit=wanted.limit,
        read_as=ran.read_as,
        told=ran.told,
        twice=ran.twice,
        broken_off=ran.broken_off,
        pages=tuple(
            AnswerPage(
                cursor=page.cursor,
                records=len(page.ids) if page.has_records else 0,
                bytes=page.bytes,
                sha256=page.sha256,
                total=page.total,
            )
            for page in kept.pages
        ),
    )
    return Search(
        id="",
        source=source.label,
        kind=source.kind,
        searched_on=ran.searched_on,
        ingested_on=today,
        interface=source.interface,
        interface_url=strategy.reached_at,
        query=wanted.query,
        limits=limits,
        limit_reasons="" if limits else "No limits were set",
        update_of=strategy.update_of,
        results_reported=ran.reported,
        format=source.format,
        note=" ".join(notes_of(ran)),
        asked=asked,
    )


def limits_of(strategy: SearchToRun) -> Iterator[str]:
    """The limits of a search in words."""
    wanted, dates = strategy.wanted, strategy.source.dates
    if wanted.from_day:
        yield f"{dates} from {wanted.from_day}"
    if wanted.to_day:
        yield f"{dates} until {wanted.to_day}"
    if wanted.limit is not None:
        yield f"the first {counted(wanted.limit, 'record')} of the answer"


def notes_of(ran: Ran) -> Sequence[str]:
    """What readers of the log should know of how the answer came."""
    notes = []
    if ran.missing:
        why = f": {ran.broken_off}" if ran.broken_off else ""
        if ran.strategy.wanted.limit is not None and not why:
            why = ": only so many were asked for"
        elif not ran.strategy.source.total_is_sure and not why:
            why = "; the source only estimates its total"
        notes.append(f"{ran.reported:,} reported = {ran.got:,} got + {ran.missing:,} missing{why}.")
    if ran.twice:
        notes.append(f"{counted(ran.twice, 'record')} came more than once in the answer.")
    if len(ran.totals) > 1:
        notes.append(
            f"The total changed while the answer came: {', '.join(f'{n:,}' for n in ran.totals)}."
        )
    if ran.got > (ran.reported or ran.got):
        notes.append(f"{ran.got:,} came, more than the {ran.reported:,} that were reported.")
    return notes
