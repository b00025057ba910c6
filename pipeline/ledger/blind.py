"""Which votes are told only as cast: those on records on which another vote is waited for.

Whoever reads a walk or a draft may be the one who is to vote next, and people vote without knowing
of each other.
"""

from __future__ import annotations

from typing import TypeGuard

from pipeline.terms.decision import Decision, Screened, Stage
from pipeline.terms.review import Ledger
from pipeline.terms.standing import Standing

_STAGE_OPEN = {
    Standing.AWAITING_SCREENING: Stage.TITLE_ABSTRACT,
    Standing.AWAITING_RETRIEVAL: Stage.FULL_TEXT,
    Standing.AWAITING_ASSESSMENT: Stage.FULL_TEXT,
}


def is_blind(decision: Decision, ledger: Ledger) -> TypeGuard[Screened]:
    """Whether `decision` is a vote at a stage at which its record still waits for another one.

    A conflict waits for nobody's vote: whoever settles it has all of them side by side.
    """
    if not isinstance(decision, Screened) or decision.record not in ledger.positions:
        return False
    position = ledger.positions[decision.record]
    home = ledger.positions[position.kept or position.record]
    return not home.conflict and decision.stage is _STAGE_OPEN.get(home.standing)
