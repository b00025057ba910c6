"""Small parts that tables are made of."""

from __future__ import annotations

from pipeline.document.values import MARKS
from pipeline.document.wording import number
from pipeline.model.document import Cell, Column
from pipeline.model.study import Study
from pipeline.snapshot import Snapshot


def column(id: str, label: str, share: float = 1.0, *, numeric: bool = False) -> Column:
    return Column(id=id, label=label, share=share, numeric=numeric)


def cell(text: object, *cites: str) -> Cell:
    """A cell; whole numbers with parted thousands, 0 as such."""
    if isinstance(text, bool):
        return Cell(text="yes" if text else "no", cites=cites)
    return Cell(text=number(text) if isinstance(text, int) else str(text), cites=cites)


def study_cell(study: Study, snapshot: Snapshot) -> Cell:
    """The study with the mark of what was read of it, citing its primary report."""
    mark = MARKS[study.basis]
    known = study.reports and study.reports[0] in snapshot.records
    return cell(f"{study.title or study.id}{mark}", *((study.id,) if known else ()))
