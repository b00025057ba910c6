"""Files read whole, written whole or not at all, and decisions appended line by line."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import glob
import os
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from pipeline.model.decision import AUTOMATION, Decision
from pipeline.model.problem import ReviewError
from pipeline.notation.decision_lines import decision_line, read_decisions
from pipeline.notation.people import is_person_id, person_id
from pipeline.notation.typed import nearest
from pipeline.store.places import shown

COMMAND: ContextVar[str] = ContextVar("command", default="")
"""The command that is being run, as its decisions name it: `sheet-3fa9c1d2`."""

_RANDOM = 8
"""Letters that `tempfile.mkstemp` puts at the end of a name."""


def reviewer_name(name: str, *, automation: bool = False) -> str:
    """`name` if it can name a log; raises ReviewError otherwise. Only rules are `automation`."""
    if not is_person_id(name):
        made = person_id(name)
        raise ReviewError(
            f"{name!r} cannot be the id of a person",
            f"The id made from it is {made!r}"
            if made
            else "An id is made of letters a to z, digits, dots and hyphens, like `ada`",
        )
    if name == AUTOMATION and not automation:
        raise ReviewError(
            "`automation` is the name of the rules, not of a person", "Take another name"
        )
    return name


def write_file(path: Path, content: bytes | str) -> None:
    """Puts `content` at `path` as a whole or not at all; text as UTF-8 with line feeds.

    Raises ReviewError when the disk is full or the folder cannot be written.
    """
    content = content.encode() if isinstance(content, str) else content
    with refusing_disk_faults(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = _beside(path)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(beside).chmod(0o666 & ~_umask())
            Path(beside).replace(path)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise


def _beside(path: Path) -> tuple[int, str]:
    """A new file beside `path`, open and locked until it is closed, and its name.

    What an earlier command that was killed has left there for `path` is removed: nobody holds it.
    """
    prefix = f".{path.name[:100]}."
    for left in path.parent.glob(f"{glob.escape(prefix)}{'?' * _RANDOM}"):
        with contextlib.suppress(OSError):
            handle = os.open(left, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                left.unlink()
            finally:
                os.close(handle)
    handle, beside = tempfile.mkstemp(prefix=prefix, dir=path.parent)
    fcntl.flock(handle, fcntl.LOCK_EX)
    return handle, beside


def append_decisions(
    log: Path,
    reviewer: str,
    events: Sequence[tuple[type[Decision], Mapping[str, Any]]],
    now: datetime,
) -> tuple[Decision, ...]:
    """Adds one line for each of `events` to `log` and gives the decisions back, once on disk.

    One process at a time (a lock on the file); every moment is later than the last one in the log,
    even when the clock went back, so that "the latest counts" holds. A torn last line is moved to
    `<log>.torn` first. Either all lines are added or, when the disk is full, none.
    """
    if not events:
        return ()
    with refusing_disk_faults(log):
        log.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(log, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            return _append_locked(handle, log, reviewer, events, now)
        finally:
            os.close(handle)


def _append_locked(
    handle: int,
    log: Path,
    reviewer: str,
    events: Sequence[tuple[type[Decision], Mapping[str, Any]]],
    now: datetime,
) -> tuple[Decision, ...]:
    end = os.lseek(handle, 0, os.SEEK_END)
    tail = _tail(handle, end)
    if tail and not tail.endswith(b"\n"):
        torn = tail[tail.rfind(b"\n") + 1 :]
        end = _mend(handle, log, reviewer, torn, end)
        tail = _tail(handle, end)
    last = b"".join(tail.splitlines(keepends=True)[-50:])
    latest = [d.at for d in read_decisions(last, reviewer, str(log)).decisions]
    at = max([now, *(moment + timedelta(microseconds=1) for moment in latest)])
    lines = [
        decision_line(event, at + timedelta(microseconds=i), **{"command": COMMAND.get(), **said})
        for i, (event, said) in enumerate(events)
    ]
    content = b"".join(lines)
    os.lseek(handle, end, os.SEEK_SET)
    try:
        _write_all(handle, content)
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, end)
        raise
    if end == 0:
        _sync_folder(log.parent)
    written = read_decisions(content, reviewer, str(log))
    if written.problems or len(written.decisions) != len(lines):
        raise AssertionError(f"a line was written that cannot be read: {written.problems}")
    return written.decisions


def _tail(handle: int, end: int, size: int = 65_536) -> bytes:
    """The last lines of the log, whole lines only but for a torn last one."""
    start = max(0, end - size)
    os.lseek(handle, start, os.SEEK_SET)
    tail = b""
    while len(tail) < end - start:
        part = os.read(handle, end - start - len(tail))
        if not part:
            break
        tail += part
    return tail[tail.find(b"\n") + 1 :] if start and b"\n" in tail else tail


def _mend(handle: int, log: Path, reviewer: str, torn: bytes, end: int) -> int:
    """Completes a last line that only lacks its line feed; moves one that was cut off aside."""
    whole = read_decisions(torn + b"\n", reviewer, str(log))
    if whole.decisions and not whole.problems:
        os.lseek(handle, end, os.SEEK_SET)
        _write_all(handle, b"\n")
        return end + 1
    with log.with_name(log.name + ".torn").open("ab") as aside:
        aside.write(torn + b"\n")
        aside.flush()
        os.fsync(aside.fileno())
    os.ftruncate(handle, end - len(torn))
    return end - len(torn)


def _write_all(handle: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(handle, view) :]


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def refusing_disk_faults(path: Path) -> Iterator[None]:
    """A full, read-only or forbidden disk as a refusal that says what to do."""
    try:
        yield
    except OSError as error:
        remedies = {
            errno.ENOSPC: "The disk is full: make room and run the command again",
            errno.EDQUOT: "Your quota is used up: make room and run the command again",
            errno.EROFS: "The disk is read-only: work on a copy",
            errno.EACCES: "You may not write there: ask for the right, or work on a copy",
            errno.EISDIR: "A folder stands where a file is wanted: move it away",
            errno.ENOTDIR: "A file stands where a folder is wanted: move it away",
            errno.EFBIG: "The file would grow larger than allowed here: raise the limit",
        }
        if error.errno not in remedies:
            raise
        raise ReviewError(f"cannot write {shown(path)}", remedies[error.errno]) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def check_readable(path: Path) -> None:
    """Raises ReviewError with a remedy when `path` is no file or pipe that can be read."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ReviewError(
            f"there is no file {shown(path)}", f"{_near(path)}Give the path of the file"
        ) from error
    except OSError as error:
        raise ReviewError(
            f"{shown(path)} cannot be read ({error.strerror})", "Look at its name and its rights"
        ) from error
    if stat.S_ISDIR(mode):
        raise ReviewError(
            f"{shown(path)} is a folder", "Name one file in it, and the others one after the other"
        )
    if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
        raise ReviewError(f"{shown(path)} is a device, not a file", "Give the path of a file")
    if not os.access(path, os.R_OK):
        raise ReviewError(f"{shown(path)} may not be read", "Give yourself the right to read it")


