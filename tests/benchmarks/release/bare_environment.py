"""Builds wheel and sdist, installs each into a bare environment, runs the tutorial, prints sizes.

    python tests/benchmarks/release/bare_environment.py [--python python3.12]

Asks the package index that pip is set up with; takes some minutes. Exit code 1: something failed.
"""

from __future__ import annotations

import argparse
import datetime
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
FENCE = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.M | re.S)


def run(*words: str | Path, cwd: Path) -> None:
    done = subprocess.run(
        [str(word) for word in words], cwd=cwd, capture_output=True, text=True, check=False
    )
    if done.returncode:
        print("FAILED:", *words, done.stdout[-2_000:], done.stderr[-2_000:], sep="\n")
        raise SystemExit(1)


def tutorial(review: Path, here: Path) -> int:
    """Runs every command of the tutorial with the program `review`; gives their number."""
    ran = 0
    for kind, title, body in FENCE.findall((PROJECT / "docs/tutorial.md").read_text("utf-8")):
        if title:
            (here / title).parent.mkdir(parents=True, exist_ok=True)
            (here / title).write_text(body, "utf-8")
        for line in body.splitlines() if kind == "console" else ():
            words = line.removeprefix("$ review ")
            words = words.replace("$(date +%F)", datetime.date.today().isoformat())
            run(review, *shlex.split(words), cwd=here)
            ran += 1
    return ran


def size_in_mb(folder: Path) -> float:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 1e6


def main() -> None:
    wishes = argparse.ArgumentParser(description=__doc__)
    wishes.add_argument("--python", default=sys.executable)
    python = wishes.parse_args().python
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        run(python, "-m", "venv", "builder", cwd=here)
        run("builder/bin/pip", "install", "-q", "build", cwd=here)
        run("builder/bin/python", "-m", "build", "--outdir", here / "dist", PROJECT, cwd=here)
        for made in sorted((here / "dist").iterdir()):
            bare = here / made.suffix.strip(".")
            run(python, "-m", "venv", "--without-pip", bare, cwd=here)
            before = size_in_mb(bare)
            run("builder/bin/pip", "--python", bare, "install", "-q", made, cwd=here)
            (bare / "work").mkdir()
            ran = tutorial(bare / "bin" / "review", bare / "work")
            packages = next(bare.glob("lib/python*/site-packages"))
            print(f"{made.name}: {made.stat().st_size / 1e6:.1f} MB, {ran} commands run, "
                  f"{size_in_mb(packages) - before:,.0f} MB installed")  # fmt: skip
            sizes = sorted(((size_in_mb(p), p.name) for p in packages.iterdir() if p.is_dir()),
                           reverse=True)  # fmt: skip
            print("  largest:", ", ".join(f"{name} {mb:,.0f}" for mb, name in sizes[:10]))


if __name__ == "__main__":
    main()
