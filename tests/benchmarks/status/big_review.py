"""Times `review status` (and `build`) from the outside.

    python tests/benchmarks/status/big_review.py [--records 50000] [--review reviews/ta-hsb]

Makes a synthetic review of that many records and twice as many decisions in a temporary folder,
runs `review status` once to parse the export, then five times, and prints the median wall and CPU
seconds and the peak memory of the whole process. The example review is timed beside it.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.two_reviewers import begin, log_search, screen

ABSTRACT = "We studied sleep and screens in a sample of children and report what we found. " * 15


def make(project: Path, records: int) -> None:
    review = begin(project, "big")
    export = review / "searches" / "base.ris"
    with export.open("w") as file:
        for n in range(records):
            file.write(
                f"TY  - JOUR\nAU  - Author{n % 9973}, A.\nTI  - Study {n} of sleep\nPY  - "
                f"{1990 + n % 30}\nJO  - Journal {n % 97}\nDO  - 10.1000/x.{n}\nAB  - {ABSTRACT}\n"
                "ER  - \n\n"
            )
    log_search(export)
    screen(review, "base", records)


def run(words: list[str], folder: Path) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak MiB of `review WORDS` in `folder`."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline", *words], cwd=folder, stdout=subprocess.DEVNULL
    )
    _, code, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(code)
    if process.returncode:
        raise SystemExit(f"review {' '.join(words)} ended with {process.returncode}")
    return time.perf_counter() - begin, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def tell(label: str, words: list[str], folder: Path, runs: int = 5) -> None:
    figures = [run(words, folder) for _ in range(runs)]
    wall, cpu, peak = (statistics.median(column) for column in zip(*figures, strict=True))
    print(f"{label:<46} {wall:7.2f} s wall {cpu:7.2f} s CPU {peak:7.0f} MiB")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--records", type=int, default=50_000)
    arguments.add_argument("--project", type=Path, default=Path.cwd(), help="holds reviews/ta-hsb")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        make(project, given.records)
        size = f"{given.records:,} records, {2 * given.records:,} decisions"
        tell(f"status, first time ({size})", ["status", "big"], project, runs=1)
        tell(f"status ({size})", ["status", "big"], project)
    if (given.project / "reviews" / "ta-hsb").is_dir():
        tell("status of the example", ["status", "ta-hsb"], given.project)
        tell("build of the example, all formats", ["build", "ta-hsb"], given.project)
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{'largest process':<46} {children:.0f} MiB")


if __name__ == "__main__":
    main()
