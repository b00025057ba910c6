"""The items of a form held against what an item must be."""

from __future__ import annotations

import re

from pipeline.extraction.form_faults import FormFaults
from pipeline.notation.typed import nearest
from pipeline.notation.yaml_text import Path
from pipeline.terms.form import NUMBERS, AnswerType, Condition, Item

RESERVED = frozenset({"id", "value", "absent", "sources", "note", "derived", "form_version"})
"""Words that stand beside answers in a study and so cannot be ids of items."""

OUTSIDE = ("protocol.outcomes", "protocol.groups", "study.results", "study.groups")
"""What a reference may point to that is not in its own form."""

_ID = re.compile(r"[a-z][a-z0-9_]*\Z")
_CHOOSING = (AnswerType.CHOICE, AnswerType.CHOICES)
_BOUNDED = (
    AnswerType.INTEGER,
    AnswerType.DECIMAL,
    AnswerType.RANGE,
    AnswerType.MEAN,
    AnswerType.ESTIMATE,
)

Levels = tuple[tuple[Item, ...], ...]
"""The items of a part first, then those of the parts around it."""


def check_items(
    faults: FormFaults, items: tuple[Item, ...], path: Path, levels: Levels = (), part: str = ""
) -> None:
    """Tells of every fault of `items`, which stand at `path` in the part with the path `part`."""
    if not items:
        faults.fault(path, "there are no items", "Add at least one item")
    seen: set[str] = set()
    for index, item in enumerate(items):
        at = faults.step(path, index, item.id)
        if item.id in seen:
            what = f"the id {item.id!r} stands twice in one part"
            faults.fault(at, what, "Give each item an id of its own")
        seen.add(item.id)
        _item(faults, item, at, (items, *levels), part)
    _circles(faults, items, path)


def _item(faults: FormFaults, item: Item, at: Path, levels: Levels, part: str) -> None:
    name = repr(item.id)
    if not _ID.match(item.id):
        remedy = "Use small letters, digits and underscores, a letter first"
        faults.fault(at, f"{name} is no id for an item", remedy)
    elif item.id in RESERVED:
        what = f"{name} cannot be the id of an item: it has a meaning beside every answer"
        faults.fault(at, what, f"Choose another id, like `{item.id}_given`")
    _options(faults, item, at)
    if item.type is AnswerType.PART:
        inner = f"{part}.{item.id}" if part else item.id
        check_items(faults, item.items, (*at, "items"), levels, inner)
    elif item.items:
        what = f"{name} has items, but its type is {item.type}"
        faults.fault((*at, "items"), what, "Write `type: part`")
    if item.type is AnswerType.REFERENCE:
        _reference(faults, item, at, part)
    elif item.refers_to:
        faults.fault((*at, "refers_to"), f"{name} is no reference", "Write `type: reference`")
    if item.repeats and (item.type in NUMBERS or item.type in _CHOOSING):
        what = f"{name} cannot repeat: its type is {item.type}"
        remedy = "Put it into a part that repeats, or use `type: choices`"
        faults.fault((*at, "repeats"), what, remedy)
    _bounds(faults, item, at)
    for word, condition in (("required_if", item.required_if), ("asked_if", item.asked_if)):
        if condition is not None:
            _condition(faults, item, condition, (*at, word), levels)


def _options(faults: FormFaults, item: Item, at: Path) -> None:
    choosing = item.type in _CHOOSING
    if choosing and not item.options:
        faults.fault(at, f"{item.id!r} is a choice without options", "Add `options:`")
    if item.options and not choosing:
        what = f"{item.id!r} has options, but its type is {item.type}"
        faults.fault((*at, "options"), what, "Write `type: choice` or `type: choices`")
    ids = tuple(option.id for option in item.options)
    for index, option in enumerate(item.options):
        where = faults.step((*at, "options"), index, option.id)
        if option.id in ids[:index]:
            what = f"the option {option.id!r} stands twice"
            faults.fault(where, what, "Give each option an id of its own")
        if not re.match(r"[a-z0-9][a-z0-9_]*\Z", option.id):
            what = f"{option.id!r} is no id for an option"
            faults.fault(where, what, "Use small letters, digits and underscores")
        for other in (o for group in option.along_with for o in group):
            if other not in ids:
                what = f"{option.id!r} goes along with {other!r}, which is no option here"
                remedy = "Name options of this item"
                faults.fault((*where, "along_with"), what + "." + nearest(other, ids), remedy)


