"""Walks between themes, codes, quotes and studies, both ways."""

from __future__ import annotations

from pipeline.model.narrative import CodedQuote, Theme, Themes


def codes_of(themes: Themes, theme: str) -> tuple[str, ...]:
    """The codes under a theme, those of the themes below it included, each once."""
    found: dict[str, None] = {}
    for one in with_below(themes, theme):
        found |= dict.fromkeys(one.codes)
    return tuple(found)


def with_below(themes: Themes, theme: str) -> tuple[Theme, ...]:
    """A theme and every theme below it, each once, also where they name each other in a circle."""
    found: dict[str, Theme] = {}
    waiting = [theme]
    while waiting:
        id = waiting.pop(0)
        if id in themes.themes and id not in found:
            found[id] = themes.themes[id]
            waiting += found[id].themes
    return tuple(found.values())


def quotes_of(themes: Themes, theme: str) -> tuple[CodedQuote, ...]:
    """The quotes that a theme rests on, in the order in which they were coded."""
    codes = set(codes_of(themes, theme))
    return tuple(q for q in themes.quotes.values() if codes & set(q.codes))


def studies_of(themes: Themes, theme: str) -> tuple[str, ...]:
    """The studies whose words a theme rests on, each once."""
    return tuple(dict.fromkeys(quote.study for quote in quotes_of(themes, theme)))


def themes_of_code(themes: Themes, code: str) -> tuple[Theme, ...]:
    """The themes that a code stands under, directly or through a theme below."""
    return tuple(t for t in themes.themes.values() if code in codes_of(themes, t.id))


def themes_of_quote(themes: Themes, quote: str) -> tuple[Theme, ...]:
    """The themes that a quote bears, directly or through a theme below."""
    codes = themes.quotes[quote].codes
    return tuple(t for t in themes.themes.values() if set(codes) & set(codes_of(themes, t.id)))


def quotes_of_study(themes: Themes, study: str) -> tuple[CodedQuote, ...]:
    return tuple(quote for quote in themes.quotes.values() if quote.study == study)
