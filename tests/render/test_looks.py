"""Styles by name, the look of another Word file, and the annex in every format."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest
from read_back import docx_part, page, text_of
from sample_document import a_document

from pipeline.model.document import Document, Evidence, evidence_anchor
from pipeline.model.problem import Place, ReviewError
from pipeline.model.statement import Step
from pipeline.render import citations
from pipeline.render.citations import named_style, near_styles
from pipeline.render.documents import WRITERS
from pipeline.render.prepared import prepare

HOSTILE = (
    "</script><script>alert(1)</script> \\input{x} {{ 7*7 }} =1+1 [a](javascript:b) \x1b[31m \u202e"
)


def test_styles_of_the_house_have_names() -> None:
    assert "<style" in (named_style("house-numeric") or "")
    assert named_style("../house-numeric") is None
    assert "house-numeric" in near_styles("house-numeri")


def test_a_style_of_the_repository_is_found_by_any_of_its_names(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("styles")
    space = 'xmlns="http://purl.org/net/xbiblio/csl"'
    (folder / "apa.csl").write_text(f"<style {space}><citation/></style>")
    (folder / "dependent").mkdir()
    (folder / "dependent" / "journal-of-things.csl").write_text(
        f'<style {space}><info><link href="http://www.zotero.org/styles/apa" '
        'rel="independent-parent"/></info></style>'
    )
    (folder / "renamed-styles.json").write_text('{"apa-old": "apa"}')
    monkeypatch.setattr(citations, "_repository", lambda: folder)
    citations._renamed.cache_clear()
    apa = named_style("apa")
    assert apa and named_style("APA.csl") == named_style("apa-old") == apa
    assert named_style("journal-of-things") == apa
    assert named_style("nothing") is None and "'apa'" in near_styles("apaa")
    citations._renamed.cache_clear()


def test_the_look_of_a_journal_is_taken_from_its_word_file() -> None:
    house = WRITERS["docx"].write(prepare(a_document()))
    theirs = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(house)) as old, zipfile.ZipFile(theirs, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/styles.xml":
                content = content.replace(b"1F4E79", b"C0FFEE")
            new.writestr(name, content)
    alike = replace(a_document(), reference_docx=theirs.getvalue())
    made = WRITERS["docx"].write(prepare(alike))
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        text = package.read("word/styles.xml")
    assert b"C0FFEE" in text and b"1F4E79" not in text
    assert "The flow of records" in text_of("docx", made)
    assert WRITERS["docx"].write(prepare(alike)) == made
    with pytest.raises(ReviewError, match="no Word document"):
        WRITERS["docx"].write(prepare(replace(a_document(), reference_docx=b"no zip")))


def with_annex(said: str = "Few did", what: str = "a result") -> Document:
    step = Step(what=what, place=Place(file="studies/a.yaml", line=3), below=(Step(what=what),))
    entries = (
        Evidence(id="few", label="E1", said=said, steps=(step,)),
        Evidence(id="n:studies", label="", said="7", steps=(step,)),
    )
    links = f"Few\u2060[E1](#{evidence_anchor('few')}) of [7](#{evidence_anchor('n:studies')})."
    return replace(a_document(), markdown=f"# Text\n\n{links}\n", evidence=entries)


@pytest.mark.parametrize("name", sorted(set(WRITERS) - {"pdf", "pptx"}))
def test_the_annex_stands_at_the_end_of_every_document(name: str) -> None:
    said = text_of(name, WRITERS[name].write(prepare(with_annex())))
    plain = said.replace("**", "").replace("`", "").replace("\u00a0", " ")
    text, _, annex = plain.rpartition("Evidence annex")
    assert "E1" in text and "\u2060" not in said
    for words in ("Few did", "a result", "studies/a.yaml:3", "7"):
        assert words in annex


def test_every_label_and_number_opens_its_entry_and_leads_back() -> None:
    root = page(WRITERS["html"].write(prepare(with_annex())))
    for kind in ("evidence-label", "evidence-number"):
        [link] = root.xpath(f"//a[@class='{kind}']")
        [entry] = root.xpath("//div[@id=$id]", id=link.get("href")[1:])
        assert f"#{link.get('id')}" in entry.xpath(".//a/@href")
        assert link.get("title")


def test_links_to_the_annex_lead_to_the_full_review_where_there_is_none() -> None:
    document = replace(with_annex(), evidence=(), evidence_in="full")
    prepared = prepare(document)
    root = page(WRITERS["html"].write(prepared))
    assert f"full.html#{evidence_anchor('few')}" in root.xpath("//a/@href")
    assert "Evidence annex" not in text_of("docx", WRITERS["docx"].write(prepared))
    assert WRITERS["pdf"].write(prepared)


def test_hostile_text_in_the_annex_is_inert() -> None:
    prepared = prepare(with_annex(HOSTILE, HOSTILE))
    root = page(WRITERS["html"].write(prepared))
    assert not root.xpath("//script")
    assert not [h for h in root.xpath("//@href") if h.lower().startswith("javascript")]
    assert b"\\input{x}" not in WRITERS["latex"].write(prepared)
    for name in ("html", "docx", "latex", "markdown"):
        content = WRITERS[name].write(prepared)
        text = text_of(name, content)
        assert "alert(1)" in text
        for sign in "\x1b\u202e":
            assert sign not in text
    assert WRITERS["pdf"].write(prepared)
    assert docx_part(WRITERS["docx"].write(prepared)) is not None
