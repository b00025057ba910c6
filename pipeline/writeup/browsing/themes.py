"""Themes and coded quotes as rows, walkable both ways."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.snapshot import Snapshot
from pipeline.synthesis.themes import quotes_of, themes_of_quote
from pipeline.terms.browsing import BrowsedQuote, BrowsedTheme
from pipeline.writeup.browsing.evidence import within


def themes(snapshot: Snapshot) -> Iterator[BrowsedTheme]:
    told = snapshot.synthesis.themes
    for theme in told.themes.values():
        yield BrowsedTheme(
            id=theme.id,
            label=theme.label,
            level=theme.level,
            account=" ".join(theme.account.split()),
            place=_place(theme.id, snapshot),
            codes=_labels(theme.codes, snapshot),
            below=theme.themes,
            quotes=tuple(quote.id for quote in quotes_of(told, theme.id)),
        )


def quotes(snapshot: Snapshot) -> Iterator[BrowsedQuote]:
    told = snapshot.synthesis.themes
    for quote in told.quotes.values():
        yield BrowsedQuote(
            id=quote.id,
            study=quote.study,
            quote=quote.quote,
            page=quote.page,
            said_by=quote.said_by or "",
            note=quote.note,
            place=_place(quote.id, snapshot),
            codes=_labels(quote.codes, snapshot),
            themes=tuple(theme.id for theme in themes_of_quote(told, quote.id)),
        )


def _labels(codes: tuple[str, ...], snapshot: Snapshot) -> tuple[str, ...]:
    known = snapshot.synthesis.themes.codes
    return tuple(known[code].label for code in codes if code in known)


def _place(id: str, snapshot: Snapshot) -> str:
    place = snapshot.synthesis.themes.places.get(id)
    return within(str(place), snapshot) if place else ""
