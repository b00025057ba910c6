"""Exports parsed once: a derived store of columns, keyed by what the export says and who reads it.

Safe to delete at any time, never truth. The key holds the SHA-256 of the export and of its
repairs, the version of the readers, the shape of a record and whatever in the search's YAML changes
the reading.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import io
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache as once
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import msgspec

from pipeline.model.problem import Problem, ReviewError
from pipeline.model.record import Record, SetAside
from pipeline.model.search import READER_VERSION, Search
from pipeline.store.files import refusing_disk_faults, write_file
from pipeline.store.places import ReviewPlaces

ROWS_A_GROUP = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingNotes:
    """What is told of a reading beside its records."""

    format: str
    encoding: str
    declared: int | None
    set_aside: tuple[SetAside, ...]
    problems: tuple[Problem, ...]
    ids: tuple[str, ...]
    bytes: int  # of the file of columns, to notice one that was cut short


class ParsedExport:
    """The records of one export from its parquet file; nothing is loaded before it is asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def _file(self) -> Any:
        import pyarrow.parquet as pq

        return pq.ParquetFile(self.path)

    def is_sound(self) -> bool:
        """Whether both files are what was written: a copy cut short or damaged is made anew."""
        try:
            return self.path.stat().st_size == self.notes.bytes
        except (OSError, msgspec.MsgspecError):
            return False

    @cached_property
    def notes(self) -> ReadingNotes:
        said = self.path.with_suffix(".json").read_bytes()
        notes: ReadingNotes = msgspec.json.decode(said, type=ReadingNotes)
        return notes

    @property
    def ids(self) -> tuple[str, ...]:
        return self.notes.ids

    def columns(self, names: list[str]) -> Any:
        """An Arrow table of the columns `names`."""
        return self._file.read(columns=names)

    def record(self, row: int) -> Record:
        from pipeline.notation.record_table import record_of

        group, offset = divmod(row, ROWS_A_GROUP)
        return record_of(self._group(group)[offset].as_py())

    def records(self) -> Iterator[Record]:
        from pipeline.notation.record_table import record_of

        for group in range(self._file.num_row_groups):
            for entry in self._group(group):
                yield record_of(entry.as_py())

    def _group(self, group: int) -> Any:
        if group not in self._groups:
            if len(self._groups) >= 8:  # about 80 MB of abstracts at the most
                self._groups.pop(next(iter(self._groups)))
            table = self._file.read_row_group(group, columns=["entry"])
            self._groups[group] = table.column("entry").combine_chunks()
        return self._groups[group]

    @cached_property
    def _groups(self) -> dict[int, Any]:
        return {}


class Records(Mapping[str, Record]):
    """All records of a review by id, in the order in which they came in, read as they are asked."""

    def __init__(self, exports: Iterable[ParsedExport]) -> None:
        self._exports = tuple(exports)

    @cached_property
    def _rows(self) -> dict[str, tuple[int, int]]:
        return {
            record: (n, row)
            for n, export in enumerate(self._exports)
            for row, record in enumerate(export.ids)
        }

    def __getitem__(self, record: str) -> Record:
        export, row = self._rows[record]
        return self._exports[export].record(row)

    def __contains__(self, record: object) -> bool:
        return record in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def stream(self) -> Iterator[Record]:
        """Every record once, with flat memory."""
        for export in self._exports:
            yield from export.records()


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def known_sha256(path: Path, cache: Path) -> str:
    """The SHA-256 of `path`, taken from the cache while size and times say it is the same file."""
    known = _note_of(path, cache)
    if known.is_file():
        said = known.read_text().strip()
        if len(said) == 64:
            return said
    sha256 = sha256_of(path)
    keep(known, sha256.encode())
    return sha256


def forget_sha256(path: Path, cache: Path) -> None:
    """Lets the next `known_sha256` of `path` read the file again."""
    _note_of(path, cache).unlink(missing_ok=True)


def _note_of(path: Path, cache: Path) -> Path:
    stat = path.stat()
    mark = f"{path.resolve()}|{stat.st_size}|{stat.st_mtime_ns}|{stat.st_ctime_ns}|{stat.st_ino}"
    return cache / "sha256" / hashlib.sha256(mark.encode()).hexdigest()[:32]


