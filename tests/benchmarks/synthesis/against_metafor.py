"""The table of docs/numbers.md: our own arithmetic against R, part by part.

    python tests/benchmarks/synthesis/against_metafor.py

The figures of R stand in tests/synthesis/metafor.json, which metafor.R beside this file writes.
"""

from __future__ import annotations

import re

from tests.synthesis.published import R, everything

versions = R["versions"]
found: dict[str, list[tuple[str, float]]] = {}
for pair in everything():
    found.setdefault(pair.part, []).append((pair.data, pair.off))
print(f"{versions['R']}, metafor {versions['metafor']}, clubSandwich {versions['clubSandwich']}\n")
print("| what | data sets | numbers | largest difference |")
print("|---|---|---|---|")
for part, told in found.items():
    data = sorted({re.split(r"[ ]", name)[0] for name, _ in told})
    print(f"| {part} | {', '.join(data)} | {len(told):,} | {max(off for _, off in told):.0e} |")
print(f"\n{sum(map(len, found.values())):,} numbers in all")
