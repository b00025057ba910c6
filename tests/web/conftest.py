"""A small review for two people and an arbiter, its pages, and browsers that ask for them."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote

import pytest
import typst
import uvicorn
from starlette.testclient import TestClient

from pipeline.cli.entry import _run
from pipeline.model.decision import Stage
from pipeline.sessions.ranking_worker import answer_all
from pipeline.sessions.worker_line import WorkerLine
from pipeline.store import find_review
from pipeline.store.accounts import Account, Role, put_account, read_accounts
from pipeline.web.app import COOKIE, Serving, make_app
from pipeline.web.sign_in import hashed, mark_of

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
FIRST = "db-2020-01-01:0001"
DESK, PHONE = {"width": 1200, "height": 850}, {"width": 360, "height": 740}
PASSWORD = "four quiet words here"
PEOPLE = {"ada": Role.REVIEWER, "ben": Role.REVIEWER, "cai": Role.ARBITER, "dot": Role.READER}
_HASH = hashed(PASSWORD)


def ris(*titles: str) -> str:
    return "".join(
        f"TY  - JOUR\nTI  - {title}\nAU  - Doe, Jane\nPY  - 2015\nDO  - 10.1000/{n}\n"
        f"AB  - What {title} is about.\nER  - \n\n"
        for n, title in enumerate(titles, 1)
    )


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


def lines(review: Path, name: str) -> list[dict[str, Any]]:
    """The decisions in the log of `name`."""
    path = review / "decisions" / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def same_line(shown: dict[str, Any], typed: dict[str, Any]) -> bool:
    """Whether a decision of a browser is the one that was typed, but for its moment and command."""
    assert shown["command"].startswith("serve-") and not typed["command"].startswith("serve-")
    return {**shown, "at": "", "command": ""} == {**typed, "at": "", "command": ""}


def pdf_bytes(*pages: str) -> bytes:
    """A PDF with a page for each text."""
    marks = "\n#pagebreak()\n".join(typst_text(page) for page in pages)
    return bytes(typst.compile(f"#set page(width: 12cm, height: 9cm)\n{marks}".encode()))


def typst_text(text: str) -> str:
    return f"#text({json.dumps(text)})"


def begun(here: Path, *titles: str, ris_text: str = "") -> Path:
    """A review `r` with records db-2020-01-01:0001 … that ada and ben screen."""
    assert _run(["init", "r", "--title", "A review"]) == 0
    folder = here / "reviews" / "r"
    protocol = folder / "protocol.yaml"
    text = protocol.read_text()
    protocol.write_text(re.sub(r"reviewers: \[.*\]", "reviewers: [ada, ben]", text))
    (here / "in.ris").write_text(ris_text or ris(*titles))
    assert _run(["ingest", "r", "in.ris", "--source", "db", "--on", "2020-01-01"]) == 0
    return folder


@pytest.fixture
def review(here: Path) -> Path:
    return begun(here, "One", "Two", "Three", "Four")


def worker_in_thread(review: str, reviewer: str, stage: Stage) -> WorkerLine:
    """The same worker on the same pipes, without a process to start."""
    from_page, to_worker = os.pipe()
    from_worker, to_page = os.pipe()

    def serving() -> None:
        with os.fdopen(from_page, "rb") as questions, os.fdopen(to_page, "wb") as answers:
            answer_all(review, reviewer, stage, False, questions, answers)

    thread = Thread(target=serving)
    thread.start()
    return WorkerLine(os.fdopen(to_worker, "wb"), os.fdopen(from_worker, "rb"), end=thread.join)


class Clock:
    """Seconds that a test lets pass."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def serving(request: pytest.FixtureRequest, clock: Clock) -> Iterator[Serving]:
    """The pages of the test's review for a team with accounts."""
    if not Path("reviews/r").exists():
        request.getfixturevalue("review")
    for name, role in PEOPLE.items():
        put_account(find_review("r"), Account(name=name, role=role, password_hash=_HASH))
    made = make_app("r", hosts=("testserver", "127.0.0.1"), clock=clock, call=worker_in_thread)
    yield made
    made.site.sessions.close()


