"""The line from the screen to its desk: starts the process, asks, hands on what it tells."""

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

import pipeline
from pipeline.desk.messages import Asked, Heard, Told, receive_told, send
from pipeline.terms.decision import Stage

PATIENCE_SECONDS = 2.0
"""How long a desk that is to end may take, before it is ended."""


class DeskLine:
    """The pipes to a desk. Whoever opens a line closes it; `end` then sees to the desk itself.

    `complaint` gives what the desk has said on standard error: why it ended.
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
        """Tells the desk what was decided; the answer comes as any other. A dead desk is silent."""
        with contextlib.suppress(OSError, ValueError):
            send(self._questions, Asked(heard=tuple(heard), put_off=tuple(put_off)))

    def listen(self) -> Told | None:
        """Waits for the next answer; None when the desk has ended."""
        return receive_told(self._answers)

    def follow(self, hand_on: Callable[[Told | None], object]) -> None:
        """Listens in a thread of its own and hands on each answer, None at the end."""

        def listening() -> None:
            with contextlib.suppress(OSError, ValueError):  # the line was closed while we listened
                while (told := self.listen()) is not None:
                    hand_on(told)
            hand_on(None)

        Thread(target=listening, name="desk", daemon=True).start()

    def close(self) -> None:
        """Hangs up; the desk ends, at once when it does not by itself."""
        with contextlib.suppress(OSError):
            self._questions.close()
        self._end()
        with contextlib.suppress(OSError):
            self._answers.close()


def call_desk(review: str, reviewer: str, stage: Stage, *, again: bool = False) -> DeskLine:
    """Starts a desk (`desk_process`) as a process of its own, and gives the line to it."""
    words = [review, reviewer, str(stage), *(["again"] if again else [])]
    said = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as the desk)
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "pipeline.desk.desk_process", *words],
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

    return DeskLine(process.stdin, process.stdout, end, complaint)


def _where_we_are() -> str:
    """The path on which the desk finds this very program.

    The working folder is not on it (`-P`): a review from elsewhere may hold a file that is called
    like a module.
    """
    root = str(Path(pipeline.__file__).parents[1])
    return os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH", ""))))
