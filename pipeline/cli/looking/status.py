"""`review status`: the flow, who has what waiting, the next command."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

import typer

from pipeline.cli.console import bold, counted, progress, safe, say, say_json, tell
from pipeline.ledger import settle
from pipeline.oversight.changed import resting_on_changed_criteria
from pipeline.oversight.waiting import ANYONE, Waiting, next_command, waiting
from pipeline.review_folder import open_review
from pipeline.terms.decision import Stage
from pipeline.terms.problem import Severity
from pipeline.terms.review import Ledger, Review
from pipeline.terms.standing import BOXES, Flow, Standing

_STAGE_WORDS = {Stage.TITLE_ABSTRACT: "on title and abstract", Stage.FULL_TEXT: "on full text"}


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
    say(_edition_line(written, day))
    say()
    for line in flow_lines(ledger.flow):
        say(line)
    say()
    if told := _answers_line(work.answers):
        say(told)
    for line in _waiting_lines(work, ledger.stand_ins):
        say(line)
    for (reviewer, stage), k in changed.items():
        again = f"review screen {written.slug} --as {reviewer}{_at(stage)} --again"
        say(f"{counted(k, 'verdict')} of {reviewer} rest on criteria that changed: {again}")
    if faults:
        tell(f"{counted(faults, 'fault')} in what was written: review check {written.slug}")
    say(f"Next: {command}")


def flow_lines(flow: Flow) -> list[str]:
    """The flow as indented lines; boxes that are empty and optional are left out."""
    n = flow.count
    rows: list[tuple[int, str, int]] = []
    for key in ("database_results", "register_results", "other_results"):
        if n(key):
            rows.append((0, f"Identified: {BOXES[key].text.lower()}", n(key)))
            rows += [(2, safe(source), k) for source, k in flow.by_source(key).items()]
    rows += [
        (0, BOXES[key].text, n(key))
        for key in ("duplicates", "excluded_automatic", "excluded_other")
        if n(key) or key == "duplicates"
    ]
    for key in ("records_not_screened", "other_not_screened"):
        if n(key):
            rows.append((0, BOXES[key].text.partition(",")[0], n(key)))
            rows += [(2, safe(reason), k) for reason, k in flow.by_reason(key).items()]
    rows.append((0, "Records screened", n("records_screened")))
    rows.append((0, "Records excluded", n("records_excluded")))
    for prefix, words in (("dbr", ""), ("other", " (other methods)")):
        if prefix == "other" and not flow.has_other_sources:
            continue
        rows.append((0, f"Reports sought{words}", n(f"{prefix}_sought_reports")))
        rows.append((0, f"Reports not retrieved{words}", n(f"{prefix}_notretrieved_reports")))
        rows.append((0, f"Reports assessed{words}", n(f"{prefix}_assessed")))
        rows.append((0, f"Reports excluded{words}", n(f"{prefix}_excluded")))
        rows += [
            (2, safe(flow.reasons.get(reason, reason) or "no reason given"), k)
            for reason, k in flow.by_reason(f"{prefix}_excluded").items()
        ]
    if flow.is_update:
        rows.append((0, "Studies in the previous edition", len(flow.previous_studies or ())))
        rows.append((0, "New studies included", len(flow.new_studies)))
    rows.append((0, "Studies included", len(flow.included_studies)))
    rows.append((0, "Reports of included studies", len(flow.included_reports)))
    width = min(72, max(indent + len(text) for indent, text, _ in rows))
    return [
        f"{' ' * indent}{safe(text, width - indent):<{width - indent}}  {k:>7,}"
        for indent, text, k in rows
    ]


def _at(stage: Stage) -> str:
    return "" if stage is Stage.TITLE_ABSTRACT else f" --stage {stage}"


def _edition_line(written: Review, day: date | None) -> str:
    shown = [e for e in written.editions if (day is None or e.on <= day) and e.stands_on(day)]
    told = f"edition {shown[-1].number} of {shown[-1].on}" if shown else "no edition published"
    return f"{written.slug} · {f'as of {day}' if day else 'now'} · {told}"


def _waiting_lines(work: Waiting, stand_ins: Mapping[Stage, Mapping[str, str]]) -> list[str]:
    lines = []
    for (reviewer, stage), k in work.to_screen.items():
        who = "Anyone" if reviewer == ANYONE else reviewer
        left = [name for name, to in stand_ins.get(stage, {}).items() if to == reviewer]
        who += f" (also for {', '.join(left)})" if left else ""
        lines.append(f"{who} has {counted(k, 'record')} to screen {_STAGE_WORDS[stage]}.")
    for stage, k in work.conflicts.items():
        lines.append(f"{counted(k, 'conflict')} to resolve {_STAGE_WORDS[stage]}.")
    if work.to_retrieve:
        lines.append(f"{counted(work.to_retrieve, 'report')} to retrieve.")
    if work.awaiting_classification:
        lines.append(f"{counted(work.awaiting_classification, 'report')} awaiting classification.")
    if work.to_extract:
        lines.append(
            f"{counted(len(work.to_extract), 'included study', 'included studies')} to extract."
        )
    for name, studies in work.second.drafts.items():
        who = name or "Somebody"
        lines.append(f"{who} has {counted(len(studies), 'study', 'studies')} to extract apart.")
    if work.second.to_reconcile:
        n = len(work.second.to_reconcile)
        lines.append(f"{counted(n, 'study', 'studies')} to settle between two drafts.")
    if work.second.to_check:
        n = len(work.second.to_check)
        lines.append(f"{counted(n, 'study', 'studies')} to be checked by a second person.")
    for study, items in work.to_revisit.items():
        what = f": look at {', '.join(items)} again" if items else ""
        lines.append(f"{study} follows an older version of its form{what}.")
    return lines or ["Nothing is waiting."]


def _answers_line(answers: Mapping[str, int]) -> str:
    """`Answers of the included studies: 214 given, 60 not reported, 12 not yet.`"""
    said = ", ".join(f"{k:,} {reason}" for reason, k in answers.items() if k)
    return f"Answers of the included studies: {said}." if said else ""


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
