"""`review collate`: reports of one study, the primary one first, the basis kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

IDS = [f"db-2020-01-01:000{n}" for n in range(1, 5)]


@pytest.fixture
def included(records: Path, decide: Any) -> Path:
    """The review `r` with :0001 to :0003 included and :0004 excluded on title."""
    for number in ("0001", "0002", "0003"):
        decide(number, "include")
        decide(number, "include", "full_text")
    decide("0004", "exclude")
    return records


def studies(run: Any) -> Any:
    return run("collate", "r", "--list", "--json").json


def said_lines(review: Path) -> list[dict[str, Any]]:
    said = [json.loads(x) for x in (review / "decisions/ada.jsonl").read_text().splitlines()]
    return [x for x in said if x["event"] == "collated"]


def test_reports_are_put_together_and_parted_again(included: Path, run: Any) -> None:
    assert studies(run) == {"studies": {}, "not_placed": IDS[:3]}
    said = run(
        *("collate", "r", IDS[0], IDS[1], "--study", "doe-2015", "--as", "ada"),
        *("--basis", "same sample"),
    )
    assert said.code == 0 and "1 report not yet placed" in said.out
    assert studies(run) == {"studies": {"doe-2015": IDS[:2]}, "not_placed": [IDS[2]]}
    assert run("status", "r", "--json").json["studies"].keys() == {"doe-2015", IDS[2]}
    said = run("collate", "r", IDS[0], "--study", "doe-2015", "--apart", "--as", "ada")
    assert said.code == 0
    assert studies(run) == {"studies": {"doe-2015": [IDS[1]]}, "not_placed": [IDS[0], IDS[2]]}


def test_the_primary_report_comes_first_and_there_is_one(included: Path, run: Any) -> None:
    arguments = ("--study", "doe-2015", "--as", "ada")
    run("collate", "r", *IDS[:3], *arguments, "--basis", "same sample")
    run("collate", "r", IDS[2], *arguments, "--primary")
    assert studies(run)["studies"]["doe-2015"][0] == IDS[2]
    run("collate", "r", IDS[1], *arguments, "--primary")
    assert studies(run)["studies"]["doe-2015"][0] == IDS[1]
    latest = {x["record"]: x for x in said_lines(included)}
    assert [i for i in IDS[:3] if latest[i].get("primary")] == [IDS[1]]
    assert {x["basis"] for x in latest.values()} == {"same sample"}


def test_one_report_may_tell_of_two_studies(included: Path, run: Any) -> None:
    run("collate", "r", IDS[0], "--study", "a", "--as", "ada")
    refused = run("collate", "r", IDS[0], "--study", "b", "--as", "ben")
    assert refused.code == 2 and f"{IDS[0]} is the primary report of a" in refused.err
    assert "--both" in refused.err and "--move" in refused.err
    assert studies(run)["studies"] == {"a": [IDS[0]]}
    assert run("collate", "r", IDS[0], "--study", "b", "--as", "ben", "--both").code == 0
    assert studies(run)["studies"] == {"a": [IDS[0]], "b": [IDS[0]]}
    # said once, it is not asked again
    assert run("collate", "r", IDS[0], "--study", "b", "--as", "ben", "--basis", "x").code == 0


def test_a_report_that_was_put_with_the_wrong_study_is_moved(included: Path, run: Any) -> None:
    run("collate", "r", IDS[0], IDS[1], "--study", "a", "--basis", "x", "--as", "ada")
    said = run("collate", "r", IDS[1], "--study", "b", "--as", "ben", "--move")
    assert said.code == 0 and studies(run)["studies"] == {"a": [IDS[0]], "b": [IDS[1]]}
    assert run("undo", "r", "--command", "--as", "ben", "--yes").code == 0
    assert studies(run)["studies"] == {"a": IDS[:2]}


def test_a_new_study_is_told_with_the_one_that_may_be_meant(included: Path, run: Any) -> None:
    first = run("collate", "r", IDS[0], "--study", "doe-2015", "--as", "ada")
    assert "doe-2015 is a new study." in first.err and "--basis" not in first.err
    second = run("collate", "r", IDS[1], "--study", "doe-2016", "--as", "ada")
    assert "Did you mean 'doe-2015'" in second.err


def test_what_shows_that_reports_belong_together_is_asked_where_there_are_several(
    included: Path, run: Any
) -> None:
    said = run("collate", "r", IDS[0], IDS[1], "--study", "doe-2015", "--as", "ada")
    assert "again with --basis" in said.err


def test_undone_links_do_not_count(included: Path, run: Any) -> None:
    run("collate", "r", IDS[0], "--study", "a", "--as", "ada")
    run("undo", "r", "--last", "--as", "ada")
    assert studies(run)["studies"] == {}
    said = run("collate", "r", IDS[0], "--study", "a", "--apart", "--as", "ada")
    assert said.code == 2 and "does not belong" in said.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((IDS[0], "--as", "ada"), "--study NAME"),
        ((IDS[0], "--study", "a"), "--as NAME"),
        ((IDS[0], "--study", "Doe 2015", "--as", "ada"), "'doe-2015'"),
        ((IDS[0], "--study", "../a", "--as", "ada"), "'a'"),
        ((IDS[0], IDS[1], "--study", "a", "--primary", "--as", "ada"), "one primary"),
        ((IDS[0], "--study", "a", "--primary", "--apart", "--as", "ada"), "do not go together"),
        ((IDS[0], IDS[3], "--study", "a", "--as", "ada"), "excluded on title and abstract"),
        ((IDS[0], "--study", "a", "--apart", "--as", "ada"), "does not belong"),
        (("db-2020-01-01:7", "--study", "a", "--as", "ada"), "no record"),
        ((IDS[0], "--list"), "--list"),
    ],
)
def test_what_is_not_clear_is_refused_and_not_written(
    included: Path, run: Any, arguments: tuple[str, ...], words: str
) -> None:
    said = run("collate", "r", *arguments)
    assert said.code == 2 and words in said.err
    assert said_lines(included) == []


def test_the_list_is_legible(included: Path, run: Any) -> None:
    run("collate", "r", IDS[0], IDS[1], "--study", "doe-2015", "--as", "ada")
    told = run("collate", "r", "--list").out
    assert "doe-2015: 2 reports" in told and "Doe 2015. One" in told and "[primary]" in told
    assert f"review collate r {IDS[2]} --study STUDY" in told


def test_a_duplicate_is_written_for_the_record_kept(
    included: Path, run: Any, same_report: Any
) -> None:
    same_report("0002", "0001")
    said = run("collate", "r", IDS[1], IDS[2], "--study", "a", "--as", "ada")
    assert said.code == 0 and f"{IDS[1]} is a duplicate: written for {IDS[0]}" in said.err
    assert studies(run)["studies"] == {"a": [IDS[0], IDS[2]]}
    assert [x["record"] for x in said_lines(included)] == [IDS[0], IDS[2]]


def test_the_overlap_of_two_studies_is_recorded_answered_and_undone(
    included: Path, run: Any
) -> None:
    run("collate", "r", IDS[0], "--study", "a", "--as", "ada", "--basis", "x")
    run("collate", "r", IDS[1], "--study", "b", "--as", "ada", "--basis", "x")
    words = ("collate", "r", "--study", "a", "--as", "ada")
    assert run(*words, "--overlaps", "b").code == 2  # nothing shows it
    assert run(*words, "--overlaps", "c", "--basis", "x").code == 2
    assert run(*words, "--overlaps", "a", "--basis", "x").code == 2
    assert run(*words, "--overlaps", "b", "--apart-from", "b", "--basis", "x").code == 2
    said = run(*words, "--may-overlap", "b", "--basis", "one school district")
    assert said.code == 0 and "a and b may share participants (one school district)" in said.out
    line = json.loads((included / "decisions/ada.jsonl").read_text().splitlines()[-1])
    assert (line["event"], line["overlap"]) == ("compared", "unclear")
    assert run("undo", "r", "--last", "--as", "ada").code == 0


def test_a_primary_report_keeps_why(included: Path, run: Any) -> None:
    words = ("collate", "r", "--study", "a", "--as", "ada")
    assert run(*words, IDS[0], "--why", "longest").code == 2
    assert run(*words, IDS[0], "--primary", "--why", "the fullest account").code == 0
    run(*words, IDS[0], "--basis", "same sample")
    assert said_lines(included)[-1]["why_primary"] == "the fullest account"


def test_suggestions_name_reports_that_look_like_one(records: Path, decide: Any, run: Any) -> None:
    assert run("collate", "r", "--suggest").out.startswith("Nothing looks")
    export = records / "more.ris"
    export.write_text(
        "".join(
            f"TY  - JOUR\nAU  - Roe, Ann\nAU  - Doe, Jo\nTI  - {title}\nPY  - 2019\nER  - \n"
            for title in ("Sleep of pupils in the north: a survey", "Sleep of pupils in the north")
        )
    )
    assert run("ingest", "r", export, "--source", "Two", "--on", "2020-01-02").code == 0
    for number in ("0001", "0002"):
        for stage in ("title_abstract", "full_text"):
            words = (f"two-2020-01-02:{number}", "--as", "ada", "--stage", stage)
            assert run("decide", "r", *words, "--verdict", "include").code == 0
    told = run("collate", "r", "--suggest", "--json").json["reports"]
    assert [(t["record"], t["like"]) for t in told] == [
        ("two-2020-01-02:0001", "two-2020-01-02:0002")
    ]
    assert "titles that are alike" in told[0]["signs"][0]


def test_suggestions_name_other_reports_of_an_included_study(
    review: Path, here: Path, run: Any
) -> None:
    title = "Sleep of sailors in winter on the northern sea"
    head = f"TY  - JOUR\nTI  - {title}\nAU  - Ash, Bo\nPY  - 2014\n"
    (here / "all.ris").write_text(
        f"{head}JO  - Journal of the Sea\nVL  - 4\nIS  - 2\nSP  - 11\nEP  - 19\nER  - \n\n"
        f"{head}JO  - PsyArXiv\nDO  - 10.31234/osf.io/abcde\nER  - \n\n"
        f"{head.replace(title, 'Erratum: ' + title)}JO  - Journal of the Sea\nVL  - 4\nIS  - 3\n"
        "SP  - 99\nER  - \n\n"
    )
    assert run("ingest", "r", "all.ris", "--source", "all", "--on", "2020-01-01").code == 0
    article, preprint, erratum = (f"all-2020-01-01:{n:04d}" for n in (1, 2, 3))
    assert run("collate", "r", "--suggest", "--json").json["related"] == []  # nothing is included
    for stage in ("title_abstract", "full_text"):
        words = ("decide", "r", article, "--as", "ada", "--verdict", "include", "--stage", stage)
        assert run(*words).code == 0
    assert run("dedupe", "r", "--same-study", article, preprint, "--as", "ada").code == 0
    assert run("collate", "r", article, "--study", "ash-2014", "--as", "ada").code == 0
    related = run("collate", "r", "--suggest", "--json").json["related"]
    assert {(*sorted(t["records"]), t["kind"], t["study"]) for t in related} == {
        (article, preprint, "a preprint and the article", "ash-2014"),
        (article, erratum, "an erratum or retraction and its report", "ash-2014"),
    }
    told = run("collate", "r", "--suggest").out
    assert f"review collate r {preprint} --study ash-2014" in told
    assert "if the study is wanted, so is its other report" in told
    # once it is placed there is nothing more to say of it
    assert run("decide", "r", preprint, "--as", "ada", "--verdict", "include").code == 0
    assert (
        run(
            "decide", "r", preprint, "--as", "ada", "--verdict", "include", "--stage", "full_text"
        ).code
        == 0
    )
    assert run("collate", "r", preprint, "--study", "ash-2014", "--as", "ada").code == 0
    left = run("collate", "r", "--suggest", "--json").json["related"]
    assert [t["kind"] for t in left] == ["an erratum or retraction and its report"]
