"""What is wrong with what people wrote or exported, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A spot in a file: `line` and `column` count from 1; 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        parts = [self.file, *(str(n) for n in (self.line, self.column) if n)]
        return ":".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A fault with its place and its remedy. Gathered, never raised.

    `check` is the short name of the rule that found it (for `review check --json`).
    """

    place: Place
    what: str
    remedy: str
    severity: Severity = Severity.ERROR
    check: str = ""

    def __str__(self) -> str:
        remedy = f" {_sentence(self.remedy)}" if self.remedy else ""
        return f"{self.place}: {self.severity}: {_sentence(self.what)}{remedy}"


class ReviewError(Exception):
    """A refusal: the command cannot go on. Says what is wrong and what to do; exit code 2."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        remedy = f" {_sentence(self.remedy)}" if self.remedy else ""
        return f"{_sentence(self.what)}{remedy}"


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?", ":")) else f"{text}."
