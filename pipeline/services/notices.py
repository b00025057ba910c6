"""Crossref, PubMed and ClinicalTrials.gov asked whether something is the matter with reports.

The answers are given as they came; `readers/online_notices.py` reads notices from them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.services.asking import PassingFault, Request, Response, Service, Unanswered

_AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Included:
    """An included report by the ids that services know; `known` is what its export said of the
    trial (`status`, `updated`), where it is one of a register."""

    record: str
    doi: str = ""
    pmid: str = ""
    trial: str = ""
    known: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An answer as it came: the service, what was asked, of which report, the text."""

    service: str
    asked: str
    about: str
    answer: str
    known: Mapping[str, str] = field(default_factory=dict)


def answers(
    reports: Sequence[Included],
    services: Mapping[str, Service],
    contact: str,
    tick: Callable[[int], None],
) -> Iterator[Told]:
    """What `services` (crossref, pubmed, clinicaltrials) say of each of `reports`."""
    pubmed = services["pubmed"]
    pmids = sorted({report.pmid for report in reports if report.pmid})
    for at in range(0, len(pmids), _AT_ONCE):
        some = ",".join(pmids[at : at + _AT_ONCE])
        who = (("email", contact),) if contact else ()
        request = Request(
            path="efetch.fcgi",
            form_path="efetch.fcgi",
            parameters=(
                ("db", "pubmed"), ("id", some), ("retmode", "xml"),
                ("tool", "review-pipeline"), *who,
            ),
        )  # fmt: skip
        yield from _one(pubmed, "pubmed", request, some, _articles)
    for number, report in enumerate(reports, 1):
        if report.doi:
            yield from _crossref(services["crossref"], report.doi, contact)
        if report.trial:
            request = Request(path=f"studies/{report.trial}", parameters=(("format", "json"),))
            yield from _one(
                services["clinicaltrials"], "clinicaltrials", request, report.trial, _json,
                report.known,
            )  # fmt: skip
        tick(number)


def _crossref(service: Service, doi: str, contact: str) -> Iterator[Told]:
    polite = (("mailto", contact),) if contact else ()
    yield from _one(
        service, "crossref", Request(path=f"works/{doi}", parameters=polite), doi, _json
    )
    updates = Request(
        path="works", parameters=(("filter", f"updates:{doi}"), ("rows", "100"), *polite)
    )
    if not {",", ":"} & set(doi):  # these part filters from each other
        yield from _one(service, "crossref", updates, doi, _json)


def _one(
    service: Service,
    name: str,
    request: Request,
    about: str,
    read: Callable[[Response], str],
    known: Mapping[str, str] | None = None,
) -> Iterator[Told]:
    try:
        answer = service.ask(request, read)
    except Unanswered as refusal:
        if refusal.status in (404, 410):  # it does not know the report
            return
        raise
    yield Told(service=name, asked=request.path, about=about, answer=answer, known=known or {})


def _json(answer: Response) -> str:
    said: Any = answer.as_json()
    if not isinstance(said, Mapping):
        raise PassingFault("the answer is JSON of another shape", tries=3)
    return json.dumps(said, ensure_ascii=False)


def _articles(answer: Response) -> str:
    text = answer.body.decode("utf-8", "replace")
    if "</PubmedArticleSet>" not in text:
        raise PassingFault("the answer is cut off or no list of articles", tries=4)
    return text
