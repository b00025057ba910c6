"""The application: which page answers which address, who may ask for it, and how people get in."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass
from importlib.resources import files

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from pipeline.model.problem import ReviewError
from pipeline.sessions.worker_line import call_worker
from pipeline.store import find_review, open_review
from pipeline.store.accounts import Role, read_accounts
from pipeline.store.files import COMMAND
from pipeline.web import (
    alike_pages,
    conflict_pages,
    duplicate_pages,
    extraction_pages,
    overview_pages,
    pdf_pages,
    report_pages,
    screening_pages,
    second_person_pages,
)
from pipeline.web.current_review import CurrentReview
from pipeline.web.guard import Guard
from pipeline.web.open_sessions import CallWorker, OpenSessions, PageOvertaken
from pipeline.web.page_requests import PDFJS, Page, PageRequest, Site, pages, told
from pipeline.web.pair_search import PairSearch
from pipeline.web.sign_in import (
    WHOLE_SECONDS,
    Attempts,
    LinkToken,
    Sessions,
    SignedIn,
    is_password_of,
    mark_of,
    same,
)

COOKIE = "review_session"


@dataclass(frozen=True, slots=True)
class PageRoute:
    """An address, what answers it, and the role that it takes at least."""

    method: str
    path: str
    page: Page
    least: Role


ROUTES: tuple[PageRoute, ...] = tuple(
    PageRoute(*route)
    for module in (
        overview_pages,
        screening_pages,
        conflict_pages,
        report_pages,
        pdf_pages,
        duplicate_pages,
        alike_pages,
        extraction_pages,
        second_person_pages,
    )
    for route in module.ROUTES
)
"""Every page for people who are signed in."""

UPLOADS = ("/reports/",)
"""Beginnings of the addresses that may bring a file."""

_STATIC: Mapping[str, str] = {
    "style.css": "text/css; charset=utf-8",
    "script.js": "text/javascript; charset=utf-8",
    "report.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


class Admission:
    """Who gets in: by the link of a server of one's own, or by name and password."""

    def __init__(
        self,
        site: Site,
        *,
        local_name: str,
        clock: Callable[[], float],
        on_link: Callable[[str], object],
    ) -> None:
        self.site = site
        self.local_name = local_name
        self.sessions = Sessions(clock)
        self.attempts = Attempts(clock)
        self.link = LinkToken()
        self._on_link = on_link

    def who(self, request: Request) -> SignedIn | None:
        """The session of a request; one whose account is gone or changed is over."""
        token = request.cookies.get(COOKIE, "")
        found = self.sessions.of(token) if token else None
        if found is None or self.local_name:
            return found
        account = read_accounts(self.site.places).get(found.name)
        if account is None or mark_of(account) != found.mark:
            self.sessions.end(token)
            return None
        found.role = account.role
        return found

    def enter(self, request: Request) -> Response:
        """Takes the token of the link and leaves it out of the address at once."""
        if not self.local_name or not self.link.take(request.query_params.get("token", "")):
            return _plain_page(
                "closed.html",
                403,
                site=self.site,
                what="This link was used already, or is not of this server.",
                remedy="The window of the terminal shows a new one.",
            )
        self._on_link(self.link.value)
        return self._signed_in(self.local_name, Role.LEAD, "")

    def form(self, request: Request, trouble: str = "", status: int = 200) -> Response:
        if self.local_name:
            return _plain_page(
                "closed.html",
                403,
                site=self.site,
                what="This server is open to the link that its terminal shows.",
                remedy="Open that link in this browser.",
            )
        return _plain_page("sign_in.html", status, site=self.site, trouble=trouble)

    def sign_in(self, request: Request, form: FormData) -> Response:
        name = str(form.get("name", "")).strip()[:100]
        password = str(form.get("password", ""))
        address = self._address(request)
        wait = self.attempts.wait_seconds(name, address)
        if wait:
            words = f"Too many attempts. Try again in {max(1, round(wait / 60))} min."
            answer = self.form(request, words, 429)
            answer.headers["retry-after"] = str(wait)
            return answer
        self.attempts.failed(name, address)  # counted before it is checked: many may come at once
        account = read_accounts(self.site.places).get(name)
        if not is_password_of(account, password) or account is None:
            return self.form(request, "That name and password do not go together.", 403)
        self.attempts.succeeded(name, address)
        return self._signed_in(name, account.role, mark_of(account))

    def _address(self, request: Request) -> str:
        """Where a request comes from; behind a proxy as the proxy, the last on the way, says."""
        told = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        if self.site.behind_proxy and told:
            return told[:100]
        return request.client.host if request.client else ""

    def _signed_in(self, name: str, role: Role, mark: str) -> Response:
        answer = RedirectResponse("/", 303)
        answer.set_cookie(
            COOKIE,
            self.sessions.begin(name, role, mark),
            max_age=WHOLE_SECONDS,
            httponly=True,
            samesite="strict" if not self.local_name else "lax",
            secure=self.site.is_tls,
            path="/",
        )
        return answer

    def sign_out(self, request: Request) -> Response:
        self.sessions.end(request.cookies.get(COOKIE, ""))
        answer = RedirectResponse("/sign-in", 303)
        answer.delete_cookie(COOKIE, path="/")
        return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """The application and what its server has to know of it."""

    app: ASGIApp
    entrance: Admission
    site: Site


