"""Methods that were not done are not told: each fault that was seen, with the right value."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from pipeline.document.tables.searches import prisma_s
from pipeline.duplicates.method import METHOD_VERSION
from pipeline.model.decision import (
    Checked,
    Deduplicated,
    Retrieval,
    Retrieved,
    Screened,
    Stage,
    Verdict,
)
from pipeline.model.finding import Finding, FindingKind, Synthesis
from pipeline.model.form import AnswerType, Form, Item, Option
from pipeline.model.narrative import Preliminary, StudyOrder
from pipeline.model.problem import Place
from pipeline.model.protocol import Amendment
from pipeline.model.review import Edition
from pipeline.model.search import SourceKind
from pipeline.model.study import Absent, Answer, Basis, Part
from pipeline.render.svg.flow_words import in_words
from pipeline.screening.seen import seen_hash

Case = Any
PLACE = Place(file="studies/x.yaml", line=1)


def test_a_look_for_duplicates_that_found_none_is_told(case: Case) -> None:
    case.search("db-1", 3)
    silent = case.text('{{ methods("duplicates") }}')
    assert "That duplicates were looked for is not recorded." in silent
    case.decide(Deduplicated, "automation", searches=("db-1",), method="duplicates 1")
    told = case.text('{{ methods("duplicates") }}')
    assert "The program compared the records (duplicates 1) and found no duplicate." in told
    assert "not recorded" not in told
    case.search("db-2", 1)
    told = case.text('{{ methods("duplicates") }}')
    assert "That the records of one search were compared is not recorded." in told


def test_the_search_log_gives_a_query_only_where_one_is_recorded(case: Case) -> None:
    table = '{{ methods("search") }}\n\n{{ table("searches") }}'
    case.search("db-1", 1, query="a AND b")
    assert "The search log gives the query as it was run" in case.text(table)
    case.search("db-2", 1)
    case.search("web-1", 1, kind=SourceKind.WEBSITE, how="browsed")
    told = case.text(table)
    assert "gives the queries of one of three searches as they were run" in told
    assert "of one it says how else the search was made and of one no query is recorded." in told
    case.searches[0] = replace(case.searches[0], query="")
    assert "The search log gives no query; of one of three searches it says how" in case.text(table)


def test_reports_are_sought_through_a_place_as_often_as_the_logs_say(case: Case) -> None:
    ids = case.search("db-1", 92)
    for id in ids:
        case.vote(id, "include")
    for id in ids[:2]:
        case.decide(
            Retrieved, "ada", record=id, outcome=Retrieval.SOUGHT, where="interlibrary loan"
        )
    said = case.text('{{ methods("retrieval") }}')
    assert "92 reports were sought." in said
    assert "The logs say through what: interlibrary loan (2 reports)." in said
    assert "For 90 reports it is not recorded." in said


def _votes(case: Case, record: str, days: list[int]) -> None:
    protocol = case.protocol
    for n, day in enumerate(days):
        case.decide(
            Screened,
            f"p{n}",
            record=record,
            stage=Stage.TITLE_ABSTRACT,
            verdict=Verdict.INCLUDE,
            seen=seen_hash(case.records[record], protocol.criteria_of(Stage.TITLE_ABSTRACT)),
            at=datetime(2016, 1, day, tzinfo=UTC),
        )


def test_a_criterion_that_changed_under_votes_is_told_without_an_amendment(case: Case) -> None:
    (record,) = case.search("db-1", 1)
    _votes(case, record, [4, 9])
    slot = '{{ methods("amendments") }}'
    assert case.text(slot) == "No amendment of the protocol is recorded."
    first, *others = case.protocol.criteria
    case.protocol = replace(
        case.protocol, criteria=(replace(first, text="Young people to 25"), *others)
    )
    assert case.text(slot).endswith(
        "The criterion *Another population* was not there, or read otherwise, when 2 verdicts on "
        "titles and abstracts were given on 4 January 2016 and 9 January 2016; no amendment says "
        "why."
    )
    told = Amendment(on=date(2016, 1, 20), what="to 25", why="asked", affects=("population",))
    case.protocol = replace(case.protocol, amendments=(told,))
    assert "the amendment on 20 January 2016 tells of it" in case.text(slot)


def test_a_protocol_that_differs_from_that_of_an_edition_says_in_what(case: Case) -> None:
    case.search("db-1", 1)
    then = case.snapshot(date(2016, 1, 31))
    case.editions.append(Edition(number=1, on=date(2016, 1, 31)))
    first, *others = case.protocol.criteria
    case.protocol = replace(case.protocol, criteria=(replace(first, text="Adults"), *others))
    now = replace(case.snapshot(), earlier={1: then})
    from pipeline.document.methods import METHODS

    told = METHODS["amendments"].say(now, lambda _: "")
    assert (
        "Between edition 1 and now the protocol changed in what no amendment speaks of:\n\n"
        "- *criteria, population, text* was \u201cYoung people\u201d and is \u201cAdults\u201d."
    ) in told


INSTRUMENT = Form(
    id="tool",
    version=1,
    title="A tool",
    kind="appraisal",
    items=(
        Item(id="a", label="A?", type=AnswerType.CHOICE, options=(Option(id="yes", label="Yes"),)),
        Item(id="b", label="B?", type=AnswerType.CHOICE, options=(Option(id="yes", label="Yes"),)),
    ),
)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (("yes", "yes"), "One of two studies was appraised. Of one no question is answered."),
        (("yes", None), "of one no question is answered and one of them has questions without an"),
        ((None, None), "None of the included studies has been appraised."),
    ],
)
def test_a_blank_is_no_appraisal(
    small: Case, answers: tuple[str | None, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.protocol = replace(small.protocol, appraisal=("tool",))
    small.forms = {"tool": INSTRUMENT}

    def part(values: tuple[str | None, ...]) -> Part:
        given = {
            item: Answer(value=value, absent=None if value else Absent.NOT_YET, place=PLACE)
            for item, value in zip("ab", values, strict=True)
        }
        return Part(id="tool", answers=given, place=PLACE)

    for id, values in (("aebi-2014", answers), ("seto-2015", (None, None))):
        small.studies[id] = replace(small.studies[id], appraisals={"tool": part(values)})
    assert said.lower() in small.text('{{ methods("appraisal") }}').lower()


def test_a_check_is_against_the_report_only_where_a_report_was_read(small: Case) -> None:
    small.decide(Checked, "ben", study="aebi-2014", item="answers/country", agreed=True)
    said = small.text('{{ methods("extraction") }}')
    assert "held one answer against what had been read of it, in no study the full report" in said
    small.studies["aebi-2014"] = replace(small.studies["aebi-2014"], basis=Basis.FULL_TEXT)
    assert "held one answer against the report" in small.text('{{ methods("extraction") }}')


def test_what_was_read_of_a_study_is_told_by_its_kind(small: Case) -> None:
    for basis, words in (
        (Basis.PAGE, "by pages about the report but not its abstract"),
        (Basis.UNSTATED, "What was read of one study is not recorded"),
        (Basis.SECONDARY_SOURCE, "through a secondary source alone"),
    ):
        small.studies["aebi-2014"] = replace(small.studies["aebi-2014"], basis=basis)
        said = small.text('{{ results("basis") }}')
        assert words in said and "abstract alone" not in said


def test_agreement_of_one_person_is_not_counted(case: Case) -> None:
    (one,) = case.search("db-1", 1)
    text = '{{ methods("selection") }}\n\n{{ table("agreement") }}'
    case.vote(one, "exclude", "ada", reason="population")
    assert "greement is counted" not in case.text(text)
    case.vote(one, "exclude", "ben", reason="population")
    assert "Agreement is counted" in case.text(text)


def test_studies_stand_in_the_order_that_the_form_lists_not_by_the_alphabet(small: Case) -> None:
    role = Item(
        id="role",
        label="Role",
        type=AnswerType.CHOICE,
        in_table=True,
        options=(Option(id="core", label="Core"), Option(id="context", label="Context")),
    )
    small.forms = {"general": replace(small.form, items=(role, *small.form.items))}
    for id, value in (("aebi-2014", "context"), ("seto-2015", "core")):
        study = small.studies[id]
        answers = {**study.answers, "role": Answer(value=value, place=PLACE)}
        small.studies[id] = replace(study, answers=answers)
    small.synthesis = Synthesis(
        findings={"f": Finding(id="f", statement="F", kind=FindingKind.GAP)},
        preliminary=Preliminary(order=StudyOrder(by=("role",), reason="Core studies first")),
    )
    written = small.write('{{ methods("synthesis") }}\n\n{{ table("characteristics") }}')
    rows = [row[0].text.split()[0] for row in written.tables["characteristics"].rows]
    assert rows == ["seto-2015", "aebi-2014"]
    assert (
        "In tables and figures studies stand by *Role*, then by their names; the reason given is: "
        "core studies first." in written.prose
    )


def test_a_look_that_found_no_duplicate_says_nowhere_that_any_was_found(case: Case) -> None:
    case.search("db-1", 3)

    def told_of_item_16() -> str:
        return str(prisma_s(case.snapshot()).rows[-1])

    assert "not recorded that duplicates were looked for" in told_of_item_16()
    method = f"duplicates {METHOD_VERSION}"
    case.decide(Deduplicated, "automation", searches=("db-1",), method=method)
    told = told_of_item_16()
    assert "no duplicate was found" in told and "not recorded that" not in told
    said = case.text('{{ methods("duplicates") }}')
    assert "were looked for by rules" in said and "were found by rules" not in said


def test_a_record_with_one_vote_of_two_is_not_called_unseen(case: Case) -> None:
    (record,) = case.search("db-1", 1)
    case.plan(reviewers=("ada", "ben"), reviewers_per_record=2)
    case.vote(record, "include", "ada")
    said = case.text('{{ results("flow") }}')
    assert "None has been screened to a decision yet." in said


def test_one_person_who_was_unsure_differs_from_nobody(case: Case) -> None:
    (record, other) = case.search("db-1", 2)
    case.plan(reviewers=("ada",), reviewers_per_record=1)
    case.vote(record, "unsure", "ada")
    case.vote(other, "exclude", "ada", reason="population")
    said = case.text('{{ methods("selection") }}')
    assert "A person was unsure on 1 record of 2 (50%)." in said and "differed" not in said


def test_a_blank_form_is_no_extracted_study(small: Case) -> None:
    study = small.studies["seto-2015"]
    blank = {name: Answer(absent=Absent.NOT_YET, place=PLACE) for name in study.answers}
    small.studies["seto-2015"] = replace(study, answers=blank, parts={}, results=())
    said = small.text('{{ methods("extraction") }}')
    assert "One study was extracted" in said
    assert "One included study has not been extracted yet." in said


def test_a_document_is_made_from_what_is_there(case: Case) -> None:
    assert "from the protocol, as nothing was taken in" in case.text('{{ methods("software") }}')
    case.search("db-1", 1)
    said = case.text('{{ methods("software") }}')
    assert "from the exports of the searches, kept byte for byte." in said


def test_the_words_of_the_diagram_tell_one_from_many(case: Case) -> None:
    case.search("db-1", 1)
    said = in_words(case.snapshot().ledger.flow)
    assert "1 record was identified from databases and 0 from registers" in said
