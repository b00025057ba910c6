"""What is found while one form is checked: faults with their places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.notation.typed import nearest
from pipeline.notation.yaml_text import Path, YamlText
from pipeline.terms.form import NUMBERS, Form, Item
from pipeline.terms.problem import Problem


def walk(items: tuple[Item, ...], path: tuple[str, ...] = ()) -> Iterator[tuple[str, Item]]:
    """Every item of a form with its dotted path, parts before what is in them."""
    for item in items:
        here = (*path, item.id)
        yield ".".join(here), item
        yield from walk(item.items, here)


@dataclass(slots=True)
class FormFaults:
    """Filled while `form`, which stands in `yaml`, is checked; `paths` are its items."""

    form: Form
    yaml: YamlText
    paths: dict[str, Item]
    found: list[Problem] = field(default_factory=list)

    def fault(self, path: Path, what: str, remedy: str) -> None:
        place = self.yaml.place(path)
        self.found.append(Problem(place=place, what=what, remedy=remedy, check="form"))

    def step(self, path: Path, index: int, id: str) -> Path:
        """Where an entry stands: lists go by number, mappings by id."""
        return (*path, index) if self.yaml.has((*path, index)) else (*path, id)

    def known(self, dotted: str, at: Path) -> Item | None:
        """The item at a dotted path (or the one whose number it names); told when there is none."""
        item = self.paths.get(dotted)
        if item is None:
            head, _, last = dotted.rpartition(".")
            around = self.paths.get(head)
            if around is not None and last in NUMBERS.get(around.type, ()):
                return around
            what = f"there is no item {dotted!r} in this form.{nearest(dotted, tuple(self.paths))}"
            self.fault(at, what, "Name items by their path, like `participants.total`")
        return item
