"""The sources that can be searched over the web. Adding one is a row here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.model.problem import ReviewError
from pipeline.notation.typed import nearest
from pipeline.services.access_keys import Key, key_for
from pipeline.services.asking import Service
from pipeline.services.cursor_sources import (
    CLINICAL_TRIALS,
    CROSSREF,
    EUROPE_PMC,
    OPENALEX,
    SEMANTIC_SCHOLAR,
)
from pipeline.services.pubmed import PUBMED
from pipeline.services.wanted import SearchSource

_ROWS = (OPENALEX, PUBMED, EUROPE_PMC, CROSSREF, SEMANTIC_SCHOLAR, CLINICAL_TRIALS)
SOURCES: Mapping[str, SearchSource] = {source.id: source for source in _ROWS}


def source_called(name: str) -> SearchSource:
    """The source with the id or the label `name`; raises ReviewError for none."""
    wanted = name.strip().casefold()
    for source in _ROWS:
        if wanted in (source.id, source.label.casefold()):
            return source
    raise ReviewError(
        f"{name!r} is no source that can be searched from here.{nearest(wanted, tuple(SOURCES))}",
        f"Known are {', '.join(SOURCES)}; for others take an export in with `review ingest`",
    )


def service_of(
    source: SearchSource,
    *,
    address: str = "",
    contact: str = "",
    trusted: bool = True,
    heard: Callable[[str], None] = lambda words: None,
) -> Service:
    """The door to `source`, at `address` where one is given, with its key if there is one.

    A key is only for a `trusted` address: what stands in a file others may have written.
    """
    key = key_for(source.id, source.key_variables) if trusted else Key("")
    known = bool(key) or (source.id == CROSSREF.id and bool(contact))
    quicker = source.interval_when_known if known else None
    return Service(
        source.label,
        address or source.address,
        quicker or source.interval,
        key=key,
        key_place=source.key_place,
        key_in_header=source.key_in_header,
        contact=contact,
        heard=heard,
    )