def _near(path: Path) -> str:
    folder = path.parent
    names = tuple(p.name for p in folder.iterdir()) if folder.is_dir() else ()
    return f"{nearest(path.name, names).strip()} ".lstrip()


def open_outside(path: Path) -> BinaryIO:
    """`path` (a file or a pipe) as a stream of bytes; raises ReviewError when it cannot be read."""
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise ReviewError(f"there is no file {path}", "Look at the spelling of its name") from None
    except IsADirectoryError:
        raise ReviewError(
            f"{path} is a folder, not an export", f"Name the files in it, like {path}/*.ris"
        ) from None
    except (OSError, ValueError) as error:
        raise ReviewError(f"{path} cannot be read ({error})", "Look at its permissions") from None


def stream_into(path: Path, pieces: Iterable[bytes]) -> None:
    """Writes `pieces` to `path` as they come; the file appears only when all are there.

    Raises ReviewError when the disk is full or the folder cannot be written.
    """
    with refusing_disk_faults(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = _beside(path)
        try:
            with os.fdopen(handle, "wb") as file:
                for piece in pieces:
                    file.write(piece)
            Path(beside).chmod(0o644)
            Path(beside).replace(path)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise


Reader = Callable[[Path], str]
"""Gives the text of a file that people wrote, as `text_at` does."""


def text_at(path: Path) -> str:
    """The text at `path`; raises ReviewError when it cannot be read or is not UTF-8."""
    content = bytes_at(path)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ReviewError(
            f"{shown(path)}:{line} is not UTF-8 text", "Save the file as UTF-8 in your editor"
        ) from error


def bytes_at(path: Path) -> bytes:
    """The bytes at `path`; raises ReviewError when there is no file that may be read."""
    try:
        return path.read_bytes()
    except IsADirectoryError as error:
        raise ReviewError(f"{shown(path)} is a folder", "A file is wanted there") from error
    except FileNotFoundError as error:
        raise ReviewError(f"{shown(path)} is not there", "Restore it") from error
    except PermissionError as error:
        raise ReviewError(f"{shown(path)} may not be read", "Give yourself the right") from error
