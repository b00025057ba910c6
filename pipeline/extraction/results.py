"""The part `results` of a study as `Result`s."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.terms.form import Form
from pipeline.terms.problem import Problem, Severity
from pipeline.terms.study import Absent, Answer, Direction, Part, Result, Source

_NUMBERS = ("proportion", "estimate", "mean", "rate")


def results_of(
    study: str, entries: Iterable[Part], form: Form
) -> tuple[tuple[Result, ...], tuple[Problem, ...]]:
    """The entries of `results` of a study as results, and those that cannot be one yet.

    An entry without an outcome is no result: it is left out and told. A direction that nobody gave
    is `NOT_STATED` where the form asks for one.
    """
    asks = any(i.id == "direction" for p in form.items if p.id == "results" for i in p.items)
    results: list[Result] = []
    problems: list[Problem] = []
    for entry in entries:
        outcome = _text(entry, "outcome")
        if not outcome:
            problems.append(
                Problem(
                    place=entry.place,
                    what=f"the result {entry.id!r} has no outcome, so no synthesis counts it",
                    remedy="Give it the id of an outcome of the protocol",
                    severity=Severity.WARNING,
                    check="result-without-outcome",
                )
            )
            continue
        results.append(_result(study, entry, outcome, asks))
    return tuple(results), tuple(problems)


def _result(study: str, entry: Part, outcome: str, asks: bool) -> Result:
    n_analysed = entry.answers.get("n_analysed")
    n = n_analysed.value if n_analysed else None
    return Result(
        id=f"{study}/{entry.id}",
        study=study,
        outcome=outcome,
        statement=_text(entry, "statement"),
        direction=_direction(entry.answers.get("direction"), asks),
        group=_text(entry, "group"),
        comparator=_text(entry, "comparator"),
        measure=_text(entry, "measure"),
        estimate=_numbers(entry, "estimate"),
        proportion=_numbers(entry, "proportion"),
        mean=_numbers(entry, "mean"),
        rate=_numbers(entry, "rate"),
        n_analysed=n if isinstance(n, int) else None,
        sources=_sources(entry),
        note=entry.note,
        derived=_derived(entry),
        unsourced=_unsourced(entry),
        place=entry.place,
    )


def _text(entry: Part, item: str) -> str:
    answer = entry.answers.get(item)
    return answer.value if answer is not None and isinstance(answer.value, str) else ""


def _numbers(entry: Part, item: str) -> Mapping[str, float] | None:
    answer = entry.answers.get(item)
    if answer is None or not isinstance(answer.value, Mapping):
        return None
    return {k: v for k, v in answer.value.items() if isinstance(v, (int, float))}


def _direction(answer: Answer | None, asks: bool) -> Direction:
    if answer is not None and isinstance(answer.value, str):
        return Direction(answer.value)
    if not asks or (answer is not None and answer.absent is Absent.NOT_APPLICABLE):
        return Direction.DESCRIPTIVE
    return Direction.NOT_STATED


def _sources(entry: Part) -> tuple[Source, ...]:
    found = [*entry.sources]
    for answer in entry.answers.values():
        if answer.value is not None:
            found.extend(answer.sources)
    return tuple(dict.fromkeys(found))


def _unsourced(entry: Part) -> frozenset[str]:
    """The numbers of `entry` that have neither a source nor a word on how they were worked out."""
    if entry.derived:
        return frozenset()
    given = ((item, entry.answers.get(item)) for item in _NUMBERS)
    return frozenset(
        item
        for item, answer in given
        if answer is not None
        and answer.value is not None
        and not answer.sources
        and not answer.derived
    )


def _derived(entry: Part) -> str:
    said = [entry.derived]
    said += [f"{item}: {a.derived}" for item, a in entry.answers.items() if a.derived]
    return "; ".join(text for text in said if text)
