"""`review status`: the flow, who has what waiting, the next command."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

import typer

from pipeline.checks.decision_checks import resting_on_changed_criteria
from pipeline.checks.review_checks import placeholders_left
from pipeline.checks.waiting import ANYONE, Waiting, next_command, waiting
from pipeline.cli.console import (
    bold,
    counted,
    progress,
    safe,
    say,
    say_json,
    tell,
    text_width,
    wrapped,
)
from pipeline.model.decision import Stage
from pipeline.model.problem import Severity
from pipeline.model.review import Ledger, Review
from pipeline.model.standing import BOXES, Flow, Standing
from pipeline.sessions.state_of_review import answers_line, edition_line, flow_rows, waiting_lines
from pipeline.snapshot.settle import settle
from pipeline.store import ReviewFolder, open_review
from pipeline.store.sealing import edited_since


def status(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")] = "",
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As it stood on this day.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """The flow of a review, who has what waiting, and the next command.

    Example: review status ta-hsb
    """
    day = until.date() if until else None
    with progress("Reading exports") as tick:
        folder = open_review(review, until=day, tick=tick)
        written = folder.review
    ledger = settle(written, day)
    work = waiting(written, ledger)
    faults = sum(p.severity is Severity.ERROR for p in written.problems)
    command = next_command(written, ledger, work, faults)
    changed = resting_on_changed_criteria(written, ledger) if until is None else {}
    if as_json:
        say_json(_for_programs(written, ledger, work, faults, command, day, changed))
        return
    say(bold(safe(written.protocol.title)))
    say(edition_line(written, day, day is None and _is_draft(folder, ledger)))
    say()
    for line in flow_lines(ledger.flow):
        say(line)
    for gone in ledger.discarded.values():
        say(
            f"Taken out: the search {gone.search} ({safe(gone.reason)}), by {gone.reviewer} on "
            f"{gone.at:%Y-%m-%d}; it counts nowhere."
        )
    say()
    if told := answers_line(work.answers):
        say(told)
    for line in waiting_lines(work, ledger.stand_ins):
        say(line)
    for (reviewer, stage), k in changed.items():
        again = f"review screen {written.slug} --as {reviewer}{_at(stage)} --again"
        say(f"{counted(k, 'verdict')} of {reviewer} rest on criteria that changed: {again}")
    if left := placeholders_left(written.protocol):
        say(wrapped(f"Still as `review init` wrote it: {', '.join(left)} (protocol.yaml)."))
    if faults:
        tell(f"{counted(faults, 'fault')} in what was written: review check {written.slug}")
    say(f"Next: {command}")


def _is_draft(folder: ReviewFolder, ledger: Ledger) -> bool:
    """Whether what stands now goes beyond the latest edition, in files or in decisions."""
    standing = [e for e in folder.review.editions if e.stands_on(None)]
    if not standing:
        return False
    latest = max(standing, key=lambda e: (e.on, e.number))
    beyond = ledger.amends is not None or ledger.before == latest
    return beyond or bool(edited_since(folder, latest.number))


def flow_lines(flow: Flow) -> list[str]:
    """The flow as indented lines; boxes that are empty and optional are left out."""
    rows = flow_rows(flow)
    width = min(text_width() - 9, max(indent + len(text) for indent, text, _ in rows))
    lines: list[str] = []
    for indent, text, k in rows:
        *above, last = textwrap.wrap(safe(text), max(16, width - indent)) or [""]
        margin = " " * indent
        lines += [f"{margin}{line}" for line in above]
        lines.append(f"{margin}{last:<{width - indent}}  {k:>7,}")
    return lines


def _at(stage: Stage) -> str:
    return "" if stage is Stage.TITLE_ABSTRACT else f" --stage {stage}"


def _for_programs(
    written: Review,
    ledger: Ledger,
    work: Waiting,
    faults: int,
    command: str,
    day: date | None,
    changed: Mapping[tuple[str, Stage], int],
) -> dict[str, Any]:
    flow = ledger.flow
    return {
        "review": written.slug,
        "title": written.protocol.title,
        "until": day,
        "editions": written.editions,
        "records": len(ledger.positions),
        "standings": {s: len(ledger.at(s)) for s in Standing},
        "flow": {key: flow.count(key) for key in BOXES},
        "sources": {
            key: flow.by_source(key)
            for key in ("database_results", "register_results", "other_results")
        },
        "reasons": {key: flow.by_reason(key) for key in ("dbr_excluded", "other_excluded")},
        "pending": flow.pending,
        "studies": ledger.studies,
        "waiting": [
            *(
                {"who": who, "stage": stage, "screen": k}
                for (who, stage), k in work.to_screen.items()
            ),
            *({"who": ANYONE, "stage": stage, "resolve": k} for stage, k in work.conflicts.items()),
            *([{"who": ANYONE, "retrieve": work.to_retrieve}] if work.to_retrieve else []),
            *({"who": ANYONE, "extract": study} for study in work.to_extract),
            *(
                {"who": ANYONE, "revisit": study, "items": items}
                for study, items in work.to_revisit.items()
            ),
        ],
        "answers": work.answers,
        "changed": [
            {"who": who, "stage": stage, "verdicts": k} for (who, stage), k in changed.items()
        ],
        "stand_ins": ledger.stand_ins,
        "faults": faults,
        "next": command,
    }
