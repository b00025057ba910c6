"""The search log of a review, one YAML a search, and the exports that lie beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.model.problem import Place, Problem
from pipeline.model.search import Search
from pipeline.notation.typed import into
from pipeline.notation.yaml_text import YamlText, read_yaml
from pipeline.store import cache
from pipeline.store.files import Reader
from pipeline.store.places import ReviewPlaces, shown

Tick = Callable[[int], None]


def read_searches(
    places: ReviewPlaces, read: Reader
) -> tuple[Mapping[str, Search], tuple[Problem, ...]]:
    """The search log by id, in the order in which the exports came in, and what is wrong with it.

    A search whose YAML is not sound, or names no file beside it, is left out.
    """
    found: list[Search] = []
    problems: list[Problem] = []
    for path in sorted(places.searches.glob("*.yaml")):
        if path.name.count(".") > 1:
            continue
        text = read_yaml(read(path), shown(path))
        search, faults = into(Search, text, given={"id": path.stem})
        problems += faults
        if search is None:
            continue
        if search.found_nothing or _names_a_file(search):
            found.append(search)
        else:
            problems.append(_elsewhere(search, text))
    found.sort(key=lambda s: (s.ingested_on, s.sequence, s.id))
    return {s.id: s for s in found}, tuple(problems)


def _names_a_file(search: Search) -> bool:
    return not ("/" in search.export or "\\" in search.export or search.export in ("", ".", ".."))


def read_exports(
    places: ReviewPlaces, searches: Iterable[Search], tick: Tick
) -> tuple[Mapping[str, cache.ParsedExport], tuple[Problem, ...]]:
    """The parsed export of each search by its id; changed or missing exports are problems.

    A changed export is parsed all the same. `tick` is told how many records were parsed.
    """
    found: dict[str, cache.ParsedExport] = {}
    problems: list[Problem] = []
    for search in searches:
        if search.found_nothing:
            continue
        export = places.exports / search.export
        about = search_place(places, search.id)
        if not export.is_file():
            problems.append(_missing(search, about))
            continue
        try:
            sha256 = cache.known_sha256(export, places.cache)
        except OSError as error:
            problems.append(_unreadable(search, about, error))
            continue
        if sha256 != search.sha256:
            problems.append(_changed(search, about))
        repairs = repairs_of(places, search)
        found[search.id] = cache.parsed_export(
            search, export, shown(export), places.cache, repairs, tick
        )
    return found, tuple(problems)


def table_of(exports: Iterable[cache.ParsedExport], columns: Sequence[str]) -> Any:
    """An Arrow table of `columns` (names of notation/record_table.py) over all `exports`."""
    import pyarrow as pa  # here, as few commands look at all records at once

    from pipeline.notation.record_table import SCHEMA

    parts = [export.columns(list(columns)) for export in exports]
    parts = [part.select(list(columns)).replace_schema_metadata() for part in parts]
    empty = pa.schema([SCHEMA.field(name) for name in columns]).empty_table()
    return pa.concat_tables([empty, *parts])


def repairs_of(places: ReviewPlaces, search: Search) -> Path | None:
    """The file with repaired entries of an export, `searches/ID.repairs.*`, if there is one."""
    return next(iter(sorted(places.searches.glob(f"{search.id}.repairs.*"))), None)


def search_place(places: ReviewPlaces, search: str) -> Place:
    """The YAML of the search with the id `search`; the protocol for the empty name."""
    path = places.searches / f"{search}.yaml" if search else places.protocol
    return Place(file=shown(path), line=1)


def orphaned_exports(places: ReviewPlaces, searches: Iterable[Search]) -> tuple[Place, ...]:
    """Files among the exports that none of `searches` speaks of."""
    known = {s.export for s in searches}
    return tuple(
        Place(file=shown(path))
        for path in sorted(places.exports.glob("*"))
        if path.is_file()
        and path.suffix != ".yaml"
        and ".repairs" not in path.name
        and not path.name.startswith(".")
        and path.name not in known
    )


def forget_hashes(places: ReviewPlaces, searches: Iterable[Search]) -> None:
    """Lets every export be hashed in full again, whatever the cache remembers of it."""
    for search in searches:
        export = places.exports / search.export
        if search.export and export.is_file():
            cache.forget_sha256(export, places.cache)


def _elsewhere(search: Search, text: YamlText) -> Problem:
    return Problem(
        place=text.place(("export",)),
        what=f"`export: {search.export}` is not the name of a file beside this one",
        remedy="Put the export into the same folder and write only its name",
        check="export-missing",
    )


def _missing(search: Search, place: Place) -> Problem:
    return Problem(
        place=place,
        what=f"the export {search.export} of this search is not there; its records are not counted",
        remedy="Restore it from the history of the repository or from the database",
        check="export-missing",
    )


def _unreadable(search: Search, place: Place, error: OSError) -> Problem:
    return Problem(
        place=place,
        what=f"the export {search.export} cannot be read: {error.strerror}",
        remedy="Give yourself the right to read it",
        check="export-missing",
    )


def _changed(search: Search, place: Place) -> Problem:
    return Problem(
        place=place,
        what=f"the export {search.export} is no longer the file that was taken in; "
        "decisions may point at other records",
        remedy="Restore it (`git checkout` does); take a newer export in as a search of its own",
        check="export-changed",
    )
