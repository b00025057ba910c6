"""A review and its supplement: parted once, numbered apart, each leading to the other."""

from __future__ import annotations

from pipeline.document.checklists import sections_of
from pipeline.document.manuscript.slots import SUPPLEMENT
from pipeline.document.supplement import halves, joined, stem_of
from pipeline.model.document import Column, Companion, Document, Evidence, Table
from pipeline.render import tree
from pipeline.render.html import html
from pipeline.render.markdown import markdown
from pipeline.render.prepared import prepare

TEXT = (
    "# Results\n\nSee [[table:a]] and [[table:b]], [words](#words).\u2060[E1](#evidence-few)\n\n"
    f"[[table:a]]\n\n{SUPPLEMENT}\n\n# Words {{#words}}\n\nAs [[table:a]] says.\n\n[[table:b]]\n"
)


def a_table(id: str) -> Table:
    return Table(id=id, caption=f"Caption {id}", columns=(Column(id="c", label="C"),), rows=())


def both() -> tuple[Document, Document]:
    parts = halves(TEXT)
    review = Document(title="A review", markdown=parts.review, tables={"a": a_table("a")})
    supplement = Document(title="More", markdown=parts.supplement, tables={"b": a_table("b")})
    evidence = (Evidence(id="few", label="E1", said="Few", steps=()),)
    return joined(review, supplement, "x", evidence)


def test_a_text_without_the_mark_is_one_document() -> None:
    assert halves("# All\n").review == "# All\n"
    assert halves("# All\n").supplement == ""


def test_each_knows_the_numbers_headings_and_evidence_of_the_other() -> None:
    review, supplement = both()
    assert review.companion == Companion(
        stem="x-supplement",
        title="More",
        is_supplement=True,
        labels={"table:b": "Table S1"},
        headings=frozenset({"words"}),
    )
    assert supplement.companion is not None
    assert supplement.companion.labels == {"table:a": "Table 1"}
    assert supplement.companion.said == {"evidence-few"}
    assert review.evidence == () and review.evidence_in == stem_of("x", "supplement")
    assert [entry.label for entry in supplement.evidence] == ["E1"]


def test_pages_lead_to_each_other() -> None:
    review, supplement = map(prepare, both())
    there = html(review).decode()
    for target in ("#table-b", "#words", "#evidence-few", ""):
        assert f'href="x-supplement.html{target}"' in there
    assert "Table\u00a0S1" in there or "Table&nbsp;S1" in there
    back = html(supplement).decode()
    assert 'href="x.html#table-a"' in back and 'href="x.html#says-evidence-few"' in back
    assert "](x-supplement.md)" in markdown(review).decode()


def test_word_and_pdf_lead_to_the_file_of_their_kind() -> None:
    from pipeline.render.annex_blocks import leading_elsewhere

    review = prepare(both()[0])
    blocks = leading_elsewhere(list(review.blocks), review.document, ".pdf")
    links = [n["c"][2][0] for n in tree.nodes_of(blocks) if n["t"] == "Link"]
    assert "x-supplement.pdf#evidence-few" in links and "x-supplement.pdf#table-b" in links


def test_checklists_name_places_in_the_supplement() -> None:
    assert ("Supplement", "Words") in [section.path for section in sections_of(TEXT)]
    assert ("Results",) in [section.path for section in sections_of(TEXT)]
