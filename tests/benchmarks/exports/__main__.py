"""Reads every file of a corpus and prints, per format, what was found of what is there.

    python -m tests.benchmarks.exports CORPUS [--misses]

CORPUS is a folder with a `manifest.csv` (columns path, format, kind, true_records, with_title,
with_author, with_year, with_doi, with_abstract). A kind `derived` counts as damaged.
"""

from __future__ import annotations

import argparse
import csv
import time
import traceback
from collections import defaultdict
from pathlib import Path

from pipeline.model.problem import ReviewError
from pipeline.readers import read_export

FIELDS = ("title", "author", "year", "doi", "abstract")


def main() -> None:
    """Prints the table; with `--misses` also every file that is not exact or lacks fields."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--misses", action="store_true")
    given = parser.parse_args()
    rows = defaultdict(lambda: defaultdict(int))
    crashes = []
    for line in csv.DictReader((given.corpus / "manifest.csv").open(encoding="utf-8-sig")):
        path = given.corpus / line["path"]
        if not path.exists():
            path = given.corpus / "corpus" / line["path"]
        row = rows[line["format"] + (" (damaged)" if line["kind"] == "derived" else "")]
        truth = int(line["true_records"] or -1)
        started = time.process_time()
        records = ()
        read_as, set_aside = "refused", 0
        try:
            with path.open("rb") as stream:
                reading = read_export(stream, file=path.name)
            records, read_as, set_aside = reading.records, reading.format, len(reading.set_aside)
        except ReviewError:
            pass
        except Exception:  # noqa: BLE001 - a benchmark counts crashes and goes on
            crashes.append((line["path"], traceback.format_exc()))
        row["seconds"] += time.process_time() - started
        row["files"] += 1
        row["read"] += len(records)
        if truth >= 0:
            row["truth"] += truth
            row["exact"] += len(records) == truth
        else:
            row["exact"] += 1
        notes = []
        if truth >= 0 and len(records) != truth:
            notes.append(f"records {len(records)}+{set_aside} of {truth}")
        for field in FIELDS:
            there = line.get(f"with_{field}") or ""
            if not there:
                continue
            found = sum(bool(getattr(record, field)) for record in records)
            row[f"{field} there"] += int(there)
            row[f"{field} found"] += min(found, int(there))
            if found < int(there):
                notes.append(f"{field} {found} of {there}")
        if any(not record.as_exported for record in records):
            notes.append("as_exported empty")
        if notes and given.misses:
            print(f"{line['path']} ({line['format']}, read as {read_as}): {'; '.join(notes)}")
    print_table(rows)
    for path, trace in crashes:
        print(f"CRASH {path}\n{trace}")


def print_table(rows: dict[str, dict[str, int]]) -> None:
    """One line a format, and a sum for the real and the damaged files."""
    print(f"{'format':26} {'files':>5} {'exact':>5} {'truth':>7} {'read':>7} ", end="")
    print(" ".join(f"{field:>13}" for field in FIELDS), "  seconds")
    sums = {"all real": defaultdict(int), "all damaged": defaultdict(int)}
    for name in sorted(rows):
        _line(name, rows[name])
        total = sums["all damaged" if "(damaged)" in name else "all real"]
        for key, value in rows[name].items():
            total[key] += value
    for name, total in sums.items():
        _line(name, total)


def _line(name: str, row: dict[str, int]) -> None:
    shares = " ".join(f"{row[f'{f} found']:>6}/{row[f'{f} there']:<6}" for f in FIELDS)
    print(
        f"{name:26} {row['files']:>5} {row['exact']:>5} {row['truth']:>7} {row['read']:>7} "
        f"{shares}  {row['seconds']:.2f}"
    )


if __name__ == "__main__":
    main()
