"""Comments, processing instructions and entities change no record, wherever in XML they stand."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest

from pipeline.model.record import Reading
from pipeline.readers import read_export

SAMPLES = sorted(
    path
    for path in (Path(__file__).parent / "samples").iterdir()
    if path.suffix in (".xml", ".rdf")
)
PLACE = re.compile(r"(?<=>)(?=[^<]|<(?!\?xml|!DOCTYPE))")
MOST = 40


def read(content: str, format: str) -> Reading:
    return read_export(io.BytesIO(content.encode()), file="x", search="s", format=format)


def facts(reading: Reading) -> list[tuple[str, tuple[str, ...], str, str, str, str]]:
    return [
        (r.title, tuple(map(str, r.author)), str(r.issued), r.doi, r.container_title, r.abstract)
        for r in reading.records
    ]


def text_of(path: Path) -> str:
    encoding = json.loads(Path(f"{path}.expected.json").read_text(encoding="utf-8"))["encoding"]
    return path.read_bytes().decode("cp1252" if encoding == "cp1252" else encoding).lstrip("\ufeff")


def places(text: str) -> list[int]:
    """Behind each tag that stands within the root element, at most `MOST` of them."""
    found = [match.start() for match in PLACE.finditer(text)][1:-1]
    return found[:: max(len(found) // MOST, 1)]


@pytest.mark.parametrize("put", ["<!-- a < b & c -->", "<?app do?>"])
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_comment_or_an_instruction_is_nothing(path: Path, put: str) -> None:
    text, layout = text_of(path), path.name.partition(".")[0]
    wanted = facts(read(text, layout))
    assert len(wanted) > 1
    for at in places(text):
        assert facts(read(text[:at] + put + text[at:], layout)) == wanted, text[at - 60 : at]
    everywhere = PLACE.sub(lambda _: put, text[text.index("<", 1) :])
    assert facts(read(text[: text.index("<", 1)] + everywhere, layout)) == wanted


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_an_entity_that_nobody_defines_loses_no_record(path: Path) -> None:
    text, layout = text_of(path), path.name.partition(".")[0]
    wanted = len(read(text, layout).records)
    for at in places(text)[::2]:
        reading = read(text[:at] + "&unheard;" + text[at:], layout)
        assert len(reading.records) == wanted, text[at - 60 : at]
