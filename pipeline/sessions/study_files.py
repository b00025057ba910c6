"""The file of one study as the verbs write and read it: a blank, its schema, its faults."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.extraction import blank_study, json_schema, read_form, read_study
from pipeline.extraction.appraisal import instruments_for
from pipeline.extraction.questions import StudyQuestion, questions
from pipeline.extraction.quote_checks import ReportText, TextOf
from pipeline.model.form import Form
from pipeline.model.problem import Problem, ReviewError, Severity
from pipeline.model.review import Ledger
from pipeline.model.study import Study
from pipeline.notation.safe_text import for_file_name, for_terminal
from pipeline.notation.typed import nearest
from pipeline.notation.yaml_editing import with_value
from pipeline.notation.yaml_text import read_yaml
from pipeline.snapshot.settle import settle
from pipeline.store import ReviewFolder
from pipeline.store.cache import known_sha256
from pipeline.store.fulltexts import pages_of


def report_file(folder: ReviewFolder, ledger: Ledger, report: str) -> Path | None:
    """The file of a report by its record id, None where it is not at hand."""
    position = ledger.positions.get(report)
    if position is None:
        return None
    kept = ledger.positions[position.kept] if position.kept else position
    named = kept.retrieval.file if kept.retrieval is not None else ""
    file = folder.places.fulltexts / (named or f"{for_file_name(kept.record)}.pdf")
    return file if file.parent == folder.places.fulltexts and file.is_file() else None


def report_texts(
    folder: ReviewFolder, ledger: Ledger, tick: Callable[[int], object] = lambda n: None
) -> TextOf:
    """What can be searched of a report by its record id, each read once.

    The file is the one that `retrieved` names, or one in `fulltexts/` with the name of the record.
    `tick` is told how many reports have been looked into.
    """
    looked: list[str] = []

    @cache
    def text_of(report: str) -> ReportText | None:
        position = ledger.positions.get(report)
        if position is None:
            return None
        looked.append(report)
        tick(len(looked))
        file = report_file(folder, ledger, report)
        abstract = folder.records[report].abstract
        if file is None or file.suffix.lower() != ".pdf":
            return ReportText(abstract=abstract) if abstract else None
        cached = folder.places.cache
        return ReportText(
            read=lambda: pages_of(file, cached),
            sha256=known_sha256(file, cached),
            abstract=abstract,
        )

    return text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What a new study file starts with, where it is not taken from the protocol."""

    form: str = ""
    reports: tuple[str, ...] = ()
    title: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyOnDisk:
    """A study file as it stands on disk now; `study` is None where it cannot be read at all."""

    file: Path
    text: str
    written: Any
    study: Study | None
    problems: tuple[Problem, ...]

    def asked(self, forms: Mapping[str, Form]) -> tuple[StudyQuestion, ...]:
        return tuple(questions(self.study, forms, self.written)) if self.study else ()


def study_id(word: str) -> str:
    """The id of a study from what was typed (`.yaml` may stand behind it)."""
    study = word.removesuffix(".yaml")
    if not re.match(r"[a-z0-9][a-z0-9_-]{0,79}\Z", study):
        raise ReviewError(
            f"{for_terminal(study)!r} is no id for a study",
            "Use small letters, digits, hyphens: aebi-2014",
        )
    return study


def study_file(folder: ReviewFolder, study: str, name: str = "") -> Path:
    """The file of `study` that the person `name` works in: the agreed one, or a draft of their own.

    Without a name it is the agreed one where that is there. Raises ReviewError where the plan wants
    drafts and nobody, or a stranger, is named.
    """
    agreed = folder.places.studies / f"{study}.yaml"
    return agreed if not name and agreed.is_file() else folder.study_file(study, name)


def whose(file: Path) -> str:
    """` --as NAME` for a command about the draft `file` of a person, "" for the agreed study."""
    is_draft = file.parent.parent.name == "drafts"
    return f" --as {file.parent.name}" if is_draft else ""


