"""`synthesis/themes.yaml`: codes on quotes that stand in the studies, themes over codes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.model.narrative import Code, CodedQuote, Theme, ThemeLevel, Themes
from pipeline.model.problem import Place, Problem
from pipeline.notation.yaml_text import YamlText
from pipeline.synthesis.reading.faults import (
    KnownIds,
    fault,
    path_of,
    read_into,
    twice,
    unknown,
    warning,
)
from pipeline.synthesis.study_facts import holds, texts_of
from pipeline.synthesis.themes import quotes_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemesFile:
    codes: tuple[Code, ...] = ()
    quotes: tuple[CodedQuote, ...] = ()
    themes: tuple[Theme, ...] = ()


def read_themes(file: tuple[str, str], known: KnownIds) -> tuple[Themes, tuple[Problem, ...]]:
    """The themes; none where there is no file. A quote without a page gets that of its source."""
    said, text, problems = read_into(ThemesFile, file)
    if said is None:
        return Themes(), tuple(problems)
    places: dict[str, Place] = {}
    quotes: dict[str, CodedQuote] = {}
    listed: list[tuple[str, Place]] = []
    for n, quote in enumerate(said.quotes):
        at = text.place(path_of(text, ("quotes",), quote.id, n))
        listed.append((f"quote {quote.id}", at))
        places[f"quote:{quote.id}"] = at
        found, faults = _held(quote, known, at)
        quotes[quote.id] = found
        problems += faults
        problems += unknown("code", quote.codes, [code.id for code in said.codes], at)
    for n, theme in enumerate(said.themes):
        at = text.place(path_of(text, ("themes",), theme.id, n))
        listed.append((f"theme {theme.id}", at))
        places[f"theme:{theme.id}"] = at
    themes = Themes(
        codes={code.id: code for code in said.codes},
        quotes=quotes,
        themes={theme.id: theme for theme in said.themes},
        places=places,
    )
    problems += twice(listed)
    problems += _faults_of(themes, text)
    return themes, tuple(problems)


def _held(quote: CodedQuote, known: KnownIds, at: Place) -> tuple[CodedQuote, list[Problem]]:
    """`quote` with the page of its source, and what is wrong when no source holds its words."""
    study = known.studies.get(quote.study)
    if study is None:
        return quote, list(unknown("study", [quote.study], known.studies, at))
    pages = [page for words, page in texts_of(study) if holds(words, quote.quote)]
    if not pages:
        return quote, [
            fault(
                at,
                f"the words of {quote.id!r} stand in no source of {quote.study}",
                "Copy them from a `quote:` of the study's file, or add them there with their page",
            )
        ]
    given = [page for page in dict.fromkeys(pages) if page]
    if not quote.page:
        return replace(quote, page=given[0] if given else ""), []
    if given and quote.page not in given:
        return quote, [
            warning(
                at,
                f"{quote.id!r} is on page {quote.page} here, on {', '.join(given)} in the study",
                "Look it up and correct one of them",
            )
        ]
    return quote, []


def _faults_of(themes: Themes, text: YamlText) -> Iterator[Problem]:
    under: set[str] = set()
    for theme in themes.themes.values():
        at = themes.places[f"theme:{theme.id}"]
        under |= set(theme.codes)
        yield from unknown("code", theme.codes, themes.codes, at)
        yield from unknown("theme", theme.themes, themes.themes, at)
        if _circular(themes, theme.id):
            yield fault(at, f"the theme {theme.id!r} stands below itself", "Break the circle")
        if theme.level is ThemeLevel.DESCRIPTIVE and theme.themes:
            yield warning(
                at,
                f"the descriptive theme {theme.id!r} has themes below it",
                "Make it `level: analytical`, or give it codes instead",
            )
        if not quotes_of(themes, theme.id):
            yield fault(
                at,
                f"the theme {theme.id!r} rests on no quote",
                "Name its codes (or the themes below it), and code quotes with them",
            )
    used = {code for quote in themes.quotes.values() for code in quote.codes}
    for id in themes.codes:
        if id not in used or id not in under:
            what = "is on no quote" if id not in used else "stands under no theme"
            yield warning(
                text.place(("codes", id)), f"the code {id!r} {what}", "Use it or take it out"
            )


def _circular(themes: Themes, id: str) -> bool:
    waiting, seen = list(themes.themes[id].themes), set[str]()
    while waiting:
        below = waiting.pop()
        if below == id:
            return True
        if below in themes.themes and below not in seen:
            seen.add(below)
            waiting += themes.themes[below].themes
    return False
