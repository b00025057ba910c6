"""A search over the web that is under way: each page of its answer on disk, as it came.

Derived and safe to delete: it lies in the cache until the answer is whole and goes into the review
as an export. On disk: the page first, then its line in `pages.jsonl`. A stop at any moment leaves
whole pages, and at most one that no line speaks of.
"""

from __future__ import annotations

import contextlib
import fcntl
import gzip
import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from pipeline.model.problem import ReviewError
from pipeline.store.files import refusing_disk_faults, write_file
from pipeline.store.places import ReviewPlaces

LARGE = 4_000_000
"""Bytes from which on an answer is packed (gzip): it would weigh on the repository otherwise."""
_KEPT_DAYS = 7
"""So long a search may be under way; then what it asked is no longer one search of one time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """A page of an answer: its cursor and the next (None at the end), and what it held."""

    cursor: str
    next: str | None
    ids: tuple[str, ...]
    total: int | None
    has_records: bool
    sha256: str
    bytes: int
    sent: tuple[tuple[str, str], ...] = ()
    read_as: str = ""
    told: tuple[str, ...] = ()
    broken_off: str = ""


class UnderWay:
    """The pages of one search so far, in order. `begun_on` is the day of the first of them.

    With `one_cursor` the source may give every page under the same cursor, and keep the place in
    its answer itself; then a question that was stopped cannot be asked again.
    """

    def __init__(self, folder: Path, today: date, *, one_cursor: bool) -> None:
        self._folder = folder
        self._one_cursor = one_cursor
        self.pages: list[KeptPage] = []
        self.begun_on = today
        self._read(today)

    @property
    def _log(self) -> Path:
        return self._folder / "pages.jsonl"

    def _read(self, today: date) -> None:
        begun = self._folder / "begun_on"
        try:
            self.begun_on = date.fromisoformat(begun.read_text().strip())
        except (OSError, ValueError):
            self.begin_anew(today)
            return
        if (today - self.begun_on).days > _KEPT_DAYS:
            self.begin_anew(today)
            return
        for line in self._log.read_bytes().split(b"\n") if self._log.is_file() else ():
            try:
                page = msgspec.json.decode(line, type=KeptPage)
            except msgspec.MsgspecError:
                break  # the last line of a run that was stopped
            number = len(self.pages)
            if not self._is_whole(number, page):
                break
            self.pages.append(page)
        self._write_log()

    def _is_whole(self, number: int, page: KeptPage) -> bool:
        try:
            return hashlib.sha256(self._page(number).read_bytes()).hexdigest() == page.sha256
        except OSError:
            return False

    def _page(self, number: int) -> Path:
        return self._folder / f"{number:06d}.page"

    def _write_log(self) -> None:
        write_file(self._log, b"".join(msgspec.json.encode(p) + b"\n" for p in self.pages))

    @property
    def stands_still(self) -> bool:
        """Whether the next page may come under the cursor of the last."""
        moved = len(self.pages) > 1 and self.pages[-1].next != self.pages[-1].cursor
        return self._one_cursor and bool(self.pages) and not moved

    @property
    def has_open_question(self) -> bool:
        """Whether a run was stopped while it asked for a page, so that the server may be ahead."""
        return self.stands_still and (self._folder / "asking").exists()

    def asking(self) -> None:
        """Notes that the next page is asked for; `keep` takes the note away."""
        if self.stands_still:
            write_file(self._folder / "asking", "")

    def begin_anew(self, today: date) -> None:
        """Forgets every page."""
        self.pages.clear()
        with refusing_disk_faults(self._folder):
            for path in self._folder.iterdir():
                if path.name != "lock":
                    path.unlink()
        self.begun_on = today
        write_file(self._folder / "begun_on", f"{today}\n")

    def keep(self, page: KeptPage, body: bytes) -> None:
        """Puts one more page on disk."""
        write_file(self._page(len(self.pages)), body)
        with refusing_disk_faults(self._log), self._log.open("ab") as log:
            log.write(msgspec.json.encode(page) + b"\n")
            log.flush()
            os.fsync(log.fileno())
        self.pages.append(page)
        (self._folder / "asking").unlink(missing_ok=True)

    def export(self, suffix: str) -> Path:
        """The pages with records as one file: one after the other, a line feed between two.

        A large one is packed page by page, and its name ends in `.gz`.
        """
        holding = [n for n, page in enumerate(self.pages) if page.has_records]
        packed = sum(self.pages[n].bytes for n in holding) > LARGE
        path = self._folder / f"export{suffix}{'.gz' if packed else ''}"
        with refusing_disk_faults(path), path.open("wb") as file:
            for place, number in enumerate(holding):
                body = self._page(number).read_bytes()
                between = b"\n" if place else b""
                file.write(gzip.compress(between + body, 6, mtime=0) if packed else between + body)
        return path

    def forget(self) -> None:
        """Takes the whole folder away: the answer is in the review now."""
        shutil.rmtree(self._folder, ignore_errors=True)


@contextlib.contextmanager
def under_way(
    places: ReviewPlaces, asked: str, today: date, *, one_cursor: bool = False
) -> Iterator[UnderWay]:
    """What is there of the search that `asked` (all that makes it) names; only one run at a time.

    Raises ReviewError while another process runs the same search.
    """
    name = hashlib.sha256(f"{places.review}\n{asked}".encode()).hexdigest()[:24]
    folder = places.cache / "searching" / name
    with refusing_disk_faults(folder):
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ReviewError(
                "this very search is being run by another process", "Wait until it has ended"
            ) from None
        yield UnderWay(folder, today, one_cursor=one_cursor)
    finally:
        os.close(handle)


class KeptAnswers:
    """Answers to single questions, by what was asked: the same work goes on from them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with refusing_disk_faults(folder):
            folder.mkdir(parents=True, exist_ok=True)

    def _path(self, asked: str) -> Path:
        return self._folder / f"{hashlib.sha256(asked.encode()).hexdigest()[:40]}.answer"

    def get(self, asked: str) -> bytes | None:
        try:
            return self._path(asked).read_bytes()
        except OSError:
            return None

    def put(self, asked: str, body: bytes) -> None:
        write_file(self._path(asked), body)

    def file(self, name: str, pieces: Iterator[bytes]) -> Path:
        """A file of `pieces`, packed where it is large (its name then ends in `.gz`)."""
        path = self._folder / name
        with refusing_disk_faults(path):
            with path.open("wb") as file:
                for piece in pieces:
                    file.write(piece)
            if path.stat().st_size <= LARGE:
                return path
            packed = path.with_name(f"{name}.gz")
            with (
                path.open("rb") as plain,
                packed.open("wb") as raw,
                gzip.GzipFile("", "wb", 6, raw, mtime=0) as unnamed,
            ):
                shutil.copyfileobj(plain, unnamed)
        return packed

    def forget(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


def kept_answers(places: ReviewPlaces, asked: str, today: date) -> KeptAnswers:
    """The answers of earlier runs, on the same day, of the work that `asked` names."""
    name = hashlib.sha256(f"{places.review}\n{asked}\n{today}".encode()).hexdigest()[:24]
    return KeptAnswers(places.cache / "asking" / name)
