"""`review bundle`: all that others need, nothing that must not be shared, the same bytes twice."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import pytest

from pipeline.cli.documents.build import outputs_of
from pipeline.model.decision import Screened
from pipeline.notation.decision_lines import read_decisions
from pipeline.notation.pseudonyms import Renaming, pseudonyms
from pipeline.snapshot.settle import settle
from pipeline.store import open_review

QUOTE = "fewer offences than the other young people"
NAMES = ("zelda", "quentin", "xaver")


@pytest.fixture
def shared(records: Path, here: Path, run) -> Path:
    """The review `r` with people of rare names in every place that names people, and a quote."""
    protocol = records / "protocol.yaml"
    text = protocol.read_text()
    plan = next(line for line in text.splitlines() if line.strip().startswith("reviewers:"))
    protocol.write_text(text.replace(plan, f"  reviewers: [{', '.join(NAMES)}]", 1))
    for name, stage in (("zelda", "title_abstract"), ("quentin", "full_text")):
        words = ["--as", name, "--verdict", "include", "--stage", stage, "--note", "as Xaver said"]
        assert run("decide", "r", "db-2020-01-01:0001", *words).code == 0
    (records / "studies").mkdir(exist_ok=True)
    study = records / "studies" / "smith-2015.yaml"
    study.write_text(
        "title: Smith 2015\nform: general\nform_version: 1\nreports: [db-2020-01-01:0001]\n"
        "basis: abstract\nextracted_by: zelda\nextracted_on: 2020-02-01\n"
        f"note: {QUOTE}, says Zelda\n"
        f'sources: [{{report: "db-2020-01-01:0001", page: abstract, quote: "{QUOTE}"}}]\n'
        f"# {QUOTE}\n"
    )
    (records / "fulltexts").mkdir()
    (records / "fulltexts" / "a.pdf").write_bytes(b"%PDF-1.4 secret")
    manuscript = records / "manuscript.md"
    manuscript.write_text(manuscript.read_text() + "\nWe thank xaver.\n")
    return records


def opened(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {i.filename.partition("/")[2]: archive.read(i) for i in archive.infolist()}


def text_of(content: bytes) -> str:
    """What may be read in a file, in a document of Word as well."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "".join(
                archive.read(name).decode("utf-8", "ignore") for name in archive.namelist()
            )
    return content.decode("utf-8", "ignore")


def test_no_name_no_quote_and_no_full_text_is_in_the_bundle(shared, here, run):
    whole = run("bundle", "r", "--out", "whole.zip")
    assert whole.code == 0, whole.err
    plain = opened(here / "whole.zip")
    assert any(QUOTE in text_of(c) for c in plain.values())
    assert any("zelda" in text_of(c) for c in plain.values())
    said = run("bundle", "r", "--pseudonyms", "--no-quotes", "--out", "a.zip", "--json")
    assert said.code == 0, said.err
    files = opened(here / "a.zip")
    for name, content in files.items():
        text = " ".join(text_of(content).split())
        assert QUOTE not in text, name
        assert not [n for n in NAMES if n in text.casefold()], name
        assert not [n for n in NAMES if n in name]
        assert b"%PDF-1.4 secret" not in content
    assert said.json["look_at"] == []
    assert "reviews/r/decisions/reviewer-c.jsonl" in files


def test_the_same_review_gives_the_same_bytes(shared, here, run):
    for name in ("a.zip", "b.zip"):
        assert run("bundle", "r", "--pseudonyms", "--out", name).code == 0
    assert (here / "a.zip").read_bytes() == (here / "b.zip").read_bytes()


def test_a_bundle_with_exports_is_a_review_that_builds_the_same_documents(shared, here, run):
    assert run("bundle", "r", "--pseudonyms", "--with-exports", "--out", "a.zip").code == 0
    with zipfile.ZipFile(here / "a.zip") as archive:
        archive.extractall(here / "unpacked")
    inside = here / "unpacked" / "r"
    folder = open_review(str(inside / "reviews" / "r"))
    before = settle(open_review("r").review)
    after = settle(folder.review)
    assert {r: p.standing for r, p in after.positions.items()} == {
        r: p.standing for r, p in before.positions.items()
    }
    made, _, problems = outputs_of(folder, None, ("markdown",))
    assert made is not None, problems
    assert made["r.md"] == (inside / "documents" / "r.md").read_bytes()


