"""What a file holds that people wrote; one that cannot be read is refused with its remedy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeline.review_folder.places import shown
from pipeline.terms.problem import ReviewError

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
