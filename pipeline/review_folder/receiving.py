"""A folder that receives exports: which have fully arrived, and what is told of each beside it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.review_folder.places import ReviewPlaces, shown
from pipeline.terms.problem import ReviewError

_ON_ITS_WAY = (".part", ".partial", ".crdownload", ".download", ".filepart", ".tmp", ".lock")
_NAMED = re.compile(r"(?P<source>.+?)[-_ ](?P<day>\d{4}-\d{2}-\d{2})\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A file of the folder: an `export`, or None where a search gave nothing, and the `log` beside
    it (`NAME.EXT.yaml` or `NAME.yaml`) if there is one."""

    export: Path | None
    log: Path | None

    @property
    def path(self) -> Path:
        found = self.export or self.log
        assert found is not None
        return found


def received(
    folder: Path, *, now: float, settle_seconds: float
) -> tuple[tuple[Received, ...], tuple[Path, ...]]:
    """What has arrived in `folder`, by name, and the files that are still on their way.

    A file is on its way while it was written to less than `settle_seconds` before `now` (seconds
    since 1970), while a name that downloads use while they run stands beside it, and while it has
    such a name itself. Raises ReviewError when `folder` is none.
    """
    if not folder.is_dir():
        raise ReviewError(f"there is no folder {shown(folder)}", "Name the folder that receives")
    files = sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith((".", "~")))
    names = {p.name for p in files}
    arriving = tuple(
        p
        for p in files
        if p.name.endswith(_ON_ITS_WAY)
        or any(f"{p.name}{ending}" in names for ending in _ON_ITS_WAY)
        or now - p.stat().st_mtime < settle_seconds
    )
    there = [p for p in files if p not in arriving]
    logs = {p for p in there if p.suffix in (".yaml", ".yml") and _is_log(p, names)}
    exports = [p for p in there if p not in logs]
    found = [Received(export=p, log=log_beside(p)) for p in exports]
    waiting = {log for p in arriving if (log := log_beside(p)) is not None}
    spoken_of = {one.log for one in found}
    found += [Received(export=None, log=p) for p in sorted(logs) if p not in spoken_of | waiting]
    return tuple(sorted(found, key=lambda one: one.path.name)), arriving


def log_beside(export: Path) -> Path | None:
    """The YAML that says how `export` was got, or None."""
    for path in (export.with_name(f"{export.name}.yaml"), export.with_suffix(".yaml")):
        if path != export and path.is_file():
            return path
    return None


def _is_log(path: Path, names: set[str]) -> bool:
    """Whether a YAML tells of an export (or of a search that gave nothing) and is none itself."""
    if path.suffix == ".yml":
        return False
    head = path.read_bytes()[:20_000]
    return (
        re.search(rb"^(source|searched_on|results_reported|query):", head, re.MULTILINE) is not None
    )


def told_by_name(path: Path) -> tuple[str, date | None]:
    """What the name of an export says: `psycinfo-2026-02-02.ris` is from psycinfo, of that day."""
    found = _NAMED.match(path.stem)
    if found is None:
        return "", None
    try:
        return found["source"].casefold(), date.fromisoformat(found["day"])
    except ValueError:
        return "", None


@contextlib.contextmanager
def one_update_at_a_time(places: ReviewPlaces) -> Iterator[None]:
    """Raises ReviewError while another update of this review is at work."""
    handle = os.open(places.review, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise ReviewError(
            f"another update of {places.slug} is at work", "Let it finish, then run this again"
        ) from error
    finally:
        os.close(handle)
