"""The views of a browser as HTML that can be read without its script."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape
from urllib.parse import quote

from pipeline.model.browsing import EvidenceBrowser, GapCell, GapMap, RecordSet
from pipeline.model.document import Table
from pipeline.model.study import page_in_words
from pipeline.notation.safe_text import without_controls

_NEEDS_SCRIPT = (
    '<p class="unscripted">Lists of records and the pages behind these links need the script of '
    "this file. The same facts stand in ledger.json and in the folder tables beside it.</p>"
)


def sections(browser: EvidenceBrowser) -> Iterator[tuple[str, str]]:
    """Each view that has something to show, by its id."""
    yield "flow", _section("flow", "From records to studies", _flow(browser))
    yield "studies", _section("studies", "Included studies", _studies(browser))
    if browser.findings:
        yield "findings", _section("findings", "Findings", _findings(browser))
    if browser.claims:
        yield (
            "claims",
            _section("claims", "What the sentences of the text rest on", _claims(browser)),
        )
    if browser.themes:
        yield "themes", _section("themes", "Themes, and the words behind them", _themes(browser))
    maps = [part for one in browser.gap_maps for part in _gap_map(one)]
    if maps:
        yield "gaps", _section("gaps", "Where there is evidence, and where none", maps)
    if browser.figures:
        yield "figures", _section("figures", "Figures", _figures(browser))
    yield "records", _section("records", "Records", _records())
    yield "searches", _section("searches", "Searches", _searches(browser))
    if browser.changes:
        changed = [part for table in browser.changes for part in _table(table)]
        yield "changes", _section("changes", "What changed", changed)


def _section(id: str, heading: str, parts: Iterator[str] | Sequence[str]) -> str:
    inside = "\n".join(parts)
    return (
        f'<section class="view" id="{id}" aria-labelledby="{id}-heading">\n'
        f'<h2 id="{id}-heading" tabindex="-1">{_text(heading)}</h2>\n{inside}\n</section>'
    )


def _flow(browser: EvidenceBrowser) -> Iterator[str]:
    yield "<p>Each box leads to the records or studies that are counted in it.</p>"
    yield _NEEDS_SCRIPT
    yield (
        '<div class="drawing broad-not" tabindex="0" role="region" '
        f'aria-label="Flow diagram, its boxes as links">{browser.flow}</div>'
    )
    yield "<details><summary>The boxes as a list</summary>"
    yield '<ul class="boxes">'
    for one in browser.sets:
        yield f"<li>{_set_link(one)}</li>"
    yield "</ul></details>"


def _set_link(one: RecordSet) -> str:
    where = " (other methods)" if one.key.startswith("other_") else ""
    return (
        f'<a href="#records?set={quote(one.key)}" data-set="{quote(one.key)}">'
        f"{_text(one.label)}{where}: {one.n:,}</a>"
    )


def _studies(browser: EvidenceBrowser) -> Iterator[str]:
    yield '<div class="controls-here"></div>'
    ids = iter(browser.study_rows)
    yield from _table(
        browser.studies_table, lambda text: _link("study", next(ids, ""), text), stacked=True
    )
    others = [study for study in browser.studies if not study.included]
    if others:
        yield "<h3>Extracted for comparison or context, not included</h3><ul>"
        for study in others:
            yield f"<li>{_link('study', study.id, study.title)}</li>"
        yield "</ul>"


def _link(kind: str, id: str, text: str) -> str:
    return f'<a href="#{kind}/{quote(id, safe="")}">{_text(text)}</a>' if id else _text(text)


def _findings(browser: EvidenceBrowser) -> Iterator[str]:
    for finding in browser.findings:
        said = [finding.outcome, finding.votes, f"Certainty: {finding.certainty}"]
        told = " \u00b7 ".join(part for part in said if part)
        yield (
            f'<div class="card"><p>{_link("finding", finding.id, finding.statement)}</p>'
            f'<p class="soft">{_text(told)}</p></div>'
        )


def _claims(browser: EvidenceBrowser) -> Iterator[str]:
    yield "<ol>"
    for claim in browser.claims:
        yield f"<li>{_link('claim', claim.id, claim.text)}</li>"
    yield "</ol>"


def _themes(browser: EvidenceBrowser) -> Iterator[str]:
    quotes = {quote.id: quote for quote in browser.quotes}
    titles = {study.id: study.title for study in browser.studies}
    for theme in browser.themes:
        yield f'<div class="card"><p>{_link("theme", theme.id, theme.label)} ({theme.level})</p>'
        yield f'<p class="soft">{_text(theme.account)}</p><ul class="sources">'
        for id in theme.quotes:
            quote = quotes[id]
            words = f"\u201c{quote.quote}\u201d" if quote.quote else "(words left out)"
            said = _link("quote", id, words)
            yield f'<li>{said} <span class="where">{_text(titles.get(quote.study, quote.study))}'
            page = f", {page_in_words(quote.page)}" if quote.page else ""
            yield f"{_text(page)}</span></li>"
        yield "</ul></div>"


def _gap_map(map: GapMap) -> Iterator[str]:
    """A map as a table: a bubble for each quality, with its mark and the number of studies."""
    if not map.columns or not map.rows:
        return
    cells = {(cell.row, cell.column): cell for cell in map.cells}
    yield f'<h3 id="gap-{quote(map.id)}">{_text(map.title)}</h3>'
    used = {n for cell in map.cells for n, studies in enumerate(cell.studies) if studies}
    yield '<ul class="legend">'
    for number, (mark, label) in enumerate(map.qualities):
        if number not in used:
            continue
        sign = f'<span class="bubble s1 q{number}" aria-hidden="true">{_text(mark)}</span>'
        yield f"<li>{sign}{_text(label)}</li>"
    yield "</ul>"
    caption = f"Number of studies with a result, by outcome and group: {map.title}"
    yield f'<div class="frame gap" tabindex="0" role="region" aria-label="{_text(caption)}"><table>'
    yield f"<caption>{_text(caption)}</caption>"
    heads = "".join(f'<th scope="col">{_text(label)}</th>' for _, label in map.columns)
    yield f"<thead><tr><td></td>{heads}</tr></thead><tbody>"
    for row, label in map.rows:
        told = "".join(
            f"<td>{_gap_cell(map, cells.get((row, column)), label, name)}</td>"
            for column, name in map.columns
        )
        yield f'<tr><th scope="row">{_text(label)}</th>{told}</tr>'
    yield "</tbody></table></div>"


def _gap_cell(map: GapMap, cell: GapCell | None, row: str, column: str) -> str:
    if cell is None:
        return '<span class="none" title="No study">0</span>'
    address = "|".join(quote(part, safe="") for part in (map.id, cell.row, cell.column))
    bubbles = []
    for number, studies in enumerate(cell.studies):
        if not studies:
            continue
        mark, label = map.qualities[number]
        many = f"{len(studies)} {'study' if len(studies) == 1 else 'studies'}"
        said = f"{row}, {column}: {many}, {label}"
        size = min(4, 1 + len(studies) // 3)
        bubbles.append(
            f'<a class="bubble s{size} q{number}" href="#gap/{address}" aria-label="{_text(said)}">'
            f"{len(studies)}{mark}</a>"
        )
    return f'<span class="bubbles">{"".join(bubbles)}</span>'


def _figures(browser: EvidenceBrowser) -> Iterator[str]:
    for figure in browser.figures:
        yield (
            f'<figure><div class="drawing" tabindex="0" role="region" '
            f'aria-label="{_text(figure.caption)}">{figure.svg}</div>'
            f"<figcaption>{_text(figure.caption)}</figcaption>"
            f"<details><summary>The figure in words</summary><p>{_text(figure.alt)}</p></details>"
            "</figure>"
        )


def _records() -> Iterator[str]:
    yield _NEEDS_SCRIPT
    yield '<div id="record-controls"></div><div id="record-list"></div>'


def _searches(browser: EvidenceBrowser) -> Iterator[str]:
    heads = ("Source", "Searched on", "Records read", "Export")
    yield '<div class="frame" tabindex="0" role="region" aria-label="Searches">'
    yield '<table class="stack"><caption>Each search and what it gave</caption><thead><tr>'
    yield "".join(f'<th scope="col">{head}</th>' for head in heads) + "</tr></thead><tbody>"
    for search in browser.searches:
        cells = (search.searched_on, f"{search.read:,}", search.export)
        told = "".join(
            f'<td data-label="{head}">{_text(cell)}</td>'
            for head, cell in zip(heads[1:], cells, strict=True)
        )
        yield f'<tr><th scope="row">{_link("search", search.id, search.source)}</th>{told}</tr>'
    yield "</tbody></table></div>"


def _table(
    table: Table, first: Callable[[str], str] | None = None, *, stacked: bool = False
) -> Iterator[str]:
    """A table with head cells; `first` makes the HTML of the first cell of each row."""
    kind = ' class="stack"' if stacked else ""
    yield (
        f'<div class="frame" tabindex="0" role="region" aria-label="{_text(table.caption)}">'
        f"<table{kind}><caption>{_text(table.caption)}</caption><thead><tr>"
    )
    yield "".join(f'<th scope="col">{_text(c.label)}</th>' for c in table.columns)
    yield "</tr></thead><tbody>"
    for row in table.rows:
        head = first(row[0].text) if first else _text(row[0].text)
        told = "".join(
            f'<td data-label="{_text(column.label)}">{_lines(cell.text)}</td>'
            for column, cell in zip(table.columns[1:], row[1:], strict=True)
        )
        yield f'<tr><th scope="row">{head}</th>{told}</tr>'
    yield "</tbody></table></div>"
    for note in table.notes:
        yield f'<p class="soft">{_text(note)}</p>'


def _lines(text: str) -> str:
    return "<br>".join(_text(line) for line in text.split("\n"))


def _text(text: str) -> str:
    return escape(without_controls(text), quote=True)
