"""Tidy tables: a row a study and a row an entry, absent answers in words, no formulas."""

from pathlib import Path

from pipeline.extraction import read_form, read_study
from pipeline.extraction.tidy import tidy
from pipeline.model.protocol import Protocol
from pipeline.notation.text_frames import csv_of

FILE = Path(__file__).parents[2] / "extraction_forms" / "general.yaml"
STUDY = """\
reports: [r]
basis: abstract
answers:
  country: "=HYPERLINK(1)"
  setting: not reported
  response: {x: 3, n: 4}
  groups: [{id: a, label: A}, {id: b, label: B, n: 2}]
"""


def test_every_level_has_its_rows():
    form, _ = read_form(FILE.read_text(encoding="utf-8"), "general.yaml")
    protocol = Protocol(title="t", questions=(), criteria=(), form="general")
    study, _ = read_study(STUDY, "s-1.yaml", {"general": form}, protocol)
    levels = tidy([study], {"general": form})
    (row,) = levels["studies"].to_dict("records")
    assert (row["study"], row["setting"], row["response_x"]) == ("s-1", "not reported", "3")
    groups = levels["groups"].to_dict("records")
    assert [(g["groups_id"], g["n"]) for g in groups] == [("a", "not yet"), ("b", "2")]
    assert b"'=HYPERLINK" in csv_of(levels["studies"])
