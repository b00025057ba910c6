"""A comparison as Markdown and as one web page: an aspect a section, old and new side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from html import escape

from pipeline.notation.safe_text import for_markdown, for_terminal
from pipeline.snapshot.comparison import Aspect, Change, Comparison, Kind, Mark, SentenceChange

HEADINGS: Mapping[Aspect, str] = {
    Aspect.PROTOCOL: "Protocol",
    Aspect.SEARCHES: "Searches",
    Aspect.COUNTS: "Counts over all searches",
    Aspect.RECORDS: "Records",
    Aspect.DUPLICATES: "Duplicates",
    Aspect.DECISIONS: "Verdicts",
    Aspect.REASONS: "Reasons of exclusion",
    Aspect.STUDIES: "Included studies",
    Aspect.REPORTS: "Reports of studies included on both days",
    Aspect.VALUES: "Extracted values",
    Aspect.DIRECTIONS: "Directions",
    Aspect.FINDINGS: "Findings",
    Aspect.CERTAINTY: "Certainty",
    Aspect.CLAIMS: "Claims",
}

KINDS: Mapping[Kind, str] = {
    Kind.ADDED: "new",
    Kind.REMOVED: "gone",
    Kind.CHANGED: "changed",
}


def tally(changes: tuple[Change, ...]) -> str:
    """`12 new, 1 gone, 3 changed`."""
    parts = []
    for kind, word in KINDS.items():
        if n := sum(c.kind is kind for c in changes):
            parts.append(f"{n:,} {word}")
    return ", ".join(parts)


NOTHING = "Nothing differs."


def comparison_markdown(comparison: Comparison, title: str, most: int = 0) -> str:
    """The whole comparison under the heading `title`; of each aspect `most` lines (0: all)."""
    return "\n".join([f"# {for_markdown(title)}", "", *lines_of(comparison, for_markdown, most)])


def lines_of(comparison: Comparison, safe: Callable[[str], str], most: int = 0) -> Iterator[str]:
    """The lines of a comparison; `safe` makes text of people and exports harmless."""
    if not comparison.changes and not comparison.sentences:
        yield NOTHING
        return
    for aspect, heading in HEADINGS.items():
        changes = comparison.of(aspect)
        if not changes:
            continue
        yield f"## {heading}: {tally(changes)}"
        yield ""
        shown = changes[: most or None]
        yield from (f"- {_line(change, safe)}" for change in shown)
        if len(changes) > len(shown):
            yield f"- … and {len(changes) - len(shown):,} more"
        yield ""
    if comparison.sentences:
        yield f"## Sentences: {sentence_tally(comparison.sentences)}"
        yield ""
        shown_text = comparison.sentences[: most or None]
        for change in shown_text:
            yield from _sentence(change, safe)
        if len(comparison.sentences) > len(shown_text):
            yield f"… and {len(comparison.sentences) - len(shown_text):,} more"


def sentence_tally(sentences: tuple[SentenceChange, ...]) -> str:
    parts = []
    for kind, word in KINDS.items():
        if n := sum(s.kind is kind for s in sentences):
            parts.append(f"{n:,} {word}")
    numbers = sum(s.kind is Kind.CHANGED and any(s.numbers) for s in sentences)
    return ", ".join(parts) + (f"; numbers changed in {numbers:,}" if numbers else "")


def _line(change: Change, safe: Callable[[str], str]) -> str:
    note = f" ({safe(change.note)})" if change.note else ""
    if change.kind is Kind.CHANGED:
        return f"{safe(change.what)}: {safe(change.before)} → {safe(change.after)}{note}"
    said = safe(change.after if change.kind is Kind.ADDED else change.before)
    return f"{KINDS[change.kind]}: {safe(change.what)}{f': {said}' if said else ''}{note}"


def _sentence(change: SentenceChange, safe: Callable[[str], str]) -> Iterator[str]:
    where = f" in {safe(change.section)}" if change.section else ""
    yield f"- {KINDS[change.kind]}{where}"
    if change.before:
        yield f"    - was: {_marked(change.before, '~~', safe)}"
    if change.after:
        yield f"    - is: {_marked(change.after, '**', safe)}"


def _marked(marks: tuple[Mark, ...], sign: str, safe: Callable[[str], str]) -> str:
    parts = []
    for mark in marks:
        inner = mark.text.strip()
        around = sign if mark.other and inner else ""
        lead = " " if mark.text[:1].isspace() else ""
        tail = " " if inner and mark.text[-1:].isspace() else ""
        parts.append(f"{lead}{around}{safe(inner)}{around}{tail}")
    return "".join(parts)


_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = """
:root { color-scheme: light dark; --line: #8886; --old: #fbe3e0; --new: #dff3e1; }
@media (prefers-color-scheme: dark) { :root { --old: #54231d; --new: #1d4023; } }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 72rem; margin: 0 auto; padding: 1rem; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; margin: .5rem 0 1.5rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .5rem; overflow-wrap: anywhere;
  border-bottom: 1px solid var(--line); }
th.kind { width: 5.5rem; }
th.what { width: 18%; }
del { background: var(--old); text-decoration: line-through; }
ins { background: var(--new); text-decoration: underline; }
summary { cursor: pointer; font-size: 1.2rem; font-weight: 600; margin: .8rem 0 .3rem; }
nav ul { columns: 2; }
@media (max-width: 40rem) {
  table, tbody, tr, td { display: block; } thead { display: none; }
  td { border: 0; padding: .15rem 0; }
  tr { border-bottom: 1px solid var(--line); padding: .4rem 0; }
  td[data-label]:not(:empty)::before { content: attr(data-label) ": "; font-weight: 600; }
  nav ul { columns: 1; }
}
"""


def comparison_page(comparison: Comparison, title: str, old: str, new: str, language: str) -> str:
    """A page called `title`, with the days `old` and `new` as heads of the two columns."""
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{escape(language)}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{_text(title)}</title>",
            f"<style>{_STYLE}</style>",
            "</head>",
            "<body>",
            f"<h1>{_text(title)}</h1>",
            *_body(comparison, old, new),
            "</body>",
            "</html>",
            "",
        ]
    )


def _body(comparison: Comparison, old: str, new: str) -> Iterator[str]:
    present = [(aspect, comparison.of(aspect)) for aspect in HEADINGS]
    present = [(aspect, changes) for aspect, changes in present if changes]
    if not present and not comparison.sentences:
        yield f"<p>{NOTHING}</p>"
        return
    yield "<nav aria-label='What changed'><ul>"
    if comparison.sentences:
        told = _text(sentence_tally(comparison.sentences))
        yield f'<li><a href="#sentences">Sentences</a>: {told}</li>'
    for aspect, changes in present:
        told = _text(tally(changes))
        yield f'<li><a href="#{aspect.value}">{HEADINGS[aspect]}</a>: {told}</li>'
    yield "</ul></nav>"
    if comparison.sentences:
        yield '<details id="sentences" open><summary>Sentences</summary>'
        yield from _table("Section", old, new, map(_page_sentence, comparison.sentences))
        yield "</details>"
    for aspect, changes in present:
        opened = " open" if len(changes) <= 100 else ""
        yield f'<details id="{aspect.value}"{opened}>'
        yield f"<summary>{HEADINGS[aspect]}: {_text(tally(changes))}</summary>"
        yield from _table("What", old, new, map(_row, changes))
        yield "</details>"


def _table(
    what: str, old: str, new: str, rows: Iterator[tuple[str, str, str, str]]
) -> Iterator[str]:
    heads = ("", what, old, new)
    yield "<table><thead><tr>"
    yield '<th class="kind" scope="col"><span aria-label="kind of change">±</span></th>'
    yield f'<th class="what" scope="col">{_text(what)}</th>'
    yield f'<th scope="col">{_text(old)}</th><th scope="col">{_text(new)}</th>'
    yield "</tr></thead><tbody>"
    for row in rows:
        cells = (
            f'<td data-label="{_text(head)}">{cell}</td>' if head else f"<td>{cell}</td>"
            for head, cell in zip(heads, row, strict=True)
        )
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody></table>"


def _row(change: Change) -> tuple[str, str, str, str]:
    note = f" ({_text(change.note)})" if change.note else ""
    what = f"{_text(change.what)}{note}"
    return KINDS[change.kind], what, _text(change.before), _text(change.after)


def _page_sentence(change: SentenceChange) -> tuple[str, str, str, str]:
    return (
        KINDS[change.kind],
        _text(change.section),
        _page_marked(change.before, "del"),
        _page_marked(change.after, "ins"),
    )


def _page_marked(marks: tuple[Mark, ...], tag: str) -> str:
    return "".join(
        f"<{tag}>{_text(mark.text)}</{tag}>" if mark.other else _text(mark.text) for mark in marks
    )


def _text(text: str) -> str:
    lead = " " if text[:1].isspace() else ""
    tail = " " if text[-1:].isspace() and len(text) > 1 else ""
    return lead + escape(for_terminal(text.strip())) + tail
