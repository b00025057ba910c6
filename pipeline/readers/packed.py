"""Exports that came packed (gzip), unpacked while they are read; memory stays flat."""

from __future__ import annotations

import gzip
import io
import zlib
from typing import BinaryIO, cast

from pipeline.model.problem import Severity
from pipeline.readers.entries import Gathered

_MARK = b"\x1f\x8b\x08"
"""The first bytes of a gzip file (RFC 1952, 2.3.1)."""


def unpacked(stream: BinaryIO, gathered: Gathered) -> BinaryIO:
    """`stream` as it is, or what is packed in it; a damaged end is told and what came before read.

    A file may hold several packed parts one after the other, as answers of a search do.
    """
    head = stream.read(len(_MARK))
    while len(head) < len(_MARK) and (more := stream.read(len(_MARK) - len(head))):
        head += more
    whole = _Rejoined(head, stream)
    if head != _MARK:
        return cast(BinaryIO, whole)
    return cast(BinaryIO, _Unpacking(whole, gathered))


class _Rejoined(io.RawIOBase):
    """A stream with the bytes that were read from it in front of it again."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if not self._head:
            return self._rest.read(size)
        if size < 0:
            found, self._head = self._head, b""
            return found + self._rest.read()
        found, self._head = self._head[:size], self._head[size:]
        return found


class _Unpacking(io.RawIOBase):
    def __init__(self, packed: _Rejoined, gathered: Gathered) -> None:
        self._file = gzip.GzipFile(fileobj=cast(BinaryIO, packed))
        self._gathered = gathered
        self._ended = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._ended:
            return b""
        try:
            return self._file.read(size)
        except (EOFError, OSError, zlib.error) as error:
            if isinstance(error, OSError) and not isinstance(error, gzip.BadGzipFile):
                raise
            self._ended = True
            self._gathered.add(
                "packed",
                0,
                "the packed file is cut off or damaged; what stands before that was read",
                "Get the file anew, and compare the number of records with the source",
                Severity.ERROR,
            )
            return b""