def test_the_descriptions_describe_what_is_there(shared, here, run):
    assert run("bundle", "r", "--licence", "CC-BY-4.0", "--out", "a.zip").code == 0
    files = opened(here / "a.zip")
    package = json.loads(files["datapackage.json"])
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    names = [resource["name"] for resource in package["resources"]]
    assert len(names) == len(set(names))
    for resource in package["resources"]:
        content = files[resource["path"]]
        assert resource["bytes"] == len(content)
        if "schema" in resource:
            rows = list(csv.reader(io.StringIO(content.decode())))
            assert rows[0] == [field["name"] for field in resource["schema"]["fields"]]
            for key in resource["schema"].get("foreignKeys", ()):
                assert key["reference"]["resource"] in names
    crate = json.loads(files["ro-crate-metadata.json"])["@graph"]
    ids = [entity["@id"] for entity in crate]
    assert len(ids) == len(set(ids))
    root = next(entity for entity in crate if entity["@id"] == "./")
    assert {part["@id"] for part in root["hasPart"]} <= set(ids)
    assert files["CITATION.cff"].startswith(b"cff-version: 1.2.0\n")
    assert b"license: CC-BY-4.0" in files["CITATION.cff"]


def test_refusals(shared, run):
    assert "is no licence" in run("bundle", "r", "--licence", "CC BY").err
    assert "there is no edition 4" in run("bundle", "r", "--edition", "4").err
    (shared / "manuscript.md").write_text("{{ n('nothing') }}\n")
    assert "the documents cannot be made: 1 error" in run("bundle", "r").err


def test_undoings_follow_the_decisions_that_were_renamed(tmp_path):
    from pipeline.model.decision import Screened, Stage, Verdict, Withdrawn
    from pipeline.store.files import append_decisions
    from tests.store.test_writing import NOW

    said = {"record": "s:0001", "stage": Stage.TITLE_ABSTRACT, "verdict": Verdict.INCLUDE}
    log = tmp_path / "zelda.jsonl"
    (vote,) = append_decisions(log, "zelda", [(Screened, said)], NOW)
    (undo,) = append_decisions(log, "zelda", [(Withdrawn, {"undoes": vote.id})], NOW)
    append_decisions(log, "zelda", [(Withdrawn, {"undoes": undo.id, "note": "Zelda again"})], NOW)
    names = pseudonyms(["zelda", "reviewer-1", "automation"])
    assert "automation" not in names and not set(names) & set(names.values())
    renaming = Renaming(names, {"zelda": log.read_bytes()})
    new = read_decisions(renaming.log(log.read_bytes()), names["zelda"], "x").decisions
    assert [d.undoes for d in new[1:]] == [new[0].id, new[1].id]
    assert [renaming.id(vote.id), renaming.id(undo.id)] == [new[0].id, new[1].id]
    assert "elda" not in new[2].note


def test_who_is_named_in_any_role_has_another_name_and_claims_stay_confirmed(shared, here, run):
    """Extractors with drafts, a second person, who left, and a claim that somebody confirmed."""
    study = shared / "studies" / "smith-2015.yaml"
    text = study.read_text().replace("extracted_by: zelda", "extracted_by: Odile, pavel")
    text += "reconciled_by: rashid\nreconciled_on: 2020-02-02\n"
    study.write_text(text)
    for person in ("odile", "pavel"):
        draft = shared / "studies" / "drafts" / person / "smith-2015.yaml"
        draft.parent.mkdir(parents=True)
        draft.write_text(text.replace("Odile, pavel", person))
    left = {"event": "handed_over", "at": "2020-03-01T09:00:00+00:00", "leaver": "sunniva"}
    line = json.dumps({**left, "to": "tarek", "stage": "full_text"})
    with (shared / "decisions" / "zelda.jsonl").open("a") as log:
        log.write(line + "\n")
    manuscript = shared / "manuscript.md"
    claim = '\n{% claim "one", "n:records_screened" %}Something came in{% endclaim %}.\n'
    manuscript.write_text(manuscript.read_text() + claim)
    assert run("confirm", "r", "one", "--as", "uta").code == 0
    said = run(
        "bundle", "r", "--pseudonyms", "--no-quotes", "--with-exports", "--out", "a.zip", "--json"
    )
    assert said.code == 0, said.err
    files = opened(here / "a.zip")
    for name, content in files.items():
        text = text_of(content).casefold()
        for person in (*NAMES, "odile", "pavel", "rashid", "sunniva", "tarek", "uta"):
            assert not re.search(rf"\b{person}\b", f"{name} {text}"), (person, name)
    assert sum("studies/drafts/" in name for name in files) == 2
    with zipfile.ZipFile(here / "a.zip") as archive:
        archive.extractall(here / "unpacked")
    folder = open_review(str(here / "unpacked" / "r" / "reviews" / "r"))
    _, _, problems = outputs_of(folder, None, ("markdown",))
    assert not [p for p in problems if p.check == "confirmed"]


