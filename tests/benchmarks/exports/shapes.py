"""Pathological shapes in every layout: the seconds of one, two and four times as much.

    python -m tests.benchmarks.exports.shapes [LAYOUT ...] [--times 60000] [--all]

Each filler is put many times into four places of each sample of the tests. Printed is what takes
longer than a second, or more than thrice as long for twice as much; with `--all` everything.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import time
from pathlib import Path

from pipeline.model.problem import ReviewError
from pipeline.readers import read_export

SAMPLES = Path(__file__).parents[2] / "readers" / "samples"
FILLERS = (
    " ", " \n",
    "\n", "x\n", "  x\n", '"', '""', "{", "}", "[", "]", ",", ";", "; a", ", b", " and ", "&",
    "&lt;", "\\", "\\a ", "<", "<a>", "</a>", "<a", "@a{b,", "@", "%", "#", " # ", "\t", "- ", "=",
    "$", "(", "<?xml ?>", "<!DOCTYPE x [", "<![CDATA[", "\nTY  - JOUR\n", "\nER  - \n",
    "\nAU  - ", "\nPMID- 1\n", "\n%0 ", "\nPT J\n", "\n<1>\n", '{"a":', "[[", "\u00a0", "10.",
    "10.1/a<", "1 ", "http ", "~", "'", "--",
)  # fmt: skip
PLACES = (0.0, 0.37, 0.52, 1.0)


def main() -> None:
    """Prints the table and how many shapes were tried."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("layouts", nargs="*")
    parser.add_argument("--times", type=int, default=60_000, help="characters of filler")
    parser.add_argument("--all", action="store_true")
    given = parser.parse_args()
    tried = slow = 0
    for path in sorted(SAMPLES.iterdir()):
        layout = path.name.partition(".")[0]
        if path.name.endswith((".expected.json", ".md", ".xlsx")):
            continue
        if given.layouts and layout not in given.layouts:
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        for filler in FILLERS:
            for place in PLACES:
                at = int(len(text) * place)
                count = max(given.times // len(filler), 1)
                took = [
                    seconds((text[:at] + filler * count * n + text[at:]).encode(), layout)
                    for n in (1, 2)
                ]
                tried += 1
                ratio = took[1] / max(took[0], 0.02)
                if given.all or took[1] > 1 or (took[1] > 0.3 and ratio > 3):
                    took.append(
                        seconds((text[:at] + filler * count * 4 + text[at:]).encode(), layout)
                    )
                    slow += took[2] > 3 * took[1] > 0.5
                    said = " ".join(f"{one:7.2f}" for one in took)
                    print(f"{path.name:28} {place:4.2f} {filler!r:18} {said}", flush=True)
    print(f"{tried:,} shapes, {slow} that grow faster than their size")


def seconds(content: bytes, layout: str) -> float:
    """Processor time of reading."""
    begun = time.process_time()
    with contextlib.suppress(ReviewError):
        read_export(io.BytesIO(content), file="shape", format=layout)
    return time.process_time() - begun


if __name__ == "__main__":
    main()
