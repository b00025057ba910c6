"""`review dedupe`: in a review every merge is a line that can be undone; files need no review."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

TITLE = "Early visual experience and the later reading of young people in care"
LINES = ("JO  - Journal of Care", "VL  - 29", "IS  - 3", "SP  - 312", "EP  - 329")


def entry(title: str, *lines: str, author: str = "Meyer, Anna", year: int = 2014) -> str:
    said = (f"TI  - {title}", f"AU  - {author}", f"PY  - {year}", *lines)
    return "TY  - JOUR\n" + "\n".join(said) + "\nER  - \n\n"


FIRST = entry(TITLE, *LINES) + entry("Another thing altogether, told at length", year=2001)
SECOND = (
    entry(TITLE.upper(), *LINES)
    + entry(TITLE, "JO  - Workshop on Libraries")
    + entry("A third thing that nobody else has written about")
)
A, B, DOUBTFUL = "one-2020-01-01:0001", "two-2021-01-01:0001", "two-2021-01-01:0002"


@pytest.fixture
def twice(review: Path, here: Path, run: Any) -> Path:
    """The review `r` with two searches: a sure pair, and a doubtful one."""
    (here / "one.ris").write_text(FIRST)
    (here / "two.ris").write_text(SECOND)
    assert run("ingest", "r", "one.ris", "--source", "one", "--on", "2020-01-01").code == 0
    assert run("ingest", "r", "two.ris", "--source", "two", "--on", "2021-01-01").code == 0
    return review


def lines(review: Path, name: str) -> list[dict[str, Any]]:
    log = review / "decisions" / f"{name}.jsonl"
    return [json.loads(x) for x in log.read_text().splitlines()] if log.exists() else []


def test_sure_pairs_are_merged_once_and_doubtful_ones_listed(twice: Path, run: Any) -> None:
    said = run("dedupe", "r", "--json").json
    assert [(p["record"], p["duplicate_of"]) for p in said["merged"]] == [(B, A)]
    assert [p["record"] for p in said["to_ask"]] == [DOUBTFUL]
    line, run_line = lines(twice, "automation")
    assert (run_line["event"], len(run_line["searches"])) == ("deduplicated", 2)
    assert line["event"] == "matched" and line["same"] and line["method"].startswith("duplicates ")
    assert line["reason"].startswith("title equal") and 0 <= float(line["doubt"]) < 0.1
    again = run("dedupe", "r", "--json").json
    assert again["merged"] == [] and again["duplicates"] == 1
    assert len(lines(twice, "automation")) == 2


def test_list_writes_nothing(twice: Path, run: Any) -> None:
    said = run("dedupe", "r", "--list")
    assert said.code == 0 and "1 would be merged" in said.out and DOUBTFUL in said.out
    assert "\x1b" not in said.out
    assert lines(twice, "automation") == []


def test_different_holds_for_ever_and_undo_lets_it_be_asked_again(twice: Path, run: Any) -> None:
    assert run("dedupe", "r", "--different", A, B, "--as", "ada").code == 0
    said = run("dedupe", "r", "--json").json
    assert said["merged"] == [] and said["duplicates"] == 0
    assert {p["record"] for p in said["to_ask"]} <= {DOUBTFUL}
    assert run("dedupe", "r", "--undo", f"{A}={B}", "--as", "ada").code == 0
    assert len(run("dedupe", "r", "--json").json["merged"]) == 1


def test_a_merge_that_a_person_takes_back_is_not_made_again(twice: Path, run: Any) -> None:
    run("dedupe", "r")
    assert run("dedupe", "r", "--undo", f"{B}={A}", "--as", "ada").code == 0
    said = run("dedupe", "r", "--json").json
    assert said["merged"] == [] and said["duplicates"] == 0
    assert run("dedupe", "r", "--same", A, B, "--as", "ada").code == 0
    assert run("dedupe", "r", "--json").json["duplicates"] == 1


def test_a_person_is_asked_side_by_side_and_may_undo(
    twice: Path, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("what\nd\n"))
    said = run("dedupe", "r", "--as", "ada")
    assert said.code == 0 and "What speaks: title equal" in said.out and "in          ≠" in said.out
    assert "title       =" in said.out
    (line,) = lines(twice, "ada")
    assert line["record"] == DOUBTFUL and line["duplicate_of"] == A and not line.get("same")
    after = run("dedupe", "r", "--as", "ada")
    assert "No pair is doubtful" in after.out


def test_undo_in_the_middle_asks_again(
    twice: Path, run: Any, monkeypatch: pytest.MonkeyPatch, here: Path
) -> None:
    (here / "three.ris").write_text(entry(TITLE, "JO  - Yearbook of Other Homes"))
    run("ingest", "r", "three.ris", "--source", "three", "--on", "2022-01-01")
    monkeypatch.setattr("sys.stdin", io.StringIO("s\nu\nt\nk\n"))
    said = run("dedupe", "r", "--as", "ada")
    assert said.code == 0 and "1 pair decided" in said.out
    events = [line["event"] for line in lines(twice, "ada")]
    assert events == ["matched", "withdrawn", "matched"]
    assert lines(twice, "ada")[-1]["reason"] == "same study, other report"


def test_a_pipe_that_ends_keeps_what_was_decided(
    twice: Path, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    said = run("dedupe", "r", "--as", "ada")
    assert said.code == 0 and "0 pairs decided, 1 left" in said.out


def test_refusals(twice: Path, run: Any) -> None:
    assert run("dedupe", "r", "--same", A, B).code == 2
    assert run("dedupe", "r", "--same", A, A, "--as", "ada").code == 2
    assert run("dedupe", "r", "--same", A, "nobody:0001", "--as", "ada").code == 2
    assert run("dedupe", "r", "--undo", "ffffffffffff", "--as", "ada").code == 2
    assert run("dedupe", "r", "--engine", "abacus").code == 2
    assert run("dedupe", "r", "--engine", "spark").code == 2
    assert run("dedupe", "--files", "nothing.ris").code == 2


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_files_without_a_review(here: Path, run: Any) -> None:
    (here / "a.ris").write_text(FIRST)
    (here / "b.ris").write_text(SECOND)
    said = run("dedupe", "--files", "a.ris", "b.ris", "--to", "out", "--json")
    assert said.code == 0
    assert (said.json["records"], said.json["kept"], said.json["duplicates"]) == (5, 4, 1)
    clusters = rows(here / "out" / "clusters.csv")
    assert list(clusters[0]) == ["file", "record_number", "record_id", "cluster_id"]
    assert [(c["file"], c["record_number"]) for c in clusters] == [
        ("a.ris", "1"), ("a.ris", "2"), ("b.ris", "1"), ("b.ris", "2"), ("b.ris", "3"),
    ]  # fmt: skip
    assert clusters[2]["cluster_id"] == clusters[0]["record_id"]
    assert len({c["cluster_id"] for c in clusters}) == 4
    assert (here / "out" / "deduplicated.ris").read_text().count("TY  - ") == 4
    assert len(rows(here / "out" / "deduplicated.csv")) == 4
    pairs = rows(here / "out" / "pairs.csv")
    assert [p["answer"] for p in pairs] == ["same", "ask"] and all(p["reason"] for p in pairs)


def test_a_labelled_set_keeps_its_ids(here: Path, run: Any) -> None:
    head = (
        "record_id,source,title,author,year,journal,volume,number,pages,doi,isbn_issn,abstract,"
        "accession,cluster_id\n"
    )
    same = f'"{TITLE}","Meyer, Anna; Okafor, Ben",2014,Journal of Care,29,3'
    (here / "set.csv").write_text(
        head
        + f"r9,PubMed,{same},312-29,10.1000/abc.12,,,99,w1\n"
        + f"r7,Embase,{same},312-329,,,,L5,w1\n"
        + "r8,Embase,Another thing told at length,X,2001,J,,,,,,,,w2\n"
    )
    assert run("dedupe", "--files", "set.csv", "--to", "out").code == 0
    clusters = rows(here / "out" / "clusters.csv")
    assert [(c["record_id"], c["cluster_id"]) for c in clusters] == [
        ("r9", "r9"), ("r7", "r9"), ("r8", "r8"),
    ]  # fmt: skip


def test_without_to_nothing_is_written(here: Path, run: Any) -> None:
    (here / "a.ris").write_text(FIRST)
    said = run("dedupe", "--files", "a.ris")
    assert "Nothing was written" in said.out and [p.name for p in here.iterdir()] == ["a.ris"]


SPARSE = entry("Ferry bells and the rest of sailors in winter", "JO  - Sea", "VL  - 4", "SP  - 11")
FULL = entry(
    "Ferry bells and the rest of sailors in winter", "JO  - Sea", "VL  - 4", "SP  - 11", "EP  - 19",
    "DO  - 10.5555/sea.11", "KW  - rest", "AB  - We asked sailors in winter.",
)  # fmt: skip


def test_the_kept_record_is_completed_in_files(here: Path, run: Any) -> None:
    (here / "a.ris").write_text(FIRST + SPARSE)
    (here / "b.ris").write_text(FULL)
    assert run("dedupe", "--files", "a.ris", "b.ris", "--to", "out").code == 0
    kept = (here / "out" / "deduplicated.ris").read_text()
    for line in ("DO  - 10.5555/sea.11", "EP  - 19", "AB  - We asked sailors in winter.", "rest"):
        assert line in kept
    taken = {(t["field"], t["taken_from"]) for t in rows(here / "out" / "completed.csv")}
    assert taken == {(f, "b:0001") for f in ("doi", "page", "abstract", "keyword")}


def test_the_kept_record_is_completed_wherever_it_is_shown(
    review: Path, here: Path, run: Any
) -> None:
    from pipeline.sessions.ranking import review_features
    from pipeline.store import open_review

    others = "".join(entry(f"Thing {n} told at length of its own", year=2001) for n in range(9))
    others += entry("Asked", "AB  - We asked sailors of another sea.")
    for name, text, day in (("a", SPARSE + others, "2020-01-01"), ("b", FULL, "2021-01-01")):
        (here / f"{name}.ris").write_text(text)
        assert run("ingest", "r", f"{name}.ris", "--source", name, "--on", day).code == 0
    alone = review_features(open_review("r"))[1]
    assert run("dedupe", "r").code == 0
    kept, copy = "a-2020-01-01:0001", "b-2021-01-01:0001"
    folder = open_review("r")
    whole = folder.records[kept]
    assert (whole.abstract, whole.doi, whole.page) == (
        "We asked sailors in winter.", "10.5555/sea.11", "11-19",
    )  # fmt: skip
    assert folder.as_read[kept].abstract == ""
    told = run("explain", "r", kept).out
    assert f"abstract is that of {copy}" in told and f"doi is that of {copy}" in told
    with_copies = review_features(folder)[1]
    assert with_copies.matrix.nnz > alone.matrix.nnz  # the ranking reads the abstract as well
    assert run("sheet", "r", "s.csv", "--as", "ada").code == 0
    assert "We asked sailors in winter." in (here / "s.csv").read_text()
    assert run("decide", "r", kept, "--as", "ada", "--verdict", "include").code == 0
    assert (
        run("decide", "r", kept, "--as", "ada", "--verdict", "include", "--stage", "full_text").code
        == 0
    )
    assert run("collate", "r", kept, "--study", "ash-2012", "--as", "ada").code == 0
    assert run("build", "r", "--out", "made", "--format", "markdown").code == 0
    assert "10.5555/sea.11" in (here / "made" / "included.ris").read_text()
    assert "We asked sailors" in (here / "made" / "included.bib").read_text()
    # the merge taken back, each stands alone again
    assert run("dedupe", "r", "--undo", f"{kept}={copy}", "--as", "ada").code == 0
    assert open_review("r").records[kept].doi == ""
    assert "rested on has changed: title or abstract" in run("check", "r").out  # it was shown whole


def test_a_verdict_before_the_merge_is_not_called_outdated(
    review: Path, here: Path, run: Any
) -> None:
    (here / "a.ris").write_text(SPARSE)
    assert run("ingest", "r", "a.ris", "--source", "a", "--on", "2020-01-01").code == 0
    vote = ("decide", "r", "a-2020-01-01:0001", "--as", "ada", "--verdict", "include")
    assert run(*vote).code == 0
    (here / "b.ris").write_text(FULL)
    assert run("ingest", "r", "b.ris", "--source", "b", "--on", "2021-01-01").code == 0
    assert run("dedupe", "r").code == 0
    assert open_record_has_abstract("a-2020-01-01:0001")
    assert "what this verdict rested on has changed" not in run("check", "r").out


def open_record_has_abstract(record: str) -> bool:
    from pipeline.store import open_review

    return bool(open_review("r").records[record].abstract)


TITLES = (
    "Sleep of sailors on long voyages in the northern winter",
    "Weaving patterns of mountain villages and their makers",
    "Honey and the memory of bees in orchards near the coast",
    "Bread prices, bakers and the morning queue in small towns",
)
MANY = "".join(entry(t, f"JO  - {name}") for t, name in zip(TITLES, "ABCD", strict=True))
COPIES = "".join(entry(t, "JO  - Yearbook of Homes") for t in TITLES)
WHY = "the journals differ"


@pytest.fixture
def alike(review: Path, here: Path, run: Any) -> Path:
    """The review `r` with four pairs that are doubtful for one reason."""
    for name, text, day in (("one", MANY, "2020-01-01"), ("two", COPIES, "2021-01-01")):
        (here / f"{name}.ris").write_text(text)
        assert run("ingest", "r", f"{name}.ris", "--source", name, "--on", day).code == 0
    return review


def test_the_list_tells_why_and_how_many(alike: Path, run: Any) -> None:
    said = run("dedupe", "r")
    assert "Doubtful: 4 pairs (500.0 per 1,000 records)" in said.out
    assert f"{WHY} (4 pairs)" in said.out
    assert f"--because '{WHY}' --answer different --as NAME" in said.out
    told = run("dedupe", "r", "--json").json
    assert told["asked_per_1000_records"] == 500.0
    assert [p["why_asked"] for p in told["to_ask"]] == [[WHY]] * 4


@pytest.mark.parametrize(
    ("answer", "same", "reason"),
    [
        ("same", True, ""),
        ("different", False, ""),
        ("same-study", False, "same study, other report"),
    ],
)
def test_one_answer_for_all_pairs_of_one_reason(
    alike: Path, run: Any, answer: str, same: bool, reason: str
) -> None:
    said = run("dedupe", "r", "--because", WHY, "--answer", answer, "--as", "ada")
    assert said.code == 0 and "4 pairs answered" in said.out
    told = lines(alike, "ada")
    assert [bool(x.get("same")) for x in told] == [same] * 4
    assert [x.get("reason", "") for x in told] == [reason] * 4
    after = run("dedupe", "r", "--json").json
    assert after["to_ask"] == [] and after["same_study_other_report"] == []
    assert after["duplicates"] == 4 * same
    # taken back in one go
    assert run("undo", "r", "--command", "--as", "ada", "--yes").code == 0
    assert len(run("dedupe", "r", "--json").json["to_ask"]) == 4


def test_one_answer_is_refused_where_it_fits_nothing(alike: Path, run: Any) -> None:
    wrong = run("dedupe", "r", "--because", "the moon", "--answer", "same", "--as", "ada")
    assert wrong.code == 2 and repr(WHY) in wrong.err
    assert run("dedupe", "r", "--because", WHY, "--as", "ada").code == 2
    assert run("dedupe", "r", "--because", WHY, "--answer", "same").code == 2
    assert not lines(alike, "ada")


def test_all_of_one_reason_while_being_asked_and_taken_back(
    alike: Path, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ("JO  - Journal of Care", "VL  - 29", "IS  - 3")
    text = "".join(entry(TITLE, *place, f"SP  - {page}") for page in (7, 90))
    Path("pages.ris").write_text(text)
    assert run("ingest", "r", "pages.ris", "--source", "pages", "--on", "2022-01-01").code == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("k\na\nq\nd\na\nd\n"))
    said = run("dedupe", "r", "--as", "ada")
    assert "Asked because the pages differ" in said.out and "a all 3 for this reason" in said.out
    assert "4 pairs decided, 1 left" in said.out
    assert len(lines(alike, "ada")) == 4
    assert run("undo", "r", "--since", "2020-01-01", "--as", "ada", "--yes").code == 0
    # the doubtful pair of another reason comes last, so what was said of all can be taken back
    monkeypatch.setattr("sys.stdin", io.StringIO("k\na\ns\n"))
    assert "4 pairs decided, 1 left" in run("dedupe", "r", "--as", "ada").out


def test_an_answer_for_all_is_taken_back_as_one(
    alike: Path, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = "TY  - JOUR\nTI  - Unheard songs of an island that nobody visits\nPY  - 2001\n"
    Path("last.ris").write_text(f"{bare}ER  - \n\n{bare}VL  - 4\nER  - \n")
    assert run("ingest", "r", "last.ris", "--source", "last", "--on", "2022-01-01").code == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("a\nd\nu\nq\n"))
    said = run("dedupe", "r", "--as", "ada").out
    assert "Asked because too little is known" in said
    assert "Taken back: 4 answers." in said and "0 pairs decided, 5 left" in said
