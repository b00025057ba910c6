"""Fuzzes every reader with damaged samples: crashes, hangs, entries lost from the count.

    python -m tests.benchmarks.exports.fuzz [LAYOUT ...] [--seconds 60] [--keep FOLDER]

Each layout runs in a process of its own, from its samples. Inputs are changed by a grammar of the
layout (its lines, tags, elements, signs and the beginnings of others are put, doubled, swapped and
cut) and, where `atheris` is installed, by libFuzzer as well, led by the code that is reached. What
fails is written into FOLDER. Printed are runs, findings and the slowest input of each layout.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import random
import re
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parents[2] / "readers" / "samples"
SIGNS = [
    b"\n", b"\n\n", b" ", b"\t", b'"', b"'", b"{", b"}", b"[", b"]", b"<", b">", b"&", b"#", b"%",
    b"\\", b",", b";", b":", b"=", b"-", b"@", b"\0", b"\xff", b"\xc3", b"\xe2\x80\xa6", b"&x;",
    b"\xef\xbb\xbf", b"<!--", b"<![CDATA[", b"]]>", b"<?xml?>", b"<!DOCTYPE x [", b"9" * 5000,
    b"\nTY  - JOUR\n", b"\nER  - \n", b"\nPMID- 1\n", b"\nPT J\n", b"\n%0 Book\n", b"@a{b,",
    b"\n<1. >\n", b"\nRT Book\n", b'{"title":', b" # ", b"\xed\xa0\x80", b"\x85", b"\xe2\x80\xa8",
]  # fmt: skip
_TOKEN = re.compile(rb"<[^<>]{1,60}>|[A-Za-z0-9_-]{1,12}\s{0,2}[-:=]|\W")
SLOW = 3.0


def main() -> None:
    """Runs each layout for the seconds given and prints a line for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("layouts", nargs="*")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "fuzzed")
    parser.add_argument("--alone", default="")
    given = parser.parse_args()
    given.keep.mkdir(parents=True, exist_ok=True)
    if given.alone:
        alone(given.alone, given.seconds, given.keep)
        return
    layouts = given.layouts or sorted({seed.name.partition(".")[0] for seed in seeds("")})
    runs = findings = 0
    for layout in layouts:
        command = [sys.executable, "-m", "tests.benchmarks.exports.fuzz", "--alone", layout]
        command += ["--seconds", str(given.seconds), "--keep", str(given.keep)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        told = [line for line in done.stdout.splitlines() if line.startswith("{")]
        if not told:
            print(f"{layout:22} ended without a word: {done.stderr[-300:]}", flush=True)
            findings += 1
            continue
        said = json.loads(told[-1])
        runs += said["runs"]
        findings += len(said["findings"])
        print(f"{layout:22} {said['runs']:>9,} runs  slowest {said['slowest']:.2f} s", flush=True)
        for finding in said["findings"]:
            print(f"    {finding}", flush=True)
    print(f"{runs:,} runs in {len(layouts)} layouts, {findings} findings")


def seeds(layout: str) -> list[Path]:
    """The samples of a layout, or all."""
    return [
        path
        for path in sorted(SAMPLES.iterdir())
        if not path.name.endswith((".expected.json", ".md"))
        and (not layout or path.name.partition(".")[0] == layout)
    ]


class Trial:
    """What was run and what was found."""

    def __init__(self, layout: str, keep: Path) -> None:
        self.layout, self.keep = layout, keep
        self.runs, self.slowest = 0, 0.0
        self.findings: dict[str, str] = {}

    def one(self, data: bytes) -> None:
        """Reads `data` and notes what must not happen."""
        from pipeline.model.problem import ReviewError
        from pipeline.readers import read_export

        self.runs += 1
        begun = time.process_time()
        try:
            with contextlib.suppress(ReviewError):
                format = self.layout if self.runs % 4 else ""
                reading = read_export(io.BytesIO(data), file="x", search="s", format=format)
                numbers = [r.number for r in reading.records]
                numbers += [s.number for s in reading.set_aside]
                if sorted(numbers) != list(range(1, reading.found + 1)):
                    self.found("numbers with a gap", data)
                if not all(record.as_exported for record in reading.records):
                    self.found("a record without anything exported", data)
                if not all(aside.why and aside.raw for aside in reading.set_aside):
                    self.found("set aside without a word", data)
                if not reading.found and not reading.problems and len(data) > 200:
                    self.found("nothing found and nothing told", data)
                for record in reading.records:
                    str(record).encode()
        except Exception:  # noqa: BLE001 - whatever it is, it is a finding
            self.found(" | ".join(traceback.format_exc().strip().split("\n")[-3:]), data)
        took = time.process_time() - begun
        self.slowest = max(self.slowest, took)
        if took > SLOW:
            self.found(f"slow: {took:.1f} s for {len(data):,} bytes", data)

    def found(self, what: str, data: bytes) -> None:
        """Notes a finding once, with its input."""
        key = re.sub(r"\d+", "N", what)
        if key not in self.findings:
            path = self.keep / f"{self.layout}-{hashlib.sha256(data).hexdigest()[:10]}"
            path.write_bytes(data)
            self.findings[key] = f"{what} ({path})"


def mutated(data: bytes, chance: random.Random, vocabulary: list[bytes]) -> bytes:
    """`data` with some pieces put, doubled, swapped, cut or taken from the vocabulary."""
    content = bytearray(data)
    for _ in range(chance.randint(1, 5)):
        at = chance.randint(0, len(content))
        lines = content.split(b"\n")
        match chance.randint(0, 7):
            case 0:
                content[at:at] = chance.choice(vocabulary)
            case 1:
                content[at:at] = chance.choice(SIGNS) * chance.choice((1, 1, 2, 30))
            case 2:
                del content[at : at + chance.randint(1, 200)]
            case 3:
                content[at:at] = content[at : at + chance.randint(1, 300)]
            case 4:
                lines.insert(chance.randint(0, len(lines)), chance.choice(lines))
                content = bytearray(b"\n".join(lines))
            case 5:
                del lines[chance.randrange(len(lines))]
                content = bytearray(b"\n".join(lines))
            case 6:
                other = chance.choice(lines)
                lines[chance.randrange(len(lines))] = other
                content = bytearray(b"\n".join(lines))
            case _:
                del content[at:]
    return bytes(content[:200_000])


def alone(layout: str, seconds: int, keep: Path) -> None:
    """Fuzzes one layout and prints what came of it as one line of JSON."""
    trial = Trial(layout, keep)
    contents = [path.read_bytes() for path in seeds(layout)]
    vocabulary = [*SIGNS, *{t for content in contents for t in _TOKEN.findall(content)}]
    try:
        import atheris
    except ImportError:
        ends = time.monotonic() + seconds
        chance = random.Random(layout)
        while time.monotonic() < ends:
            trial.one(mutated(chance.choice(contents), chance, vocabulary))
    else:
        with atheris.instrument_imports(include=["pipeline.readers"]):
            import pipeline.readers  # noqa: F401 - loaded here to be led by what it reaches
        _led(atheris, trial, contents, vocabulary, seconds)
    told = {"runs": trial.runs, "slowest": trial.slowest, "findings": [*trial.findings.values()]}
    print(json.dumps(told), flush=True)


def _led(
    atheris: Any,
    trial: Trial,
    contents: list[bytes],
    vocabulary: list[bytes],
    seconds: int,
) -> None:
    """Lets libFuzzer lead; it ends the process, so the last word is said before."""
    ends = time.monotonic() + seconds

    def one(data: bytes) -> None:
        trial.one(data)
        if time.monotonic() > ends:
            told = {"runs": trial.runs, "slowest": trial.slowest}
            print(json.dumps({**told, "findings": [*trial.findings.values()]}), flush=True)
            sys.stdout.flush()
            raise SystemExit

    def changed(data: bytes, most: int, seed: int) -> bytes:
        chance = random.Random(seed)
        if chance.random() < 0.3:
            return atheris.Mutate(data, most)
        if chance.random() < 0.05:
            data = chance.choice(contents)
        return mutated(data, chance, vocabulary)[:most]

    with tempfile.TemporaryDirectory() as corpus:
        for number, content in enumerate(contents):
            Path(corpus, str(number)).write_bytes(content)
        settings = [
            "fuzz",
            corpus,
            f"-artifact_prefix={corpus}/",
            "-max_len=200000",
            f"-max_total_time={seconds + 30}",
        ]
        atheris.Setup(settings, one, custom_mutator=changed)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