def read_file(folder: ReviewFolder, study: str, file: Path) -> StudyOnDisk:
    """The file of `study`; raises ReviewError, with the nearest name, when there is none."""
    if not file.is_file():
        known = tuple(p.stem for p in file.parent.glob("*.yaml"))
        raise ReviewError(
            f"there is no study {study!r}.{nearest(study, known)}",
            f"`review extract {folder.slug} {study}{whose(file)}` writes a blank",
        )
    return reading_of(folder, file, folder.text_of(file))


def reading_of(folder: ReviewFolder, file: Path, text: str) -> StudyOnDisk:
    """What `file` says once `text` stands in it."""
    shown = folder.places.shown(file)
    found, problems = read_study(text, shown, folder.forms[0], folder.protocol[0])
    return StudyOnDisk(
        file=file,
        text=text,
        written=read_yaml(text, shown).value,
        study=found,
        problems=problems,
    )


def begun_file(folder: ReviewFolder, study: str, file: Path) -> StudyOnDisk:
    """The file, with a block for each instrument that fits the design of the study."""
    reading = read_file(folder, study, file)
    if reading.study is None:
        return reading
    protocol, forms = folder.protocol[0], folder.forms[0]
    for id in instruments_for(reading.study, forms, protocol):
        if forms[id].designs and id not in reading.study.appraisals:
            text = with_value(reading.text, ("appraisal", id), {"form_version": forms[id].version})
            folder.write(file, text)
            reading = read_file(folder, study, file)
    return reading


def write_blank(folder: ReviewFolder, study: str, file: Path, beginning: Beginning) -> int:
    """Writes a commented blank and the schema beside it; gives the number of reports it names."""
    review = folder.review
    form = sound_form(folder, beginning.form or review.protocol.form)
    chosen = [f for id in review.protocol.appraisal if (f := review.forms.get(id))]
    instruments = [instrument for instrument in chosen if not instrument.designs]
    ledger = settle(review)
    reports = beginning.reports or ledger.studies.get(study, ())
    for record in reports:
        if record not in folder.records:
            raise ReviewError(
                f"there is no record {for_terminal(record)!r}", "`review status` lists the searches"
            )
    protocol = review.protocol
    text_of = report_texts(folder, ledger)
    files = {id: t.sha256 for id in reports if (t := text_of(id)) is not None and t.sha256}
    text = blank_study(
        form,
        study,
        beginning.title or study,
        reports,
        protocol.outcomes,
        protocol.groups,
        instruments,
        files,
        by_design=[instrument for instrument in chosen if instrument.designs],
    )
    if beginning.name:
        named = f"\nextracted_by: {json.dumps(beginning.name)}\n"
        text = text.replace("\nextracted_by:\n", named, 1)
    if file.parent != folder.places.studies:
        text = text.replace("$schema=", "$schema=../../", 1)
    schema = json.dumps(json_schema(form, chosen, protocol), ensure_ascii=False, indent=1)
    folder.write(folder.places.studies / f"{form.id}.schema.json", schema + "\n")
    folder.write(file, text)
    return len(reports)


def sound_form(folder: ReviewFolder, id: str) -> Form:
    """The extraction form `id`; raises ReviewError when there is none, or it has faults."""
    path = folder.form_path(id) if id else None
    if path is None:
        known = sorted(p.stem for p in folder.places.forms.glob("*.yaml"))
        raise ReviewError(
            f"there is no form {for_terminal(id)!r}.{nearest(id, tuple(known))}",
            "Name one with --form, or in `form:` of the protocol",
        )
    form, problems = read_form(folder.text_of(path), folder.places.shown(path))
    errors = [p for p in problems if p.severity is Severity.ERROR]
    if form is None or errors:
        told = "\n".join(for_terminal(str(problem)) for problem in errors[:20])
        raise ReviewError(f"the form {id} has faults", f"Correct the form first:\n{told}")
    if form.kind != "extraction":
        raise ReviewError(
            f"{id} is an appraisal instrument", "Name it in `appraisal:` of the protocol"
        )
    return form
