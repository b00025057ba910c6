"""How far reviewers agree in a review on a day, duplicates counted under their kept record."""

from __future__ import annotations

from pipeline.model.decision import Decision, Resolved, Screened, Stage
from pipeline.model.protocol import Protocol
from pipeline.model.review import Ledger
from pipeline.screening.agreement import StageAgreement, agreement_by_stage


def agreement_at(
    stage: Stage, counting: tuple[Decision, ...], ledger: Ledger, protocol: Protocol
) -> StageAgreement:
    """The agreement of people at `stage` on what `counting` holds: decisions of the day, none
    undone. What stands there under the name of a machine is no person's."""
    machines = protocol.machines
    return agreement_by_stage(
        [d for d in counting if isinstance(d, Screened) and d.reviewer not in machines],
        [d for d in counting if isinstance(d, Resolved) and d.reviewer not in machines],
        stage,
        [c.id for c in protocol.criteria_of(stage)],
        {p.record: p.kept for p in ledger.positions.values() if p.kept},
    )
