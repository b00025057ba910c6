"""Judgements that follow from the answers to an instrument's questions, by the rule it carries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pipeline.model.form import Algorithm, AnswerType, Case, Form, Item, Light, Overall
from pipeline.model.problem import Place
from pipeline.model.study import Absent, Answer

NOT_ASKED = "not_asked"
"""What a question is that was not asked, or does not apply, in the conditions of a rule."""
BY_RULE = "by the rule of the instrument, from the answers to its questions"

Known = Mapping[str, str | None]
"""The ids of options by item; None where a question is open."""


def judged_by_rule(
    form: Form, path: str, items: Sequence[Item], answers: Mapping[str, Answer]
) -> Mapping[str, str]:
    """What each judgement in the part at the dotted `path` comes to by the rule of `form`.

    "" where the rule is silent or a question that it needs is open. A judgement that was given
    counts as given for those that rest on it.
    """
    head = f"{path}." if path else ""
    known = {item.id: _known(item, items, answers) for item in items}
    found: dict[str, str] = {}
    for algorithm in form.algorithms:
        if not algorithm.judges.startswith(head) or "." in algorithm.judges[len(head) :]:
            continue
        name = algorithm.judges[len(head) :]
        found[name] = decided(algorithm, known)
        if known.get(name) in (None, NOT_ASKED):
            known[name] = found[name] or None
    overall = form.overall
    if overall is not None and overall.item.startswith(head):
        name = overall.item[len(head) :]
        inside = [domain[len(head) :] for domain in overall.domains if domain.startswith(head)]
        if "." not in name and name not in found and inside and set(inside) <= set(known):
            found[name] = worst(overall, (known[domain] for domain in inside))
    return found


def decided(algorithm: Algorithm, known: Known) -> str:
    """The judgement of the first case that holds; "" where that turns on an open question."""
    for case in algorithm.cases:
        holds = _holds(case, known)
        if holds is None:
            return ""
        if holds:
            return case.then
    return ""


def worst(overall: Overall, given: Iterable[str | None]) -> str:
    """The worst of the domains' judgements; "" while any is open."""
    order = overall.order
    told = [value for value in given if value != NOT_ASKED]
    if not told or any(value not in order for value in told):
        return ""
    return max((value for value in told if value is not None), key=order.index)


def filled(
    form: Form, path: str, items: Sequence[Item], answers: Mapping[str, Answer], place: Place
) -> Mapping[str, Answer]:
    """Answers for the judgements that nobody wrote and that the rule of `form` gives."""
    if not form.algorithms:
        return {}
    return {
        name: Answer(value=value, derived=BY_RULE, place=place)
        for name, value in judged_by_rule(form, path, items, answers).items()
        if value and name in answers and answers[name].absent is Absent.NOT_YET
    }


def signals_of(form: Form) -> frozenset[str]:
    """The dotted paths of the questions that only lead to judgements and are none themselves."""
    found: set[str] = set()
    for algorithm in form.algorithms:
        head = algorithm.judges.rpartition(".")[0]
        found |= {f"{head}.{n}" if head else n for case in algorithm.cases for n in case.names}
    return (
        frozenset(
            path
            for path, item in _walk(form.items, "")
            if item.type is AnswerType.CHOICE
            and all(option.light is Light.NONE for option in item.options)
            and (path in found or _leads_on(item, path, found))
        )
        if form.algorithms
        else frozenset()
    )


def _leads_on(item: Item, path: str, found: set[str]) -> bool:
    """Whether a question stands beside those that rules look at, and carries no judgement."""
    head = path.rpartition(".")[0]
    return any(name.rpartition(".")[0] == head for name in found)


def _walk(items: Iterable[Item], head: str) -> Iterable[tuple[str, Item]]:
    for item in items:
        path = f"{head}.{item.id}" if head else item.id
        yield path, item
        yield from _walk(item.items, path)


def _known(item: Item, items: Sequence[Item], answers: Mapping[str, Answer]) -> str | None:
    answer = answers.get(item.id)
    if item.type is not AnswerType.CHOICE:
        return NOT_ASKED
    if answer is not None:
        if isinstance(answer.value, str):
            return answer.value
        return NOT_ASKED if answer.absent is Absent.NOT_APPLICABLE else None
    if item.asked_if is None:
        return None
    # not asked, unless what decides that is open itself
    around = {one.id: one for one in items}
    told = [_known(around[n], items, answers) for n in item.asked_if.names if n in around]
    return None if None in told else NOT_ASKED


def _holds(case: Case, known: Known) -> bool | None:
    """Whether `case` holds; None where an open question decides it."""
    parts: list[bool | None] = [
        _one_of(known.get(name, NOT_ASKED), values) for name, values in case.when.items()
    ]
    if case.any:
        some = [_one_of(known.get(name, NOT_ASKED), values) for name, values in case.any.items()]
        parts.append(True if True in some else None if None in some else False)
    if case.count is not None:
        told = [_one_of(known.get(n, NOT_ASKED), case.count.values) for n in case.count.items]
        sure, open = told.count(True), told.count(None)
        least = case.count.at_least
        parts.append(True if sure >= least else None if sure + open >= least else False)
    return False if False in parts else None if None in parts else True


def _one_of(value: str | None, values: Sequence[str]) -> bool | None:
    return None if value is None else value in values
