"""All that was extracted as tables, also in the columns of the R packages metafor and robvis."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING

from pipeline.extraction.answered import answers_of, shown
from pipeline.extraction.appraisal import judgements_of
from pipeline.extraction.forms import item_at, walk
from pipeline.extraction.tidy import tidy
from pipeline.model.form import NUMBERS, AnswerType, Form, Item, Light
from pipeline.model.study import Absent, Judgement, Part, Result, Study
from pipeline.notation.text_frames import text_frame

if TYPE_CHECKING:
    import pandas as pd

_ABOUT = ("study", "slab", "result", "outcome", "group", "comparator")
_RATIOS = ("odds ratio", "risk ratio", "relative risk", "rate ratio", "hazard ratio",
           "prevalence ratio", "incidence rate ratio", "ratio of")  # fmt: skip
_DIFFERENCES = ("difference", "smd", "cohen's d", "hedges' g", "beta", "coefficient")
Row = tuple[str, ...]


def metafor_tables(
    studies: Iterable[Study], forms: Mapping[str, Form]
) -> Mapping[str, pd.DataFrame]:
    """`proportions`, `two-by-two`, `means`, `rates`, `two-rates` and `estimates` by name, those
    without rows left out.

    Two groups are one row where a result has the same numbers as exactly one other of its study on
    the same outcome, whose group is its comparator.
    """
    studies = list(studies)
    shares = _singles([row for s in studies for row in _proportions(s)], ("x", "n"))
    rates = _singles([row for s in studies for row in _rates(s)], ("x", "t"))
    means = _singles([row for s in studies for row in _means(s, forms)], ("m", "sd", "n"))
    estimates = text_frame(
        (*_ABOUT, *_ESTIMATE), [row for study in studies for row in _estimates(study)]
    )
    two = _two_groups(shares)
    two = two.assign(bi=two["n1i"] - two["x1i"], di=two["n2i"] - two["x2i"])
    two = two.rename(columns={"x1i": "ai", "x2i": "ci"})
    found = {
        "proportions": shares.rename(columns={"x": "xi", "n": "ni"})[[*_ABOUT, "xi", "ni"]],
        "two-by-two": two[[*_ABOUT, "ai", "bi", "ci", "di", "n1i", "n2i"]],
        "means": _two_groups(means)[[*_ABOUT, "m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"]],
        "rates": rates.rename(columns={"x": "xi", "t": "ti"})[[*_ABOUT, "xi", "ti"]],
        "two-rates": _two_groups(rates)[[*_ABOUT, "x1i", "t1i", "x2i", "t2i"]],
        "estimates": estimates,
    }
    return {name: _in_words(frame) for name, frame in found.items() if len(frame)}


_ESTIMATE = ("measure", "estimate", "scale", "yi", "sei", "vi", "ci.lb", "ci.ub", "ni")


def _singles(rows: Sequence[tuple[str | float, ...]], names: Sequence[str]) -> pd.DataFrame:
    """One group a row, with its numbers under `names`; `of` tells several items of a form apart."""
    import pandas as pd

    return pd.DataFrame(rows, columns=[*_ABOUT, "of", *names])


def _two_groups(singles: pd.DataFrame) -> pd.DataFrame:
    """The rows of `singles` whose comparator has one row, both numbers side by side (`x1i`, …)."""
    names = [column for column in singles.columns if column not in (*_ABOUT, "of")]
    one = singles[singles["comparator"] != ""].reset_index(names="at")
    pairs = one.merge(
        singles,
        left_on=["study", "outcome", "of", "comparator"],
        right_on=["study", "outcome", "of", "group"],
        suffixes=("", "_other"),
    )
    pairs = pairs[pairs["result"] != pairs["result_other"]]
    pairs = pairs[pairs.groupby("at")["at"].transform("size") == 1].sort_values("at")
    return pairs.rename(
        columns={name: f"{name}1i" for name in names}
        | {f"{name}_other": f"{name}2i" for name in names}
    )


def _in_words(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with its numbers as text."""
    return frame.map(lambda cell: cell if isinstance(cell, str) else _number(cell)).reset_index(
        drop=True
    )


def _about(study: Study, result: str, outcome: str, group: str, comparator: str) -> Row:
    return (study.id, study.title or study.id, result, outcome, group, comparator)


def _of(study: Study, result: Result) -> Row:
    return _about(study, result.id, result.outcome, result.group, result.comparator)


def _counts(result: Result) -> tuple[float, float] | None:
    """x and n of a proportion that gives both."""
    numbers = result.proportion or {}
    return (numbers["x"], numbers["n"]) if {"x", "n"} <= numbers.keys() else None


