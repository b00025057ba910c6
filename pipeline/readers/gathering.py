"""Problems gathered while an export is read, so many of a kind and no more.

A damaged file of a million lines must not make a million problems: the first of each kind are
kept with their lines, the rest are counted.
"""

from __future__ import annotations

from pipeline.model.problem import Place, Problem, Severity

MOST_OF_A_KIND = 200


class Gathered:
    """The problems of one export, in the order in which they were met."""

    __slots__ = ("_counts", "_problems", "file")

    def __init__(self, file: str) -> None:
        self.file = file
        self._problems: list[Problem] = []
        self._counts: dict[str, int] = {}

    def add(
        self,
        check: str,
        line: int,
        what: str,
        remedy: str,
        severity: Severity = Severity.WARNING,
    ) -> None:
        """Notes one problem; beyond `MOST_OF_A_KIND` of one `check` it is only counted."""
        count = self._counts[check] = self._counts.get(check, 0) + 1
        if count <= MOST_OF_A_KIND:
            place = Place(file=self.file, line=line)
            self._problems.append(
                Problem(place=place, what=what, remedy=remedy, severity=severity, check=check)
            )

    def count(self, check: str) -> int:
        """How often `check` found something, those included that are only counted."""
        return self._counts.get(check, 0)

    def all(self) -> tuple[Problem, ...]:
        """Every problem kept, and one more for each kind of which there were too many to keep."""
        more = [
            Problem(
                place=Place(file=self.file),
                what=f"{count - MOST_OF_A_KIND:,} more problems of the kind '{check}'",
                remedy="Look at the first ones; the others are likely to have the same cause",
                severity=Severity.WARNING,
                check=check,
            )
            for check, count in self._counts.items()
            if count > MOST_OF_A_KIND
        ]
        return (*self._problems, *more)
