"""An export into a review: read before it counts, its bytes kept, its search logged."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from pipeline.model.problem import ReviewError
from pipeline.model.search import Search
from pipeline.store.cache import ParsedExport, parsed_export
from pipeline.store.files import refusing_disk_faults, write_file
from pipeline.store.opening import ReviewFolder
from pipeline.store.places import ReviewPlaces, shown

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
class SearchPlace:
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
) -> SearchPlace:
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
    return SearchPlace(
        id=found,
        sequence=max([*numbers, len(texts)]) + 1,
        export=orphan.name if orphan else found + clean_suffix(suffix),
    )


def take_in(
    places: ReviewPlaces,
    arrived: Arrival,
    wanted: str,
    suffix: str,
    yaml_of: Callable[[SearchPlace], str],
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
    yaml_of: Callable[[SearchPlace], str],
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


Tick = Callable[[int], None]


def suffix_for(arrived: Arrival, search: Search) -> str:
    """The suffix that the export came with, or that of its layout when it came without.

    Raises ReviewError when it is empty, no export, or in no layout that can be read.
    """
    from pipeline.readers import READERS, stream_export

    with arrived.copy.open("rb") as stream:
        layout = stream_export(
            stream,
            file=arrived.name,
            format=search.format,
            encoding=search.encoding,
            columns=search.columns,
        ).format
    said = Path(arrived.name)
    if said.suffix.lower() == ".gz":  # packed: the suffix of the layout stands before it
        return f"{Path(said.stem).suffix or READERS[layout].suffix}.gz"
    return said.suffix or READERS[layout].suffix


def read_copy(
    places: ReviewPlaces, arrived: Arrival, search: Search, export: str, tick: Tick
) -> ParsedExport:
    """The copy parsed into the cache, with places under the name `export` that it will have.

    Raises ReviewError, in the name that it came with, for what cannot be read at all.
    """
    final = places.shown(places.searches / export)
    try:
        return parsed_export(search, arrived.copy, final, places.cache, tick=tick)
    except ReviewError as refusal:
        what = refusal.what.replace(final, arrived.name)
        raise ReviewError(what, refusal.remedy) from refusal


def forget(parsed: ParsedExport) -> None:
    """Takes what was parsed out of the cache again."""
    parsed.path.unlink(missing_ok=True)


def read_taken(folder: ReviewFolder, taken: TakenIn, tick: Tick) -> ParsedExport | None:
    """The parsed export of a search that was taken in, its repairs heeded; None when its YAML
    cannot be read."""
    search = folder.searches[0].get(taken.id)
    if search is None or not taken.export.is_file():
        return None
    return parsed_export(
        search,
        taken.export,
        folder.places.shown(taken.export),
        folder.places.cache,
        folder.repairs_of(search),
        tick,
    )


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
