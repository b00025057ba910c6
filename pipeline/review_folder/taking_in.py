"""Taking an export into a review: the bytes as they came, then the YAML that makes them a search.

Order on disk: the arriving copy (a hidden file), its final name, the YAML. Only the YAML makes a
search count, so a stop in between leaves a file that no search speaks of; taking the same export
in again finds that file by its SHA-256 and completes it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.review_folder.places import ReviewPlaces
from pipeline.review_folder.writing import refusing_disk_faults, write_file
from pipeline.terms.problem import ReviewError

SEARCH_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}\Z")
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}(?:\.gz)?\Z")
_ARRIVING = ".arriving-"
# read by lines and not as YAML: a search whose YAML has a fault still holds its number and export
_SEQUENCE = re.compile(r"^sequence:\s*([0-9]{1,9})\s*(?:#.*)?$", re.MULTILINE)
_SHA256 = re.compile(r"^sha256:\s*[\"']?([0-9a-f]{64})\b", re.MULTILINE)
_EXPORT = re.compile(r"^export:\s*[\"']?([^\"'\n#]+?)[\"']?\s*(?:#.*)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An export that has come into the folder of searches but counts nowhere yet.

    `copy` is the hidden file with its bytes, `name` what the export was called where it came from.
    """

    copy: Path
    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a search goes: its id, its number in the order of arrival, the name of its export."""

    id: str
    sequence: int
    export: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """A search that is there: `known` when it was there before, `restored` when its export lay
    nowhere and was put back, `completed` when the export lay there and only the YAML was new."""

    id: str
    export: Path
    log: Path
    known: bool = False
    restored: bool = False
    completed: bool = False


@contextlib.contextmanager
def arrival(
    places: ReviewPlaces,
    stream: BinaryIO,
    name: str,
    tick: Callable[[int], None] = lambda n: None,
) -> Iterator[Arrival]:
    """The bytes of `stream`, copied into the review; the copy goes when the block ends.

    `tick` is told the bytes so far. Raises ReviewError when the disk is full or not writable.
    """
    folder = places.searches
    with refusing_disk_faults(folder):
        folder.mkdir(parents=True, exist_ok=True)
        copy = folder / f"{_ARRIVING}{os.getpid()}-{secrets.token_hex(4)}"
    try:
        with refusing_disk_faults(folder), _locked(folder):
            _sweep(folder)
            handle = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
            fcntl.flock(handle, fcntl.LOCK_EX)  # held until it is done with: nobody sweeps it away
        with os.fdopen(handle, "wb") as file:
            digest = hashlib.sha256()
            size = 0
            while piece := stream.read(1 << 20):
                with refusing_disk_faults(folder):
                    file.write(piece)
                digest.update(piece)
                size += len(piece)
                tick(size)
            with refusing_disk_faults(folder):
                file.flush()
                os.fsync(file.fileno())
            yield Arrival(copy=copy, name=name, sha256=digest.hexdigest(), size=size)
    finally:
        copy.unlink(missing_ok=True)


def known_search(places: ReviewPlaces, sha256: str) -> tuple[str, str] | None:
    """The id of the first search whose export has this SHA-256, and the export's name; or None."""
    for path, text in _search_texts(places):
        said = _SHA256.search(text)
        if said and said[1] == sha256:
            export = _EXPORT.search(text)
            return path.stem, export[1] if export else ""
    return None


def restore(places: ReviewPlaces, arrived: Arrival, search: str, export: str) -> TakenIn:
    """The known search of `arrived`; its export is put back where it is no longer there."""
    target = places.searches / export
    log = places.searches / f"{search}.yaml"
    if "/" in export or not export or target.exists():
        return TakenIn(id=search, export=target, log=log, known=True)
    _place(arrived.copy, target)
    return TakenIn(id=search, export=target, log=log, known=True, restored=True)


