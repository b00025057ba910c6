"""From a theme down to codes, quotes and reports, and from a quote or a code up to its themes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.document.evidence_base import evidence_base
from pipeline.model.narrative import CodedQuote, Theme
from pipeline.model.statement import Step
from pipeline.model.study import page_in_words
from pipeline.snapshot import Snapshot
from pipeline.synthesis.themes import quotes_of, themes_of_code, with_below

ReportStep = Callable[[str], Step]
"""The walk from the id of a study's primary report to the export."""


def theme_step(id: str, snapshot: Snapshot, report: ReportStep) -> Step:
    """The theme `id`, the themes below it, its codes, their quotes, the reports they stand in."""
    return _theme_step(id, snapshot, report, ())


def _theme_step(id: str, snapshot: Snapshot, report: ReportStep, above: tuple[str, ...]) -> Step:
    found = snapshot.synthesis.themes
    theme = found.themes.get(id)
    if theme is None or id in above:
        return Step(what=f"theme {id}{' stands below itself' if theme else ' is not there'}")
    below = [_theme_step(t, snapshot, report, (*above, id)) for t in theme.themes]
    below += [code_step(code, snapshot, report) for code in theme.codes]
    return Step(what=_said(theme), place=found.places.get(f"theme:{id}"), below=tuple(below))


def _said(theme: Theme) -> str:
    account = " ".join(theme.account.split())
    return f"{theme.level} theme {theme.id}: {theme.label}" + (f"; {account}" if account else "")


def code_step(id: str, snapshot: Snapshot, report: ReportStep) -> Step:
    """The code `id` with the themes that it stands under, and below it the quotes that carry it."""
    found = snapshot.synthesis.themes
    code = found.codes.get(id)
    if code is None:
        return Step(what=f"code {id} is not there")
    under = ", ".join(theme.id for theme in themes_of_code(found, id)) or "no theme"
    quotes = (q for q in found.quotes.values() if id in q.codes)
    return Step(
        what=f"code {id}: {code.label} (under {under})",
        below=tuple(quote_step(quote, snapshot, report) for quote in quotes),
    )


def quote_step(quote: CodedQuote, snapshot: Snapshot, report: ReportStep) -> Step:
    """A coded quote with its page, and below it the report that it stands in."""
    study = evidence_base(snapshot).studies.get(quote.study)
    page = f", {page_in_words(quote.page)}"
    words = f"\u201c{' '.join(quote.quote.split())}\u201d" if quote.quote else "(withheld)"
    return Step(
        what=f"quote {quote.id} of {quote.study}{page if quote.page else ''}: {words}",
        place=snapshot.synthesis.themes.places.get(f"quote:{quote.id}"),
        below=(report(study.reports[0]),) if study and study.reports else (),
    )


def grounds_of_theme(id: str, snapshot: Snapshot) -> Iterator[str]:
    """The names of all that a theme rests on: themes, codes and quotes, as a watched snapshot names
    them."""
    found = snapshot.synthesis.themes
    yield f"themes.themes:{id}"
    for theme in with_below(found, id):
        yield f"themes.themes:{theme.id}"
        yield from (f"themes.codes:{code}" for code in theme.codes)
    for quote in quotes_of(found, id):
        yield f"themes.quotes:{quote.id}"
