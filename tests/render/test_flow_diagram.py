"""The flow diagram in its four layouts: every line fits its box, every number stands on it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from pipeline.model.search import Arm
from pipeline.model.standing import Entrance, Flow, Stand, Standing
from pipeline.render.svg.allowed import checked_svg, size_of
from pipeline.render.svg.flow import flow_figure, flow_svg
from pipeline.render.svg.shapes import width_of, wrapped

S, E = Standing, Entrance
SVG = "{http://www.w3.org/2000/svg}"


def a_flow(
    *,
    update: bool = False,
    other: bool = False,
    sources: int = 2,
    reasons: tuple[str, ...] = ("Wrong population, adults", "No data; an opinion"),
    pending: bool = False,
    stopped: bool = False,
) -> Flow:
    census = {
        Stand(f"Database {n}", Arm.DATABASES, standing): n + 2
        for n in range(sources)
        for standing in (S.DUPLICATE, S.EXCLUDED_ON_TITLE_AND_ABSTRACT, S.NOT_RETRIEVED, S.INCLUDED)
    }
    census[Stand("A register", Arm.REGISTERS, S.REMOVED_BY_AUTOMATION)] = 1234
    for n, _ in enumerate(reasons):
        census[Stand("Database 0", Arm.DATABASES, S.EXCLUDED_ON_FULL_TEXT, f"r{n}")] = 100 - n
    if other:
        census[Stand("A website", Arm.OTHER, S.INCLUDED)] = 2
        census[Stand("A website", Arm.OTHER, S.DUPLICATE)] = 3
        census[Stand("A list", Arm.OTHER, S.EXCLUDED_ON_FULL_TEXT, "r0")] = 1
    if update:
        for n, (entrance, standing) in enumerate(
            ((E.SCREENING, S.DUPLICATE), (E.RETRIEVAL, S.NOT_RETRIEVED), (E.ASSESSMENT, S.INCLUDED))
        ):
            for source, arm in (("Database 0", Arm.DATABASES), ("A website", Arm.OTHER)):
                if arm is not Arm.OTHER or other:
                    census[Stand(source, arm, standing, "", entrance)] = 11 + n
    if pending:
        census[Stand("Database 0", Arm.DATABASES, S.AWAITING_SCREENING)] = 7
    if stopped:
        census[Stand("Database 0", Arm.DATABASES, S.NOT_SCREENED, "the target is reached")] = 777
        census[Stand("A website", Arm.OTHER, S.NOT_SCREENED, "the target is reached")] = 5
    return Flow(
        census=census,
        included_studies=frozenset({"a", "b"}),
        included_reports=frozenset({"a1", "a2", "b1"}),
        reasons={f"r{n}": label for n, label in enumerate(reasons)},
        kinds={"A website": "website", "A list": "citation_searching"},
        previous_studies=frozenset({"a", "gone"}) if update else None,
        previous_reports=frozenset({"a1", "gone1"}) if update else None,
        further_reports=frozenset({"a2"}) if update else frozenset(),
        settled_before=41 if update else 0,
    )


LONG = tuple(f"Reason {n} " + "that takes very many words to say " * 3 for n in range(30))
FLOWS = {
    **{
        f"{'updated' if update else 'new'}, {'others' if other else 'databases only'}": a_flow(
            update=update, other=other
        )
        for update in (False, True)
        for other in (False, True)
    },
    "one reason": a_flow(reasons=("Only one",)),
    "none excluded": a_flow(reasons=()),
    "thirty long reasons": a_flow(reasons=LONG, other=True),
    "twelve sources": a_flow(sources=12, other=True, update=True),
    "a word without end": a_flow(reasons=("x" * 300,)),
    "in progress": a_flow(pending=True, update=True, other=True),
    "screening stopped": a_flow(stopped=True, other=True),
    "nothing at all": Flow(census={}, included_studies=frozenset(), included_reports=frozenset()),
}


def drawn(flow: Flow) -> etree._Element:
    return etree.fromstring(flow_svg(flow).encode())


def said(flow: Flow) -> str:
    return " ".join(" ".join(text.itertext()) for text in drawn(flow).iter(f"{SVG}text"))


def assert_everything_fits(root: etree._Element) -> None:
    """Each line of text lies wholly in a box or in the margin below, and boxes do not touch."""
    page_width, page_height = size_of(etree.tostring(root, encoding="unicode"))
    boxes = [
        tuple(float(rect.get(name)) for name in ("x", "y", "width", "height"))
        for rect in root.findall(f"{SVG}rect")[1:]
    ]
    for n, (x, y, w, h) in enumerate(boxes):
        assert x >= 0 and y >= 0 and x + w <= page_width and y + h <= page_height
        for x2, y2, w2, h2 in boxes[n + 1 :]:
            apart = x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y
            assert apart, "two boxes overlap"
    bottom = max((y + h for _, y, _, h in boxes), default=0)
    for text in root.iter(f"{SVG}text"):
        size, bold = float(text.get("font-size")), text.get("font-weight") == "bold"
        x, y, width = float(text.get("x")), float(text.get("y")), width_of(text.text, size, bold)
        if "rotate" in text.get("transform", ""):
            inside = any(
                bx <= x - size * 0.7
                and x <= bx + bw
                and by <= y - width / 2
                and y + width / 2 <= by + bh
                for bx, by, bw, bh in boxes
            )
            assert inside or (len(text.text) > 0 and width > 60)
            continue
        left = x - width / 2 if text.get("text-anchor") == "middle" else x
        in_a_box = any(
            bx <= left
            and left + width <= bx + bw
            and by <= y - size * 0.75
            and y + size * 0.25 <= by + bh
            for bx, by, bw, bh in boxes
        )
        below = y > bottom and left >= 0 and left + width <= page_width and y + 3 <= page_height
        assert in_a_box or below, f"{text.text!r} does not fit"


@pytest.mark.parametrize("name", FLOWS)
def test_everything_fits(name: str) -> None:
    assert_everything_fits(drawn(FLOWS[name]))


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=60)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(words, max_size=6),
    st.dictionaries(words, st.integers(0, 10**7), max_size=6),
    st.booleans(),
    st.booleans(),
)
def test_everything_fits_whatever_the_words(
    reasons: list[str], sources: dict[str, int], update: bool, other: bool
) -> None:
    flow = a_flow(update=update, other=other, reasons=tuple(reasons))
    more = {Stand(name, Arm.DATABASES, S.DUPLICATE): n for name, n in sources.items()}
    svg = flow_svg(replace(flow, census={**flow.census, **more}))
    assert_everything_fits(etree.fromstring(svg.encode()))
    assert checked_svg(svg, "flow")


@pytest.mark.parametrize("name", FLOWS)
def test_it_is_the_same_text_twice_and_may_stand_in_a_document(name: str) -> None:
    svg = flow_svg(FLOWS[name])
    assert flow_svg(FLOWS[name]) == svg
    assert checked_svg(svg, "flow")


def test_it_has_a_title_and_a_description_that_are_named() -> None:
    root = drawn(FLOWS["new, databases only"])
    names = root.get("aria-labelledby").split()
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert [title.get("id"), desc.get("id")] == names
    assert title.text == "PRISMA 2020 flow diagram"
    assert "1,234 records by automation tools" in desc.text
    assert flow_figure(FLOWS["new, databases only"]).alt == desc.text


@pytest.mark.parametrize("name", FLOWS)
def test_every_box_shows_its_number(name: str) -> None:
    flow = FLOWS[name]
    shown = said(flow)
    keys = ["duplicates", "excluded_automatic", "excluded_other", "records_screened"]
    keys += ["records_excluded", "dbr_sought_reports", "dbr_notretrieved_reports", "dbr_assessed"]
    keys += ["dbr_excluded", "database_results", "register_results"]
    if flow.has_other_sources:
        keys += ["other_sought_reports", "other_notretrieved_reports", "other_assessed"]
    for key in keys:
        assert f"(n = {flow.count(key):,})" in shown, key


@pytest.mark.parametrize(
    ("name", "there", "not_there"),
    [
        (
            "new, databases only",
            ["Studies included in review"],
            ["Previous", "other methods", "Total"],
        ),
        ("new, others", ["via other methods", "Websites (n = 5)"], ["Previous", "Total"]),
        ("updated, databases only", ["Previous studies", "Total studies"], ["via other methods"]),
        ("updated, others", ["Previous studies", "Total studies", "via other methods"], []),
    ],
)
def test_the_four_layouts(name: str, there: list[str], not_there: list[str]) -> None:
    shown = said(FLOWS[name])
    assert [words for words in there if words not in shown] == []
    assert [words for words in not_there if words in shown] == []


def test_in_progress_is_said_only_while_it_is_so() -> None:
    assert "In progress: 7 pending (7 records await a decision on title and abstract)." in said(
        FLOWS["in progress"]
    )
    for name, flow in FLOWS.items():
        assert ("In progress" in said(flow)) == (name == "in progress")


def test_what_was_left_unscreened_stands_on_it_with_its_reason() -> None:
    text = said(FLOWS["screening stopped"])
    assert "Records not screened, as screening was stopped" in text
    assert "the target is reached (n = 777)" in text
    assert "5 records by other methods not screened" in text
    assert "not screened" not in said(FLOWS["new, others"])


def test_terms_without_a_box_are_said_below() -> None:
    shown = said(FLOWS["updated, others"])
    for words in (
        "41 records of earlier searches stand as in the previous version and are counted there",
        "1 new report of studies that the previous version included",
        "1 study and 1 report of the previous version no longer included",
        "14 records by other methods not sought",
    ):
        assert words in shown
    assert "Reports of new included studies (n = 1)" in shown


def test_what_the_previous_version_left_open_stands_where_it_comes_in() -> None:
    shown = said(FLOWS["updated, others"])
    for what, n in (("records", 11), ("reports", 12), ("reports", 13)):
        words = f"Joined by {what} of the previous version, open then or decided anew (n = {n})"
        assert shown.count(words) == 2, words
    assert "Joined by" not in said(FLOWS["new, others"])


def test_reasons_stand_as_they_were_written() -> None:
    shown = said(FLOWS["new, databases only"])
    assert "Wrong population, adults (n = 100)" in shown
    assert "No data; an opinion (n = 99)" in shown
    assert "Only one (n = 100)" in said(FLOWS["one reason"])


def test_reasons_with_the_same_label_are_one_line() -> None:
    assert "Same (n = 199)" in said(a_flow(reasons=("Same", "Same")))


def test_nothing_rests_on_colour() -> None:
    """In grey, fills stay light enough for the dark letters on them."""
    for fill in set(re.findall(r'fill="#([0-9a-f]{6})"', flow_svg(FLOWS["in progress"]))):
        red, green, blue = (int(fill[n : n + 2], 16) for n in (0, 2, 4))
        grey = 0.299 * red + 0.587 * green + 0.114 * blue
        assert grey > 200 or grey < 60


def test_hostile_names_stay_text() -> None:
    hostile = '</text><script>alert(1)</script>&"\x1b[31m\u202e'
    flow = a_flow(reasons=(hostile,))
    root = drawn(flow)
    assert {etree.QName(e).localname for e in root.iter()} <= {
        "svg", "title", "desc", "defs", "marker", "path", "rect", "polyline", "text",
    }  # fmt: skip
    assert "\x1b" not in flow_svg(flow)
    assert "<script>" in said(flow).replace(" ", "")


@given(words, st.floats(20, 400))
def test_wrapping_loses_no_letter_and_keeps_to_the_width(text: str, width: float) -> None:
    lines = wrapped(text, width, 12)
    assert "".join("".join(lines).split(" ")) == text.replace("\n", " ").replace(" ", "")
    assert all(width_of(line, 12) <= width or len(line) == 1 for line in lines)
