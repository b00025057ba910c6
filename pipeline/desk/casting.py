"""Which votes of a reviewer count, which may be cast, and on which records."""

from __future__ import annotations

from pipeline.ledger import effective
from pipeline.notation.typed import nearest
from pipeline.review_folder import ReviewFolder
from pipeline.terms.decision import Screened, Stage, Verdict
from pipeline.terms.problem import ReviewError
from pipeline.terms.protocol import Criterion
from pipeline.terms.record import Record

WORD_OF_STAGE = {Stage.TITLE_ABSTRACT: "title and abstract", Stage.FULL_TEXT: "full text"}


def own_votes(folder: ReviewFolder, reviewer: str, stage: Stage) -> dict[str, Screened]:
    """The verdicts of `reviewer` at `stage` that are not taken back, the latest of each record."""
    own = [
        d
        for d in effective(d for log in folder.logs for d in log.decisions)
        if isinstance(d, Screened) and d.reviewer == reviewer and d.stage is stage
    ]
    votes: dict[str, Screened] = {}
    for vote in sorted(own, key=lambda d: (d.at, d.id)):
        votes.pop(vote.record, None)
        votes[vote.record] = vote
    return votes


def verdicts_on(folder: ReviewFolder, reviewer: str, stage: Stage, record: str) -> tuple[str, ...]:
    """The ids of all verdicts of `reviewer` on `record` at `stage` that are not taken back."""
    return tuple(
        d.id
        for d in effective(d for log in folder.logs for d in log.decisions)
        if isinstance(d, Screened) and (d.reviewer, d.record, d.stage) == (reviewer, record, stage)
    )


def check_vote(
    criteria: tuple[Criterion, ...], stage: Stage, verdict: Verdict, reason: str
) -> None:
    """Raises ReviewError where a verdict and its reason do not go together at `stage`."""
    ids = [criterion.id for criterion in criteria]
    if verdict is not Verdict.EXCLUDE and reason:
        raise ReviewError("only an exclusion has a reason", "Put what you think into the note")
    if verdict is Verdict.EXCLUDE and stage is Stage.FULL_TEXT and not reason:
        raise ReviewError(
            "an exclusion on full text needs the first criterion that fails",
            f"Name one of {', '.join(ids)}",
        )
    if reason and reason not in ids:
        raise ReviewError(
            f"{reason!r} is not a criterion of this stage", f"Name one of {', '.join(ids)}"
        )


def known_record(folder: ReviewFolder, record: str) -> Record:
    """The record called `record`; ReviewError, with a suggestion, when the review has none."""
    if record not in folder.records:
        hint = nearest(record, tuple(folder.records))
        raise ReviewError(
            f"there is no record {record!r} in this review.{hint}",
            f"`review rank {folder.slug} --as NAME` lists the ids of what waits for you",
        )
    return folder.records[record]
