"""What is written as YAML is read back as it was."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.notation.yaml_text import read_yaml
from pipeline.notation.yaml_writing import yaml_line

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(TEXT | st.text("ab:#-'\"\\|>\n\t {}[]&*!%@`,?~0.\r\u2028", max_size=20))
@example("NO")
@example("0123")
@example("2016-01-31")
@example("10.1000")
@example("- a")
@example("a: b")
@example("a #b")
@example("\n")
@example("a\n")
@example("a\n\n\n")
@example("  a\nb")
@example("\n  a\n b")
@example("   \n\n  x")
@example("a\r\nb")
@example("\u0085\ufeff\x00")
def test_text_comes_back(text: str) -> None:
    written = yaml_line("before", "x") + yaml_line("text", text) + "\n\n" + yaml_line("after", "y")
    read = read_yaml(written, "f")
    assert not read.problems
    assert read.value == {"before": "x", "text": text, "after": "y"}


@given(TEXT)
def test_text_comes_back_from_below_another_key(text: str) -> None:
    read = read_yaml("about:\n" + yaml_line("text", text, 2) + yaml_line("after", 1, 2), "f")
    assert read.value == {"about": {"text": text, "after": 1}}


@pytest.mark.parametrize("value", [0, 1204, True, False, date(2016, 1, 31)])
def test_plain_values_keep_their_kind(value: int | bool | date) -> None:
    assert read_yaml(yaml_line("v", value), "f").value == {"v": value}


def test_a_search_string_of_several_lines_stays_legible() -> None:
    query = '1. exp Adolescent/\n2. "child porn*".ti,ab.\n3. 1 and 2'
    assert yaml_line("query", query) == (
        'query: |-\n  1. exp Adolescent/\n  2. "child porn*".ti,ab.\n  3. 1 and 2\n'
    )
