"""The theory of a narrative synthesis: how, why and for whom, in words and as a logic model.

First of the four elements of Popay et al. 2006.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelColumn:
    """A stage of a logic model; the stages stand from left to right."""

    id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelNode:
    """A box of a logic model; `note` is a second line in smaller type."""

    id: str
    label: str
    column: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelArrow:
    """`start` bears on `end` (ids of nodes).

    `findings` are those that bear it out; `assumed` says that none does.
    """

    start: str
    end: str
    label: str = ""
    findings: tuple[str, ...] = ()
    assumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LogicModel:
    columns: tuple[ModelColumn, ...]
    nodes: tuple[ModelNode, ...]
    arrows: tuple[ModelArrow, ...] = ()
    title: str = "Logic model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theory:
    """`synthesis/theory.yaml`. `text` is the authors' Markdown; `cites` are keys of references."""

    text: str = ""
    cites: tuple[str, ...] = ()
    logic_model: LogicModel | None = None