def _proportions(study: Study) -> list[tuple[str | float, ...]]:
    return [
        (*_of(study, result), "", *counts)
        for result in study.results
        if (counts := _counts(result)) is not None
    ]


def _rates(study: Study) -> list[tuple[str | float, ...]]:
    return [
        (*_of(study, result), "", result.rate["events"], result.rate["time"])
        for result in study.results
        if result.rate is not None and {"events", "time"} <= result.rate.keys()
    ]


def _means(study: Study, forms: Mapping[str, Form]) -> list[tuple[str | float, ...]]:
    """The means of a study, for forms whose results have an item of the type `mean`."""
    form = forms.get(study.form)
    part = item_at(form.items, "results") if form else None
    asked = [i.id for i in part.items if i.type is AnswerType.MEAN] if part else []
    rows: list[tuple[str | float, ...]] = []
    for item in asked:
        for entry in study.parts.get("results", ()):
            said = [_said(entry, word) for word in ("outcome", "group", "comparator")]
            numbers = _mean(entry, item)
            if numbers:
                rows.append((*_about(study, f"{study.id}/{entry.id}", *said), item, *numbers))
    return rows


def _mean(entry: Part, item: str) -> tuple[float, ...]:
    """m, sd and n of a mean (nan: not told); a standard error becomes a standard deviation (se
    times root n)."""
    answer = entry.answers.get(item)
    value = answer.value if answer is not None else None
    if not isinstance(value, Mapping) or "mean" not in value:
        return ()
    numbers = {k: float(v) for k, v in value.items() if isinstance(v, (int, float))}
    sd = numbers.get("sd")
    if sd is None and {"se", "n"} <= numbers.keys():
        sd = numbers["se"] * math.sqrt(numbers["n"])
    told = (numbers.get("mean"), sd, numbers.get("n"))
    return tuple(math.nan if number is None else number for number in told)


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
    if value is None or value != value:
        return ""
    return str(int(value)) if value == int(value) else repr(round(value, 10))


GENERIC, NOT_ASKED = "Generic", "Not applicable"
_WORDS = {
    Light.GOOD: "Low",
    Light.SOME: "Some concerns",
    Light.BAD: "High",
    Light.WORST: "Critical",
    Light.UNKNOWN: "No information",
    Light.NONE: "Not applicable",
}
_WORDS_OF: Mapping[str, Mapping[Light, str]] = {
    "ROBINS-I": {Light.SOME: "Moderate", Light.BAD: "Serious"},
    "ROBINS-E": {Light.WORST: "Very high"},
    "QUIPS": {Light.SOME: "Moderate"},
}
"""Where a tool that robvis knows has other words than most."""


def robvis_table(form: Form, studies: Iterable[Study]) -> pd.DataFrame | None:
    """The judgements of `form` on `studies`; None for an instrument without domains to show.

    A study that is judged on several results has a row for each, named after the result. An empty
    cell is a judgement not yet made.
    """
    tool = form.robvis.tool if form.robvis else GENERIC
    domains = _domains(form)
    if not domains:
        return None
    overall = form.overall.item if form.overall else ""
    named = tool != GENERIC
    columns = [f"D{n}" if named else _bare(item.label) for n, (_, item) in enumerate(domains, 1)]
    paths = [path for path, _ in domains]
    words = {**_WORDS, **_WORDS_OF.get(tool, {})}
    rows = []
    for study in studies:
        judged = [j for j in judgements_of(study, {form.id: form}) if j.instrument == form.id]
        for about in dict.fromkeys(j.about for j in judged):
            here = {j.item: j for j in judged if j.about == about}
            name = f"{study.title or study.id} ({about})" if about else study.title or study.id
            cells = [_word(here.get(path), words) for path in paths]
            if overall:
                cells.append(_word(here.get(overall), words))
            rows.append((name, *cells))
    if not named:
        columns, rows = _asked(columns, rows)
    return text_frame(("Study", *_unique(columns), *(("Overall",) if overall else ())), rows)


def _domains(form: Form) -> list[tuple[str, Item]]:
    """What robvis shows: what the form names for it, else the domains of the overall judgement,
    else every choice whose options say how good the study is."""
    items = dict(walk(form.items))
    if form.robvis and form.robvis.domains:
        return [(path, items[path]) for path in form.robvis.domains if path in items]
    if form.overall and form.overall.domains:
        return [(path, items[path]) for path in form.overall.domains if path in items]
    return [
        (path, item)
        for path, item in items.items()
        if item.type is AnswerType.CHOICE and any(o.light is not Light.NONE for o in item.options)
    ]


