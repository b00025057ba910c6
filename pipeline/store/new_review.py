"""A new review on disk: where it goes, and its first files, none written over."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from pathlib import Path

from pipeline.model.problem import ReviewError
from pipeline.notation.safe_text import for_file_name
from pipeline.store.files import refusing_disk_faults, write_file
from pipeline.store.places import ReviewPlaces, shipped_forms, shown

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}\Z")
_FOLDERS = ("searches", "decisions", "studies", "synthesis")


def new_places(slug: str, start: Path | None = None) -> ReviewPlaces:
    """Where a review called `slug` goes: into `reviews/` in `start` (the working folder) or above
    it, else into one to be made there. Raises ReviewError for a bad or a taken name; a folder
    without a protocol is none yet: what was stopped before its end is gone on with.
    """
    if not _SLUG.match(slug):
        near = for_file_name(slug)
        example = "online-harm" if near == "untitled" else near
        raise ReviewError(
            f"{slug!r} cannot be the name of a review",
            f"Use small letters, digits and hyphens, at most 80, like `{example}`",
        )
    here = (start or Path.cwd()).resolve()
    above = (folder / "reviews" for folder in (here, *here.parents))
    reviews = next((folder for folder in above if folder.is_dir()), here / "reviews")
    if here.name == "reviews":
        reviews = here
    places = ReviewPlaces(reviews / slug)
    if places.protocol.exists() or (places.review.exists() and not places.review.is_dir()):
        raise ReviewError(
            f"{shown(places.review)} is there already",
            f"Take another name, or go on with it: `review status {slug}`",
        )
    return places


def shipped_form(name: str) -> str:
    """The text of a form that comes with the program; "" where somebody took it away."""
    path = shipped_forms() / f"{name}.yaml"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def begin(places: ReviewPlaces, files: Mapping[Path, str], protocol: str) -> tuple[Path, ...]:
    """Writes `files`, makes the folders of a review, and the protocol last: it makes the review.

    Files that are there already stay as they are and are given back. Raises ReviewError when the
    disk is full or not writable; then what was made before is taken away again.
    """
    kept = tuple(path for path in files if path.exists())
    wanted = [*files, *(places.review / name / "x" for name in _FOLDERS), places.protocol]
    above = {folder for path in wanted for folder in path.parents if not folder.exists()}
    try:
        for path, content in files.items():
            if path not in kept:
                write_file(path, content)
        with refusing_disk_faults(places.review):
            for name in _FOLDERS:
                (places.review / name).mkdir(parents=True, exist_ok=True)
        write_file(places.protocol, protocol)
    except BaseException:
        for path in files:
            if path not in kept:
                path.unlink(missing_ok=True)
        for folder in sorted(above, key=lambda f: len(f.parts), reverse=True):
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise
    return kept
