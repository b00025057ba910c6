"""The browser in a real browser: by mouse, by keyboard, on a phone, with 5,000 records."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sample_browser import small_browser

from pipeline.render.browser import browser_html

DESK, PHONE = {"width": 1200, "height": 900}, {"width": 320, "height": 640}


VIEWS = (
    "flow",
    "studies",
    "findings",
    "claims",
    "themes",
    "gaps",
    "figures",
    "records",
    "searches",
    "changes",
)
KINDS = {*VIEWS, "record", "study", "finding", "claim", "search", "result", "gap", "theme", "quote"}


class Opened:
    """A page with everything that it complained of."""

    def __init__(self, chromium: Any, file: Path, **how: Any) -> None:
        self.context = chromium.new_context(**({"viewport": DESK} | how))
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda asked: self._asked(asked.url))
        self.address = file.as_uri()
        self.page.goto(self.address)

    def _asked(self, url: str) -> None:
        if not url.startswith("file:"):
            self.complaints.append(f"asked for {url}")

    def go(self, fragment: str) -> Any:
        self.page.goto(f"{self.address}#{fragment}")
        return self.page

    def status(self) -> str:
        return str(self.page.locator("#status").inner_text())


@pytest.fixture(scope="session")
def large(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("browser") / "large.html"
    file.write_bytes(browser_html(small_browser(5_000, "words")))
    return file


@pytest.fixture
def example(chromium: Any, example_page: Path) -> Iterator[Opened]:
    opened = Opened(chromium, example_page)
    yield opened
    opened.context.close()
    assert opened.complaints == []


def test_each_box_of_the_flow_lists_as_many_records_as_it_counts(example: Opened) -> None:
    page = example.page
    page.locator("summary", has_text="The boxes as a list").click()
    links = page.locator("a[data-set]")
    told = {
        link.get_attribute("data-set"): int(re.sub(r"\D", "", link.inner_text().rsplit(":", 1)[1]))
        for link in links.all()
    }
    assert sum(told.values()) > 100
    for key, n in told.items():
        example.go(f"records?set={key}")
        shown = int(example.status().split(" ")[0].replace(",", ""))
        assert shown == n, key


def test_every_link_of_every_page_leads_somewhere(example: Opened) -> None:
    """From each view, and from each page that a view links to, no link ends in nothing."""
    page = example.page
    island = json.loads(page.locator("#evidence").text_content())
    links = set()
    for view in VIEWS:
        example.go(view)
        found = page.eval_on_selector_all(
            "a[href^='#']", "all => all.map(a => a.getAttribute('href'))"
        )
        links |= set(found[::7] if view == "records" else found)
    rows = {
        name: island[name]
        for name in ("records", "studies", "findings", "claims", "themes", "quotes")
    }
    links |= {
        f"#{kind}/{row[rows[name]['fields'].index('id')]}"
        for kind, name in (
            ("record", "records"),
            ("study", "studies"),
            ("finding", "findings"),
            ("theme", "themes"),
            ("quote", "quotes"),
            ("claim", "claims"),
        )
        for row in rows[name]["rows"][:: 11 if name == "records" else 1]
    }
    for link in sorted(links):
        example.go(link[1:])
        heading = page.locator("main > section:not([hidden]) h2").inner_text()
        assert heading and heading != "Not here", link
        inner = page.eval_on_selector_all(
            "#detail:not([hidden]) a[href^='#']", "all => all.map(a => a.getAttribute('href'))"
        )
        strange = {name[1:].split("/")[0].split("?")[0] for name in inner} - KINDS
        assert not strange, (link, strange)


def test_a_sentence_is_walked_back_to_the_line_of_an_export(example: Opened) -> None:
    page = example.go("claims")
    page.locator("#claims li a", has_text="Few young people").first.click()
    page.locator("#detail a", has_text="finding").first.click()
    page.locator("#detail .sources a[href^='#record/']").first.click()
    page.locator("#detail .facts", has_text=re.compile(r"searches/\S+:\d+")).wait_for()
    page.go_back()
    page.go_back()
    page.locator("#detail h2", has_text="A sentence of the text").wait_for()


def test_the_keyboard_alone_opens_a_study_and_comes_back(example: Opened) -> None:
    page = example.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the evidence"
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href')") == "#studies":
            break
    page.keyboard.press("Enter")
    page.locator("#studies").wait_for()
    assert page.evaluate("document.activeElement.id") == "studies-heading"
    page.locator("#studies tbody th a").first.focus()
    page.keyboard.press("Enter")
    page.locator("#detail h3", has_text="What was extracted").wait_for()
    page.keyboard.press("Escape")
    page.locator("#studies").wait_for()
    assert not page.locator("#detail").is_visible()


def test_studies_are_filtered_and_sorted_and_the_count_is_told(example: Opened) -> None:
    page = example.go("studies")
    whole = page.locator("#studies tbody tr").count()
    page.locator("#studies input[type=search]").fill("swed")
    shown = page.locator("#studies tbody tr:visible").count()
    assert 0 < shown < whole
    assert example.status() == f"{shown} studies of {whole}"
    page.locator("#studies input[type=search]").fill("")
    button = page.locator("#studies thead button").first
    button.click()
    first = page.locator("#studies tbody th").first.inner_text()
    button.click()
    last = page.locator("#studies tbody th").first.inner_text()
    assert first < last
    assert page.locator("#studies thead th").first.get_attribute("aria-sort") == "descending"


def test_five_thousand_records_are_searched_and_paged(chromium: Any, large: Path) -> None:
    opened = Opened(chromium, large)
    page = opened.go("records")
    assert opened.status() == "5,000 records of 5,000"
    assert page.locator("#record-list tbody tr").count() == 50
    page.locator("#record-controls input[type=search]").fill("title 4321")
    page.locator("#status", has_text="1 record of").wait_for()
    page.locator("#record-list a").first.click()
    assert page.locator("#detail dd").first.inner_text() == "db:4321"
    page.go_back()
    page.locator("#record-list").wait_for()
    assert page.locator("#record-controls input[type=search]").input_value() == "title 4321"
    assert opened.complaints == []
    opened.context.close()


@pytest.mark.parametrize(
    ("scheme", "views"),
    [
        ("light", ("flow", "studies", "gaps", "records", "study/aebi-2014")),
        ("dark", ("claims", "claim/few-view")),
    ],
)
def test_a_phone_needs_no_sideways_scrolling_and_nothing_is_out_of_reach(
    chromium: Any, example_page: Path, scheme: str, views: tuple[str, ...]
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    opened = Opened(chromium, example_page, viewport=PHONE, color_scheme=scheme)
    for view in views:
        page = opened.go(view)
        page.wait_for_timeout(30)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], view
        found = axe.run(page).response["violations"]
        grave = [v for v in found if v["impact"] in ("serious", "critical")]
        assert not grave, (view, [(v["id"], v["nodes"][0]["html"][:200]) for v in grave])
    assert opened.complaints == []
    opened.context.close()


def test_a_printed_document_keeps_rows_whole_and_underlines_nothing(
    chromium: Any, example_page: Path
) -> None:
    opened = Opened(chromium, example_page.with_name("ta-hsb.html"))
    opened.page.emulate_media(media="print")
    for one in ("figure", "tr"):
        style = "e => [getComputedStyle(e).breakInside, getComputedStyle(e).textDecorationLine]"
        assert opened.page.locator(one).first.evaluate(style) == ["avoid", "none"], one
    opened.context.close()


def test_without_a_script_the_evidence_can_be_read(chromium: Any, example_page: Path) -> None:
    opened = Opened(chromium, example_page, java_script_enabled=False)
    for view in ("flow", "studies", "findings", "claims", "gaps", "searches"):
        assert opened.page.locator(f"#{view}").is_visible(), view
    assert opened.page.locator(".unscripted").first.is_visible()
    opened.context.close()


def test_hostile_words_run_nothing(chromium: Any, tmp_path: Path) -> None:
    file = tmp_path / "hostile.html"
    text = "</script><img src=x onerror=\"document.title='run'\"><svg onload=alert(1)>"
    file.write_bytes(browser_html(small_browser(3, text)))
    opened = Opened(chromium, file)
    for view in (
        "records",
        "record/db%3A0002",
        "study/aebi-2014",
        "finding/later",
        "claim/few",
        "theme/worry",
        "quote/q1",
    ):
        page = opened.go(view)
        page.wait_for_timeout(20)
        assert page.locator("main img").count() == 0
        assert page.title() != "run"
        assert "<img" in page.locator("main").inner_text(), view
    assert opened.complaints == []
    opened.context.close()
