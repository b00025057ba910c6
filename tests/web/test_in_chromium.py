"""The pages in a real browser: keys, thumbs, what a failed write leaves, what axe finds."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from pipeline.cli.entry import _run
from pipeline.store.accounts import read_accounts
from pipeline.web.app import COOKIE, Serving
from pipeline.web.sign_in import mark_of

from .conftest import lines, pdf_bytes

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
FIRST = "db-2020-01-01:0001"
DESK, PHONE = {"width": 1200, "height": 850}, {"width": 360, "height": 740}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    if not CHROMIUM and os.environ.get("REVIEW_CHROMIUM") == "required":
        pytest.fail("REVIEW_CHROMIUM=required, and there is no Chromium on the path")
    if not CHROMIUM:
        pytest.skip("no Chromium on the path: nothing was tried in a real browser")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as play:
        running = play.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield running
        running.close()


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


def test_one_key_a_verdict(browser_of: OpenChromium, review: Path) -> None:
    ada = browser_of("ada")
    page = ada.screen()
    page.keyboard.press("n")
    page.keyboard.type("iue note 1")
    page.keyboard.press("Escape")
    ada.press("i")
    ada.press("1")
    ada.press("z")
    ada.press("u")
    ada.press("e")
    said = [(x["event"], x.get("verdict"), x.get("note", "")) for x in lines(review, "ada")]
    assert said == [
        ("screened", "include", "iue note 1"),
        ("screened", "exclude", ""),
        ("withdrawn", None, ""),
        ("screened", "unsure", ""),
        ("screened", "exclude", ""),
    ]
    assert page.evaluate("document.activeElement.id") == "record-title"
    assert "Written" in page.locator("#said").inner_text()


def test_keys_can_be_turned_off(browser_of: OpenChromium, review: Path) -> None:
    ada = browser_of("ada")
    page = ada.screen()
    page.keyboard.press("?")
    page.locator("#keys-on").uncheck()
    page.locator("h1").click()
    page.keyboard.press("i")
    page.wait_for_timeout(200)
    assert lines(review, "ada") == []


def test_a_phone_needs_one_thumb(browser_of: OpenChromium, review: Path) -> None:
    ada = browser_of("ada", viewport=PHONE, has_touch=True, is_mobile=True)
    page = ada.screen()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360
    for name in ("Include", "Unsure", "Exclude"):
        box = page.get_by_role("button", name=name, exact=False).first.bounding_box()
        assert box["height"] >= 44 and box["y"] > 740 / 2  # below, where a thumb is
    page.get_by_role("button", name="Unsure").tap()
    page.locator("#said", has_text="Written").wait_for()
    assert [x["verdict"] for x in lines(review, "ada")] == ["unsure"]


def test_a_server_that_is_gone_loses_nothing_that_was_typed(
    browser_of: OpenChromium, running: Running, review: Path
) -> None:
    ada = browser_of("ada")
    page = ada.screen()
    record = ada.record()
    page.locator("textarea[name=note]").fill("a long thought")
    running.stop()
    page.locator("h1").click()
    page.keyboard.press("i")
    page.locator("#trouble", has_text="does not answer").wait_for()
    assert page.locator("textarea[name=note]").input_value() == "a long thought"
    assert ada.record() == record and lines(review, "ada") == []
    running.again()
    ada.press("i")
    assert [(x["record"], x["note"]) for x in lines(review, "ada")] == [(record, "a long thought")]
    ada.complaints.clear()  # the browser itself told that nobody answered


def test_words_are_marked_while_the_note_stays(browser_of: OpenChromium) -> None:
    ada = browser_of("ada")
    page = ada.screen()
    page.locator("textarea[name=note]").fill("kept")
    page.locator("h1").click()
    page.keyboard.press("/")
    page.keyboard.type("about")
    page.keyboard.press("Enter")
    assert page.locator("#said").inner_text() == "1 found"
    assert page.locator("textarea[name=note]").input_value() == "kept"


PAGES = (
    "/",
    "/conflicts",
    "/reports",
    "/duplicates",
    "/screen/title_abstract",
    "/screen/title_abstract/find?words=One",
    "/status",
    "/documents",
)


@pytest.mark.parametrize("scheme", ("light", "dark"))
def test_axe_finds_nothing_on_any_page(browser_of: OpenChromium, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for viewport in (DESK, PHONE):
        ada = browser_of("cai", viewport=viewport, color_scheme=scheme)
        for address in PAGES:
            ada.page.goto(address)
            found = Axe().run(ada.page).response["violations"]
            told = [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found]
            assert told == [], (address, scheme, viewport)


def test_a_report_is_read_and_searched_beside_the_form(
    browser_of: OpenChromium, review: Path
) -> None:
    for who in ("ada", "ben"):
        assert _run(["decide", "r", FIRST, "--as", who, "--verdict", "include"]) == 0
    Path("a.pdf").write_bytes(pdf_bytes("An opening page.", "Ninety of them said so, in words."))
    assert _run(["retrieve", "r", FIRST, "--obtained", "--file", "a.pdf", "--as", "ada"]) == 0
    ada = browser_of("ada")
    page = ada.screen("full_text")
    page.locator(".report-page .textLayer span", has_text="opening").wait_for()
    page.get_by_label("Find in the report").fill("ninety of THEM")
    page.get_by_label("Find in the report").press("Enter")
    page.locator(".report-told", has_text="On page 2 of the file").wait_for()
    page.wait_for_function("CSS.highlights.get('quote')?.size > 0")
    painted = page.evaluate(
        "() => { const c = document.querySelector('.report-page canvas');"
        " return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v < 128) }"
    )
    assert painted
    page.locator("h1").click()
    ada.press("1")
    assert [x.get("verdict") for x in lines(review, "ada")][-1] == "exclude"
