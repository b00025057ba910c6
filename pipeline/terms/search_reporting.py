"""What PRISMA-S (Rethlefsen et al. 2021) asks of a search log, in the words of the house."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.terms.search import Search, SourceKind

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
