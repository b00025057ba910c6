"""Five people screen in browsers at once while the server is killed at any moment.

    python tests/benchmarks/serving/load.py [--records 50000] [--people 5] [--votes 500] [--kills 5]

Makes a synthetic review in a temporary folder, runs `review serve` on it as a process, and lets
each person cast verdicts as the pages send them: the form of the record in view, whose answer holds
the next record. Between a verdict and the next `--pause` seconds pass (0: as fast as it goes). With
`--kills` the server is killed (SIGKILL) so often at random moments and started anew; whoever waits
for an answer signs in again and sends the same form once more, as a person would.

Prints how long verdicts took (only those that met a running server), the memory of the server and
of the ranking workers beside it, and whether each answered verdict stands in the logs exactly once.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from pipeline.store import find_review
from pipeline.store.accounts import Account, Role, put_account
from pipeline.web.sign_in import hashed
from tests.benchmarks.two_reviewers import begin, log_search

ABSTRACT = "We studied sleep and screens in a sample of children and report what we found. " * 15
PASSWORD = "four quiet words here"
SCREEN = "/screen/title_abstract"


def make(project: Path, records: int, people: list[str]) -> None:
    """A review of so many records that all of `people` screen, two a record."""
    review = begin(project, "big")
    protocol = review / "protocol.yaml"
    text = re.sub(r"reviewers: \[.*\]", f"reviewers: [{', '.join(people)}]", protocol.read_text())
    protocol.write_text(text)
    export = review / "searches" / "base.ris"
    with export.open("w") as file:
        for n in range(records):
            file.write(
                f"TY  - JOUR\nAU  - Author{n % 9973}, A.\nTI  - Study {n} of sleep and care\n"
                f"PY  - {1990 + n % 30}\nJO  - Journal {n % 97}\nDO  - 10.1000/x.{n}\n"
                f"AB  - {ABSTRACT} Number {n * 7919 % 9973} of {n % 31}.\nER  - \n\n"
            )
    log_search(export)


@dataclass(slots=True)
class Person:
    """One person's browser over plain HTTP: signs in, sends forms, sends them again."""

    name: str
    port: int
    cookie: str = ""
    page: str = ""
    again: int = 0
    line: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        headers = {"Cookie": self.cookie, "Origin": f"http://127.0.0.1:{self.port}"}
        headers |= {"X-Part": "yes"} if method == "POST" else {}
        body = None
        if form is not None:
            body = urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if self.line is None:
            self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            self.line.request(method, path, body, headers)
            answer = self.line.getresponse()
            if found := answer.getheader("set-cookie"):
                self.cookie = found.partition(";")[0]
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException):
            self.line.close()
            self.line = None
            raise

    def sign_in(self) -> None:
        """Until it works: the server may be on its way up."""
        while True:
            try:
                self.cookie = ""
                status, _ = self.ask("POST", "/sign-in", {"name": self.name, "password": PASSWORD})
                if status == 303:
                    return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.2)

    def show(self) -> None:
        """A record in view, whatever it takes."""
        while True:
            try:
                status, self.page = self.ask("GET", SCREEN)
                if status == 200 and self.record:
                    return
                if status == 303:
                    self.sign_in()
            except (OSError, http.client.HTTPException):
                self.sign_in()
            time.sleep(0.2)

    @property
    def record(self) -> str:
        found = re.search(
            r'name="record" value="([^"]+)">\s*<input type="hidden" name="knew"', self.page
        )
        return found[1] if found else ""

    def form(self, verdict: str) -> dict[str, str]:
        hidden = dict(re.findall(r'type="hidden" name="(csrf|knew)" value="(.*?)"', self.page))
        return {**hidden, "record": self.record, "say": verdict}

    def vote(self, verdict: str) -> tuple[float, bool]:
        """Sends the form in view until it is answered; how long, and whether nothing went wrong."""
        form, clean = self.form(verdict), True
        while True:
            began = time.perf_counter()
            try:
                status, page = self.ask("POST", SCREEN, form)
            except (OSError, http.client.HTTPException):
                clean = False
                self.again += 1
                self.sign_in()
                form["csrf"] = self.token()
                continue
            if status == 401 or (status == 403 and "another session" in page):
                clean = False
                self.sign_in()
                form["csrf"] = self.token()
                continue
            if status != 200:
                raise SystemExit(f"{self.name}: {status} {page[:400]}")
            took = time.perf_counter() - began
            self.page = page
            return took, clean

    def token(self) -> str:
        while True:
            try:
                _, words = self.ask("GET", "/token")
                return str(json.loads(words).get("csrf", ""))
            except (OSError, http.client.HTTPException, ValueError):
                self.sign_in()


