"""Answers that point to an entry elsewhere: whether it is there, and circles of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.extraction.gathering import Gathering
from pipeline.notation.typed import nearest
from pipeline.notation.yaml_text import Path
from pipeline.terms.form import Item
from pipeline.terms.protocol import Protocol


@dataclass(frozen=True, slots=True)
class _Reference:
    """`own` is the entry of the part `within` (a dotted path) that points to `target`."""

    item: Item
    target: str
    path: Path
    own: str
    within: str


@dataclass(slots=True)
class References:
    """The entries of one form's answers and what points to them.

    `outside` are the ids that a reference may name beyond its own form, by what they belong to.
    """

    outside: Mapping[str, Iterable[str]]
    entries: dict[str, dict[str, None]] = field(default_factory=dict)
    pointing: list[_Reference] = field(default_factory=list)

    def enter(self, part: str, own: str) -> None:
        """An entry `own` of the part at the dotted path `part`."""
        self.entries.setdefault(part, {})[own] = None

    def point(self, item: Item, target: str, path: Path, own: str, within: str) -> None:
        self.pointing.append(_Reference(item, target, path, own, within))

    def resolve(self, gathering: Gathering) -> None:
        """Tells of references to nothing, and of entries that refer to themselves, in a circle."""
        ahead: dict[tuple[str, str, str], _Reference] = {}
        for reference in self.pointing:
            targets = reference.item.targets
            known = [id for target in targets for id in self._ids(target)]
            if reference.target not in known:
                _tell_dangling(gathering, reference, tuple(dict.fromkeys(known)))
            elif reference.within in targets and reference.target in self._ids(reference.within):
                ahead.setdefault((reference.item.id, reference.within, reference.own), reference)
        _tell_circles(gathering, ahead)

    def _ids(self, target: str) -> Iterable[str]:
        return self.outside[target] if target in self.outside else self.entries.get(target, {})


def ids_of_protocol(protocol: Protocol) -> dict[str, Iterable[str]]:
    """What the protocol offers to refer to."""
    return {
        "protocol.outcomes": tuple(outcome.id for outcome in protocol.outcomes),
        "protocol.groups": tuple(group.id for group in protocol.groups),
    }


def _tell_dangling(gathering: Gathering, reference: _Reference, known: tuple[str, ...]) -> None:
    where = " or ".join(reference.item.targets)
    hint = nearest(reference.target, known)
    what = f"{reference.item.id!r} is {reference.target!r}, nothing in {where}.{hint}"
    listed = ", ".join(known) or "nothing yet"
    gathering.fault(reference.path, what, f"There is {listed}", check="reference")


def _tell_circles(gathering: Gathering, ahead: Mapping[tuple[str, str, str], _Reference]) -> None:
    told: set[tuple[str, str, str]] = set()
    for start in ahead:
        item, within, _ = start
        passed = [start]
        while (here := (item, within, ahead[passed[-1]].target)) in ahead and here not in passed:
            passed.append(here)
        if here != start or told.intersection(passed):
            continue
        told.update(passed)
        reference = ahead[start]
        if len(passed) == 1:
            what = f"{item!r} of {reference.own!r} refers to itself"
        else:
            way = " → ".join(own for *_, own in (*passed, start))
            what = f"{item!r} goes in a circle: {way}"
        gathering.fault(reference.path, what, "Name another entry", check="reference")
