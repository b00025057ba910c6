"""Untrusted text is harmless wherever it is shown."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.notation.safe_text import (
    for_file_name,
    for_json,
    for_markdown,
    for_spreadsheet,
    for_terminal,
    without_controls,
)

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


@given(st.text())
def test_a_terminal_gets_one_line_without_controls(text):
    shown = for_terminal(text)
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in shown)
    assert not any(c in BIDI for c in shown)


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "Z"))))
def test_plain_text_keeps_its_words(text):
    kept = "".join(c for c in text if c not in "\u2028\u2029")
    assert for_terminal(kept).split() == kept.split()


@pytest.mark.parametrize(
    "attack",
    ["=1+1", "+1+1", "-1+cmd", "@SUM(A1)", "\t=1+1", "\r=1+1", " =1+1", "\u00a0=1", "\uff1d1+1"],
)
def test_a_spreadsheet_takes_no_formula(attack):
    assert for_spreadsheet(attack).startswith("'")


@pytest.mark.parametrize("number", ["-0.5", "+3", "12", "1,5", "-3%", "0"])
def test_numbers_stay_numbers_in_a_spreadsheet(number):
    assert for_spreadsheet(number) == number


@given(st.text())
def test_no_cell_begins_like_a_formula(text):
    cell = for_spreadsheet(text)
    stripped = cell.lstrip(" \t\n\r\u00a0")
    if stripped[:1] in tuple("=@"):
        pytest.fail(f"{cell!r} begins like a formula")


def test_controls_become_signs_and_lines_stay():
    assert without_controls("a\x1b[31mb\nc\td\x00") == "a\u241b[31mb\nc\td\u2400"


def test_markdown_signs_are_escaped():
    assert for_markdown("*a* [b](c) <d> `e` $f$ @g {h}") == (
        r"\*a\* \[b\]\(c\) \<d\> \`e\` \$f\$ \@g \{h\}"
    )


@given(st.text())
def test_a_file_name_is_portable(text):
    name = for_file_name(text)
    assert 0 < len(name) <= 80
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not name.startswith("-")


@given(st.text())
def test_json_keeps_its_values_and_shows_every_control(text):
    written = for_json(json.dumps([text], ensure_ascii=False))
    assert json.loads(written) == [text]
    assert without_controls(written) == written
