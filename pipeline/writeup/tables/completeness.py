"""What could be read out of the studies: answers given, and why others are missing."""

from __future__ import annotations

from pipeline.extraction.summary import counted_answers
from pipeline.snapshot import Snapshot
from pipeline.terms.document import Table
from pipeline.terms.study import GIVEN, Absent
from pipeline.writeup.basis import BASIS_LABELS, basis_notes
from pipeline.writeup.tables.rows import cell, column, study_cell

_LABELS = {
    GIVEN: "Given",
    str(Absent.NOT_REPORTED): "Not reported",
    str(Absent.NOT_APPLICABLE): "Not applicable",
    str(Absent.UNCLEAR): "Unclear",
    str(Absent.NOT_YET): "Not yet extracted",
}


def completeness(snapshot: Snapshot) -> Table:
    """How many answers each included study gives, and how many it does not, by the reason."""
    counts = [(study, counted_answers(study)) for study in snapshot.included]
    rows = [
        (
            study_cell(study, snapshot),
            cell(BASIS_LABELS[study.basis]),
            *(cell(counted[reason]) for reason in _LABELS),
        )
        for study, counted in counts
    ]
    if len(rows) > 1:
        totals = (sum(counted[reason] for _, counted in counts) for reason in _LABELS)
        rows.append((cell("All studies"), cell(""), *(cell(total) for total in totals)))
    return Table(
        id="completeness",
        caption="Answers that could be extracted from the included studies",
        columns=(
            column("study", "Study", 1.4),
            column("basis", "Read"),
            *(
                column(reason.replace(" ", "_"), label, 0.8, numeric=True)
                for reason, label in _LABELS.items()
            ),
        ),
        rows=tuple(rows),
        notes=(
            "Answers to the items of the extraction form that were asked of the study; every "
            "entry of a part that repeats counts its own.",
            *basis_notes(study for study, _ in counts),
        ),
    )
