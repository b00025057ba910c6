"""Files outside of any review: one read as a stream, one written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from pipeline.review_folder.writing import refusing_disk_faults
from pipeline.terms.problem import ReviewError


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