def parsed_export(
    search: Search,
    export: Path,
    file: str,
    cache: Path,
    repairs: Path | None = None,
    tick: Callable[[int], None] = lambda n: None,
) -> ParsedExport:
    """The parsed form of `export`, made now when the cache does not have it.

    `file` is the name used in places; `tick` is told the number of records read so far.
    """
    sha256 = known_sha256(export, cache)
    repairs_sha256 = known_sha256(repairs, cache) if repairs else ""
    # a record of another shape (an older program wrote it) is parsed anew
    shape = msgspec.json.schema(Record)
    said = (shape, search.id, search.format, search.encoding, dict(search.columns), file)
    key = f"{READER_VERSION}|{sha256}|{repairs_sha256}|{msgspec.json.encode(said).decode()}"
    stem = hashlib.sha256(key.encode()).hexdigest()[:32]
    path = cache / f"{search.id[:60]}-{stem}.parquet"
    if path.is_file():
        kept = ParsedExport(path)
        if kept.is_sound():
            return kept
    with refusing_disk_faults(path):
        try:
            _parse(search, export, file, path, repairs, tick)
        except OSError:
            path = _elsewhere() / path.name
            _parse(search, export, file, path, repairs, tick)
    return ParsedExport(path)


@lru_cache(maxsize=1)
def _elsewhere() -> Path:
    """A cache for this run only: who may read a review can look at it without writing there."""
    folder = tempfile.mkdtemp(prefix="review-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def _parse(
    search: Search,
    export: Path,
    file: str,
    path: Path,
    repairs: Path | None,
    tick: Callable[[int], None],
) -> None:
    import pyarrow.parquet as pq

    from pipeline.notation.record_table import SCHEMA, record_batches
    from pipeline.readers.registry import stream_export

    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(prefix=".parsing-", dir=path.parent)
    os.close(handle)
    try:
        set_aside: list[SetAside] = []
        ids: list[str] = []
        with (
            export.open("rb") as stream,
            repairs.open("rb") if repairs else io.BytesIO() as fix,
        ):
            reading = stream_export(
                stream,
                file=file,
                search=search.id,
                format=search.format,
                encoding=search.encoding,
                columns=search.columns,
                **({"repairs": fix} if repairs else {}),
            )

            def records() -> Iterator[Record]:
                for n, entry in enumerate(reading, 1):
                    if isinstance(entry, SetAside):
                        set_aside.append(entry)
                    else:
                        ids.append(entry.id)
                        yield entry
                    if n % 1_000 == 0:
                        tick(n)

            batches = record_batches(records(), ROWS_A_GROUP)
            with pq.ParquetWriter(beside, SCHEMA, compression="zstd") as writer:
                for batch in batches:
                    writer.write_batch(batch, row_group_size=ROWS_A_GROUP)
        notes = ReadingNotes(
            format=reading.format,
            encoding=reading.encoding,
            declared=reading.declared,
            set_aside=tuple(set_aside),
            problems=tuple(reading.problems),
            ids=tuple(ids),
            bytes=Path(beside).stat().st_size,
        )
        write_file(path.with_suffix(".json"), msgspec.json.encode(notes))
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def keep(path: Path, content: bytes) -> None:
    """Writes a note into the cache; a cache that cannot be written is done without."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(prefix=".", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(beside).replace(path)
    except OSError:
        return


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


class _KeptProblems(msgspec.Struct, frozen=True):
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
        kept = msgspec.json.decode(kept_at.read_bytes(), type=_KeptProblems)
    except (OSError, msgspec.MsgspecError):
        kept = None
    if kept is not None and kept.key == key:
        return kept.problems
    problems = find()
    keep(kept_at, msgspec.json.encode(_KeptProblems(key, problems)))
    return problems


@once
def program(*rooms: str) -> str:
    """A hash of the code in `rooms`: what another program has found is not what this one finds.

    FileNotFoundError for a room that is not there: its code would be left out without a word.
    """
    digest = hashlib.sha256()
    folders = [(Path(__file__).parents[1] / room).resolve(strict=True) for room in rooms]
    for source in sorted(path for folder in folders for path in folder.rglob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()
