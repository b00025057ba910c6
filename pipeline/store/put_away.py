"""Files of studies that came by mistake: moved aside, never deleted, and moved back by an undo."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipeline.model.decision import Discarded
from pipeline.model.problem import ReviewError
from pipeline.store.files import refusing_disk_faults
from pipeline.store.places import ReviewPlaces, shown

FOLDER = "removed"
"""Within `studies/`: the files that were put away."""


def away_for(places: ReviewPlaces, file: Path) -> Path:
    """Where `file` of a study would be put away: a free name below `studies/removed/`."""
    own = file.relative_to(places.studies)
    beside = own.parent / own.stem if own.parent.name else Path(own.stem)
    number = 1
    while True:
        ending = f"-{number}.yaml" if number > 1 else ".yaml"
        away = places.studies / FOLDER / beside.with_name(beside.name + ending)
        if not away.exists():
            return away
        number += 1


def move(places: ReviewPlaces, source: str, target: str) -> None:
    """Moves a file within the review; both are paths from its folder. Never onto another file."""
    old, new = places.review / source, places.review / target
    if new.exists():
        raise ReviewError(f"{shown(new)} is there already", "Move one of the two away")
    with refusing_disk_faults(new):
        new.parent.mkdir(parents=True, exist_ok=True)
        old.rename(new)


def put_in_place(
    places: ReviewPlaces, discarded: Iterable[Discarded], counting: frozenset[str]
) -> tuple[str, ...]:
    """Moves each file of a study to where the decisions say it is, and tells what was moved or
    could not be. `counting` are the ids of the decisions that are not taken back."""
    told: list[str] = []
    for decision in discarded:
        if not (decision.file and decision.was) or ".." in Path(decision.file).parts:
            continue
        away, back = (places.review / name for name in (decision.file, decision.was))
        source, target = (back, away) if decision.id in counting else (away, back)
        if not source.is_file() or not _below(places, source, target):
            continue
        if not target.exists():
            move(
                places,
                str(source.relative_to(places.review)),
                str(target.relative_to(places.review)),
            )
            told.append(f"{shown(source)} is {shown(target)} again")
        elif decision.id not in counting:
            told.append(f"{shown(target)} was written anew; the old file stays {shown(source)}")
    return tuple(told)


def _below(places: ReviewPlaces, *paths: Path) -> bool:
    """Whether all `paths` lie within the studies: a log may come from anywhere."""
    studies = places.studies.resolve()
    return all(path.resolve().is_relative_to(studies) for path in paths)
