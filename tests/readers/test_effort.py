"""Reading takes a number of steps that grows no faster than the export, whatever stands in it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from pipeline.model.record import Reading
from pipeline.readers import (
    bibtex_blocks,
    json_stream,
    lines,
    read_export,
    tables,
    xml_records,
)
from tests.readers.effort import counted_patterns, effort

SAMPLES = Path(__file__).parent / "samples"
LAYOUTS = ("ris", "nbib", "bibtex", "wos", "ovid", "json", "csv", "endnote_xml")
"""One of each reader; `tests/benchmarks/exports/shapes.py` goes through all."""
SHAPES = {
    "blank lines": "\n",
    "lines that go on": "words of a text\n",
    "quotation marks": '"',
    "braces": "{",
    "half elements": "<a ",
    "entities": "&amp;",
    "names": "b; a and ",
    "backslashes": "\\'",
    "entries begun": " # @a{b, ",
    "document types": "<!DOCTYPE x [",
    "beginnings of records": "\nTY  - JOUR\nPMID- 1\n",
    "identifiers": "10.5555/<a-",
}
_MORE = 4000
"""Steps that come and go with caches and the buffers of the interpreter."""


def shaped(text: str, filler: str, times: int) -> bytes:
    """A sample with `filler` many times in the middle of its longest line."""
    line = max(text.split("\n"), key=len)
    at = text.index(line) + len(line) // 2
    return (text[:at] + filler * times + text[at:]).encode()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_twice_as_much_takes_twice_as_many_steps(layout: str) -> None:
    (path, *_) = (p for p in sorted(SAMPLES.glob(f"{layout}.*")) if p.suffix != ".md")
    text = path.read_bytes().decode("utf-8", "replace").replace("\r", "")
    with counted_patterns() as signs:
        for _ in range(2):  # the first time fills the caches
            plain = effort(text.encode(), layout, signs)
        for shape, filler in SHAPES.items():
            times = 1500 if len(filler) < 3 else 150
            one, two = (effort(shaped(text, filler, times * n), layout, signs) for n in (1, 2))
            # what a linear reader adds doubles, what a quadratic one adds is four times as much
            assert two - plain <= 2.6 * max(one - plain, 0) + _MORE, (shape, plain, one, two)


def read(content: bytes) -> Reading:
    return read_export(io.BytesIO(content), file="export")


def test_macros_that_hold_macros_are_bounded() -> None:
    doubling = b"@string{a0={oars}}\n" + b"".join(
        b"@string{a%d = a%d # a%d}\n" % (n, n - 1, n - 1) for n in range(1, 40)
    )
    reading = read(doubling + b"@misc{k, title = a3}\n@misc{l, title = {L}}\n")
    assert [record.title for record in reading.records] == ["oars" * 8, "L"]
    assert {p.check for p in reading.problems} == {"macro"}
    joined = b"@string{a={" + b"x" * 9000 + b"}}\n@misc{k, title = " + b" # ".join([b"a"] * 9000)
    reading = read(joined + b"}\n@misc{l, title = {L}}\n")
    assert [record.title for record in reading.records] == ["L"]
    assert [aside.number for aside in reading.set_aside] == [1]


MOSTS = (
    (lines, "MOST"), (lines, "LONGEST"), (tables, "MOST"), (bibtex_blocks, "MOST"),
    (json_stream, "MOST"), (xml_records, "MOST"),
)  # fmt: skip
LONG = {
    "ris": (b"TY  - JOUR\nAB  - a\n", b"words of a text\n", b"ER  - \nTY  - JOUR\nTI  - L\nER  - "),
    "nbib": (b"PMID- 1\nOWN - NLM\nAB  - a\n", b"      words of a text\n", b"\nPMID- 2\nTI  - L\n"),
    "wos": (b"FN x\nPT J\nAB a\n", b"   words of a text\n", b"ER\n\nPT J\nTI L\nER\n"),
    "bibtex": (b"@misc{k, note={", b"words of a text\n", b"}}\n\n@misc{l, title={L}}\n"),
    "csv": (b'title,year\n"a', b"words of a text", b'",2001\nL,2001\n'),
    "json": (b'[{"title": "a', b"words of a text", b'"}, {"title": "L"}]'),
    "endnote_xml": (
        b"<xml><records><record><ref-type/><notes>",
        b"words of a text ",
        b"</notes></record><record><ref-type/><titles><title>L</title></titles></record>"
        b"</records></xml>",
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", LONG)
def test_an_entry_that_is_no_reference_is_set_aside_and_the_next_is_read(
    layout: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in MOSTS:
        # smaller, so that less is read here, but not smaller than a piece
        monkeypatch.setattr(module, name, 1_200_000)
    begins, more, ends = LONG[layout]
    reading = read(begins + more * (4_000_000 // len(more)) + ends)
    assert reading.format == layout
    assert reading.found == 2
    assert [record.title for record in reading.records][-1:] == ["L"]
    assert [(aside.number, bool(aside.raw)) for aside in reading.set_aside] == [(1, True)] or (
        "line-too-long" in {p.check for p in reading.problems}  # a line is cut, and that is told
    )
