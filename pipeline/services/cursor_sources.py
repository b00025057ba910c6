"""Sources that answer in JSON, page by page: OpenAlex, Europe PMC, Crossref, Semantic Scholar and
ClinicalTrials.gov, each as its own documentation says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from pipeline.model.search import SourceKind
from pipeline.services.asking import PassingFault, Request, Response, Unanswered, words_of
from pipeline.services.wanted import Page, SearchSource, Wanted

_FILTER = re.compile(r"[a-z_]+(?:\.[a-z_]+)*:\S")
"""A query of OpenAlex that is a filter (title_and_abstract.search:…), not words to search for."""
S2_FIELDS = (
    "paperId,corpusId,externalIds,url,title,abstract,venue,publicationVenue,year,"
    "publicationDate,publicationTypes,journal,authors,isOpenAccess,openAccessPdf,citationCount,"
    "referenceCount"
)


def _members(answer: Response) -> Mapping[str, Any]:
    said = answer.as_json()
    if not isinstance(said, Mapping):
        raise PassingFault("the answer is JSON of another shape", tries=3)
    return said


def _listed(said: Any, *path: str) -> list[Mapping[str, Any]]:
    """The list of objects at `path`; a PassingFault where the answer has another shape."""
    for step in path:
        said = said.get(step) if isinstance(said, Mapping) else None
    if not isinstance(said, list) or not all(isinstance(one, Mapping) for one in said):
        raise PassingFault(f"the answer has no list {'.'.join(path)!r}", tries=3)
    return said


def _number(said: Any) -> int | None:
    return said if isinstance(said, int) and not isinstance(said, bool) and said >= 0 else None


def _cursor(said: Any) -> str | None:
    return said if isinstance(said, str) and said else None


def _ids(records: Iterable[Mapping[str, Any]], *names: str) -> tuple[str, ...]:
    """The first of `names` that each record has; "" for a record that has none of them."""
    return tuple(next((str(one[name]) for name in names if one.get(name)), "") for one in records)


def _polite(wanted: Wanted) -> tuple[tuple[str, str], ...]:
    return (("mailto", wanted.contact),) if wanted.contact else ()


def _openalex_request(wanted: Wanted, cursor: str, size: int) -> Request:
    filters = []
    if wanted.from_day:
        filters.append(f"from_publication_date:{wanted.from_day}")
    if wanted.to_day:
        filters.append(f"to_publication_date:{wanted.to_day}")
    if _FILTER.match(wanted.query):
        filters.insert(0, wanted.query)
        words: tuple[tuple[str, str], ...] = ()
    else:
        words = (("search", wanted.query),)
    return Request(
        path="works",
        parameters=(
            *words,
            *((("filter", ",".join(filters)),) if filters else ()),
            ("per-page", str(size)),
            ("cursor", cursor),
            *_polite(wanted),
        ),
    )


def _openalex_read(answer: Response, wanted: Wanted, cursor: str, size: int) -> Page:
    said = _members(answer)
    works = _listed(said, "results")
    meta = said.get("meta")
    if not isinstance(meta, Mapping):
        raise PassingFault("the answer has no `meta`", tries=3)
    return Page(
        ids=_ids(works, "id", "doi"),
        next=_cursor(meta.get("next_cursor")) if works else None,
        total=_number(meta.get("count")),
    )


def _days(wanted: Wanted, least: str, most: str) -> tuple[str, str]:
    def day(said: date | None, instead: str) -> str:
        return said.isoformat() if said else instead

    return day(wanted.from_day, least), day(wanted.to_day, most)


def _europe_pmc_request(wanted: Wanted, cursor: str, size: int) -> Request:
    query = wanted.query
    if wanted.from_day or wanted.to_day:
        least, most = _days(wanted, "1500-01-01", "3000-12-31")
        query = f"({query}) AND (FIRST_PDATE:[{least} TO {most}])"
    return Request(
        path="search",
        form_path="searchPOST",
        parameters=(
            ("query", query),
            ("format", "json"),
            ("resultType", "core"),
            ("pageSize", str(size)),
            ("cursorMark", cursor),
            *((("email", wanted.contact),) if wanted.contact else ()),
        ),
    )


def _europe_pmc_read(answer: Response, wanted: Wanted, cursor: str, size: int) -> Page:
    said = _members(answer)
    if "errCode" in said or "errMsg" in said:
        raise Unanswered(f"Europe PMC refuses: {words_of(answer)}", "Look at the query", 400)
    found = _listed(said, "resultList", "result")
    following = _cursor(said.get("nextCursorMark"))
    ends = not found or following == cursor  # as Solr tells the end of a deep paging
    return Page(
        ids=tuple(f"{one.get('source', '')}:{one['id']}" if one.get("id") else "" for one in found),
        next=None if ends else following,
        total=_number(said.get("hitCount")),
    )


def _crossref_request(wanted: Wanted, cursor: str, size: int) -> Request:
    filters = []
    if wanted.from_day:
        filters.append(f"from-pub-date:{wanted.from_day}")
    if wanted.to_day:
        filters.append(f"until-pub-date:{wanted.to_day}")
    return Request(
        path="works",
        parameters=(
            ("query", wanted.query),
            *((("filter", ",".join(filters)),) if filters else ()),
            ("rows", str(size)),
            ("cursor", cursor),
            *_polite(wanted),
        ),
    )


def _crossref_read(answer: Response, wanted: Wanted, cursor: str, size: int) -> Page:
    said = _members(answer)
    if said.get("status") not in ("ok", None):
        raise Unanswered(f"Crossref refuses: {words_of(answer)}", "Look at the query", 400)
    items = _listed(said, "message", "items")
    message = said["message"]
    return Page(
        ids=_ids(items, "DOI", "URL"),
        next=_cursor(message.get("next-cursor")) if items else None,
        total=_number(message.get("total-results")),
    )


def _s2_request(wanted: Wanted, cursor: str, size: int) -> Request:
    days: tuple[tuple[str, str], ...] = ()
    if wanted.from_day or wanted.to_day:
        least, most = _days(wanted, "", "")
        days = (("publicationDateOrYear", f"{least}:{most}"),)
    return Request(
        path="paper/search/bulk",
        parameters=(
            ("query", wanted.query),
            ("fields", S2_FIELDS),
            *days,
            *((("token", cursor),) if cursor else ()),
        ),
    )


def _s2_read(answer: Response, wanted: Wanted, cursor: str, size: int) -> Page:
    said = _members(answer)
    if said.get("error"):
        raise Unanswered(f"Semantic Scholar refuses: {words_of(answer)}", "Look at the query", 400)
    total = _number(said.get("total"))
    papers = [] if total == 0 and not said.get("data") else _listed(said, "data")
    return Page(
        ids=_ids(papers, "paperId"),
        next=_cursor(said.get("token")) if papers else None,
        total=total,
    )


def _trials_request(wanted: Wanted, cursor: str, size: int) -> Request:
    days: tuple[tuple[str, str], ...] = ()
    if wanted.from_day or wanted.to_day:
        least, most = _days(wanted, "MIN", "MAX")
        days = (("filter.advanced", f"AREA[StudyFirstPostDate]RANGE[{least},{most}]"),)
    return Request(
        path="studies",
        parameters=(
            ("query.term", wanted.query),
            *days,
            ("format", "json"),
            ("countTotal", "true"),
            ("pageSize", str(size)),
            *((("pageToken", cursor),) if cursor else ()),
        ),
    )


def _trials_read(answer: Response, wanted: Wanted, cursor: str, size: int) -> Page:
    said = _members(answer)
    studies = _listed(said, "studies")
    return Page(
        ids=tuple(_number_of_trial(one) for one in studies),
        next=_cursor(said.get("nextPageToken")) if studies else None,
        total=_number(said.get("totalCount")),
    )


def _number_of_trial(study: Mapping[str, Any]) -> str:
    at: Any = study
    for step in ("protocolSection", "identificationModule", "nctId"):
        at = at.get(step) if isinstance(at, Mapping) else None
    return str(at or "")


OPENALEX = SearchSource(
    id="openalex",
    label="OpenAlex",
    kind=SourceKind.DATABASE,
    interface="OpenAlex API",
    address="https://api.openalex.org",
    format="json",
    suffix=".json",
    page_size=100,
    first="*",
    request=_openalex_request,
    read=_openalex_read,
    key_variables=("OPENALEX_API_KEY",),
    key_place="api_key",
    interval=0.1,
)
EUROPE_PMC = SearchSource(
    id="europepmc",
    label="Europe PMC",
    kind=SourceKind.DATABASE,
    interface="Europe PMC RESTful API",
    address="https://www.ebi.ac.uk/europepmc/webservices/rest",
    format="json",
    suffix=".json",
    page_size=1000,
    first="*",
    request=_europe_pmc_request,
    read=_europe_pmc_read,
    dates="day of first publication",
    interval=0.1,
)
CROSSREF = SearchSource(
    id="crossref",
    label="Crossref",
    kind=SourceKind.DATABASE,
    interface="Crossref REST API",
    address="https://api.crossref.org",
    format="json",
    suffix=".json",
    page_size=1000,
    first="*",
    cursor_moves=False,
    ends_when_short=True,
    request=_crossref_request,
    read=_crossref_read,
    key_variables=("CROSSREF_PLUS_API_TOKEN",),
    key_place="Crossref-Plus-API-Token",
    key_in_header=True,
    interval=1.0,
    interval_when_known=0.34,
)
SEMANTIC_SCHOLAR = SearchSource(
    id="semanticscholar",
    label="Semantic Scholar",
    kind=SourceKind.DATABASE,
    interface="Semantic Scholar Academic Graph API, bulk search",
    address="https://api.semanticscholar.org/graph/v1",
    format="json",
    suffix=".json",
    page_size=1000,
    fits_limit=False,
    total_is_sure=False,
    request=_s2_request,
    read=_s2_read,
    key_variables=("SEMANTIC_SCHOLAR_API_KEY", "S2_API_KEY"),
    key_place="x-api-key",
    key_in_header=True,
    interval=1.1,
)
CLINICAL_TRIALS = SearchSource(
    id="clinicaltrials",
    label="ClinicalTrials.gov",
    kind=SourceKind.REGISTER,
    interface="ClinicalTrials.gov API v2",
    address="https://clinicaltrials.gov/api/v2",
    format="json",
    suffix=".json",
    page_size=1000,
    request=_trials_request,
    read=_trials_read,
    dates="day of first posting",
    interval=1.2,
)
