"""A review for other programs: FHIR resources, the metadata of a deposit at Zenodo.

Sources: HL7 FHIR R5 (https://hl7.org/fhir/R5/citation.html, …/evidence.html); Zenodo's deposit
metadata (https://developers.zenodo.org/#representation).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.document.finding_words import votes_in_words, votes_of
from pipeline.model.finding import Certainty, Finding
from pipeline.model.record import Record
from pipeline.notation.safe_text import for_json
from pipeline.render.packaging import About
from pipeline.snapshot import Snapshot

_DOI, _PUBMED = "https://doi.org", "https://pubmed.ncbi.nlm.nih.gov"
_CERTAINTY = "http://terminology.hl7.org/CodeSystem/certainty-rating"
_CERTAINTY_TYPE = "http://terminology.hl7.org/CodeSystem/certainty-type"
_ROLE = "http://terminology.hl7.org/CodeSystem/variable-role"
_CODE: Mapping[Certainty, str] = {
    Certainty.HIGH: "high",
    Certainty.MODERATE: "moderate",
    Certainty.LOW: "low",
    Certainty.VERY_LOW: "very-low",
}


def fhir_bundle(snapshot: Snapshot) -> bytes:
    """A FHIR R5 Bundle: a Citation for each report of an included study, an Evidence a finding.

    An Evidence names the Citations of the studies that it rests on. Gaps are findings without
    evidence and stand in none. No abstract and no quote is in it.
    """
    ids = {
        record: _id("citation", record)
        for reports in snapshot.ledger.studies.values()
        for record in reports
        if record in snapshot.records
    }
    resources = [
        *(_citation(snapshot.records[record], id) for record, id in ids.items()),
        *_evidence(snapshot, ids),
    ]
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"fullUrl": f"urn:review:{snapshot.review.slug}:{one['id']}", "resource": one}
            for one in resources
        ],
    }
    return _json({key: value for key, value in bundle.items() if value})


def _id(kind: str, name: str) -> str:
    """An id as FHIR allows it: at most 64 letters, digits, `-` and `.`."""
    return f"{kind}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def _citation(record: Record, id: str) -> dict[str, Any]:
    identifiers = [
        {"system": system, "value": value}
        for system, value in ((_DOI, record.doi), (_PUBMED, record.pmid))
        if value
    ]
    form = {
        "publishedIn": {"title": record.container_title} if record.container_title else None,
        "volume": record.volume,
        "issue": record.issue,
        "articleDate": f"{record.year:04d}" if record.year else "",
        "pageString": record.page,
    }
    artifact = {
        "identifier": identifiers,
        "title": [{"text": record.title}] if record.title else [],
        "publicationForm": [_given(form)] if _given(form) else [],
        "contributorship": {"summary": [{"value": "; ".join(map(str, record.author))}]}
        if record.author
        else None,
    }
    return _given(
        {
            "resourceType": "Citation",
            "id": id,
            "status": "active",
            "title": record.title or record.id,
            "identifier": [{"system": "urn:review:record", "value": record.id}],
            "citedArtifact": _given(artifact),
        }
    )


def _evidence(snapshot: Snapshot, ids: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    labels = {o.id: o.label for o in snapshot.review.protocol.outcomes}
    for finding in snapshot.synthesis.findings.values():
        if not finding.all_studies:
            continue
        votes = votes_of(finding, snapshot)
        outcome = labels.get(finding.outcome, finding.outcome) or finding.statement
        reports = [
            record
            for study in finding.all_studies
            for record in snapshot.ledger.studies.get(study, ())
        ]
        yield _given(
            {
                "resourceType": "Evidence",
                "id": _id("evidence", finding.id),
                "identifier": [{"system": "urn:review:finding", "value": finding.id}],
                "status": "active",
                "title": finding.id,
                "description": finding.statement,
                "note": [{"text": votes_in_words(votes)}] if votes.studies else [],
                "relatedArtifact": [
                    {"type": "derived-from", "resourceReference": {"reference": f"Citation/{id}"}}
                    for id in (ids[r] for r in reports if r in ids)
                ],
                "variableDefinition": _variables(finding, outcome),
                "certainty": _certainty(finding),
            }
        )


def _variables(finding: Finding, outcome: str) -> list[dict[str, Any]]:
    found = [{"description": outcome, "variableRole": _coded(_ROLE, "measuredVariable")}]
    if finding.comparison:
        found.append({"description": finding.comparison, "variableRole": _coded(_ROLE, "exposure")})
    return found


def _certainty(finding: Finding) -> list[dict[str, Any]]:
    if finding.certainty is None:
        return []
    return [
        {
            "type": _coded(_CERTAINTY_TYPE, "Overall"),
            "rating": _coded(_CERTAINTY, _CODE[finding.certainty]),
            "note": [{"text": reason.why} for reason in finding.reasons if reason.why],
        }
    ]


def _coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def _given(value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: inner for key, inner in value.items() if inner not in (None, "", [], {})}


def zenodo_metadata(about: About) -> bytes:
    """`.zenodo.json`: what a deposit of the bundle at Zenodo is filled in with."""
    creators = [
        _given({"name": name, "orcid": orcid.rpartition("/")[2]}) for name, orcid in about.authors
    ]
    said = {
        "upload_type": "dataset",
        "title": about.title,
        "description": about.description,
        "creators": creators or [{"name": "The authors of the review"}],
        "publication_date": about.day,
        "version": about.version if about.version != "0" else "",
        "license": about.licence.lower(),
        "access_right": "open" if about.licence else "",
        "keywords": list(about.keywords),
    }
    return _json(_given(said))


def _json(value: Any) -> bytes:
    return for_json(json.dumps(value, ensure_ascii=False, indent=2)).encode() + b"\n"
