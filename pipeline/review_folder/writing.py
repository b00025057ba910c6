"""Writing so that nothing is ever half there: whole files at once, decisions line by line."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline.notation.decision_lines import decision_line, read_decisions
from pipeline.notation.people import is_person_id, person_id
from pipeline.review_folder.places import shown
from pipeline.terms.decision import AUTOMATION, Decision
from pipeline.terms.problem import ReviewError

COMMAND: ContextVar[str] = ContextVar("command", default="")
"""The command that is being run, as its decisions name it: `sheet-3fa9c1d2`."""


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
        handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
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
    latest = [d.at for d in read_decisions(tail, reviewer, str(log)).decisions[-50:]]
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
