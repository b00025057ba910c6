"""Generated sentences: their grammar for none, one and many, and that they tell the truth."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document.methods import METHODS
from pipeline.document.sentences.selection import RESULTS
from pipeline.document.wording import counted, in_words, listed, number, sentence
from pipeline.duplicates.method import method_in_words
from pipeline.model.decision import HandedOver, Reopened, Retrieval, Stage, Stopped, Withdrawn
from pipeline.model.finding import (
    Approach,
    Certainty,
    Domain,
    Finding,
    FindingKind,
    Reason,
    Synthesis,
    SynthesisMethod,
)
from pipeline.model.protocol import Amendment, PlanKind
from pipeline.model.review import Edition
from pipeline.model.search import PeerReview, SourceKind
from pipeline.model.study import Direction
from pipeline.notation.spelling import day_in_words

Case = Any


def test_lists() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert listed(["a", "", "b", "c"]) == "a, b and c"
    assert listed(["a, b", "c"]) == "a, b; and c"


def test_numbers_and_days() -> None:
    assert [counted(n, "study", "studies") for n in (0, 1, 2, 1204)] == [
        "no studies",
        "1 study",
        "2 studies",
        "1,204 studies",
    ]
    assert [in_words(n) for n in (0, 1, 10, 11)] == ["no", "one", "ten", "11"]
    assert [number(x) for x in (4.2, 4.0, 0.035, 1978)] == ["4.2", "4", "0.035", "1,978"]
    assert day_in_words(date(2016, 2, 1)) == "1 February 2016"


@given(st.floats(min_value=0, max_value=1e6).map(lambda x: round(x, 3)))
def test_a_number_loses_no_digit(x: float) -> None:
    assert float(number(x).replace(",", "")) == x


@given(st.text(alphabet="ab .\n", max_size=20))
def test_a_sentence_ends_once(text: str) -> None:
    made = sentence(text)
    assert not made or made.endswith(".")
    assert sentence(made) == made


def test_every_sentence_of_an_empty_review_is_one(case: Case) -> None:
    for word in METHODS:
        _is_prose(case.text(f'{{{{ methods("{word}") }}}}'))
    for word in RESULTS:
        _is_prose(case.text(f'{{{{ results("{word}") }}}}'))
    assert "No search has been taken in yet." in case.text("{{ methods() }}")


def test_every_sentence_of_a_small_review_is_one(small: Case) -> None:
    for word in METHODS:
        _is_prose(small.text(f'{{{{ methods("{word}") }}}}'))
    for word in RESULTS:
        _is_prose(small.text(f'{{{{ results("{word}") }}}}'))


def _is_prose(text: str) -> None:
    """Capitals at the heads of sentences, stops at their ends, no seams of joined pieces."""
    assert text.strip()
    for paragraph in text.split("\n\n"):
        for line in paragraph.split("\n"):
            bare = re.sub(r"^(- |\d+\. )", "", line)
            assert re.match(r"[A-Z0-9*\"\u201c]", bare), line
            assert bare.endswith((".", ":", ".*")), line
            assert not re.search(r"  | [.,;]|\.\.|,,|None(?! was)|\b1 \w+s (were|are)\b", bare), (
                line
            )
            assert not re.search(r"\b(a|one) \w+s\b (was|is)", bare), line


def test_the_flow_in_sentences(small: Case) -> None:
    assert small.text('{{ results("flow") }}') == (
        "Four records were identified from one database. None was removed before screening. "
        "Four records were screened on title and abstract, and one was excluded. Of these, "
        "three reports were sought, one could not be obtained and two were assessed on full text. "
        "One report was excluded: not research, or opinion.\n\n"
        "By other methods, two records were identified. One was a duplicate. One report was sought "
        "and it was assessed on full text.\n\n"
        "Two studies with two reports are included."
    )


def test_each_number_of_the_flow_moves_with_the_ledger(small: Case) -> None:
    before = small.text('{{ results("flow") }}')
    small.decisions = [d for d in small.decisions if getattr(d, "reason", "") != "population"]
    after = small.text('{{ results("flow") }}')
    assert before != after
    assert "Three records were screened on title and abstract, and none was excluded" in after
    assert "The review is in progress: 1 record is pending." in after


def test_an_update_starts_from_the_edition_before(small: Case) -> None:
    small.editions.append(Edition(number=1, on=date(2016, 1, 31)))
    ids = small.search("db-2", 1, day=date(2016, 6, 1))
    small.include(ids[0], "new-2016")
    small.study("new-2016", ids[0])
    later = datetime(2016, 6, 2, tzinfo=UTC)
    small.decisions = [
        replace(d, at=later) if getattr(d, "record", "") == ids[0] else d for d in small.decisions
    ]
    small.obtain("db-1:0004")
    small.decisions[-1] = replace(small.decisions[-1], at=later + timedelta(1))
    said = small.text('{{ results("flow") }}')
    assert said.startswith(
        "Edition 1 of 31 January 2016 included two studies with two reports. One record was "
        "identified since edition 1 from one database. One record of edition 1 that was open then "
        "or is decided anew is counted here as well: one from the search for its report on. None "
        "was removed before screening. One record was screened on title and abstract, and none was "
        "excluded. Two reports were sought, one was assessed on full text and one is awaited or "
        "unread."
    )
    assert (
        "Three studies with three reports are included so far, one of them new since edition 1."
        in said
    )
    assert "The review is in progress: 1 record is pending." in said


def test_an_update_counts_only_the_sources_that_were_searched_again(small: Case) -> None:
    small.search("db-2", 1, source="Other")
    small.editions.append(Edition(number=1, on=date(2016, 1, 31)))
    small.search("db-3", 2, day=date(2016, 6, 1), source="Other")
    said = small.text('{{ results("flow") }}')
    assert "Two records were identified since edition 1 from one database." in said


def test_who_screened_is_told_as_it_was_done(small: Case) -> None:
    said = small.text('{{ methods("selection") }}')
    assert "by two people each" in said
    assert "Two people took part. Each of 5 records was looked at by two people." in said
    assert "No two verdicts differed." in said


def test_a_single_reviewer_is_not_hidden(case: Case) -> None:
    ids = case.search("db-1", 2)
    for id in ids:
        case.vote(id, "exclude", "ada", reason="population")
    said = case.text('{{ methods("selection") }}')
    assert "One person took part. Each of 2 records was looked at by one person only." in said
    assert "Two records were thus looked at by fewer people than planned." in said
    assert "nobody's verdict could be compared" in said


def test_conflicts_and_who_settled_them(case: Case) -> None:
    ids = case.search("db-1", 3)
    for id in ids:
        case.vote(id, "exclude", "ada", reason="population")
    case.vote(ids[0], "include", "ben")
    case.vote(ids[1], "unsure", "ben")
    case.vote(ids[2], "exclude", "ben", reason="population")
    case.settle_conflict(ids[0], "exclude")
    said = case.text('{{ methods("selection") }}')
    assert "on 2 records of 3 (67%). One further person settled one of them." in said
    assert "One record was not settled by a resolution." in said
    assert "The selection is not finished: 1 record awaits a decision." in said
    case.settle_conflict(ids[1], "exclude", "ada")
    said = case.text('{{ methods("selection") }}')
    assert "People some of whom had screened settled all of them." in said


def test_a_sample_by_two_is_told(case: Case) -> None:
    case.plan(plan=PlanKind.SAMPLE, sample=0.1)
    case.search("db-1", 1)
    said = case.text('{{ methods("selection") }}')
    assert "by one person, and a random sample of 10% by two people" in said
    assert "Nobody has begun this stage yet." in said


def test_a_stop_is_told_with_its_rule_and_with_what_was_left(case: Case) -> None:
    a, b, c = case.search("db-1", 3)
    case.vote(a, "include")
    assert "unscreened" not in case.text('{{ methods("selection") }} {{ results("flow") }}')
    case.decide(
        Stopped,
        "ada",
        stage=Stage.TITLE_ABSTRACT,
        searches=("db-1",),
        reason="The target *is* reached",
        statement="At 95% confidence, at least 96% of the relevant records have been found.",
        target_recall="0.95",
        confidence="0.95",
    )
    said = case.text('{{ methods("selection") }}')
    assert "On 4 January 2016 the screening of titles and abstracts was stopped" in said
    assert "Callaghan and Müller-Hansen (2020, https://doi.org/10.1186" in said
    assert "a target of 95% of the relevant records at a confidence of 95%" in said
    assert "at 95% confidence, at least 96% of the relevant records have been found" in said
    assert "Two records were left unscreened; nobody looked at them" in said
    assert "the target \\*is\\* reached" in said
    flow = case.text('{{ results("flow") }}')
    assert "Two records were left unscreened, as screening was stopped" in flow
    case.vote(b, "exclude")
    assert "One record was left unscreened; nobody looked at it" in case.text(
        '{{ methods("selection") }}'
    )
    case.vote(c, "exclude")
    assert "unscreened" not in case.text('{{ methods("selection") }} {{ results("flow") }}')


def test_searches_tell_what_was_not_done(case: Case) -> None:
    case.search("db-1", 1, interface="Ovid", limits=("English",), limit_reasons="no translator")
    said = case.text('{{ methods("search") }}')
    assert "One database was searched: PsycINFO (Ovid) on 2 November 2015." in said
    assert "The search log names no study register. The search log names no other source." in said
    assert "English (all searches); the reason given is: no translator." in said
    assert "No peer review of a search strategy is recorded." in said
    case.search("reg-1", 1, source="Register A", kind=SourceKind.REGISTER, peer_review=PeerReview())
    said = case.text('{{ methods("search") }}')
    assert "One study register was searched: Register A on 2 November 2015." in said
    assert "One of 2 search strategies was peer reviewed." in said
    assert "English (1 of 2 searches)" in said


def test_the_same_source_twice_is_one_source(case: Case) -> None:
    case.search("db-1", 1)
    case.search("db-2", 1, day=date(2016, 2, 1), update_of="db-1")
    said = case.text('{{ methods("search") }}')
    assert "One database was searched: PsycINFO on 2 November 2015 and 1 February 2016" in said
    assert "One search repeated an earlier one." in said
    for month in (3, 4, 5):
        case.search(f"db-{month}", 1, day=date(2016, month, 1), update_of="db-1")
    said = case.text('{{ methods("search") }}')
    assert "PsycINFO between 2 November 2015 and 1 May 2016" in said


def test_duplicates_by_rule_and_by_people(case: Case) -> None:
    ids = case.search("db-1", 4)
    assert "That duplicates were looked for is not recorded." in case.text(
        '{{ methods("duplicates") }}'
    )
    case.match(ids[1], ids[0])
    case.match(ids[2], ids[0], reviewer="ada")
    case.match(ids[3], ids[0], reviewer="ada", same=False)
    said = case.text('{{ methods("duplicates") }}').replace("\\", "")
    assert "Two records were removed as duplicates. One pair was matched by the " in said
    assert "One pair was matched by a person." in said
    assert "One pair that looked alike was told apart by a person." in said
    assert "no pair was decided by a person" not in said.lower()


def test_the_method_is_described_only_where_it_was_used(case: Case) -> None:
    ids = case.search("db-1", 4)
    case.match(ids[1], ids[0], reviewer="ada")
    assert "found by rules" not in case.text('{{ methods("duplicates") }}')
    case.match(ids[2], ids[0])
    case.decisions[-1] = replace(case.decisions[-1], method="duplicates 0.0")
    older = case.text('{{ methods("duplicates") }}').replace("\\", "")
    assert "found by rules" not in older and "(duplicates 0.0)" in older
    case.match(ids[3], ids[0])
    said = case.text('{{ methods("duplicates") }}').replace("\\", "")
    assert said.startswith(method_in_words("1"))  # as it was when it was used
    assert "Three records were removed as duplicates." in said
    matched = case.decisions[-1]
    case.decide(Withdrawn, "ada", undoes=matched.id)
    assert "found by rules" not in case.text('{{ methods("duplicates") }}')


def test_duplicates_that_the_diagram_counts_elsewhere_are_told(small: Case) -> None:
    only_other = small.text('{{ methods("duplicates") }}')
    assert (
        "One record was removed as a duplicate. The flow diagram counts none of them among the "
        "duplicates removed before screening; one came by other methods." in only_other
    )
    small.match("db-1:0002", "db-1:0001")
    assert (
        "Two records were removed as duplicates. The flow diagram counts one of them among the "
        "duplicates removed before screening; one came by other methods."
        in small.text('{{ methods("duplicates") }}')
    )


def test_it_is_said_when_no_person_decided_a_pair(case: Case) -> None:
    ids = case.search("db-1", 2)
    case.match(ids[1], ids[0])
    assert "No pair was decided by a person." in case.text('{{ methods("duplicates") }}')


def test_extraction_and_its_checks(small: Case) -> None:
    said = small.text('{{ methods("extraction") }}')
    assert "Two studies were extracted by one person with the form" in said
    assert "A second person checked one of them." in said
    assert (
        "one was extracted from the full text and one from the abstract but not the full text"
        in said
    )
    small.studies["seto-2015"] = replace(small.studies["seto-2015"], checked_by="ada")
    assert "No check of the extraction by a second person is recorded" in small.text(
        '{{ methods("extraction") }}'
    )
    del small.studies["seto-2015"]
    said = small.text('{{ methods("extraction") }}')
    assert "One included study has not been extracted yet." in said


def test_reports(small: Case) -> None:
    said = small.text('{{ results("not_retrieved") }}')
    assert said == "One report could not be obtained."
    small.obtain("db-1:0004", Retrieval.OBTAINED)
    said = small.text('{{ results("not_retrieved") }}')
    assert said == "No report was sought in vain and one report is awaited or unread."


def test_amendments(small: Case) -> None:
    small.decisions = []
    none = small.text('{{ methods("amendments") }}')
    assert none == "No amendment of the protocol is recorded."
    change = Amendment(on=date(2016, 1, 25), what="up to 20 years", why="surveys ask them")
    small.protocol = replace(small.protocol, amendments=(change,))
    assert small.text('{{ methods("amendments") }}') == (
        "The protocol was amended once.\n\n- 25 January 2016: Up to 20 years. Surveys ask them."
    )


def _finding(**said: Any) -> Finding:
    given = {
        "id": "reoffending",
        "statement": "Few reoffend",
        "kind": FindingKind.DIRECTION,
        "outcome": "reoffending",
        "results": ("aebi-2014/reoffending", "seto-2015/reoffending"),
        "direction": Direction.LOWER,
        "method": SynthesisMethod.VOTE_COUNT,
        "approach": Approach.GRADE,
        "certainty": Certainty.VERY_LOW,
        "reasons": (Reason(domain=Domain.IMPRECISION, steps=-2, why="Two studies"),),
    }
    return Finding(**(given | said))


def test_a_finding_in_words(small: Case) -> None:
    small.synthesis = Synthesis(findings={"reoffending": _finding()})
    assert small.text('{{ finding("reoffending") }}') == "Few reoffend [@aebi-2014; @seto-2015]."
    assert small.text('{{ votes("reoffending") }}') == "higher in 1 and lower in 1 of 2 studies"
    assert small.text('{{ finding("reoffending").studies }}') == "2"
    assert "Very low" in small.text('{{ finding("reoffending").certainty }}')
    said = small.text('{{ methods("synthesis") }}')
    assert said.startswith("The synthesis has one finding. Results were brought together by vote ")
    assert "Certainty was judged with GRADE for the finding, each step" in said


@pytest.mark.parametrize(
    ("directions", "words"),
    [
        ([], "no study with a result"),
        ([Direction.LOWER], "lower in 1 of 1 study"),
        ([Direction.LOWER] * 2, "lower in 2 of 2 studies (100%, 95% CI 34% to 100%)"),
        (
            [Direction.HIGHER] * 10 + [Direction.LOWER] * 2,
            "higher in 10 of 12 studies (83%, 95% CI 55% to 95%)",
        ),
        (
            [Direction.HIGHER, Direction.MIXED, Direction.NOT_STATED],
            "higher in 1 of 1 study; conflicting in 1 study; no direction stated in 1 study",
        ),
        ([Direction.NO_CLEAR_DIFFERENCE], "no clear difference in 1 study"),
    ],
)
def test_votes_in_words(directions: list[Direction], words: str) -> None:
    from pipeline.document.finding_words import votes_in_words
    from pipeline.model.problem import Place
    from pipeline.model.study import Result
    from pipeline.synthesis import count_votes

    results = [
        Result(
            id=f"s{n}/r",
            study=f"s{n}",
            outcome="o",
            statement="",
            direction=direction,
            place=Place(file="x"),
        )
        for n, direction in enumerate(directions)
    ]
    assert votes_in_words(count_votes(results)) == words


def test_agreement_is_told_with_every_figure(case: Case) -> None:
    ids = case.search("db-1", 100)
    votes = [("include", "include")] + [("include", "exclude")] * 3 + [("exclude", "include")] * 2
    for record, (ada, ben) in zip(ids, votes + [("exclude", "exclude")] * 94, strict=True):
        case.vote(record, ada, "ada")
        case.vote(record, ben, "ben")
    said = case.text('{{ results("agreement") }}')
    assert said.split("\n\n")[0] == (
        "On title and abstract, ada and ben gave the same vote on 95 of 100 (95%): both included "
        "one and excluded 94, ada alone included three and ben alone two. Cohen's kappa was 0.26 "
        "(95% CI \u22120.19 to 0.71); PABAK was 0.90, Gwet's AC1 0.95, the prevalence index 0.93 "
        "and the bias index 0.01."
    )
    assert "On full text, no two people screened the same report." in said
    assert "unsure counts as a vote to include" in said


def test_shares_handed_over_and_records_opened_again_are_told(case: Case) -> None:
    ids = case.search("db-1", 3)
    case.plan(reviewers=("ada", "ben", "cleo"), plan=PlanKind.SPLIT, pilot=2)
    case.vote(ids[0], "exclude")
    first = Stage.TITLE_ABSTRACT
    case.decide(HandedOver, "ada", leaver="ben", to="dan", stage=first)
    case.decide(Reopened, "ada", record=ids[0], stage=first)
    said = case.text('{{ methods("selection") }}').split("\n\n")[0]
    assert "The records were dealt out among three people at random." in said
    assert "As a pilot, two records drawn at random were to be seen by all." in said
    assert "on, dan looked at what the plan had given to ben." in said
    assert "One record was opened again after a first decision, to be looked at anew." in said


def test_agreement_without_two_people_or_without_two_votes(case: Case) -> None:
    ids = case.search("db-1", 2)
    nobody = case.text('{{ results("agreement") }}')
    assert nobody == (
        "On title and abstract, no two people screened the same record. On full text, no two "
        "people screened the same report."
    )
    for record in ids:
        case.vote(record, "exclude")
    said = case.text('{{ results("agreement") }}')
    assert "both included no and" not in said
    assert (
        "Cohen's kappa is not defined, since both gave one and the same vote throughout; "
        "PABAK was 1.00" in said
    )


def test_a_search_that_was_not_run_is_never_called_one(case: Case) -> None:
    case.search("db-1", 1, source="Base 0", was_run=False)
    case.search("db-2", 1, source="Base 1", was_run=False)
    said = case.text('{{ methods("search") }}')
    assert said.startswith("No search was run. The search log has two entries for which nothing")
    assert "searched:" not in said.replace("nothing was searched:", "")


def test_a_search_that_was_run_is_told_apart_from_one_that_was_not(case: Case) -> None:
    case.search("db-1", 1, source="Base 0")
    case.search("db-2", 1, source="Base 1", was_run=False)
    said = case.text('{{ methods("search") }}')
    assert said.startswith("One database was searched: Base 0")
    assert "one entry for which nothing was searched: Base 1" in said
