"""The forms and instruments that are shipped, and what an appraisal may say."""

from pathlib import Path

import pytest

from pipeline.extraction import blank_study, judgements_of, read_form, read_study
from pipeline.model.problem import Severity
from pipeline.model.protocol import Outcome, Protocol

FOLDER = Path(__file__).parents[2] / "extraction_forms"
FORMS = {p.stem: read_form(p.read_text(encoding="utf-8"), p.name) for p in FOLDER.glob("*.yaml")}
SOUND = {id: form for id, (form, _) in FORMS.items() if form is not None}


def read(appraisal, design="qualitative", instruments=("mmat-2018",)):
    text = (
        "study: a\nreports: [r]\nbasis: abstract\nanswers:\n"
        f"  design: {design}\nappraisal:\n{appraisal}"
    )
    protocol = Protocol(
        title="t",
        questions=(),
        criteria=(),
        form="general",
        appraisal=instruments,
        outcomes=(Outcome(id="o", label="O"),),
    )
    study, problems = read_study(text, "a.yaml", SOUND, protocol)
    return study, [p for p in problems if p.severity is Severity.ERROR], problems


@pytest.mark.parametrize("id", sorted(FORMS))
def test_every_shipped_form_is_sound_and_its_blank_holds_no_error(id):
    form, problems = FORMS[id]
    assert problems == () and form.id == id
    extraction = form if form.kind == "extraction" else SOUND["general"]
    appraisal = () if form.kind == "extraction" else (form,)
    text = blank_study(extraction, "a", "A", ["r"], instruments=appraisal)
    protocol = Protocol(title="t", questions=(), criteria=())
    _, found = read_study(text, "a.yaml", SOUND, protocol)
    assert not [p for p in found if p.severity is Severity.ERROR]


@pytest.mark.parametrize("id", [i for i, f in SOUND.items() if f.kind == "appraisal"])
def test_every_instrument_names_source_licence_and_scoring(id):
    form = SOUND[id]
    assert form.source and form.link.startswith("http") and form.licence and form.scoring


def criteria(part, answer="yes"):
    (found,) = [i for i in SOUND["mmat-2018"].items if i.id == part]
    return f"    {part}: {{" + ", ".join(f"{i.id}: {answer}" for i in found.items) + "}\n"


SCREENED = "  mmat-2018:\n    clear_questions: yes\n    data_answer_questions: can't tell\n"


@pytest.mark.parametrize("category", ["qualitative", "randomised", "non_randomised", "descriptive"])
def test_each_category_of_mmat_asks_its_five_criteria(category):
    study, errors, _ = read(SCREENED + f"    category: {category}\n" + criteria(category))
    assert errors == []
    judged = [j for j in judgements_of(study, SOUND) if j.item.startswith(f"{category}.")]
    assert len(judged) == 5 and {j.answer for j in judged} == {"yes"}
    screening = [j for j in judgements_of(study, SOUND) if j.item == "data_answer_questions"]
    assert screening[0].answer == "cant_tell"


def test_criteria_of_another_category_are_not_asked():
    _, errors, _ = read(SCREENED + "    category: descriptive\n" + criteria("qualitative"))
    assert len(errors) == 1 and "asked only where category is qualitative" in errors[0].what


def test_mixed_methods_need_both_components():
    _, errors, _ = read(SCREENED + "    category: [mixed_methods, qualitative]\n")
    assert len(errors) == 1 and "randomised or non_randomised or descriptive" in errors[0].what


@pytest.mark.parametrize(
    ("worst", "overall", "faults"),
    [("no", "yes", 1), ("no", "no", 0), ("yes", "yes", 0), ("cant_tell", "yes", 1)],
)
def test_mixed_methods_are_no_better_than_their_weakest_component(worst, overall, faults):
    text = (
        SCREENED
        + "    category: [mixed_methods, qualitative, descriptive]\n"
        + criteria("qualitative")
        + criteria("descriptive", worst)
        + f"    mixed_methods: {{components: {overall}}}\n"
    )
    assert len(read(text)[1]) == faults


ROB = [path.partition(".")[2] for path in SOUND["rob-2"].overall.domains]


@pytest.mark.parametrize(
    ("worst", "overall", "faults"),
    [("low", "low", 0), ("high", "low", 1), ("some_concerns", "high", 0), ("high", "high", 0)],
)
def test_overall_is_the_worst_domain_unless_a_note_says_why(worst, overall, faults):
    given = {**dict.fromkeys(ROB, "low"), ROB[2]: worst, "overall": overall}
    lines = "".join(f"        {k}: {v}\n" for k, v in given.items())
    text = "  rob-2:\n    assessments:\n      - id: one\n        result: o\n" + lines
    study, errors, _ = read(text, "randomised_trial", ("rob-2",))
    assert len(errors) == faults, errors
    assert {j.about for j in judgements_of(study, SOUND)} == {"o"}
    noted = text.replace(f"overall: {overall}", f"overall: {{value: {overall}, note: why}}")
    assert read(noted, "randomised_trial", ("rob-2",))[1] == []


def test_a_missing_appraisal_is_told_by_design():
    _, _, problems = read("  mmat-2018:\n", "qualitative", ("rob-2", "casp-qualitative"))
    (told,) = [p for p in problems if p.check == "appraisal-missing"]
    assert "casp-qualitative" in told.what and "rob-2" not in told.what
