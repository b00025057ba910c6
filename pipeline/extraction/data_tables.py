"""All that was extracted as tables for other programs: levels, judgements, sources, words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pipeline.extraction.answered import answers_of, shown
from pipeline.extraction.appraisal import judgements_of
from pipeline.extraction.forms import walk
from pipeline.extraction.metafor import metafor_tables
from pipeline.extraction.robvis import robvis_table
from pipeline.extraction.tidy import Level, tidy
from pipeline.terms.form import NUMBERS, AnswerType, Form, Item
from pipeline.terms.study import Study


def data_tables(studies: Sequence[Study], forms: Mapping[str, Form]) -> Mapping[str, Level]:
    """Every table by the name of its file, those without rows left out."""
    found = [*tidy(studies, forms).values(), judgements(studies, forms), sources(studies, forms)]
    for id, form in forms.items():
        appraised = [study for study in studies if id in study.appraisals]
        table = robvis_table(form, appraised) if form.kind == "appraisal" else None
        found += [table] if table else []
    found += metafor_tables(studies, forms).values()
    found.append(dictionary(studies, forms))
    return {level.id: level for level in found if level.rows}


def judgements(studies: Iterable[Study], forms: Mapping[str, Form]) -> Level:
    """Every judgement in a row of its own; no score."""
    return Level(
        id="appraisal",
        columns=("study", "instrument", "about", "item", "label", "judgement", "light", "overall",
                 "worst_domain", "note"),
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
                j.note,
            )
            for study in studies
            for j in judgements_of(study, forms)
        ),
    )  # fmt: skip


def sources(studies: Iterable[Study], forms: Mapping[str, Form]) -> Level:
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
    return Level(
        id="sources",
        columns=("study", "address", "answer", "report", "page", "quote", "url", "sure",
                 "file_sha256", "line"),
        rows=tuple(rows),
    )  # fmt: skip


def dictionary(studies: Iterable[Study], forms: Mapping[str, Form]) -> Level:
    """What each column of the levels means: its label, type, unit and options, by form."""
    used = dict.fromkeys(study.form for study in studies)
    rows = [
        (form.id, str(form.version), *row)
        for form in (forms[id] for id in used if id in forms)
        for path, item in walk(form.items)
        if item.type is not AnswerType.PART
        for row in _columns(path, item)
    ]
    return Level(
        id="dictionary",
        columns=("form", "form_version", "table", "column", "label", "type", "unit", "options"),
        rows=tuple(rows),
    )


def _columns(path: str, item: Item) -> list[tuple[str, ...]]:
    level, _, name = path.rpartition(".")
    options = "; ".join(f"{o.id} = {o.label}" for o in item.options)
    names = [f"{name}_{n}" for n in NUMBERS[item.type]] if item.type in NUMBERS else [name]
    return [(level or "studies", n, item.label, item.type.value, item.unit, options) for n in names]
