"""Makes the reference of the documentation from the code, and a page of the notebook."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import json
import re
import types
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

PROJECT = Path(__file__).resolve().parents[2]


def on_files(files: Any, config: Any) -> Any:
    """Adds the generated pages to those that stand in docs/ (called by MkDocs)."""
    from mkdocs.structure.files import File

    for name, text in pages().items():
        files.append(File.generated(config, name, content=text))
    return files


def pages() -> Mapping[str, str]:
    """Every generated page by its path in the site."""
    from pipeline.model.protocol import Protocol
    from pipeline.model.search import Search

    return {
        "reference/verbs.md": verbs(),
        "reference/protocol.md": keys("reviews/SLUG/protocol.yaml", Protocol)
        + "\n## An example with every key explained\n\n```yaml\n"
        + (PROJECT / "pipeline/cli/templates/protocol.yaml").read_text("utf-8")
        + "```\n",
        "reference/search.md": keys("reviews/SLUG/searches/ID.yaml", Search),
        "reference/checks.md": checks(),
        "reference/layouts.md": layouts(),
        "reference/tables.md": tables(),
        "notebook.md": notebook(),
    }


def verbs() -> str:
    """Every verb with its help, as `review VERB --help` prints it."""
    import typer

    from pipeline.cli.entry import VERBS

    parts = ["# Verbs\n"]
    for group in dict.fromkeys(verb.group for verb in VERBS.values()):
        parts.append(f"## {group}\n")
        for verb in (v for v in VERBS.values() if v.group == group):
            app = typer.Typer(add_completion=False, rich_markup_mode=None)
            function = getattr(importlib.import_module(verb.module), verb.function)
            app.command(name=verb.name)(function)
            command = typer.main.get_command(app)
            parts.append(f"### review {verb.name}\n\n{inspect.cleandoc(function.__doc__)}\n")
            rows = []
            for one in command.params:
                names = ", ".join((*one.opts, *one.secondary_opts))
                default = one.default if one.default not in (None, "", False, ()) else ""
                required = "required" if one.required else _cell(default)
                rows.append((f"`{names}`", _cell(getattr(one, "help", "") or ""), required))
            parts.append(_table(("option", "what it says", "default"), rows))
    return "\n".join(parts)


def keys(file: str, kind: type) -> str:
    """Every key of the dataclass `kind` with its type and default, inner ones below."""
    parts = [f"# Keys of `{file}`\n"]
    for inner in dict.fromkeys(_kinds(kind)):
        parts.append(f"## {inner.__name__}\n\n{inspect.cleandoc(inner.__doc__ or '')}\n")
        if issubclass(inner, StrEnum):
            parts.append("\n".join(f"- `{word.value}`" for word in inner) + "\n")
            continue
        hints = get_type_hints(inner)
        rows = [
            (f"`{f.name}`", _type(hints[f.name]), _default(f)) for f in dataclasses.fields(inner)
        ]
        parts.append(_table(("key", "type", "default"), rows))
    return "\n".join(parts)


def _kinds(kind: Any) -> Iterator[type]:
    """`kind` and every dataclass and enum that its fields are made of, each before its parts."""
    waiting, seen = [kind], set()
    while waiting:
        one = waiting.pop(0)
        if get_origin(one) is not None:
            waiting = [*get_args(one), *waiting]
        elif isinstance(one, type) and one not in seen:
            seen.add(one)
            if dataclasses.is_dataclass(one):
                yield one
                waiting += list(get_type_hints(one).values())
            elif issubclass(one, StrEnum):
                yield one


def _type(hint: Any) -> str:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return " or ".join(_type(part) for part in inner if part is not type(None))
    if origin is tuple:
        return f"list of {_type(inner[0])}"
    if inner and origin is not None:
        return f"names to {_type(inner[-1])}"
    words = {str: "text", int: "whole number", float: "number", bool: "true or false"}
    return words.get(hint) or str(getattr(hint, "__name__", hint))


def _default(field: Any) -> str:
    if field.default is not dataclasses.MISSING:
        value = field.default
    elif field.default_factory is not dataclasses.MISSING:
        value = field.default_factory()
    else:
        return "required"
    return "empty" if value in ("", (), {}, None) else f"`{_cell(value)}`"


def checks() -> str:
    """Every named check with what its function says it looks for."""
    from pipeline.checks.catalogue import CHECKS

    rows = [
        (f"`{name}`", _cell(inspect.cleandoc(check.__doc__ or "")))
        for name, check in CHECKS.items()
    ]
    return "# Checks\n\n`review check` runs all of them; `--only NAME` one.\n\n" + _table(
        ("check", "what it finds"), rows
    )


def layouts() -> str:
    from pipeline.readers import READERS

    rows = [
        (f"`{id}`", _cell(reader.label), _cell(", ".join(reader.sources)), f"`{reader.suffix}`")
        for id, reader in READERS.items()
    ]
    return (
        "# Layouts read\n\nFound by the content of an export; `--format` names one.\n\n"
        + _table(("format", "layout", "typical sources", "suffix"), rows)
    )


def tables() -> str:
    import pipeline as rv

    parts = ["# Tables\n\nWhat `rv.open(…)` gives and `review export` writes into `tables/`.\n"]
    for name, shape in rv.SHAPES.items():
        rows = [(f"`{c.name}`", f"`{c.dtype}`", _cell(c.meaning)) for c in shape.columns]
        parts.append(f"## {name}\n\n{shape.title}.\n")
        parts.append(_table(("column", "type", "meaning"), rows))
    return "\n".join(parts)


def notebook() -> str:
    """The cells of the notebook as a page; it is run by the tests."""
    cells = json.loads((PROJECT / "docs" / "notebook.ipynb").read_text("utf-8"))["cells"]
    parts = []
    for cell in cells:
        text = "".join(cell["source"])
        parts.append(text if cell["cell_type"] == "markdown" else f"```python\n{text}\n```")
    return "\n\n".join(parts) + "\n"


def _cell(value: Any) -> str:
    return re.sub(r"\s+", " ", str(value)).replace("|", "\\|").replace("<", "&lt;").strip()


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
