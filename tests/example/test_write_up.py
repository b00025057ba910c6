"""What is made of the example: every document says what it is and tells what it has to tell."""

from __future__ import annotations

import csv
import html
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from counted_by_hand import LAST_DAY, REVIEW, flow

ROOT = REVIEW.parents[1]
NOTICE = "This document is an illustration of the software and no systematic review."


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("example") / "made"
    command = [sys.executable, "-m", "pipeline", "build", "ta-hsb"]
    done = subprocess.run(
        [*command, "--until", LAST_DAY, "--out", str(out), "--format", "html,docx,markdown"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return out


def plain(path: Path) -> str:
    """The words of a document, without markup and with single blanks."""
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as archive:
            names = [n for n in archive.namelist() if re.match(r"word/\w+\.xml", n)]
            text = " ".join(archive.read(name).decode() for name in names)
        text = re.sub(r"</w:p>", " ", text)
    else:
        text = path.read_text(encoding="utf-8")
    text = re.sub(r"<(style|script).*?</\1>", " ", text, flags=re.S)
    text = html.unescape(re.sub(r"<[^>]*>", "", text))
    return " ".join(text.replace("\\", "").replace("\u00a0", " ").split())


@pytest.fixture(scope="module", params=["html", "docx", "md"])
def words(made: Path, request: pytest.FixtureRequest) -> str:
    return plain(made / f"ta-hsb.{request.param}")


def test_the_notice_stands_in_every_document(words: str) -> None:
    assert NOTICE in words
    assert "No search was run" in words
    assert words.index(NOTICE) < words.index("Key findings")


@pytest.mark.parametrize(
    "fact",
    [
        "very little research existed",
        "just four studies",
        "275 children and young people",
        "91 of the young males",
        "46% had displayed some TA-HSB and 7% only TA-HSB",
        "TA-HSB without offline HSB was rare",
        "over half had displayed offline HSB",
        "three years after offline HSB",
        "from the developmentally appropriate to the harmful",
        "tended to be older, with more stable childhoods, less trauma and better relations",
        "more punitive (police, youth offending service, exclusion)",
        "Neither names them",
    ],
)
def test_what_the_first_post_says_stands_there(words: str, fact: str) -> None:
    assert fact in words


def test_adults_are_compared_question_by_question(made: Path) -> None:
    text = (made / "ta-hsb.md").read_text(encoding="utf-8")
    parts = re.split(r"^## Part ", text, flags=re.M)[1:]
    assert len(parts) == 4
    assert all("**Adults, for comparison.**" in part for part in parts)


def test_the_flow_as_a_file_is_the_flow_by_hand(made: Path) -> None:
    with (made / "flow.csv").open(encoding="utf-8-sig") as stream:
        rows = {row["data"]: row["n"] for row in csv.DictReader(stream) if row.get("data")}
    by_hand = flow()
    shared = {
        "database_results",
        "duplicates",
        "records_screened",
        "records_excluded",
        "dbr_sought_reports",
        "dbr_notretrieved_reports",
        "dbr_assessed",
        "other_sought_reports",
        "other_notretrieved_reports",
        "other_assessed",
    }
    assert {key: int(rows[key]) for key in shared} == {k: by_hand.get(k, 0) for k in shared}
    assert int(rows["new_studies"]) == 7
    assert int(rows["new_reports"]) == 8


def test_every_key_finding_is_a_claim_with_its_support(made: Path) -> None:
    with (made / "tables" / "evidence.csv").open(encoding="utf-8-sig") as stream:
        claims = {row["Claim"]: row["Rests on"] for row in csv.DictReader(stream)}
    ours = {"little-research", "few-view", "pornography-use", "fewer-offences", "response"}
    theirs = {claim for claim in claims if claim.startswith("nspcc-")}
    assert ours | theirs == set(claims)
    assert len(theirs) == 5
    assert all(claims.values())


def test_nothing_of_the_update_is_cited(made: Path) -> None:
    cited = json.loads((made / "references.json").read_text(encoding="utf-8"))
    later = {
        item["id"]
        for item in cited
        for year in [item.get("issued", {}).get("date-parts", [[0]])[0][0]]
        if int(year) > 2015
    }
    background = {"nspcc-review", "nspcc-review-page", "nspcc-study", "nspcc-study-page"}
    assert later == background | {"prisma-2020", "mmat"}


def test_wide_tables_that_follow_one_another_leave_no_empty_page_between(made: Path) -> None:
    with zipfile.ZipFile(made / "ta-hsb.docx") as archive:
        text = archive.read("word/document.xml").decode()
    sideways = ["landscape" in size for size in re.findall(r"<w:pgSz[^>]*>", text)]
    assert sideways == [False, True, False, True, False]
