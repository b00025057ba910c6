"""A study file held against its form, the appraisal instruments and the protocol."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.extraction.addresses import path_of
from pipeline.extraction.appraisal import appraisal_problems
from pipeline.extraction.gathering import Gathering
from pipeline.extraction.heads import Head
from pipeline.extraction.parts import read_answers
from pipeline.extraction.references import References, ids_of_protocol
from pipeline.extraction.results import results_of
from pipeline.extraction.versions import read_version
from pipeline.notation.typed import nearest, wording
from pipeline.notation.yaml_text import read_yaml
from pipeline.notation.yaml_writing import yaml_inline
from pipeline.terms.form import Form
from pipeline.terms.problem import Problem
from pipeline.terms.protocol import Protocol
from pipeline.terms.study import Absent, Answer, Part, Source, Study


def read_study(
    text: str, file: str, forms: Mapping[str, Form], protocol: Protocol
) -> tuple[Study | None, tuple[Problem, ...]]:
    """The study in `text` and what is wrong with it.

    What is sound of a study with faults is given back beside them: an answer that cannot be read
    is *not yet*. None only where the file holds no study at all (no YAML, no form that we know).
    """
    yaml = read_yaml(text, file)
    gathering = Gathering(yaml=yaml, problems=list(yaml.problems))
    if not isinstance(yaml.value, Mapping):
        if not yaml.problems:
            remedy = "Begin with `review extract`, which writes a blank to fill in"
            gathering.fault((), "this is no study file", remedy)
        return None, tuple(gathering.problems)
    head = Head(gathering, yaml.value, file, forms, protocol)
    form = head.form()
    if form is None:
        return None, tuple(gathering.problems)
    reports = head.texts("reports")
    gathering.reports = reports
    study_id = head.study_id()
    version = read_version(gathering, form, yaml.value.get("form_version"), ("form_version",))
    outside = ids_of_protocol(protocol)
    inherited = gathering.sources(yaml.value.get("sources"), ("sources",))
    entered = References(outside)
    top = read_answers(
        gathering,
        form,
        yaml.value.get("answers"),
        ("answers",),
        references=entered,
        inherited=inherited,
        version=version,
    )
    of_study = {f"study.{name}": entered.entries.get(name, {}) for name in ("results", "groups")}
    written = yaml.value.get("appraisal")
    appraisals = _appraisals(gathering, written, forms, {**outside, **of_study}, inherited)
    results, unusable = results_of(study_id, top.parts.get("results", ()), form)
    gathering.problems.extend(unusable)
    study = Study(
        id=study_id,
        title=head.text("title") or study_id,
        form=form.id,
        form_version=version,
        reports=reports,
        basis=head.basis(),
        place=yaml.place(()),
        extracted_by=head.text("extracted_by"),
        extracted_on=head.day("extracted_on"),
        checked_by=head.text("checked_by"),
        checked_on=head.day("checked_on"),
        reconciled_by=head.text("reconciled_by"),
        reconciled_on=head.day("reconciled_on"),
        note=head.text("note"),
        answers=top.answers,
        parts=top.parts,
        results=results,
        appraisals=appraisals,
        files=head.files(),
        former={a: _former(gathering, raw, a) for a, raw in gathering.former.items()},
    )
    gathering.say_open()
    gathering.problems.extend(
        appraisal_problems(study, forms, protocol, yaml.place(("appraisal",)))
    )
    return study, tuple(gathering.problems)


def _appraisals(
    gathering: Gathering,
    written: Any,
    forms: Mapping[str, Form],
    outside: Mapping[str, Iterable[str]],
    inherited: tuple[Source, ...],
) -> Mapping[str, Part]:
    if written is None:
        return {}
    if not isinstance(written, Mapping):
        what = f"'appraisal' is {wording(written)}"
        remedy = "Write the id of an instrument, and its answers below"
        gathering.fault(("appraisal",), what, remedy)
        return {}
    instruments = {id: form for id, form in forms.items() if form.kind == "appraisal"}
    appraisals: dict[str, Part] = {}
    for id, answers in written.items():
        instrument = instruments.get(id)
        path = ("appraisal", id)
        if instrument is None:
            hint = nearest(str(id), tuple(instruments))
            known = ", ".join(instruments) or "none: put one into extraction_forms/"
            what = f"there is no appraisal instrument {id!r}.{hint}"
            gathering.fault(path, what, f"Known are {known}")
            continue
        filled = answers.get("form_version") if isinstance(answers, Mapping) else None
        appraisals[id] = read_answers(
            gathering,
            instrument,
            answers,
            path,
            references=References(outside),
            inherited=inherited,
            version=read_version(gathering, instrument, filled, (*path, "form_version")),
        )
    return appraisals


def _former(gathering: Gathering, raw: Any, address: str) -> Answer:
    """An answer that no item asks for, as it is written."""
    path = path_of(gathering.yaml.value, address) or ()
    value = raw.get("value", raw) if isinstance(raw, Mapping) else raw
    if isinstance(value, (Mapping, list)):
        value = yaml_inline(value)
    absent = Absent.NOT_YET if value is None else None
    return Answer(value=value, absent=absent, place=gathering.yaml.place(path))
