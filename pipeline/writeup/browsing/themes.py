"""Themes and coded quotes as rows, walkable both ways."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.synthesis.themes import quotes_of, themes_of_quote
from pipeline.terms.browsing import BrowsedQuote, BrowsedTheme
from pipeline.writeup.browsing.evidence import within
from pipeline.writeup.dossier import Dossier


def themes(dossier: Dossier) -> Iterator[BrowsedTheme]:
    told = dossier.synthesis.themes
    for theme in told.themes.values():
        yield BrowsedTheme(
            id=theme.id,
            label=theme.label,
            level=theme.level,
            account=" ".join(theme.account.split()),
            place=_place(theme.id, dossier),
            codes=_labels(theme.codes, dossier),
            below=theme.themes,
            quotes=tuple(quote.id for quote in quotes_of(told, theme.id)),
        )


def quotes(dossier: Dossier) -> Iterator[BrowsedQuote]:
    told = dossier.synthesis.themes
    for quote in told.quotes.values():
        yield BrowsedQuote(
            id=quote.id,
            study=quote.study,
            quote=quote.quote,
            page=quote.page,
            said_by=quote.said_by or "",
            note=quote.note,
            place=_place(quote.id, dossier),
            codes=_labels(quote.codes, dossier),
            themes=tuple(theme.id for theme in themes_of_quote(told, quote.id)),
        )


def _labels(codes: tuple[str, ...], dossier: Dossier) -> tuple[str, ...]:
    known = dossier.synthesis.themes.codes
    return tuple(known[code].label for code in codes if code in known)


def _place(id: str, dossier: Dossier) -> str:
    place = dossier.synthesis.themes.places.get(id)
    return within(str(place), dossier) if place else ""
