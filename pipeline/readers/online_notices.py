"""Notices in the kept answers of Crossref, PubMed and ClinicalTrials.gov, one answer a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from pipeline.model.problem import Place, Problem, Severity
from pipeline.model.record import Nature, Notice

_CROSSREF: Mapping[str, Nature] = {
    "retraction": Nature.RETRACTION,
    "partial_retraction": Nature.RETRACTION,
    "withdrawal": Nature.RETRACTION,
    "removal": Nature.RETRACTION,
    "expression_of_concern": Nature.EXPRESSION_OF_CONCERN,
    "correction": Nature.CORRECTION,
    "corrigendum": Nature.CORRECTION,
    "erratum": Nature.CORRECTION,
    "addendum": Nature.CORRECTION,
    "clarification": Nature.CORRECTION,
    "reinstatement": Nature.REINSTATEMENT,
    "new_version": Nature.NEW_VERSION,
    "new_edition": Nature.NEW_VERSION,
}
"""Types of updates as Crossref names them (Crossmark)."""
_PUBMED: Mapping[str, Nature] = {
    "RetractionIn": Nature.RETRACTION,
    "PartialRetractionIn": Nature.RETRACTION,
    "RetractedandRepublishedIn": Nature.RETRACTION,
    "ExpressionOfConcernIn": Nature.EXPRESSION_OF_CONCERN,
    "ErratumIn": Nature.CORRECTION,
    "CorrectedandRepublishedIn": Nature.NEW_VERSION,
    "UpdateIn": Nature.NEW_VERSION,
}
"""`RefType` of `CommentsCorrections` in PubMed's XML."""
_DOI = re.compile(r"doi:\s*(10\.\S+?)[.;,]?(?:\s|\Z)", re.IGNORECASE)


def notices_in(lines: Iterable[bytes], file: str) -> Iterator[Notice | Problem]:
    """Every notice in `lines`, each once, and a problem for a line that cannot be read."""
    seen: set[tuple[Nature, str, str, str]] = set()
    for number, line in enumerate(lines, 1):
        place = Place(file=file, line=number)
        if not line.strip():
            continue
        try:
            told = json.loads(line)
            found = list(_of_answer(told, place))
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            yield Problem(
                place=place,
                what=f"this kept answer cannot be read ({type(fault).__name__})",
                remedy="Ask again with `review stale --online`",
                severity=Severity.WARNING,
                check="notices",
            )
            continue
        for notice in found:
            key = (notice.nature, notice.doi or notice.pmid or notice.trial, notice.notice_doi, "")
            if key not in seen:
                seen.add(key)
                yield notice


def _of_answer(told: Mapping[str, Any], place: Place) -> Iterator[Notice]:
    if told["service"] == "crossref":
        yield from _crossref(json.loads(told["answer"])["message"], told["about"], place)
    elif told["service"] == "pubmed":
        yield from _pubmed(told["answer"], place)
    elif told["service"] == "clinicaltrials":
        yield from _trial(json.loads(told["answer"]), told["about"], told.get("known") or {}, place)


def _crossref(message: Mapping[str, Any], doi: str, place: Place) -> Iterator[Notice]:
    for item in message.get("items") or ():
        for update in item.get("update-to") or ():
            if str(update.get("DOI", "")).lower() == doi.lower():
                yield from _update(update, doi, str(item.get("DOI", "")), place)
    for update in message.get("updated-by") or ():
        yield from _update(update, doi, str(update.get("DOI", "")), place)
    relation = message.get("relation")
    later = relation.get("is-preprint-of") if isinstance(relation, Mapping) else None
    for one in later or ():
        if one.get("id-type") == "doi":
            yield _notice(
                Nature.NEW_VERSION, doi, str(one.get("id", "")), None,
                "the preprint has been published", place,
            )  # fmt: skip


def _update(update: Mapping[str, Any], doi: str, notice_doi: str, place: Place) -> Iterator[Notice]:
    kind = str(update.get("type", "")).lower().replace("-", "_").replace(" ", "_")
    nature = _CROSSREF.get(kind)
    if nature is not None:
        label = str(update.get("label") or "")
        on = _day(update.get("updated"))
        yield _notice(nature, doi, notice_doi, on, "" if label == str(nature) else label, place)


def _notice(
    nature: Nature, doi: str, notice_doi: str, on: date | None, reason: str, place: Place
) -> Notice:
    return Notice(
        nature=nature,
        doi=doi.lower(),
        pmid="",
        title="",
        on=on,
        notice_doi=notice_doi.lower(),
        reason=reason,
        place=place,
    )


def _day(said: Any) -> date | None:
    if not isinstance(said, Mapping):
        return None
    parts = (said.get("date-parts") or [[]])[0]
    if len(parts) == 3:
        return date(*parts)
    text = str(said.get("date-time") or "")[:10]
    return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None


def _pubmed(xml: str, place: Place) -> Iterator[Notice]:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(xml.encode(), parser)
    except etree.XMLSyntaxError as fault:
        raise ValueError("no XML") from fault
    for article in root.iterfind("PubmedArticle"):
        pmid = (article.findtext("MedlineCitation/PMID") or "").strip()
        for told in article.iterfind(".//CommentsCorrectionsList/CommentsCorrections"):
            nature = _PUBMED.get(told.get("RefType", ""))
            if nature is None:
                continue
            source = (told.findtext("RefSource") or "").strip()
            found = _DOI.search(source)
            yield Notice(
                nature=nature,
                doi="",
                pmid=pmid,
                title="",
                on=None,
                notice_doi=found[1].lower() if found else "",
                reason=source,
                place=place,
            )


def _trial(
    study: Mapping[str, Any], number: str, known: Mapping[str, str], place: Place
) -> Iterator[Notice]:
    now = trial_state(study.get("protocolSection") or {}) | (
        {"results": "posted"} if study.get("hasResults") else {}
    )
    changed = [
        f"{name} {now[name]} (before: {known.get(name, 'none')})"
        for name in now
        if known and now[name] != known.get(name)
    ]
    if changed:
        day = now.get("updated", "")
        yield Notice(
            nature=Nature.REGISTER_CHANGED,
            doi="",
            pmid="",
            title="",
            trial=number,
            on=date.fromisoformat(day) if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else None,
            notice_doi="",
            reason=", ".join(changed),
            place=place,
        )


def trial_state(protocol: Mapping[str, Any]) -> dict[str, str]:
    """Status and day of the last update in the `protocolSection` of a study."""
    status = protocol.get("statusModule")
    if not isinstance(status, Mapping):
        return {}
    updated = status.get("lastUpdatePostDateStruct")
    said = {
        "status": str(status.get("overallStatus") or ""),
        "updated": str(updated.get("date") or "") if isinstance(updated, Mapping) else "",
    }
    return {name: value for name, value in said.items() if value}
