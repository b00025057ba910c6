"""Where a review stands, in words: the flow, who has what waiting, its latest edition."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pipeline.checks.waiting import ANYONE, Waiting
from pipeline.model.decision import Stage
from pipeline.model.review import Review
from pipeline.model.standing import BOXES, Flow
from pipeline.notation.safe_text import for_terminal

_STAGE_WORDS = {Stage.TITLE_ABSTRACT: "on title and abstract", Stage.FULL_TEXT: "on full text"}


def flow_rows(flow: Flow) -> list[tuple[int, str, int]]:
    """The flow as rows of indent, words and number; optional boxes that are empty are left out."""
    n = flow.count
    rows: list[tuple[int, str, int]] = []
    for key in ("database_results", "register_results", "other_results"):
        if n(key):
            rows.append((0, f"Identified: {BOXES[key].text.lower()}", n(key)))
            rows += [(2, for_terminal(source), k) for source, k in flow.by_source(key).items()]
    carried = sum(flow.carried_over.values())
    if carried:
        words = "Of the edition before, open then or decided anew"
        rows.append((0, words, carried))
    rows += [
        (0, BOXES[key].text, n(key))
        for key in ("duplicates", "excluded_automatic", "excluded_other")
        if n(key) or key == "duplicates"
    ]
    for key in ("records_not_screened", "other_not_screened"):
        if n(key):
            rows.append((0, BOXES[key].text.partition(",")[0], n(key)))
            rows += [(2, for_terminal(reason), k) for reason, k in flow.by_reason(key).items()]
    rows.append((0, "Records screened", n("records_screened")))
    rows.append((0, "Records excluded", n("records_excluded")))
    given = {r: k for r, k in flow.by_reason("records_excluded").items() if r}
    rows += [(2, for_terminal(flow.reasons.get(r, r)), k) for r, k in given.items()]
    for prefix, words in (("dbr", ""), ("other", " (other methods)")):
        if prefix == "other" and not flow.has_other_sources:
            continue
        rows.append((0, f"Reports sought{words}", n(f"{prefix}_sought_reports")))
        rows.append((0, f"Reports not retrieved{words}", n(f"{prefix}_notretrieved_reports")))
        rows.append((0, f"Reports assessed{words}", n(f"{prefix}_assessed")))
        rows.append((0, f"Reports excluded{words}", n(f"{prefix}_excluded")))
        rows += [
            (2, for_terminal(flow.reasons.get(reason, reason) or "no reason given"), k)
            for reason, k in flow.by_reason(f"{prefix}_excluded").items()
        ]
    if flow.is_update:
        if flow.settled_before:
            rows.append((0, "Records as in the previous edition", flow.settled_before))
        rows.append((0, "Studies in the previous edition", len(flow.previous_studies or ())))
        rows.append((0, "New studies included", len(flow.new_studies)))
    rows.append((0, "Studies included", len(flow.included_studies)))
    rows.append((0, "Reports of included studies", len(flow.included_reports)))
    return rows


def edition_line(written: Review, day: date | None, draft: bool = False) -> str:
    """Slug, day and latest edition of a review on one line; `draft`: it goes beyond that one."""
    shown = [e for e in written.editions if (day is None or e.on <= day) and e.stands_on(day)]
    told = f"edition {shown[-1].number} of {shown[-1].on}" if shown else "no edition published"
    told = f"draft after {told}" if shown and draft else told
    return f"{written.slug} · {f'as of {day}' if day else 'now'} · {told}"


def waiting_lines(work: Waiting, stand_ins: Mapping[Stage, Mapping[str, str]]) -> list[str]:
    """What everybody has waiting, a sentence each."""
    lines = []
    for (reviewer, stage), k in work.to_screen.items():
        who = "Anyone" if reviewer == ANYONE else reviewer
        left = [name for name, to in stand_ins.get(stage, {}).items() if to == reviewer]
        who += f" (also for {', '.join(left)})" if left else ""
        lines.append(f"{who} has {_counted(k, 'record')} to screen {_STAGE_WORDS[stage]}.")
    for stage, k in work.conflicts.items():
        lines.append(f"{_counted(k, 'conflict')} to resolve {_STAGE_WORDS[stage]}.")
    if work.to_retrieve:
        lines.append(f"{_counted(work.to_retrieve, 'report')} to retrieve.")
    if work.awaiting_classification:
        lines.append(f"{_counted(work.awaiting_classification, 'report')} awaiting classification.")
    if work.to_extract:
        lines.append(
            f"{_counted(len(work.to_extract), 'included study', 'included studies')} to extract."
        )
    for name, studies in work.second.drafts.items():
        who = name or "Somebody"
        lines.append(f"{who} has {_counted(len(studies), 'study', 'studies')} to extract apart.")
    if work.second.to_reconcile:
        n = len(work.second.to_reconcile)
        lines.append(f"{_counted(n, 'study', 'studies')} to settle between two drafts.")
    if work.second.to_check:
        n = len(work.second.to_check)
        lines.append(f"{_counted(n, 'study', 'studies')} to be checked by a second person.")
    for study, items in work.to_revisit.items():
        what = f": look at {', '.join(items)} again" if items else ""
        lines.append(f"{study} follows an older version of its form{what}.")
    return lines or ["Nothing is waiting."]


def answers_line(answers: Mapping[str, int]) -> str:
    """`Answers of the included studies: 214 given, 60 not reported, 12 not yet.`"""
    said = ", ".join(f"{k:,} {reason}" for reason, k in answers.items() if k)
    return f"Answers of the included studies: {said}." if said else ""


def _counted(n: int, singular: str, plural: str = "") -> str:
    return f"{n:,} {singular if n == 1 else plural or singular + 's'}"
