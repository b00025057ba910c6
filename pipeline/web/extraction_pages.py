"""Extraction in the browser: a form beside the reports, each answer on disk at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from starlette.responses import Response

from pipeline.extraction.edits import with_entry
from pipeline.extraction.parts import ID_REMEDY, is_entry_id
from pipeline.extraction.questions import StudyQuestion
from pipeline.extraction.quote_checks import TextOf
from pipeline.model.decision import Collated
from pipeline.model.form import AnswerType
from pipeline.model.problem import Place, Problem, ReviewError
from pipeline.model.protocol import ExtractionPlanKind
from pipeline.model.standing import SOUGHT
from pipeline.model.study import Basis
from pipeline.notation.yaml_editing import with_value, without_entry
from pipeline.sessions.named_records import citation
from pipeline.sessions.study_files import (
    Beginning,
    StudyOnDisk,
    begun_file,
    reading_of,
    report_texts,
    study_file,
    study_id,
    write_blank,
)
from pipeline.store import ReviewFolder
from pipeline.store.accounts import Role
from pipeline.web.answer_fields import (
    SOURCE_KEYS,
    AnswerField,
    FilledAnswer,
    StudyForm,
    filled_in,
    mark_of,
    pinned,
    study_form,
    with_filled,
)
from pipeline.web.open_sessions import PageOvertaken
from pipeline.web.page_requests import PageRequest, told


def list_studies(request: PageRequest) -> Response:
    """What is to be extracted, settled and checked, and what is extracted already."""
    known = request.site.current.settled()
    work = known.work
    plan = known.review.protocol.extraction.plan
    unplaced = [r for r in work.to_extract if ":" in r]
    apart = plan is ExtractionPlanKind.TWO_APART
    own = work.second.drafts.get(request.name, ()) + work.second.drafts.get("", ())
    studies = tuple(s for s in work.to_extract if ":" not in s)
    return request.render(
        "studies.html",
        to_extract=[
            (study, (request.name, study) in work.second.begun)
            for study in (own if apart else studies)
        ],
        apart=apart,
        unplaced=[(r, citation(known.folder.records[r])) for r in unplaced],
        known=[s for s in known.ledger.studies if ":" not in s],
        to_reconcile=work.second.to_reconcile,
        to_check=work.second.to_check,
        extracted=[(s, known.review.studies[s].title) for s in sorted(known.review.studies)],
        form=known.review.protocol.form,
    )


def place_report(request: PageRequest) -> Response:
    """Says which study a report tells of, as `review collate` does."""
    known = request.site.current.settled()
    study, record = study_id(request.field("study")), request.field("record")
    position = known.ledger.positions.get(record)
    if position is None or position.standing not in SOUGHT:
        raise ReviewError("that record is no report that was sought", "Look at the list again")
    known.folder.append(
        request.name,
        Collated,
        record=record,
        study=study,
        basis=" ".join(request.field("basis").split()),
    )
    return request.redirect("/extract", f"Written: {record} tells of {study}.")


def begin(request: PageRequest) -> Response:
    """Writes a blank for a study, where there is none, and opens it."""
    study = study_id(request.path("study"))
    folder = request.site.folder()
    with request.site.writing:
        file = _file(request, folder, study)
        if not file.exists():
            write_blank(folder, study, file, Beginning(name=request.name))
    return request.redirect(f"/extract/{study}")


def show(request: PageRequest) -> Response:
    """The form of a study beside its reports."""
    return _page(request, _opened(request))


def save(request: PageRequest) -> Response:
    """Writes one answer, on disk when this returns; told are the faults of the whole form."""
    with request.site.writing:
        at = _opened(request)
        field = at.named(request.field("address"))
        try:
            text = at.changed(field, _filled(request, at, field), request.field("knew"))
        except ReviewError as refusal:
            return _refused(request, at, field, refusal)
        if text != at.reading.text:
            at.folder.write(at.reading.file, _signed(request, at.reading, text))
            at = _opened(request)
    if request.wants_part:
        return _told(request, at, saved=field.key)
    return request.redirect(f"{at.address}#{field.key}", f"Written: {field.item.label}.")


def try_out(request: PageRequest) -> Response:
    """What would be wrong with an answer as it is typed; nothing is written."""
    at = _opened(request)
    field = at.named(request.field("address"))
    try:
        text = at.changed(field, _filled(request, at, field), request.field("knew"))
    except PageOvertaken:
        return _told(request, at)
    except ReviewError as refusal:
        place = Place(file=at.folder.places.shown(at.reading.file))
        fault = Problem(place=place, what=refusal.what, remedy=refusal.remedy, check="answer")
        return _told(request, at, typed=replace(field, faults=(fault,)))
    return _told(request, at, typed=at.with_text(text).named(field.question.address))


def set_basis(request: PageRequest) -> Response:
    """Writes what the study is read from."""
    basis = request.field("basis")
    if basis not in Basis._value2member_map_:
        raise ReviewError("what is it read from?", f"Choose one of {', '.join(Basis)}")
    with request.site.writing:
        at = _opened(request)
        text = _signed(request, at.reading, with_value(at.reading.text, ("basis",), basis))
        at.folder.write(at.reading.file, text)
    return request.redirect(at.address, "Written.")


def add_entry(request: PageRequest) -> Response:
    """A new entry of a part that repeats: a group, a result."""
    with request.site.writing:
        at = _opened(request)
        field = at.named(request.field("address"))
        name = request.field("entry")
        if not field.item.repeats or field.item.type is not AnswerType.PART:
            raise ReviewError("that question has no entries", "Go back")
        if name in field.question.entries:
            raise ReviewError(f"{name} is there already", "Take another id")
        if not is_entry_id(name):
            raise ReviewError(f"{name!r} is no id for an entry", ID_REMEDY)
        text = with_entry(at.reading.text, field.question, name)
        at.folder.write(at.reading.file, _signed(request, at.reading, text))
    return request.redirect(f"{at.address}#{field.key}", f"Written: {name}.")


def drop_entry(request: PageRequest) -> Response:
    """Takes an entry out of a part, as a line that is deleted in an editor."""
    with request.site.writing:
        at = _opened(request)
        field = at.named(request.field("address"))
        name = request.field("entry")
        if name not in field.question.entries or request.field("sure") != name:
            raise ReviewError(f"{name!r} was not taken out", "Type its id to take it out")
        inner: str | int = field.question.entries.index(name)
        value: Any = at.reading.written
        for step in field.question.path:
            value = value[step]
        if isinstance(value, dict):
            inner = name
        text = without_entry(at.reading.text, (*field.question.path, inner))
        at.folder.write(at.reading.file, _signed(request, at.reading, text))
    return request.redirect(f"{at.address}#{field.key}", f"Taken out: {name}.")


class _Opened:
    """A study file as it stands now, its form, and where its reports can be looked up."""

    def __init__(
        self, folder: ReviewFolder, study: str, reading: StudyOnDisk, text_of: TextOf
    ) -> None:
        self.folder, self.study, self.reading, self.text_of = folder, study, reading, text_of
        self.forms, self.protocol = folder.forms[0], folder.protocol[0]
        self.form: StudyForm = study_form(reading, self.forms, self.protocol, text_of)
        self.address = f"/extract/{study}"

    def named(self, address: str) -> AnswerField:
        for field in self.form.fields:
            if field.question.address == address:
                return field
        raise PageOvertaken(
            "that question is not asked any more. Nothing was written", "Load the page again"
        )

    def with_text(self, text: str) -> _Opened:
        reading = reading_of(self.folder, self.reading.file, text)
        return _Opened(self.folder, self.study, reading, self.text_of)

    def changed(self, field: AnswerField, now: FilledAnswer, knew: str) -> str:
        """The text of the file with `now` at `field`. ReviewError where it cannot be so."""
        question: StudyQuestion = field.question
        before = filled_in(question, self.reading.written)
        if now == before:
            return self.reading.text
        if mark_of(before, question) != knew:
            raise PageOvertaken(
                f"{field.item.label}: it was changed elsewhere since this page was shown "
                f"({before.value or before.absent or 'not yet'}). Nothing was written",
                "Load the page again",
            )
        text = with_filled(self.reading.text, question, before, now)
        if now.source["quote"] and self.reading.study is not None:
            report = now.source["report"] or next(iter(self.reading.study.reports), "")
            text = pinned(text, self.reading, report, self.text_of)
        return text


def _opened(request: PageRequest) -> _Opened:
    study = study_id(request.path("study"))
    folder = request.site.folder()
    file = _file(request, folder, study)
    if not file.exists():
        raise ReviewError(f"{study} is not begun", "Begin it on the page of studies")
    with request.site.writing:  # blocks are added for the instruments that fit the design
        reading = begun_file(folder, study, file)
    return _Opened(folder, study, reading, _texts(request))


def _texts(request: PageRequest) -> TextOf:
    known = request.site.current.settled()
    return report_texts(known.folder, known.ledger)


def _file(request: PageRequest, folder: ReviewFolder, study: str) -> Path:
    """The file in which this person works: their draft by the plan, else the agreed study.

    What two people have agreed on is changed by an arbiter alone.
    """
    agreed = folder.places.studies / f"{study}.yaml"
    apart = folder.protocol[0].extraction.plan is ExtractionPlanKind.TWO_APART
    if not apart or not agreed.is_file():
        return study_file(folder, study, request.name)
    if not request.may(Role.ARBITER):
        raise ReviewError(f"{study} is agreed on", "An arbiter may change it")
    return agreed


def _filled(request: PageRequest, at: _Opened, field: AnswerField) -> FilledAnswer:
    item = field.item
    values = request.fields("value")
    source = {key: request.field(key) for key in SOURCE_KEYS}
    if source["report"] and source["report"] not in _reports(at):
        raise ReviewError("that report is none of this study", "Choose one of the list")
    stands = any(source[key] for key in ("page", "quote", "sure"))
    if (
        not stands or len(_reports(at)) < 2
    ):  # the list always has one chosen; one goes without saying
        source["report"] = field.filled.source["report"] if stands else ""
    return FilledAnswer(
        value="; ".join(values) if item.type is AnswerType.CHOICES else "\n".join(values),
        absent=request.field("absent"),
        note=request.field("note"),
        derived=request.field("derived"),
        source=source,
    )


def _signed(request: PageRequest, reading: StudyOnDisk, text: str) -> str:
    """`text` with who extracts and since when, where nobody is named yet."""
    written = reading.written
    for key, value in (("extracted_by", request.name), ("extracted_on", date.today())):
        if not written.get(key):
            text = with_value(text, (key,), value)
    return text


def _reports(at: _Opened) -> tuple[str, ...]:
    return at.reading.study.reports if at.reading.study is not None else ()


def _page(request: PageRequest, at: _Opened, refusal: ReviewError | None = None) -> Response:
    known = request.site.current.settled()
    reports = []
    for id in _reports(at):
        position = known.ledger.positions.get(id)
        kept = known.ledger.positions[position.kept] if position and position.kept else position
        has_file = kept is not None and request.site.pdf_of(kept) is not None
        words = citation(known.folder.records[id], 70) if id in known.folder.records else id
        reports.append((id, words, has_file))
    study = at.reading.study
    assert study is not None
    fields = at.form.fields
    return request.render(
        "study.html",
        at=at,
        study=study,
        parts=at.form.parts,
        rest=at.form.rest,
        shape=at.form.shape,
        reports=reports,
        files=[(id, words) for id, words, has_file in reports if has_file],
        bases=tuple(Basis),
        basis=at.reading.written.get("basis") or "",
        is_draft=at.reading.file.parent.parent.name == "drafts",
        shown_file=at.folder.places.shown(at.reading.file),
        asked=len(fields),
        left=sum(f.question.is_open for f in fields),
        required=sum(f.question.is_open and f.question.required for f in fields),
        trouble=told(refusal) if refusal else None,
        absents=("not reported", "not applicable", "unclear"),
    )


def _told(
    request: PageRequest, at: _Opened, *, saved: str = "", typed: AnswerField | None = None
) -> Response:
    """What there is to say of each field, or of the one that is being typed into."""
    return request.render(
        "study_told.html",
        fields=at.form.fields if typed is None else (typed,),
        rest=at.form.rest if typed is None else (),
        whole=typed is None,
        shape=at.form.shape if typed is None else "",
        saved=saved,
        left=sum(f.question.is_open for f in at.form.fields),
        required=sum(f.question.is_open and f.question.required for f in at.form.fields),
        asked=len(at.form.fields),
    )


def _refused(
    request: PageRequest, at: _Opened, field: AnswerField, refusal: ReviewError
) -> Response:
    status = 409 if isinstance(refusal, PageOvertaken) else 400
    return request.render("study_refused.html", status, field=field, at=at, trouble=told(refusal))


ROUTES: tuple[tuple[str, str, Callable[[PageRequest], Response], Role], ...] = (
    ("GET", "/extract", list_studies, Role.REVIEWER),
    ("POST", "/extract", place_report, Role.REVIEWER),
    ("GET", "/extract/{study}", show, Role.REVIEWER),
    ("POST", "/extract/{study}", save, Role.REVIEWER),
    ("POST", "/extract/{study}/begin", begin, Role.REVIEWER),
    ("POST", "/extract/{study}/try", try_out, Role.REVIEWER),
    ("POST", "/extract/{study}/basis", set_basis, Role.REVIEWER),
    ("POST", "/extract/{study}/entry", add_entry, Role.REVIEWER),
    ("POST", "/extract/{study}/drop", drop_entry, Role.REVIEWER),
)
"""Method, address, page, and the role that it takes at least."""
