"""An export read before it counts: its layout, its records, what of it cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeline.review_folder.cache import ParsedExport, parsed_export
from pipeline.review_folder.opening import ReviewFolder
from pipeline.review_folder.places import ReviewPlaces
from pipeline.review_folder.taking_in import Arrival, TakenIn
from pipeline.terms.problem import ReviewError
from pipeline.terms.search import Search

Tick = Callable[[int], None]


def suffix_for(arrived: Arrival, search: Search) -> str:
    """The suffix that the export came with, or that of its layout when it came without.

    Raises ReviewError when it is empty, no export, or in no layout that can be read.
    """
    from pipeline.readers import READERS, stream_export

    with arrived.copy.open("rb") as stream:
        layout = stream_export(
            stream,
            file=arrived.name,
            format=search.format,
            encoding=search.encoding,
            columns=search.columns,
        ).format
    said = Path(arrived.name)
    if said.suffix.lower() == ".gz":  # packed: the suffix of the layout stands before it
        return f"{Path(said.stem).suffix or READERS[layout].suffix}.gz"
    return said.suffix or READERS[layout].suffix


def read_copy(
    places: ReviewPlaces, arrived: Arrival, search: Search, export: str, tick: Tick
) -> ParsedExport:
    """The copy parsed into the cache, with places under the name `export` that it will have.

    Raises ReviewError, in the name that it came with, for what cannot be read at all.
    """
    final = places.shown(places.searches / export)
    try:
        return parsed_export(search, arrived.copy, final, places.cache, tick=tick)
    except ReviewError as refusal:
        what = refusal.what.replace(final, arrived.name)
        raise ReviewError(what, refusal.remedy) from refusal


def forget(parsed: ParsedExport) -> None:
    """Takes what was parsed out of the cache again."""
    parsed.path.unlink(missing_ok=True)


def read_taken(folder: ReviewFolder, taken: TakenIn, tick: Tick) -> ParsedExport | None:
    """The parsed export of a search that was taken in, its repairs heeded; None when its YAML
    cannot be read."""
    search = folder.searches[0].get(taken.id)
    if search is None or not taken.export.is_file():
        return None
    return parsed_export(
        search,
        taken.export,
        folder.places.shown(taken.export),
        folder.places.cache,
        folder.repairs_of(search),
        tick,
    )
