"""What the screen and its desk say to each other: values, and how they travel through a pipe.

The desk is a process of its own (`desk_process.py`). It reads all that people wrote; the screen
reads its own reviewer's log alone. So what the desk may say is all that is in this module: ids,
records, places and words, and nothing of how anybody else voted.
"""

from __future__ import annotations

from typing import IO

import msgspec

from pipeline.terms.record import Record

_LENGTH_BYTES = 4


class Heard(msgspec.Struct, frozen=True, array_like=True):
    """A verdict of this reviewer on `record`: kept in or not; None when it was taken back."""

    record: str
    relevant: bool | None


class Asked(msgspec.Struct, frozen=True):
    """What has happened since the last question, and which records are put off for now."""

    heard: tuple[Heard, ...] = ()
    put_off: tuple[str, ...] = ()


class Shown(msgspec.Struct, frozen=True):
    """A record to be shown, and why now.

    `alike` are records with the same title that were not merged; `fulltext` says what is known of
    the report's file, `path` is where it lies ("" when it is not there).
    """

    record: Record
    why: str = ""
    alike: tuple[str, ...] = ()
    fulltext: str = ""
    path: str = ""


class Told(msgspec.Struct, frozen=True):
    """The next records in their order, after `heard` verdicts were taken in.

    `waiting` are the ids of all that waits, in the order in which they came in, where that is new;
    `settled` says that nothing is still being made: the order is the one of these verdicts.
    `refusal` is what is wrong and its remedy: then nothing else follows.
    """

    heard: int = 0
    head: tuple[Shown, ...] = ()
    waiting: tuple[str, ...] | None = None
    settled: bool = False
    outlook: str = ""
    refusal: tuple[str, str] | None = None


def send(pipe: IO[bytes], message: Asked | Told) -> None:
    """Writes `message` to `pipe`, led by its length. OSError when nobody reads any more."""
    content = msgspec.msgpack.encode(message)
    pipe.write(len(content).to_bytes(_LENGTH_BYTES, "big") + content)
    pipe.flush()


def receive_told(pipe: IO[bytes]) -> Told | None:
    """The next answer of the desk; None when the pipe has ended."""
    content = _next(pipe)
    return None if content is None else msgspec.msgpack.decode(content, type=Told)


def receive_asked(pipe: IO[bytes]) -> Asked | None:
    """The next question of the screen; None when the pipe has ended."""
    content = _next(pipe)
    return None if content is None else msgspec.msgpack.decode(content, type=Asked)


def _next(pipe: IO[bytes]) -> bytes | None:
    length = pipe.read(_LENGTH_BYTES)
    if len(length) < _LENGTH_BYTES:
        return None
    wanted = int.from_bytes(length, "big")
    content = pipe.read(wanted)
    return content if len(content) == wanted else None
