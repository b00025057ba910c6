"""How long a search of 10,000 records takes from a server on this machine, and what memory.

    python tests/benchmarks/services/searching.py [RECORDS]

Each source is searched in a process of its own, with the pauses between questions that it asks for.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from pipeline.services.source_table import SOURCES
from tests.services.web_server import World, serving

ROOT = Path(__file__).parents[3]


def run(place: str, *words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "pipeline", *words],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
    )


def main() -> None:
    records = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as place, serving(World(records=records)) as url:
        run(place, "init", "r", "--title", "A review")
        print(f"{records:,} records")
        for name in SOURCES:
            base = f"{url}/{name}"
            began = time.monotonic()
            words = ("--source", name, "--query", "sleep", "--base-url", base)
            run(place, "search", "r", *words)
            passed = time.monotonic() - began
            (export,) = Path(place, "reviews/r/searches").glob(f"*{SOURCES[name].suffix}*")
            size = export.stat().st_size / 1e6
            export.unlink()
            print(f"  {name:16} {passed:6.1f} s   export {size:5.1f} MB")
            for log in Path(place, "reviews/r/searches").glob("*.yaml"):
                log.unlink()
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"  most memory of any of them: {peak:,.0f} MB")


if __name__ == "__main__":
    main()