@dataclass(slots=True)
class Cast:
    """What one person was told is written, and how long each answer took."""

    votes: list[tuple[str, str]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    again: int = 0


def work(
    name: str, port: int, votes: int, pause: float, out: multiprocessing.Queue[object]
) -> None:
    person, cast, drawn = Person(name, port), Cast(), random.Random(name)
    person.sign_in()
    person.show()
    while len(cast.votes) < votes:
        if not person.record:
            person.show()
        record, verdict = person.record, drawn.choice(("include", "exclude", "exclude", "unsure"))
        took, clean = person.vote(verdict)
        cast.votes.append((record, verdict))
        if clean:
            cast.seconds.append(took)
        time.sleep(pause)
    cast.again = person.again
    out.put((name, cast))


class Server:
    """`review serve` as a process; killed and started anew as often as wanted."""

    def __init__(self, project: Path) -> None:
        self.project = project
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self.kills = 0
        self.memory = self.beside = 0
        self.cpu_seconds = 0.0
        self.start()

    def start(self) -> None:
        words = ["serve", "big", "--host", "127.0.0.1", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pipeline", *words],
            cwd=self.project,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def count_cpu(self) -> None:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        self.cpu_seconds += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        self.look()
        self.count_cpu()
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.kills += 1
        self.start()

    def look(self) -> None:
        """Takes down the most memory that the server, and all workers beside it, have had."""
        self.memory = max(self.memory, _resident(self.process.pid))
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        try:
            pids = [
                int(pid)
                for path in children.parent.parent.glob("*/children")
                for pid in path.read_text().split()
            ]
        except OSError:
            return
        self.beside = max(self.beside, sum(map(_resident, pids)))

    def stop(self) -> None:
        self.look()
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _resident(pid: int) -> int:
    """MiB of memory of a process, what it shares counted in part (PSS); 0 when it has gone."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+) kB", told, re.MULTILINE)
    return int(found[1]) // 1024 if found else 0


def told(project: Path, casts: dict[str, Cast]) -> bool:
    """Whether each answered verdict stands in its log once, and nothing else does."""
    sound = True
    for name, cast in casts.items():
        log = project / "reviews/big/decisions" / f"{name}.jsonl"
        written = Counter(
            (said["record"], said["verdict"])
            for said in map(json.loads, log.read_text().splitlines())
            if said["event"] == "screened"
        )
        wanted = Counter(cast.votes)
        if written != wanted:
            sound = False
            print(f"{name}: lost {dict(wanted - written)}, too many {dict(written - wanted)}")
    return sound


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--records", type=int, default=50_000)
    arguments.add_argument("--people", type=int, default=5)
    arguments.add_argument("--votes", type=int, default=500)
    arguments.add_argument("--kills", type=int, default=0)
    arguments.add_argument("--pause", type=float, default=0.0)
    given = arguments.parse_args()
    people = [f"person-{n}" for n in range(1, given.people + 1)]
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        os.environ["XDG_CONFIG_HOME"] = str(project / "config")
        os.chdir(project)
        make(project, given.records, people)
        secret = hashed(PASSWORD)
        for name in people:
            put_account(
                find_review("big"), Account(name=name, role=Role.REVIEWER, password_hash=secret)
            )
        subprocess.run(  # the export is parsed once, as `review ingest` does
            [sys.executable, "-m", "pipeline", "status", "big"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        server = Server(project)
        out: multiprocessing.Queue[object] = multiprocessing.Queue()
        workers = [
            multiprocessing.Process(
                target=work, args=(n, server.port, given.votes, given.pause, out)
            )
            for n in people
        ]
        began = time.perf_counter()
        for worker in workers:
            worker.start()
        done = threading.Event()

        def watch() -> None:
            while not done.wait(0.5):
                server.look()

        watching = threading.Thread(target=watch)
        watching.start()
        chance = random.Random(1)
        while server.kills < given.kills and any(w.is_alive() for w in workers):
            time.sleep(chance.uniform(4, 12))
            server.kill()
        casts = dict(out.get() for _ in workers)
        for worker in workers:
            worker.join()
        took = time.perf_counter() - began
        done.set()
        watching.join()
        sound = told(project, casts)
        print(f"memory: server {server.memory} MiB, workers beside it {server.beside} MiB")
        server.count_cpu()
        cpu = server.cpu_seconds
        visitor = Person(people[0], server.port)
        visitor.sign_in()
        for which in ("first", "again"):
            began = time.perf_counter()
            visitor.ask("GET", "/")
            print(f"the board, {which}: {(time.perf_counter() - began) * 1000:.0f} ms")
        server.look()
        server.stop()
    seconds = sorted(s for cast in casts.values() for s in cast.seconds)
    p95 = seconds[int(len(seconds) * 0.95)]
    again = sum(cast.again for cast in casts.values())
    median, longest = statistics.median(seconds), seconds[-1]
    print(
        f"{given.people} people, {given.votes} votes each on {given.records:,} records, "
        f"{server.kills} kills, pause {given.pause} s: {took:.0f} s"
    )
    print(
        f"a verdict with the next record: median {median * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, "
        f"longest {longest * 1000:.0f} ms; {again} sent again"
    )
    each = cpu / (given.people * given.votes) * 1000
    print(f"CPU of the server, starting and signing in included: {each:.1f} ms a verdict")
    print(f"memory with the board: server {server.memory} MiB")
    print("each answered verdict stands in the logs once" if sound else "NOT SOUND")
    if not sound:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
