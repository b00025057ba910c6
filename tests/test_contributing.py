"""What CONTRIBUTING says of the house is so: the rooms, modules and functions that it names."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parents[1]
TEXT = (PROJECT / "CONTRIBUTING.md").read_text("utf-8")
PACKAGE = PROJECT / "pipeline"


def test_each_module_and_function_that_is_named_is_there() -> None:
    named = set(re.findall(r"`([a-z_]+(?:/[a-z_]+)+)(?:\.py)?(?:\.([A-Za-z_]+))?`", TEXT))
    assert len(named) > 15
    for path, name in named:
        room = PACKAGE if (PACKAGE / path.split("/")[0]).is_dir() else PROJECT
        module = (room / path).with_suffix(".py")
        assert module.is_file() or (room / path).exists(), path
        if name:
            tree = ast.parse(module.read_text("utf-8"))
            held = {getattr(node, "name", "") for node in ast.walk(tree)}
            assert name in held, f"{path}.{name}"


def test_the_table_of_rooms_is_that_of_the_import_contract() -> None:
    config = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    contracts = config["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c["type"] == "layers")
    expected = [r.strip().removeprefix("pipeline.") for line in layers for r in line.split("|")]
    table = TEXT.split("| room | what is in it |")[1].split("\n\n")[0]
    shown = [
        room
        for row in table.splitlines()
        for room in re.findall(r"`(\w+)/`", row.split("|")[1] if "|" in row else "")
    ]
    assert shown == expected
    there = {p.name for p in PACKAGE.iterdir() if (p / "__init__.py").is_file()}
    assert there - {"_forms"} == set(expected)


def test_each_line_of_the_threat_model_names_a_test_that_is_there() -> None:
    text = (PROJECT / "SECURITY.md").read_text("utf-8")
    rows = [row for row in text.splitlines() if row.startswith("| ") and "held by" not in row]
    assert len(rows) > 12
    for row in rows:
        tests = re.findall(r"`(tests/[\w/.]+)`", row)
        assert tests, row
        for path in tests:
            assert (PROJECT / path).exists(), path
