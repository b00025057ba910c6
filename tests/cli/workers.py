"""A worker in a thread of the test: the same, on the same pipes, without a process to start."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from pipeline.model.decision import Stage
from pipeline.sessions.ranking_worker import answer_all
from pipeline.sessions.worker_line import WorkerLine


@contextmanager
def worker_in_thread(
    review: str, reviewer: str, stage: Stage = Stage.TITLE_ABSTRACT, *, again: bool = False
) -> Iterator[WorkerLine]:
    from_screen, to_worker = os.pipe()
    from_worker, to_screen = os.pipe()

    def serving() -> None:
        with os.fdopen(from_screen, "rb") as questions, os.fdopen(to_screen, "wb") as answers:
            answer_all(review, reviewer, stage, again, questions, answers)

    thread = Thread(target=serving)
    thread.start()
    line = WorkerLine(os.fdopen(to_worker, "wb"), os.fdopen(from_worker, "rb"), end=thread.join)
    try:
        yield line
    finally:
        line.close()