def _asked(columns: list[str], rows: list[tuple[str, ...]]) -> tuple[list[str], list[Row]]:
    """Without the columns that no study was asked, the criteria of other designs in MMAT, say."""
    used = (
        [n for n in range(len(columns)) if any(r[n + 1] != NOT_ASKED for r in rows)] if rows else []
    )
    kept = [(row[0], *(row[n + 1] for n in used), *row[len(columns) + 1 :]) for row in rows]
    return [columns[n] for n in used], kept


def _word(judgement: Judgement | None, words: Mapping[Light, str]) -> str:
    if judgement is None:
        return NOT_ASKED
    if judgement.answer:
        return words[judgement.light]
    return "" if judgement.absent in (None, Absent.NOT_YET) else NOT_ASKED


def _bare(label: str) -> str:
    """The label without its number, as robvis prints the names of domains."""
    head, _, rest = label.partition(" ")
    return (
        rest.strip()
        if rest and head.rstrip(".:)").replace(".", "").isalnum() and any(c.isdigit() for c in head)
        else label
    )


def _unique(columns: Sequence[str]) -> tuple[str, ...]:
    """Names that stand twice get their number, since R would rename them."""
    return tuple(
        name if columns.count(name) == 1 else f"{name} ({n})" for n, name in enumerate(columns, 1)
    )


def data_tables(studies: Sequence[Study], forms: Mapping[str, Form]) -> Mapping[str, pd.DataFrame]:
    """Every table by the name of its file, those without rows left out; every cell is text."""
    found = {
        **tidy(studies, forms),
        "appraisal": judgements(studies, forms),
        "sources": sources(studies, forms),
    }
    for id, form in forms.items():
        appraised = [study for study in studies if id in study.appraisals]
        table = robvis_table(form, appraised) if form.kind == "appraisal" else None
        if table is not None:
            found[f"robvis-{id}"] = table
    found |= {f"metafor-{name}": t for name, t in metafor_tables(studies, forms).items()}
    found["dictionary"] = dictionary(studies, forms)
    return {name: frame for name, frame in found.items() if len(frame)}


def judgements(studies: Iterable[Study], forms: Mapping[str, Form]) -> pd.DataFrame:
    """Every judgement in a row of its own; no score."""
    return text_frame(
        columns=("study", "instrument", "about", "item", "label", "judgement", "light", "overall",
                 "worst_domain", "by_rule", "note"),
        rows=tuple(
            (
                study.id,
                j.instrument,
                j.about,
                j.item,
                j.label,
                j.answer or str(j.absent or ""),
                j.light.value,
                "yes" if j.overall else "",
                j.proposed,
                j.by_rule,
                j.note,
            )
            for study in studies
            for j in judgements_of(study, forms)
        ),
    )  # fmt: skip


def sources(studies: Iterable[Study], forms: Mapping[str, Form]) -> pd.DataFrame:
    """Where each value stands: report, page, quote; values without a source have a row too."""
    rows: list[tuple[str, ...]] = []
    for study in studies:
        for a in answers_of(study, forms):
            if a.answer.value is None:
                continue
            about = (study.id, a.address, shown(a.answer))
            where = f"{a.answer.place.file.rpartition('/')[2]}:{a.answer.place.line}"
            rows += [
                (*about, s.report, s.page, s.quote, s.url, s.sure, s.file_sha256, where)
                for s in a.answer.sources
            ] or [(*about, "", "", "", "", "", "", where)]
    return text_frame(
        columns=("study", "address", "answer", "report", "page", "quote", "url", "sure",
                 "file_sha256", "line"),
        rows=tuple(rows),
    )  # fmt: skip


def dictionary(studies: Iterable[Study], forms: Mapping[str, Form]) -> pd.DataFrame:
    """What each column of the levels means: its label, type, unit and options, by form."""
    used = dict.fromkeys(study.form for study in studies)
    rows = [
        (form.id, str(form.version), *row)
        for form in (forms[id] for id in used if id in forms)
        for path, item in walk(form.items)
        if item.type is not AnswerType.PART
        for row in _columns(path, item)
    ]
    return text_frame(
        columns=("form", "form_version", "table", "column", "label", "type", "unit", "options"),
        rows=tuple(rows),
    )


def _columns(path: str, item: Item) -> list[tuple[str, ...]]:
    level, _, name = path.rpartition(".")
    options = "; ".join(f"{o.id} = {o.label}" for o in item.options)
    names = [f"{name}_{n}" for n in NUMBERS[item.type]] if item.type in NUMBERS else [name]
    return [(level or "studies", n, item.label, item.type.value, item.unit, options) for n in names]
