"""What must not be shared taken out of what people wrote: names of reviewers, words of reports.

A decision's id is made from its reviewer and its line, so a renamed log has other ids; whatever
names a decision (an undo, the list of a sealed edition) follows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from pipeline.model.decision import AUTOMATION
from pipeline.notation.decision_lines import decision_id

WITHHELD = "(withheld)"
SHORTEST_QUOTE = 12
"""Shorter quotes are single words that stand anywhere; they are withheld where they are quoted."""

_AUTHORS = re.compile(r"^authors:[ \t]*(?:#.*)?\n(?:[ \t-].*\n|\n)*", re.MULTILINE)
"""The block of a protocol that names the authors of the publication."""


def pseudonyms(names: Iterable[str]) -> dict[str, str]:
    """`reviewer-a` and so on for `names`, in their order by letter; rules keep their name.

    No pseudonym is one of the names; `Ada` and `ada` are one person.
    """
    written = {name for name in names if name and name.lower() != AUTOMATION}
    people = sorted({name.lower() for name in written})
    prefix = "reviewer"
    while any(name.startswith(f"{prefix}-") for name in people):
        prefix = "person" if prefix == "reviewer" else f"{prefix}x"
    new = {name: f"{prefix}-{_letters(n)}" for n, name in enumerate(people)}
    return {name: new[name.lower()] for name in sorted(written)}


def _letters(n: int) -> str:
    """`a` to `z`, then `aa`, `ab` … (a number in prose would ask for its source)."""
    letter = chr(ord("a") + n % 26)
    return letter if n < 26 else _letters(n // 26 - 1) + letter


class Renaming:
    """Names and decisions under their new names, quotes withheld.

    `logs` are the lines of each reviewer's log; `quotes` are words that stand nowhere any more.
    `prints` are the fingerprints that confirmed claims rest on from now on, by support and old one.
    """

    def __init__(
        self,
        names: Mapping[str, str],
        logs: Mapping[str, bytes],
        quotes: Iterable[str] = (),
        prints: Mapping[tuple[str, str], str] | None = None,
    ) -> None:
        self.names = names
        self._prints = prints or {}
        long = sorted({q for q in quotes if len(q) >= SHORTEST_QUOTE}, key=len, reverse=True)
        spaced = (r"\s+".join(map(re.escape, quote.split())) for quote in long)
        self._quotes = re.compile("|".join(spaced)) if long else None
        self._lower = {name.lower(): new for name, new in names.items()}
        longest = sorted(names, key=len, reverse=True)
        words = "|".join(map(re.escape, longest))
        self._words = (
            re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE) if names else None
        )
        self._lines: dict[str, tuple[str, bytes]] = {}
        for reviewer, content in logs.items():
            for line in content.split(b"\n"):
                if line.strip():
                    self._lines[decision_id(reviewer, line)] = (reviewer, line)
        self._new: dict[str, str] = {}

    def text(self, text: str, *, protocol: bool = False) -> str:
        """`text` with every name replaced; in a `protocol` the authors of the review stay."""
        if self._quotes is not None:
            text = self._quotes.sub(WITHHELD, text)
        if self._words is None:
            return text
        if protocol and (authors := _AUTHORS.search(text)):
            head, tail = text[: authors.start()], text[authors.end() :]
            return self.text(head) + authors.group() + self.text(tail)
        return self._words.sub(lambda found: self._lower[found.group().lower()], text)

    def log(self, content: bytes) -> bytes:
        """The lines of a log with names and ids replaced; a torn line is left out."""
        lines = (line for line in content.split(b"\n") if line.strip())
        new = (self._line(line) for line in lines)
        return b"".join(line + b"\n" for line in new if line)

    def id(self, old: str) -> str:
        """The id that the decision `old` has under the new names."""
        if old not in self._lines:
            return old
        if old not in self._new:
            reviewer, line = self._lines[old]
            self._new[old] = decision_id(self.names.get(reviewer, reviewer), self._line(line))
        return self._new[old]

    def _line(self, line: bytes) -> bytes:
        try:
            said = json.loads(line)
        except ValueError:
            return b""
        if not isinstance(said, dict):
            return b""
        new = {key: self._value(key, value) for key, value in said.items()}
        supports, prints = said.get("supports"), said.get("prints")
        if isinstance(supports, list) and isinstance(prints, list):
            known = zip(map(str, supports), map(str, prints), strict=False)
            new["prints"] = [self._prints.get(pair, pair[1]) for pair in known]
        return json.dumps(new, ensure_ascii=False, separators=(",", ":")).encode()

    def _value(self, key: str, value: object) -> object:
        if isinstance(value, list):
            return [self._value(key, one) for one in value]
        if not isinstance(value, str) or key in ("event", "at", "record", "duplicate_of"):
            return value
        return self.id(value) if key in ("undoes", "replaces") else self.text(value)
