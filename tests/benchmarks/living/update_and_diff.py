"""Times `review update` on a large review, and `review diff` of two sealed editions.

    python tests/benchmarks/living/update_and_diff.py [--records 100000] [--new 5000]
    python tests/benchmarks/living/update_and_diff.py --review reviews/ta-hsb [--editions 1 2]

Makes a synthetic review of that many records, screened by two people and compared for duplicates,
then takes an export of `--new` records into it, of which four in ten repeat earlier ones, and
prints wall and CPU seconds and the peak memory of the whole process. With `--review` only the
comparison of two editions (or of edition 1 and now) of that review is timed.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.two_reviewers import begin, log_search, screen

WORDS = [
    "sleep",
    "screen",
    "child",
    "school",
    "cohort",
    "trial",
    "risk",
    "outcome",
    "family",
    "support",
    "online",
    "offline",
    "youth",
    "exposure",
    "harm",
    "review",
    "survey",
    "interview",
    "justice",
    "care",
    "health",
    "region",
    "policy",
    "model",
    "measure",
    "change",
]


def record(n: int, chance: random.Random) -> str:
    """One entry in RIS; the same `n` gives the same report."""
    own = random.Random(n)
    title = " ".join(own.choice(WORDS) for _ in range(9)).capitalize()
    lines = (
        "TY  - JOUR",
        f"AU  - Author{own.randrange(9973)}, {own.choice('ABCDEFG')}.",
        f"TI  - {title} {n}",
        f"PY  - {1990 + own.randrange(30)}",
        f"JO  - Journal {own.randrange(97)}",
        f"VL  - {own.randrange(60)}",
        f"SP  - {own.randrange(900)}",
        *([f"DO  - 10.1000/x.{n}"] if own.random() < 0.8 else []),
        f"AB  - {' '.join(chance.choice(WORDS) for _ in range(180))}",
        "ER  - ",
    )
    return "\n".join(lines) + "\n\n"


def make(project: Path, records: int, new: int) -> Path:
    review = begin(project, "big")
    (review / "manuscript.md").write_text("# Results\n\n{{ n('records_screened') }} records.\n")
    chance = random.Random(1)
    export = review / "searches" / "base-2016-01-01.ris"
    with export.open("w") as file:
        file.writelines(record(n, chance) for n in range(records))
    log_search(export, more="sequence: 1\n")
    screen(review, "base-2016-01-01", records)
    later = project / "base-2017-01-01.ris"
    with later.open("w") as file:
        for n in range(new):
            repeats = n % 10 < 4
            file.write(record(chance.randrange(records) if repeats else records + n, chance))
    return later


def run(words: list[str], folder: Path) -> None:
    """Runs `review WORDS` in `folder` and prints wall and CPU seconds and peak MiB."""
    begin = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "pipeline", *words], cwd=folder)
    _, code, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(code)
    if process.returncode:
        raise SystemExit(f"review {' '.join(words)} ended with {process.returncode}")
    wall = time.perf_counter() - begin
    cpu = used.ru_utime + used.ru_stime
    peak = used.ru_maxrss / 1024
    print(f"== review {' '.join(words)}: {wall:.1f} s, {cpu:.1f} s CPU, {peak:.0f} MiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--new", type=int, default=5_000)
    parser.add_argument("--review", type=Path)
    parser.add_argument("--editions", nargs=2, default=["1", "now"])
    wanted = parser.parse_args()
    if wanted.review:
        where = wanted.review.resolve()
        run(["diff", str(where), *wanted.editions, "--only", "counts"], where.parent)
        run(["diff", str(where), *wanted.editions, "--html", os.devnull], where.parent)
        return
    with tempfile.TemporaryDirectory(prefix="living-") as made:
        project = Path(made)
        later = make(project, wanted.records, wanted.new)
        run(["status", "big"], project)
        run(["dedupe", "big"], project)
        run(["publish", "big", "1", "--on", "2016-12-31", "--as", "ada"], project)
        run(["update", "big", later.name], project)
        run(["update", "big", later.name], project)
        run(["diff", "big", "1", "now"], project)


if __name__ == "__main__":
    main()
