"""One value of the example's YAML changed at a time, and what the documents then say otherwise."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.cli.documents.changed import changed_since
from pipeline.cli.documents.manuscripts import write_ups
from pipeline.model.problem import ReviewError
from pipeline.model.statement import StatementChange, changed_statements
from pipeline.notation.yaml_editing import with_value
from pipeline.notation.yaml_text import read_yaml
from pipeline.sessions.snapshots import snapshot_of
from pipeline.store import open_review

PROJECT = Path(__file__).resolve().parents[2]
REVIEW = PROJECT / "reviews" / "ta-hsb"


@dataclass(frozen=True)
class Leaf:
    file: str
    path: tuple[str | int, ...]

    def __str__(self) -> str:
        return f"{self.file}:{'/'.join(map(str, self.path))}"


def files(project: Path) -> list[Path]:
    """The YAML that people wrote for the example: protocol, studies, searches, synthesis, forms."""
    review = project / "reviews" / "ta-hsb"
    found = [review / "protocol.yaml", *review.glob("studies/*.yaml")]
    found += [*review.glob("searches/*.yaml"), *review.glob("synthesis/*.yaml")]
    return sorted((*found, *(project / "extraction_forms").glob("*.yaml")))


def leaves(project: Path) -> Iterator[Leaf]:
    for file in files(project):
        text = read_yaml(file.read_text("utf-8"), file.name)
        yield from (Leaf(str(file.relative_to(project)), path) for path in _plain(text.value, ()))


def _plain(value: object, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _plain(inner, (*path, key))
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from _plain(inner, (*path, n))
    elif value is not None:
        yield path


def other(value: object) -> object:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return value / 2
    if isinstance(value, date):
        return value.replace(year=value.year - 1)
    return f"{value} otherwise"


@dataclass(frozen=True)
class Outcome:
    """`refused` in words, or what changed between the documents before and after.

    `named` are the ids that `confirm`, `check`, `stale` and `build` name; None where the change
    brings the documents back to what the edition says.
    """

    leaf: Leaf
    refused: str = ""
    changes: tuple[StatementChange, ...] = ()
    named: frozenset[str] = frozenset()

    @property
    def unnoted(self) -> tuple[str, ...]:
        """Statements whose words changed and of which nothing that they rest on did."""
        return tuple(
            c.id
            for c in self.changes
            if c.reads_otherwise and c.before and c.after and not c.grounds
        )

    @property
    def unnamed(self) -> tuple[str, ...]:
        return tuple(c.id for c in self.changes if c.reads_otherwise and c.id not in self.named)


class Trial:
    """A copy of the example in which leaves are changed, one at a time, and put back."""

    def __init__(self, folder: Path) -> None:
        self.project = folder
        shutil.copytree(PROJECT / "reviews", folder / "reviews", dirs_exist_ok=True)
        shutil.copytree(
            PROJECT / "extraction_forms", folder / "extraction_forms", dirs_exist_ok=True
        )
        self._before = self._said()

    def change(self, leaf: Leaf, value: object = None) -> Outcome:
        file = self.project / leaf.file
        text = file.read_text("utf-8")
        at: Any = read_yaml(text, leaf.file).value
        for step in leaf.path:
            at = at[step]
        try:
            changed = with_value(text, leaf.path, value if value is not None else other(at))
        except ReviewError as error:
            return Outcome(leaf, refused=str(error))
        file.write_text(changed, "utf-8")
        try:
            statements, named = self._said()
        except ReviewError as error:
            return Outcome(leaf, refused=str(error))
        finally:
            file.write_text(text, "utf-8")
        changes = changed_statements(self._before[0], statements)
        return Outcome(leaf, changes=changes, named=named)

    def _said(self) -> tuple[Sequence[object], frozenset[str]]:
        folder = open_review(str(self.project / "reviews" / "ta-hsb"))
        snapshot, problems = snapshot_of(folder)
        written, found = write_ups(folder, snapshot, draft=True, confirmed=False)
        if not written:
            raise ReviewError("; ".join(str(p) for p in (*problems, *found)))
        said = [s for one in written for s in one.statements if one.kind == "full"]
        changed = changed_since(folder, snapshot, written)
        named = changed.read_otherwise if changed is not None else ()
        return said, frozenset(change.id for change in named)


def sample(project: Path, size: int, seed: int) -> list[Leaf]:
    return random.Random(seed).sample(list(leaves(project)), size)
