"""Every layout of the registry: its samples give what stands beside them, whatever the damage."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.model.problem import ReviewError
from pipeline.model.record import Reading, Record
from pipeline.readers import READERS, read_export

SAMPLES = sorted(
    path
    for path in (Path(__file__).parent / "samples").iterdir()
    if not path.name.endswith((".expected.json", ".md"))
)
BY_NAME = {path.name: path.read_bytes() for path in SAMPLES}


def read(content: bytes, **wishes: Any) -> Reading:
    return read_export(io.BytesIO(content), file="export", search="s", **wishes)


def expected(name: str) -> Any:
    path = Path(__file__).parent / "samples" / f"{name}.expected.json"
    return json.loads(path.read_text(encoding="utf-8"))


def shown(record: Record) -> dict[str, Any]:
    fields = {
        "title": record.title,
        "author": [str(name) for name in record.author],
        "issued": str(record.issued or ""),
        "container_title": record.container_title,
        "volume": record.volume,
        "issue": record.issue,
        "page": record.page,
        "doi": record.doi,
        "pmid": record.pmid,
        "issn": list(record.issn),
        "abstract": record.abstract,
        "keyword": list(record.keyword),
        "type": record.type,
        "line": record.place.line,
        "tags": len(record.as_exported),
    }
    return {key: value for key, value in fields.items() if value}


def test_every_layout_has_a_sample() -> None:
    assert {name.partition(".")[0] for name in BY_NAME} == set(READERS)


@pytest.mark.parametrize("name", BY_NAME)
def test_sample(name: str) -> None:
    reading = read(BY_NAME[name])
    wanted = expected(name)
    assert reading.format == wanted["format"] == name.partition(".")[0]
    assert reading.encoding == wanted["encoding"]
    assert reading.declared == wanted["declared"]
    assert [shown(record) for record in reading.records] == wanted["records"]
    assert not reading.set_aside
    assert [record.id for record in reading.records] == [
        f"s:{number:04d}" for number in range(1, len(wanted["records"]) + 1)
    ]
    assert len(wanted["records"]) > 1
    assert not [p for p in reading.problems if p.check in ("count", "damage", "parts")]


@pytest.mark.parametrize("name", [n for n in BY_NAME if not n.startswith(("xlsx", "wos_tab"))])
@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r", b"\r\r\n"])
def test_line_ends_and_a_mark_change_nothing(name: str, ends: bytes) -> None:
    plain = BY_NAME[name].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    wanted = expected(name)["records"]
    reading = read(b"\xef\xbb\xbf" + plain.replace(b"\n", ends))
    assert [shown(record) for record in reading.records] == wanted


@pytest.mark.parametrize("name", [n for n in BY_NAME if not n.startswith("xlsx")])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32"])
def test_wide_encodings_are_found(name: str, encoding: str) -> None:
    encoding_there = expected(name)["encoding"]
    text = BY_NAME[name].decode("cp1252" if encoding_there == "cp1252" else encoding_there)
    reading = read(text.lstrip("\ufeff").encode(encoding))
    titles = [record.title for record in reading.records]
    assert titles == [record["title"] for record in expected(name)["records"]]
    assert [len(r.author) for r in reading.records] == [
        len(record.get("author", ())) for record in expected(name)["records"]
    ]


@pytest.mark.parametrize("name", BY_NAME)
def test_the_layout_can_be_named(name: str) -> None:
    format = name.partition(".")[0]
    assert [shown(r) for r in read(BY_NAME[name], format=format).records] == expected(name)[
        "records"
    ]


@settings(max_examples=700, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_damage_never_crashes_and_every_entry_is_accounted_for(data: st.DataObject) -> None:
    """Pieces of samples cut out, doubled, swapped and mixed with bytes of any kind."""
    content = bytearray(BY_NAME[data.draw(st.sampled_from(sorted(BY_NAME)))])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        end = min(len(content), at + data.draw(st.integers(0, 300)))
        kind = data.draw(st.sampled_from(["cut", "double", "put", "end"]))
        if kind == "cut":
            del content[at:end]
        elif kind == "double":
            content[at:at] = content[at:end]
        elif kind == "end":
            del content[at:]
        else:
            content[at:at] = data.draw(st.one_of(st.binary(max_size=12), st.sampled_from(SIGNS)))
    account_for(bytes(content), data.draw(st.sampled_from(["", "", "", *READERS])))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=st.one_of(st.binary(max_size=400), st.text(max_size=300).map(str.encode)))
def test_any_bytes_at_all(content: bytes) -> None:
    account_for(content, "")


SIGNS = [
    b"{", b"}", b'"', b"@article{a,", b"\nTY  - JOUR\n", b"\nER  - \n", b"<record>", b"</record>",
    b"&x;", b"<!--", b"]]>", b"\0", b"\xff\xfe", b"\n\n", b"\nPT J\n", b"\n%0 Book\n",
    b"\nPMID- 1\n",
    b",", b"\t", b"\\", b"#", b"[", b"]", b"\n<3>\n", b"- ", b"\xed\xa0\x80", b"\x1b[31m", b"\x85",
]  # fmt: skip


def account_for(content: bytes, format: str) -> None:
    """found = read + set aside, numbered without a gap; nothing without its tags or its text."""
    try:
        reading = read(content, format=format)
    except ReviewError as refusal:
        assert refusal.what
        return
    numbers = sorted([r.number for r in reading.records] + [s.number for s in reading.set_aside])
    assert numbers == list(range(1, reading.found + 1))
    assert all(record.as_exported for record in reading.records)
    assert all(aside.why and aside.raw for aside in reading.set_aside)
    for record in reading.records:
        str(record).encode()
