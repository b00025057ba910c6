"""What a form says across its items: results, rules, the overall judgement, changes."""

from __future__ import annotations

from pipeline.extraction.form_faults import FormFaults
from pipeline.extraction.rules import CHECKS
from pipeline.notation.typed import nearest
from pipeline.notation.yaml_text import Path
from pipeline.terms.form import AnswerType, Item, Option, Rule
from pipeline.terms.study import Direction

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
