"""The line from a screen to its ranking worker, and the messages that travel on it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Thread
from typing import IO

import msgspec

import pipeline
from pipeline.model.decision import Stage
from pipeline.model.record import Record

_LENGTH_BYTES = 4


class Heard(msgspec.Struct, frozen=True, array_like=True):
    """A verdict of this reviewer on `record`: kept in or not; None when it was taken back."""

    record: str
    relevant: bool | None


class WorkerQuestion(msgspec.Struct, frozen=True):
    """What has happened since the last question, and which records are put off for now."""

    heard: tuple[Heard, ...] = ()
    put_off: tuple[str, ...] = ()


class ShownRecord(msgspec.Struct, frozen=True):
    """A record to be shown, and why now.

    `alike` are records with the same title that were not merged; `fulltext` says what is known of
    the report's file, `path` is where it lies ("" when it is not there).
    """

    record: Record
    why: str = ""
    alike: tuple[str, ...] = ()
    fulltext: str = ""
    path: str = ""


class WorkerAnswer(msgspec.Struct, frozen=True):
    """The next records in their order, after `heard` verdicts were taken in.

    `waiting` are the ids of all that waits, in the order in which they came in, where that is new;
    `settled` says that nothing is still being made: the order is the one of these verdicts.
    `refusal` is what is wrong and its remedy: then nothing else follows.
    """

    heard: int = 0
    head: tuple[ShownRecord, ...] = ()
    waiting: tuple[str, ...] | None = None
    settled: bool = False
    outlook: str = ""
    refusal: tuple[str, str] | None = None


def send(pipe: IO[bytes], message: WorkerQuestion | WorkerAnswer) -> None:
    """Writes `message` to `pipe`, led by its length. OSError when nobody reads any more."""
    content = msgspec.msgpack.encode(message)
    pipe.write(len(content).to_bytes(_LENGTH_BYTES, "big") + content)
    pipe.flush()


def receive_told(pipe: IO[bytes]) -> WorkerAnswer | None:
    """The next answer of the ranking worker; None when the pipe has ended."""
    content = _next(pipe)
    return None if content is None else msgspec.msgpack.decode(content, type=WorkerAnswer)


def receive_asked(pipe: IO[bytes]) -> WorkerQuestion | None:
    """The next question of the screen; None when the pipe has ended."""
    content = _next(pipe)
    return None if content is None else msgspec.msgpack.decode(content, type=WorkerQuestion)


def _next(pipe: IO[bytes]) -> bytes | None:
    length = pipe.read(_LENGTH_BYTES)
    if len(length) < _LENGTH_BYTES:
        return None
    wanted = int.from_bytes(length, "big")
    content = pipe.read(wanted)
    return content if len(content) == wanted else None


PATIENCE_SECONDS = 2.0
"""How long a ranking worker that is to end may take, before it is ended."""


class WorkerLine:
    """The pipes to a worker. Whoever opens a line closes it; `end` then sees to the worker.

    `complaint` gives what the ranking worker has said on standard error: why it ended.
    """

    def __init__(
        self,
        questions: IO[bytes],
        answers: IO[bytes],
        end: Callable[[], None],
        complaint: Callable[[], str] = lambda: "",
    ) -> None:
        self._questions, self._answers = questions, answers
        self._end = end
        self.complaint = complaint

    def ask(self, heard: Iterable[Heard], put_off: Iterable[str] = ()) -> None:
        """Tells the worker what was decided; the answer comes as any other."""
        with contextlib.suppress(OSError, ValueError):
            send(self._questions, WorkerQuestion(heard=tuple(heard), put_off=tuple(put_off)))

    def listen(self) -> WorkerAnswer | None:
        """Waits for the next answer; None when the ranking worker has ended."""
        return receive_told(self._answers)

    def follow(self, hand_on: Callable[[WorkerAnswer | None], object]) -> None:
        """Listens in a thread of its own and hands on each answer, None at the end."""

        def listening() -> None:
            with contextlib.suppress(OSError, ValueError):  # the line was closed while we listened
                while (told := self.listen()) is not None:
                    hand_on(told)
            hand_on(None)

        Thread(target=listening, name="worker", daemon=True).start()

    def close(self) -> None:
        """Hangs up; the ranking worker ends, at once when it does not by itself."""
        with contextlib.suppress(OSError):
            self._questions.close()
        self._end()
        with contextlib.suppress(OSError):
            self._answers.close()


def call_worker(review: str, reviewer: str, stage: Stage, *, again: bool = False) -> WorkerLine:
    """Starts a worker (`ranking_worker`) as a process of its own, and gives the line to it."""
    words = [review, reviewer, str(stage), *(["again"] if again else [])]
    said = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as the ranking worker)
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "pipeline.sessions.ranking_worker", *words],
        env={**os.environ, "PYTHONPATH": _where_we_are()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=said,
        start_new_session=True,  # Ctrl-C at the screen is for the screen
    )
    assert process.stdin is not None and process.stdout is not None

    def end() -> None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        said.close()

    def complaint() -> str:
        said.seek(0)
        return said.read().decode(errors="replace").strip()

    return WorkerLine(process.stdin, process.stdout, end, complaint)


def _where_we_are() -> str:
    """The path on which the ranking worker finds this very program.

    The working folder is not on it (`-P`): a review from elsewhere may hold a file that is called
    like a module.
    """
    root = str(Path(pipeline.__file__).parents[1])
    return os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH", ""))))
