"""The example is an illustration, says so everywhere, and holds nothing that was not verified."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from counted_by_hand import REVIEW, SECOND_DAY, exports, titles

SEARCH_LOGS = sorted((REVIEW / "searches").glob("*.yaml"))
EXPORTS = [*exports(SECOND_DAY).values()]
BY_MEMORY = exports()["memory-2015-12-10"]


def raw(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")


def found(pattern: str, text: str) -> str:
    """The one group of `pattern` in `text`, line breaks and blanks as single blanks."""
    match = re.search(pattern, text, re.M)
    assert match is not None, pattern
    return " ".join(match[1].split())


@pytest.mark.parametrize("export", EXPORTS, ids=lambda p: p.name)
def test_exports_carry_no_abstracts(export: Path) -> None:
    text = raw(export)
    assert not re.search(r"^((AB|N2)\s*-|%X)", text, re.M)
    assert "abstract" not in text.lower().split("\n")[0]  # no such column
    assert not re.search(r"^\s*abstract\s*=", text, re.M | re.I)
    assert max(len(line) for line in text.splitlines()) < 700  # no paragraph hides in a field


@pytest.mark.parametrize("export", exports().values(), ids=lambda p: p.name)
def test_nothing_published_after_2015_counts_in_edition_one(export: Path) -> None:
    years = re.findall(
        r"(?:^(?:(?:PY|Y1|DP)  - |%D )|year = \{|,|\t)((?:19|20)[0-9]{2})(?=\b[/}\t,\r\n])",
        raw(export),
        re.M,
    )
    assert export == BY_MEMORY or len(years) >= len(titles(export))
    assert all(2000 <= int(year) <= 2015 for year in years), years


@pytest.mark.parametrize("log", SEARCH_LOGS, ids=lambda p: p.stem)
def test_the_search_log_says_that_no_search_was_run(log: Path) -> None:
    query, note = (found(rf"^{key}: >-\n((?:  .*\n?)+)", raw(log)) for key in ("query", "note"))
    assert re.match(r"No (search|reference list)", query)
    assert "Illustration: no search was run" in note
    assert "(illustration)" in found(r"^source: (.*)$", raw(log))
    assert "results_reported" not in raw(log)  # no source was asked, so none reported a number


def test_the_notice_says_what_this_is() -> None:
    notice = found(r"^notice: >-\n((?:  .*\n)+)", raw(REVIEW / "protocol.yaml"))
    for words in ("illustration", "no systematic review", "No search was run"):
        assert words in notice
    assert "No full text was read" in notice


def test_what_is_known_by_memory_only_has_no_facts() -> None:
    tags = re.findall(r"^([A-Z][A-Z0-9])  - ", raw(BY_MEMORY), re.M)
    assert set(tags) == {"TY", "TI", "N1", "ER"}
    assert all(title.startswith("[") and "not verified" in title for title in titles(BY_MEMORY))


def test_the_chapter_that_was_not_seen_has_no_title_of_its_own() -> None:
    first = titles(exports()["websites-2015-11-24"])[0]
    assert first.startswith("[") and "title not seen" in first


@pytest.mark.parametrize(
    ("search", "seen"),
    [("pubmed-2015-11-03", {""}), ("pubmed-2026-02-03", {"", "28628898", "36239942"})],
)
def test_pmids_that_were_not_verified_stay_empty(search: str, seen: set[str]) -> None:
    assert set(re.findall(r"^PMID- (.*)$", raw(exports(SECOND_DAY)[search]), re.M)) == seen


def test_the_manuscript_says_that_the_four_studies_are_not_named() -> None:
    text = " ".join(raw(REVIEW / "manuscript.md").split())
    assert "just four studies" in text
    assert re.search(r"no page that was read (for this illustration )?names those four", text)
