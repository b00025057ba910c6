"""Tables as CSV: nothing lost, nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_document import a_table

from pipeline.model.document import Cell, Column, Table
from pipeline.notation.safe_text import without_controls
from pipeline.render.placement import is_wide
from pipeline.render.svg.allowed import checked_svg
from pipeline.render.svg.bars import SourceYield, source_yield_figure
from pipeline.render.workbook import table_csv


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def one_cell(text: str) -> Table:
    columns = (Column(id="a", label="A"),)
    return Table(id="t", caption="", columns=columns, rows=((Cell(text=text),),))


def test_excel_is_told_the_encoding_and_rows_are_whole() -> None:
    content = table_csv(a_table())
    assert content.startswith(b"\xef\xbb\xbf")
    assert read(content) == [
        ["Study", "Participants"],
        ["Study 1 [ada-2014]", "1,978"],
        ["Study 2 [ada-2014]", "2,978"],
    ]


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_any_text_comes_back_but_for_controls_and_a_leading_apostrophe(text: str) -> None:
    [_, [cell]] = read(table_csv(one_cell(text))) if text.strip() else [[], [""]]
    assert cell.removeprefix("'") == without_controls(text.strip()).removeprefix("'")


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", " =1", "\t=1"])
def test_formulas_are_text(text: str) -> None:
    [_, [cell]] = read(table_csv(one_cell(text)))
    assert cell.startswith("'")


def test_a_table_is_wide_when_its_columns_would_be_too_narrow() -> None:
    def table(columns: int, words: str) -> Table:
        heads = tuple(Column(id=f"c{n}", label=f"C{n}") for n in range(columns))
        return Table(
            id="t", caption="", columns=heads, rows=(tuple(Cell(text=words) for _ in heads),)
        )

    assert not is_wide(table(3, "some words that go on for quite a while, line after line"))
    assert not is_wide(table(9, "12"))
    assert is_wide(table(9, "some words that go on for quite a while, line after line"))


def test_bars_print_every_number_and_order_as_given() -> None:
    rows = [
        SourceYield(source="B <b>", identified=1200, only_here=30, included=2),
        SourceYield(source="A", identified=0, only_here=0, included=0),
    ]
    figure = source_yield_figure(rows)
    assert checked_svg(figure.svg, "x")
    assert "1,200 (30 only here)" in figure.svg
    assert figure.svg.index("B &lt;b&gt;</text>") < figure.svg.index(">A</text>")
    assert "A: 0 records" in figure.alt
    assert source_yield_figure([]).alt == "No records."
