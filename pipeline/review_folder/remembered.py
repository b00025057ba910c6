"""Small derived things for a later run to find: in the cache, safe to delete at any time."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

from pipeline.review_folder.places import ReviewPlaces
from pipeline.review_folder.writing import write_file
from pipeline.terms.problem import ReviewError


def remember(places: ReviewPlaces, name: str, content: bytes) -> None:
    """Keeps `content` under `name`; where nothing can be written it is done without."""
    with contextlib.suppress(ReviewError, OSError):
        write_file(_path(places, name), content)


def remembered(places: ReviewPlaces, name: str) -> bytes | None:
    """What was kept under `name`, if it is still there."""
    try:
        return _path(places, name).read_bytes()
    except OSError:
        return None


def state_of_searches(places: ReviewPlaces) -> str:
    """Other words for every other state of the protocol and the searches, from names and times."""
    files = [places.protocol, *sorted(places.searches.glob("*"))]
    marks = []
    for path in files:
        with contextlib.suppress(FileNotFoundError):
            stat = path.stat()
            marks.append(f"{path.name}|{stat.st_size}|{stat.st_mtime_ns}")
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()


def _path(places: ReviewPlaces, name: str) -> Path:
    digest = hashlib.sha256(f"{places.review}\n{name}".encode()).hexdigest()[:32]
    return places.cache / "remembered" / digest
