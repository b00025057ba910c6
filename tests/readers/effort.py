"""How much a reader has to do for an export, counted the same on every machine.

The effort is the lines of the readers that are run, the bytes that each of them asks for, and the
signs that their patterns look at: a value that is copied once for each of its lines shows in the
second, a text that is searched once for each of its signs in the third. No clock is looked at.
"""

from __future__ import annotations

import io
import pkgutil
import re
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import FrameType
from typing import Any

import pipeline.readers
from pipeline.model.problem import ReviewError
from pipeline.readers import read_export

_BYTES_A_STEP = 32
_SIGNS_A_STEP = 32
_ROOM = "/pipeline/readers/"


class _Counted:
    """A pattern that counts the signs it looks at."""

    def __init__(self, pattern: re.Pattern[str], counts: list[int]) -> None:
        self._pattern, self._counts = pattern, counts

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pattern, name)

    def search(self, text: str, *at: int) -> re.Match[str] | None:
        found = self._pattern.search(text, *at)
        end = found.end() if found else min([len(text), *at[1:]])
        self._counts[0] += max(end - (at[0] if at else 0), 0)
        return found

    def finditer(self, text: str, *at: int) -> Iterator[re.Match[str]]:
        done = at[0] if at else 0
        for found in self._pattern.finditer(text, *at):
            self._counts[0] += max(found.end() - done, 0)
            done = found.end()
            yield found
        self._counts[0] += max(min([len(text), *at[1:]]) - done, 0)

    def sub(self, by: Any, text: str, **more: Any) -> str:
        self._counts[0] += len(text)
        return self._pattern.sub(by, text, **more)

    def findall(self, text: str, *at: int) -> list[Any]:
        self._counts[0] += len(text) - (at[0] if at else 0)
        return self._pattern.findall(text, *at)

    def split(self, text: str, **more: Any) -> list[Any]:
        self._counts[0] += len(text)
        return self._pattern.split(text, **more)


@contextmanager
def counted_patterns() -> Iterator[list[int]]:
    """The signs that the patterns of all readers look at while this is open."""
    counts = [0]
    kept: list[tuple[Any, str, Any]] = []
    for module_found in pkgutil.iter_modules(pipeline.readers.__path__):
        module = import_module(f"pipeline.readers.{module_found.name}")
        for name, value in list(vars(module).items()):
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                kept.append((module, name, value))
                setattr(module, name, _Counted(value, counts))
    try:
        yield counts
    finally:
        for module, name, value in kept:
            setattr(module, name, value)


def effort(content: bytes, format: str, signs: list[int]) -> int:
    """The steps of reading `content`; `signs` are those of an open `counted_patterns`."""
    steps = bytes_asked = 0
    held = 0

    def trace(frame: FrameType, event: str, _arg: object) -> Any:
        nonlocal steps, bytes_asked, held
        if event == "call":
            return trace if _ROOM in frame.f_code.co_filename else None
        now, peak = tracemalloc.get_traced_memory()
        bytes_asked += max(peak - held, 0)
        held = now
        tracemalloc.reset_peak()
        steps += 1
        return trace

    before = sys.gettrace()
    signs[0] = 0
    tracemalloc.start()
    sys.settrace(trace)
    try:
        read_export(io.BytesIO(content), file="x", format=format)
    except ReviewError:
        pass
    finally:
        sys.settrace(before)
        tracemalloc.stop()
    return steps + bytes_asked // _BYTES_A_STEP + signs[0] // _SIGNS_A_STEP
