"""Where a person writes a study down: in the review, or in a draft of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.model.form import Form
from pipeline.model.problem import Problem, ReviewError, Severity
from pipeline.model.protocol import ExtractionPlan, ExtractionPlanKind, Protocol
from pipeline.model.study import Study
from pipeline.notation.typed import nearest
from pipeline.store.files import Reader, reviewer_name
from pipeline.store.places import ReviewPlaces, shown


def study_file(places: ReviewPlaces, plan: ExtractionPlan, study: str, name: str = "") -> Path:
    """The file in which `name` extracts `study`: a draft where the plan is two people apart.

    Raises ReviewError where that plan needs a name, or does not know the one given.
    """
    if plan.plan is not ExtractionPlanKind.TWO_APART:
        return places.studies / f"{study}.yaml"
    if not name:
        raise ReviewError(
            "by the plan two people extract each study apart, each in a draft of their own",
            "Say whose draft: --as NAME",
        )
    person = reviewer_name(name)
    if plan.people and person not in plan.people:
        raise ReviewError(
            f"{person!r} is not among those who extract.{nearest(person, plan.people)}",
            f"The protocol names {', '.join(plan.people)}",
        )
    return places.drafts / person / f"{study}.yaml"


def extractors_of(places: ReviewPlaces, plan: ExtractionPlan, study: str) -> tuple[str, ...]:
    """Who has a draft of `study`, those of the plan first."""
    found = sorted(path.parent.name for path in places.drafts.glob(f"*/{study}.yaml"))
    order = {name: n for n, name in enumerate(plan.people)}
    return tuple(sorted(found, key=lambda name: order.get(name, len(order))))


def finished_draft(
    places: ReviewPlaces, path: Path, text: str, forms: Mapping[str, Form], protocol: Protocol
) -> Study:
    """The study in the draft at `path`.

    Raises ReviewError where it holds errors or leaves required answers open: what is compared
    should be what a person has finished.
    """
    from pipeline.extraction import read_study  # here, as few commands need it

    found, problems = read_study(text, shown(path), forms, protocol)
    unfinished = _unfinished(problems)
    if found is None or unfinished:
        why = "; ".join(unfinished) or "no study is in it"
        raise ReviewError(
            f"the draft of {path.parent.name} is not finished: {why}",
            f"`{_check_command(places, path)}` says what is open",
        )
    return found


def _check_command(places: ReviewPlaces, draft: Path) -> str:
    person = draft.parent.name
    return f"review extract {places.review.name} {draft.stem} --check --as {person}"


def _unfinished(problems: tuple[Problem, ...]) -> list[str]:
    errors = sum(p.severity is Severity.ERROR for p in problems)
    told = [f"{errors} error{'s' * (errors != 1)}"] if errors else []
    return told + [p.what.partition(":")[0] for p in problems if p.check == "not-yet"]


class Drafts(Mapping[str, Mapping[str, Study]]):
    """The drafts of each person by study; a person's are read when they are asked for.

    A draft that holds no study is left out here, but counts as unfinished. `faults` are told to
    everybody, so they only count the errors of a draft: its words would end the blinding.
    """

    def __init__(
        self, places: ReviewPlaces, forms: Mapping[str, Form], protocol: Protocol, read: Reader
    ) -> None:
        self._paths: dict[str, list[Path]] = {}
        for path in sorted(places.drafts.glob("*/*.yaml")):
            self._paths.setdefault(path.parent.name, []).append(path)
        self._forms, self._protocol, self._read_text = forms, protocol, read
        self._places = places
        self._read: dict[str, Mapping[str, Study]] = {}
        self._unfinished: set[tuple[str, str]] = set()
        self._faults: list[Problem] = []

    def __getitem__(self, person: str) -> Mapping[str, Study]:
        if person not in self._read:
            self._read[person] = dict(self._studies(self._paths[person]))
        return self._read[person]

    def _studies(self, paths: list[Path]) -> Iterator[tuple[str, Study]]:
        for path in paths:
            text = self._read_text(path)
            from pipeline.extraction import read_study

            study, problems = read_study(text, shown(path), self._forms, self._protocol)
            if study is None or _unfinished(problems):
                self._unfinished.add((path.parent.name, path.stem))
            errors = [p for p in problems if p.severity is Severity.ERROR]
            if errors:
                self._faults.append(self._fault(path, errors))
            if study is not None:
                yield study.id, study

    def _fault(self, path: Path, errors: list[Problem]) -> Problem:
        count = f"{len(errors)} error{'s' * (len(errors) != 1)}"
        return Problem(
            place=min(error.place for error in errors),
            what=f"this draft holds {count}",
            remedy=f"`{_check_command(self._places, path)}` says which",
        )

    @property
    def unfinished(self) -> frozenset[tuple[str, str]]:
        self._read_all()
        return frozenset(self._unfinished)

    @property
    def faults(self) -> tuple[Problem, ...]:
        self._read_all()
        return tuple(self._faults)

    def _read_all(self) -> None:
        for person in self:
            self[person]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)
