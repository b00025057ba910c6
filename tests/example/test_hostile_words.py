"""The example with hostile words in every field that holds prose: inert in every output.

The words are laid behind (and before) each text that people or exports gave: titles, authors,
values, quotes, notes, labels of forms, findings, themes, reasons of decisions, references.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from counted_by_hand import REVIEW
from lxml import etree
from lxml import html as lxml_html
from read_outputs import text_of, xml_parts

from pipeline.cli.documents.build import beside, documents
from pipeline.cli.documents.manuscripts import write_ups
from pipeline.model.problem import Place
from pipeline.render.documents import WRITERS
from pipeline.render.pandoc import pandoc
from pipeline.render.prepared import prepare
from pipeline.sessions.snapshots import snapshot_of
from pipeline.snapshot import Snapshot
from pipeline.snapshot.settle import settle
from pipeline.store import open_review

BEFORE = ("=cmd|' /C calc'!A0 ", "+1+", "@SUM(1) ", "-2+cmd ", "\t=1+1 ")
BEHIND = (
    " <script>pwn()</script><img src=x onerror=pwn()></style>{{7919*7919}}{% raw %}\\input{x}"
    '$\\evil$%#eval("pwn")`pwn`{=html}[l](javascript:pwn)![i](x)[[table:none]] @nokey *a _b |d|'
    "--><!--\x1b[2J\u202epwn\u2066\x00\x85\n\n# pwnhead\nER  - \nTY  - EVIL\n"
)
IN_MARKDOWN = re.sub(r"!?\[.*?\]+(?:\([^)]*\))?|@nokey|\n.*", "", BEHIND)
"""What would be refused in Markdown that authors write, as the theory of a synthesis is: there a
heading is a heading, and such a link, an unknown key or table is a fault of theirs."""
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def poisoned(value: Any) -> Any:
    """`value` with hostile words about each text that is prose: that has a space in it."""
    if isinstance(value, str):
        # a word of a closed list (StrEnum) is no text of people, and an id has no spaces
        prose = type(value) is str and " " in value
        return f"{BEFORE[len(value) % len(BEFORE)]}{value}{BEHIND}" if prose else value
    if isinstance(value, Place):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        inner = {f.name: getattr(value, f.name) for f in fields(value) if f.init}
        return replace(value, **{name: poisoned(part) for name, part in inner.items()})
    if isinstance(value, Mapping):
        return {key: poisoned(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        parts = [poisoned(part) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
    return value


@pytest.fixture(scope="module")
def made() -> Mapping[str, bytes]:
    """Every file that a build of the hostile review makes, in all formats."""
    folder = open_review(str(REVIEW))
    plain, _ = snapshot_of(folder, None)
    review, synthesis = poisoned(plain.review), poisoned(plain.synthesis)
    theory = f"{plain.synthesis.theory.text}{IN_MARKDOWN}"
    snapshot: Snapshot = replace(
        plain,
        review=review,
        ledger=settle(review),
        records={id: poisoned(record) for id, record in plain.records.items()},
        synthesis=replace(synthesis, theory=replace(synthesis.theory, text=theory)),
        references=poisoned(plain.references),
    )
    written, problems = write_ups(folder, snapshot, confirmed=False)
    assert written, [str(p) for p in problems]
    [full] = [one for one in written if one.kind == "full"]
    ready = prepare(full.document)
    files = {
        f"ta-hsb{WRITERS[name].suffix}": WRITERS[name].write(ready)
        for name in ("html", "pdf", "markdown", "latex")
    }
    rest = tuple(one for one in written if one.kind != "full")
    others, _ = documents(rest, ("html", "docx", "markdown", "pptx"), "ta-hsb")
    return files | others | beside(snapshot, written, (), "ta-hsb")


def of_kind(made: Mapping[str, bytes], *suffixes: str) -> list[tuple[str, bytes]]:
    found = [(path, content) for path, content in made.items() if path.endswith(suffixes)]
    assert found, suffixes
    return found


def test_the_words_are_there_as_words_and_no_control_is(made: Mapping[str, bytes]) -> None:
    telling = 0
    for path, content in made.items():
        if path.endswith(".png"):
            continue
        # JSON keeps every sign as it was given, as an escape
        text = content.decode() if path.endswith(".json") else text_of(path, content)
        telling += "pwn" in text
        found = CONTROLS.search(text.replace("\r", ""))
        assert not found, (path, text[max(found.start() - 60, 0) : found.end() + 20])
        assert "62710561" not in text, path
    assert telling > 30
    assert {s.rpartition(".")[2] for s in made} >= {"pdf", "docx", "pptx", "tex", "md", "svg"}


def test_pages_run_nothing(made: Mapping[str, bytes]) -> None:
    for path, content in of_kind(made, ".html"):
        page = lxml_html.document_fromstring(content.decode("utf-8"))
        for element in page.iter(etree.Element):
            names = [name for name in element.attrib if name.startswith("on")]
            targets = [element.get(name, "") for name in ("href", "src", "xlink:href", "action")]
            assert not names, (path, element.tag)
            assert not any(t.strip().lower().startswith("javascript") for t in targets), path
            assert element.get("src") != "x", path
            if element.tag == "script" and element.get("type") != "application/json":
                assert "pwn" not in (element.text or ""), path
            if re.fullmatch(r"h\d", str(element.tag)):
                assert element.text_content().strip() != "pwnhead", path


def test_drawings_and_office_files_hold_no_code(made: Mapping[str, bytes]) -> None:
    for path, content in of_kind(made, ".svg"):
        for element in etree.fromstring(content).iter(etree.Element):
            assert etree.QName(element).localname not in ("script", "foreignObject", "img"), path
            assert not any(name.startswith("on") for name in element.attrib), path
    for path, content in of_kind(made, ".docx", ".pptx"):
        for name, part in xml_parts(content):
            for element in etree.fromstring(part).iter(etree.Element):
                target = element.get("Target", "").lower()
                assert not target.startswith(("javascript", "file:")), (path, name, target)
                if etree.QName(element).localname == "instrText":
                    assert "pwn" not in (element.text or ""), (path, name)


def test_typesetting_commands_are_letters(made: Mapping[str, bytes]) -> None:
    for path, content in of_kind(made, ".tex", ".bib"):
        text = content.decode("utf-8")
        for command in ("\\input{", "\\evil", "{=html}"):
            at = text.find(command)
            assert at < 0, (path, text[max(at - 80, 0) : at + 40])
    for path, content in of_kind(made, ".md"):
        text = content.decode("utf-8")
        parsed = json.loads(pandoc(text, source="gfm", target="json"))
        kinds = list(_nodes(parsed))
        raw = [n["c"] for n in kinds if n["t"] in ("RawInline", "RawBlock", "Math")]
        assert not [said for said in raw if re.search("pwn|evil|alert", str(said))], path
        targets = [n["c"][2][0] for n in kinds if n["t"] in ("Link", "Image")]
        assert not [t for t in targets if t == "x" or t.startswith("javascript")], path
        heads = [n["c"][2] for n in kinds if n["t"] == "Header"]
        assert not [h for h in heads if h == [{"t": "Str", "c": "pwnhead"}]], path


def _nodes(value: Any) -> Any:
    if isinstance(value, list):
        for part in value:
            yield from _nodes(part)
    elif isinstance(value, dict):
        if "t" in value:
            yield value
        for part in value.values():
            yield from _nodes(part)


def test_no_cell_is_a_formula_and_no_line_a_new_reference(made: Mapping[str, bytes]) -> None:
    for path, content in of_kind(made, ".csv"):
        for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
            for cell in row:
                assert not re.match(r"\s*([=+@\t]|-(?!\d*\.?\d*\Z))", cell), (path, cell[:60])
    for path, content in of_kind(made, ".ris"):
        assert b"TY  - EVIL" not in re.findall(rb"(?m)^.*$", content), path
        starts, ends = (len(re.findall(rb"(?m)^" + t, content)) for t in (b"TY  - ", b"ER  - "))
        entries = len(re.findall(rb"(?m)^@", made["included.bib"]))
        assert starts == ends == entries, path
