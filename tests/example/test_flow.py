"""The flow of both editions, as the project settles it, equals the count by hand."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from counted_by_hand import (
    DATABASES,
    LAST_DAY,
    OTHER,
    REVIEW,
    SECOND_DAY,
    entries,
    exports,
    flow,
    kept,
    reasons,
    record_titles,
    titles,
)

from pipeline.document.flow_sentences import flow as flow_in_words
from pipeline.model.decision import Resolved, Stage, Verdict
from pipeline.model.standing import BOXES, Standing, equations
from pipeline.sessions.snapshots import snapshot_of
from pipeline.snapshot.settle import settle
from pipeline.store import open_review

FOLDER = open_review("ta-hsb")
LEDGERS = {
    day: settle(FOLDER.review, until=date.fromisoformat(day)) for day in (LAST_DAY, SECOND_DAY)
}
LEDGER = LEDGERS[LAST_DAY]
SINCE = {LAST_DAY: "", SECOND_DAY: LAST_DAY}
BY_HAND = {day: flow(day, since) for day, since in SINCE.items()}

editions = pytest.mark.parametrize("day", LEDGERS, ids=["edition 1", "edition 2"])


@editions
def test_every_entry_of_every_export_is_a_record(day: str) -> None:
    read = FOLDER.review.entries
    for search, export in exports(day).items():
        assert len(read[search]) == entries(export)
    assert len(LEDGERS[day].positions) == sum(map(entries, exports(day).values()))
    assert all(entries(export) == len(titles(export)) for export in exports(day).values())


@editions
def test_titles_are_read_as_they_stand(day: str) -> None:
    by_hand = record_titles(day)
    assert set(LEDGERS[day].positions) == set(by_hand)
    for id in by_hand:
        record = FOLDER.records[id]
        plain = by_hand[id].replace(r"\&", "&").replace("--", "–")
        assert record.title.rstrip(".") == plain.rstrip("."), id


@editions
@pytest.mark.parametrize("box", sorted(set(BOXES) - {"new_reports"}))
def test_box(box: str, day: str) -> None:
    assert LEDGERS[day].flow.count(box) == BY_HAND[day].get(box, 0)


@editions
def test_by_hand_counts_every_box_that_is_not_empty(day: str) -> None:
    assert set(BY_HAND[day]) <= set(BOXES)
    filled = {box for box in BOXES if LEDGERS[day].flow.count(box)}
    assert filled - set(BY_HAND[day]) == {"new_reports"}


@editions
def test_reasons(day: str) -> None:
    since = SINCE[day]
    by_reason = LEDGERS[day].flow.by_reason
    assert by_reason("dbr_excluded") == reasons(DATABASES, day, since)
    assert by_reason("other_excluded") == reasons(OTHER, day, since)


@editions
def test_the_sums_hold_and_nothing_is_open(day: str) -> None:
    assert all(left == right for left, right in equations(LEDGERS[day].flow).values())
    assert LEDGERS[day].flow.pending == 0
    assert LEDGERS[day].problems == ()


@editions
def test_duplicates_are_those_with_the_same_title_or_decided_by_a_person(day: str) -> None:
    settled = {p.record: p.kept or p.record for p in LEDGERS[day].positions.values()}
    assert settled == kept(day)


def test_the_update_takes_nothing_back() -> None:
    first, second = LEDGERS.values()
    assert second.flow.previous_studies == first.flow.included_studies
    assert second.flow.new_studies == {"hollis-2017", "mckibbin-2017", "vaswani-2022"}
    assert not second.flow.removed_studies
    stood = {record: position.standing for record, position in first.positions.items()}
    stands = {record: position.standing for record, position in second.positions.items()}
    assert {record: stands[record] for record in stood} == stood


def test_two_reports_await_classification() -> None:
    waiting = LEDGERS[SECOND_DAY].at(Standing.AWAITING_CLASSIFICATION)
    assert [p.record for p in waiting] == ["psycinfo-2015-11-02:0011", "scopus-2026-02-04:0028"]


def test_about_forty_reports_and_four_core_studies() -> None:
    assert len(set(kept().values())) == 42
    assert set(LEDGER.studies) == {
        "aebi-2014",
        "seto-2015",
        "svedin-2006",
        "wolak-2012",
        "mattebo-2013",
        "ybarra-2005",
        "ybarra-2011",
    }


def test_what_is_known_by_memory_only_was_not_retrieved() -> None:
    by_memory = [p for p in LEDGER.positions.values() if p.search == "memory-2015-12-10"]
    assert [p.standing for p in by_memory] == [Standing.NOT_RETRIEVED] * 3
    assert all(p.retrieval is not None and p.retrieval.reason for p in by_memory)


def test_meta_analyses_of_adults_are_not_included() -> None:
    titles_by_hand = record_titles().items()
    adults = [
        FOLDER.records[id] for id, title in titles_by_hand if "meta-analysis" in title.lower()
    ]
    assert len({LEDGER.positions[r.id].kept or r.id for r in adults}) == 2
    for record in adults:
        position = LEDGER.positions[record.id]
        kept_position = LEDGER.positions[position.kept] if position.kept else position
        assert kept_position.standing is Standing.EXCLUDED_ON_FULL_TEXT
        assert kept_position.reason == "population"


def test_edition_one_does_not_know_what_came_later() -> None:
    first = {s.id for s in FOLDER.review.searches if s.ingested_on.isoformat() <= LAST_DAY}
    assert {p.search for p in LEDGER.positions.values()} == first == set(exports())
    edition = FOLDER.review.editions[0]
    assert (edition.number, edition.on.isoformat()) == (1, LAST_DAY)


def test_the_rules_merge_no_two_reports_and_nothing_twice(tmp_path: Path) -> None:
    review = tmp_path / "ta-hsb"
    shutil.copytree(REVIEW, review)
    log = review / "decisions" / "automation.jsonl"
    log.unlink()
    command = [sys.executable, "-m", "pipeline", "dedupe", str(review)]
    subprocess.run(command, cwd=REVIEW.parents[1], capture_output=True, check=True)
    once = log.read_bytes()
    subprocess.run(command, cwd=REVIEW.parents[1], capture_output=True, check=True)
    assert log.read_bytes() == once
    stead = kept(SECOND_DAY)
    lines = [json.loads(line) for line in once.splitlines()]
    merges = [line for line in lines if line["event"] == "matched"]
    assert [line["event"] for line in lines if line not in merges] == ["deduplicated"]
    assert len(merges) > 110
    assert all(stead[merge["record"]] == stead[merge["duplicate_of"]] for merge in merges)


def test_a_decision_after_the_second_edition_moves_one_report_and_empties_no_box() -> None:
    """What this program printed once: "No records have been taken in yet", and every box 0."""
    snapshot, _ = snapshot_of(FOLDER, None)
    gone = Resolved(
        id="late",
        at=datetime(2026, 5, 2, tzinfo=UTC),
        reviewer="reviewer-3",
        record=LEDGERS[SECOND_DAY].studies["mckibbin-2017"][0],
        stage=Stage.FULL_TEXT,
        verdict=Verdict.EXCLUDE,
        reason="population",
    )
    review = replace(snapshot.review, decisions=(*snapshot.review.decisions, gone))
    now = settle(review)
    by_hand = BY_HAND[SECOND_DAY] | {
        "dbr_included": BY_HAND[SECOND_DAY]["dbr_included"] - 1,
        "dbr_excluded": BY_HAND[SECOND_DAY]["dbr_excluded"] + 1,
    }
    counted = {box: now.flow.count(box) for box in BOXES if now.flow.count(box)}
    assert {k: n for k, n in counted.items() if k != "new_reports"} == by_hand
    told = flow_in_words(replace(snapshot, review=review, ledger=now), lambda _: "")
    for words in (
        "No search was added since edition 2 of 30 April 2026",
        "One record stands elsewhere than in edition 2.",
        "118 records were identified since edition 1 from four databases.",
        "Nine studies with ten reports are included, two of them new since edition 1.",
        "Since edition 2, one study left.",
    ):
        assert words in told
