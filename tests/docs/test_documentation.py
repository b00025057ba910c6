"""Every command of the tutorial works in an empty folder, and the reference is made of the code."""

from __future__ import annotations

import importlib.util
import re
import shlex
from datetime import date
from pathlib import Path

import pytest

from pipeline.cli.entry import VERBS, _run

PROJECT = Path(__file__).parents[2]
DOCS = PROJECT / "docs"
FENCE = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.M | re.S)


def _reference():
    spec = importlib.util.spec_from_file_location("reference", DOCS / "hooks" / "reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "page", [p for p in sorted(DOCS.rglob("*.md")) if "```console" in p.read_text("utf-8")],
    ids=lambda page: page.stem,
)  # fmt: skip
def test_commands_work_in_an_empty_folder(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    ran = 0
    for kind, title, body in FENCE.findall(page.read_text("utf-8")):
        if title:
            Path(title).parent.mkdir(parents=True, exist_ok=True)
            Path(title).write_text(body, "utf-8")
        if kind != "console":
            continue
        for line in body.splitlines():
            assert line.startswith("$ review "), line
            words = line.removeprefix("$ review ").replace("$(date +%F)", str(date.today()))
            code = _run(shlex.split(words))
            assert code == 0, f"{line}\n{capsys.readouterr()}"
            ran += 1
    assert ran


def test_the_reference_names_everything_that_there_is():
    from dataclasses import fields

    from pipeline.checks.catalogue import CHECKS
    from pipeline.frames.shapes import SHAPES
    from pipeline.model.protocol import Protocol
    from pipeline.readers import READERS

    pages = _reference().pages()
    assert all(f"### review {verb}\n" in pages["reference/verbs.md"] for verb in VERBS)
    assert all(f"| `{f.name}` |" in pages["reference/protocol.md"] for f in fields(Protocol))
    rows = dict(re.findall(r"^\| `([\w-]+)` \| (.*) \|$", pages["reference/checks.md"], re.M))
    assert set(rows) == set(CHECKS) and all(rows.values())
    assert all(f"| `{id}` |" in pages["reference/layouts.md"] for id in READERS)
    for shape in SHAPES.values():
        for column in shape.columns:
            assert f"| `{column.name}` | `{column.dtype}` |" in pages["reference/tables.md"]


def test_every_page_is_in_the_navigation_and_every_link_leads_somewhere():
    told = (PROJECT / "mkdocs.yml").read_text("utf-8")
    named = set(re.findall(r"([\w/-]+\.md)$", told, re.M))
    pages = {p.relative_to(DOCS).as_posix() for p in DOCS.rglob("*.md")}
    made = set(_reference().pages())
    assert pages | made == named
    for page in pages:
        for link in re.findall(r"\]\(((?!https?:)[^)#]+)", (DOCS / page).read_text("utf-8")):
            target = (DOCS / page).parent / link
            inside = target.resolve().is_relative_to(DOCS)
            there = target.is_file() or (
                inside and target.resolve().relative_to(DOCS).as_posix() in made
            )
            assert there, f"{page}: {link}"
