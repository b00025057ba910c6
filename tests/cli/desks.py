"""A desk in a thread of the test: the same desk on the same pipes, without a process to start."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from pipeline.model.decision import Stage
from pipeline.sessions.ranking_worker import answer_all
from pipeline.sessions.worker_line import DeskLine


@contextmanager
def desk_in_thread(
    review: str, reviewer: str, stage: Stage = Stage.TITLE_ABSTRACT, *, again: bool = False
) -> Iterator[DeskLine]:
    from_screen, to_desk = os.pipe()
    from_desk, to_screen = os.pipe()

    def serving() -> None:
        with os.fdopen(from_screen, "rb") as questions, os.fdopen(to_screen, "wb") as answers:
            answer_all(review, reviewer, stage, again, questions, answers)

    thread = Thread(target=serving)
    thread.start()
    line = DeskLine(os.fdopen(to_desk, "wb"), os.fdopen(from_desk, "rb"), end=thread.join)
    try:
        yield line
    finally:
        line.close()
