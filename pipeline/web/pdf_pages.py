"""Reports as PDF in the page: the file, how its pages are called, and the reader (pdf.js)."""

from __future__ import annotations

import mimetypes
import zipfile
from functools import cache
from importlib.resources import as_file, files
from threading import Lock

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from pipeline.extraction.quote_checks import ReportText, verdict_on
from pipeline.model.problem import ReviewError
from pipeline.model.review import Position
from pipeline.model.study import Source
from pipeline.sessions.study_files import report_texts
from pipeline.store.accounts import Role
from pipeline.web.page_requests import PDFJS, PageRequest

_KINDS = {".mjs": "text/javascript", ".js": "text/javascript", ".wasm": "application/wasm"}
_WORKER_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; "
    "frame-ancestors 'none'"
)
"""A worker has the policy of its own file: pictures in a PDF are decoded by WebAssembly there,
which the pages themselves may not run."""

_reading = Lock()


def pdf(request: PageRequest) -> Response:
    """The file of a report, which can do nothing but be read."""
    position = _position(request)
    file = request.site.pdf_of(position)
    if file is None:
        raise ReviewError(
            f"the PDF of {position.record} is not on this machine",
            "Bring it in on the page of reports",
        )
    return FileResponse(
        file,
        media_type="application/pdf",
        filename=file.name,
        content_disposition_type="inline",
        headers={"content-security-policy": "default-src 'none'; frame-ancestors 'none'"},
    )


def page_names(request: PageRequest) -> Response:
    """What each page of a report is called in print, "" where nothing is printed."""
    text = _text(request)
    fault = text.pdf.fault if text is not None and text.pdf is not None else ""
    return JSONResponse({"names": list(text.printed) if text is not None else [], "fault": fault})


def where_quoted(request: PageRequest) -> Response:
    """On which pages of the file, counted from 0, a quote stands, and that in words."""
    text = _text(request)
    source = Source(
        report=request.path("record"), page=request.param("page"), quote=request.param("quote")
    )
    verdict = verdict_on(source, text)
    found = text.pages.find(source.quote).pages if text and text.pages and source.quote else ()
    return JSONResponse(
        {
            "pages": sorted(found),
            "said": f"The quote {verdict.said}." if verdict else "",
            "sound": verdict is not None and verdict.sound,
        }
    )


def _position(request: PageRequest) -> Position:
    ledger = request.site.current.settled().ledger
    position = ledger.positions.get(request.path("record"))
    if position is None:
        raise ReviewError("there is no such record", "Go back")
    return ledger.positions[position.kept] if position.kept else position


def _text(request: PageRequest) -> ReportText | None:
    known = request.site.current.settled()
    return report_texts(known.folder, known.ledger)(_position(request).record)


async def reader_file(request: Request) -> Response:
    """A file of pdf.js out of its archive."""
    name = request.path_params["name"]
    content = _member(name)
    if content is None:
        raise HTTPException(404)
    suffix = f".{name.rpartition('.')[2]}"
    kind = _KINDS.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    told = {
        "cache-control": "public, max-age=31536000, immutable",
        "content-security-policy": _WORKER_POLICY,
    }
    return Response(content, media_type=kind, headers=told)


def _member(name: str) -> bytes | None:
    with _reading:
        try:
            return _archive().read(name)
        except KeyError:
            return None


@cache
def _archive() -> zipfile.ZipFile:
    place = files("pipeline.web").joinpath("vendor", f"pdfjs-{PDFJS}.zip")
    with as_file(place) as path:
        return zipfile.ZipFile(path)


ROUTES = (
    ("GET", "/pdf/{record}", pdf, Role.REVIEWER),
    ("GET", "/pdf/{record}/pages", page_names, Role.REVIEWER),
    ("GET", "/pdf/{record}/quote", where_quoted, Role.REVIEWER),
)
"""Method, address, page, and the role that it takes at least."""
