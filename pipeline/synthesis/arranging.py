"""Studies in one order, everywhere the same (SWiM 7)."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.synthesis.study_facts import answer_at
from pipeline.terms.preliminary import Preliminary
from pipeline.terms.study import Study

_Key = tuple[int, float, str]


def in_order(studies: Iterable[Study], preliminary: Preliminary) -> tuple[Study, ...]:
    """`studies` by the items that the authors named, then by id; without an answer last.

    Numbers go from small to large, words by the alphabet, designs by how well they suit.
    """
    return tuple(
        sorted(
            studies,
            key=lambda s: (*(_key(s, path, preliminary) for path in preliminary.order.by), s.id),
        )
    )


def _key(study: Study, path: str, preliminary: Preliminary) -> _Key:
    found = answer_at(study, path)
    value = found.value if found is not None else None
    if value is None:
        return (3, 0.0, "")
    if path == "design" and value in preliminary.designs:
        return (0, float(preliminary.designs.index(str(value))), "")
    if isinstance(value, (int, float)):
        return (1, float(value), "")
    return (2, 0.0, str(value).casefold())
