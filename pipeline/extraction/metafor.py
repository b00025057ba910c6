"""Results in the columns that `escalc()` of the R package metafor takes.

Single groups: xi, ni. Two groups: ai, bi, ci, di with n1i, n2i, or m1i, sd1i, n1i, m2i, sd2i, n2i.
Estimates with their interval or error: yi, sei, vi (help page of escalc, metafor 4). Numbers stand
as they were extracted; only the logarithm of a ratio and the error from an interval are worked out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import NormalDist

from pipeline.extraction.forms import item_at
from pipeline.extraction.tidy import Level
from pipeline.terms.form import AnswerType, Form
from pipeline.terms.study import Part, Result, Study

_ABOUT = ("study", "slab", "result", "outcome", "group", "comparator")
_RATIOS = ("odds ratio", "risk ratio", "relative risk", "rate ratio", "hazard ratio",
           "prevalence ratio", "incidence rate ratio", "ratio of")  # fmt: skip
_DIFFERENCES = ("difference", "smd", "cohen's d", "hedges' g", "beta", "coefficient")
Row = tuple[str, ...]


def metafor_tables(studies: Iterable[Study], forms: Mapping[str, Form]) -> Mapping[str, Level]:
    """`proportions`, `two-by-two`, `means` and `estimates` by name, those without rows left out."""
    rows: dict[str, list[Row]] = {name: [] for name in _COLUMNS}
    for study in studies:
        rows["proportions"] += _proportions(study)
        rows["two-by-two"] += _two_by_two(study)
        rows["means"] += _means(study, forms)
        rows["estimates"] += _estimates(study)
    return {
        name: Level(id=f"metafor-{name}", columns=(*_ABOUT, *_COLUMNS[name]), rows=tuple(found))
        for name, found in rows.items()
        if found
    }


_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "proportions": ("xi", "ni"),
    "two-by-two": ("ai", "bi", "ci", "di", "n1i", "n2i"),
    "means": ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"),
    "estimates": ("measure", "estimate", "scale", "yi", "sei", "vi", "ci.lb", "ci.ub", "ni"),
}


def _about(study: Study, result: str, outcome: str, group: str, comparator: str) -> Row:
    return (study.id, study.title or study.id, result, outcome, group, comparator)


def _of(study: Study, result: Result) -> Row:
    return _about(study, result.id, result.outcome, result.group, result.comparator)


def _counts(result: Result) -> tuple[float, float] | None:
    """x and n of a proportion that gives both."""
    numbers = result.proportion or {}
    return (numbers["x"], numbers["n"]) if {"x", "n"} <= numbers.keys() else None


def _proportions(study: Study) -> list[Row]:
    return [
        (*_of(study, result), _number(counts[0]), _number(counts[1]))
        for result in study.results
        if (counts := _counts(result)) is not None
    ]


def _two_by_two(study: Study) -> list[Row]:
    """Every result with counts whose comparator has counts on the same outcome, in one result."""
    rows = []
    for result in study.results:
        counts = _counts(result)
        others = [
            other
            for other in study.results
            if result.comparator
            and other is not result
            and other.group == result.comparator
            and other.outcome == result.outcome
            and _counts(other) is not None
        ]
        if counts is None or len(others) != 1:
            continue
        control = _counts(others[0])
        if control is None:
            continue
        (a, n1), (c, n2) = counts, control
        cells = (a, n1 - a, c, n2 - c, n1, n2)
        rows.append((*_of(study, result), *map(_number, cells)))
    return rows


def _means(study: Study, forms: Mapping[str, Form]) -> list[Row]:
    """Pairs of means, for forms whose results have an item of the type `mean`."""
    form = forms.get(study.form)
    part = item_at(form.items, "results") if form else None
    asked = [i.id for i in part.items if i.type is AnswerType.MEAN] if part else []
    entries = study.parts.get("results", ())
    rows = []
    for item in asked:
        for entry in entries:
            outcome, comparator = _said(entry, "outcome"), _said(entry, "comparator")
            others = [
                other
                for other in entries
                if comparator
                and _said(other, "group") == comparator
                and _said(other, "outcome") == outcome
                and _mean(other, item)
            ]
            if not _mean(entry, item) or len(others) != 1:
                continue
            numbers = (*_mean(entry, item), *_mean(others[0], item))
            about = _about(
                study, f"{study.id}/{entry.id}", outcome, _said(entry, "group"), comparator
            )
            rows.append((*about, *numbers))
    return rows


def _mean(entry: Part, item: str) -> tuple[str, ...]:
    """m, sd and n of a mean; a standard error becomes a standard deviation (se times root n)."""
    answer = entry.answers.get(item)
    value = answer.value if answer is not None else None
    if not isinstance(value, Mapping) or "mean" not in value:
        return ()
    numbers = {k: float(v) for k, v in value.items() if isinstance(v, (int, float))}
    sd = numbers.get("sd")
    if sd is None and {"se", "n"} <= numbers.keys():
        sd = numbers["se"] * math.sqrt(numbers["n"])
    return tuple(_number(v) for v in (numbers.get("mean"), sd, numbers.get("n")))


def _said(entry: Part, item: str) -> str:
    answer = entry.answers.get(item)
    return answer.value if answer is not None and isinstance(answer.value, str) else ""


def _estimates(study: Study) -> list[Row]:
    return [
        (*_of(study, result), *_estimate(result.estimate, result.measure, result.n_analysed))
        for result in study.results
        if result.estimate and "value" in result.estimate
    ]


def _estimate(numbers: Mapping[str, float], measure: str, n: int | None) -> Sequence[str]:
    """An estimate on the scale that metafor pools on; on none where the measure is not known."""
    value, low, high = numbers["value"], numbers.get("low"), numbers.get("high")
    scale = _scale(measure)
    if scale == "log" and min(v for v in (value, low, high) if v is not None) <= 0:
        scale = ""
    ends = [None if v is None else math.log(v) if scale == "log" else v for v in (value, low, high)]
    y, lower, upper = ends
    error = numbers.get("se") if scale != "log" else None
    if error is None and lower is not None and upper is not None:
        z = NormalDist().inv_cdf(0.5 + numbers.get("level", 95) / 200)
        error = (upper - lower) / (2 * z)
    variance = None if error is None else error * error
    if not scale:
        y, error, variance = None, None, None
        lower, upper = low, high
    told = (_number(v) for v in (y, error, variance, lower, upper))
    return (measure, _number(value), scale or "not known", *told, "" if n is None else str(n))


def _scale(measure: str) -> str:
    """`log` for ratios, `as reported` for differences, "" where the words say neither."""
    words = measure.casefold()
    if words.strip() in ("or", "aor", "rr", "hr", "irr", "pr") or any(r in words for r in _RATIOS):
        return "as reported" if words.startswith("log ") or "ln(" in words else "log"
    return "as reported" if any(d in words for d in _DIFFERENCES) else ""


def _number(value: float | None) -> str:
    """Shortest text that gives the number back, whole ones without a point; "" for none."""
    if value is None:
        return ""
    return str(int(value)) if value == int(value) else repr(round(value, 10))
