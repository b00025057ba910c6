"""Rules across items of a form: a table of named checks, and how they are held against a study."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.model.form import Rule
from pipeline.model.problem import Place, Problem, Severity
from pipeline.model.study import Answer, Part


@dataclass(frozen=True, slots=True)
class AnswerAt:
    """An answer (or one number of it) at a path: its value, its place, whether it has a note."""

    value: Any
    place: Place
    noted: bool


Columns = Sequence[Sequence[AnswerAt]]
"""What was found for each item of a rule, in the order of the items."""


@dataclass(frozen=True, slots=True)
class Check:
    """`run` gives the answer at fault and what is wrong with it, or nothing.

    `least` items are needed. `ordered`: the rule must list options from best to worst.
    """

    says: str
    run: Callable[[Columns, Rule], Iterator[tuple[AnswerAt, str]]]
    least: int = 2
    ordered: bool = False


def hold(rule: Rule, top: Part) -> tuple[Problem, ...]:
    """What `rule` finds in the answers of `top`; answers without a value are passed over."""
    check = CHECKS[rule.check]
    paths = [tuple(item.split(".")) for item in rule.items]
    problems: list[Problem] = []
    for around, rests in _entries(top, paths):
        columns = [list(_at(around, rest)) for rest in rests]
        for found, what in check.run(columns, rule):
            remedy = rule.says or check.says
            if not found.noted:
                remedy = f"{remedy.rstrip('.')}. If the report has it so, say so in `note`"
            problems.append(
                Problem(
                    place=found.place,
                    what=what,
                    remedy=remedy,
                    severity=Severity.WARNING if found.noted else Severity.ERROR,
                    check=f"rule-{rule.check}",
                )
            )
    return tuple(problems)


def _entries(
    part: Part, paths: list[tuple[str, ...]]
) -> Iterator[tuple[Part, list[tuple[str, ...]]]]:
    """The innermost parts that hold all `paths`, each with what is left of the paths.

    A rule over several items of a part that repeats is held against entry after entry; a rule over
    one item, against all entries together.
    """
    heads = {path[0] for path in paths}
    head = next(iter(heads))
    inner = part.parts.get(head)
    if len(heads) > 1 or not inner or any(len(path) < 2 for path in paths):
        yield part, paths
        return
    rests = [path[1:] for path in paths]
    if len(paths) == 1 and len(rests[0]) == 1:
        yield part, paths
        return
    for entry in inner:
        yield from _entries(entry, rests)


def _at(part: Part, path: tuple[str, ...]) -> Iterator[AnswerAt]:
    head, rest = path[0], path[1:]
    answer = part.answers.get(head)
    if answer is not None and answer.absent is None:
        value = answer.value
        if rest:
            value = value.get(rest[0]) if isinstance(value, Mapping) else None
        if value is not None:
            yield AnswerAt(value, answer.place, _is_noted(answer, part))
    for entry in part.parts.get(head, ()):
        if rest:
            yield from _at(entry, rest)
        else:
            yield from _everything(entry)


def _everything(part: Part) -> Iterator[AnswerAt]:
    for answer in part.answers.values():
        if answer.value is not None:
            yield AnswerAt(answer.value, answer.place, _is_noted(answer, part))
    for entries in part.parts.values():
        for entry in entries:
            yield from _everything(entry)


def _is_noted(answer: Answer, part: Part) -> bool:
    return bool(answer.note or part.note)


def _numbers(column: Sequence[AnswerAt]) -> list[tuple[AnswerAt, float]]:
    return [(f, float(f.value)) for f in column if isinstance(f.value, (int, float))]


def _comparable(left: Any, right: Any) -> tuple[Any, Any]:
    """Days, months and years as ISO text, cut to what is known of both."""
    if isinstance(left, (str, date)) and isinstance(right, (str, date)):
        left, right = str(left), str(right)
        known = min(len(left), len(right))
        return left[:known], right[:known]
    return left, right


def _parts_sum_to_whole(columns: Columns, rule: Rule) -> Iterator[tuple[AnswerAt, str]]:
    wholes = _numbers(columns[0])
    parts = [n for column in columns[1:] for _, n in _numbers(column)]
    if wholes and parts and all(columns[1:]):
        found, whole = wholes[0]
        if abs(sum(parts) - whole) > 1e-9:
            terms = " + ".join(f"{n:g}" for n in parts)
            yield found, f"{rule.items[0]} is {whole:g}, but its parts are {terms} = {sum(parts):g}"


def _at_most(columns: Columns, rule: Rule) -> Iterator[tuple[AnswerAt, str]]:
    for index in range(len(columns) - 1):
        for found, left in _numbers(columns[index]):
            for _whole, right in _numbers(columns[index + 1]):
                if left > right:
                    less, more = rule.items[index : index + 2]
                    what = f"{less} is {left:g}, more than {more}, {right:g}"
                    yield found, what


def _in_order(columns: Columns, rule: Rule) -> Iterator[tuple[AnswerAt, str]]:
    for index in range(len(columns) - 1):
        for found in columns[index]:
            for later in columns[index + 1]:
                left, right = _comparable(found.value, later.value)
                if isinstance(left, str) == isinstance(right, str) and left > right:
                    first, then = rule.items[index : index + 2]
                    what = f"{then} is {later.value}, before {first}, {found.value}"
                    yield later, what


def _sum_to_100(columns: Columns, rule: Rule) -> Iterator[tuple[AnswerAt, str]]:
    shares = [pair for column in columns for pair in _numbers(column)]
    total = sum(n for _, n in shares)
    if len(shares) > 1 and abs(total - 100) > 0.5 * len(shares) + 1e-9:
        yield shares[-1][0], f"the shares {rule.items[0]} make {total:g} %, not 100 %"


def _different(columns: Columns, rule: Rule) -> Iterator[tuple[AnswerAt, str]]:
    if len(columns) == 1:
        seen: dict[str, AnswerAt] = {}
        for found in columns[0]:
            first = seen.setdefault(repr(found.value), found)
            if first is not found:
                what = f"{found.value!r} stands twice in {rule.items[0]}"
                yield found, f"{what}; the first is at line {first.place.line}"
        return
    for index, column in enumerate(columns[1:], 1):
        for found in column:
            if any(found.value == other.value for other in columns[0]):
                yield found, f"{rule.items[index]} is the same as {rule.items[0]}: {found.value!r}"


def _no_better_than(columns: Columns, rule: Rule) -> Iterator[tuple[AnswerAt, str]]:
    rank = {option: index for index, option in enumerate(rule.order)}
    others = [f for column in columns[1:] for f in column if f.value in rank]
    if not others or not columns[0] or columns[0][0].value not in rank:
        return
    found = columns[0][0]
    worst = max(others, key=lambda f: rank[f.value])
    if rank[found.value] < rank[worst.value]:
        what = f"{rule.items[0]} is {found.value!r}, better than {worst.value!r}"
        yield found, f"{what} at line {worst.place.line}"


CHECKS: Mapping[str, Check] = {
    "parts_sum_to_whole": Check("The first item is the sum of the others", _parts_sum_to_whole),
    "at_most": Check("Each item is at most the next", _at_most),
    "in_order": Check("Each day or number comes before the next, or is the same", _in_order),
    "sum_to_100": Check("The shares make 100 per cent", _sum_to_100, least=1),
    "different": Check("The answers differ", _different, least=1),
    "no_better_than": Check(
        "The first is no better than the worst of the others", _no_better_than, ordered=True
    ),
}
"""Rules that a form may name; adding one is one function and one row."""
