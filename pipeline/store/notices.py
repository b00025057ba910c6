"""Answers of services about included reports, kept in the review, one file a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from pipeline.store.files import write_file
from pipeline.store.places import ReviewPlaces


def keep_notices(places: ReviewPlaces, lines: Iterable[bytes], today: date) -> Path:
    """Puts the answers of `today` into `notices/`, whole or not at all; gives their file."""
    path = places.notices / f"{today}.jsonl"
    write_file(path, b"".join(lines))
    return path


def latest_notices(places: ReviewPlaces, until: date) -> Path | None:
    """The file of the last day, no later than `until`, on which services were asked."""
    names = [path for path in places.notices.glob("????-??-??.jsonl") if path.stem <= str(until)]
    return max(names, default=None)
