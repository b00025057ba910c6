"""The pages in a real browser: keys, thumbs, what a failed write leaves, what axe finds."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Route

from pipeline.cli.entry import _run
from pipeline.web.answer_fields import key_of

from .conftest import DESK, FIRST, PHONE, OpenChromium, Running, axe_finds_nothing, lines, pdf_bytes
from .test_extraction import ADA, APART, BEN, STUDY, laid_out


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
    for viewport in (DESK, PHONE):
        page = browser_of("cai", viewport=viewport, color_scheme=scheme).page
        for address in PAGES:
            page.goto(address)
            axe_finds_nothing(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


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
    axe_finds_nothing(page)
    page.locator("h1").click()
    ada.press("1")
    assert [x.get("verdict") for x in lines(review, "ada")][-1] == "exclude"


@pytest.fixture
def study(here: Path) -> Path:
    """The file of a study that ada has begun."""
    file = laid_out(here, "single") / f"studies/{STUDY}.yaml"
    assert _run(["extract", "r", STUDY, "--as", "ada"]) == 0
    return file


def test_selected_words_become_the_quote_of_the_field_one_is_in(
    study: Path, browser_of: OpenChromium
) -> None:
    ada = browser_of("ada")
    page = ada.page
    page.goto(f"/extract/{STUDY}")
    total = page.locator(f"#{key_of('participants/total')}")
    total.get_by_label("Total").fill("many")
    total.locator(".fault", has_text="not a whole number").wait_for()
    total.get_by_label("Total").fill("264")
    page.locator("[data-page='1'] .textLayer span", has_text="264").wait_for()
    axe_finds_nothing(page)
    page.evaluate(
        "() => { const text = [...document.querySelectorAll(\"[data-page='1'] .textLayer span\")]"
        ".find(s => s.textContent.includes('264')).firstChild;"
        " const at = text.data.indexOf('264'); const range = new Range();"
        " range.setStart(text, at); range.setEnd(text, at + 13);"
        " getSelection().removeAllRanges(); getSelection().addRange(range); }"
    )
    page.get_by_role("button", name="Take as the quote of “Total”, page 2").click()
    total.locator(".quote-told", has_text="stands on page 2").wait_for()
    text = study.read_text()
    assert "value: 264" in text and "quote: 264 juveniles" in text and 'page: "2"' in text
    page.reload()
    total.get_by_role("button", name="Show its quote").click()
    page.locator(".report-told", has_text="stands on page 2").wait_for()
    page.wait_for_function("CSS.highlights.get('quote')?.size > 0")


def test_an_answer_that_cannot_be_written_stays_and_is_sent_with_the_next(
    study: Path, browser_of: OpenChromium, running: Running
) -> None:
    ada = browser_of("ada")
    page = ada.page
    page.goto(f"/extract/{STUDY}")
    before = study.read_text()
    running.stop()
    country = page.locator(f"#{key_of('country')}")
    country.get_by_label("Country").fill("Sweden")
    country.get_by_label("Country").blur()
    country.locator(".fault", has_text="does not answer").wait_for()
    assert study.read_text() == before
    running.again()
    page.locator(f"#{key_of('design')}").get_by_label("Design").select_option("cohort")
    country.locator(".fault").wait_for(state="detached")
    assert "country: Sweden" in study.read_text() and "design: cohort" in study.read_text()
    ada.complaints.clear()  # the browser itself told that nobody answered


def test_an_entry_that_is_added_brings_its_questions(study: Path, browser_of: OpenChromium) -> None:
    page = browser_of("ada").page
    page.goto(f"/extract/{STUDY}")
    groups = page.locator(f"#{key_of('groups')}")
    groups.get_by_label("Another one").fill("boys")
    groups.get_by_role("button", name="Add").click()
    page.locator(f"#{key_of('groups/boys/n')}").get_by_label("n", exact=True).fill("12")
    page.keyboard.press("Tab")
    page.locator("#said", has_text="Written: n").wait_for()
    assert "id: boys" in study.read_text() and "n: 12" in study.read_text()


@pytest.mark.parametrize("left", [True, False])
def test_what_is_typed_before_the_script_has_come_is_written(
    study: Path, browser_of: OpenChromium, left: bool
) -> None:
    page = browser_of("ada").page
    held: list[Route] = []
    page.route("**/static/script.js", lambda route: held.append(route))
    page.goto(f"/extract/{STUDY}", wait_until="commit")
    page.locator(f"#{key_of('participants/total')}").get_by_label("Total", exact=True).fill("264")
    if left:
        page.keyboard.press("Tab")
        page.locator("h1").click()
    held[0].continue_()
    page.wait_for_load_state()
    if not left:
        page.locator("h1").click()
    page.locator("#said", has_text="Written: Total").wait_for()
    assert "264" in study.read_text()


@pytest.fixture
def two_drafts(here: Path) -> None:
    where = "reviews/r/studies/drafts"
    files = {f"{where}/ada/{STUDY}.yaml": ADA, f"{where}/ben/{STUDY}.yaml": BEN}
    laid_out(here, APART, **files)


def test_two_drafts_are_settled_beside_the_report_which_stays_at_its_page(
    two_drafts: None, browser_of: OpenChromium
) -> None:
    cai = browser_of("cai")
    page = cai.page
    page.goto(f"/settle/{STUDY}")
    page.locator("[data-page='1'] .textLayer span", has_text="264").wait_for()
    axe_finds_nothing(page)
    page.get_by_role("button", name="Show it in the report").first.click()
    page.locator(".report-told", has_text="The quote").wait_for()
    before = page.evaluate("document.querySelector('.report-pages').scrollTop")
    total = page.get_by_role("region", name="Total (participants/total)")
    total.get_by_label("Or another answer").fill("many")
    total.get_by_role("button", name="Write it").click()
    page.locator("#trouble", has_text="not a whole number").wait_for()
    assert total.get_by_label("Or another answer").input_value() == "many"
    total.get_by_role("button", name="Keep ada's").click()
    page.locator("#said", has_text="Written: Total").wait_for()
    assert page.locator(".report-page canvas").count() >= 1
    assert abs(page.evaluate("document.querySelector('.report-pages').scrollTop") - before) <= 1
    cai.complaints.clear()  # the browser itself told that one form was refused
