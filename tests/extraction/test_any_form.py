"""Of any form: a study that follows it passes, and a single fault is found at its line."""

from functools import cache
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extraction import blank_study, json_schema, read_form, read_study
from pipeline.extraction.edits import AnswerEdit, with_answer
from pipeline.extraction.questions import questions
from pipeline.extraction.studies import HEADER
from pipeline.model.problem import Severity
from pipeline.notation.yaml_text import read_yaml
from tests.extraction.any_form import faults, form_texts, protocol, studies

FOLDER = Path(__file__).parents[2] / "extraction_forms"
SHIPPED = sorted(path.stem for path in FOLDER.glob("*.yaml"))


@cache
def shipped(id):
    form, problems = read_form((FOLDER / f"{id}.yaml").read_text(encoding="utf-8"), f"{id}.yaml")
    assert form is not None and problems == ()
    return form


FORMS = st.sampled_from(SHIPPED).map(shipped)


@st.composite
def made(draw):
    text = draw(form_texts())
    form, problems = read_form(text, "any.yaml")
    assert form is not None and problems == (), [str(p) for p in problems]
    return form


def read(form, text):
    forms = {form.id: form, "general": shipped("general")}
    return read_study(text, "studies/a.yaml", forms, protocol(form))


def errors(form, text):
    return [p for p in read(form, text)[1] if p.severity is Severity.ERROR]


@given((FORMS | made()), st.data())
@settings(max_examples=120, deadline=None)
def test_what_follows_a_form_passes_and_each_single_fault_is_found(form, data):
    drawn = data.draw(studies(form))
    assert errors(form, drawn.text) == []
    planted = data.draw(faults(drawn))
    found = errors(form, planted.text)
    place = read_yaml(planted.text, "studies/a.yaml").place(planted.path)
    line = planted.text.count("\n") if planted.path == ("study", "twice") else place.line
    assert any(p.place.line == line and planted.said in str(p) for p in found), (
        planted,
        [str(p) for p in found],
    )


@given((FORMS | made()), st.data())
@settings(max_examples=40, deadline=None)
def test_what_a_study_says_is_kept_to_the_last_answer(form, data):
    """Every question is put once; writing an answer back changes nothing; one changes alone."""
    drawn = data.draw(studies(form))
    study, _ = read(form, drawn.text)
    forms = {form.id: form, "general": shipped("general")}
    asked = list(questions(study, forms, read_yaml(drawn.text, "").value))
    assert len({q.address for q in asked}) == len(asked)
    of_form = {q.path: q for q in asked if q.block == form.id}
    slots = [slot.path[:-1] if slot.path[-1] == "value" else slot.path for slot in drawn.slots]
    assert set(slots) <= set(of_form)
    assert all(of_form[path].answer.value is not None for path in slots)
    if slots:
        question = of_form[data.draw(st.sampled_from(slots))]
        said = AnswerEdit(value="not reported", note="looked twice")
        text = with_answer(drawn.text, question.path, question.item, said)
        after, _ = read(form, text)
        again = list(questions(after, forms, read_yaml(text, "").value))
        changed = next(q for q in again if q.path == question.path)
        assert changed.answer.value is None and changed.answer.note == "looked twice"


@given((FORMS | made()), st.data())
@settings(max_examples=25, deadline=None)
def test_editors_complain_of_nothing_that_passes(form, data):
    """The JSON Schema takes every study that the program takes."""
    drawn = data.draw(studies(form))
    extraction = form if form.kind == "extraction" else shipped("general")
    schema = json_schema(extraction, () if form is extraction else (form,), protocol(form))
    value = read_yaml(drawn.text, "").value
    jsonschema.validate(_plain(value), schema)


def _plain(value):
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


@given(made())
@settings(max_examples=15, deadline=None)
def test_the_blank_of_any_form_holds_no_error_and_asks_everything(form):
    text = blank_study(form, "a", "A", ["s:0001"])
    study, problems = read(form, text)
    assert not [p for p in problems if p.severity is Severity.ERROR]
    assert all(q.is_open for q in questions(study, {form.id: form}, read_yaml(text, "").value))


@pytest.mark.parametrize("id", SHIPPED)
def test_the_schema_of_every_shipped_form_is_one(id):
    form = shipped(id)
    extraction = form if form.kind == "extraction" else shipped("general")
    schema = json_schema(extraction, () if form is extraction else (form,))
    jsonschema.Draft7Validator.check_schema(schema)
    assert set(schema["properties"]) == set(HEADER)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"answers": {"zz_unknown": 1}}, schema)
