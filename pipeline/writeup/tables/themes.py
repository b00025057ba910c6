"""Themes in tables: from a theme to codes, quotes and reports, and from a quote to its themes."""

from __future__ import annotations

from pipeline.snapshot import Snapshot
from pipeline.synthesis.themes import quotes_of, themes_of_quote
from pipeline.terms.document import Cell, Table
from pipeline.terms.theme import CodedQuote, SaidBy, Theme, ThemeLevel
from pipeline.writeup.citations import citable
from pipeline.writeup.evidence_base import evidence_base
from pipeline.writeup.tables.rows import cell, column
from pipeline.writeup.wording import capital, counted, listed

LEVELS = {ThemeLevel.DESCRIPTIVE: "descriptive", ThemeLevel.ANALYTICAL: "analytical"}
SAID_BY = {SaidBy.PARTICIPANT: "a participant", SaidBy.AUTHOR: "the authors", None: ""}


def themes(snapshot: Snapshot) -> Table:
    """Each theme with what stands below it, its account, the studies and quotes that bear it."""
    found = snapshot.synthesis.themes
    base = evidence_base(snapshot)
    names = citable(snapshot)

    def row(theme: Theme) -> tuple[Cell, ...]:
        quotes = quotes_of(found, theme.id)
        studies = tuple(dict.fromkeys(quote.study for quote in quotes))
        below = [found.themes[t].label for t in theme.themes if t in found.themes]
        codes = [found.codes[c].label for c in theme.codes if c in found.codes]
        under = [f"Themes: {listed(below)}"] if below else []
        under += [f"Codes: {listed(codes)}"] if codes else []
        cites = [key for s in studies if (key := names.key(s))]
        return (
            cell(f"{theme.label} ({LEVELS[theme.level]})"),
            cell(" ".join(theme.account.split())),
            cell("\n".join(under)),
            cell(listed(base.label(s) for s in studies), *cites),
            cell("\n".join(f"{in_words(q)} [{q.id}]" for q in quotes)),
        )

    analytical_first = sorted(
        found.themes.values(), key=lambda t: t.level is ThemeLevel.DESCRIPTIVE
    )
    return Table(
        id="themes",
        caption="Themes and the words that they rest on",
        columns=(
            column("theme", "Theme", 1.1),
            column("account", "What it says", 1.7),
            column("below", "Below it", 1.2),
            column("studies", "Studies", 0.9),
            column("quotes", "Quotes", 2),
        ),
        rows=tuple(row(theme) for theme in analytical_first),
    )


def quotes(snapshot: Snapshot) -> Table:
    """Each coded quote with where it stands, its codes and the themes that it bears."""
    found = snapshot.synthesis.themes
    base = evidence_base(snapshot)
    names = citable(snapshot)
    rows = []
    for quote in found.quotes.values():
        key = names.key(quote.study)
        codes = [found.codes[c].label for c in quote.codes if c in found.codes]
        bears = [f"{t.label} ({LEVELS[t.level]})" for t in themes_of_quote(found, quote.id)]
        rows.append(
            (
                cell(quote.id),
                cell(base.label(quote.study), *((key,) if key else ())),
                cell(quote.page),
                cell(in_words(quote)),
                cell(capital(SAID_BY[quote.said_by])),
                cell(listed(codes)),
                cell(listed(bears) or "none yet"),
            )
        )
    return Table(
        id="quotes",
        caption="Coded quotes",
        columns=(
            column("id", "Quote", 0.6),
            column("study", "Study", 1),
            column("page", "Page", 0.6),
            column("words", "Words", 2.2),
            column("said_by", "Said by", 0.8),
            column("codes", "Codes", 1.1),
            column("themes", "Themes", 1.2),
        ),
        rows=tuple(rows),
        notes=(f"{counted(len(found.codes), 'code')}, {counted(len(rows), 'quote')}.",)
        if rows
        else (),
    )


def in_words(quote: CodedQuote) -> str:
    return f"\u201c{' '.join(quote.quote.split())}\u201d"
