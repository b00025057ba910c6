"""The page as text: its policy, its data, and hostile words that stay words."""

from __future__ import annotations

import base64
import hashlib
import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from sample_browser import small_browser

from pipeline.render.browser import browser_html

HOSTILE = (
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<!--<script>",
    "]]>",
    "\u2028\u2029\u202e\u2066\x00\x1b[31m\x85",
    "{{7*7}} =cmd|' /C calc'!A0 \\input{x}",
    "javascript:alert(1)",
)


def island_of(page: bytes) -> dict:
    (text,) = re.findall(
        r'<script type="application/json" id="evidence">(.*?)</script>', page.decode(), re.DOTALL
    )
    return json.loads(text)


def test_the_policy_allows_what_stands_in_the_page_and_nothing_else():
    page = browser_html(small_browser()).decode()
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashes = [
        base64.b64encode(hashlib.sha256(t.encode()).digest()).decode() for t in (script, style)
    ]
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{hashes[0]}'; style-src 'sha256-{hashes[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )


def structure(page: bytes) -> list[tuple[str, tuple[str, ...]]]:
    """Elements and the names of their attributes, without the words."""
    root = lxml_html.document_fromstring(page)
    return [(e.tag, tuple(sorted(e.attrib))) for e in root.iter() if isinstance(e.tag, str)]


def test_hostile_words_add_no_element_and_no_attribute():
    plain = structure(browser_html(small_browser(text="plain")))
    for text in HOSTILE:
        assert structure(browser_html(small_browser(text=text))) == plain, text


def test_no_element_acts_by_itself_or_asks_for_anything():
    root = lxml_html.document_fromstring(browser_html(small_browser(text=HOSTILE[1])))
    for element in root.iter():
        names = [str(name) for name in element.attrib]
        assert not any(
            name.startswith("on") or name in ("src", "srcdoc", "style") for name in names
        )
        assert not element.get("href", "").lower().startswith(("javascript:", "data:"))
    assert {e.get("rel") for e in root.iter("link")} == set()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60) | st.sampled_from(HOSTILE))
def test_the_data_come_out_of_the_page_as_they_went_in(text):
    page = browser_html(small_browser(text=text.encode("utf-8", "replace").decode()))
    said = island_of(page)
    fields, rows = said["records"]["fields"], said["records"]["rows"]
    title = rows[0][fields.index("title")]
    assert title == f"Title 1 {text.encode('utf-8', 'replace').decode()}"
    raw = page.decode().split('id="evidence">')[1].split("</script>")[0]
    assert not set("<>&\u2028\u2029\u202e\x1b") & set(raw)


def test_every_view_of_the_navigation_is_there_and_readable_without_a_script():
    root = lxml_html.document_fromstring(browser_html(small_browser()))
    for link in root.xpath("//nav//a"):
        (section,) = root.xpath(f"//main/section[@id='{link.get('href')[1:]}']")
        assert section.find("h2").text_content()
        assert section.get("hidden") is None
    assert "Fewer later offences" in root.xpath("//section[@id='findings']")[0].text_content()
    assert [c.get("scope") for c in root.xpath("//section[@id='studies']//tbody/tr/th")] == [
        "row"
    ] * 3


def test_the_same_values_give_the_same_bytes():
    assert browser_html(small_browser()) == browser_html(small_browser())
