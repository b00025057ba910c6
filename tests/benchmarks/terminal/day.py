"""A day at the terminal, from an empty folder to the first build, in a real tmux.

    python tests/benchmarks/terminal/day.py --size 80x24 --screens screens
    python tests/benchmarks/terminal/day.py --exports PsycINFO=a.ris PubMed=b.nbib

Two reviewers work as people do: they are asked for the protocol, take in exports (made up ones,
unless others are named), look for duplicates, screen some records with keys and the rest in a
spreadsheet, settle conflicts, read in full, put reports to studies, extract and build. Prints the
number of keys, commands and seconds of each step; `--screens` keeps every screen as text.
Needs tmux. Nothing is asserted of times; a step whose words do not appear ends the day with them.
"""

from __future__ import annotations

import argparse
import csv
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).parents[3]
PATIENCE_SECONDS = 180.0
TOPICS = ("sleep", "screens", "homework", "friendship", "reading", "sports", "music", "travel")


@dataclass
class Day:
    """One terminal, what was typed at it, and what it showed."""

    folder: Path
    columns: int
    rows: int
    screens: Path | None
    keys: int = 0
    commands: int = 0
    steps: list[tuple[str, int, int, float]] = field(default_factory=list)
    name: str = field(default_factory=lambda: f"review-day-{os.getpid()}")

    def __enter__(self) -> Day:
        shell = f"PS1='$ ' PYTHONPATH={shlex.quote(str(PROJECT))} XDG_CONFIG_HOME=$PWD/.config"
        review = f"{shlex.quote(sys.executable)} -m pipeline"
        size = ["-x", str(self.columns), "-y", str(self.rows)]
        self._tmux("new-session", "-d", "-s", self.name, *size, "-c", str(self.folder), "sh")
        self._send(f'{shell}; export PYTHONPATH XDG_CONFIG_HOME; review() {{ {review} "$@"; }}')
        self._send("clear")
        time.sleep(0.5)
        return self

    def __exit__(self, *_: object) -> None:
        self._tmux("kill-session", "-t", self.name)

    def _tmux(self, *words: str) -> str:
        done = subprocess.run(["tmux", *words], capture_output=True, text=True, check=True)
        return done.stdout

    def _send(self, line: str) -> None:
        self._tmux("send-keys", "-t", self.name, "-l", line)
        self._tmux("send-keys", "-t", self.name, "Enter")

    def screen(self) -> str:
        """What the terminal shows now."""
        return self._tmux("capture-pane", "-p", "-t", self.name)

    def history(self) -> str:
        return self._tmux("capture-pane", "-p", "-S", "-200", "-t", self.name)

    def wait(self, words: str) -> None:
        """Waits until `words` are on the screen (or just above it)."""
        end = time.monotonic() + PATIENCE_SECONDS
        plain = "".join(words.split())
        while plain not in "".join(self.history().split()):
            if time.monotonic() > end:
                raise SystemExit(f"{words!r} did not appear:\n{self.history()}")
            time.sleep(0.05)

    def settle(self) -> None:
        """Waits for the shell and clears the terminal, so that nothing old is taken for new."""
        self.wait("$ ")
        end = time.monotonic() + PATIENCE_SECONDS
        self._send("clear")
        while self.screen().strip() != "$" and time.monotonic() < end:
            time.sleep(0.05)
        self._tmux("clear-history", "-t", self.name)

    def run(self, command: str, until: str) -> None:
        """Types a command and waits for words of its answer."""
        self.settle()
        self.commands += 1
        self.keys += len(command) + 1
        self._send(command)
        self.wait(until)

    def press(self, keys: str, until: str = "") -> None:
        """Presses each of `keys` as it is."""
        self.keys += len(keys)
        self._tmux("send-keys", "-t", self.name, "-l", keys)
        if until:
            self.wait(until)

    def answer(self, line: str, until: str = "") -> None:
        """Types a line and Enter."""
        self.keys += len(line) + 1
        self._send(line)
        if until:
            self.wait(until)

    def step(self, name: str, before: tuple[int, int, float]) -> tuple[int, int, float]:
        """Notes what the step since `before` took, keeps its screen, and begins the next one."""
        keys, commands, begun = before
        now = time.monotonic()
        self.steps.append((name, self.keys - keys, self.commands - commands, now - begun))
        if self.screens is not None:
            number = len(self.steps)
            self.screens.mkdir(parents=True, exist_ok=True)
            shown = self.history().rstrip() + "\n"
            (self.screens / f"{number:02d}-{name.replace(' ', '-')}.txt").write_text(shown)
        return self.keys, self.commands, time.monotonic()


def made_up(folder: Path) -> list[tuple[str, Path]]:
    """Two small exports that share half of their records."""
    files = []
    for source, first in (("PsycINFO", 0), ("PubMed", 6)):
        path = folder / f"{source.lower()}.ris"
        path.write_text("".join(_entry(n) for n in range(first, first + 12)))
        files.append((source, path))
    return files


def _entry(n: int) -> str:
    topic = TOPICS[n % len(TOPICS)]
    words = f"{topic} of pupils in school year {n + 1}"
    return (
        f"TY  - JOUR\nTI  - A survey of {words}\nAU  - Doe{n}, Jane\nPY  - {2000 + n}\n"
        f"JO  - Journal of {topic}\nDO  - 10.1000/{n}\nAB  - We asked pupils about {words}.\n"
        "ER  - \n\n"
    )


