"""Times the opening of a large review from the cache.

    python -m tests.benchmarks.store.opening [--records 100000] [--runs 5]

Makes a synthetic review of that many records in a temporary folder and parses its export once.
Then opens it in processes of their own, as every command does, and prints the median seconds of
each step: `open_review` with all that people wrote, the ids, one record from the middle, and a
table of id, title and year. The imports stand on a line of their own; they do not grow with the
review.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROTOCOL = """\
title: A synthetic review
questions: {q: What is known?}
criteria: {topic: {label: Another topic}}
"""
_TEXT = """harbour light night fisher tide table crew song cohort trial water work rest shift sleep
accident injury health young adult school family review outcome measure change group"""
WORDS = _TEXT.split()


def make(review: Path, records: int) -> None:
    """A review with one RIS export of `records` entries and nothing decided."""
    searches = review / "searches"
    searches.mkdir(parents=True)
    (review / "protocol.yaml").write_text(PROTOCOL)
    export = searches / "base.ris"
    chance = random.Random(1)
    with export.open("w") as file:
        for n in range(records):
            file.write(
                f"TY  - JOUR\nAU  - Author{n % 9973}, A.\nAU  - Writer{n % 7919}, B. C.\n"
                f"TI  - Study {n} of {' '.join(chance.choices(WORDS, k=8))}\n"
                f"PY  - {1990 + n % 30}\nJO  - Journal {n % 97}\n"
                f"DO  - 10.1000/x.{n}\nKW  - sleep\nKW  - screens\n"
                f"AB  - {' '.join(chance.choices(WORDS, k=180))}\nER  - \n\n"
            )
    digest = hashlib.sha256(export.read_bytes()).hexdigest()
    (searches / "base.yaml").write_text(
        "source: Base\nkind: database\nsearched_on: 2016-01-01\ningested_on: 2016-01-01\n"
        f"export: base.ris\nsha256: {digest}\n"
    )


def opened(review: Path) -> dict[str, float]:
    """Seconds (wall, CPU) of each step in this process."""
    seconds: dict[str, float] = {}
    last = (time.perf_counter(), time.process_time())

    def step(name: str) -> None:
        nonlocal last
        now = (time.perf_counter(), time.process_time())
        seconds[name] = now[0] - last[0]
        seconds[f"{name} CPU"] = now[1] - last[1]
        last = now

    import pyarrow as pa
    import pyarrow.parquet as pq

    from pipeline.store import open_review

    assert pa and pq
    step("imports")
    folder = open_review(str(review))
    count = len(folder.review.entries["base"])
    step("open_review, what people wrote")
    ids = list(folder.records)
    step("ids")
    record = folder.records[ids[count // 2]]
    step("one record")
    table = folder.table(["id", "title", "year"])
    step("table of id, title, year")
    assert record.id == ids[count // 2] and record.title == table["title"][count // 2].as_py()
    assert len(ids) == table.num_rows == count
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--alone", type=Path, help="open this review here and print JSON")
    given = parser.parse_args()
    if given.alone:
        print(json.dumps(opened(given.alone)))
        return
    with tempfile.TemporaryDirectory() as folder:
        review = Path(folder) / "reviews" / "big"
        make(review, given.records)
        words = [sys.executable, "-m", __spec__.name, "--alone", str(review)]

        def run() -> dict[str, float]:
            return json.loads(subprocess.run(words, check=True, capture_output=True).stdout)

        first = run()["open_review, what people wrote"]
        runs = [run() for _ in range(given.runs)]
    print(f"{given.records:,} records, median of {given.runs} openings")
    print(f"{'parsing once':34} {first:7.2f} s wall")
    steps = [name for name in runs[0] if not name.endswith(" CPU")]
    total = [sum(run[n] for n in steps if n != "imports") for run in runs]
    total_cpu = [sum(run[f"{n} CPU"] for n in steps if n != "imports") for run in runs]
    for name in steps:
        wall = statistics.median(run[name] for run in runs)
        cpu = statistics.median(run[f"{name} CPU"] for run in runs)
        print(f"{name:34} {wall:7.3f} s wall {cpu:7.3f} s CPU")
    wall, cpu = statistics.median(total), statistics.median(total_cpu)
    print(f"{'opening in all, without imports':34} {wall:7.3f} s wall {cpu:7.3f} s CPU")


if __name__ == "__main__":
    main()
