"""An answer of many pages, followed from cursor to cursor until the source says that it ends."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from pipeline.services.asking import Request, Response, Service, Unanswered
from pipeline.services.wanted import Page, SearchSource, Wanted


class CursorLost(Unanswered):
    """The source no longer knows the cursor from which a search was to go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One page as it came, under which cursor, and what it says.

    `sent` are the parameters of its question, without keys, contact and cursor. `broken_off` says
    why the paging ends here although the source has more.
    """

    cursor: str
    body: bytes
    sha256: str
    page: Page
    sent: tuple[tuple[str, str], ...]
    broken_off: str = ""


@dataclass(slots=True)
class SoFar:
    """What earlier pages gave: the next cursor (None at the end), ids, cursors, records, totals."""

    next: str | None
    ids: set[str]
    cursors: set[str]
    records: int = 0
    total: int | None = None
    began: bool = False

    @property
    def has_all(self) -> bool:
        return self.total is not None and len(self.ids) >= self.total

    def take(self, cursor: str, page: Page) -> None:
        """Counts one more page."""
        self.ids.update(one for one in page.ids if one)
        self.cursors.add(cursor)
        self.records += len(page.ids)
        self.next = page.next
        self.total = self.total if page.total is None else page.total
        self.began = True


def pages(
    service: Service, source: SearchSource, wanted: Wanted, so_far: SoFar
) -> Iterator[Fetched]:
    """The pages that are still to come, each once; `so_far` grows with each of them.

    Ends at the limit, where the source ends, and where it goes in a circle (`broken_off`). Raises
    Unanswered, or CursorLost where the first cursor is one of an earlier run that is not known now.
    """
    resumed = so_far.began
    while so_far.next is not None and not _enough(wanted, so_far):
        cursor = so_far.next
        size = _size(source, wanted, so_far)
        request = source.request(wanted, cursor, size)
        try:
            answer, page = service.ask(request, _reading(source, wanted, cursor, size))
        except Unanswered as refusal:
            if resumed and refusal.status in (400, 404, 410):
                raise CursorLost(refusal.what, refusal.remedy, refusal.status) from None
            raise
        resumed = False
        if page.ids and all(one and one in so_far.ids for one in page.ids):
            broken_off = "a page brought only records that had come before"
            page = replace(page, ids=(), has_records=False, next=None)
        else:
            broken_off = _circle(source, page, so_far)
        so_far.take(cursor, page)
        page = _ended(source, page, so_far, size)
        if broken_off:
            page = replace(page, next=None)
            broken_off = "" if so_far.has_all else broken_off
        so_far.next = page.next
        yield Fetched(
            cursor=cursor,
            body=answer.body,
            sha256=hashlib.sha256(answer.body).hexdigest(),
            page=page,
            sent=_told(request),
            broken_off=broken_off,
        )


def how_many(service: Service, source: SearchSource, wanted: Wanted) -> tuple[Page, Request]:
    """What the first answer says: the total, and how the source understood the query."""
    request = source.request(wanted, source.first, 1 if source.fits_limit else source.page_size)
    _, page = service.ask(request, _reading(source, wanted, source.first, 1))
    return page, request


def _reading(
    source: SearchSource, wanted: Wanted, cursor: str, size: int
) -> Callable[[Response], tuple[Response, Page]]:
    def read(answer: Response) -> tuple[Response, Page]:
        return answer, source.read(answer, wanted, cursor, size)

    return read


def _enough(wanted: Wanted, so_far: SoFar) -> bool:
    return wanted.limit is not None and so_far.records >= wanted.limit


def _size(source: SearchSource, wanted: Wanted, so_far: SoFar) -> int:
    if wanted.limit is None or not source.fits_limit:
        return source.page_size
    return min(source.page_size, wanted.limit - so_far.records)


def _circle(source: SearchSource, page: Page, so_far: SoFar) -> str:
    """Why following `page` would go on for ever, or ""."""
    seen = so_far.cursors | {so_far.next or ""}
    if source.cursor_moves and page.next is not None and page.next in seen:
        return "the cursor leads back to an earlier page"
    return ""


def _ended(source: SearchSource, page: Page, so_far: SoFar, size: int) -> Page:
    short = source.ends_when_short and len(page.ids) < size
    return replace(page, next=None) if short and so_far.has_all else page


def _told(request: Request) -> tuple[tuple[str, str], ...]:
    """The parameters of a question that make the search: no contact, no place in the answer."""
    return tuple((name, value) for name, value in request.parameters if name not in _NOT_THE_SEARCH)


_NOT_THE_SEARCH = frozenset(
    {
        "mailto", "email", "tool", "cursor", "cursorMark", "token", "pageToken", "per-page",
        "pageSize", "rows", "retstart", "retmax", "WebEnv", "query_key", "usehistory",
    }
)  # fmt: skip
