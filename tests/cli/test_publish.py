"""Editions: sealed once, rebuilt byte for byte whatever comes later, and checked."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from pipeline.cli.documents.build import outputs_of
from pipeline.cli.entry import _run
from pipeline.snapshot.settle import settle
from pipeline.store import open_review
from tests.cli.conftest import ris

DAY = "2020-03-01"


def log_line(day: str, record: str, verdict: str = "include") -> str:
    said = {
        "event": "screened",
        "at": f"{day}T09:00:00+00:00",
        "record": f"db-2020-01-01:{record}",
        "stage": "title_abstract",
        "verdict": verdict,
    }
    return json.dumps(said) + "\n"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the review `r`: four records of 2020-01-02, two votes, edition 1."""
    project = tmp_path_factory.mktemp("published")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        assert _run(["init", "r", "--title", "A review"]) == 0
        review = project / "reviews" / "r"
        protocol = (review / "protocol.yaml").read_text()
        one = protocol.replace("reviewers_per_record: 2", "reviewers_per_record: 1", 1)
        one = one.replace("Write the question of the review here", "What is there?")
        (review / "protocol.yaml").write_text(one)
        (project / "four.ris").write_text(ris("One", "Two", "Three", "Four"))
        assert _run(["ingest", "r", "four.ris", "--source", "db", "--on", "2020-01-01"]) == 0
        log = review / "searches" / "db-2020-01-01.yaml"
        told = log.read_text()
        today = next(x for x in told.splitlines() if x.startswith("ingested_on:"))
        log.write_text(told.replace(today, "ingested_on: 2020-01-02"))
        votes = log_line("2020-02-01", "0001") + log_line("2020-02-02", "0002", "exclude")
        (review / "decisions" / "ada.jsonl").write_text(votes)
        words = ["publish", "r", "1", "--on", DAY, "--as", "ada", "--note", "First, [x]"]
        assert _run(words) == 0
    return project


@pytest.fixture
def edition(published: Path, here: Path) -> Path:
    """A copy of it in the working folder."""
    shutil.copytree(published, here, dirs_exist_ok=True)
    return here / "reviews" / "r"


def markdown(until: str = DAY) -> dict[str, bytes]:
    day = date.fromisoformat(until) if until else None
    made, _, problems = outputs_of(open_review("r", until=day), day, ("markdown",))
    assert made is not None, problems
    return made


def test_an_edition_is_rebuilt_byte_for_byte_whatever_comes_later(edition, here, run):
    before = markdown()
    assert before["r.md"] == (here / "outputs" / "r-edition-1" / "r.md").read_bytes()
    protocol = edition / "protocol.yaml"
    protocol.write_text(protocol.read_text().replace("title: ", "title: Another ", 1))
    (edition / "manuscript.md").write_text("# All is new\n")
    log = edition / "searches" / "db-2020-01-01.yaml"
    log.write_text(log.read_text().replace("source: db", "source: Renamed"))
    (here / "more.ris").write_text(ris("Five", "Six"))
    assert run("ingest", "r", "more.ris", "--source", "late", "--on", "2020-02-20").code == 0
    with (edition / "decisions" / "ada.jsonl").open("a") as file:
        file.write(log_line("2020-02-03", "0003"))  # merged in from a branch, dated earlier
        file.write(log_line("2020-04-03", "0004"))
    (edition / "decisions" / "ben.jsonl").write_text(log_line("2020-02-04", "0001", "exclude"))
    assert markdown() == before
    assert run("verify", "r", "1").code == 0
    assert "late" not in before["r.md"].decode() and "All is new" in markdown("")["r.md"].decode()


def test_what_an_edition_does_not_count_goes_beyond_it(edition):
    with (edition / "decisions" / "ada.jsonl").open("a") as file:
        file.write(log_line("2020-02-03", "0003", "include"))
    now = settle(open_review("r").review).flow
    # no further search: the round goes on, and its boxes count what is decided since
    assert not now.is_update and not now.carried_over
    assert {str(s.standing): n for s, n in now.census.items()} == {
        "awaiting_retrieval": 2,
        "awaiting_screening": 1,
        "excluded_on_title_and_abstract": 1,
    }


