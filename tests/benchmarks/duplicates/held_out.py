"""How the borders between merging, asking and leaving alone do on sets that did not choose them.

    python tests/benchmarks/duplicates/held_out.py SET.csv SET.csv …

For each set in turn the border `MERGE_FROM` is chosen on the other sets alone (a unique record
removed counts as ten duplicates missed; among equals the border nearest to the middle of the best
ones) and then tried on the set held out. The points themselves are fixed by hand, not learnt.
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median

from compare import counted, read

from pipeline.cli.duplicates.dedupe_files import _Files
from pipeline.duplicates import same_report
from pipeline.duplicates.engines import DuckEngine
from pipeline.duplicates.plan import find_duplicates

BORDERS = [5.0 + step / 2 for step in range(13)]


def main() -> None:
    sets = [Path(name) for name in sys.argv[1:]]
    made = {path: {border: tried(path, border) for border in BORDERS} for path in sets}
    print(f"{'held out':22}{'border':>7}{'missed':>8}{'removed':>8}    (shipped border: "
          f"{same_report.MERGE_FROM} as chosen by hand)")  # fmt: skip
    for path in sets:
        worth = {
            border: sum(made[o][border][0] + 10 * made[o][border][1] for o in sets if o != path)
            for border in BORDERS
        }
        best = [b for b in BORDERS if worth[b] == min(worth.values())]
        border = min(best, key=lambda b: (abs(b - median(best)), b))
        missed, removed = made[path][border]
        print(f"{path.stem:22}{border:7.1f}{missed:8}{removed:8}")


def tried(path: Path, border: float) -> tuple[int, int]:
    """(duplicates missed, unique records removed) on a set with this border."""
    shipped = same_report.MERGE_FROM, same_report.ASK_FROM
    same_report.MERGE_FROM, same_report.ASK_FROM = border, min(border, shipped[1])
    try:
        found = find_duplicates(DuckEngine(), _Files([str(path)]).batches(lambda n: None))
    finally:
        same_report.MERGE_FROM, same_report.ASK_FROM = shipped
    gold = read(path)
    clusters = [[r["record_id"], str(f)] for r, f in zip(gold, found.first, strict=True)]
    return counted(gold, clusters)[:2]


if __name__ == "__main__":
    main()
