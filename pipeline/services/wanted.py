"""What is asked of a source and what one page of its answer holds, whatever the source is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pipeline.model.search import SourceKind
from pipeline.services.asking import Request, Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A search as it is put to a source: the query in the source's own words, and its limits."""

    query: str
    from_day: date | None = None
    to_day: date | None = None
    limit: int | None = None
    contact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one answer says. `ids` are the source's own numbers of its records, in order.

    `next` is the cursor of the page that follows, None at the end; `total` what the source says
    that there is in all, None where it does not. `has_records` is false for an answer that only
    tells how many there are. `read_as` is how the source understood the query, `told` what it says
    is the matter with it.
    """

    ids: tuple[str, ...]
    next: str | None
    total: int | None = None
    has_records: bool = True
    read_as: str = ""
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSource:
    """One row of the table of sources.

    `request` makes the question for a cursor and a number of records, `read` the page of its
    answer from the same two. `interval` are the seconds between two questions,
    `interval_when_known` those with a key (Crossref: with a contact address). `cursor_moves` is
    false where every page comes under the same cursor; `fits_limit` where a page can be asked for
    with just so many records. `dates` says in words what --from and --to limit.
    """

    id: str
    label: str
    kind: SourceKind
    interface: str
    address: str
    format: str
    suffix: str
    page_size: int
    request: Callable[[Wanted, str, int], Request]
    read: Callable[[Response, Wanted, str, int], Page]
    dates: str = "day of publication"
    first: str = ""
    cursor_moves: bool = True
    fits_limit: bool = True
    total_is_sure: bool = True
    ends_when_short: bool = False
    key_variables: tuple[str, ...] = ()
    key_place: str = ""
    key_in_header: bool = False
    interval: float = 0.1
    interval_when_known: float | None = None