class Browser:
    """A browser without scripts: follows redirects, fills in forms."""

    def __init__(self, serving: Serving) -> None:
        self.client = TestClient(serving.app, headers={"origin": "http://testserver"})
        self.page = ""
        self.status = 0

    def get(self, address: str) -> str:
        return self._keep(self.client.get(address))

    def post(self, to: str, files: Any = None, near: str = "", **fields: Any) -> str:
        """Posts `fields` and the hidden ones of the form in view that goes to `to`.

        Where several go there, of the first that holds `near`.
        """
        data = {**self.hidden(to, near), **fields}
        return self._keep(self.client.post(to, data=data, files=files))

    def _keep(self, answer: Any) -> str:
        self.page, self.status = answer.text, answer.status_code
        return self.page

    def hidden(self, address: str, near: str = "") -> dict[str, str]:
        """The hidden fields of the first form in view that goes to `address` and holds `near`."""
        for form in re.findall(r"<form.*?</form>", self.page, re.DOTALL):
            if f'action="{address}"' in unquote(form) and near in form:
                tags = re.findall(r'<input type="hidden" name="(.*?)" value="(.*?)">', form)
                return {name: unescape(value) for name, value in tags}
        return {}

    @property
    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="(.*?)"', self.page)
        return found[1] if found else ""


Open = Callable[[str], Browser]


@pytest.fixture
def open_as(serving: Serving) -> Open:
    """`open_as("ada")` is a browser in which ada has signed in, without the time of argon2."""

    def opened(name: str) -> Browser:
        browser = Browser(serving)
        account = read_accounts(serving.site.places)[name]
        token = serving.entrance.sessions.begin(name, account.role, mark_of(account))
        browser.client.cookies.set(COOKIE, token, domain="testserver.local")
        return browser

    return opened


class Running:
    """The pages on a port of this machine; can be stopped and started like a server that fails."""

    def __init__(self, serving: Serving) -> None:
        self.serving = serving
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.address = f"http://testserver:{self.port}"
        self._start()

    def _start(self) -> None:
        config = uvicorn.Config(self.serving.app, log_level="error", lifespan="off")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(
            target=self.server.run, kwargs={"sockets": [self.listener]}, daemon=True
        )
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)

    def stop(self) -> None:
        self.server.should_exit = True
        self.server.force_exit = True
        self.thread.join()
        self.listener.close()

    def again(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self._start()


@pytest.fixture
def running(serving: Serving) -> Iterator[Running]:
    made = Running(serving)
    yield made
    made.stop()


class Opened:
    """One person's browser with everything that it complained of."""

    def __init__(self, chromium: Any, running: Running, name: str, **how: Any) -> None:
        self.context = chromium.new_context(
            **({"viewport": DESK, "base_url": f"http://127.0.0.1:{running.port}"} | how)
        )
        account = read_accounts(running.serving.site.places)[name]
        token = running.serving.entrance.sessions.begin(name, account.role, mark_of(account))
        self.context.add_cookies(
            [{"name": COOKIE, "value": token, "domain": "127.0.0.1", "path": "/"}]
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def screen(self, stage: str = "title_abstract") -> Any:
        self.page.goto(f"/screen/{stage}")
        return self.page

    def record(self) -> str:
        return str(self.page.locator(".id").inner_text())

    def press(self, key: str) -> None:
        """Presses a key and waits until the record has changed."""
        before = self.page.locator("#main").element_handle()
        self.page.keyboard.press(key)
        self.page.wait_for_function("old => !old.isConnected", arg=before)


def axe_finds_nothing(page: Any) -> None:
    """Whether axe, the checker of accessibility, has nothing to say of the page in view."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    assert [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found] == [], page.url


OpenChromium = Callable[..., Opened]


@pytest.fixture
def browser_of(chromium: Any, running: Running) -> Iterator[OpenChromium]:
    """`browser_of("ada")` is ada's browser; at the end none may have complained."""
    opened: list[Opened] = []

    def open_it(name: str, **how: Any) -> Opened:
        opened.append(Opened(chromium, running, name, **how))
        return opened[-1]

    yield open_it
    for one in opened:
        one.context.close()
    assert [words for one in opened for words in one.complaints] == []
