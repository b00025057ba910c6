"""What every file of the synthesis is held against, and the problems that they share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from pipeline.model.problem import Place, Problem, Severity
from pipeline.model.review import Review
from pipeline.model.study import Result, Study
from pipeline.notation.typed import into, nearest
from pipeline.notation.yaml_text import Path, YamlText, read_yaml

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIds:
    """The ids that a file of the synthesis may name."""

    review: Review
    studies: Mapping[str, Study]
    results: Mapping[str, Result]
    findings: Mapping[str, object] = field(default_factory=dict)
    groupings: Mapping[str, object] = field(default_factory=dict)
    themes: Mapping[str, object] = field(default_factory=dict)
    estimates: Mapping[str, object] = field(default_factory=dict)

    @property
    def items(self) -> frozenset[str]:
        """Every path of an item of the forms that the review uses, parts that stand once inside."""
        return frozenset(
            path
            for form in self.review.forms.values()
            if form.kind == "extraction"
            for item in form.items
            for path in (
                [item.id]
                if not item.items
                else [f"{item.id}/{inner.id}" for inner in item.items if not item.repeats]
            )
        )


def known_of(review: Review) -> KnownIds:
    return KnownIds(
        review=review, studies=review.studies, results=_ResultsWhenAsked(review.studies)
    )


class _ResultsWhenAsked(Mapping[str, Result]):
    """The results of studies by `<study>/<entry>`; only a study that is asked for is read."""

    def __init__(self, studies: Mapping[str, Study]) -> None:
        self._studies = studies

    def __getitem__(self, id: str) -> Result:
        study = self._studies[id.partition("/")[0]]
        for result in study.results:
            if result.id == id:
                return result
        raise KeyError(id)

    def __iter__(self) -> Iterator[str]:
        return (result.id for study in self._studies.values() for result in study.results)

    def __len__(self) -> int:
        return sum(len(study.results) for study in self._studies.values())


def read_into(kind: type[T], file: tuple[str, str]) -> tuple[T | None, YamlText, list[Problem]]:
    """A file of the synthesis as a `kind`; an empty text is a file that is not there."""
    text = read_yaml(*file)
    if not file[0].strip() or (text.value is None and not text.problems):
        return None, text, []
    value, faults = into(kind, text)
    return value, text, list(faults)


def path_of(text: YamlText, top: Path, id: str, n: int) -> Path:
    """Where the entry `id` stands below `top`: by its key, or by its place in a list."""
    by_id: Path = (*top, id)
    return by_id if text.has(by_id) else (*top, n)


def unknown(
    what: str, named: Iterable[str], known: Collection[str], place: Place, check: str = "synthesis"
) -> Iterator[Problem]:
    """A problem for each of `named` that is not among `known`."""
    for name in named:
        if name not in known:
            yield Problem(
                place=place,
                what=f"there is no {what} {name!r}.{nearest(name, tuple(known))}",
                remedy=f"Write the id of a {what} that is there",
                check=check,
            )


def twice(ids: Iterable[tuple[str, Place]]) -> Iterator[Problem]:
    """A problem for each id that stood before."""
    seen: set[str] = set()
    for id, place in ids:
        if id in seen:
            yield Problem(
                place=place,
                what=f"{id!r} stands here twice",
                remedy="Rename one of them",
                check="synthesis",
            )
        seen.add(id)


def fault(place: Place, what: str, remedy: str) -> Problem:
    return Problem(place=place, what=what, remedy=remedy, check="synthesis")


def warning(place: Place, what: str, remedy: str) -> Problem:
    return Problem(
        place=place, what=what, remedy=remedy, severity=Severity.WARNING, check="synthesis"
    )
