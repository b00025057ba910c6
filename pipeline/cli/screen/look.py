"""How the screen looks: a record with the protocol's words marked, the line of progress."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise

from rich.text import Text

from pipeline.cli.screen.lines import NO_ABSTRACT, criterion_entries, source_line
from pipeline.model.decision import Screened, Stage
from pipeline.model.protocol import Criterion, HighlightTerms
from pipeline.notation.safe_text import for_terminal, without_controls
from pipeline.sessions.keys import Command
from pipeline.sessions.worker_line import ShownRecord

FOR, AGAINST, FOUND = "bold green underline", "italic red underline", "reverse"
"""Styles of words: each has a shape as well as a colour, for terminals and eyes without colour."""

TIRED_SECONDS = 300.0
"""A longer gap between two verdicts was a pause and no pace."""


def record_text(
    shown: ShownRecord,
    terms: HighlightTerms,
    found: str,
    stage: Stage,
    votes: Mapping[str, Screened],
) -> Text:
    """Title, source and abstract with the protocol's words marked, harmless on any terminal."""
    record = shown.record
    text = Text(overflow="fold")
    text.append(for_terminal(record.title) or "(no title in the export)", style="bold")
    text.append(f"\n{source_line(record)}\n", style="dim")
    if stage is Stage.FULL_TEXT:
        file = f" ({shown.path})" if shown.path else ""
        text.append(f"Full text: {for_terminal(shown.fulltext + file)}\n")
    for line in alike_lines(shown, votes):
        text.append(f"{line}\n", style="italic")
    text.append(f"\n{without_controls(record.abstract).strip() or NO_ABSTRACT}")
    if record.keyword:
        text.append(f"\n\nKeywords: {for_terminal('; '.join(record.keyword))}", style="dim")
    _mark(text, terms.include, FOR)
    _mark(text, terms.exclude, AGAINST)
    _mark(text, (found,), FOUND)
    return text


def criteria_text(
    criteria: Mapping[str, Criterion], width: int, marked: Collection[str], *, whole: bool
) -> Text:
    """The criteria led by their keys, `whole` ones with their text, those `marked` by a cross."""
    text = Text()
    if whole:
        text.append("Exclude for the first that fails\n", style="bold")
    for name, lines in criterion_entries(criteria, width, marked):
        text.append("\n".join(lines) + "\n")
        criterion = next(c for c in criteria.values() if c.id == name)
        if whole and criterion.text:
            words = textwrap.wrap(for_terminal(criterion.text), width - 6)
            text.append("".join(f"      {line}\n" for line in words), style="dim")
    text.rstrip()
    return text


def alike_lines(shown: ShownRecord, votes: Mapping[str, Screened]) -> list[str]:
    """A line for each record with the same title, with one's own verdict on it."""
    lines = []
    for other in shown.alike[:3]:
        vote = votes.get(other)
        said = f"you: {vote.verdict}" if vote else "you have not decided on it"
        lines.append(f"Has the same title as {for_terminal(other)} ({said}).")
    if len(shown.alike) > 3:
        lines.append(f"… and as {len(shown.alike) - 3} more.")
    return lines


def _mark(text: Text, words: Iterable[str], style: str) -> None:
    wanted = [re.escape(word.strip()) for word in words if word.strip()]
    if wanted:
        joined = "|".join(sorted(wanted, key=len, reverse=True))
        text.highlight_regex(re.compile(rf"(?<!\w)(?:{joined})\w*", re.IGNORECASE), style)


def pace_of(moments: Sequence[float]) -> float:
    """Verdicts a minute from the `moments` (seconds) of the last ones; 0 while too few."""
    recent = moments[-30:]
    if len(recent) < 3:
        return 0.0
    gaps = [min(b - a, TIRED_SECONDS) for a, b in pairwise(recent)]
    return 60 * len(gaps) / max(sum(gaps), 1.0)


def time_left(records: int, pace: float) -> str:
    """`about 40 min left`, `about 12 h left`; empty where the pace is not known."""
    if pace <= 0 or not records:
        return ""
    minutes = records / pace
    if minutes < 90:
        return f"about {max(1, round(minutes))} min left"
    return f"about {round(minutes / 60):,} h left"


def head_line(who: str, stage: str, done: int, left: int | None, pace: float, width: int) -> Text:
    """Who screens what, how far they are, how quick and what is left; cut to `width`."""
    if left is None:
        progress = f"{done:,} screened" if done else ""
    else:
        share = f" ({done / (done + left):.0%})" if done + left else ""
        progress = f"{done:,} of {done + left:,}{share}"
    parts = [progress]
    if left is not None and pace:
        parts += [f"{pace:.0f}/min", time_left(left, pace)]
    right = " · ".join(part for part in parts if part)
    start = f" {who} · {stage}"
    gap = max(1, width - len(start) - len(right) - 1)
    return Text(f"{start}{' ' * gap}{right} ", no_wrap=True, overflow="ellipsis")


def keys_text(keys: Mapping[str, Command], stage: Stage, width: int) -> Text:
    """The keys in bold, each with its word beside it, in lines of at most `width`."""
    hidden = {Command.FILE} if stage is Stage.TITLE_ABSTRACT else set()
    text = Text(no_wrap=True)
    used = 0
    for key, command in keys.items():
        if command in hidden:
            continue
        entry = len(key) + len(command) + 1
        if used and used + 2 + entry > width:
            text.append("\n")
            used = 0
        elif used:
            text.append("  ")
            used += 2
        text.append(key, style="bold")
        text.append(f" {command}")
        used += entry
    return text
