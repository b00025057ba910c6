"""A study file held against its form, the appraisal instruments and the protocol."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from pipeline.extraction.answers import Gathering, References, ids_of_protocol, path_of
from pipeline.extraction.appraisal import appraisal_problems
from pipeline.extraction.parts import read_answers
from pipeline.extraction.versions import read_version
from pipeline.model.form import Form
from pipeline.model.problem import Problem, Severity
from pipeline.model.protocol import Protocol
from pipeline.model.study import Absent, Answer, Basis, Direction, Part, Result, Source, Study
from pipeline.notation.typed import nearest, wording
from pipeline.notation.yaml_text import read_yaml
from pipeline.notation.yaml_writing import yaml_inline

HEADER: Mapping[str, str] = {
    "study": "the id of the study, the same as the name of the file",
    "title": "what people call it, like `Aebi et al. 2014`",
    "form": "the id of the extraction form",
    "form_version": "the version of the form that was filled",
    "reports": "record ids of its reports, the primary one first",
    "files": "the SHA-256 of the file that was read, by record id",
    "basis": "what was read: full_text, abstract or secondary_source",
    "extracted_by": "who read and wrote; two names with a comma where they did so apart",
    "extracted_on": "the day, year-month-day",
    "checked_by": "who held it against the reports again",
    "checked_on": "the day of that",
    "reconciled_by": "who settled where two people who extracted it apart differed",
    "reconciled_on": "the day of that",
    "sources": "where all answers come from that name no source of their own",
    "note": "anything a reader should know",
    "answers": "the answers to the items of the form",
    "appraisal": "the answers to appraisal instruments, by the id of the instrument",
}
"""What stands at the top of a study file."""

_SHA256 = re.compile(r"[0-9a-fA-F]{64}\Z")


class HeadReader:
    """Reads one key after the other; what is wrong with one is told and costs only that key."""

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
                f"there is no sound extraction form {id!r}.{nearest(id, tuple(self.forms))}"
                if id
                else "'form' is missing, and the protocol names none"
            )
            self.gathering.fault(
                ("form",), what, f"Known are {known}. A form with faults is mended first"
            )
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
        words = tuple(str(b) for b in Basis if b is not Basis.UNSTATED)
        if isinstance(value, str) and value in words:
            return Basis(value)
        if value is None:
            what, severity = "'basis' does not say yet what was read", Severity.WARNING
        else:
            hint = nearest(str(value), words)
            what, severity = f"{value!r} is no basis of a study.{hint}", Severity.ERROR
        self.gathering.fault(("basis",), what, f"Write one of {', '.join(words)}", severity)
        return Basis.UNSTATED

    def files(self) -> Mapping[str, str]:
        """The SHA-256 of the file that was read, by the report that it is of."""
        written = self.written.get("files")
        if written is None:
            return {}
        if not isinstance(written, Mapping):
            what = f"'files' is {wording(written)}"
            self.gathering.fault(("files",), what, "Write `record id: SHA-256` lines")
            return {}
        found: dict[str, str] = {}
        for report, sha256 in written.items():
            at = ("files", report)
            if report not in self.gathering.reports:
                hint = nearest(report, self.gathering.reports)
                what = f"{report!r} in 'files' is no report of this study.{hint}"
                self.gathering.fault(at, what, "Name a record of `reports:`")
            elif not isinstance(sha256, str) or not _SHA256.match(sha256):
                what = f"the file of {report!r} is given as {wording(sha256)}, not as a SHA-256"
                self.gathering.fault(at, what, "`sha256sum FILE` prints it: 64 digits and letters")
            else:
                found[report] = sha256.lower()
        return found


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
    head = HeadReader(gathering, yaml.value, file, forms, protocol)
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