def make_app(
    review: str,
    *,
    hosts: Collection[str],
    local_name: str = "",
    is_tls: bool = False,
    behind_proxy: bool = False,
    clock: Callable[[], float] = time.monotonic,
    call: CallWorker = call_worker,
    on_link: Callable[[str], object] = lambda token: None,
) -> Serving:
    """The application for one review.

    `hosts` are the names that the server goes by. With `local_name` it is that person's own server
    and opened by a link; else people sign in. `behind_proxy` says that every request comes through
    a proxy of one's own, which tells where it came from. `on_link` is told each new token of the
    link, `call` opens a line to a ranking worker.
    ReviewError when there is no such review.
    """
    places = find_review(review)
    name = str(places.review)
    site = Site(
        name=name,
        places=places,
        current=CurrentReview(places),
        sessions=OpenSessions(name, clock, call),
        pairs=PairSearch(lambda: open_review(name)),
        is_local=bool(local_name),
        is_tls=is_tls,
        behind_proxy=behind_proxy,
    )
    assert site.folder().protocol  # refuses at once what cannot be read
    entrance = Admission(site, local_name=local_name, clock=clock, on_link=on_link)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(site.sessions.close)

    app = Starlette(
        routes=_routes(entrance),
        lifespan=lifespan,
        exception_handlers={404: _missing, ReviewError: _refusal},
    )
    guarded = Guard(app, hosts=hosts, uploads=UPLOADS, is_tls=is_tls)
    return Serving(app=guarded, entrance=entrance, site=site)


def _routes(entrance: Admission) -> list[Route]:
    async def sign_in(request: Request) -> Response:
        form = await _form_of(request)
        return await run_in_threadpool(entrance.sign_in, request, form)

    async def form(request: Request) -> Response:
        return await run_in_threadpool(entrance.form, request)

    async def enter(request: Request) -> Response:
        return await run_in_threadpool(entrance.enter, request)

    async def sign_out(request: Request) -> Response:
        who = entrance.who(request)
        sent = await _form_of(request)
        if who is not None and not same(str(sent.get("csrf", "")), who.csrf):
            raise HTTPException(403)
        return entrance.sign_out(request)

    async def token(request: Request) -> Response:
        """The word that forms of this session carry, for a page that stayed open over a restart."""
        who = entrance.who(request)
        return JSONResponse({"csrf": who.csrf} if who else {}, 200 if who else 401)

    return [
        Route("/sign-in", form, methods=["GET"]),
        Route("/sign-in", sign_in, methods=["POST"]),
        Route("/sign-out", sign_out, methods=["POST"]),
        Route("/enter", enter, methods=["GET"]),
        Route("/token", token, methods=["GET"]),
        Route("/static/{name}", _static, methods=["GET"]),
        Route(f"/pdfjs/{PDFJS}/{{name:path}}", pdf_pages.reader_file, methods=["GET"]),
        *(Route(route.path, _guarded(entrance, route), methods=[route.method]) for route in ROUTES),
    ]


def _guarded(entrance: Admission, route: PageRoute) -> Callable[[Request], object]:
    """The page of `route` for who is signed in, has the role it takes and sends its own form."""

    async def answer(request: Request) -> Response:
        who = entrance.who(request)  # a small file is read: that is quicker than another thread
        if who is None:
            return _signed_out(request)
        if not who.role.may(route.least):  # before its form is read: that may be a large file
            least, own = route.least, who.role
            words = f"That takes the role {least}, and you are {own}. Nothing was written."
            return _refused(words, 403)
        form = await _form_of(request) if route.method == "POST" else FormData()
        if route.method == "POST" and not same(str(form.get("csrf", "")), who.csrf):
            return _refused("This form is from another session. Nothing was written.", 403)
        asked = PageRequest(raw=request, site=entrance.site, who=who, form=form)
        try:
            return await run_in_threadpool(_answered, route.page, asked)
        finally:
            await form.close()

    return answer


def _answered(page: Page, request: PageRequest) -> Response:
    """The answer of `page`; what it refuses is told on a page of its own."""
    COMMAND.set(request.who.command)
    try:
        return page(request)
    except ReviewError as refusal:
        status = 409 if isinstance(refusal, PageOvertaken) else 400
        return request.render("refused.html", status, trouble=told(refusal))


async def _form_of(request: Request) -> FormData:
    """The form of a request; its size is bounded by the guard, its fields here."""
    try:
        return await request.form(max_files=1, max_fields=300, max_part_size=200_000)
    except MultiPartException as error:
        raise HTTPException(400, error.message) from error


def _signed_out(request: Request) -> Response:
    if request.method == "POST" or request.headers.get("x-part"):
        return _refused(
            "You are signed out; nothing was written. Sign in in another tab, then send it again.",
            401,
        )
    return RedirectResponse("/sign-in", 303)


def _refused(words: str, status: int) -> Response:
    return _plain_page("closed.html", status, site=None, what=words, remedy="")


async def _missing(request: Request, error: Exception) -> Response:
    return _plain_page(
        "closed.html", 404, site=None, what="There is no such page.", remedy="Go back."
    )


async def _refusal(request: Request, error: Exception) -> Response:
    """What was refused before anybody was known, as where the accounts cannot be read."""
    assert isinstance(error, ReviewError)
    return _plain_page("closed.html", 503, site=None, what=error.what, remedy=error.remedy)


def _plain_page(template: str, status: int, **values: object) -> Response:
    return HTMLResponse(pages().get_template(template).render(**values), status)


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _STATIC:
        raise HTTPException(404)
    content = files("pipeline.web").joinpath("static", name).read_bytes()
    return Response(content, media_type=_STATIC[name], headers={"cache-control": "no-cache"})
