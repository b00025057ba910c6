"""A review without the words of its sources, for material that may not be passed on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from pipeline.document.manuscript.claims import plain_text
from pipeline.document.write_up import WriteUp
from pipeline.model.problem import Place, Problem
from pipeline.snapshot import Snapshot

T = TypeVar("T")
_QUOTE = "quote"
SHORTEST = 25
"""Quotes of fewer letters are ordinary words that may stand anywhere."""


def without_quotes(snapshot: Snapshot) -> Snapshot:
    """`snapshot` with every field called `quote` emptied: sources of values, quotes of themes.

    Whatever is made from it cannot print a quote, in no format.
    """
    studies = {id: emptied(study) for id, study in snapshot.review.studies.items()}
    review = replace(snapshot.review, studies=studies)
    synthesis = emptied(snapshot.synthesis)
    return replace(snapshot, review=review, synthesis=synthesis, quotes_withheld=True)


def emptied(value: T) -> T:
    """`value` with the text of each field called `quote`, at any depth, empty."""
    made: Any = value
    if is_dataclass(value) and not isinstance(value, type):
        changed = {}
        for f in fields(value):
            before = getattr(value, f.name)
            after: Any = "" if f.name == _QUOTE and isinstance(before, str) else emptied(before)
            if after is not before:
                changed[f.name] = after
        made = replace(value, **changed) if changed else value
    elif isinstance(value, Mapping):
        inside = {key: emptied(part) for key, part in value.items()}
        made = inside if any(inside[key] is not value[key] for key in inside) else value
    elif isinstance(value, tuple) and type(value) is tuple:
        parts = tuple(emptied(part) for part in value)
        made = parts if any(a is not b for a, b in zip(parts, value, strict=True)) else value
    result: T = made
    return result


def quotes_of(snapshot: Snapshot) -> tuple[str, ...]:
    """Every quote of `snapshot` that is long enough to be known again, each once."""
    found = dict.fromkeys((*_quotes(dict(snapshot.review.studies)), *_quotes(snapshot.synthesis)))
    return tuple(quote for quote in found if len(quote) >= SHORTEST)


def leaked_quotes(written: Iterable[WriteUp], snapshot: Snapshot) -> Iterator[Problem]:
    """Quotes of `snapshot` that still stand in `written`, because somebody typed them elsewhere."""
    titles = " | ".join(_bare(title) for title in _titles(snapshot))
    quotes = {_bare(quote): quote for quote in quotes_of(snapshot)}
    # a report may carry the words of a participant in its title, which is cited all the same
    known = {key: quote for key, quote in quotes.items() if key not in titles}
    for one in written:
        said = [(plain_text(one.prose), "the text")]
        said += [
            (" ".join(cell.text for row in table.rows for cell in row), f"the table {id}")
            for id, table in one.tables.items()
        ]
        for text, where in said:
            bare = _bare(text)
            for key, quote in known.items():
                if key in bare:
                    yield Problem(
                        place=Place(file=one.file, line=1),
                        what=f"{where} holds the words of a source: \u201c{quote[:60]}\u2026\u201d",
                        remedy="Say it in your own words, in the manuscript, the finding or the "
                        "statement of the result",
                        check="quotes",
                    )


def _titles(snapshot: Snapshot) -> Iterator[str]:
    for study in snapshot.review.studies.values():
        reports = (snapshot.records.get(report) for report in study.reports)
        yield from (record.title for record in reports if record is not None)
    yield from (str(item.get("title", "")) for item in snapshot.references.values())


def _bare(text: str) -> str:
    return " ".join(re.sub(r"[^\w]+", " ", text.casefold()).split())


def _quotes(value: Any) -> Iterator[str]:
    if is_dataclass(value) and not isinstance(value, type):
        for f in fields(value):
            inner = getattr(value, f.name)
            if f.name == _QUOTE and isinstance(inner, str):
                yield " ".join(inner.split())
            else:
                yield from _quotes(inner)
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _quotes(part)
    elif isinstance(value, tuple):
        for part in value:
            yield from _quotes(part)
