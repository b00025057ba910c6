"""Two drafts side by side; what is agreed says exactly what was settled, and keeps comments."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extraction import read_form, read_study
from pipeline.extraction.agreed import Settlement, agreed_text, headed
from pipeline.extraction.answered import answers_of, said
from pipeline.extraction.differences import side_by_side, with_ids
from pipeline.model.problem import Severity
from pipeline.model.protocol import Protocol
from pipeline.notation.typed import into
from pipeline.notation.yaml_text import read_yaml
from tests.extraction.drafts import ADA, BEN, FORM, PROTOCOL, TOOL

FORMS = {text.split()[1]: read_form(text, "f.yaml")[0] for text in (FORM, TOOL)}
TERMS = into(Protocol, read_yaml(PROTOCOL, "protocol.yaml"))[0]


def read(text):
    study, problems = read_study(text, "a-2014.yaml", FORMS, TERMS)
    assert [p for p in problems if p.severity is Severity.ERROR] == []
    return study


ONE, OTHER = read(ADA), read(BEN)
SIDES = side_by_side(ONE, OTHER, FORMS)
DIFFERING = SIDES.differing


def values(study):
    return {a.address: said(a.answer, a.item) for a in answers_of(study, FORMS)}


def test_numbers_go_by_value_text_by_its_words_entries_by_what_they_say():
    assert [d.entry or d.address for d in DIFFERING] == [
        "design",
        "participants/total",
        "participants/age",
        "groups/contact",
        "groups/others",
        "results/later/statement",
        "tool/clear",
    ]
    assert SIDES.renamed == {("small:groups", "g1"): "viewers"}


def agreed(settled):
    text = agreed_text(ADA, BEN, settled, form="small", renamed=SIDES.renamed, forms=FORMS)
    return text, read(text)


@settings(max_examples=40, deadline=None)
@given(st.tuples(*[st.booleans() for _ in DIFFERING]))
def test_what_is_agreed_says_what_was_settled_and_nothing_else(choices):
    settled = [Settlement(two=d, theirs=c) for d, c in zip(DIFFERING, choices, strict=True)]
    text, study = agreed(settled)
    mine, theirs, found = values(ONE), values(with_ids(OTHER, SIDES.renamed, FORMS)), values(study)
    for one in settled:
        chosen = theirs if one.theirs else mine
        addresses = [a for a in {**mine, **theirs} if one.two.entry and a.startswith(one.two.entry)]
        for address in addresses or [one.two.address]:
            assert found.get(address) == chosen.get(address), address
    touched = [d.entry or d.address for d in DIFFERING]
    for address, value in mine.items():
        if not any(address == t or address.startswith(f"{t}/") for t in touched):
            assert found[address] == value
    assert "# what ada thought of the country" in text and "# see page 3" in text
    assert study.reports == ("r1", "r2")


def test_an_answer_of_the_second_draft_brings_its_sources():
    (total,) = [d for d in DIFFERING if d.address == "participants/total"]
    _, study = agreed([Settlement(two=total, theirs=True)])
    answer = study.parts["participants"][0].answers["total"]
    assert [(s.report, s.page) for s in answer.sources] == [("r2", "7")]
    (contact,) = [d for d in DIFFERING if d.entry == "groups/contact"]
    _, study = agreed([Settlement(two=contact, theirs=True)])
    assert study.parts["groups"][-1].answers["n"].sources[0].report == "r2"


def test_an_answer_written_anew_stands_in_the_place_of_both():
    (total,) = [d for d in DIFFERING if d.address == "participants/total"]
    _, study = agreed([Settlement(two=total, anew=265, is_anew=True)])
    assert study.parts["participants"][0].answers["total"].value == 265


def test_the_head_names_who_extracted_and_who_settled():
    from datetime import date

    study = read(headed(ADA, ("ada", "ben"), "cai", date(2026, 1, 2)))
    assert study.extractors == ("ada", "ben")
    assert (study.reconciled_by, study.reconciled_on) == ("cai", date(2026, 1, 2))


def test_a_draft_beside_itself_differs_nowhere_and_order_means_nothing():
    for one, other in product((ONE, OTHER), repeat=2):
        there = {a.address: a.same for a in side_by_side(one, other, FORMS).answers}
        assert all(there.values()) == (one is other)
    back = side_by_side(OTHER, ONE, FORMS)
    assert len(back.differing) == len(DIFFERING)


def test_agreement_counts_each_question_and_a_missing_entry_once():
    from pipeline.extraction.differences import agreement_by_item

    found = {(a.form, a.asked): a for a in agreement_by_item([(ONE, OTHER)], FORMS)}
    assert (found["small", "design"].compared, found["small", "design"].same) == (1, 0)
    assert (found["small", "groups"].compared, found["small", "groups"].same) == (2, 0)
    assert (found["small", "groups.n"].compared, found["small", "groups.n"].same) == (1, 1)
    total = found["small", ""]
    assert total.compared == sum(a.compared for k, a in found.items() if k[0] == "small" and k[1])
    assert total.same == sum(a.same for k, a in found.items() if k[0] == "small" and k[1])
    assert (found["tool", ""].judged.n, found["tool", ""].same) == (2, 1)