@pytest.mark.parametrize(
    ("file", "what"),
    [
        ("editions/1/manuscript.md", "changed after"),
        ("editions/1/manifest.json", "signed off another manifest"),
        ("searches/db-2020-01-01.ris", "changed after"),
        ("editions/1/studies/x.yaml", "was not there when"),
    ],
)
def test_verify_names_whatever_was_changed(edition, run, file, what):
    path = edition / file
    path.parent.mkdir(exist_ok=True)
    path.write_bytes((path.read_bytes() if path.exists() else b"") + b"\n")
    said = run("verify", "r", "1", "--no-rebuild")
    assert said.code == 1
    assert f"{file}: error" in said.err and what in said.err


def test_verify_names_lost_decisions_and_exports(edition, run):
    (edition / "decisions" / "ada.jsonl").write_text(log_line("2020-02-01", "0001"))
    (edition / "searches" / "db-2020-01-01.ris").unlink()
    said = run("verify", "r", "1", "--no-rebuild", "--json")
    told = {p["place"]["file"]: p["what"] for p in said.json[0]["problems"]}
    assert said.code == 1
    assert "missing or changed" in told["reviews/r/decisions/ada.jsonl"]
    assert "not there any more" in told["reviews/r/searches/db-2020-01-01.ris"]


def test_sign_offs_and_a_withdrawal_are_added_lines(edition, run):
    lines = (edition / "editions.yaml").read_text()
    assert run("publish", "r", "1", "--as", "ben").code == 0
    assert "by ada, ben already" in run("publish", "r", "1", "--as", "ada").out
    assert run("publish", "r", "1", "--as", "ada", "--withdraw", "a table: {was} wrong").code == 0
    assert (edition / "editions.yaml").read_text().startswith(lines)
    (one,) = open_review("r").review.editions
    assert [s.by for s in one.signed_off] == ["ada", "ben"]
    assert one.note == "First, [x]"
    assert one.withdrawn_why == "a table: {was} wrong"
    assert not settle(open_review("r").review).flow.is_update
    assert "no edition" in run("status", "r").out
    assert markdown()["r.md"]
    assert run("verify", "r", "1", "--no-rebuild").code == 0


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["1", "--on", "2020-03-02", "--as", "ada"], "is sealed, as of 2020-03-01"),
        (["2", "--on", "2020-03-01", "--as", "ada"], "would not come after it"),
        (["2", "--as", "ada"], "which day"),
        (["2", "--on", "2999-01-01", "--as", "ada"], "still to come"),
        (["2", "--on", "2020-04-01"], "nobody signs"),
        (["7", "--as", "ada", "--withdraw", "x"], "there is no edition 7"),
    ],
)
def test_refusals(edition, run, words, what):
    said = run("publish", "r", *words)
    assert said.code == 2 and what in said.err


def test_an_edition_with_faults_is_not_published(edition, run):
    (edition / "manuscript.md").write_text("{{ n('none_such') }}\n")
    before = (edition / "editions.yaml").read_bytes()
    said = run("publish", "r", "2", "--on", "2020-05-01", "--as", "ada")
    assert said.code == 1 and "Nothing was published" in said.err
    assert (edition / "editions.yaml").read_bytes() == before
    assert not (edition / "editions" / "2").exists()


def test_a_stop_before_the_last_line_is_made_good_by_the_same_command(edition, run):
    listed = (edition / "editions.yaml").read_text()
    assert run("publish", "r", "2", "--on", "2020-05-01", "--as", "ada").code == 0
    (edition / "editions.yaml").write_text(listed)  # as if it had stopped before this line
    assert [e.number for e in open_review("r").sealed_editions] == [1]
    assert run("publish", "r", "2", "--on", "2020-05-01", "--as", "ada").code == 0
    assert run("verify", "r", "--no-rebuild").code == 0


@pytest.fixture
def updated(edition, here, run) -> Path:
    """The review `r` after edition 1: a search more, a study included, other words."""
    (here / "more.ris").write_text(ris("One", "Five"))
    assert run("ingest", "r", "more.ris", "--source", "late", "--on", "2020-05-20").code == 0
    stages = ("title_abstract", "full_text")
    lines = [log_line("2020-05-21", "0003").replace("title_abstract", stage) for stage in stages]
    with (edition / "decisions" / "ada.jsonl").open("a") as file:
        file.write("".join(lines))
    manuscript = (edition / "manuscript.md").read_text()
    (edition / "manuscript.md").write_text(
        f'{manuscript}\n# Changes\n\n{{{{ changes("1") }}}}\n\n{{{{ table("editions") }}}}\n\n'
        '{{ figure("flow_all") }}\n\n{{ figure("flow", edition="1") }}\n'
    )
    return edition


