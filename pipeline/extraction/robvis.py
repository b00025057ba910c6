"""Appraisals in the layout of the R package robvis: a row a study, a column a domain, its words.

robvis wants exactly the columns Study, each domain in order, and Overall where there is one
(mcguinlu/robvis, R/rob_traffic_light.R and R/helpers.R: check_cols); tools that it does not know
go as `Generic`, whose columns carry the names of the domains. It reads judgements by their first
letters, so they are said in its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pipeline.extraction.appraisal import judgements_of
from pipeline.extraction.forms import walk
from pipeline.extraction.tidy import Level
from pipeline.terms.appraisal import Judgement
from pipeline.terms.form import AnswerType, Form, Item, Light
from pipeline.terms.study import Absent, Study

GENERIC, NOT_ASKED = "Generic", "Not applicable"
Row = tuple[str, ...]
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


def robvis_table(form: Form, studies: Iterable[Study]) -> Level | None:
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
    return Level(
        id=f"robvis-{form.id}",
        columns=("Study", *_unique(columns), *(("Overall",) if overall else ())),
        rows=tuple(rows),
    )


def _domains(form: Form) -> list[tuple[str, Item]]:
    """What robvis shows: what the form names for it, else the domains of the overall judgement,
    else every choice whose options say how good the study is."""
    items = dict(walk(form.items))
    if form.robvis and form.robvis.domains:
        return [(path, items[path]) for path in form.robvis.domains if path in items]
    if form.overall:
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
