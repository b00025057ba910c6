"""What can be said, on the whole review, of the records that nobody has screened."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.model.decision import Resolved, Screened, Stage, Verdict
from pipeline.model.protocol import RankingModel
from pipeline.model.review import Ledger, Position, Review
from pipeline.model.standing import SOUGHT, TO_SCREEN, Standing
from pipeline.model.undoing import effective
from pipeline.screening.plans import shuffled
from pipeline.screening.stopping import (
    Estimate,
    Outlook,
    SafeCheck,
    estimate,
    outlook,
    safe_checks,
    sample_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppingPoint:
    """Where screening on title and abstract stands, with all that bears on whether to stop.

    `left` are the records on which nobody has voted, `begun` those with a vote that still wait for
    another or for a resolution: a stop leaves the former unscreened, the latter go on. `searches`
    are those of the records left. `estimate` is None before the random sample has begun.
    """

    outlook: Outlook
    estimate: Estimate | None
    checks: tuple[SafeCheck, ...]
    left: tuple[str, ...]
    begun: int
    searches: tuple[str, ...]


def stopping_point(review: Review, ledger: Ledger) -> StoppingPoint:
    """The stopping point of `review`, from the votes of everybody in the order of first votes.

    A record counts as relevant when it was kept in, or when one of the votes on it is not to
    exclude and nothing has settled it.
    """
    plan = review.protocol.plan(Stage.TITLE_ABSTRACT)
    pool = [p for p in ledger.positions.values() if p.standing in TO_SCREEN]
    first = _first_looks(review, ledger)
    seen = sorted(
        (p for p in pool if _begun(p)), key=lambda p: (first.get(p.record, 0.0), p.record)
    )
    labels = {p.record: _relevant(p) for p in seen}
    here = outlook(
        list(labels.values()),
        len(pool),
        target_recall=plan.target_recall,
        confidence=plan.confidence,
    )
    drawn = shuffled((p.record for p in pool), plan.ranking_seed)
    sample = estimate(sample_of(drawn, labels), len(pool), here.relevant, len(pool) - len(labels))
    excluded = [p for p in pool if p.standing is Standing.EXCLUDED_ON_TITLE_AND_ABSTRACT]
    left = [p for p in pool if not _begun(p) and p.standing is Standing.AWAITING_SCREENING]
    other = next(m for m in RankingModel if m is not plan.ranking.model)
    return StoppingPoint(
        outlook=here,
        estimate=sample,
        checks=safe_checks(
            here,
            sample,
            len(excluded),
            sum(len({vote.reviewer for vote in p.votes}) > 1 for p in excluded),
            f"review rank {review.slug} --as NAME --model {other}",
        ),
        left=tuple(p.record for p in left),
        begun=sum(p.standing is Standing.AWAITING_SCREENING for p in seen),
        searches=tuple(dict.fromkeys(p.search for p in left)),
    )


def _begun(position: Position) -> bool:
    past = position.standing not in (Standing.AWAITING_SCREENING, Standing.NOT_SCREENED)
    return past or bool(position.votes) or position.resolution is not None


def _first_looks(review: Review, ledger: Ledger) -> dict[str, float]:
    """When each record was first voted on at title and abstract, up to the day of the ledger."""
    first: dict[str, float] = {}
    for decision in effective(review.decisions):
        if not isinstance(decision, (Screened, Resolved)):
            continue
        late = ledger.day is not None and decision.at.date() > ledger.day
        position = ledger.positions.get(decision.record)
        if late or position is None or decision.stage is not Stage.TITLE_ABSTRACT:
            continue
        home, at = position.kept or position.record, decision.at.timestamp()
        first[home] = min(at, first.get(home, at))
    return first


def _relevant(position: Position) -> bool:
    if position.standing is Standing.AWAITING_SCREENING:
        return any(vote.verdict is not Verdict.EXCLUDE for vote in position.votes)
    return position.standing in SOUGHT
