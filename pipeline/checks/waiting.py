"""Who has what waiting, and the command that takes the review a step further."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.checks.verification import SecondPerson, second_person
from pipeline.extraction.study_data import summaries_of
from pipeline.model.decision import Matched, Screened, Stage
from pipeline.model.review import Ledger, Position, Review
from pipeline.model.standing import Standing
from pipeline.screening.plans import assigned_now, votes_needed

ANYONE = "anyone"

_OPEN_STAGE = {
    Standing.AWAITING_SCREENING: Stage.TITLE_ABSTRACT,
    Standing.AWAITING_ASSESSMENT: Stage.FULL_TEXT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What is open: `to_screen` counts records by (reviewer, stage), the rest counts things.

    `to_extract` are included studies without a file, `second` what waits for a second person who
    extracts or checks. `to_revisit` are extracted studies of an older version of their form, with
    the items to look at again. `answers` counts those of the included studies: given, and by the
    reason why not.
    """

    to_screen: Mapping[tuple[str, Stage], int]
    conflicts: Mapping[Stage, int]
    to_retrieve: int
    awaiting_classification: int
    to_extract: tuple[str, ...]
    second: SecondPerson
    to_revisit: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    answers: Mapping[str, int] = field(default_factory=dict)


def waiting(review: Review, ledger: Ledger) -> Waiting:
    """What every reviewer, and the team as a whole, still has to do on the ledger's day."""
    to_screen: Counter[tuple[str, Stage]] = Counter()
    conflicts: Counter[Stage] = Counter()
    for position in ledger.positions.values():
        stage = _OPEN_STAGE.get(position.standing)
        if stage is None:
            continue
        if position.conflict:
            conflicts[stage] += 1
            continue
        for reviewer in _who(review, ledger, position, stage):
            to_screen[reviewer, stage] += 1
    summaries = summaries_of(review)
    answers: Counter[str] = Counter()
    for study in ledger.studies:
        answers.update(summaries[study].answers if study in summaries else {})
    return Waiting(
        to_screen=dict(sorted(to_screen.items())),
        conflicts=dict(conflicts),
        to_retrieve=len(ledger.at(Standing.AWAITING_RETRIEVAL)),
        awaiting_classification=len(ledger.at(Standing.AWAITING_CLASSIFICATION)),
        to_extract=tuple(study for study in ledger.studies if study not in review.studies),
        second=second_person(review, ledger),
        to_revisit={s.id: s.to_revisit for s in summaries.values() if s.is_outdated},
        answers=dict(answers),
    )


def _who(review: Review, ledger: Ledger, position: Position, stage: Stage) -> tuple[str, ...]:
    """The reviewers of the plan who still owe a vote; ANYONE where the plan names nobody free."""
    plan = review.protocol.plan(stage)
    voted = {vote.reviewer for vote in position.votes}
    if len(voted) >= votes_needed(position.record, plan):
        return ()
    now = assigned_now(position.record, plan, ledger.stand_ins.get(stage, {}))
    return tuple(name for name in now if name not in voted) or (ANYONE,)


def next_command(review: Review, ledger: Ledger, open_work: Waiting, faults: int) -> str:
    """The one command that helps most now, ready to be typed."""
    slug = review.slug
    if faults:
        return f"review check {slug}"
    if all(s.id in ledger.discarded for s in review.searches):
        return f"review ingest {slug} EXPORT --source NAME --on YYYY-MM-DD"
    if not _compared(review, ledger) and len(ledger.positions) > 1:
        return f"review dedupe {slug}"
    for (reviewer, stage), _ in open_work.to_screen.items():
        name = "YOUR-NAME" if reviewer == ANYONE else reviewer
        at = " --stage full_text" if stage is Stage.FULL_TEXT else ""
        return f"review screen {slug} --as {name}{at}"
    if any(open_work.conflicts.values()):
        return f"review resolve {slug} --as YOUR-NAME"
    if open_work.to_retrieve:
        return f"review retrieve {slug} --list"
    second = open_work.second
    if open_work.to_extract:
        study = open_work.to_extract[0]
        if ":" in study:  # a report that nobody has placed yet
            return f"review collate {slug} {study} --study STUDY --as YOUR-NAME"
        if not second.to_reconcile and not second.drafts:
            return f"review extract {slug} {study}"
    for name, studies in second.drafts.items():
        how = " --ask" if (name, studies[0]) in second.begun else ""
        return f"review extract {slug} {studies[0]}{how} --as {name or 'YOUR-NAME'}"
    if second.to_reconcile:
        return f"review reconcile {slug} {second.to_reconcile[0]} --as YOUR-NAME"
    if second.to_check:
        return f"review reconcile {slug} {second.to_check[0]} --as YOUR-NAME --check"
    if open_work.to_revisit:
        return f"review extract {slug} {next(iter(open_work.to_revisit))} --ask"
    return f"review build {slug}"


def _compared(review: Review, ledger: Ledger) -> bool:
    """Whether anybody looked for duplicates since the last search came in."""
    latest = max(s.ingested_on for s in review.searches if s.id not in ledger.discarded)
    return any(
        isinstance(d, (Matched, Screened)) and d.at.date() >= latest for d in review.decisions
    )