def _bounds(faults: FormFaults, item: Item, at: Path) -> None:
    for word, bound in (("minimum", item.minimum), ("maximum", item.maximum)):
        if bound is not None and item.type not in _BOUNDED:
            what = f"{item.id!r} has a {word}, but its type is {item.type}"
            remedy = "Bounds are for integers, decimals, ranges, means, estimates"
            faults.fault((*at, word), what, remedy)
    if item.minimum is not None and item.maximum is not None and item.minimum > item.maximum:
        what = f"{item.id!r} has a minimum above its maximum"
        faults.fault((*at, "minimum"), what, "Swap them")


def _reference(faults: FormFaults, item: Item, at: Path, part: str) -> None:
    parts = tuple(p for p, i in faults.paths.items() if i.type is AnswerType.PART and i.repeats)
    known = (*parts, *OUTSIDE)
    if not item.targets:
        what = f"the reference {item.id!r} does not say what it refers to"
        remedy = f"Add `refers_to:` with a part that repeats or {', '.join(OUTSIDE)}"
        faults.fault(at, what, remedy)
    for target in item.targets:
        if target not in known:
            what = f"{item.id!r} refers to {target!r}, which is no part that repeats"
            hint = nearest(target, known)
            faults.fault((*at, "refers_to"), f"{what}.{hint}", f"Known are {', '.join(known)}")
    if item.required and item.targets == (part,):
        what = f"every entry of {part!r} must refer to another one, so there can be no first"
        faults.fault(at, what, f"Leave out `required`, or let {item.id!r} refer to another part")


def _condition(
    faults: FormFaults, item: Item, condition: Condition, at: Path, levels: Levels
) -> None:
    known = {i.id: i for items in reversed(levels) for i in items}
    asked = known.get(condition.item)
    if asked is None or asked.type is AnswerType.PART:
        hint = nearest(condition.item, tuple(known))
        what = f"the condition of {item.id!r} names {condition.item!r}, no question here"
        faults.fault(at, f"{what}.{hint}", "Name an item of this part or of the parts around it")
    elif asked is item:
        faults.fault(at, f"{item.id!r} is made to depend on itself", "Name another item")
    elif asked.type in _CHOOSING:
        ids = tuple(o.id for o in asked.options)
        for value in condition.values:
            if value not in ids:
                what = f"{value!r} is no option of {asked.id!r}.{nearest(value, ids)}"
                faults.fault((*at, "values"), what, f"Known are {', '.join(ids)}")
    elif asked.type is AnswerType.YES_NO:
        for value in condition.values:
            if value not in ("yes", "no"):
                what = f"{asked.id!r} is never {value!r}"
                faults.fault((*at, "values"), what, "Write yes or no")


def _circles(faults: FormFaults, items: tuple[Item, ...], path: Path) -> None:
    """Items that are asked only if each other are: nobody could answer them.

    A condition looks at its own level or outwards, so a circle lies within one level. That two
    items *require* each other is sound: both are given, or none.
    """
    ahead = {item.id: item.asked_if.item for item in items if item.asked_if is not None}
    told: set[str] = set()
    for index, item in enumerate(items):
        way = [item.id]
        while (following := ahead.get(way[-1])) is not None and following not in way:
            way.append(following)
        if following != item.id or len(way) == 1 or told.intersection(way):
            continue
        told.update(way)
        what = f"items are asked only where each other are: {' → '.join((*way, item.id))}"
        at = (*faults.step(path, index, item.id), "asked_if")
        faults.fault(at, what, "Take one of the conditions out")
