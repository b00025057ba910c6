"""A study file held against its form, the appraisal instruments and the protocol."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from pipeline.extraction.answers import Body
from pipeline.extraction.appraisal import appraisal_problems
from pipeline.extraction.gathering import Gathering
from pipeline.extraction.results import results_of
from pipeline.notation.typed import nearest, wording
from pipeline.notation.yaml_text import read_yaml
from pipeline.terms.form import Form
from pipeline.terms.problem import Problem, Severity
from pipeline.terms.protocol import Protocol
from pipeline.terms.study import Basis, Part, Study

HEADER: Mapping[str, str] = {
    "study": "the id of the study, the same as the name of the file",
    "title": "what people call it, like `Aebi et al. 2014`",
    "form": "the id of the extraction form",
    "form_version": "the version of the form that was filled",
    "reports": "record ids of its reports, the primary one first",
    "basis": "what was read: full_text, abstract or secondary_source",
    "extracted_by": "who read and wrote",
    "extracted_on": "the day, year-month-day",
    "checked_by": "who held it against the reports again",
    "checked_on": "the day of that",
    "sources": "where all answers come from that name no source of their own",
    "note": "anything a reader should know",
    "answers": "the answers to the items of the form",
    "appraisal": "the answers to appraisal instruments, by the id of the instrument",
}
"""What stands at the top of a study file."""


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
    head = _Head(gathering, yaml.value, file, forms, protocol)
    form = head.form()
    if form is None:
        return None, tuple(gathering.problems)
    reports = head.texts("reports")
    gathering.reports = reports
    study_id = head.study_id()
    default = gathering.sources(yaml.value.get("sources"), ("sources",))
    body = Body(gathering, protocol, inherited=default)
    top = body.read(form, yaml.value.get("answers"), ("answers",))
    appraisals = _appraisals(body, yaml.value.get("appraisal"), forms)
    results, unusable = results_of(study_id, top.parts.get("results", ()), form)
    gathering.problems.extend(unusable)
    study = Study(
        id=study_id,
        title=head.text("title") or study_id,
        form=form.id,
        form_version=head.version(form),
        reports=reports,
        basis=head.basis(),
        place=yaml.place(()),
        extracted_by=head.text("extracted_by"),
        extracted_on=head.day("extracted_on"),
        checked_by=head.text("checked_by"),
        checked_on=head.day("checked_on"),
        note=head.text("note"),
        answers=top.answers,
        parts=top.parts,
        results=results,
        appraisals=appraisals,
    )
    gathering.say_open()
    gathering.problems.extend(
        appraisal_problems(study, forms, protocol, yaml.place(("appraisal",)))
    )
    return study, tuple(gathering.problems)


def _appraisals(body: Body, written: Any, forms: Mapping[str, Form]) -> Mapping[str, Part]:
    gathering = body.gathering
    if written is None:
        return {}
    if not isinstance(written, Mapping):
        what = f"'appraisal' is {wording(written)}"
        gathering.fault(
            ("appraisal",), what, "Write the id of an instrument, and its answers below"
        )
        return {}
    instruments = {id: form for id, form in forms.items() if form.kind == "appraisal"}
    appraisals: dict[str, Part] = {}
    for id, answers in written.items():
        instrument = instruments.get(id)
        if instrument is None:
            hint = nearest(str(id), tuple(instruments))
            known = ", ".join(instruments) or "none: put one into extraction_forms/"
            gathering.fault(
                ("appraisal", id),
                f"there is no appraisal instrument {id!r}.{hint}",
                f"Known are {known}",
            )
        else:
            appraisals[id] = body.read(instrument, answers, ("appraisal", id))
    return appraisals


class _Head:
    """What stands above the answers."""

    def __init__(
        self,
        gathering: Gathering,
        written: Mapping[str, Any],
        file: str,
        forms: Mapping[str, Form],
        protocol: Protocol,
    ) -> None:
        self.gathering = gathering
        self.written = written
        self.stem = PurePosixPath(file.replace("\\", "/")).stem
        self.forms = {id: form for id, form in forms.items() if form.kind == "extraction"}
        self.protocol = protocol
        for key in written:
            if key not in HEADER:
                hint = nearest(str(key), tuple(HEADER))
                gathering.fault(
                    (key,), f"{key!r} is not known here.{hint}", f"Known are {', '.join(HEADER)}"
                )

    def form(self) -> Form | None:
        id = self.text("form") or self.protocol.form
        form = self.forms.get(id)
        if form is None:
            known = ", ".join(self.forms) or "none: put one into extraction_forms/"
            what = (
                f"there is no extraction form {id!r}.{nearest(id, tuple(self.forms))}"
                if id
                else "'form' is missing, and the protocol names none"
            )
            self.gathering.fault(("form",), what, f"Known are {known}")
        return form

    def study_id(self) -> str:
        id = self.text("study")
        if id and id != self.stem:
            what = f"this file is called {self.stem!r}, but 'study' says {id!r}"
            self.gathering.fault(
                ("study",), what, "Let both be the same; other files refer to that id"
            )
        return self.stem

    def text(self, key: str) -> str:
        value = self.written.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.gathering.fault(
                (key,), f"{key!r} is {wording(value)}, not text", "Put it in quotes"
            )
            return ""
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.written.get(key)
        values = value if isinstance(value, list) else [] if value is None else [value]
        texts: list[str] = []
        for index, one in enumerate(values):
            if isinstance(one, str):
                texts.append(one)
            else:
                what = f"{key!r} holds {wording(one)}, not text"
                self.gathering.fault((key, index), what, "Write ids in quotes, one `- ` a line")
        if len(set(texts)) < len(texts):
            self.gathering.fault((key,), f"an id stands twice in {key!r}", "Keep it once")
        if not texts:
            what = "no report is named that this study was read from"
            remedy = "Write the record ids of its reports behind `reports:`, the primary one first"
            self.gathering.fault((key,), what, remedy, Severity.WARNING)
        return tuple(dict.fromkeys(texts))

    def day(self, key: str) -> date | None:
        value = self.written.get(key)
        if value is None or isinstance(value, date):
            return value
        what = f"{key!r} is {wording(value)}, not a day"
        self.gathering.fault((key,), what, "Write year-month-day, like `2016-01-31`")
        return None

    def basis(self) -> Basis:
        value = self.written.get("basis")
        words = tuple(str(b) for b in Basis)
        if isinstance(value, str) and value in words:
            return Basis(value)
        if value is None:
            what, severity = "'basis' does not say yet what was read", Severity.WARNING
        else:
            hint = nearest(str(value), words)
            what, severity = f"{value!r} is no basis of a study.{hint}", Severity.ERROR
        self.gathering.fault(("basis",), what, f"Write one of {', '.join(words)}", severity)
        return Basis.FULL_TEXT

    def version(self, form: Form) -> int:
        value = self.written.get("form_version")
        if value is None:
            return form.version
        if isinstance(value, bool) or not isinstance(value, int):
            what = f"'form_version' is {wording(value)}, not a whole number"
            self.gathering.fault(("form_version",), what, f"Write `form_version: {form.version}`")
            return form.version
        if value > form.version:
            what = f"this was filled from version {value}; {form.id} is at {form.version}"
            self.gathering.fault(("form_version",), what, "Take in the newer form")
        elif value < form.version:
            self._outdated(form, value)
        return value

    def _outdated(self, form: Form, version: int) -> None:
        changes = [change for change in form.changes if change.version > version]
        revisit = tuple(dict.fromkeys(item for change in changes for item in change.revisit))
        since = (
            "; ".join(f"version {c.version}: {c.what}" for c in changes) or "no change is described"
        )
        remedy = f"Look at {', '.join(revisit)} again, then" if revisit else "Look it through, then"
        self.gathering.fault(
            ("form_version",),
            f"{form.id} has gone from version {version} to {form.version} ({since})",
            f"{remedy} write `form_version: {form.version}`",
            Severity.WARNING,
            "form-changed",
        )
