"""Undoing: which decisions count once some are taken back."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.model.decision import Decision, Discarded, Screened, Withdrawn


def effective(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The decisions that count: without undone ones and without the undoings themselves."""
    everything = list(decisions)
    gone = undone(everything)
    return tuple(d for d in everything if d.id not in gone and not isinstance(d, Withdrawn))


def undone(decisions: Iterable[Decision]) -> frozenset[str]:
    """The ids of the decisions, undoings among them, that are taken back.

    An undo can be undone. A vote is taken back only by whoever cast it; anything else by anyone.
    """
    everything = list(decisions)
    undoings = [d for d in everything if isinstance(d, Withdrawn)]
    if not undoings:
        return frozenset()
    by_id = {d.id: d for d in everything}
    gone: set[str] = set()
    # the latest first: whether an undo counts depends only on later ones
    for undoing in sorted(undoings, key=lambda d: (d.at, d.id), reverse=True):
        target = by_id.get(undoing.undoes)
        own = not isinstance(target, Screened) or target.reviewer == undoing.reviewer
        if undoing.id not in gone and target is not None and own:
            gone.add(target.id)
    return frozenset(gone)


def discarded_searches(decisions: Iterable[Decision]) -> dict[str, Discarded]:
    """The searches that were taken out, each with the latest word that did so."""
    said = sorted(
        (d for d in effective(decisions) if isinstance(d, Discarded) and d.search),
        key=lambda d: (d.at, d.id),
    )
    return {decision.search: decision for decision in said}
