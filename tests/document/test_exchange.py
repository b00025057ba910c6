"""What other programs are given is sound by their own libraries, and is what the review says."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from fhir.resources.bundle import Bundle
from rocrate.rocrate import ROCrate

from pipeline.cli.entry import _run
from pipeline.document.exchange import fhir_bundle
from pipeline.sessions.snapshots import snapshot_of
from pipeline.store import open_review

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def snapshot():
    return snapshot_of(open_review(str(PROJECT / "reviews" / "ta-hsb")))[0]


def test_fhir_resources_are_sound_and_lead_back_to_records(snapshot):
    made = fhir_bundle(snapshot)
    Bundle.model_validate_json(made)
    resources = [entry["resource"] for entry in json.loads(made)["entry"]]
    citations = {r["id"]: r for r in resources if r["resourceType"] == "Citation"}
    reports = [r for reports in snapshot.ledger.studies.values() for r in reports]
    assert [c["identifier"][0]["value"] for c in citations.values()] == reports
    for citation in citations.values():
        record = snapshot.records[citation["identifier"][0]["value"]]
        assert citation["title"] == record.title
    findings = {f.id: f for f in snapshot.synthesis.findings.values() if f.all_studies}
    evidence = {r["title"]: r for r in resources if r["resourceType"] == "Evidence"}
    assert set(evidence) == set(findings)
    for id, finding in findings.items():
        assert evidence[id]["description"] == finding.statement
        told = [a["resourceReference"]["reference"] for a in evidence[id]["relatedArtifact"]]
        named = [
            citations[reference.removeprefix("Citation/")]["identifier"][0]["value"]
            for reference in told
        ]
        assert named == [r for s in finding.all_studies for r in snapshot.ledger.studies[s]]
        rated = [c["rating"]["coding"][0]["code"] for c in evidence[id].get("certainty", ())]
        assert rated == ([str(finding.certainty).replace("_", "-")] if finding.certainty else [])


def test_a_bundle_is_a_crate_and_fills_in_a_deposit(tmp_path, monkeypatch):
    monkeypatch.chdir(PROJECT)
    out = tmp_path / "made.zip"
    assert _run(["bundle", "ta-hsb", "--licence", "CC-BY-4.0", "--out", str(out)]) == 0
    with zipfile.ZipFile(out) as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "ta-hsb"
    crate = ROCrate(folder)
    assert crate.root_dataset["license"].id == "https://spdx.org/licenses/CC-BY-4.0"
    files = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    parts = {part.id for part in crate.root_dataset["hasPart"]}
    assert parts == files - {"ro-crate-metadata.json"}
    deposit = json.loads((folder / ".zenodo.json").read_text("utf-8"))
    assert deposit["license"] == "cc-by-4.0" and deposit["access_right"] == "open"
    assert deposit["creators"] and deposit["title"]
