"""A synthetic review of any size that two people have screened, for benchmarks."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.model.decision import Screened, Stage, Verdict
from pipeline.notation.decision_lines import decision_line

PROTOCOL = """\
title: A synthetic review
questions: {q: What is known?}
criteria: {topic: {label: Another topic}, design: {label: Another design}}
screening: {reviewers: [ada, ben]}
"""


def begin(project: Path, name: str) -> Path:
    """The folder of a review that has a protocol and nothing else yet."""
    review = project / "reviews" / name
    for folder in ("searches", "decisions"):
        (review / folder).mkdir(parents=True)
    (review / "protocol.yaml").write_text(PROTOCOL)
    return review


def log_search(export: Path, more: str = "") -> None:
    """Writes the log of the search whose `export` lies in the review already."""
    digest = hashlib.sha256(export.read_bytes()).hexdigest()
    export.with_suffix(".yaml").write_text(
        "source: Base\nkind: database\nsearched_on: 2016-01-01\ningested_on: 2016-01-01\n"
        f"{more}export: {export.name}\nsha256: {digest}\n"
    )


def screen(review: Path, search: str, records: int) -> None:
    """A verdict on each record by each of two people, who do not always agree."""
    first = datetime(2016, 1, 2, 9, tzinfo=UTC)
    for name, step in (("ada", 20), ("ben", 21)):
        with (review / "decisions" / f"{name}.jsonl").open("wb") as log:
            for n in range(records):
                out = n % step != 0
                log.write(
                    decision_line(
                        Screened,
                        first + timedelta(seconds=n),
                        record=f"{search}:{n + 1:04d}",
                        stage=Stage.TITLE_ABSTRACT,
                        verdict=Verdict.EXCLUDE if out else Verdict.INCLUDE,
                        reason="topic" if out else "",
                    )
                )