def test_the_title_of_a_report_is_no_quote(shared, here, run):
    title = next(iter(open_review("r").records.values())).title
    study = shared / "studies" / "smith-2015.yaml"
    study.write_text(study.read_text().replace(QUOTE, title))
    manuscript = shared / "manuscript.md"
    manuscript.write_text(manuscript.read_text() + f"\nIts title is: {title}.\n")
    said = run("bundle", "r", "--no-quotes", "--out", "a.zip", "--json")
    assert said.code == 0, said.err
    assert said.json["look_at"] == []
    files = opened(here / "a.zip")
    assert title in files["reviews/r/manuscript.md"].decode()
    assert f"quote: {title}" not in files["reviews/r/studies/smith-2015.yaml"].decode()


def test_no_vote_that_is_blind_leaves_with_a_bundle(records, here, run):
    protocol = records / "protocol.yaml"
    text = protocol.read_text()
    plan = next(line for line in text.splitlines() if line.strip().startswith("reviewers:"))
    text = re.sub(r"^(\s*reviewers_per_record:) \d", r"\1 2", text, flags=re.M)
    protocol.write_text(text.replace(plan, "  reviewers: [zelda, quentin]", 1))

    def vote(person: str, number: str, note: str) -> None:
        words = ["--as", person, "--stage", "title_abstract", "--note", note]
        said = run("decide", "r", f"db-2020-01-01:{number}", "--verdict", "include", *words)
        assert said.code == 0, said.err

    for person in ("zelda", "quentin"):
        vote(person, "0001", "settled by both")
    vote("zelda", "0002", "a blind thought")
    vote("zelda", "0003", "a blind thought taken back")
    assert run("undo", "r", "--last", "--as", "zelda").code == 0
    extracted = (
        "title: A study\nform: general\nform_version: 1\nreports: [db-2020-01-01:0001]\n"
        "basis: abstract\nextracted_by: zelda\n"
    )
    drafts = records / "studies" / "drafts" / "zelda"
    drafts.mkdir(parents=True)
    for path in (drafts / "open-1.yaml", drafts / "done-1.yaml", drafts.parents[1] / "done-1.yaml"):
        path.write_text(extracted)
    said = run("bundle", "r", "--with-exports", "--out", "a.zip", "--json")
    assert said.code == 0, said.err
    assert (said.json["blind_votes_left_out"], said.json["open_drafts_left_out"]) == (2, 1)
    files = opened(here / "a.zip")
    assert not [name for name, content in files.items() if "blind thought" in text_of(content)]
    assert "reviews/r/studies/drafts/zelda/done-1.yaml" in files
    assert "reviews/r/studies/drafts/zelda/open-1.yaml" not in files
    left = read_decisions(files["reviews/r/decisions/zelda.jsonl"], "zelda", "x").decisions
    assert [(type(d), d.record, d.note) for d in left] == [
        (Screened, "db-2020-01-01:0001", "settled by both")
    ]
    rows = list(csv.DictReader(io.StringIO(files["data/decisions.csv"].decode("utf-8-sig"))))
    assert {row["record"] for row in rows if row["reviewer"] == "zelda"} == {"db-2020-01-01:0001"}
    told = run("bundle", "r", "--out", "b.zip")
    assert "Left out 2 votes on records that wait for another reviewer's" in told.err
    assert "Left out 1 draft of studies" in told.err
    vote("quentin", "0002", "now both")
    vote("quentin", "0003", "still blind")
    vote("zelda", "0003", "now both")
    said = run("bundle", "r", "--out", "c.zip", "--json")
    assert said.json["blind_votes_left_out"] == 0
