"""A comparison as Markdown: an aspect a section, old and new sentences one below the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.comparing import Change, Comparison, Kind, Mark, SentenceChange
from pipeline.notation.safe_text import for_markdown
from pipeline.writeup.changes.headings import HEADINGS, KINDS, tally

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
