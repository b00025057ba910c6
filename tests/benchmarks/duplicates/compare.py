"""Duplicates found, beside other tools, on a folder of labelled sets, in one run.

    python tests/benchmarks/duplicates/compare.py FOLDER [--sets a,b] [--others PYTHON]

FOLDER holds CSVs with record_id, title, author, year, journal, volume, number, pages, doi,
abstract and cluster_id (the label); pairs of a set with case_id count within a case only. PYTHON
is the interpreter of an environment with bib-dedupe and splink; without it, only this project and
exact DOI + title/year run. Each tool runs in a process of its own; CPU seconds include its start.

missed = duplicates kept, removed = unique records removed (ASySD's counting, Hair et al. 2023,
doi:10.1186/s12915-023-01686-z); asked = pairs put to a person, and how many per 1,000 records;
after = sensitivity once a person has answered them as the labels do.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOOLS = ("ours", "doi_title_year", "bib_dedupe", "splink")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sets", default="")
    parser.add_argument("--others", default="")
    parser.add_argument("--limit", type=int, default=900, help="seconds a tool may take on a set")
    wish = parser.parse_args()
    names = wish.sets.split(",") if wish.sets else sorted(p.stem for p in wish.folder.glob("*.csv"))
    print(f"{'set':22}{'tool':16}{'missed':>7}{'removed':>8}{'asked':>6}{'/1,000':>8}{'after':>8}"
          f"{'CPU s':>8}{'MiB':>7}")  # fmt: skip
    for name in names:
        path = (wish.folder / f"{name}.csv").resolve()
        gold = read(path)
        for tool in TOOLS:
            python = sys.executable if tool in TOOLS[:2] else wish.others
            if not python:
                continue
            with tempfile.TemporaryDirectory() as work:
                said, cpu, memory = run(tool, python, path, Path(work), wish.limit)
            if said is None:
                print(f"{name:22}{tool:16}{'did not finish':>21}")
                continue
            score = counted(gold, said["clusters"])
            asked = [tuple(pair) for pair in said.get("ask", ())]
            after = counted(gold, answered(gold, said["clusters"], asked))
            share = 1 - after[0] / max(1, after[2])
            print(f"{name:22}{tool:16}{score[0]:7}{score[1]:8}{len(asked):6}"
                  f"{1000 * len(asked) / max(1, len(gold)):8.1f}{share:8.4f}"
                  f"{cpu:8.1f}{memory:7.0f}", flush=True)  # fmt: skip


def read(path: Path) -> list[dict[str, str]]:
    csv.field_size_limit(10**9)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def run(
    tool: str, python: str, path: Path, work: Path, limit: int
) -> tuple[dict[str, list[list[str]]] | None, float, float]:
    """What a tool said (clusters as [record, cluster], pairs to ask), CPU seconds, peak MiB."""
    out = work / "said.json"
    command = [python, str(HERE / "tools.py"), tool, str(path), str(out)]
    with (work / "log").open("wb") as log:
        process = subprocess.Popen(
            ["timeout", str(limit), *command], stdout=log, stderr=log, cwd=work
        )
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
    said = json.loads(out.read_text()) if out.exists() else None
    return said, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def counted(gold: list[dict[str, str]], clusters: list[list[str]]) -> tuple[int, int, int]:
    """(duplicates kept, unique records removed, duplicates): the first of a label is unique."""
    said = dict(map(tuple, clusters))
    label = {r["record_id"]: (r.get("case_id", ""), r["cluster_id"]) for r in gold}
    unique: set[str] = set()
    seen: set[tuple[str, str]] = set()
    for record, mark in label.items():
        if mark not in seen:
            seen.add(mark)
            unique.add(record)
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for record, (case, _) in label.items():
        groups[case, said.get(record, record)].append(record)
    kept = {next((r for r in g if r in unique), g[0]) for g in groups.values()}
    duplicates = [r for r in label if r not in unique]
    return sum(r in kept for r in duplicates), sum(r not in kept for r in unique), len(duplicates)


def answered(
    gold: list[dict[str, str]], clusters: list[list[str]], asked: list[tuple[str, ...]]
) -> list[list[str]]:
    """The clusters with those asked pairs joined that the labels say are one."""
    label = {r["record_id"]: r["cluster_id"] for r in gold}
    home = dict(map(tuple, clusters))
    for a, b in asked:
        if label[a] == label[b]:
            old, new = home[b], home[a]
            home = {r: new if c == old else c for r, c in home.items()}
    return [[r, c] for r, c in home.items()]


if __name__ == "__main__":
    main()
