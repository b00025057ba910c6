"""Slides: whatever the length of lists and tables, everything is there and stays on its slide."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import pytest
from lxml import etree
from read_back import A
from sample_document import a_figure, a_table

from pipeline.model.document import Cell, Document
from pipeline.render.documents import WRITERS
from pipeline.render.prepared import prepare

P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
A_POINT = 12_700
LONG = "a sentence of the length that findings have in a review of studies of young people, "


def document(items: int, rows: int) -> Document:
    table = a_table(0, "long")
    said = tuple(
        (Cell(text=f"row{n}. {LONG * (1 + n % 3)}"), Cell(text=str(n))) for n in range(rows)
    )
    listed = "\n".join(f"- item{n}. {LONG * (1 + n % 2)}" for n in range(items))
    text = f"# First\n\nWords before.\n\n{listed}\n\n[[table:long]]\n\n# Second\n\n[[figure:flow]]"
    return Document(
        title="Slides",
        markdown=text,
        tables={"long": replace(table, rows=said, notes=("A note.",))},
        figures={"flow": a_figure()},
    )


def slides(made: Document) -> list[etree._Element]:
    with zipfile.ZipFile(io.BytesIO(WRITERS["pptx"].write(prepare(made)))) as package:
        names = [n for n in package.namelist() if re.fullmatch(r"ppt/slides/slide\d+\.xml", n)]
        names.sort(key=lambda n: int(re.sub(r"\D", "", n)))
        return [etree.fromstring(package.read(name)) for name in names]


def words(element: etree._Element) -> str:
    return "".join(t.text or "" for t in element.iter(f"{A}t"))


def size(element: etree._Element) -> float:
    [points] = {int(run.get("sz")) / 100 for run in element.iter(f"{A}rPr")}
    return points


def lines(text: str, width: float, points: float) -> int:
    """At half the size of the type a letter, which is what running text comes to."""
    return 1 + int(len(text) * points * 0.5 / width)


@pytest.mark.parametrize(("items", "rows"), [(1, 1), (9, 12), (30, 40)])
def test_all_words_are_there_once_and_none_leaves_its_slide(items: int, rows: int) -> None:
    told = slides(document(items, rows))
    everything = " ".join(words(slide) for slide in told)
    for name in (*(f"item{n}." for n in range(items)), *(f"row{n}." for n in range(rows))):
        assert everything.count(name) == 1, name
    assert "A note." in everything and "Words before." in everything
    for slide in told[1:]:
        titles = [p for p in slide.iter(f"{P}ph") if p.get("type") == "title"]
        assert len(titles) == 1
        for table in slide.iter(f"{A}tbl"):
            points = size(table)
            wide = [int(column.get("w")) / A_POINT for column in table.iter(f"{A}gridCol")]
            tall = sum(
                max(
                    lines(words(cell), width, points)
                    for cell, width in zip(row.iter(f"{A}tc"), wide, strict=True)
                )
                for row in table.iter(f"{A}tr")
            )
            assert points >= 9 and tall * points * 1.2 < 250
        for shape in slide.iter(f"{P}sp"):
            place = shape.find(f".//{P}ph")
            if place is not None and place.get("type") is None and not shape.findall(f".//{A}off"):
                points = size(shape)
                tall = sum(lines(words(p), 620, points) for p in shape.iter(f"{A}p"))
                assert points >= 14 and tall * points * 1.2 < 268


def test_captions_stand_below_their_table_or_picture() -> None:
    for slide in slides(document(3, 5)):
        captions = [s for s in slide.iter(f"{P}sp") if s.find(f".//{P}cNvSpPr[@txBox]") is not None]
        for picture in slide.iter(f"{P}pic"):
            place, extent = (next(picture.iter(f"{A}{name}")) for name in ("off", "ext"))
            end = int(place.get("y")) + int(extent.get("cy"))
            assert [end <= int(next(c.iter(f"{A}off")).get("y")) for c in captions] == [True]
        for caption in captions:
            assert int(next(caption.iter(f"{A}off")).get("y")) / A_POINT > 94 + 248
