"""How the cost of finding duplicates grows with the number of records.

    python -m tests.benchmarks.duplicates.scale [--sizes 10000,30000,100000,300000,1000000]

Writes synthetic exports (CSV; a tenth of the records are noisy copies of others; the seed is
fixed), runs `review dedupe --files … --json` on each in a process of its own, and prints records,
duplicates, CPU and wall seconds and peak memory, and the slope of log CPU over log records: 1 is
linear.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COLUMNS = ("record_id", "title", "author", "year", "journal", "volume", "number", "pages", "doi")
SYLLABLES = [a + b for a in "bcdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "an", "er", "is")]


def write_export(path: Path, records: int, seed: int = 7) -> int:
    """An export of `records` rows; gives the number of rows that are copies of an earlier one."""
    draw = random.Random(seed)
    words = ["".join(draw.choices(SYLLABLES, k=draw.randint(2, 4))) for _ in range(20_000)]
    names = ["".join(draw.choices(SYLLABLES, k=2)).title() for _ in range(5_000)]
    recent: list[dict[str, str]] = []
    copies = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        sheet = csv.DictWriter(file, COLUMNS)
        sheet.writeheader()
        for n in range(records):
            if recent and draw.random() < 0.1:
                row = _copied(draw.choice(recent), draw)
                copies += 1
            else:
                row = _made(n, draw, words, names)
                recent.append(row)
                if len(recent) > 5_000:
                    recent[draw.randrange(5_000)] = recent.pop()
            sheet.writerow({**row, "record_id": f"r{n}"})
    return copies


def _made(n: int, draw: random.Random, words: list[str], names: list[str]) -> dict[str, str]:
    first = draw.randint(1, 900)
    return {
        "title": " ".join(draw.choices(words, k=draw.randint(6, 14))).capitalize(),
        "author": "; ".join(f"{draw.choice(names)}, {draw.choice('ABCDEFGHJK')}." for _ in "123"),
        "year": str(draw.randint(1990, 2024)),
        "journal": f"Journal of {words[n % 997].title()}",
        "volume": str(draw.randint(1, 60)),
        "number": str(draw.randint(1, 12)),
        "pages": f"{first}-{first + draw.randint(3, 15)}",
        "doi": f"10.{1000 + n % 800}/x.{n}",
    }


def _copied(row: dict[str, str], draw: random.Random) -> dict[str, str]:
    copy = dict(row)
    if draw.random() < 0.5:
        copy["doi"] = ""
    if draw.random() < 0.3:
        copy["title"] = copy["title"].upper()
    if draw.random() < 0.3:
        copy["pages"] = copy["pages"].split("-")[0]
    if draw.random() < 0.2:
        copy["author"] = copy["author"].replace(",", "")
    return copy


def measured(path: Path) -> tuple[dict[str, object], float, float, float]:
    """What `review dedupe --files` answers, with CPU seconds, wall seconds and peak MiB."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "dedupe", "--files", str(path), "--json"],
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    answer = process.stdout.read()
    _, code, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(code)
    if process.returncode:
        raise SystemExit(f"review dedupe ended with {process.returncode}")
    wall = time.perf_counter() - begin
    return json.loads(answer), used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024


def slope(points: list[tuple[int, float]]) -> float:
    """The least-squares slope of log seconds over log records."""
    xs = [math.log(n) for n, _ in points]
    ys = [math.log(seconds) for _, seconds in points]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum(
        (a - x) ** 2 for a in xs
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sizes", default="10000,30000,100000,300000,1000000")
    sizes = [int(n) for n in arguments.parse_args().sizes.split(",")]
    print(f"{'records':>10} {'copies':>8} {'found':>8} {'ask':>6} {'CPU s':>8} {'wall s':>8} MiB")
    points: list[tuple[int, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        for n in sizes:
            path = Path(folder) / f"{n}.csv"
            copies = write_export(path, n)
            answer, cpu, wall, peak = measured(path)
            points.append((n, cpu))
            print(
                f"{n:>10,} {copies:>8,} {answer['duplicates']:>8,} {answer['to_ask']:>6,} "
                f"{cpu:>8.1f} {wall:>8.1f} {peak:.0f}",
                flush=True,
            )
    if len(points) > 1:
        print(f"slope of log CPU over log records: {slope(points):.2f} (1 is linear)")


if __name__ == "__main__":
    main()
