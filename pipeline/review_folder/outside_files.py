"""Files outside of any review: looked at, read as a stream, written whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from pipeline.notation.typed import nearest
from pipeline.review_folder.places import shown
from pipeline.review_folder.writing import refusing_disk_faults
from pipeline.terms.problem import ReviewError


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
        handle, beside = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                for piece in pieces:
                    file.write(piece)
            Path(beside).chmod(0o644)
            Path(beside).replace(path)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
