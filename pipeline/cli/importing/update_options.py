"""What is known of each export of an update: from the command line, a YAML beside it, its name,
and the earlier search of the same source that it repeats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.cli.importing import ingest_options
from pipeline.model.problem import Place, Problem, ReviewError
from pipeline.model.search import Arm, PeerReview, Search, SourceKind
from pipeline.notation.safe_text import for_file_name
from pipeline.notation.typed import into
from pipeline.notation.yaml_text import read_yaml
from pipeline.store import ReviewFolder
from pipeline.store.importing import Received, told_by_name
from pipeline.store.places import shown

CARRIED_OVER = (
    "kind", "interface", "interface_url", "databases", "counted_in", "how", "alert", "was_run",
    "format", "encoding", "columns",
)  # fmt: skip
"""What a search takes from the one that it repeats where nothing else is said."""

STRATEGY = ("query", "limits", "limit_reasons", "filters", "reused_from", "peer_review")
"""What it takes as well when the very same strategy was run again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSidecar:
    """The YAML beside an export: fields of a search log, all of which may be left out."""

    source: str = ""
    kind: SourceKind | None = None
    searched_on: date | None = None
    id: str = ""
    interface: str = ""
    interface_url: str = ""
    databases: tuple[str, ...] = ()
    counted_in: Arm | None = None
    how: str = ""
    query: str = ""
    limits: tuple[str, ...] = ()
    limit_reasons: str = ""
    filters: tuple[str, ...] = ()
    reused_from: str = ""
    update_of: str = ""
    alert: str = ""
    peer_review: PeerReview | None = None
    results_reported: int | None = None
    format: str = ""
    encoding: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    same_strategy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """An export (None: a search that found nothing), its search log, and the id that it is to have.

    `search.update_of` names the search that it repeats.
    """

    received: Received
    search: Search
    wanted: str
    exactly: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateOptions:
    """What the command line says of all exports at once."""

    source: str = ""
    on: str = ""
    same_strategy: bool = False


def wish_of(
    received: Received, asked: UpdateOptions, folder: ReviewFolder, today: date
) -> tuple[Wish | None, tuple[Problem, ...]]:
    """What is known of one export, or None and what is missing or wrong."""
    told, problems = _told(received)
    if told is None:
        return None, problems
    by_name, day = told_by_name(received.path)
    searches = tuple(folder.searches[0].values())
    previous = _previous(told.update_of, told.source or asked.source, by_name, searches)
    source = told.source or asked.source or (previous.source if previous else "")
    searched_on = told.searched_on or (_day(asked.on) if asked.on else day)
    missing = [
        words
        for words, value in (("what was searched", source), ("on which day", searched_on))
        if not value
    ]
    faults = list(_faults(received, told, missing, searched_on, searches, today))
    if faults or searched_on is None:
        return None, tuple(faults)
    search = _filled(told, previous, asked.same_strategy or told.same_strategy)
    search = replace(
        search,
        source=ingest_options.source(source),
        searched_on=searched_on,
        ingested_on=today,
        update_of=told.update_of or (previous.id if previous else ""),
    )
    wanted = told.id or (for_file_name(f"{by_name}-{searched_on}") if previous and by_name else "")
    return (
        Wish(
            received=received,
            search=search,
            wanted=wanted or ingest_options.search_id("", search),
            exactly=bool(told.id),
        ),
        (),
    )


def _told(received: Received) -> tuple[ExportSidecar | None, tuple[Problem, ...]]:
    if received.log is None:
        return ExportSidecar(), ()
    try:
        text = received.log.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return None, (_fault(received.log, "it is not UTF-8 text", "Save it as UTF-8"),)
    told, problems = into(ExportSidecar, read_yaml(text, shown(received.log)))
    return told, problems


def _day(text: str) -> date:
    return ingest_options.past(text, "--on")


def _previous(
    update_of: str, source: str, by_name: str, searches: Sequence[Search]
) -> Search | None:
    """The latest earlier search of the same source: as it is said, by its source, by its id."""
    if update_of:
        return next((s for s in searches if s.id == update_of), None)
    if source:
        same = [s for s in searches if s.source.casefold() == source.strip().casefold()]
    else:
        same = [s for s in searches if by_name and told_by_name(Path(f"{s.id}.x"))[0] == by_name]
        if len({s.source for s in same}) > 1:
            return None
    return max(same, key=lambda s: (s.searched_on, s.sequence, s.id), default=None)


def _faults(
    received: Received,
    told: ExportSidecar,
    missing: Sequence[str],
    searched_on: date | None,
    searches: Sequence[Search],
    today: date,
) -> list[Problem]:
    faults = []
    beside = f"{received.path.name}.yaml"
    if missing:
        faults.append(
            _fault(
                received.path,
                f"nothing tells {' and '.join(missing)}",
                f"Write it into {beside} (`source:`, `searched_on:`), or say --source and --on",
            )
        )
    if searched_on is not None and searched_on > today:
        faults.append(
            _fault(received.path, f"{searched_on} is still to come", "Give the day of the search")
        )
    if told.update_of and told.update_of not in {s.id for s in searches}:
        what = f"`update_of: {told.update_of}` is no search of this review"
        faults.append(_fault(received.log or received.path, what, "Give the id of one"))
    if received.export is None and told.results_reported != 0:
        what = "no export lies beside this log of a search"
        remedy = "Put it there under the same name, or write `results_reported: 0`"
        faults.append(_fault(received.path, what, remedy))
    return faults


def _filled(told: ExportSidecar, previous: Search | None, same_strategy: bool) -> Search:
    """The search log from what is told, what is not told from the search that it repeats."""
    names = {f.name for f in fields(ExportSidecar)} - {
        "source",
        "searched_on",
        "id",
        "same_strategy",
    }
    said: dict[str, Any] = {name: getattr(told, name) for name in names}
    inherited = (*CARRIED_OVER, *(STRATEGY if same_strategy else ()))
    for name in inherited:
        if previous is not None and said.get(name) in ("", (), None, {}):
            said[name] = getattr(previous, name)
    said["kind"] = said["kind"] or SourceKind.DATABASE
    return Search(id="", source="", searched_on=date.min, ingested_on=date.min, **said)


def _fault(path: Path, what: str, remedy: str) -> Problem:
    return Problem(place=Place(file=shown(path)), what=what, remedy=remedy, check="update")


def named(exports: Sequence[str]) -> tuple[Received, ...]:
    """The exports that are named on the command line; raises ReviewError for what is no file."""
    from pipeline.store.files import check_readable
    from pipeline.store.importing import log_beside

    found = []
    for name in exports:
        path = Path(name).expanduser()
        check_readable(path)
        found.append(Received(export=path, log=log_beside(path)))
    if not found:
        raise ReviewError("no export is named", "Name export files, or a folder with --from")
    return tuple(found)
