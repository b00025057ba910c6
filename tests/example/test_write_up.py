"""What is made of the example: every document says what it is and tells what it has to tell."""

from __future__ import annotations

import csv
import html
import json
import re
import zipfile
from pathlib import Path

import pytest
from counted_by_hand import LAST_DAY, REVIEW, SECOND_DAY, flow

NOTICE = "This document is an illustration of the software and no systematic review."


@pytest.fixture(scope="module")
def made(first_edition: Path) -> Path:
    return first_edition


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


@pytest.fixture(scope="module", params=["html", "docx", "md"])
def later(second_edition: Path, request: pytest.FixtureRequest) -> str:
    """The words of edition 2 and of its supplement."""
    names = ("ta-hsb", "ta-hsb-supplement")
    return " ".join(plain(second_edition / f"{name}.{request.param}") for name in names)


def test_the_notice_stands_in_every_document(words: str, later: str) -> None:
    for text in (words, later):
        assert NOTICE in text
        assert "No search was run" in text
        assert text.index(NOTICE) < text.index("Key findings")


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


@pytest.mark.parametrize(
    "fact",
    [
        "Of 275 cases of one service for harmful sexual behaviour, 46% involved some TA-HSB",
        "and 7% TA-HSB only",
        "over half had shown offline HSB that was directly triggered by it",
        "Wider TA-HSB came later than the first offline HSB, by three years on average",
        "range from the developmentally appropriate to the harmful",
        "tended to be older, with more stable childhoods, less trauma and better relations",
        "more punitively to TA-HSB (police, youth justice, exclusion from school)",
        "than to offline HSB (child protection plan, therapy)",
        "It rests on the files of 91 boys and young men",
        "it follows that 39% involved both and 54% offline HSB only",
        "found just four studies of young males",
        "may share participants",
    ],
)
def test_the_five_findings_of_the_post_stand_in_edition_two(later: str, fact: str) -> None:
    assert fact in later


def test_every_finding_of_the_post_is_a_claim_that_rests_on_the_study(second_edition: Path) -> None:
    with (second_edition / "tables" / "evidence.csv").open(encoding="utf-8-sig") as stream:
        claims = {row["Claim"]: row["Rests on"] for row in csv.DictReader(stream)}
    for id in ("association", "order", "reasons", "profile", "punitive"):
        assert "Very low" in claims[id], id
    assert not any(claim.startswith("nspcc-") for claim in claims)  # it is a study now
    assert all(claims.values())


def test_the_flow_of_the_update_as_a_file_is_the_flow_by_hand(second_edition: Path) -> None:
    with (second_edition / "flow.csv").open(encoding="utf-8-sig") as stream:
        rows = {row["data"]: row["n"] for row in csv.DictReader(stream) if row.get("data")}
    by_hand = flow(SECOND_DAY, LAST_DAY)
    shared = {"database_results", "duplicates", "records_screened", "records_excluded"}
    shared |= {"dbr_sought_reports", "dbr_notretrieved_reports", "dbr_assessed"}
    assert {key: int(rows[key]) for key in shared} == {k: by_hand.get(k, 0) for k in shared}
    counted = {"previous_studies": 7, "previous_reports": 8, "new_studies": 3, "new_reports": 3}
    counted |= {"total_studies": 10, "total_reports": 11}
    assert {key: int(rows[key]) for key in counted} == counted


def test_what_changed_names_the_gaps_that_were_answered_and_every_new_finding(
    second_edition: Path,
) -> None:
    text = (second_edition / "ta-hsb-supplement.md").read_text(encoding="utf-8")
    changes = text[
        text.index("This is what changed since edition 1") : text.index("## Searches and selection")
    ]
    told = re.findall(r"^- (Answered now|New|Reworded): ", changes, re.M)
    now, then = (
        (folder / "synthesis" / "findings.yaml").read_text(encoding="utf-8")
        for folder in (REVIEW, REVIEW / "editions" / "1")
    )
    new, old = (set(re.findall(r"^  ([a-z-]+):$", findings, re.M)) for findings in (now, then))
    assert told.count("New") == len(new - old)
    assert told.count("Answered now") == then.count("kind: gap") - now.count("kind: gap") == 3


def test_pupils_who_may_be_counted_twice_are_a_ceiling(second_edition: Path) -> None:
    with (second_edition / "tables" / "summary_of_findings.csv").open(encoding="utf-8-sig") as file:
        told = [row["Participants and studies"] for row in csv.DictReader(file)]
    ceilings = [text for text in told if text.startswith("at most 6,321 participants (samples may")]
    assert len(ceilings) == 1 and "seto-2015; svedin-2006" in ceilings[0]
    assert sum("at most" in text for text in told) == 1


LANGUAGE = re.compile(
    r"\b(perpetrators?|paedophil\w+|pedophil\w+|predators?|monsters?|perverts?|kiddie|"
    r"child porn|young (sex )?offenders?|juvenile (sex )?offenders?|abusers?)\b",
    re.IGNORECASE,
)


def test_the_language_is_clinical() -> None:
    """Our own prose names behaviour, not kinds of people; titles of reports are theirs."""
    for path in sorted(REVIEW.glob("manuscript*.md")) + sorted(REVIEW.glob("synthesis/*.yaml")):
        assert not LANGUAGE.findall(path.read_text(encoding="utf-8")), path.name
    for study in sorted(REVIEW.glob("studies/*.yaml")):
        ours = re.sub(r"quote: .*|title: .*", "", study.read_text(encoding="utf-8"))
        assert not LANGUAGE.findall(ours), study.name


@pytest.mark.parametrize("kind", ["summary", "blog", "slides"])
def test_every_other_document_says_what_it_is_and_tells_the_findings(
    second_edition: Path, kind: str
) -> None:
    words = plain(second_edition / f"ta-hsb-{kind}.html").casefold()
    assert NOTICE.casefold() in words
    for told in ("was rare|is rare", "directly triggered by it", "the developmentally appropriate"):
        assert re.search(told, words)
    for told in ("more stable childhoods", "more punitively to t"):
        assert told in words
