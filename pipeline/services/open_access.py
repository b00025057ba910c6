"""Open copies of reports: where Unpaywall, Europe PMC and OpenAlex know one, and the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pipeline.model.problem import ReviewError
from pipeline.services.asking import PassingFault, Request, Response, Service, Unanswered

ADDRESSES: Mapping[str, str] = {
    "unpaywall": "https://api.unpaywall.org/v2",
    "europepmc": "https://www.ebi.ac.uk/europepmc/webservices/rest",
    "openalex": "https://api.openalex.org",
}
"""The services that are asked, in this order, and where they are."""
NAMES: Mapping[str, str] = {
    "unpaywall": "Unpaywall",
    "europepmc": "Europe PMC",
    "openalex": "OpenAlex",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report that is wanted, by the ids that services know."""

    record: str
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCopy:
    """A place that is said to hold an open copy: its address, licence, version, who told of it."""

    url: str
    told_by: str
    licence: str = ""
    version: str = ""

    def in_words(self) -> str:
        parts = (f"licence {self.licence}" if self.licence else "no licence told", self.version)
        return "; ".join(part for part in parts if part)


def open_copies(
    report: Report, services: Mapping[str, Service], contact: str
) -> Iterator[OpenCopy]:
    """Places that may hold a PDF of `report`, each address once, as the services tell them."""
    seen: set[str] = set()
    asked: tuple[tuple[str, Callable[[Report, Service, str], Sequence[OpenCopy]]], ...] = (
        ("unpaywall", _unpaywall),
        ("europepmc", _europe_pmc),
        ("openalex", _openalex),
    )
    for name, ask in asked:
        service = services.get(name)
        for copy in ask(report, service, contact) if service else ():
            if copy.url and copy.url not in seen:
                seen.add(copy.url)
                yield copy


def _unpaywall(report: Report, service: Service, contact: str) -> list[OpenCopy]:
    if not report.doi:
        return []
    said = _told(service, Request(path=report.doi, parameters=(("email", contact),)))
    best = said.get("best_oa_location")
    others = said.get("oa_locations")
    places = [best, *(others if isinstance(others, list) else ())]
    return [
        OpenCopy(
            url=str(one.get("url_for_pdf") or one.get("url") or ""),
            licence=str(one.get("license") or ""),
            version=_version(one.get("version")),
            told_by=NAMES["unpaywall"],
        )
        for one in places
        if isinstance(one, Mapping)
    ]


def _europe_pmc(report: Report, service: Service, contact: str) -> list[OpenCopy]:
    if report.pmid:
        query = f"EXT_ID:{report.pmid} AND SRC:MED"
    elif report.pmcid:
        query = f"PMCID:{report.pmcid}"
    elif report.doi:
        query = f'DOI:"{report.doi}"'
    else:
        return []
    said = _told(
        service,
        Request(
            path="search",
            parameters=(
                ("query", query), ("format", "json"), ("resultType", "core"), ("pageSize", "5"),
            ),
        ),
    )  # fmt: skip
    listed = said.get("resultList")
    results = listed.get("result") if isinstance(listed, Mapping) else None
    found = []
    for one in results if isinstance(results, list) else ():
        if not isinstance(one, Mapping) or not _is_it(one, report):
            continue
        urls = one.get("fullTextUrlList")
        entries = urls.get("fullTextUrl") if isinstance(urls, Mapping) else None
        for entry in entries if isinstance(entries, list) else ():
            if not isinstance(entry, Mapping) or entry.get("documentStyle") != "pdf":
                continue
            if entry.get("availabilityCode") in ("OA", "F"):  # open access, free
                found.append(
                    OpenCopy(
                        url=str(entry.get("url") or ""),
                        licence=str(one.get("license") or ""),
                        told_by=NAMES["europepmc"],
                    )
                )
    return found


def _is_it(result: Mapping[str, Any], report: Report) -> bool:
    """Whether a result of Europe PMC is the report and not one that only names it."""
    same = (
        (report.doi, str(result.get("doi") or "").lower()),
        (report.pmid, str(result.get("pmid") or "")),
        (report.pmcid, str(result.get("pmcid") or "")),
    )
    return any(wanted and wanted == told for wanted, told in same)


def _openalex(report: Report, service: Service, contact: str) -> list[OpenCopy]:
    name = f"doi:{report.doi}" if report.doi else f"pmid:{report.pmid}" if report.pmid else ""
    if not name:
        return []
    polite = (("mailto", contact),) if contact else ()
    said = _told(service, Request(path=f"works/{name}", parameters=polite))
    locations = said.get("locations")
    places = [
        said.get("best_oa_location"),
        *(locations if isinstance(locations, list) else ()),
    ]
    return [
        OpenCopy(
            url=str(one.get("pdf_url") or ""),
            licence=str(one.get("license") or ""),
            version=_version(one.get("version")),
            told_by=NAMES["openalex"],
        )
        for one in places
        if isinstance(one, Mapping) and one.get("is_oa", True)
    ]


_VERSIONS = {
    "publishedVersion": "published version",
    "acceptedVersion": "accepted manuscript",
    "submittedVersion": "submitted manuscript",
}


def _version(said: Any) -> str:
    return _VERSIONS.get(str(said), "")


def _told(service: Service, request: Request) -> Mapping[str, Any]:
    """What a service says of one report; nothing where it does not know it."""
    try:
        return service.ask(request, _object)
    except Unanswered as refusal:
        if refusal.status in (404, 410):
            return {}
        raise


def _object(answer: Response) -> Mapping[str, Any]:
    said = answer.as_json()
    if not isinstance(said, Mapping):
        raise PassingFault("the answer is JSON of another shape", tries=3)
    return said


def fetched_pdf(copy: OpenCopy, contact: str, heard: Callable[[str], None]) -> tuple[bytes, str]:
    """The PDF at the place of `copy`, or nothing and why not, in words."""
    parts = urlsplit(copy.url)
    where = parts.hostname or copy.url
    path = f"{parts.path.lstrip('/')}{f'?{parts.query}' if parts.query else ''}"
    try:
        service = Service(
            where, f"{parts.scheme}://{parts.netloc}", 1.0, contact=contact, heard=heard,
            any_host=True,
        )  # fmt: skip
    except ReviewError as refusal:
        return b"", refusal.what
    with service:
        try:
            body = service.ask(
                Request(path=path, headers={"Accept": "application/pdf,*/*;q=0.1"}),
                lambda answer: answer.body,
            )
        except Unanswered as refusal:
            return b"", refusal.what
    if b"%PDF-" not in body[:1024]:
        return b"", f"{where} answers with something that is no PDF"
    return body, ""
