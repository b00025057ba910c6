"""What robvis takes: its columns and its words, for each tool that it knows and for any other."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.extraction import read_form, read_study
from pipeline.extraction.data_tables import robvis_table
from pipeline.extraction.forms import walk
from pipeline.model.form import AnswerType, Light
from pipeline.model.protocol import Outcome, Protocol

FOLDER = Path(__file__).parents[2] / "extraction_forms"
FORMS = {p.stem: read_form(p.read_text(encoding="utf-8"), p.name)[0] for p in FOLDER.glob("*.yaml")}
PROTOCOL = Protocol(
    title="t", questions=(), criteria=(), form="general", outcomes=(Outcome(id="o", label="O"),)
)
KNOWN = {
    "rob-2": (5, {"Low", "Some concerns", "High", "No information", "Not applicable"}),
    "robins-i": (7, {"Low", "Moderate", "Serious", "Critical", "No information"}),
    "quadas-2": (4, {"Low", "Some concerns", "High", "No information"}),
}
"""Domains and words of each tool (mcguinlu/robvis, R/helpers.R: get_judgements)."""


def studies(id: str):
    """A study an option of the instrument, every choice answered with it."""
    form = FORMS[id]
    choices = [i for _, i in walk(form.items) if i.type is AnswerType.CHOICE]
    items = [i for i in choices if any(o.light is not Light.NONE for o in i.options)] or choices
    repeats = any(i.repeats for i in form.items)
    for option in items[0].options:
        lines = [f"{i.id}: {option.id}" for i in items if option.id in [o.id for o in i.options]]
        if repeats:
            body = "      - id: a\n        result: o\n" + "".join(f"        {x}\n" for x in lines)
            text = f"    {form.items[0].id}:\n{body}"
        else:
            text = "".join(f"    {x}\n" for x in lines)
        whole = (
            f"study: s\nreports: [r]\nbasis: abstract\nanswers: {{}}\nappraisal:\n  {id}:\n{text}"
        )
        yield read_study(whole, "s.yaml", FORMS, PROTOCOL)[0]


@pytest.mark.parametrize("id", sorted(KNOWN))
def test_each_tool_has_the_columns_and_the_words_that_robvis_wants(id):
    domains, words = KNOWN[id]
    table = robvis_table(FORMS[id], list(studies(id)))
    overall = ("Overall",) if FORMS[id].overall else ()
    assert tuple(table.columns) == ("Study", *(f"D{n}" for n in range(1, domains + 1)), *overall)
    assert set(table.iloc[:, 1:].stack()) <= words


@pytest.mark.parametrize("id", [i for i, f in FORMS.items() if f.kind == "appraisal"])
def test_any_instrument_gives_a_table_without_scores(id):
    table = robvis_table(FORMS[id], list(studies(id)))
    assert len(set(table.columns)) == len(table.columns)
    assert not any(cell.isdigit() for cell in table.iloc[:, 1:].stack())


def test_every_light_has_a_word_in_every_tool():
    from pipeline.extraction.data_tables import _WORDS, _WORDS_OF

    for changed in ({}, *_WORDS_OF.values()):
        words = {**_WORDS, **changed}
        assert set(words) == set(Light) and len(set(words.values())) == len(Light)


@pytest.mark.parametrize(
    ("id", "questions"),
    [
        ("jbi-cross-sectional", 8),
        ("jbi-prevalence", 9),
        ("jbi-cohort", 11),
        ("jbi-case-control", 10),
        ("jbi-qualitative", 10),
        ("casp-qualitative", 9),  # the tenth is answered in words
        ("mmat-2018", 27),  # two for screening, five for each of five categories
        ("quadas-2", 7),  # risk of bias in four domains, applicability in three
        ("rob-2", 6),  # five domains and the overall judgement
        ("robins-i", 8),  # seven domains and the overall judgement
    ],
)
def test_each_instrument_asks_as_many_questions_as_its_source(id, questions):
    lights = [
        item
        for _, item in walk(FORMS[id].items)
        if item.type is AnswerType.CHOICE and any(o.light is not Light.NONE for o in item.options)
    ]
    assert len(lights) == questions
