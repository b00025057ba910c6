"""Finds a review, and refuses one that leads to files outside of its folder.

A review is handed from stranger to stranger. A symbolic link, or a name such as `../../x`, in a
folder that somebody else made would have this program read a file of whoever runs it into a
document, or write into one. So a review that holds such a thing is not opened at all.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from pipeline.model.problem import ReviewError
from pipeline.notation.typed import nearest
from pipeline.store.places import ReviewPlaces, shown

_SHOWN = 5


def check_boundary(places: ReviewPlaces) -> None:
    """Raises ReviewError where the review, its forms or its outputs lead elsewhere.

    Looked at are the folder of the review with all that lies in it, the forms of the project, and
    the folders of outputs and of what is kept. The folder of the review may be a link itself.
    """
    found = list(_leading_away(places.review))
    project = places.project
    if project != places.review:
        found += _leading_away(project / "extraction_forms")
    for folder in (project / "outputs", places.outputs, places.cache):
        if folder.is_symlink():
            found += _why(folder, project.resolve())
    if found:
        told = "\n".join(found[:_SHOWN])
        more = f"\nand {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise ReviewError(
            f"the review {places.slug} holds what leads out of its folder\n{told}{more}\n",
            "Copy the files that are meant into the folder, and take the links away",
        )


def inside(places: ReviewPlaces, name: str) -> Path:
    """The file `name` of the review, as its files name it; ReviewError where that leads out."""
    path = places.written / name
    if "\0" in name or not path.resolve().is_relative_to(places.review.resolve()):
        raise ReviewError(
            f"{name!r} leads out of the folder of the review {places.slug}",
            "Put the file into the folder of the review and write its name",
        )
    return path


def _leading_away(folder: Path) -> Iterator[str]:
    """In words, each link in `folder` whose target lies outside, each device, pipe or socket."""
    root = folder.resolve()
    if folder.is_dir():
        yield from _below(str(root), root)


def _below(folder: str, root: Path) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda e: e.name):
            if entry.is_symlink():
                yield from _why(Path(entry.path), root)
            elif entry.is_dir(follow_symlinks=False):
                if entry.name != ".git":
                    yield from _below(entry.path, root)
            elif not entry.is_file(follow_symlinks=False):
                mode = entry.stat(follow_symlinks=False).st_mode
                kind = "a pipe" if stat.S_ISFIFO(mode) else "a socket or a device"
                yield f"{shown(Path(entry.path))} is {kind}"


def _why(link: Path, root: Path) -> Iterator[str]:
    target = link.resolve()
    if not target.is_relative_to(root):
        yield f"{link.parent.resolve() / link.name} is a link to {target}"


def _reviews_from(here: Path) -> Path | None:
    """The folder `reviews/` in `here` or above."""
    above = (folder / "reviews" for folder in (here, *here.parents))
    return next((f for f in above if f.is_dir()), None)


def review_slugs(start: Path | None = None) -> list[str]:
    """The names of the reviews that can be meant from `start` (the working folder)."""
    folder = _reviews_from((start or Path.cwd()).resolve())
    return sorted(p.parent.name for p in folder.glob("*/protocol.yaml")) if folder else []


def find_review(name: str = "", start: Path | None = None) -> ReviewPlaces:
    """The review called `name`: a slug, or the path of its folder.

    With no name: the one review there is below `reviews/`. `reviews/` is looked for from `start`
    (the working folder) upwards. Raises ReviewError when there is none, or more than one,
    or where it leads out of its folder.
    """
    here = (start or Path.cwd()).resolve()
    if name:
        as_path = (here / name).resolve()
        if (as_path / "protocol.yaml").is_file():
            return _checked(ReviewPlaces(as_path))
    folder = _reviews_from(here)
    slugs = review_slugs(here)
    if folder is None or not slugs:
        raise ReviewError(
            f"there is no review {name!r} here" if name else "there is no review here",
            "`review init SLUG` makes one; or go to the folder that holds `reviews/`",
        )
    if name in slugs:
        return _checked(ReviewPlaces(folder / name))
    if not name and len(slugs) == 1:
        return _checked(ReviewPlaces(folder / slugs[0]))
    if not name:
        raise ReviewError(f"there are several reviews: {', '.join(slugs)}", "Name the one you mean")
    hint = nearest(name, tuple(slugs)).strip()
    raise ReviewError(
        f"there is no review {name!r}. {hint}".strip(), f"Known are {', '.join(slugs)}"
    )


def _checked(places: ReviewPlaces) -> ReviewPlaces:
    check_boundary(places)
    return places
