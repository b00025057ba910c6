"""`review chase`: the citations of included studies, followed both ways, become a search."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import pipeline
from pipeline.cli.console import counted, progress, safe, say, say_json, tell
from pipeline.cli.importing.ingest import log_without_results, take_in_export
from pipeline.model.problem import ReviewError
from pipeline.model.record import Record
from pipeline.model.search import Chased, Search, SourceKind
from pipeline.model.standing import Standing
from pipeline.sessions.named_records import kept_in_stead, known_records
from pipeline.snapshot.settle import settle
from pipeline.store import ReviewFolder, open_review
from pipeline.store.importing import TakenIn, arrival
from pipeline.store.under_way import KeptAnswers, kept_answers

if TYPE_CHECKING:
    from pipeline.services.asking import Service
    from pipeline.services.citation_chasing import Chase, Seed

_VOICES = ("semanticscholar", "opencitations")
_MOST = 20_000
_ADDRESSES = {
    "openalex": "https://api.openalex.org",
    "semanticscholar": "https://api.semanticscholar.org/graph/v1",
    "opencitations": "https://api.opencitations.net/index/v2",
}


def chase(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")],
    seeds: Annotated[
        list[str] | None,
        typer.Argument(metavar="RECORD", help="Ids of records; else all included reports."),
    ] = None,
    backward: Annotated[
        bool, typer.Option("--backward", help="What the seeds cite. Without either, both ways.")
    ] = False,
    forward: Annotated[bool, typer.Option("--forward", help="What cites the seeds.")] = False,
    rounds: Annotated[
        int, typer.Option(min=1, help="Follow what was found as well, so many times in all.")
    ] = 1,
    also: Annotated[
        list[str] | None,
        typer.Option(help="A second voice: semanticscholar or opencitations; may stand twice."),
    ] = None,
    limit: Annotated[
        int, typer.Option(min=1, help="Begin no further round once so many works are found.")
    ] = _MOST,
    base_url: Annotated[
        list[str] | None,
        typer.Option(help="Another server for a service, as SERVICE=URL, like openalex=URL."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> int:
    """Follows citations over OpenAlex; what is found comes in as a search of other methods.

    Begins at the reports of included studies, or at the records that are named. A round takes what
    the works of the round before cite (--backward) and what cites them (--forward); it ends after
    --rounds, or when a round brings nothing new. Which work led to each stands in the log of the
    search; what an earlier chase found does not come in again. Seeds that OpenAlex does not have
    and references without an id are told. After a break the same command, on the same day, goes on
    from what was answered before.

    Example: review chase my-review --backward --forward --rounds 2

    Example: review chase my-review scopus-2026-02-02:0031 --backward --also opencitations
    """
    if not (backward or forward):
        backward = forward = True
    for name in also or ():
        if name not in _VOICES:
            raise ReviewError(f"{name!r} is no second voice", f"Known are {', '.join(_VOICES)}")
    with progress("Reading exports") as tick:
        folder = open_review(review, tick=tick)
        found = _seeds(folder, seeds or ())
    today = date.today()
    addresses = _addresses(base_url or ())
    asked = [sorted(s.record for s in found), backward, forward, rounds, sorted(also or ()), limit]
    kept = kept_answers(folder.places, json.dumps([*asked, sorted(addresses.items())]), today)
    chased = _followed(
        folder, found, kept, addresses, backward, forward, rounds, tuple(also or ()), limit
    )
    taken = _taken_in(folder, found, chased, kept, addresses, backward, forward, also or (), today)
    kept.forget()
    folder.reload()
    _say(folder, found, chased, taken, as_json)
    return 0


def _seeds(folder: ReviewFolder, named: Sequence[str]) -> list[Seed]:
    from pipeline.services.citation_chasing import Seed, short_id

    written = folder.review
    ledger = settle(written)
    if named:
        positions = kept_in_stead(known_records(named, written, ledger), ledger)
    else:
        positions = ledger.at(Standing.INCLUDED)
    if not positions:
        raise ReviewError(
            "no study is included so far", "Name the records to begin at, or include studies first"
        )
    found = []
    for position in positions:
        same = [position.record, *ledger.duplicates.get(position.record, ())]
        records = [folder.records[name] for name in same if name in folder.records]
        found.append(
            Seed(
                record=position.record,
                openalex=next((w for r in records for w in _works(r) if short_id(w)), ""),
                doi=next((r.doi for r in records if r.doi), ""),
                pmid=next((r.pmid for r in records if r.pmid), ""),
            )
        )
    return found


def _works(record: Record) -> Iterator[str]:
    for tag in record.identifiers:
        if tag.name.lower() == "openalex":
            yield tag.value.upper()


def _addresses(said: Sequence[str]) -> dict[str, str]:
    found = {}
    for one in said:
        name, equals, address = one.partition("=")
        if not equals or name not in _ADDRESSES:
            raise ReviewError(
                f"--base-url {one!r} names no service",
                f"Write it like {'=URL, '.join(_ADDRESSES)}=URL",
            )
        found[name] = address
    return found


def _service(name: str, folder: ReviewFolder, addresses: Mapping[str, str]) -> Service:
    from pipeline.services.asking import Service
    from pipeline.services.source_table import SOURCES, service_of

    contact = folder.protocol[0].contact.strip()
    if name in SOURCES:
        return service_of(
            SOURCES[name], address=addresses.get(name, ""), contact=contact, heard=tell
        )
    address = addresses.get(name) or _ADDRESSES[name]
    return Service("OpenCitations", address, 0.34, contact=contact, heard=tell)


def _asking(service: Service, kept: KeptAnswers) -> Callable[[Any, Callable[[Any], Any]], Any]:
    """Asks `service`, and keeps each answer: the same question is not put twice."""
    from pipeline.services.asking import Response

    def ask(request: Any, read: Callable[[Any], Any]) -> Any:
        said = [(n, v) for n, v in request.parameters if n != "mailto"]
        key = json.dumps([service.address, request.path, said])
        body = kept.get(key)
        if body is not None:
            return read(Response(body=body, headers={}))
        value, answer = service.ask(request, lambda answer: (read(answer), answer))
        kept.put(key, answer.body)
        return value

    return ask


def _followed(
    folder: ReviewFolder,
    seeds: Sequence[Seed],
    kept: KeptAnswers,
    addresses: Mapping[str, str],
    backward: bool,
    forward: bool,
    rounds: int,
    also: Sequence[str],
    limit: int,
) -> Chase:
    from contextlib import ExitStack

    from pipeline.services.citation_chasing import (
        Catalogue,
        OpenCitations,
        SemanticScholarCitations,
        follow,
    )

    of = {"semanticscholar": SemanticScholarCitations, "opencitations": OpenCitations}
    with ExitStack() as open_, progress("Works found") as tick:
        catalogue = open_.enter_context(_service("openalex", folder, addresses))
        voices = [
            of[name](_asking(open_.enter_context(_service(name, folder, addresses)), kept))
            for name in dict.fromkeys(also)
        ]
        return follow(
            Catalogue(_asking(catalogue, kept), folder.protocol[0].contact.strip()),
            seeds,
            backward=backward,
            forward=forward,
            rounds=rounds,
            voices=voices,
            most=limit,
            tick=lambda done, total: tick(done),
        )


def _taken_in(
    folder: ReviewFolder,
    seeds: Sequence[Seed],
    chased: Chase,
    kept: KeptAnswers,
    addresses: Mapping[str, str],
    backward: bool,
    forward: bool,
    also: Sequence[str],
    today: date,
) -> TakenIn:
    address = addresses.get("openalex", _ADDRESSES["openalex"]).rstrip("/")
    earlier = [s for s in folder.searches[0].values() if s.chased]
    before = {work for s in earlier if s.chased for work in s.chased.led}
    new = {name: work for name, work in chased.found.items() if name not in before}
    search = Search(
        id="",
        source="Citation searching over OpenAlex",
        kind=SourceKind.CITATION_SEARCHING,
        searched_on=today,
        ingested_on=today,
        interface="OpenAlex API",
        interface_url=address,
        how=how_in_words(len(seeds), chased, backward, forward, also, len(new)),
        update_of=earlier[-1].id if earlier else "",
        results_reported=len(new),
        format="json",
        chased=Chased(
            program=f"review {pipeline.__version__}",
            address=address,
            rounds=chased.rounds,
            ended=chased.ended,
            backward=backward,
            forward=forward,
            voices=tuple(also),
            seeds={work: record for record, work in chased.seeds.items()},
            unknown=tuple(chased.unknown),
            gone=tuple(sorted(chased.gone)),
            beyond=tuple(sorted(chased.beyond)),
            without_id=chased.without_id,
            led={work: tuple(chased.led[work]) for work in new},
        ),
    )
    wanted = f"citations-{today}"
    if not new:
        return log_without_results(folder, search, wanted)
    lines = (work.raw + b"\n" for work in new.values())
    export = kept.file("works.json", lines)
    return _export_taken(folder, search, wanted, export)


def _export_taken(folder: ReviewFolder, search: Search, wanted: str, export: Path) -> TakenIn:
    with (
        export.open("rb") as stream,
        arrival(folder.places, stream, f"works{''.join(export.suffixes)}") as arrived,
    ):
        return take_in_export(folder, arrived, search, wanted, False, strict=False, again=False)


def how_in_words(
    seeds: int, chased: Chase, backward: bool, forward: bool, also: Sequence[str], new: int
) -> str:
    """How citations were followed, for the log and PRISMA-S item 5.

    `new` of the works that were found are in this search, the others in earlier ones.
    """
    ways = " and ".join(
        words for words, asked in (("backward", backward), ("forward", forward)) if asked
    )
    names = {"semanticscholar": "Semantic Scholar", "opencitations": "OpenCitations"}
    over = ", ".join(["OpenAlex", *(names[name] for name in also)])
    parts = [
        f"{ways.capitalize()} citation searching from {counted(seeds, 'report')} over {over}, "
        f"{counted(chased.rounds, 'round')}"
        + (", until nothing new was found." if chased.ended else "."),
    ]
    if new < len(chased.found):
        found = counted(len(chased.found), "work")
        parts.append(f"Of {found} {new:,} had not been found by an earlier chase.")
    if chased.unknown:
        parts.append(
            f"{counted(len(chased.unknown), 'report')} of them could not be found there: "
            f"{', '.join(chased.unknown)}."
        )
    if chased.gone:
        parts.append(f"{counted(len(chased.gone), 'cited id')} led to no work.")
    if chased.without_id:
        parts.append(f"{counted(chased.without_id, 'reference')} had no id to follow.")
    if chased.beyond:
        parts.append(f"{counted(len(chased.beyond), 'DOI')} had no record in OpenAlex.")
    return " ".join(parts)


def _say(
    folder: ReviewFolder, seeds: Sequence[Seed], chased: Chase, taken: TakenIn, as_json: bool
) -> None:
    dois = {r.doi for r in folder.records.values() if r.doi and r.search != taken.id}
    known = sum(work.doi in dois for work in chased.found.values() if work.doi)
    search = folder.searches[0].get(taken.id)
    if as_json:
        say_json(
            {
                "review": folder.slug,
                "search": taken.id,
                "already_there": taken.known,
                "seeds": len(seeds),
                "seeds_not_found": chased.unknown,
                "rounds": chased.rounds,
                "ended": chased.ended,
                "found": len(chased.found),
                "new": search.results_reported if search else 0,
                "in_the_review_by_doi": known,
                "ids_that_lead_nowhere": sorted(chased.gone),
                "dois_without_record": sorted(chased.beyond),
                "references_without_id": chased.without_id,
                "log": folder.places.shown(taken.log),
                "next": f"review dedupe {folder.slug}",
            }
        )
        return
    begun = counted(len(seeds), "seed")
    say(f"{counted(len(chased.found), 'work')} found from {begun}, as {taken.id}.")
    say(f"  {safe(search.how if search else '')}")
    say(f"  {known:,} of them are in the review already, by their DOI.")
    say(f"  Its log  {safe(folder.places.shown(taken.log))}")
    if not chased.ended:
        tell("What was found may lead further: --rounds follows it.")
    say(f"Next: review dedupe {folder.slug}")
