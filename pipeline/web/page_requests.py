"""A request of somebody who is signed in, and how a page answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Any

import jinja2
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from pipeline.model.problem import ReviewError
from pipeline.model.review import Position
from pipeline.notation.safe_text import for_file_name, without_controls
from pipeline.store import ReviewFolder
from pipeline.store.accounts import Role
from pipeline.store.places import ReviewPlaces
from pipeline.web.current_review import CurrentReview
from pipeline.web.open_sessions import OpenSessions
from pipeline.web.pair_search import PairSearch
from pipeline.web.sign_in import SignedIn

PDFJS = "5.6.205"
"""The version of pdf.js in `vendor/`; part of its addresses, so that browsers may keep it."""

PART = "x-part"
"""The header by which our script asks for a part of a page instead of another address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What all requests share: the one review, the sessions on it, what is told of the connection.

    Whoever changes the file of a study holds `writing` from reading it to writing it.
    """

    name: str
    places: ReviewPlaces
    current: CurrentReview
    sessions: OpenSessions
    pairs: PairSearch
    is_local: bool
    is_tls: bool
    behind_proxy: bool = False
    writing: RLock = field(default_factory=RLock)

    def folder(self, reviewer: str = "") -> ReviewFolder:
        """The review as its files stand now; with `reviewer` that person's log alone."""
        return ReviewFolder(self.places, as_reviewer=reviewer)

    def pdf_of(self, position: Position) -> Path | None:
        """The PDF of the report of `position`, a kept record; None where it is not at hand.

        It is the file that `retrieved` names, or one in `fulltexts/` with the name of the record.
        """
        named = position.retrieval.file if position.retrieval is not None else ""
        folder = self.places.fulltexts
        file = folder / (named or f"{for_file_name(position.record)}.pdf")
        if file.suffix.lower() != ".pdf" or not file.is_file():
            return None
        return file if file.resolve().parent == folder.resolve() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """One request: by whom, in which session, with which form (bounded and read already)."""

    raw: Request
    site: Site
    who: SignedIn
    form: FormData

    @property
    def name(self) -> str:
        return self.who.name

    @property
    def wants_part(self) -> bool:
        return self.raw.headers.get(PART) == "yes"

    def path(self, name: str) -> str:
        return str(self.raw.path_params[name])

    def param(self, name: str) -> str:
        """A parameter of the address as harmless text, "" where it is not there."""
        return tidy(self.raw.query_params.get(name, ""))

    def field(self, name: str) -> str:
        """A field of the form as harmless text with line feeds, "" where it is not there."""
        value = self.form.get(name, "")
        return tidy(value) if isinstance(value, str) else ""

    def fields(self, name: str) -> tuple[str, ...]:
        return tuple(tidy(v) for v in self.form.getlist(name) if isinstance(v, str))

    def upload(self, name: str) -> UploadFile | None:
        value = self.form.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None

    def may(self, least: Role) -> bool:
        return self.who.role.may(least)

    def announce(self, words: str) -> None:
        """Keeps `words` for the next page that this browser shows."""
        self.who.notices[:] = [*self.who.notices[-3:], words]

    def render(self, template: str, status: int = 200, **values: Any) -> Response:
        """The page `template`, whole or as the part that a script asked for."""
        notices, self.who.notices[:] = list(self.who.notices), []
        values = {"said": " ".join(notices), "trouble": None, **values}
        return HTMLResponse(
            pages().get_template(template).render(request=self, site=self.site, **values), status
        )

    def redirect(self, address: str, words: str = "") -> Response:
        """Sends the browser to `address` of ours; the page there tells `words`."""
        if words:
            self.announce(words)
        return RedirectResponse(address, 303)


Page = Callable[[PageRequest], Response]


def tidy(text: str) -> str:
    """What a browser sent as text: line feeds as they are here, no controls, no edges."""
    return without_controls(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def told(refusal: ReviewError) -> Mapping[str, str]:
    """A refusal for the foot of a page."""
    return {"what": refusal.what, "remedy": refusal.remedy}


@cache
def pages() -> jinja2.Environment:
    """The templates; whatever is put into them is text and never markup."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("pipeline.web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["pdfjs"] = PDFJS
    environment.filters["plain"] = without_controls
    environment.filters["n"] = lambda number: f"{number:,}"
    return environment
