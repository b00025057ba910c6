"""One thing has one name: no class is called as another, no module name stands in many rooms."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

PIPELINE = Path(__file__).resolve().parents[1] / "pipeline"


def modules() -> list[Path]:
    found = [path for path in PIPELINE.rglob("*.py") if path.name != "__init__.py"]
    assert len(found) > 100
    return found


def test_no_class_is_called_as_another() -> None:
    homes: dict[str, list[str]] = defaultdict(list)
    for path in modules():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                homes[node.name].append(str(path.relative_to(PIPELINE)))
    assert {name: at for name, at in homes.items() if len(at) > 1} == {}


def test_no_module_name_stands_in_more_than_two_rooms() -> None:
    homes: dict[str, set[str]] = defaultdict(set)
    for path in modules():
        homes[path.stem].add(str(path.relative_to(PIPELINE).parent))
    assert {name: at for name, at in homes.items() if len(at) > 2} == {}
