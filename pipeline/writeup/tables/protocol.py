"""Tables of what was planned, and of what was changed."""

from __future__ import annotations

from pipeline.snapshot import Snapshot
from pipeline.terms.decision import Stage
from pipeline.terms.document import Table
from pipeline.writeup.tables.rows import cell, column
from pipeline.writeup.wording import day_in_words, listed

_STAGES = {Stage.TITLE_ABSTRACT: "title and abstract", Stage.FULL_TEXT: "full text"}


def amendments(snapshot: Snapshot) -> Table:
    """Every change of the protocol with its reason (PRISMA 2020, item 24c), by day."""
    return Table(
        id="amendments",
        caption="Changes to the protocol",
        columns=(column("on", "Day", 0.7), column("what", "Change", 2), column("why", "Why", 2)),
        rows=tuple(
            (cell(day_in_words(a.on)), cell(a.what), cell(" ".join(a.why.split())))
            for a in sorted(snapshot.review.protocol.amendments, key=lambda a: a.on)
        ),
    )


def criteria(snapshot: Snapshot) -> Table:
    """The criteria in the order in which they are asked (PRISMA 2020, item 5)."""
    return Table(
        id="criteria",
        caption="Eligibility criteria, in the order in which they were asked",
        columns=(
            column("reason", "Reason for exclusion", 1.3),
            column("criterion", "What is taken in", 3),
            column("stages", "Asked on", 1),
        ),
        rows=tuple(
            (
                cell(c.label),
                cell(" ".join(c.text.split())),
                cell(listed(_STAGES[s] for s in Stage if s in c.stages)),
            )
            for c in snapshot.review.protocol.criteria
        ),
        notes=("A record is excluded for the first criterion that it fails.",),
    )
