"""Themes: from the words of a report through codes to descriptive and analytical themes.

Thematic synthesis in the steps of Thomas & Harden 2008.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.terms.problem import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    id: str
    label: str
    definition: str = ""


class SaidBy(StrEnum):
    """Whose words a quote has: a participant's, or those of the authors of the report."""

    PARTICIPANT = "participant"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedQuote:
    """Words of a study with the codes that people gave them; they stand in the study's file too."""

    id: str
    study: str
    quote: str
    codes: tuple[str, ...]
    page: str = ""
    said_by: SaidBy | None = None
    note: str = ""


class ThemeLevel(StrEnum):
    """Descriptive themes stay close to the studies, analytical ones go beyond them."""

    DESCRIPTIVE = "descriptive"
    ANALYTICAL = "analytical"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """`codes` stand under a theme directly; `themes` are those below an analytical one."""

    id: str
    label: str
    level: ThemeLevel = ThemeLevel.DESCRIPTIVE
    account: str = ""
    codes: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Themes:
    """`synthesis/themes.yaml`, by id. `places` are the lines of the quotes and themes."""

    codes: Mapping[str, Code] = field(default_factory=dict)
    quotes: Mapping[str, CodedQuote] = field(default_factory=dict)
    themes: Mapping[str, Theme] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
