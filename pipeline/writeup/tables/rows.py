"""Small parts that tables are made of."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.terms.document import Cell, Column
from pipeline.terms.study import Basis, Study
from pipeline.writeup.dossier import Dossier
from pipeline.writeup.wording import number

BASIS_LABELS = {
    Basis.FULL_TEXT: "Full text",
    Basis.ABSTRACT: "Abstract only",
    Basis.SECONDARY_SOURCE: "Secondary source only",
}
MARKS = {Basis.FULL_TEXT: "", Basis.ABSTRACT: "\u2020", Basis.SECONDARY_SOURCE: "\u2021"}
_LEGEND = {
    Basis.ABSTRACT: "\u2020 Extracted from the abstract only: what is not reported here may stand "
    "in the report.",
    Basis.SECONDARY_SOURCE: "\u2021 Extracted from a secondary source; the report itself was not "
    "read.",
}


def column(id: str, label: str, share: float = 1.0, *, numeric: bool = False) -> Column:
    return Column(id=id, label=label, share=share, numeric=numeric)


def cell(text: object, *cites: str) -> Cell:
    """A cell; whole numbers with parted thousands, 0 as such."""
    if isinstance(text, bool):
        return Cell(text="yes" if text else "no", cites=cites)
    return Cell(text=number(text) if isinstance(text, int) else str(text), cites=cites)


def study_cell(study: Study, dossier: Dossier) -> Cell:
    """The study with the mark of what was read of it, citing its primary report."""
    mark = MARKS[study.basis]
    known = study.reports and study.reports[0] in dossier.records
    return cell(f"{study.title or study.id}{mark}", *((study.id,) if known else ()))


def basis_notes(studies: Iterable[Study]) -> tuple[str, ...]:
    """What the marks of `studies` mean, as far as they occur."""
    seen = {study.basis for study in studies}
    return tuple(text for basis, text in _LEGEND.items() if basis in seen)
