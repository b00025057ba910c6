"""How long a build takes, in seconds of wall time and of CPU.

python tests/benchmarks/document/bench_build.py REVIEW_FOLDER     a review, cold and warm
python tests/benchmarks/document/bench_build.py                   500 studies, 50,000 records
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def timed(label: str, work: Callable[[], T]) -> T:
    def cpu() -> float:
        of = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(u.ru_utime + u.ru_stime for u in of)

    wall, busy = time.perf_counter(), cpu()
    done = work()
    print(f"{label:<44} {time.perf_counter() - wall:7.2f} s {cpu() - busy:7.2f} s CPU")
    return done


def of_a_review(review: Path) -> None:
    """Builds a copy of `review` in a project of its own: nothing that stands here is touched."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        shutil.copytree(review, project / "reviews" / review.name)
        forms = review.resolve().parents[1] / "extraction_forms"
        if forms.is_dir():
            shutil.copytree(forms, project / "extraction_forms")
        command = [sys.executable, "-m", "pipeline", "build", review.name]

        def build() -> None:
            subprocess.run(command, cwd=project, check=True, stdout=subprocess.DEVNULL)

        timed("build, nothing parsed before", build)
        timed("build, exports parsed before", build)


def of_many(studies: int = 500, records: int = 50_000) -> None:
    """A synthetic review: every record screened by two, `studies` of them included and cited."""
    from pipeline.document import first_manuscript, write_up
    from pipeline.document.tables import all_tables
    from pipeline.model.decision import Screened, Stage, Verdict
    from pipeline.model.problem import Place
    from pipeline.model.protocol import Criterion, Outcome, Protocol, Question
    from pipeline.model.record import Issued, Name, Record
    from pipeline.model.review import Review
    from pipeline.model.search import Search, SourceKind
    from pipeline.model.study import Basis, Direction, Result, Study
    from pipeline.render.documents import WRITERS
    from pipeline.render.prepared import prepare
    from pipeline.snapshot import Snapshot
    from pipeline.snapshot.settle import settle

    place = Place(file="x.yaml", line=1)
    ids = tuple(f"db-1:{n:05d}" for n in range(1, records + 1))
    start = datetime(2026, 1, 1, tzinfo=UTC)
    decisions: list[Screened] = []
    for n, id in enumerate(ids):
        verdict = Verdict.INCLUDE if n < studies else Verdict.EXCLUDE
        stages = list(Stage) if n < studies else [Stage.TITLE_ABSTRACT]
        for stage in stages:
            for k, reviewer in enumerate(("ada", "ben")):
                decisions.append(
                    Screened(
                        id=f"{n}-{k}-{stage}",
                        at=start + timedelta(seconds=n),
                        reviewer=reviewer,
                        record=id,
                        stage=stage,
                        verdict=verdict,
                        reason="" if verdict is Verdict.INCLUDE else "topic",
                    )
                )
    found = {}
    for n in range(studies):
        name = f"study-{n:04d}"
        result = Result(
            id=f"{name}/r",
            study=name,
            outcome="outcome",
            statement="Lower in the group than in the comparator",
            direction=list(Direction)[n % 4],
            proportion={"x": n, "n": 1000},
            place=place,
        )
        found[name] = Study(
            id=name,
            title=f"Author{n} et al.",
            form="general",
            form_version=1,
            reports=(ids[n],),
            basis=Basis.ABSTRACT,
            place=place,
            results=(result,),
        )
    review = Review(
        slug="many",
        protocol=Protocol(
            title="Many studies",
            questions=(Question(id="q", text="Why?"),),
            criteria=(Criterion(id="topic", label="Another topic"),),
            outcomes=(Outcome(id="outcome", label="Outcome"),),
        ),
        searches=(
            Search(
                id="db-1",
                source="Database",
                kind=SourceKind.DATABASE,
                searched_on=date(2025, 12, 1),
                ingested_on=date(2025, 12, 1),
                export="db-1.ris",
                sha256="0" * 64,
            ),
        ),
        entries={"db-1": ids},
        decisions=tuple(decisions),
        studies=found,
    )
    one = Record(id="", number=1, place=place, type="article-journal", container_title="Journal")
    known = {
        id: replace(
            one,
            id=id,
            title=f"A title of some length for number {n}",
            author=(Name(family=f"Author{n}", given="A. B."), Name(family="Second", given="C.")),
            issued=Issued(year=1990 + n % 30),
        )
        for n, id in enumerate(ids)
    }
    background = {f"bg-{n}": {"type": "book", "title": f"Background {n}"} for n in range(studies)}
    ledger = timed(f"settle {records:,} records", lambda: settle(review))
    snapshot = Snapshot(review=review, ledger=ledger, records=known, references=background)
    cited = " ".join(f"[@bg-{n}]" for n in range(studies))
    text = first_manuscript().replace("# Discussion", f"# Discussion\n\n{cited}")
    timed("all tables", lambda: all_tables(snapshot))
    written, problems = timed("write up", lambda: write_up(snapshot, text))
    assert written is not None, problems[:3]
    print(f"{len(written.document.references):,} references")
    prepared = timed("citations", lambda: prepare(written.document))
    for name, writer in WRITERS.items():
        timed(f"write {name}", lambda writer=writer: writer.write(prepared))


if __name__ == "__main__":
    of_a_review(Path(sys.argv[1])) if len(sys.argv) > 1 else of_many()
