"""A walk: from something that is said to what it rests on, step by step."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.terms.problem import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a walk: what it says, where it is written, and the steps below it.

    `what` may hold text from exports: whoever shows it makes it harmless first. `record` is the id
    of the record that the step has come to, where its walk goes on.
    """

    what: str
    place: Place | None = None
    below: tuple[Step, ...] = ()
    record: str = ""
