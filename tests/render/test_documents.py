"""Every format of the registry: the same text, the same bytes twice, nothing that acts."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import zipfile
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from read_back import W, docx_part, page, text_of
from sample_document import REFERENCES, a_document, a_figure, a_table

from pipeline.model.document import Cell, Document
from pipeline.model.problem import ReviewError
from pipeline.render.documents import WRITERS
from pipeline.render.markdown import drawings
from pipeline.render.prepared import Prepared, prepare

READABLE = sorted(set(WRITERS) - {"pdf"})


@pytest.fixture(scope="module")
def written(prepared: Prepared) -> dict[str, bytes]:
    return {name: writer.write(prepared) for name, writer in WRITERS.items()}


@pytest.mark.parametrize("name", WRITERS)
def test_a_second_build_gives_the_same_bytes(name: str, written: dict[str, bytes]) -> None:
    assert WRITERS[name].write(prepare(a_document())) == written[name]


@pytest.mark.parametrize("name", WRITERS)
def test_a_row_says_what_people_need(name: str) -> None:
    writer = WRITERS[name]
    assert writer.name == name
    assert writer.suffix.startswith(".")
    assert writer.label


@pytest.mark.parametrize("name", READABLE)
def test_every_format_says_the_same(name: str, written: dict[str, bytes]) -> None:
    said = text_of(name, written[name]).replace("\u00a0", " ")
    for words in (
        "A review of things",
        "With everything in it",
        "First Author",
        "2016-02-29",
        "This is an illustration, not evidence.",
        "As Table 1 and Figure 1 say",
        "(Ada and Bell, 2014, p. 4)",
        "Figure 1.",
        "The flow of records",
        "Table 1.",
        "Characteristics of studies",
        "Study 2 (Ada and Bell, 2014)",
        "2,978",
        "Participants analysed.",
        "What it means",
        "A note that cites Dee (2015)",
        "“quoted”",
        "Ada, A., & Bell, C. (2014). A study of one thing. Journal of Things, 3(2), 1–9.",
        "https://doi.org/10.1000/one",
    ):
        plain = said.replace("*", "").replace("[^1]", "")
        assert words in " ".join(plain.split()), words
    assert said.count("This is an illustration") >= 1
    assert "[[" not in said
    assert "\ue000" not in said


def test_the_notice_stands_before_the_text_and_in_the_foot(written: dict[str, bytes]) -> None:
    notice = a_document().notice
    for name in READABLE:
        said = text_of(name, written[name])
        assert said.index(notice) < said.index("Methods")
    with zipfile.ZipFile(io.BytesIO(written["docx"])) as package:
        assert notice.encode() in package.read("word/footer1.xml")


def test_a_day_is_the_only_time_in_a_document(written: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(written["docx"])) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2016-02-29T00:00:00Z" in package.read("docProps/core.xml")
    assert b"D:20160229" in written["pdf"]


def test_the_pdf_is_tagged_and_claims_pdf_ua(written: dict[str, bytes]) -> None:
    pdf = written["pdf"]
    assert pdf.startswith(b"%PDF-1.7")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert b"A review of things" in pdf
    assert re.search(rb"/Lang ?\(en-GB\)", pdf)
    assert b"/Marked true" in pdf


def test_a_pdf_without_words_for_a_figure_is_refused(prepared: Prepared) -> None:
    """The gate is real: typst itself refuses PDF/UA without alternative text."""
    import typst

    from pipeline.render.typesetting import pdf_pages

    page = '#set document(title: "t")\n#image("a.svg")'
    with pytest.raises(typst.TypstError, match="alt"):
        pdf_pages({"main": page, "a.svg": a_figure().svg}, inputs={}, seconds_since_1970=0)


class TestWebPage:
    def test_it_asks_nothing_of_the_network(self, written: dict[str, bytes]) -> None:
        root = page(written["html"])
        for element in root.iter():
            assert element.tag not in ("script", "link", "iframe", "object", "embed", "img", "base")
            assert "src" not in element.attrib
            assert not [name for name in element.attrib if name.startswith("on")]
            assert "style" not in element.attrib
        assert "@import" not in written["html"].decode()
        assert "url(" not in "".join(root.xpath("//style/text()"))

    def test_the_policy_allows_its_own_style_sheet_and_nothing_else(
        self, written: dict[str, bytes]
    ) -> None:
        [policy] = page(written["html"]).xpath("//meta[@http-equiv]/@content")
        [style] = re.findall(r"<style>(.*?)</style>", written["html"].decode(), re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert policy.split("; ")[:2] == ["default-src 'none'", f"style-src 'sha256-{digest}'"]

    def test_it_has_landmarks_and_headings_in_order(self, written: dict[str, bytes]) -> None:
        root = page(written["html"])
        assert root.get("lang") == "en-GB"
        assert len(root.xpath("//header|//nav|//main|//footer")) == 4
        assert root.xpath("//body/*[1]/@href") == ["#main"]
        levels = [int(h.tag[1]) for h in root.iter("h1", "h2", "h3", "h4", "h5", "h6")]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))

    def test_every_jump_lands(self, written: dict[str, bytes]) -> None:
        root = page(written["html"])
        ids = root.xpath("//@id")
        assert len(ids) == len(set(ids))
        jumps = [href[1:] for href in root.xpath("//@href") if href.startswith("#")]
        assert jumps
        assert set(jumps) <= set(ids)

    def test_head_cells_have_a_scope(self, written: dict[str, bytes]) -> None:
        root = page(written["html"])
        assert root.xpath("//thead//th/@scope") == ["col", "col"]
        assert root.xpath("//tbody//th/@scope") == ["row", "row"]
        assert root.xpath("//td[@class='number']/text()") == ["1,978", "2,978"]

    def test_figures_are_drawings_with_words(self, written: dict[str, bytes]) -> None:
        text = written["html"].decode()
        assert '<title id="prisma-flow-title">' in text or '<title id="flow-title">' in text
        assert "<p>Three records were found.</p>" in text


class TestWordFile:
    def test_tables_are_tables_with_head_rows_that_repeat(self, written: dict[str, bytes]) -> None:
        tables = list(docx_part(written["docx"]).iter(f"{W}tbl"))
        assert len(tables) == 1
        rows = tables[0].findall(f"{W}tr")
        assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True] + [
            False
        ] * 2

    def test_pictures_have_words(self, written: dict[str, bytes]) -> None:
        described = docx_part(written["docx"]).xpath("//*[local-name()='docPr']/@descr")
        assert described == ["Three records were found."]
        with zipfile.ZipFile(io.BytesIO(written["docx"])) as package:
            assert len([n for n in package.namelist() if n.endswith(".png")]) == 1

    def test_every_jump_lands(self, written: dict[str, bytes]) -> None:
        root = docx_part(written["docx"])
        marks = {mark.get(f"{W}name") for mark in root.iter(f"{W}bookmarkStart")}
        jumps = {link.get(f"{W}anchor") for link in root.iter(f"{W}hyperlink")} - {None}
        assert len(jumps) >= 4
        assert jumps <= marks

    def test_wide_tables_stand_on_pages_turned_sideways(self) -> None:
        table = a_table()
        columns = tuple(replace(table.columns[0], id=f"c{n}", share=1) for n in range(9))
        row = tuple(Cell(text="Characteristically long words stand here") for _ in columns)
        wide = replace(table, columns=columns, rows=(row,))
        content = WRITERS["docx"].write(prepare(a_document(tables={"characteristics": wide})))
        pages = docx_part(content).iter(f"{W}pgSz")
        assert [size.get(f"{W}orient") for size in pages] == [None, "landscape", None]


class TestMarkdown:
    def test_its_drawings_are_handed_out_by_the_path_that_it_names(
        self, prepared: Prepared, written: dict[str, bytes]
    ) -> None:
        files = drawings(prepared)
        assert list(files) == ["figures/flow.svg"]
        assert b"![Three records were found.](figures/flow.svg)" in written["markdown"]

    def test_tables_are_tables_of_plain_markdown(self, written: dict[str, bytes]) -> None:
        lines = written["markdown"].decode().splitlines()
        assert any(re.fullmatch(r"\|:?-+\|-+:\|", line) for line in lines)


HOSTILE = " ".join(
    [
        "<script>alert(1)</script> <img src=x onerror=alert(2)> {{ 7*7 }} {% x %} #eval(1) $x$",
        '\\input{/etc/passwd} @nobody [a](javascript:1) `c`{=html} =HYPERLINK("x")',
        '#read("/etc/passwd") ]] [[table:none]] \u202eevil\x1b[31m\x00 & " \' </style></svg>',
        "${var} ]]> *b* _u_ ~ ^ | <!-- -->",
    ]
)
VISIBLE = ("<script>alert(1)</script>", "{{ 7*7 }}", "{% x %}", "#eval(1)", "\\input{/etc/passwd}")


@pytest.fixture(scope="module")
def hostile() -> dict[str, bytes]:
    """A document in which everything that comes from exports is hostile."""
    from pipeline.notation.safe_text import for_markdown

    table = replace(
        a_table(),
        caption=HOSTILE,
        rows=((Cell(text=HOSTILE, cites=("ada-2014",)), Cell(text=HOSTILE)),),
        notes=(HOSTILE,),
    )
    svg_words = a_figure()
    item = {**REFERENCES["ada-2014"], "title": HOSTILE, "URL": "javascript:alert(3)", "DOI": ""}
    document = a_document(
        title=HOSTILE,
        subtitle=HOSTILE,
        authors=(HOSTILE,),
        notice=HOSTILE,
        figures={"flow": replace(svg_words, caption=HOSTILE, alt=HOSTILE)},
        tables={"characteristics": table},
        references={**REFERENCES, "ada-2014": item},
        markdown=f"[[figure:flow]]\n\n[[table:characteristics]]\n\n# {for_markdown(HOSTILE)}\n\n"
        f"{for_markdown(HOSTILE)}\n\n<script>alert(1)</script> \\textbf{{x}} `y`{{=html}}\n",
    )
    prepared = prepare(document)
    return {name: writer.write(prepared) for name, writer in WRITERS.items()}


@pytest.mark.parametrize("name", READABLE)
def test_hostile_text_is_shown_as_text(name: str, hostile: dict[str, bytes]) -> None:
    said = text_of(name, hostile[name])
    for words in VISIBLE:
        assert said.count(words) >= 4 or name == "markdown", words
    for sign in "\x1b\x00\u202e":
        assert sign not in said


def test_hostile_text_makes_no_element_of_a_web_page(hostile: dict[str, bytes]) -> None:
    root = page(hostile["html"])
    assert not root.xpath("//script|//img|//iframe|//body//b|//body//style")
    assert not [h for h in root.xpath("//@href") if h.lower().startswith("javascript")]
    assert not root.xpath("//@onerror")
    assert len(root.xpath("//style")) == 1


def test_hostile_text_is_inert_in_markdown(hostile: dict[str, bytes]) -> None:
    text = hostile["markdown"].decode()
    assert not re.search(r"(?<!\\)<(?:script|img|!--)", text)
    assert not re.search(r"(?<!\\)\]\(javascript:", text)


def test_hostile_text_makes_no_field_or_outside_part_of_a_word_file(
    hostile: dict[str, bytes],
) -> None:
    root = docx_part(hostile["docx"])
    codes = [code.text for code in root.iter(f"{W}instrText")]
    assert codes == []
    relations = docx_part(hostile["docx"], "word/_rels/document.xml.rels")
    outside = [r.get("Target") for r in relations if r.get("TargetMode") == "External"]
    assert not [target for target in outside if not target.startswith("https://")]


def refused(document: Document) -> str:
    with pytest.raises(ReviewError) as refusal:
        prepare(document)
    assert refusal.value.remedy
    return str(refusal.value)


class TestRefusals:
    def test_an_unknown_table_or_figure_is_named_with_what_there_is(self) -> None:
        said = refused(a_document(markdown="[[table:charcteristics]]"))
        assert "[[table:charcteristics]]" in said
        assert "There are characteristics" in said
        assert "no figures" in refused(a_document(markdown="See [[figure:x]].", figures={}))

    def test_a_key_without_reference_is_named(self) -> None:
        said = refused(a_document(markdown="As said [@ada-2015; @ada-2014]."))
        assert "[@ada-2015]" in said
        assert "Did you mean 'ada-2014'?" in said
        assert "[@ada-2014]" not in said

    def test_a_key_of_a_cell_without_reference_is_named(self) -> None:
        table = replace(a_table(1), rows=((Cell(text="", cites=("nobody",)), Cell(text="1")),))
        assert "[@nobody]" in refused(a_document(tables={"characteristics": table}))

    def test_a_table_may_not_stand_twice(self) -> None:
        twice = "[[table:characteristics]]\n\n[[table:characteristics]]"
        assert "twice" in refused(a_document(markdown=twice))

    def test_a_reference_to_what_is_nowhere_placed(self) -> None:
        assert "stands nowhere" in refused(a_document(markdown="See [[figure:flow]]."))

    @pytest.mark.parametrize(
        "markdown",
        [
            "![x](https://example.org/x.png)",
            "![x](/etc/passwd)",
            "[x](javascript:alert(1))",
            "[x](file:///etc/passwd)",
            "[x](#nowhere)",
        ],
    )
    def test_pictures_and_links_that_documents_do_not_take(self, markdown: str) -> None:
        refused(a_document(markdown=markdown))

    @pytest.mark.parametrize("style", ["not XML", "<a/>", "<style/>"])
    def test_a_style_that_is_none(self, style: str) -> None:
        assert "style" in refused(a_document(style=style))

    def test_a_style_that_only_points_to_another_names_it(self) -> None:
        style = (
            '<style xmlns="http://purl.org/net/xbiblio/csl"><info>'
            '<link rel="independent-parent" href="http://example.org/apa"/></info></style>'
        )
        assert "http://example.org/apa" in refused(a_document(style=style))

    @pytest.mark.parametrize(
        "inside",
        [
            "<script>alert(1)</script>",
            '<image href="https://example.org/x.png"/>',
            '<rect onclick="x()"/>',
            '<rect fill="url(https://example.org/x)"/>',
            '<text style="background:url(x)">x</text>',
            "<foreignObject/>",
        ],
    )
    def test_a_drawing_that_acts(self, inside: str) -> None:
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">{inside}</svg>'
        figure = replace(a_figure(), svg=svg)
        assert "'flow'" in refused(a_document(figures={"flow": figure}))

    def test_a_drawing_with_entities(self) -> None:
        svg = '<!DOCTYPE svg [<!ENTITY a "b">]>' + a_figure().svg
        assert "document type" in refused(
            a_document(figures={"flow": replace(a_figure(), svg=svg)})
        )


def test_a_document_without_title_and_a_figure_without_words_are_refused() -> None:
    assert "title" in refused(a_document(title=" "))
    assert "'flow'" in refused(a_document(figures={"flow": replace(a_figure(), alt="")}))


ODD = st.text(
    st.characters(exclude_categories=("Cs",)) | st.sampled_from("\\`*_{}[]()#+-.!|<>~^$@\"'&:=/\n"),
    max_size=40,
)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(ODD, ODD, ODD, ODD)
def test_no_text_of_an_export_stops_a_format(
    title: str, cell: str, heading: str, name: str
) -> None:
    from pipeline.notation.safe_text import for_markdown

    table = replace(a_table(), rows=((Cell(text=cell, cites=("ada-2014",)), Cell(text=title)),))
    item = {**REFERENCES["ada-2014"], "title": title, "author": [{"family": name}]}
    prepared = prepare(
        a_document(
            title=f"x{title}",
            tables={"characteristics": table},
            references={**REFERENCES, "ada-2014": item},
            markdown=f"[[table:characteristics]]\n\n# {for_markdown(heading)}\n\n"
            f"{for_markdown(cell)}\n",
        )
    )
    for writer in WRITERS.values():
        assert writer.write(prepared)


def test_names_of_headings_are_ones_that_every_format_takes_and_links_follow() -> None:
    prepared = prepare(a_document(markdown="# 方法 <x> {#方-法}\n\n#\n\n[there](#方-法)\n"))
    [heading] = [block for block in prepared.blocks if block["t"] == "Header"]
    assert heading["c"][1][0] == "section"
    assert '"#section"' in json.dumps(prepared.blocks)
    assert WRITERS["pdf"].write(prepared)


def test_placeholders_in_code_and_escaped_ones_stay_as_they_were() -> None:
    prepared = prepare(a_document(markdown="`[[table:characteristics]]` \\[\\[table:x\\]\\]"))
    text = WRITERS["markdown"].write(prepared).decode()
    assert "`[[table:characteristics]]`" in text
    assert "\\[\\[table:x\\]\\]" in text


def test_headings_begin_at_one_and_skip_no_level() -> None:
    prepared = prepare(a_document(markdown="### A {#a}\n\n##### B {#a}\n\n## C\n\n###### D\n"))
    headings = [block for block in prepared.blocks if block["t"] == "Header"]
    assert [block["c"][0] for block in headings] == [1, 2, 1, 2]
    assert [block["c"][1][0] for block in headings] == ["a", "a-2", "c", "d"]


def test_references_stand_where_the_text_says_or_at_the_end() -> None:
    there = prepare(a_document(markdown="[@ada-2014]\n\n# References\n\n# Appendix\n\nLast."))
    said = WRITERS["markdown"].write(there).decode()
    assert said.index("Journal of Things") < said.index("Appendix")
    missing = prepare(a_document(markdown="# Text\n\n[@ada-2014]"))
    assert "## References" in WRITERS["markdown"].write(missing).decode()
    none = prepare(a_document(markdown="# Text"))
    assert "References" not in WRITERS["markdown"].write(none).decode()


def test_a_numeric_style_numbers_citations_of_text_and_tables_in_one_order() -> None:
    from pipeline.render.citations import house_style

    prepared = prepare(a_document(style=house_style("house-numeric")))
    said = WRITERS["markdown"].write(prepared).decode().replace("\\", "")
    assert "[1, p. 4]" in said
    assert "Study 2 [1]" in said
    assert "[2]" in said


def test_documents_without_anything_else_are_written() -> None:
    bare = prepare(Document(title="Only a title", markdown=""))
    for writer in WRITERS.values():
        assert writer.write(bare)


def test_a_table_without_rows_says_so() -> None:
    empty = prepare(a_document(tables={"characteristics": a_table(0)}))
    for name in READABLE:
        assert "None." in text_of(name, WRITERS[name].write(empty))


def test_a_long_table_runs_over_pages_and_repeats_its_head() -> None:
    long = prepare(a_document(tables={"characteristics": a_table(150)}))
    pdf = WRITERS["pdf"].write(long)
    assert len(re.findall(rb"/Type/Page\b", pdf)) >= 5


def test_preparing_leaves_the_document_as_it_was() -> None:
    document = a_document()
    before = json.dumps(dict(document.references), sort_keys=True)
    prepare(document)
    assert json.dumps(dict(document.references), sort_keys=True) == before


def test_svg_of_our_own_is_well_formed() -> None:
    assert etree.fromstring(a_figure().svg.encode()).get("viewBox") == "0 0 210 50"


def test_a_letter_that_no_font_shows_stands_as_its_code_point() -> None:
    """A name in any script must neither stop the PDF nor vanish from it."""
    from pipeline.render.typesetting import Glyphs, glyphs_for

    assert glyphs_for("Łódź, Ελλάδα, Москва, “≥ 5” – − × ✓ \u0301") == Glyphs(False, frozenset())
    # a picture of a control sign: in the fonts of hardly any machine
    unshown = glyphs_for("x\u2407y")
    if unshown.missing:
        assert unshown.shown("x\u2407y") == "x‹U+2407›y"
    names = {"title": "中文 \u2407 العربية 😀", "notice": "日本語 \U000e0100"}
    assert WRITERS["pdf"].write(prepare(a_document(**names))).startswith(b"%PDF")
