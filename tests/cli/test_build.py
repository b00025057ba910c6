"""`review build` on real folders: whole or not at all, the same twice, and honest about faults."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from pipeline.cli.entry import main
from pipeline.document import first_manuscript
from pipeline.model.problem import ReviewError
from pipeline.store.outputs import put_outputs

PROTOCOL = """\
title: "{{ 7 * 7 }} <script>alert(1)</script> *Things*"
notice: Do not base practice on it.
questions:
  why: {text: "Why?"}
criteria:
  topic: {label: "Another topic, or none"}
outcomes:
  reoffending: {label: Later offending}
"""
RIS = """\
TY  - JOUR
TI  - =1+1 {{ n('x') }} <b>bold</b>
AU  - Aebi, M.
PY  - 2014
ER  -

TY  - JOUR
TI  - Another
AU  - Seto, M.
PY  - 2015
ER  -
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one review that has a protocol and the first manuscript, nothing else."""
    review = tmp_path / "reviews" / "things"
    review.mkdir(parents=True)
    (review / "protocol.yaml").write_text(PROTOCOL)
    (review / "manuscript.md").write_text(first_manuscript())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def add_records(project: Path) -> None:
    searches = project / "reviews" / "things" / "searches"
    searches.mkdir()
    (searches / "db-1.ris").write_text(RIS)
    sha256 = hashlib.sha256(RIS.encode()).hexdigest()
    (searches / "db-1.yaml").write_text(
        "source: PsycINFO\nkind: database\nsearched_on: 2015-11-02\ningested_on: 2015-11-03\n"
        f"export: db-1.ris\nsha256: {sha256}\n"
    )


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(["build", *words])
    code = left.value.code
    assert isinstance(code, int)
    return code


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def test_a_new_review_builds_in_every_format_and_twice_the_same(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("things") == 0
    made = files_of(project / "outputs" / "things")
    for suffix in ("html", "docx", "pdf", "md"):
        assert made[f"things.{suffix}"]
    for name in ("flow.svg", "flow.csv", "flow.json", "ledger.json", "included.ris"):
        assert name in made
    assert "tables/characteristics.csv" in made
    sums = json.loads(made.pop("manifest.json"))["files"]
    assert sums == {name: hashlib.sha256(content).hexdigest() for name, content in made.items()}
    page = made["things.html"].decode()
    assert "No records have been taken in yet." in page
    assert "<script>alert" not in page and "49" not in page.partition("<body")[2][:4000]
    assert "things.html" in capsys.readouterr().out
    before = files_of(project / "outputs" / "things")
    assert run("things") == 0
    assert files_of(project / "outputs" / "things") == before


def test_a_review_in_progress_says_so(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add_records(project)
    assert run("things", "--format", "md") == 0
    said = capsys.readouterr().out
    assert "The review is in progress: 2 records pending." in said
    text = (project / "outputs" / "things" / "things.md").read_text()
    assert "Two records were identified from one database" in text
    assert "2015-11-03" in text
    ledger = json.loads((project / "outputs" / "things" / "ledger.json").read_text())
    assert ledger["counts"]["database_results"] == 2
    assert [r["standing"] for r in ledger["records"]] == ["awaiting_screening"] * 2
    assert run("things", "--format", "md", "--until", "2015-11-02") == 0
    text = (project / "outputs" / "things" / "things.md").read_text()
    assert "No records have been taken in yet." in text


def test_the_next_step_is_told_from_the_first_record_to_the_edition(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add_records(project)

    def last_line() -> str:
        assert run("things", "--format", "md", "--kind", "full") == 0
        return capsys.readouterr().out.splitlines()[-1]

    assert last_line() == "Next: review status things"
    review = project / "reviews" / "things"
    with (review / "protocol.yaml").open("a") as protocol:
        protocol.write("screening: {reviewers_per_record: 1}\n")
    both, read = ("db-1:0001", "db-1:0002"), "full_text"
    said = [("screened", id, {"stage": "title_abstract", "verdict": "include"}) for id in both]
    said += [("retrieved", id, {"outcome": "obtained"}) for id in both]
    said += [("screened", id, {"stage": read, "verdict": "include"}) for id in both]
    (review / "decisions").mkdir()
    (review / "decisions" / "ada.jsonl").write_text(
        "".join(
            json.dumps({"event": e, "at": "2015-11-04T09:00:00+00:00", "record": id, **more}) + "\n"
            for e, id, more in said
        )
    )
    assert "write what you conclude into synthesis/findings.yaml" in last_line()
    (review / "synthesis").mkdir()
    (review / "synthesis" / "findings.yaml").write_text(
        "findings:\n  gap: {statement: Nobody looked, kind: gap, question: why}\n"
    )
    assert last_line().endswith("review publish things 1 --on YYYY-MM-DD --as NAME")


def test_a_fault_in_the_manuscript_leaves_what_was_made(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("things", "--format", "md") == 0
    before = files_of(project / "outputs")
    manuscript = project / "reviews" / "things" / "manuscript.md"
    manuscript.write_text("# One\n\n{{ n('records_screend') }}\n\n[@nobody]\n")
    capsys.readouterr()
    assert run("things", "--format", "md") == 1
    told = capsys.readouterr().err
    assert "reviews/things/manuscript.md:3: error: there is no count 'records_screend'" in told
    assert "Did you mean 'records_screened'?" in told
    assert "reviews/things/manuscript.md:5: error: nothing is cited as @nobody" in told
    assert "Nothing was made: 2 errors." in told
    assert files_of(project / "outputs") == before


def test_faults_for_programs(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "reviews" / "things" / "manuscript.md").write_text("{{ nothing }}\n")
    assert run("things", "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert said["made"] == []
    assert said["problems"][0]["place"]["line"] == 1


def test_faults_outside_the_manuscript_stop_the_build(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    synthesis = project / "reviews" / "things" / "synthesis"
    synthesis.mkdir()
    (synthesis / "findings.yaml").write_text(
        "findings:\n  few:\n    statement: Few\n    outcome: reofending\n    results: [a/b]\n"
    )
    assert run("things", "--format", "md") == 1
    told = capsys.readouterr().err
    assert "findings.yaml:4" in told and "Did you mean 'reoffending'?" in told
    assert "there is no result 'a/b'" in told


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--format", "htlm"], "Did you mean 'html'?"),
        (["--style", "none.csl"], "there is no style 'none.csl'"),
    ],
)
def test_refusals_name_what_was_meant(
    project: Path, words: list[str], what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("things", *words) == 2
    assert what in capsys.readouterr().err


def test_a_style_can_be_named_in_the_protocol(project: Path) -> None:
    protocol = project / "reviews" / "things" / "protocol.yaml"
    protocol.write_text(PROTOCOL + "style: house-numeric\n")
    references = project / "reviews" / "things" / "references.yaml"
    references.write_text("- {id: prisma, title: PRISMA, issued: 2021}\n")
    (project / "reviews" / "things" / "manuscript.md").write_text("As said [@prisma].\n")
    assert run("things", "--format", "md") == 0
    assert "1" in (project / "outputs/things/things.md").read_text().partition("As said")[2][:12]


def test_files_of_people_among_the_outputs_are_not_lost(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = project / "mine"
    place.mkdir()
    (place / "thesis.docx").write_bytes(b"years of work")
    assert run("things", "--format", "md", "--out", "mine") == 2
    assert "was not made by a build" in capsys.readouterr().err
    assert files_of(place) == {"thesis.docx": b"years of work"}


def test_outputs_that_somebody_changed_are_not_lost(tmp_path: Path) -> None:
    place = tmp_path / "out"
    put_outputs(place, {"a.docx": b"1", "tables/b.csv": b"2"})
    put_outputs(place, {"a.docx": b"3"})
    assert set(files_of(place)) == {"a.docx", "manifest.json"}
    (place / "a.docx").write_bytes(b"corrected by hand")
    with pytest.raises(ReviewError, match="was changed after it was made"):
        put_outputs(place, {"a.docx": b"4"})
    assert (place / "a.docx").read_bytes() == b"corrected by hand"


def test_litter_of_programs_stops_nothing(tmp_path: Path) -> None:
    place = tmp_path / "out"
    put_outputs(place, {"a.docx": b"1"})
    (place / ".~lock.a.docx#").write_bytes(b"x")
    (place / ".DS_Store").write_bytes(b"x")
    put_outputs(place, {"a.docx": b"2"})
    assert (place / "a.docx").read_bytes() == b"2"


class _Interrupted(Mapping[str, bytes]):
    """Outputs during whose writing somebody presses Ctrl-C, after the first file."""

    def __getitem__(self, name: str) -> bytes:
        if name == "b.html":
            raise KeyboardInterrupt
        return b"2"

    def __iter__(self) -> Iterator[str]:
        return iter(("a.html", "b.html"))

    def __len__(self) -> int:
        return 2


def test_ctrl_c_leaves_what_was_made(tmp_path: Path) -> None:
    place = tmp_path / "outputs" / "things"
    put_outputs(place, {"a.html": b"1", "b.html": b"1"})
    before = files_of(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        put_outputs(place, _Interrupted())
    assert files_of(tmp_path) == before


def test_a_full_disk_leaves_what_was_made(tmp_path: Path) -> None:
    place = tmp_path / "outputs" / "things"
    put_outputs(place, {"a.html": b"1", "z.html": b"1"})
    before = files_of(tmp_path)
    # a limit on the size of files makes the kernel refuse, as a full disk does
    script = (
        "import resource, sys; from pathlib import Path\n"
        "from pipeline.store.outputs import put_outputs\n"
        "from pipeline.model.problem import ReviewError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))\n"
        "try:\n"
        "    put_outputs(Path(sys.argv[1]), {'a.html': b'2', 'z.html': b'2' * 20_000})\n"
        "except ReviewError as refusal:\n"
        "    print(refusal)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(place)], capture_output=True, text=True, check=True
    )
    assert "cannot write" in done.stdout
    assert files_of(tmp_path) == before


def test_what_a_killed_build_left_is_swept_away(tmp_path: Path) -> None:
    place = tmp_path / "outputs" / "things"
    left = tmp_path / "outputs" / ".things.making-abc"
    (left / "old").mkdir(parents=True)
    (left / "old" / "a.html").write_bytes(b"1")
    sums = {"files": {"a.html": hashlib.sha256(b"1").hexdigest()}}
    (left / "old" / "manifest.json").write_text(json.dumps(sums))
    put_outputs(place, {"a.html": b"2"})
    assert [p.name for p in (tmp_path / "outputs").iterdir()] == ["things"]
    assert (place / "a.html").read_bytes() == b"2"
