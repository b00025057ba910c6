"""A search: one run against one source, its export, and what PRISMA-S (2021) asks of its log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Arm(StrEnum):
    """The column of the PRISMA 2020 diagram in which a search is counted."""

    DATABASES = "databases"
    REGISTERS = "registers"
    OTHER = "other"


class SourceKind(StrEnum):
    DATABASE = "database"
    REGISTER = "register"
    WEBSITE = "website"
    ORGANISATION = "organisation"
    CITATION_SEARCHING = "citation_searching"
    CONTACT = "contact"
    HAND_SEARCH = "hand_search"
    OTHER = "other"


_ARM_OF_KIND = {SourceKind.DATABASE: Arm.DATABASES, SourceKind.REGISTER: Arm.REGISTERS}


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerReview:
    """Peer review of a search strategy (PRISMA-S item 14)."""

    method: str = ""
    by: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPage:
    """One page of an answer, as it came: its cursor, what it held, its bytes and their SHA-256."""

    records: int
    bytes: int
    sha256: str
    cursor: str = ""  # that of the first page of some sources is empty
    total: int | None = None  # what the source said there is in all, on this page


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How the program put a search to the interface of a source, and what it was given.

    The export is its pages one after the other, a line feed between two; where it is packed
    (`.gz`) each page is packed by itself. A page of 0 records only told how many there are and is
    not in the export. `sent` are the parameters without keys and contact.
    """

    of: str  # the id of the source: openalex, pubmed …
    address: str
    program: str
    finished_on: date
    sent: Mapping[str, str] = field(default_factory=dict)
    from_day: date | None = None
    to_day: date | None = None
    limit: int | None = None
    read_as: str = ""  # the query as the source understood it
    told: tuple[str, ...] = ()  # what the source said is the matter with the query
    twice: int = 0  # records that came more than once
    broken_off: str = ""  # why the paging ended before the end
    pages: tuple[AnswerPage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chased:
    """Citations that the program followed from seeds, and which way each work was reached.

    `seeds` leads from the work of the catalogue to the record that it is; `led` says of each work
    that was found the rounds, ways and works that led to it ("1 backward W12"). `unknown` are
    seeds that the catalogue does not have, `gone` ids that lead nowhere, `beyond` DOIs that a
    second service knows and the catalogue does not; `without_id` counts references without an id.
    """

    program: str
    address: str
    rounds: int
    ended: bool  # whether the last round brought nothing new
    backward: bool = False
    forward: bool = False
    voices: tuple[str, ...] = ()
    seeds: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()
    without_id: int = 0
    led: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """One row of the search log; the comments name the PRISMA-S items that a field answers."""

    id: str
    source: str  # 1-7: the database, register, site, organisation or person
    kind: SourceKind
    searched_on: date  # 13
    ingested_on: date  # when the export came into the review; an edition counts what was there
    sequence: int = 0  # the how-manyeth export that came in; parts searches of one day
    export: str = ""  # file name in searches/; empty where the search found nothing
    sha256: str = ""
    was_run: bool = True  # false: nothing was searched, the export illustrates or was handed over
    interface: str = ""  # 1, 2: platform
    interface_url: str = ""
    databases: tuple[str, ...] = ()  # 2: those that one search of a platform covered at once
    counted_in: Arm | None = (
        None  # overrides the arm of `kind` (citation searching may sit in either)
    )
    how: str = ""  # 4-7: how it was browsed, which citations were followed, who was asked
    query: str = ""  # 8: verbatim
    limits: tuple[str, ...] = ()  # 9
    limit_reasons: str = ""  # 9
    filters: tuple[str, ...] = ()  # 10
    reused_from: str = ""  # 11
    update_of: str = ""  # 12: id of the search that this one repeats
    alert: str = ""  # 12
    peer_review: PeerReview | None = None  # 14
    results_reported: int | None = None  # 15: what the source said it found
    format: str = ""  # reader to use; empty means detect by content
    encoding: str = ""  # empty means detect
    columns: Mapping[str, str] = field(default_factory=dict)  # field -> column, for any table
    note: str = ""
    asked: Asked | None = None  # where the program itself ran the search
    chased: Chased | None = None  # where it followed citations

    @property
    def found_nothing(self) -> bool:
        """Whether the log says that there were no results, and so no export."""
        return not self.export and self.results_reported == 0

    @property
    def arm(self) -> Arm:
        return self.counted_in or _ARM_OF_KIND.get(self.kind, Arm.OTHER)


ASKED: Mapping[int, str] = {
    1: "Each database, with the platform on which it was searched",
    2: "Databases that one search of a platform covered at once",
    3: "Study registers",
    4: "Web sites and other sources looked through, online or in print, and how",
    5: "Citations followed, cited or citing, and how",
    6: "Authors, experts and others who were asked",
    7: "Other ways of finding records",
    8: "The whole strategy of each search, exactly as it was run",
    9: "Limits with the reason for each, or that there were none",
    10: "Published search filters, with their source",
    11: "Strategies taken over from other reviews",
    12: "How searches were brought up to date",
    13: "The day on which each search was last run",
    14: "Peer review of the strategy",
    15: "Records that each source gave",
    16: "How duplicates were found, and with what software",
}
"""The sixteen items."""

INDEXED = (SourceKind.DATABASE, SourceKind.REGISTER)
"""Sources that are searched with a query through a platform."""


def not_stated(search: Search) -> tuple[str, ...]:
    """What every search of its kind should tell and `search` does not, with the item's number.

    Items that only some searches have (filters, reuse, updates, peer review) are not among them.
    """
    indexed = search.kind in INDEXED
    wanted = (
        ("platform (1, 2)", indexed and not search.interface),
        ("how it was searched (4 to 7)", not indexed and not (search.how or search.query)),
        ("strategy (8)", indexed and not search.query),
        ("limits, or that there were none (9)", indexed and not limits_stated(search)),
        ("results reported (15)", indexed and search.results_reported is None),
    )
    return tuple(words for words, missing in wanted if missing)


def limits_stated(search: Search) -> bool:
    """Whether limits are listed, or words say why there are none."""
    return bool(search.limits or search.limit_reasons)


READER_VERSION = "7"
"""Changes whenever any reader could give another result for the same bytes."""