def test_the_write_up_says_what_changed_since_an_edition(updated):
    made = markdown("")
    text = " ".join(made["r-supplement.md"].decode().split())
    assert "This is what changed since edition 1 of 1 March 2020." in text
    assert "One further export brought 2 records" in text
    assert "One study is newly included" in text
    assert "The methods were not changed." in text
    assert "| Databases | 4 | 2 | 6 |" in text
    assert "all searches together" in text and "edition 1" in text


def test_an_edition_that_is_not_there_is_named_with_its_line(edition, run):
    (edition / "manuscript.md").write_text('One\n\n{{ changes("3") }}\n')
    said = run("build", "r", "--format", "md")
    assert said.code == 1
    assert "manuscript.md:3: error: there is no earlier edition '3'" in said.err


def test_diff_of_an_edition_and_now_for_people_and_programs(updated, here, run):
    said = run("diff", "r", "1", "--html", "d.html", "--markdown", "d.md")
    assert said.code == 0, said.err
    assert "records: 4 → 6" in said.out
    assert "new: db-2020-01-01:0003" in said.out.partition("Included studies")[2]
    assert "<ins>" in (here / "d.html").read_text()
    assert "## Sentences" in (here / "d.md").read_text()
    told = run("diff", "r", "1", "now", "--json").json
    assert told["before"] == {"name": "edition 1 of 2020-03-01", "until": "2020-03-01"}
    assert {c["aspect"] for c in told["changes"]} >= {"searches", "counts", "records", "studies"}
    assert any(s["kind"] == "added" and s["section"] == "Changes" for s in told["sentences"])
    only = run("diff", "r", "2020-03-01", "2020-04-01", "--only", "records", "--json").json
    assert only["changes"] == [] and only["sentences"] == []


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["9"], "there is no edition 9"),
        (["yesterday"], "no edition and no day"),
        (["2021-01-01", "2020-01-01"], "is later than"),
        (["1", "--only", "valeus"], "Did you mean 'values'?"),
    ],
)
def test_diff_refuses_what_cannot_be_compared(edition, run, words, what):
    said = run("diff", "r", *words)
    assert what in said.err and said.code == 2


def test_publish_refuses_what_is_no_review_yet_and_says_what_it_would_seal(here, run):
    assert run("init", "new", "--title", "T").code == 0
    day = ("--on", date.today().isoformat(), "--as", "ada")
    assert "has no search up to" in run("publish", "new", "1", *day).err
    (here / "x.ris").write_text(ris("One", "Two"))
    assert run("ingest", "new", "x.ris", "--source", "db", "--on", "2020-01-01").code == 0
    assert "asks the question of the template" in run("publish", "new", "1", *day).err
    protocol = here / "reviews" / "new" / "protocol.yaml"
    protocol.write_text(protocol.read_text().replace("Write the question of the review here", "Q?"))
    logs = here / "reviews" / "new" / "decisions"
    logs.mkdir(exist_ok=True)
    record = next(iter(open_review("new").review.entries.values()))[0].partition(":")[2]
    (logs / "ada.jsonl").write_text(log_line("2020-02-01", record, "include"))
    (logs / "ben.jsonl").write_text(log_line("2020-02-01", record, "exclude"))
    said = run("publish", "new", "1", *day)
    assert said.code == 2 and "1 conflict between reviewers is open" in said.err
    told = run("publish", "new", "1", *day, "--open-conflicts", "--dry-run")
    assert told.code == 0 and "would seal:" in told.out and "manuscript.md" in told.out
    assert "Nothing was written." in told.out
    assert not (here / "reviews" / "new" / "editions").exists()
    done = run("publish", "new", "1", *day, "--open-conflicts")
    assert done.code == 0
    assert done.err.index("manuscript.md") < done.err.index("Making the documents")


def test_an_edited_manuscript_is_a_draft_after_its_edition(edition, here, run):
    assert "edition 1 of" in run("status", "r").out and "draft" not in run("status", "r").out
    (edition / "manuscript.md").write_text("# All is new\n")
    assert "draft after edition 1" in run("status", "r").out
    assert b"Draft after edition 1 of" in markdown("")["r.md"]
