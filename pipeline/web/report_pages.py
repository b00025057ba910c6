"""Reports that are sought: which are wanted, what became of each attempt, and their files."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from starlette.datastructures import UploadFile
from starlette.responses import Response

from pipeline.model.decision import Retrieval, Retrieved, Withdrawn
from pipeline.model.problem import ReviewError
from pipeline.model.review import Position
from pipeline.model.standing import SOUGHT, Standing
from pipeline.model.undoing import effective
from pipeline.notation.safe_text import for_file_name
from pipeline.sessions.named_records import citation
from pipeline.sessions.retrieval import attempt_day, check_attempt, check_sought
from pipeline.snapshot.as_of import attempt_in_words, attempts_of
from pipeline.store.accounts import Role
from pipeline.store.fulltexts import keep_fulltext, pages_of
from pipeline.web.guard import MOST_UPLOAD_BYTES
from pipeline.web.open_sessions import PageOvertaken
from pipeline.web.page_requests import PageRequest, told


def list_reports(request: PageRequest) -> Response:
    """Reports by what became of them: wanted first."""
    known = request.site.current.settled()
    attempts = attempts_of(known.review.decisions, known.ledger.positions)
    wanted, awaited, missing, without, there = [], [], [], [], 0
    for position in known.ledger.at(*SOUGHT):
        if request.site.current.is_handled(f"report {position.record}"):
            continue  # its list comes with the next look at the whole review
        line = _line(request, position)
        if position.standing is Standing.NOT_RETRIEVED:
            missing.append((*line, _words(attempts.get(position.record, ()))))
        elif position.standing is not Standing.AWAITING_RETRIEVAL:
            there += 1
            if request.site.pdf_of(position) is None:
                without.append((*line, ""))
        elif position.record in attempts:
            awaited.append((*line, _words(attempts[position.record])))
        else:
            wanted.append((*line, ""))
    return request.render(
        "reports.html",
        groups=(
            ("To retrieve", wanted),
            ("Asked for and awaited", awaited),
            ("Not obtained", missing),
            ("Obtained, and the PDF is not on this machine", without),
        ),
        obtained=there,
        sought=there + len(wanted) + len(awaited) + len(missing),
    )


def show(request: PageRequest) -> Response:
    """One report: every attempt, and what can be said of the next one."""
    return _page(request)


def attempt(request: PageRequest) -> Response:
    """Writes what became of an attempt; keeps the file that came with it."""
    known = request.site.current.settled()
    position = _position(request)
    upload = request.upload("file")
    try:
        if request.field("knew") != _mark(request, position):
            raise PageOvertaken(
                "something was written about this report since the page was shown. Nothing was "
                "written now",
                "Here is how it stands",
            )
        outcome, file = _outcome(request.field("say"), upload)
        reason = request.field("reason") if outcome is Retrieval.NOT_OBTAINED else ""
        check_attempt(outcome, reason, file, 1)
        tried_on = attempt_day(request.field("on"))
        check_sought(position, outcome, known.review)
        name, sha256 = "", ""
        if upload is not None and file is not None:
            name, sha256 = _kept(request, position.record, upload)
        known.folder.append(
            request.name,
            Retrieved,
            record=position.record,
            outcome=outcome,
            reason=" ".join(reason.split()),
            where=" ".join(request.field("where").split()),
            tried_on=tried_on,
            file=name,
            file_sha256=sha256,
            note=" ".join(request.field("note").split()),
        )
    except ReviewError as refusal:
        return _page(request, refusal)
    request.site.current.handled(f"report {position.record}")
    words = f"Written: {position.record}, {str(outcome).replace('_', ' ')}."
    if name and (fault := pages_of(request.site.places.fulltexts / name, _cache(request)).fault):
        words += f" But {fault}. It is kept all the same; another file takes its place."
    return request.redirect("/reports", words)


def take_back(request: PageRequest) -> Response:
    """Takes back an attempt of one's own; its file stays."""
    position = _position(request)
    folder = request.site.folder(request.name)
    counting = effective(d for log in folder.logs for d in log.decisions)
    own = [d for d in counting if isinstance(d, Retrieved) and d.reviewer == request.name]
    if all(d.id != request.field("attempt") for d in own):
        raise PageOvertaken("that attempt does not count any more", "Look at the report again")
    folder.append(request.name, Withdrawn, undoes=request.field("attempt"))
    return request.redirect(f"/reports/{position.record}", "Taken back.")


