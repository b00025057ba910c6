"""Two days held against each other: nothing is told that is the same, everything else is."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.document.comparison_page import comparison_markdown, comparison_page
from pipeline.model.finding import Certainty, Claim, Finding, Synthesis
from pipeline.model.problem import Place
from pipeline.model.study import Answer, Basis, Direction, Part, Result, Study
from pipeline.snapshot import Snapshot
from pipeline.snapshot.compare import compare
from pipeline.snapshot.comparison import Aspect, Kind, Prose, compare_texts, sentences_of
from pipeline.snapshot.settle import settle
from tests.snapshot.histories import DAYS, FIRST_DAY, reviews

HERE = Place(file="x.yaml", line=1)
days = st.integers(0, DAYS - 1).map(lambda n: FIRST_DAY + timedelta(days=n))


def side(review, day=None, **more) -> Snapshot:
    return Snapshot(review=review, ledger=settle(review, day), records={}, **more)


@given(reviews(), days, days)
@settings(max_examples=60)
def test_every_record_is_told_once_if_it_stands_elsewhere_and_not_else(review, one, other):
    early, late = sorted((one, other))
    before, after = side(review, early), side(review, late)
    assert compare(before, before).changes == ()
    found = compare(before, after)
    told = [c.what for c in found.of(Aspect.RECORDS)]
    old, new = before.ledger.positions, after.ledger.positions
    assert sorted(told) == sorted(
        r
        for r in {*old, *new}
        if r not in old or r not in new or old[r].standing != new[r].standing
    )
    merged = {c.what for c in found.of(Aspect.DUPLICATES) if c.kind is Kind.ADDED}
    assert merged == {r for r, p in new.items() if p.kept and not (r in old and old[r].kept)}
    studies = {c.what for c in found.of(Aspect.STUDIES)}
    assert studies == set(before.ledger.studies) ^ set(after.ledger.studies)


WORDS = ("the", "of", "4", "46%", "study", "found", "(n=12)", "fewer.", "More”,", "“so")
words = st.lists(st.sampled_from(WORDS), max_size=12)
texts = st.lists(words.map(" ".join), max_size=6).map("\n\n".join)


@given(texts, texts)
@settings(max_examples=150)
def test_no_sentence_and_no_word_of_either_text_is_lost(old, new):
    found = compare_texts(old, new)
    before, after = ([s.text for s in sentences_of(t)] for t in (old, new))
    told_before = ["".join(m.text for m in c.before) for c in found if c.before]
    told_after = ["".join(m.text for m in c.after) for c in found if c.after]
    left_before, left_after = list(before), list(after)
    for told, left in ((told_before, left_before), (told_after, left_after)):
        for sentence in told:
            left.remove(sentence)
    assert sorted(left_before) == sorted(left_after)  # what is not told is the same on both sides


def test_a_changed_number_is_marked_word_by_word_and_named():
    (change,) = compare_texts(
        "# Results\n\nIn all, 46 % of 275 young people did so.",
        "# Results\n\nIn all, 47 % of 275 young people did so.",
    )
    assert change.section == "Results"
    assert [m.text for m in change.before if m.other] == ["46"]
    assert [m.text for m in change.after if m.other] == ["47"]
    assert change.numbers == (("46 %",), ("47 %",))


def test_abbreviations_end_no_sentence():
    text = "Aebi et al. 2014 found less (e.g. Seto). *Then* more. [@x] 3 left."
    assert [s.text for s in sentences_of(text)] == [
        "Aebi et al. 2014 found less (e.g. Seto).",
        "Then more.",
        "[@x] 3 left.",
    ]


def _study(percent: float, direction: Direction = Direction.HIGHER) -> Study:
    entry = Part(
        id="r1",
        answers={"proportion": Answer(value={"percent": percent, "n": 91}, place=HERE)},
        place=HERE,
    )
    result = Result(
        id="a/r1", study="a", outcome="o", statement="s", direction=direction, place=HERE
    )
    return Study(
        id="a",
        title="A",
        form="f",
        form_version=1,
        reports=("s:1",),
        basis=Basis.ABSTRACT,
        place=HERE,
        parts={"results": (entry,)},
        results=(result,),
    )


def _finding(**more) -> Finding:
    return Finding(id="f", statement="Few do.", results=("a/r1",), **more)


@given(reviews())
@settings(max_examples=1)
def test_values_directions_certainty_and_claims_are_told_with_old_and_new(review):
    old = replace(review, studies={"a": _study(46)})
    new = replace(review, studies={"a": _study(47, Direction.MIXED)})
    claim = Claim(id="c", text="Few.", supports=("finding:f",), place=HERE)
    before = side(
        old,
        synthesis=Synthesis(findings={"f": _finding(certainty=Certainty.LOW)}),
    )
    after = side(
        new,
        synthesis=Synthesis(findings={"f": _finding(certainty=Certainty.VERY_LOW)}),
    )
    prose = (Prose(claims={"c": claim}), Prose(claims={"c": replace(claim, text="Some.")}))
    found = compare(before, after, *prose)
    told = {(str(c.aspect), c.what): (c.before, c.after) for c in found.changes}
    assert told == {
        ("values", "a/results/r1/proportion"): ("percent 46, n 91", "percent 47, n 91"),
        ("directions", "a/r1"): ("higher", "mixed"),
        ("certainty", "f"): ("low", "very low"),
        ("claims", "c"): ("Few.", "Some."),
    }


@given(reviews())
@settings(max_examples=1)
def test_hostile_words_are_harmless_on_the_page_and_in_markdown(review):
    evil = '<script>alert(1)</script> "><img onerror=x> [x](javascript:1) \u202e \x1b[31m'
    before = side(review)
    claims = {evil: Claim(id="c", text=evil, supports=(), place=HERE)}
    found = compare(before, before, Prose(), Prose(text=evil, claims=claims))
    page = comparison_page(found, evil, evil, "now", "en")
    assert not re.search(r"<(script|img)", page) and "\u202e" not in page and "\x1b" not in page
    assert "default-src 'none'" in page
    markdown = comparison_markdown(found, evil)
    assert "<script" not in markdown.replace("\\<", "") and "](java" not in markdown
