"""What was read of a study, in words and as a mark beside its name."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.terms.study import Answer, Basis, Study

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


def mark_of(study: Study, answer: Answer) -> str:
    """The mark of a value that stands only in an abstract, where more of its study was read."""
    pages = [source.page.casefold() for source in answer.sources]
    from_abstract = bool(pages) and all("abstract" in page for page in pages)
    return MARKS[Basis.ABSTRACT] if from_abstract and study.basis is Basis.FULL_TEXT else ""


def value_notes(marked: bool, studies: Iterable[Study]) -> tuple[str, ...]:
    """What the marks of a table mean, those of single values included."""
    told = basis_notes(studies)
    of_value = f"{MARKS[Basis.ABSTRACT]} beside a value: read in the abstract only."
    return (*told, of_value) if marked else told


def basis_notes(studies: Iterable[Study]) -> tuple[str, ...]:
    """What the marks of `studies` mean, as far as they occur."""
    seen = {study.basis for study in studies}
    return tuple(text for basis, text in _LEGEND.items() if basis in seen)