def _outcome(say: str, upload: UploadFile | None) -> tuple[Retrieval, Path | None]:
    """What was said, and the name of the file that came with it where it was said to be there."""
    if say not in Retrieval._value2member_map_:
        raise ReviewError("what became of the report was not said", "Choose one of the buttons")
    outcome = Retrieval(say)
    if upload is None or outcome is not Retrieval.OBTAINED:
        return outcome, None
    return outcome, Path(upload.filename or "report.pdf")


def _kept(request: PageRequest, record: str, upload: UploadFile) -> tuple[str, str]:
    """The upload as a file of the review: its name in `fulltexts/` and its SHA-256."""
    head = upload.file.read(1024)
    if b"%PDF-" not in head:
        raise ReviewError(
            "that file is no PDF. Nothing was written",
            "Open it: a site often answers with a web page (a login) instead; download it again",
        )
    upload.file.seek(0)
    with tempfile.TemporaryDirectory(prefix="review-upload-") as folder:
        file = Path(folder) / f"{for_file_name(record)}.pdf"
        with file.open("wb") as out:
            shutil.copyfileobj(upload.file, out)
        return keep_fulltext(request.site.places, record, file)


def _cache(request: PageRequest) -> Path:
    return request.site.places.cache


def _position(request: PageRequest) -> Position:
    ledger = request.site.current.settled().ledger
    position = ledger.positions.get(request.path("record"))
    if position is None:
        raise ReviewError("there is no such record", "Look at the list of reports")
    return ledger.positions[position.kept] if position.kept else position


def _line(request: PageRequest, position: Position) -> tuple[str, str, str]:
    record = request.site.current.settled().folder.records[position.record]
    return position.record, citation(record), record.address


def _words(attempts: tuple[Retrieved, ...]) -> str:
    return "; ".join(f"{a.reviewer} {attempt_in_words(a)}" for a in attempts[-3:])


def _mark(request: PageRequest, position: Position) -> str:
    """Stands for all attempts that count: another mark, another state."""
    return " ".join(sorted(a.id for a in _attempts(request, position)))


def _attempts(request: PageRequest, position: Position) -> tuple[Retrieved, ...]:
    """Every attempt that counts at this moment, the earliest first."""
    said = request.site.current.said_about(position.record)
    return tuple(sorted((d for d in said if isinstance(d, Retrieved)), key=lambda d: (d.at, d.id)))


def _page(request: PageRequest, refusal: ReviewError | None = None) -> Response:
    position = _position(request)
    known = request.site.current.settled()
    record = known.folder.records[position.record]
    fields = ("reason", "where", "on", "note")
    values: dict[str, Any] = {
        "record": record,
        "citation": citation(record),
        "address": record.address,
        "abstract": record.abstract,
        "attempts": [
            (a.id, a.reviewer, attempt_in_words(a), a.note, a.reviewer == request.name)
            for a in _attempts(request, position)
        ],
        "knew": _mark(request, position),
        "has_file": request.site.pdf_of(position) is not None,
        "sought": position.standing in SOUGHT,
        "typed": {f: request.field(f) if refusal else "" for f in fields},
        "most": MOST_UPLOAD_BYTES // 1_000_000,
        "trouble": told(refusal) if refusal else None,
    }
    status = 409 if isinstance(refusal, PageOvertaken) else 400 if refusal else 200
    return request.render("report.html", status, **values)


ROUTES = (
    ("GET", "/reports", list_reports, Role.REVIEWER),
    ("GET", "/reports/{record}", show, Role.REVIEWER),
    ("POST", "/reports/{record}", attempt, Role.REVIEWER),
    ("POST", "/reports/{record}/take-back", take_back, Role.REVIEWER),
)
"""Method, address, page, and the role that it takes at least."""