def place_for(
    places: ReviewPlaces, arrived: Arrival, wanted: str, suffix: str, *, exactly: bool = False
) -> Place:
    """The free id nearest to `wanted` (`wanted-2` and so on), for a look before `take_in`.

    A file with the same bytes that no search speaks of is taken over. With `exactly` an id that is
    taken is refused (ReviewError).
    """
    if not SEARCH_ID.match(wanted):
        raise ReviewError(
            f"{wanted!r} cannot be the id of a search",
            "Use lower-case letters, digits and hyphens, like `psycinfo-2015-11-02`",
        )
    texts = list(_search_texts(places))
    orphan = _orphan(places, arrived.sha256, {e[1] for _, t in texts if (e := _EXPORT.search(t))})
    numbers = [int(said[1]) for _, text in texts if (said := _SEQUENCE.search(text))]
    names = {p.name for p in places.searches.iterdir() if p != orphan}
    taken = {name.split(".")[0] for name in names}
    found = wanted
    number = 1
    while found in taken:
        if exactly:
            raise ReviewError(f"the id {wanted!r} is taken", "Give another with --id, or none")
        number += 1
        found = f"{wanted[:75]}-{number}"
    return Place(
        id=found,
        sequence=max([*numbers, len(texts)]) + 1,
        export=orphan.name if orphan else found + clean_suffix(suffix),
    )


def take_in(
    places: ReviewPlaces,
    arrived: Arrival,
    wanted: str,
    suffix: str,
    yaml_of: Callable[[Place], str],
    *,
    exactly: bool = False,
    again: bool = False,
) -> TakenIn:
    """Makes `arrived` a search: the export first, the YAML (`yaml_of` its place) last.

    One process at a time, so that no two take the same id or number. When another took the same
    bytes in meanwhile, that search is given (unless `again`). Raises ReviewError as `place_for`,
    and when the disk is full; nothing is half there then.
    """
    with _locked(places.searches):
        known = None if again else known_search(places, arrived.sha256)
        if known:
            return restore(places, arrived, *known)
        place = place_for(places, arrived, wanted, suffix, exactly=exactly)
        target = places.searches / place.export
        completed = target.exists()
        if not completed:
            _place(arrived.copy, target)
        log = places.searches / f"{place.id}.yaml"
        write_file(log, yaml_of(place))
        return TakenIn(id=place.id, export=target, log=log, completed=completed)


def take_in_log(
    places: ReviewPlaces,
    wanted: str,
    yaml_of: Callable[[Place], str],
    *,
    exactly: bool = False,
) -> TakenIn:
    """Makes a search of which there is nothing but its log: it gave no results.

    A log without an export that has the id `wanted` is that search, and stays as it is. Raises
    ReviewError as `take_in`.
    """
    with refusing_disk_faults(places.searches):
        places.searches.mkdir(parents=True, exist_ok=True)
    with _locked(places.searches):
        log = places.searches / f"{wanted}.yaml"
        if SEARCH_ID.match(wanted) and log.is_file():
            text = log.read_bytes().decode("utf-8-sig", "replace")
            if not _EXPORT.search(text):
                return TakenIn(id=wanted, export=log, log=log, known=True)
        nothing = Arrival(copy=log, name="", sha256="", size=0)
        place = place_for(places, nothing, wanted, "", exactly=exactly)
        log = places.searches / f"{place.id}.yaml"
        write_file(log, yaml_of(place))
        return TakenIn(id=place.id, export=log, log=log)


def _search_texts(places: ReviewPlaces) -> Iterator[tuple[Path, str]]:
    for path in sorted(places.searches.glob("*.yaml")):
        if path.name.count(".") == 1:
            yield path, path.read_bytes().decode("utf-8-sig", "replace")


def _orphan(places: ReviewPlaces, sha256: str, spoken_of: set[str]) -> Path | None:
    """A file among the searches with these bytes that no search speaks of."""
    for path in sorted(places.searches.iterdir()):
        candidate = path.is_file() and path.suffix != ".yaml" and not path.name.startswith(".")
        if candidate and path.name not in spoken_of and ".repairs" not in path.name:
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() == sha256:
                    return path
    return None


def clean_suffix(suffix: str) -> str:
    """`suffix` if it is a plain one. A YAML export must not look like the log of a search."""
    suffix = suffix.lower()
    if suffix == ".yaml":
        return ".yml"
    return suffix if _SUFFIX.match(suffix) else ".txt"


def _place(copy: Path, target: Path) -> None:
    with refusing_disk_faults(target):
        copy.rename(target)
        handle = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _sweep(folder: Path) -> None:
    """Removes copies that a killed process left behind; one that still arrives is locked."""
    for path in folder.glob(f"{_ARRIVING}*"):
        with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            path.unlink(missing_ok=True)
