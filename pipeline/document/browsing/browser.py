"""A snapshot and its write-up into everything that an evidence browser shows."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import quote

from pipeline.document.browsing import evidence, records
from pipeline.document.evidence_base import ordered
from pipeline.document.figures.catalogue import FIGURES
from pipeline.document.figures.gaps import gap_maps
from pipeline.document.write_up import WriteUp
from pipeline.model.browsing import EvidenceBrowser
from pipeline.model.document import Figure, Table
from pipeline.model.problem import ReviewError
from pipeline.render.svg.flow import flow_svg
from pipeline.snapshot import Snapshot

_ELSEWHERE = frozenset({"flow", "gap_map"})
"""Figures that the browser shows in a view of their own."""


def browser(snapshot: Snapshot, written: WriteUp, *, document: str) -> EvidenceBrowser:
    """Everything that the browser of `snapshot` shows; `document` is the file name of the write-up.

    Equal inputs give equal values; the only day in it is that of the document.
    """
    said = written.document
    more = written.supplement.document if written.supplement else said
    return EvidenceBrowser(
        title=said.title,
        subtitle=said.subtitle,
        notice=said.notice,
        day=said.day,
        language=said.language,
        document=document,
        flow=flow_svg(snapshot.ledger.flow, address_of),
        sets=tuple(records.sets(snapshot)),
        studies_table=written.tables["characteristics"],
        study_rows=(*(study.id for study in ordered(snapshot)), *snapshot.not_extracted),
        gap_maps=gap_maps(snapshot),
        records=tuple(records.records(snapshot)),
        decisions=tuple(records.decisions(snapshot)),
        searches=tuple(records.searches(snapshot)),
        studies=tuple(evidence.studies(snapshot)),
        findings=tuple(evidence.findings(snapshot)),
        claims=tuple(evidence.claims(written.claims, snapshot)),
        themes=tuple(evidence.themes(snapshot)),
        quotes=tuple(evidence.quotes(snapshot)),
        changes=_changes(written.tables, snapshot),
        figures=_figures({**said.figures, **more.figures}, snapshot),
        references={
            key: _reference(item)
            for key, item in sorted({**said.references, **more.references}.items())
        },
    )


def address_of(keys: tuple[str, ...]) -> str:
    """The place in the browser behind a box of the flow diagram."""
    return f"#records?set={quote(','.join(keys), safe=',')}" if keys else "#studies"


def _figures(placed: Mapping[str, Figure], snapshot: Snapshot) -> tuple[Figure, ...]:
    """The figures of the text, then every other that can be drawn of this review."""
    found = {id: figure for id, figure in placed.items() if id not in _ELSEWHERE}
    for word, maker in FIGURES.items():
        if word in found or word in _ELSEWHERE:
            continue
        with suppress(ReviewError):  # nothing to draw, or a choice that only the text makes
            found |= {figure.id: figure for figure in maker.figures(snapshot)}
    return tuple(found.values())


def _changes(tables: Mapping[str, Table], snapshot: Snapshot) -> tuple[Table, ...]:
    """What changed since the edition before, and the counts of the editions side by side."""
    if not snapshot.earlier:
        return ()
    return tuple(tables[word] for word in ("changes", "editions") if word in tables)


def _reference(item: Mapping[str, object]) -> str:
    """Title and identifier of a reference on one line: enough to find it again."""
    parts = [item.get("title"), item.get("container-title"), item.get("DOI") or item.get("URL")]
    return ". ".join(str(part) for part in parts if part)
