"""Pages to look at: what waits for whom, the flow, the documents as they were last built."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from starlette.responses import FileResponse, Response

from pipeline.checks.waiting import ANYONE
from pipeline.model.decision import Stage
from pipeline.model.problem import ReviewError, Severity
from pipeline.sessions.session import WORD_OF_STAGE
from pipeline.sessions.state_of_review import answers_line, edition_line, flow_rows, waiting_lines
from pipeline.store.accounts import Role
from pipeline.web.guard import DOCUMENT_POLICY
from pipeline.web.page_requests import PageRequest

_SHOWN_IN_PAGE = {".html", ".svg", ".pdf", ".txt", ".md", ".csv", ".json", ".png"}
"""Kinds of documents that a browser shows; the others are handed over as files."""


def board(request: PageRequest) -> Response:
    """What waits for oneself first, then for everybody."""
    known = request.site.current.settled()
    work = known.work
    own = [
        (stage, WORD_OF_STAGE[stage], work.to_screen.get((request.name, stage), 0))
        for stage in Stage
    ]
    free = [
        (stage, WORD_OF_STAGE[stage], work.to_screen.get((ANYONE, stage), 0)) for stage in Stage
    ]
    return request.render(
        "board.html",
        title=known.review.protocol.title,
        own=[row for row in own if row[2]],
        free=[row for row in free if row[2]],
        drafts=work.second.drafts.get(request.name, ()) + work.second.drafts.get("", ()),
        conflicts=[(WORD_OF_STAGE[s], k) for s, k in work.conflicts.items() if k],
        to_retrieve=work.to_retrieve,
        to_extract=work.to_extract,
        to_reconcile=work.second.to_reconcile,
        to_check=work.second.to_check,
        team=waiting_lines(work, known.ledger.stand_ins),
        at=known.at,
    )


def flow(request: PageRequest) -> Response:
    """The flow of the review as it stands."""
    known = request.site.current.settled()
    work = known.work
    return request.render(
        "flow.html",
        title=known.review.protocol.title,
        edition=edition_line(known.review, None),
        rows=flow_rows(known.ledger.flow),
        answers=answers_line(work.answers),
        faults=sum(p.severity is Severity.ERROR for p in known.review.problems),
        at=known.at,
    )


def documents(request: PageRequest) -> Response:
    """What `review build` wrote last."""
    outputs = request.site.places.outputs
    found = []
    for path in sorted(outputs.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            stat = path.stat()
            name = path.relative_to(outputs).as_posix()
            found.append((name, stat.st_size, stat.st_mtime))
    newest = max((at for _, _, at in found), default=0.0)
    changed = any(
        path.stat().st_mtime > newest for path in request.site.places.decisions.glob("*.jsonl")
    )
    main = [row for row in found if row[0].endswith((".html", ".docx", ".pdf", ".pptx"))]
    rest = [row for row in found if row not in main]
    return request.render("documents.html", main=main, rest=rest, changed=changed and bool(found))


def document(request: PageRequest) -> Response:
    """One built file, in a page of its own that can do nothing to these."""
    outputs = request.site.places.outputs.resolve()
    asked = request.path("file").replace("\x00", "")
    path = (outputs / asked).resolve()
    hidden = any(part.startswith(".") for part in Path(asked).parts)
    if not path.is_relative_to(outputs) or not path.is_file() or hidden:
        raise ReviewError("there is no such document", "`review build` makes them")
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix in (".md", ".csv", ".json"):
        kind = "text/plain"
    shown = path.suffix in _SHOWN_IN_PAGE
    return FileResponse(
        path,
        media_type=kind,
        filename=path.name,
        content_disposition_type="inline" if shown else "attachment",
        headers={"content-security-policy": DOCUMENT_POLICY},
    )


ROUTES = (
    ("GET", "/", board, Role.READER),
    ("GET", "/status", flow, Role.READER),
    ("GET", "/documents", documents, Role.READER),
    ("GET", "/documents/{file:path}", document, Role.READER),
)
"""Method, address, page, and the role that it takes at least."""
