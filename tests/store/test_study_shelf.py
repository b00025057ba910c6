"""Findings are kept by what they rest on: nothing stale is ever told, nothing is read twice."""

import pytest

from pipeline.extraction import read_form, read_study
from pipeline.extraction.study_data import summary_of
from pipeline.model.problem import ReviewError
from pipeline.model.protocol import Outcome, Protocol
from pipeline.model.study import GIVEN
from pipeline.store import study_files
from pipeline.store.study_files import Against, content_of, read_shelf

FORM = """\
id: small
version: {version}
title: A small form
changes: {changes}
items:
  country: {{label: Country, required: true}}
  total: {{label: Total, type: integer, maximum: {most}}}
  results:
    label: Results
    type: part
    repeats: true
    items:
      outcome: {{label: O, type: reference, refers_to: protocol.outcomes, required: true}}
      statement: {{label: S, required: true}}
"""
STUDY = """\
study: a
form: small
form_version: 1
reports: ["s:0001"]
basis: full_text
answers:
  country: {value: Norway, sources: [{page: 1, quote: Norway, sure: doubtful}]}
  total: 264
  results: [{id: r, outcome: later, statement: s}]
"""
FILES = {
    "studies/a.yaml": STUDY.encode(),
    "studies/b.yaml": STUDY.replace("study: a", "study: b").replace("264", "many").encode(),
    "studies/c.yaml": b"nothing: here\n",
}


def against(most=500, outcomes=("later",), version=1, changes="[]"):
    text = FORM.format(most=most, version=version, changes=changes)
    form, problems = read_form(text, "small.yaml")
    assert form is not None and not problems
    protocol = Protocol(
        title="t",
        questions=(),
        criteria=(),
        form="small",
        outcomes=tuple(Outcome(id=id, label=id) for id in outcomes),
    )
    return Against({"small": form}, protocol)


def shelf(tmp_path, files=FILES, ticks=None, **changes):
    told = [] if ticks is None else ticks
    return read_shelf(files, against(**changes), tmp_path / "kept.json", told.append)


def test_a_shelf_says_what_reading_each_file_says(tmp_path):
    held = against()
    found = shelf(tmp_path)
    read = {n: read_study(c.decode(), n, held.forms, held.protocol) for n, c in FILES.items()}
    assert found.problems == tuple(p for _, problems in read.values() for p in problems)
    assert dict(found.studies) == {s.id: s for s, _ in read.values() if s is not None}
    form = held.forms["small"]
    assert found.studies.summaries == {id: summary_of(s, form) for id, s in found.studies.items()}
    assert found.studies.summaries["b"].answers[GIVEN] == 3
    assert found.studies.summaries["b"].answers["not yet"] == 1
    assert [s.sure for s in found.studies.summaries["a"].sources] == ["doubtful"]


def test_nothing_is_read_again_that_did_not_change(tmp_path):
    first, ticks = shelf(tmp_path), []
    again = shelf(tmp_path, ticks=ticks)
    assert ticks == [] and again.problems == first.problems
    assert again.studies.summaries == first.studies.summaries and dict(again.studies) == dict(
        first.studies
    )
    edited = {**FILES, "studies/a.yaml": FILES["studies/a.yaml"].replace(b"264", b"2x4")}
    assert any("2x4" in p.what for p in shelf(tmp_path, edited, ticks).problems)
    assert len(ticks) == 1
    del edited["studies/a.yaml"]
    assert "a" not in shelf(tmp_path, edited, ticks).studies.summaries and len(ticks) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"most": 100}, "above the greatest possible, 100"),
        ({"outcomes": ("other",)}, "nothing in protocol.outcomes"),
        (
            {"version": 2, "changes": "[{version: 2, what: w, revisit: [country]}]"},
            "has gone from version 1 to 2",
        ),
    ],
)
def test_what_a_study_is_held_against_counts(tmp_path, changes, said):
    assert not any(said in p.what for p in shelf(tmp_path).problems)
    changed = shelf(tmp_path, **changes)
    assert any(said in p.what for p in changed.problems)
    assert changed.studies.summaries["a"].is_outdated == ("version" in changes)
    assert changed.studies.summaries["a"].to_revisit == (
        ("country",) if "version" in changes else ()
    )


@pytest.mark.parametrize("broken", [b"", b"{", b"[1]", b'{"x": {"problems": 1}}'])
def test_a_damaged_cache_is_made_anew(tmp_path, broken):
    first = shelf(tmp_path)
    (tmp_path / "kept.json").write_bytes(broken)
    assert shelf(tmp_path).problems == first.problems


def test_two_processes_find_what_one_finds(tmp_path, monkeypatch):
    alone = shelf(tmp_path)
    monkeypatch.setattr(study_files, "_WORTH_A_PROCESS", 1)
    (tmp_path / "kept.json").unlink()
    assert shelf(tmp_path).problems == alone.problems


def test_a_file_that_is_no_text_or_no_end_is_told_and_costs_no_other(tmp_path):
    files = {
        **FILES,
        "studies/d.yaml": "ä\n".encode("latin-1"),
        "studies/e.yaml": b"a" * 20_000_001,
    }
    found = shelf(tmp_path, files)
    told = {p.place.file: str(p) for p in found.problems}
    assert "studies/d.yaml:1: error: this is not UTF-8 text" in told["studies/d.yaml"]
    assert "larger than 20 MB" in told["studies/e.yaml"]
    assert set(found.studies) == {"a", "b", "c"}
    (tmp_path / "big.yaml").write_bytes(b"a" * 30_000_000)
    assert len(content_of(tmp_path / "big.yaml")) == 20_000_001
    with pytest.raises(ReviewError, match="is a folder"):
        content_of(tmp_path)
