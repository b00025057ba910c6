"""Changes every value of the example's YAML, one at a time, and prints what no one would be told.

python tests/benchmarks/every_leaf.py [SIZE [SEED]]: all of them, or a sample. About a second each.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "example"))

from every_leaf import PROJECT, Trial, leaves, sample

size, seed = (int(a) for a in (*sys.argv[1:], "0", "1")[:2])
chosen = sample(PROJECT, size, seed) if size else list(leaves(PROJECT))
counts: Counter[str] = Counter()
with tempfile.TemporaryDirectory() as folder:
    trial = Trial(Path(folder))
    for leaf in chosen:
        found = trial.change(leaf)
        changed = [c for c in found.changes if c.reads_otherwise]
        counts[
            "refused" if found.refused else "text changed" if changed else "no text changed"
        ] += 1
        for what, ids in (("unnoted", found.unnoted), ("unnamed", found.unnamed)):
            counts[what] += bool(ids)
            if ids:
                print(f"{leaf}: {what}: {', '.join(ids)}", flush=True)
print(f"{len(chosen)} values: " + ", ".join(f"{n} {what}" for what, n in sorted(counts.items())))