def fill(sheet: Path, includes: int) -> None:
    """What a person does in a spreadsheet: the first rows in, the rest out."""
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for n, row in enumerate(rows):
        if not row["verdict"]:
            row["verdict"] = "Include" if n < includes else "exclude"
            row["reason"] = "" if n < includes else "Not sleep"
    with sheet.open("w", encoding="utf-8", newline="") as file:
        into = csv.DictWriter(file, list(rows[0]))
        into.writeheader()
        into.writerows(rows)


def live(day: Day, exports: list[tuple[str, Path]]) -> None:
    """The day, step by step."""
    at = (0, 0, time.monotonic())
    day.run("review init sleep --ask", "Title of the review")
    day.answer("Sleep and screens", "The question")
    day.answer("Do screens keep pupils awake?", "framework")
    day.press("2", "Population")
    for words in ("Pupils", "Screens", "Sleep"):
        day.answer(words)
    day.wait("Excluded because")
    for label, words in (("Not pupils", "People in school"), ("Not sleep", "Tells of sleep")):
        day.answer(label, "Taken in is")
        day.answer(words)
    day.answer("", "1. Name")
    day.answer("Ada")
    day.answer("Ben")
    day.answer("", "How many look at each record")
    day.answer("2", "1. Source")
    day.answer("", "Next:")
    at = day.step("begin by being asked", at)

    for source, path in exports:
        file = shlex.quote(str(path))
        day.run(f"review ingest {file} --source {source} --on 2026-01-02", "Next:")
    at = day.step("take in the exports", at)

    day.run("review dedupe", "kept.")
    day.wait("Next:")
    at = day.step("look for duplicates", at)

    day.run("review me Ada", "You are Ada")
    day.run("review screen", "Not sleep")
    day.wait("Shown now")
    day.press("i")
    day.wait("1 of")
    day.press("2")
    day.wait("2 of")
    day.press("z")
    day.press("2")
    day.press("?", "Press any key to go on")
    day.press(" ")
    day.press("q", "verdict")
    at = day.step("screen with keys", at)

    day.run("review sheet ada.csv", "Next:")
    fill(day.folder / "ada.csv", 3)
    day.run("review sheet ada.csv --back", "To take them all back")
    day.run("review sheet ben.csv --as ben", "Next:")
    fill(day.folder / "ben.csv", 4)
    day.run("review sheet ben.csv --back", "is the sheet of ben, and you are ada")
    day.run("review sheet ben.csv --as ben --back", "To take them all back")
    at = day.step("screen the rest in a spreadsheet", at)

    day.run("review resolve --as Cai", "conflict on title and abstract")
    day.wait("q quit")
    while "conflict resolved" not in day.history() and "conflicts resolved" not in day.history():
        day.press("i", "Why")
        before = day.history().count("resolved by cai")
        day.answer("")
        end = time.monotonic() + PATIENCE_SECONDS
        while day.history().count("resolved by cai") == before and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(0.4)
    day.wait("Next:")
    at = day.step("settle conflicts", at)

    found = subprocess.run(
        [sys.executable, "-m", "pipeline", "retrieve", "sleep", "--list", "--json"],
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        cwd=day.folder,
        capture_output=True,
        check=True,
    )
    import json

    wanted = [one["record"] for one in json.loads(found.stdout)]
    one, *others = wanted
    for record in others:
        day.run(f'review retrieve {record} --not-obtained --reason "no copy"', "not obtained")
    day.run(f"review retrieve {one} --obtained", "obtained")
    for name in ("ada", "ben"):
        day.run(
            f"review decide {one} --verdict include --stage full_text --as {name}",
            f"by {name}.",
        )
    day.run(f"review collate {one} --study doe-2001", "Next: review extract")
    at = day.step("full texts and studies", at)

    day.run("review extract", "doe-2001")
    day.run("review extract doe-2001 --ask", "What do you read it from")
    day.press("1", "country>")
    day.answer(":q", "Everything is on disk")
    day.run("review check", "Next:")
    at = day.step("extract and check", at)

    day.run("review build --draft", "outputs/sleep")
    day.wait("$ ")
    day.step("the first build", at)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--size", default="80x24", help="columns x rows")
    asked.add_argument("--screens", type=Path, help="a folder for the screens as text")
    asked.add_argument("--exports", nargs="*", default=[], help="SOURCE=FILE")
    said = asked.parse_args()
    if shutil.which("tmux") is None:
        raise SystemExit("tmux is not installed")
    columns, rows = map(int, said.size.split("x"))
    with tempfile.TemporaryDirectory(prefix="review-day-") as place:
        folder = Path(place)
        named = (one.partition("=") for one in said.exports)
        exports = [(source, Path(file).resolve()) for source, _, file in named] or made_up(folder)
        with Day(folder, columns, rows, said.screens) as day:
            try:
                live(day, exports)
            finally:
                for name, keys, commands, seconds in day.steps:
                    print(f"{name:<36} {keys:>5} keys {commands:>3} commands {seconds:>7.1f} s")
        total = sum(seconds for *_, seconds in day.steps)
        print(f"{'in all':<36} {day.keys:>5} keys {day.commands:>3} commands {total:>7.1f} s")


if __name__ == "__main__":
    main()
