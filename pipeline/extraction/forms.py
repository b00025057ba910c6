"""A form as text into a `Form`, held against what a form must be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from pipeline.extraction.judging import NOT_ASKED
from pipeline.extraction.rules import CHECKS
from pipeline.model.form import NUMBERS, AnswerType, Case, Condition, Form, Item, Option, Rule
from pipeline.model.problem import Problem
from pipeline.model.study import Direction
from pipeline.notation.typed import into, nearest
from pipeline.notation.yaml_text import Path, YamlText, read_yaml


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
    for name in condition.names or ("",):
        _one_condition(faults, item, name, condition, at, levels)


def _one_condition(
    faults: FormFaults, item: Item, name: str, condition: Condition, at: Path, levels: Levels
) -> None:
    known = {i.id: i for items in reversed(levels) for i in items}
    asked = known.get(name)
    if asked is None or asked.type is AnswerType.PART:
        hint = nearest(name, tuple(known))
        what = f"the condition of {item.id!r} names {name!r}, no question here"
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
    ahead = {
        item.id: item.asked_if.item
        for item in items
        if item.asked_if is not None and len(item.asked_if.names) == 1
    }
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
    asked = {item.id: item.asked_if.names for item in items if item.asked_if is not None}
    reached = {item.id for item in items} - set(asked)
    while more := {
        id
        for id, names in asked.items()
        if id not in reached and any(n in reached or n not in asked for n in names)
    }:
        reached |= more
    for index, item in enumerate(items):
        if item.id in reached or item.id in told or len(asked[item.id]) == 1:
            continue
        what = f"{item.id!r} is asked only where items are that are asked only where it is"
        at = (*faults.step(path, index, item.id), "asked_if")
        faults.fault(at, what, "Take one of the conditions out")


_RESULT_TYPES = {
    "outcome": (AnswerType.REFERENCE,),
    "group": (AnswerType.REFERENCE,),
    "comparator": (AnswerType.REFERENCE,),
    "direction": (AnswerType.CHOICE,),
    "statement": (AnswerType.TEXT,),
    "proportion": (AnswerType.PROPORTION,),
    "estimate": (AnswerType.ESTIMATE,),
    "mean": (AnswerType.MEAN,),
    "rate": (AnswerType.RATE,),
    "measure": (AnswerType.TEXT, AnswerType.CHOICE),
    "n_analysed": (AnswerType.INTEGER,),
}
_COPY = "Copy the part `results` from a form that is shipped"


def check_results(faults: FormFaults) -> None:
    """Every extraction form has a part `results`; it becomes the results of the study."""
    part = faults.paths.get("results")
    if part is None or part.type is not AnswerType.PART or not part.repeats:
        what = "an extraction form needs a part `results` that repeats"
        faults.fault(("items",), what, _COPY)
        return
    index = faults.form.items.index(part)
    at = (*faults.step(("items",), index, "results"), "items")
    has = {item.id for item in part.items}
    for needed in ("outcome", "statement"):
        if needed not in has:
            faults.fault(at, f"the part `results` has no item {needed!r}", _COPY)
    for i, item in enumerate(part.items):
        here = faults.step(at, i, item.id)
        types = _RESULT_TYPES.get(item.id)
        if types and item.type not in types:
            what = f"{item.id!r} of results is of type {item.type}"
            faults.fault((*here, "type"), what, f"Make it {' or '.join(types)}")
        for n, option in enumerate(item.options if item.id == "direction" else ()):
            if option.id not in Direction._value2member_map_:
                what = f"{option.id!r} is no direction.{nearest(option.id, tuple(Direction))}"
                where = faults.step((*here, "options"), n, option.id)
                faults.fault(where, what, f"Known are {', '.join(Direction)}")


def check_rules(faults: FormFaults) -> None:
    for index, rule in enumerate(faults.form.rules):
        at: Path = ("rules", index)
        row = CHECKS.get(rule.check)
        if row is None:
            what = f"there is no check {rule.check!r}.{nearest(rule.check, tuple(CHECKS))}"
            faults.fault((*at, "check"), what, f"Known are {', '.join(CHECKS)}")
        elif len(rule.items) < row.least:
            what = f"the check {rule.check!r} needs {row.least} items at least"
            faults.fault((*at, "items"), f"{what}, not {len(rule.items)}", row.says)
        items = [faults.known(item, (*at, "items", n)) for n, item in enumerate(rule.items)]
        if row is not None and row.ordered:
            _order(faults, rule, at, [item for item in items if item is not None])


def check_overall(faults: FormFaults) -> None:
    overall = faults.form.overall
    if overall is None:
        return
    named: list[tuple[str, Path, str]] = [("item", (), overall.item)]
    named += [("domains", (n,), domain) for n, domain in enumerate(overall.domains)]
    for word, rest, dotted in named:
        item = faults.known(dotted, ("overall", word, *rest))
        for option in () if item is None else item.options:
            if option.id not in overall.order:
                what = f"`order` does not say how good {option.id!r} of {dotted!r} is"
                faults.fault(("overall", "order"), what, "List every option from best to worst")
    if overall.item in overall.domains:
        what = f"the overall judgement {overall.item!r} is made to rest on itself"
        faults.fault(("overall", "domains"), what, "Name the domains that it rests on")


def check_algorithms(faults: FormFaults) -> None:
    """The rules of an instrument look at choices of one part, and come to options of their item."""
    steps: dict[str, set[str]] = {}
    for index, algorithm in enumerate(faults.form.algorithms):
        at: Path = ("algorithms", index)
        head = algorithm.judges.rpartition(".")[0]
        judged = None if algorithm.step else faults.known(algorithm.judges, (*at, "judges"))
        thens = {case.then for case in algorithm.cases} - {""}
        if algorithm.step:
            steps[algorithm.judges] = thens
        ids = {option.id for option in judged.options} if judged is not None else thens
        for n, case in enumerate(algorithm.cases):
            here = (*at, "cases", n)
            if case.then and case.then not in ids:
                what = f"{case.then!r} is no option of {algorithm.judges!r}"
                hint = nearest(case.then, tuple(ids))
                faults.fault((*here, "then"), what + "." + hint, f"Known are {', '.join(ids)}")
            _case(faults, head, case, here, steps)


def _case(
    faults: FormFaults, head: str, case: Case, at: Path, steps: Mapping[str, set[str]]
) -> None:
    asked = [*case.when.items(), *case.any.items()]
    if case.count is not None:
        asked += [(name, case.count.values) for name in case.count.items]
    for name, values in asked:
        dotted = f"{head}.{name}" if head else name
        known = steps.get(dotted)
        if known is None:
            item = faults.paths.get(dotted)
            if item is None or not item.options:
                what = f"the rule looks at {name!r}, which is no choice of this part"
                faults.fault(at, f"{what}.{nearest(dotted, tuple(faults.paths))}", "Name a choice")
                continue
            known = {option.id for option in item.options}
        for value in values:
            if value not in known and value != NOT_ASKED:
                what = f"{value!r} is no answer to {name!r}.{nearest(value, tuple(known))}"
                faults.fault(at, what, f"Known are {', '.join(sorted(known))}, {NOT_ASKED}")


def check_robvis(faults: FormFaults) -> None:
    domains = faults.form.robvis.domains if faults.form.robvis else ()
    for n, domain in enumerate(domains):
        faults.known(domain, ("robvis", "domains", n))


def check_changes(faults: FormFaults) -> None:
    for index, change in enumerate(faults.form.changes):
        at: Path = ("changes", index)
        if not 1 < change.version <= faults.form.version:
            what = f"a change of version {change.version} in version {faults.form.version}"
            remedy = "Raise `version` of the form with each change; the first version has none"
            faults.fault((*at, "version"), f"{what} of the form", remedy)
        for n, item in enumerate(change.revisit):
            faults.known(item, (*at, "revisit", n))
        for n, item in enumerate(change.removed):
            if item in faults.paths:
                what = f"{item!r} is told to be removed, and it is asked"
                faults.fault((*at, "removed", n), what, "Take it out of `removed` or of `items`")


def _order(faults: FormFaults, rule: Rule, at: Path, items: list[Item]) -> None:
    if not rule.order:
        what = f"the check {rule.check!r} needs `order:`"
        faults.fault(at, what, "List the options from best to worst")
        return
    offered = tuple({o.id: None for item in items for o in _options_of(item)})
    for n, option in enumerate(rule.order):
        if option not in offered:
            what = f"{option!r} is no option of the items of this rule.{nearest(option, offered)}"
            faults.fault((*at, "order", n), what, f"Known are {', '.join(offered)}")


def _options_of(item: Item) -> tuple[Option, ...]:
    return (*item.options, *(o for inner in item.items for o in _options_of(inner)))


KINDS = ("extraction", "appraisal")


def read_form(text: str, file: str) -> tuple[Form | None, tuple[Problem, ...]]:
    """The form in `text`, and what is wrong with it; None when it is no form at all.

    A form with faults of its own is given back with them, so that one sees all faults at once;
    studies should not be held against it.
    """
    yaml = read_yaml(text, file)
    form, problems = into(Form, yaml)
    if form is None:
        return None, problems
    faults = FormFaults(form, yaml, dict(walk(form.items)))
    _check_head(faults)
    check_items(faults, form.items, ("items",))
    if form.kind == "extraction":
        check_results(faults)
    check_rules(faults)
    check_overall(faults)
    check_algorithms(faults)
    check_robvis(faults)
    check_changes(faults)
    return form, (*problems, *faults.found)


def item_at(items: tuple[Item, ...], dotted: str) -> Item | None:
    """The item at a dotted path, or None."""
    found: Item | None = None
    for step in dotted.split("."):
        found = next((i for i in items if i.id == step), None)
        if found is None:
            return None
        items = found.items
    return found


def _check_head(faults: FormFaults) -> None:
    form = faults.form
    if form.kind not in KINDS:
        what = f"{form.kind!r} is no kind of form.{nearest(form.kind, KINDS)}"
        faults.fault(("kind",), what, "Write extraction or appraisal")
    if form.version < 1:
        faults.fault(("version",), f"version {form.version} is below 1", "Count versions from 1")
    if not re.match(r"[a-z0-9][a-z0-9_-]*\Z", form.id):
        what = f"{form.id!r} is no id for a form"
        faults.fault(("id",), what, "Use small letters, digits and hyphens")
    stem = PurePosixPath(faults.yaml.file.replace("\\", "/")).stem
    if form.id != stem:
        what = f"the form {form.id!r} stands in a file called {stem!r}"
        faults.fault(("id",), what, "Let both be the same; studies name a form by its file")
