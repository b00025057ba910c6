"""How far two people who extracted and appraised apart agreed, item by item."""

from __future__ import annotations

from pipeline.snapshot import Snapshot
from pipeline.terms.document import Table
from pipeline.writeup.agreeing import figure, kappa_in_words
from pipeline.writeup.second_person import agreement
from pipeline.writeup.tables.rows import cell, column
from pipeline.writeup.wording import percent


def extraction_agreement(snapshot: Snapshot) -> Table:
    """A row an item and a total a form: compared, the same, and figures where one chooses."""
    found = agreement(snapshot)
    titles = {a.form: a.label for a in found if not a.asked}
    return Table(
        id="extraction_agreement",
        caption="Agreement of two people who extracted and appraised apart",
        columns=(
            column("form", "Form", 1.4),
            column("item", "Item", 2.4),
            column("compared", "Compared", 0.8, numeric=True),
            column("same", "The same", 0.8, numeric=True),
            column("percent", "Per cent", 0.8, numeric=True),
            column("kappa", "Kappa (95% CI)", 1.4, numeric=True),
            column("pabak", "PABAK", 0.8, numeric=True),
            column("ac1", "AC1", 0.8, numeric=True),
        ),
        rows=tuple(
            (
                cell(titles[a.form]),
                cell(a.label if a.asked else "All items"),
                cell(a.compared),
                cell(a.same),
                cell(percent(a.same, a.compared, 1) if a.compared else ""),
                cell(kappa_in_words(a.judged) if a.judged.n else ""),
                cell(figure(a.judged.pabak) if a.judged.n else ""),
                cell(figure(a.judged.ac1) if a.judged.n else ""),
            )
            for a in found
        ),
        notes=(
            "Compared are answers that at least one of the two gave; numbers count as the same by "
            "their value. Cohen's kappa, PABAK and Gwet's AC1 stand where one chooses from a list; "
            "kappa is not defined where both chose one option throughout.",
        )
        if found
        else (),
    )
