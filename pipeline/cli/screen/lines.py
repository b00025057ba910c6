"""A record and the criteria as plain lines, harmless on any terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterator, Mapping, Sequence

from pipeline.model.decision import Resolved, Screened
from pipeline.model.protocol import Criterion
from pipeline.model.record import Record
from pipeline.notation.safe_text import for_terminal, without_controls
from pipeline.sessions.named_records import whose

NO_ABSTRACT = "(no abstract in the export)"


def record_lines(record: Record, width: int = 80) -> list[str]:
    """Title, where it appeared, abstract: each line at most `width` characters."""
    lines = textwrap.wrap(for_terminal(record.title) or "(no title in the export)", width)
    lines += textwrap.wrap(source_line(record), width)
    lines.append("")
    for paragraph in without_controls(record.abstract).splitlines() or [NO_ABSTRACT]:
        lines += textwrap.wrap(paragraph, width)
    if record.taken_from:
        lines += ["", *textwrap.wrap(whose(record), width)]
    return lines


def source_line(record: Record) -> str:
    """Authors, year, container, DOI on one line, those that the export has."""
    names = [str(name) for name in record.author[:3]] + (["et al."] if record.author[3:] else [])
    parts = (
        "; ".join(names),
        str(record.issued) if record.issued else "",
        record.container_title,
        f"doi:{record.doi}" if record.doi else "",
        record.id,
    )
    return " · ".join(for_terminal(part) for part in parts if part)


def criterion_lines(keys: Mapping[str, Criterion], width: int = 80) -> list[str]:
    """One criterion a line, in order, led by its keys."""
    return [line for _, lines in criterion_entries(keys, width) for line in lines]


def criterion_help(keys: Mapping[str, Criterion], width: int = 80) -> list[str]:
    """Each criterion with its keys and its whole text: who and what is taken in."""
    texts = {criterion.id: criterion.text for criterion in keys.values()}
    lines: list[str] = []
    for id, own in criterion_entries(keys, width):
        margin = " " * 6
        lines += own
        lines += textwrap.wrap(
            for_terminal(texts[id]), width, initial_indent=margin, subsequent_indent=margin
        )
    return lines


def criterion_entries(
    keys: Mapping[str, Criterion], width: int, marked: Collection[str] = ()
) -> Iterator[tuple[str, list[str]]]:
    """The id of each criterion with its lines, led by its keys; a cross for those `marked`."""
    by_criterion: dict[str, list[str]] = {}
    labels: dict[str, str] = {}
    for key, criterion in keys.items():
        by_criterion.setdefault(criterion.id, []).append(key)
        labels[criterion.id] = criterion.label
    for name, own in by_criterion.items():
        yield (
            name,
            textwrap.wrap(
                f"[{' or '.join(own)}] {for_terminal(labels[name])}",
                width,
                initial_indent="\u2717 " if name in marked else "  ",
                subsequent_indent="      ",
            ),
        )


def vote_lines(decisions: Sequence[Screened | Resolved], width: int = 80) -> list[str]:
    """Who said what, side by side: one column a vote, with its reason, criteria, tags and note."""
    columns = max(1, len(decisions))
    each = max(16, (width - 2 * (columns - 1)) // columns)
    cells = [
        [line for part in _parts(decision) for line in textwrap.wrap(part, each)]
        for decision in decisions
    ]
    height = max(map(len, cells), default=0)
    rows = [[cell[n] if n < len(cell) else "" for cell in cells] for n in range(height)]
    return ["  ".join(f"{part:<{each}}" for part in row).rstrip() for row in rows]


def _parts(decision: Screened | Resolved) -> list[str]:
    settled = " (settled it)" if isinstance(decision, Resolved) else ""
    reason = f": {decision.reason}" if decision.reason else ""
    parts = [f"{decision.reviewer}{settled}, {decision.at:%Y-%m-%d}", f"{decision.verdict}{reason}"]
    if isinstance(decision, Screened):
        parts += [f"all that fail: {', '.join(decision.fails)}"] if decision.fails else []
        parts += [" ".join(f"#{for_terminal(tag)}" for tag in decision.tags)]
    return [*parts, for_terminal(decision.note)]
