"""`editions.yaml`: the published editions, their sign-offs and withdrawals, one line each.

Lines are only ever added, so that two branches that each add one can be merged by lines:

    - {number: 1, on: 2016-03-31, note: Research published 2000 to 2015}
    - {signed_off: 1, by: ada, on: 2016-04-02, manifest: 5f1c…}
    - {withdrawn: 1, by: ada, on: 2016-05-02, why: a table was wrong}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pipeline.model.problem import Place, Problem
from pipeline.model.review import Edition, SignOff
from pipeline.notation.typed import into
from pipeline.notation.yaml_text import read_yaml
from pipeline.notation.yaml_writing import Value, yaml_value


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A line that publishes an edition."""

    number: int
    on: date
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOff:
    """A line that signs off the edition `signed_off`, by the SHA-256 of its manifest."""

    signed_off: int
    by: str
    on: date
    manifest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A line that withdraws the edition `withdrawn`."""

    withdrawn: int
    by: str
    on: date
    why: str


Line = Published | SignedOff | Withdrawal
_KINDS: Mapping[str, type[Line]] = {
    "number": Published,
    "signed_off": SignedOff,
    "withdrawn": Withdrawal,
}


def read_editions(text: str, file: str) -> tuple[tuple[Edition, ...], tuple[Problem, ...]]:
    """The editions in the order of their days, and what is wrong with the file."""
    yaml = read_yaml(text, file)
    if yaml.value is None:
        return (), yaml.problems
    if not isinstance(yaml.value, list):
        what, remedy = "this is not a list of editions", "Write `- {number: 1, on: 2016-03-31}`"
        return (), (Problem(place=yaml.place(), what=what, remedy=remedy, check="shape"),)
    problems: list[Problem] = list(yaml.problems)
    lines: list[tuple[Line, Place]] = []
    for n, entry in enumerate(yaml.value):
        keys = entry if isinstance(entry, dict) else {}
        kind: type[Line] = next((k for word, k in _KINDS.items() if word in keys), Published)
        line, faults = into(kind, yaml, path=(n,))
        problems += [f for f in faults if f not in problems]
        if line is not None:
            lines.append((line, yaml.place((n,))))
    editions, about = _folded(lines)
    return editions, (*problems, *about)


def _folded(
    lines: Iterable[tuple[Line, Place]],
) -> tuple[tuple[Edition, ...], tuple[Problem, ...]]:
    """The editions that `lines`, in any order, tell of."""
    found: dict[int, Edition] = {}
    problems: list[Problem] = []
    told = list(lines)
    for line, place in told:
        if isinstance(line, Published):
            same = found.get(line.number)
            if same is not None and (same.on, same.note) != (line.on, line.note):
                problems.append(_twice(line.number, place))
            elif same is None:
                found[line.number] = Edition(number=line.number, on=line.on, note=line.note)
    for line, place in told:
        number = getattr(line, "signed_off", None) or getattr(line, "withdrawn", None)
        if number is None:
            continue
        edition = found.get(number)
        if edition is None:
            problems.append(_unknown(number, place))
        elif isinstance(line, SignedOff):
            signed = SignOff(by=line.by, on=line.on, manifest=line.manifest)
            if signed not in edition.signed_off:
                # in one order, whichever of two branches was merged first
                signatures = tuple(
                    sorted((*edition.signed_off, signed), key=lambda s: (s.on, s.by, s.manifest))
                )
                found[number] = replace(edition, signed_off=signatures)
        elif isinstance(line, Withdrawal) and (
            edition.withdrawn_on is None or line.on < edition.withdrawn_on
        ):
            found[number] = replace(
                edition, withdrawn_on=line.on, withdrawn_by=line.by, withdrawn_why=line.why
            )
    return tuple(sorted(found.values(), key=lambda e: (e.on, e.number))), tuple(problems)


def _twice(number: int, place: Place) -> Problem:
    return Problem(
        place=place,
        what=f"edition {number} is published twice, with another day or note",
        remedy="Two branches published it: keep one line, and give the other another number",
        check="editions",
    )


def _unknown(number: int, place: Place) -> Problem:
    return Problem(
        place=place,
        what=f"there is no edition {number}",
        remedy="Write the number of an edition that a line of this file publishes",
        check="editions",
    )


def with_lines(text: str, lines: Iterable[Line]) -> str:
    """The text of `editions.yaml` with `lines` added at its end."""
    head = text if not text or text.endswith("\n") else f"{text}\n"
    if not text.strip():
        head = (
            "# Published editions: each is everything that was there at the end of the day `on`.\n"
            "# Lines are only added, never changed: `review publish` writes them.\n"
        )
    return head + "".join(f"- {{{_said(line)}}}\n" for line in lines)


def _said(line: Line) -> str:
    values: dict[str, Any] = {name: getattr(line, name) for name in line.__dataclass_fields__}
    return ", ".join(f"{name}: {_flow(value)}" for name, value in values.items() if value != "")


def _flow(value: Value) -> str:
    """`value` inside braces: what parts a flow mapping stands in quotes."""
    said = yaml_value(value)
    return f'"{said}"' if said[:1] != '"' and any(sign in said for sign in ",{}[]#") else said
