"""Addresses of answers, as people read and write them: `groups/possessors/n`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.notation.yaml_text import Path


def address_of(value: Any, path: Path) -> str:
    """The address of the answer at `path` in what a study file says: entries go by their ids.

    The block stands in front for appraisals (`mmat-2018/category`), not for the answers.
    """
    words: list[str] = []
    for step in path:
        inner = _inner(value, step)
        if isinstance(step, int):
            entry = inner.get("id") if isinstance(inner, Mapping) else None
            words.append(str(entry or step + 1))
        else:
            words.append(step)
        value = inner
    return "/".join(words[1:])


def path_of(value: Any, address: str) -> Path | None:
    """The path of `address` in what a study file says; None where an entry on the way is missing.

    The last step need not be there yet.
    """
    steps = address.split("/")
    blocks = value.get("appraisal") if isinstance(value, Mapping) else None
    block = "appraisal" if isinstance(blocks, Mapping) and steps[0] in blocks else "answers"
    path: list[str | int] = [block]
    value = _inner(value, block)
    for step in steps:
        if isinstance(value, list):
            index = next(
                (
                    i
                    for i, entry in enumerate(value)
                    if isinstance(entry, Mapping) and str(entry.get("id", i + 1)) == step
                ),
                None,
            )
            if index is None:
                return None
            path.append(index)
            value = value[index]
        else:
            path.append(step)
            value = _inner(value, step)
    return tuple(path)


def _inner(value: Any, step: str | int) -> Any:
    if isinstance(value, list) and isinstance(step, int):
        return value[step] if step < len(value) else None
    return value.get(step) if isinstance(value, Mapping) else None
