"""The ranking worker beside the screen: settles the review, ranks, and hands over records.

    python -m pipeline.sessions.ranking_worker REVIEW REVIEWER STAGE [again]

It runs as a process of its own, so that learning never holds up a key, and so that the process at
whose screen somebody sits opens no log but theirs. It reads questions (`Asked`) on standard input
and writes answers (`Told`) on standard output until its input ends. The first answers come unasked:
what waits as soon as that is known, and the same ranked as soon as it is.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import IO

from pipeline.model.decision import Retrieved, Stage
from pipeline.model.problem import ReviewError
from pipeline.notation.safe_text import for_terminal
from pipeline.screening.stopping import Outlook, statement, target_statement
from pipeline.sessions.first_records import LARGE
from pipeline.sessions.ranking import Guide
from pipeline.sessions.session import open_session
from pipeline.sessions.worker_line import (
    ShownRecord,
    WorkerAnswer,
    WorkerQuestion,
    receive_asked,
    send,
)
from pipeline.store import ReviewFolder
from pipeline.store.fulltexts import fulltext_state

AT_ONCE = 20
"""Records that one answer holds: a quick hand casts fewer verdicts before the next one comes."""

FIRST = 60
"""Records in the first answer, for while the features of a large review are made."""


@dataclass(slots=True, kw_only=True)
class Worker:
    """One reviewer's worker. `marks` say in which state the logs of the others were last read."""

    review: str
    reviewer: str
    stage: Stage
    again: bool
    folder: ReviewFolder
    guide: Guide
    retrievals: Mapping[str, Retrieved] = field(default_factory=dict)
    marks: tuple[tuple[str, int, int], ...] = ()
    titles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    heard: int = 0
    settled: bool = False
    read_at: float = 0.0
    read_seconds: float = 0.0

    @classmethod
    def opened(cls, review: str, reviewer: str, stage: Stage, again: bool) -> Worker:
        """Reads the whole review and keeps what waits for `reviewer`. ReviewError as it comes."""
        session = open_session(review, reviewer, stage, again=again)
        guide = Guide(
            folder=session.folder,
            stage=stage,
            waiting=dict(session.waiting),
            everything=session.everything,
            votes={r: v for r, v in session.kept_in().items() if r not in session.waiting},
        )
        return cls(
            review=review,
            reviewer=reviewer,
            stage=stage,
            again=again,
            folder=session.folder,
            guide=guide,
            retrievals=session.retrievals,
            marks=others_marks(session.folder, reviewer),
        )

    def told(
        self, put_off: Iterable[str] = (), *, whole: bool, most: int = AT_ONCE
    ) -> WorkerAnswer:
        """The next records; with `whole` the ids of all that waits as well."""
        chosen = list(self.guide.head(tuple(put_off), most))
        together = self._alike_together(chosen)
        return WorkerAnswer(
            heard=self.heard,
            head=tuple(self._shown(record, why) for record, why in together),
            waiting=tuple(self.guide.waiting) if whole else None,
            settled=self.settled,
            outlook=outlook_line(self.guide.outlook()) if self.stage is not Stage.FULL_TEXT else "",
        )

    def answer(self, asked: WorkerQuestion) -> WorkerAnswer:
        """Takes in what was asked, learns from it, and gives the next records."""
        for one in asked.heard:
            self.guide.hear(one.record, one.relevant)
        self.heard += len(asked.heard)
        anew = self._is_due() and others_marks(self.folder, self.reviewer) != self.marks
        if anew:
            self._read_anew()
        self.guide.learn()
        return self.told(asked.put_off, whole=anew)

    def _is_due(self) -> bool:
        """Whether the review may be read again: on a large one not after every verdict."""
        return time.monotonic() - self.read_at > 20 * self.read_seconds

    def _read_anew(self) -> None:
        """What waits after somebody else wrote into the review; a fault there changes nothing."""
        began = time.monotonic()
        self.marks = others_marks(self.folder, self.reviewer)
        with contextlib.suppress(ReviewError):
            session = open_session(self.review, self.reviewer, self.stage, again=self.again)
            self.guide.waiting = dict(session.waiting)
            self.guide.everything = session.everything
            self.retrievals = session.retrievals
        self.read_at = time.monotonic()
        self.read_seconds = self.read_at - began

    def _alike_together(self, chosen: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """`chosen` with waiting records of the same title put behind each other."""
        placed: dict[str, str] = {}
        for record, why in chosen:
            placed.setdefault(record, why)
            for other in self._alike(record):
                if other in self.guide.waiting and other not in placed:
                    placed[other] = f"has the title of the one before ({record})"
        return list(placed.items())

    def compare_titles(self) -> None:
        """Finds records of one title, for all answers that follow."""
        self.titles = same_titles(self.folder, self.guide.everything)

    def _alike(self, record: str) -> tuple[str, ...]:
        return tuple(other for other in self.titles.get(record, ()) if other != record)

    def _shown(self, record: str, why: str) -> ShownRecord:
        retrieval = self.retrievals.get(record)
        words, path = ("", "")
        if self.stage is Stage.FULL_TEXT:
            words, path = fulltext_state(self.folder.places, retrieval)
        return ShownRecord(
            record=replace(self.folder.records[record], as_exported=()),
            why=for_terminal(why),
            alike=self._alike(record),
            fulltext=words,
            path=path,
        )


def outlook_line(seen: Outlook) -> str:
    """The outlook for the foot of the screen; the target is told of once it is reached."""
    return f"{statement(seen)} {target_statement(seen) if seen.may_stop else ''}".rstrip()


def others_marks(folder: ReviewFolder, reviewer: str) -> tuple[tuple[str, int, int], ...]:
    """Name, size and time of each log but `reviewer`'s own: other marks, something was written."""
    marks = []
    for path in sorted(folder.places.decisions.glob("*.jsonl")):
        if path.stem != reviewer:
            with contextlib.suppress(FileNotFoundError):
                stat = path.stat()
                marks.append((path.name, stat.st_size, stat.st_mtime_ns))
    return tuple(marks)


def same_titles(folder: ReviewFolder, among: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """The records of `among` that share a title of three words or more with another: all of them.

    Letters and digits are compared, nothing else: what rules or people merged is not among them,
    and what is left is a reviewer's to judge.
    """
    wanted = frozenset(among)
    table = folder.table(["id", "title"])
    by_title: dict[str, list[str]] = defaultdict(list)
    for record, title in zip(table["id"].to_pylist(), table["title"].to_pylist(), strict=True):
        if record in wanted and title.count(" ") >= 2:
            by_title["".join(filter(str.isalnum, title.casefold()))].append(record)
    return {
        record: tuple(records)
        for key, records in by_title.items()
        if key and len(records) > 1
        for record in records
    }


def answer_all(
    review: str,
    reviewer: str,
    stage: Stage,
    again: bool,
    questions: IO[bytes],
    answers: IO[bytes],
) -> None:
    """Tells what waits, then answers until `questions` ends or nobody hears the answers."""
    with contextlib.suppress(BrokenPipeError):
        try:
            worker = Worker.opened(review, reviewer, stage, again)
        except ReviewError as refusal:
            send(answers, WorkerAnswer(refusal=(refusal.what, refusal.remedy)))
            return
        if len(worker.guide.everything) >= LARGE:
            worker.guide.begin()
            send(answers, worker.told(whole=True, most=FIRST))
        worker.compare_titles()
        worker.guide.learn()
        worker.settled = True
        send(answers, worker.told(whole=True, most=FIRST))
        while (asked := receive_asked(questions)) is not None:
            send(answers, worker.answer(asked))


def main(words: list[str]) -> None:
    review, reviewer, stage, *more = words
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing but answers may come on standard output
    os.nice(10)  # the keys of the screen go first
    with contextlib.suppress(KeyboardInterrupt):
        answer_all(review, reviewer, Stage(stage), "again" in more, questions, answers)


if __name__ == "__main__":
    main(sys.argv[1:])
