"""Times the screen of a large review on a terminal of its own: its start, and its keys.

    python -m tests.benchmarks.screening.screen_start [--records 50000] [--votes 5000] [--runs 5]

Makes a synthetic review in a temporary folder in which one reviewer has cast that many verdicts.
Then opens `review screen` in a pseudo-terminal, as a person would, and prints: how long until the
first record shows (in a first session, in which nothing is kept from before, and in later ones),
and how long a key takes until the next record shows, while the worker beside the screen makes its
features and learns. Memory is the peak of the screen's own process and of its ranking worker.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import pty
import random
import re
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.model.decision import Screened, Stage, Verdict
from pipeline.notation.decision_lines import decision_line
from tests.benchmarks.store.opening import make

PROTOCOL = """\
title: Night work and sleep of fishers
questions: {q: What is known of accidents of a crew at night?}
criteria:
  population: {label: Not about fishers, text: Crews of fishing boats of any size., key: p}
  topic: {label: Not about night work or sleep, key: t}
  design: {label: No data of its own, key: d}
screening: {reviewers: [ada, ben]}
terms: {include: [sleep, night, fisher], exclude: [school, family]}
"""


def vote(review: Path, name: str, votes: int) -> None:
    """A log with `votes` verdicts, one in twenty to include."""
    chance = random.Random(name)
    begin = datetime(2016, 1, 2, 9, tzinfo=UTC)
    with (review / "decisions" / f"{name}.jsonl").open("wb") as log:
        for n in range(votes):
            kept = chance.random() < 0.05
            said = {"verdict": Verdict.INCLUDE} if kept else {"verdict": Verdict.EXCLUDE}
            at = begin + timedelta(seconds=n)
            record = f"base:{n + 1:04d}"
            log.write(
                decision_line(Screened, at, record=record, stage=Stage.TITLE_ABSTRACT, **said)
            )


class Terminal:
    """`review screen` in a pseudo-terminal of 80 columns and 24 lines."""

    def __init__(self, project: Path, reviewer: str) -> None:
        self.began = time.perf_counter()
        self.child, self.end = pty.fork()
        if self.child == 0:
            os.chdir(project)
            os.environ["TERM"] = "xterm-256color"
            words = ["-m", "pipeline", "screen", "big", "--as", reviewer]
            os.execv(sys.executable, [sys.executable, *words])
        fcntl.ioctl(self.end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def until(self, sign: bytes, seconds: float = 120) -> tuple[float, bytes]:
        """Seconds until `sign` is drawn, and all that was drawn."""
        began = time.perf_counter()
        said = b""
        while sign not in said and time.perf_counter() < began + seconds:
            if select.select([self.end], [], [], 0.001)[0]:
                said += os.read(self.end, 65_536)
        return time.perf_counter() - began, said

    def cpu(self) -> float:
        """Seconds of CPU that the screen's own process has used."""
        used = Path(f"/proc/{self.child}/stat").read_text().rpartition(")")[2].split()[11:13]
        return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")

    def key(self, key: bytes) -> float:
        """Seconds from `key` to the next record on the screen."""
        while select.select([self.end], [], [], 0.2)[0]:
            os.read(self.end, 65_536)
        os.write(self.end, key)
        return self.until(b"Study")[0]

    def peaks(self) -> list[float]:
        """Peak memory (MiB) of the screen and of its ranking worker."""
        children = subprocess.run(
            ["pgrep", "-P", str(self.child)], capture_output=True, text=True, check=False
        )
        found = []
        for process in (self.child, *children.stdout.split()):
            status = Path(f"/proc/{process}/status").read_text()
            found.append(int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024)
        return found

    def quit(self) -> None:
        os.write(self.end, b"q")
        self.until(b"in this session", 20)
        os.kill(self.child, signal.SIGKILL)
        os.waitpid(self.child, 0)
        os.close(self.end)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--votes", type=int, default=5_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--keys", type=int, default=12)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        review = project / "reviews" / "big"
        make(review, given.records)
        (review / "protocol.yaml").write_text(PROTOCOL)
        (review / "decisions").mkdir()
        vote(review, "ada", given.votes)
        vote(review, "ben", given.votes * 2)
        words = [sys.executable, "-m", "pipeline", "status", "big", "--json"]
        said = subprocess.run(words, cwd=project, check=True, capture_output=True, text=True)
        print(f"{json.loads(said.stdout)['records']:,} records, {given.votes:,} verdicts")

        terminal = Terminal(project, "ada")
        first, drawn = terminal.until(b"Shown now")
        time.sleep(0.2)
        if select.select([terminal.end], [], [], 0)[0]:
            drawn += os.read(terminal.end, 65_536)
        print(f"{'first session: first record':44} {first:7.3f} s, {terminal.cpu():.3f} s CPU")
        ranked = b"by the words" in b" ".join(drawn.split())
        print(f"{'the first record is the first in ranked order':44} {'yes' if ranked else 'no'}")
        keys = [terminal.key(b"1") for _ in range(given.keys)]
        tell("a key while features are made", keys)
        said = b""
        while b"ranking" not in said and time.perf_counter() < terminal.began + 300:
            time.sleep(1)
            os.write(terminal.end, b"1")
            said = terminal.until(b"Shown now")[1]
        print(f"{'ranking there after':44} {time.perf_counter() - terminal.began:7.1f} s")
        tell("a key while the worker learns", [terminal.key(b"1") for _ in range(given.keys)])
        screen, *worker = terminal.peaks()
        print(
            f"{'peak memory of screen, worker':44} {screen:.0f}, {max(worker, default=0):.0f} MiB"
        )
        terminal.quit()

        starts, cpus = [], []
        for _ in range(given.runs):
            terminal = Terminal(project, "ada")
            starts.append(terminal.until(b"Shown now")[0])
            cpus.append(terminal.cpu())
            terminal.quit()
        tell("later sessions: first record", starts)
        tell("later sessions: CPU until then", cpus)


def tell(what: str, seconds: list[float]) -> None:
    worst, middle = max(seconds), statistics.median(seconds)
    print(f"{what:44} {middle:7.3f} s median, {worst:.3f} s worst of {len(seconds)}")


if __name__ == "__main__":
    main()
