"""A form as text into a `Form`, held against what a form must be."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.extraction.rules import CHECKS
from pipeline.notation.typed import into, nearest
from pipeline.notation.yaml_text import Path, YamlText, read_yaml
from pipeline.terms.form import NUMBERS, AnswerType, Condition, Form, Item
from pipeline.terms.problem import Problem
from pipeline.terms.study import Direction

KINDS = ("extraction", "appraisal")
RESERVED = frozenset({"id", "value", "absent", "sources", "note", "derived"})
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
_RESULT_TYPES = {
    "outcome": (AnswerType.REFERENCE,),
    "group": (AnswerType.REFERENCE,),
    "comparator": (AnswerType.REFERENCE,),
    "direction": (AnswerType.CHOICE,),
    "statement": (AnswerType.TEXT,),
    "proportion": (AnswerType.PROPORTION,),
    "estimate": (AnswerType.ESTIMATE,),
    "measure": (AnswerType.TEXT, AnswerType.CHOICE),
    "n_analysed": (AnswerType.INTEGER,),
}


def read_form(text: str, file: str) -> tuple[Form | None, tuple[Problem, ...]]:
    """The form in `text`, and what is wrong with it; None when it is no form at all.

    A form with faults of its own is given back with them, so that one sees all faults at once;
    studies should not be held against it.
    """
    yaml = read_yaml(text, file)
    form, problems = into(Form, yaml)
    if form is None:
        return None, problems
    return form, (*problems, *_Check(form, yaml).problems())


def walk(items: tuple[Item, ...], path: tuple[str, ...] = ()) -> Iterator[tuple[str, Item]]:
    """Every item of a form with its dotted path, parts before what is in them."""
    for item in items:
        here = (*path, item.id)
        yield ".".join(here), item
        yield from walk(item.items, here)


def item_at(items: tuple[Item, ...], dotted: str) -> Item | None:
    """The item at a dotted path, or None."""
    found: Item | None = None
    for step in dotted.split("."):
        found = next((i for i in items if i.id == step), None)
        if found is None:
            return None
        items = found.items
    return found


class _Check:
    """Walks one form and gathers what is wrong with it."""

    def __init__(self, form: Form, yaml: YamlText) -> None:
        self.form = form
        self.yaml = yaml
        self.found: list[Problem] = []
        self.paths = dict(walk(form.items))

    def fault(self, path: Path, what: str, remedy: str) -> None:
        place = self.yaml.place(path)
        self.found.append(Problem(place=place, what=what, remedy=remedy, check="form"))

    def problems(self) -> tuple[Problem, ...]:
        form = self.form
        if form.kind not in KINDS:
            hint = nearest(form.kind, KINDS)
            self.fault(
                ("kind",),
                f"{form.kind!r} is no kind of form.{hint}",
                "Write extraction or appraisal",
            )
        if form.version < 1:
            self.fault(("version",), f"version {form.version} is below 1", "Count versions from 1")
        if not re.match(r"[a-z0-9][a-z0-9_-]*\Z", form.id):
            what = f"{form.id!r} is no id for a form"
            self.fault(("id",), what, "Use small letters, digits and hyphens")
        self.items(form.items, ("items",), ())
        if form.kind == "extraction":
            self.results()
        for index, rule in enumerate(form.rules):
            self.rule(index, rule.check, rule.items)
        self.overall()
        for index, change in enumerate(form.changes):
            at: Path = ("changes", index)
            if change.version > form.version:
                what = f"a change of version {change.version} in version {form.version} of the form"
                self.fault(at, what, "Raise `version` of the form")
            for item in change.revisit:
                self.known(item, (*at, "revisit"))
        return tuple(self.found)

    def items(
        self, items: tuple[Item, ...], path: Path, around: tuple[tuple[Item, ...], ...]
    ) -> None:
        if not items:
            self.fault(path, "there are no items", "Add at least one item")
        seen: set[str] = set()
        for index, item in enumerate(items):
            at = self.step(path, index, item.id)
            if item.id in seen:
                what = f"the id {item.id!r} stands twice in one part"
                self.fault(at, what, "Give each item an id of its own")
            seen.add(item.id)
            self.item(item, at, (items, *around))

    def step(self, path: Path, index: int, id: str) -> Path:
        """Where an entry stands: lists go by number, mappings by id."""
        return (*path, index) if self.yaml.has((*path, index)) else (*path, id)

    def item(self, item: Item, at: Path, around: tuple[tuple[Item, ...], ...]) -> None:
        name = repr(item.id)
        if not _ID.match(item.id):
            self.fault(
                at, f"{name} is no id for an item", "Use small letters, digits and underscores"
            )
        elif item.id in RESERVED:
            what = f"{name} cannot be the id of an item: it has a meaning beside every answer"
            self.fault(at, what, f"Choose another id, like `{item.id}_given`")
        self.options(item, at)
        if item.type is AnswerType.PART:
            self.items(item.items, (*at, "items"), around)
        elif item.items:
            what = f"{name} has items, but its type is {item.type}"
            self.fault((*at, "items"), what, "Write `type: part`")
        if item.type is AnswerType.REFERENCE:
            self.reference(item, at)
        elif item.refers_to:
            self.fault((*at, "refers_to"), f"{name} is no reference", "Write `type: reference`")
        if item.repeats and (item.type in NUMBERS or item.type in _CHOOSING):
            what = f"{name} cannot repeat: its type is {item.type}"
            remedy = "Put it into a part that repeats, or use `type: choices`"
            self.fault((*at, "repeats"), what, remedy)
        self.bounds(item, at)
        for word, condition in (("required_if", item.required_if), ("asked_if", item.asked_if)):
            if condition is not None:
                self.condition(item, condition, (*at, word), around)

    def options(self, item: Item, at: Path) -> None:
        choosing = item.type in _CHOOSING
        if choosing and not item.options:
            self.fault(at, f"{item.id!r} is a choice without options", "Add `options:`")
        if item.options and not choosing:
            what = f"{item.id!r} has options, but its type is {item.type}"
            self.fault((*at, "options"), what, "Write `type: choice` or `type: choices`")
        ids = [option.id for option in item.options]
        for index, option in enumerate(item.options):
            where = self.step((*at, "options"), index, option.id)
            if option.id in ids[:index]:
                what = f"the option {option.id!r} stands twice"
                self.fault(where, what, "Give each option an id of its own")
            if not re.match(r"[a-z0-9][a-z0-9_]*\Z", option.id):
                what = f"{option.id!r} is no id for an option"
                self.fault(where, what, "Use small letters, digits and underscores")
            for other in (o for group in option.along_with for o in group):
                if other not in ids:
                    what = f"{option.id!r} goes along with {other!r}, which is no option here"
                    self.fault(
                        where, what + "." + nearest(other, tuple(ids)), "Name options of this item"
                    )

    def bounds(self, item: Item, at: Path) -> None:
        for word, bound in (("minimum", item.minimum), ("maximum", item.maximum)):
            if bound is not None and item.type not in _BOUNDED:
                what = f"{item.id!r} has a {word}, but its type is {item.type}"
                self.fault(
                    (*at, word), what, "Bounds are for integers, decimals, ranges, means, estimates"
                )
        if item.minimum is not None and item.maximum is not None and item.minimum > item.maximum:
            what = f"{item.id!r} has a minimum above its maximum"
            self.fault((*at, "minimum"), what, "Swap them")

    def reference(self, item: Item, at: Path) -> None:
        if not item.targets:
            what = f"the reference {item.id!r} does not say what it refers to"
            self.fault(
                at, what, f"Add `refers_to:` with a part that repeats or {', '.join(OUTSIDE)}"
            )
        for target in item.targets:
            part = self.paths.get(target)
            if target in OUTSIDE or (part and part.type is AnswerType.PART and part.repeats):
                continue
            parts = tuple(
                p for p, i in self.paths.items() if i.type is AnswerType.PART and i.repeats
            )
            what = f"{item.id!r} refers to {target!r}, which is no part that repeats"
            hint = nearest(target, (*parts, *OUTSIDE))
            self.fault(
                (*at, "refers_to"), f"{what}.{hint}", f"Known are {', '.join((*parts, *OUTSIDE))}"
            )

    def condition(
        self, item: Item, condition: Condition, at: Path, around: tuple[tuple[Item, ...], ...]
    ) -> None:
        known = {i.id: i for items in reversed(around) for i in items}
        asked = known.get(condition.item)
        if asked is None or asked.type is AnswerType.PART:
            hint = nearest(condition.item, tuple(known))
            what = f"the condition of {item.id!r} names {condition.item!r}, no question here"
            self.fault(at, f"{what}.{hint}", "Name an item of this part or of the parts around it")
        elif asked is item:
            self.fault(at, f"{item.id!r} is made to depend on itself", "Name another item")
        elif asked.type in _CHOOSING:
            ids = tuple(o.id for o in asked.options)
            for value in condition.values:
                if value not in ids:
                    what = f"{value!r} is no option of {asked.id!r}.{nearest(value, ids)}"
                    self.fault((*at, "values"), what, f"Known are {', '.join(ids)}")
        elif asked.type is AnswerType.YES_NO:
            for value in condition.values:
                if value not in ("yes", "no"):
                    what = f"{asked.id!r} is never {value!r}"
                    self.fault((*at, "values"), what, "Write yes or no")

    def results(self) -> None:
        """Every extraction form has a part `results`; it becomes the results of the study."""
        part = self.paths.get("results")
        if part is None or part.type is not AnswerType.PART or not part.repeats:
            what = "an extraction form needs a part `results` that repeats"
            self.fault(("items",), what, "Copy the part `results` from a form that is shipped")
            return
        index = self.form.items.index(part)
        at = (*self.step(("items",), index, "results"), "items")
        has = {item.id: item for item in part.items}
        for needed in ("outcome", "statement"):
            if needed not in has:
                what = f"the part `results` has no item {needed!r}"
                self.fault(at, what, "Copy the part `results` from a form that is shipped")
        for i, item in enumerate(part.items):
            types = _RESULT_TYPES.get(item.id)
            if types and item.type not in types:
                what = f"{item.id!r} of results is of type {item.type}"
                self.fault(self.step(at, i, item.id), what, f"Make it {' or '.join(types)}")
            for option in item.options if item.id == "direction" else ():
                if option.id not in Direction._value2member_map_:
                    what = f"{option.id!r} is no direction.{nearest(option.id, tuple(Direction))}"
                    self.fault(self.step(at, i, item.id), what, f"Known are {', '.join(Direction)}")

    def known(self, dotted: str, at: Path) -> Item | None:
        item = self.paths.get(dotted)
        if item is None:
            head, _, last = dotted.rpartition(".")
            around = self.paths.get(head)
            if around is not None and last in NUMBERS.get(around.type, ()):
                return around
            what = f"there is no item {dotted!r} in this form.{nearest(dotted, tuple(self.paths))}"
            self.fault(at, what, "Name items by their path, like `participants.total`")
        return item

    def rule(self, index: int, check: str, items: tuple[str, ...]) -> None:
        at: Path = ("rules", index)
        row = CHECKS.get(check)
        if row is None:
            what = f"there is no check {check!r}.{nearest(check, tuple(CHECKS))}"
            self.fault((*at, "check"), what, f"Known are {', '.join(CHECKS)}")
        elif len(items) < row.least:
            what = f"the check {check!r} needs {row.least} items at least, not {len(items)}"
            self.fault((*at, "items"), what, row.says)
        elif row.ordered and not self.form.rules[index].order:
            self.fault(
                at, f"the check {check!r} needs `order:`", "List the options from best to worst"
            )
        for item in items:
            self.known(item, (*at, "items"))

    def overall(self) -> None:
        overall = self.form.overall
        if overall is None:
            return
        for word, items in (("item", (overall.item,)), ("domains", overall.domains)):
            for dotted in items:
                item = self.known(dotted, ("overall", word))
                for option in () if item is None else item.options:
                    if option.id not in overall.order:
                        what = f"`order` does not say how good {option.id!r} of {dotted!r} is"
                        self.fault(
                            ("overall", "order"), what, "List every option from best to worst"
                        )
