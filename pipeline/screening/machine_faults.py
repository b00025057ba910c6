"""What is wrong with the machines of a protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.model.machine import Machine
from pipeline.model.problem import Place, Problem
from pipeline.model.protocol import PersonKind, Protocol

CHECK = "machine"
Path = tuple[str | int, ...]


def machine_faults(protocol: Protocol, place: Callable[[Path], Place]) -> tuple[Problem, ...]:
    """Machines that are listed as people, people with the settings of machines, and settings that
    cannot be; `place` says where a key stands in the file of the protocol."""
    return tuple(
        Problem(place=place(path), what=what, remedy=remedy, check=CHECK)
        for path, what, remedy in (*_listed(protocol), *_described(protocol))
    )


def _listed(protocol: Protocol) -> Iterator[tuple[Path, str, str]]:
    lists: dict[Path, tuple[str, ...]] = {
        ("screening", "reviewers"): protocol.screening.reviewers,
        ("full_text", "reviewers"): protocol.full_text.reviewers if protocol.full_text else (),
    }
    for path, ids in lists.items():
        for number, id in enumerate(ids):
            if id in protocol.machines:
                yield (
                    (*path, number),
                    f"{id} is a machine and cannot be a reviewer: it has no vote",
                    "Take it out of the list; it suggests from where it stands under `people`",
                )


def _described(protocol: Protocol) -> Iterator[tuple[Path, str, str]]:
    for person in protocol.people:
        path: Path = ("people", person.id, "machine")
        if person.machine is None:
            continue
        if person.kind is not PersonKind.MACHINE:
            yield path, f"{person.id} is a person with a `machine:`", "Write `kind: machine`"
        for key, what, remedy in _settings(person.machine):
            yield (*path, key), what, remedy


def _settings(machine: Machine) -> Iterator[tuple[str, str, str]]:
    if not 0 < machine.least_sensitivity < 1:
        yield (
            "least_sensitivity",
            f"least_sensitivity is {machine.least_sensitivity:g}",
            "Write a share between 0 and 1, like `0.95`",
        )
    if not 0 <= machine.temperature <= 2:
        yield (
            "temperature",
            f"temperature is {machine.temperature:g}",
            "Write a number from 0 to 2; 0 gives the same answer most often",
        )
    for key, number in (("most_tokens", machine.most_tokens), ("seconds", machine.seconds)):
        if number < 1:
            yield key, f"{key} is {number}", "Write 1 or more"
    parts = machine.prompt.replace("\\", "/").split("/")
    if not machine.prompt.strip() or machine.prompt.startswith("/") or ".." in parts:
        yield (
            "prompt",
            f"the prompt {machine.prompt!r} is no file of the review",
            "Write its name below the folder of the review, like `prompts/screening.txt`",
        )
