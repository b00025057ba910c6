"""Problems that took long to find, kept with the hash of all that they rest on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from functools import cache as once
from pathlib import Path

import msgspec

from pipeline.review_folder.cache import keep
from pipeline.terms.problem import Problem


class _Kept(msgspec.Struct, frozen=True):
    key: str
    problems: tuple[Problem, ...]


def kept_problems(
    kept_at: Path, rests_on: Iterable[bytes], find: Callable[[], tuple[Problem, ...]]
) -> tuple[Problem, ...]:
    """What `find` gives, called only where `rests_on` is not what it was the last time.

    `rests_on` is everything that could change what is found; it is told apart by its parts, so that
    text which moves from one file to another is a change.
    """
    digest = hashlib.sha256()
    for part in rests_on:
        digest.update(b"%d:" % len(part) + part)
    key = digest.hexdigest()
    try:
        kept = msgspec.json.decode(kept_at.read_bytes(), type=_Kept)
    except (OSError, msgspec.MsgspecError):
        kept = None
    if kept is not None and kept.key == key:
        return kept.problems
    problems = find()
    keep(kept_at, msgspec.json.encode(_Kept(key, problems)))
    return problems


@once
def program(*rooms: str) -> str:
    """A hash of the code in `rooms`: what another program has found is not what this one finds."""
    digest = hashlib.sha256()
    folders = [Path(__file__).parents[1] / room for room in rooms]
    for source in sorted(path for folder in folders for path in folder.rglob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()
