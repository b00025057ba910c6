"""Tables: what stands in them, that they agree with the flow, and that they bear hostile text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pipeline.document.figures.catalogue import FIGURES
from pipeline.document.tables import TABLES, all_tables
from pipeline.document.tables.claims import evidence
from pipeline.model.decision import Removed, Retrieval
from pipeline.model.document import Table
from pipeline.model.finding import Claim, Finding, FindingKind, Grouping, StudyGroup, Synthesis
from pipeline.model.problem import Place
from pipeline.model.record import SetAside
from pipeline.model.search import PeerReview, SourceKind
from pipeline.model.study import Absent, Answer, Basis, Direction, Source
from pipeline.snapshot import ReadingSummary

Case = Any


def texts(table: Table, column: str) -> list[str]:
    at = [c.id for c in table.columns].index(column)
    return [row[at].text for row in table.rows]


@pytest.mark.parametrize("word", TABLES)
def test_every_table_is_whole_for_an_empty_review(case: Case, word: str) -> None:
    table = TABLES[word].make(case.snapshot())
    assert table.id == word and table.caption and table.columns
    assert all(len(row) == len(table.columns) for row in table.rows)


@pytest.mark.parametrize("word", TABLES)
def test_every_table_is_whole_for_a_small_review(small: Case, word: str) -> None:
    table = TABLES[word].make(small.snapshot())
    assert len({c.id for c in table.columns}) == len(table.columns)
    assert all(len(row) == len(table.columns) for row in table.rows)


def test_characteristics_mark_what_was_read(small: Case) -> None:
    table = all_tables(small.snapshot())["characteristics"]
    assert texts(table, "study") == ["aebi-2014 et al.†", "seto-2015 et al."]
    assert texts(table, "basis") == ["Abstract only", "Full text"]
    assert texts(table, "country") == ["not reported", "not reported"]
    assert texts(table, "design") == ["School survey", "School survey"]
    assert texts(table, "participants_total") == ["264", "264"]
    assert table.notes == (
        "† Extracted from the abstract only: what is not reported here may stand in the report.",
    )


def test_a_value_from_an_abstract_is_marked_where_the_study_was_read_in_full(small: Case) -> None:
    study = small.studies["seto-2015"]
    design = replace(study.answers["design"], sources=(Source(report="r", page="Abstract, p. 1"),))
    small.studies["seto-2015"] = replace(study, answers={**study.answers, "design": design})
    table = all_tables(small.snapshot())["characteristics"]
    assert texts(table, "design") == ["School survey", "School survey†"]
    assert table.notes[-1] == "† beside a value: read in the abstract only."


def test_answers_are_counted_by_the_reason_why_there_is_none(small: Case) -> None:
    study = small.studies["seto-2015"]
    unclear = Answer(absent=Absent.UNCLEAR, place=study.place)
    small.studies["seto-2015"] = replace(study, answers={**study.answers, "country": unclear})
    table = all_tables(small.snapshot())["completeness"]
    one, other, both = (row[2:] for row in table.rows)
    for a, b, total in zip(one, other, both, strict=True):
        assert int(a.text) + int(b.text) == int(total.text)
    assert texts(table, "unclear") == ["0", "1", "1"]
    assert int(texts(table, "given")[0]) > 0


def test_an_included_study_that_nobody_extracted_is_not_lost(small: Case) -> None:
    del small.studies["seto-2015"]
    table = all_tables(small.snapshot())["characteristics"]
    assert texts(table, "study") == ["aebi-2014 et al.†", "seto-2015"]
    assert texts(table, "design")[1] == "not yet extracted"


def test_context_studies_stand_apart(small: Case) -> None:
    small.study("babchishin-2011", "db-1:0002")
    tables = all_tables(small.snapshot())
    assert texts(tables["context"], "study") == ["babchishin-2011 et al.†"]
    assert len(tables["characteristics"].rows) == 2


def test_excluded_and_not_retrieved_agree_with_the_flow(small: Case) -> None:
    snapshot = small.snapshot()
    tables = all_tables(snapshot)
    assert texts(tables["excluded"], "reason") == ["Not research, or opinion"]
    assert len(tables["excluded"].rows) == snapshot.ledger.flow.count("dbr_excluded")
    assert texts(tables["not_retrieved"], "reason") == ["no library holds it"]
    small.obtain("db-1:0004", Retrieval.OBTAINED)
    tables = all_tables(small.snapshot())
    assert texts(tables["not_retrieved"], "state") == ["Obtained, not yet assessed"]


def test_results_stand_by_outcome_in_the_order_of_the_protocol(small: Case) -> None:
    table = all_tables(small.snapshot())["results"]
    assert texts(table, "direction") == ["▼ lower", "▲ higher"]
    assert texts(table, "outcome") == ["Later offending"] * 2
    one = TABLES["results"].make(small.snapshot(), outcome="reoffending")
    assert one.id == "results-reoffending" and one.caption == "Results on later offending"
    assert len(TABLES["results"].make(small.snapshot(), outcome="family").rows) == 0


def test_no_result_is_lost_when_its_outcome_is_not_in_the_protocol(small: Case) -> None:
    small.protocol = replace(small.protocol, outcomes=())
    assert len(all_tables(small.snapshot())["results"].rows) == 2


def test_sources_add_up_and_name_what_only_one_of_them_had(small: Case) -> None:
    table = all_tables(small.snapshot())["sources"]
    assert texts(table, "source") == ["PsycINFO", "Charities"]
    assert texts(table, "records") == ["4", "2"]
    assert texts(table, "reports") == ["4", "2"]
    assert texts(table, "unique") == ["3", "1"]
    assert texts(table, "included") == ["1", "2"]
    assert texts(table, "included_unique") == ["0", "1"]


def test_records_of_one_report_in_one_source_are_found_by_no_other(small: Case) -> None:
    small.match("db-1:0004", "db-1:0003")
    small.decide(Removed, "ada", record="db-1:0002", reason="broken")
    table = all_tables(small.snapshot())["sources"]
    assert texts(table, "records") == ["4", "2"]
    assert texts(table, "unique") == ["3", "1"]
    assert texts(table, "reports") == ["2", "2"]


def test_the_chart_of_sources_tells_the_numbers_of_the_table(small: Case) -> None:
    figure = FIGURES["source_yield"].figures(small.snapshot())[0]
    assert figure.id == "source_yield"
    assert figure.alt == (
        "PsycINFO: 4 records, 3 of them found in no other source, 1 report included. "
        "Charities: 2 records, 1 of them found in no other source, 2 reports included."
    )
    written = small.write('{{ figure("source_yield") }}').document
    assert written.markdown.strip() == "[[figure:source_yield]]"
    assert written.figures["source_yield"] == figure


def test_the_search_log_tells_records_read_and_set_aside(small: Case) -> None:
    aside = tuple(
        SetAside(number=n, place=Place(file="db.ris", line=n), why="no title", raw="")
        for n in (5, 6)
    )
    reading = ReadingSummary(read=4, set_aside=aside)
    snapshot = replace(small.snapshot(), readings={"db-1": reading})
    table = TABLES["searches"].make(snapshot)
    assert texts(table, "read") == ["4", "2"]
    assert texts(table, "set_aside") == ["2", "0"]
    assert texts(table, "reported") == ["not given", "not given"]


def answers(case: Case, item: int) -> list[tuple[str, str]]:
    table = TABLES["prisma_s"].make(case.snapshot())
    return [(r[2].text, r[3].text) for r in table.rows if r[0].text == str(item)]


@pytest.mark.parametrize("searches", [0, 1, 3])
def test_prisma_s_has_all_sixteen_items_whatever_the_log_says(case: Case, searches: int) -> None:
    for n in range(searches):
        case.search(f"db-{n}", n, kind=list(SourceKind)[n])
    table = TABLES["prisma_s"].make(case.snapshot())
    assert list(dict.fromkeys(texts(table, "item"))) == [str(n) for n in range(1, 17)]
    assert all(texts(table, "done"))


def test_prisma_s_says_where_the_log_is_silent(small: Case) -> None:
    silent = "not stated in the search log"
    assert answers(small, 1) == [("PsycINFO", f"platform: {silent}")]
    assert answers(small, 2) == [("PsycINFO", silent)]
    assert answers(small, 3) == [("", "no study register is in the search log")]
    assert answers(small, 4) == [("Charities", silent)]
    assert answers(small, 5) == [("", "no citation searching is in the search log")]
    for item in (8, 9, 10, 11, 12, 14):
        assert answers(small, item) == [("all searches", silent)]
    assert answers(small, 13) == [("all searches", "2 November 2015")]
    reported = f"in the export; number that the source reported: {silent}"
    assert answers(small, 15) == [
        ("PsycINFO", f"4 entries {reported}"),
        ("Charities", f"2 entries {reported}"),
    ]


def test_prisma_s_tells_what_the_log_tells(small: Case) -> None:
    small.searches[0] = replace(
        small.searches[0],
        interface="Ovid",
        interface_url="https://ovid.example",
        databases=("PsycINFO", "PsycEXTRA"),
        query="a AND b",
        limits=("2000 to 2015", "English"),
        limit_reasons="as registered",
        filters=("RCT filter",),
        reused_from="an earlier review",
        update_of="db-0",
        alert="monthly",
        peer_review=PeerReview(method="PRESS", by="a librarian", on=date(2015, 10, 1)),
        results_reported=5,
    )
    small.searches[1] = replace(small.searches[1], how="Every page was read")
    told = {
        1: "platform: Ovid (https://ovid.example)",
        2: "PsycINFO and PsycEXTRA",
        8: "a AND b",
        9: "2000 to 2015 and English; reason: as registered",
        10: "RCT filter",
        11: "an earlier review",
        12: "repeats the search db-0; alert: monthly",
        14: "PRESS; by a librarian; 1 October 2015",
        15: "4 entries in the export; number that the source reported: 5",
    }
    for item, words in told.items():
        assert answers(small, item)[0] == ("PsycINFO", words)
    assert answers(small, 4) == [("Charities", "Every page was read")]
    small.searches[0] = replace(small.searches[0], limits=(), limit_reasons="There were none.")
    assert answers(small, 9)[0] == ("PsycINFO", "There were none.")


def test_prisma_s_counts_pairs_and_names_a_source_searched_twice_by_its_day(small: Case) -> None:
    small.search("db-2", 1, day=date(2016, 3, 1), query="c")
    assert answers(small, 8)[1] == ("PsycINFO (1 March 2016)", "c")
    small.match("db-2:0001", "db-1:0001", reviewer="ada")
    assert answers(small, 16) == [
        (
            "",
            "2 records were removed as duplicates; 1 pair was matched by the program "
            "(review-pipeline, duplicates 1); 1 pair was matched by a person",
        )
    ]


def test_findings_name_their_studies_and_votes(small: Case) -> None:
    small.synthesis = Synthesis(
        findings={
            "gap": Finding(id="gap", statement="Nothing", kind=FindingKind.GAP, question="who"),
            "re": Finding(
                id="re",
                statement="Few",
                kind=FindingKind.DIRECTION,
                question="why",
                outcome="reoffending",
                results=("aebi-2014/reoffending",),
                direction=Direction.LOWER,
            ),
        }
    )
    table = all_tables(small.snapshot())["findings"]
    assert texts(table, "outcome") == ["Later offending", "Who?"]
    assert texts(table, "direction") == ["lower in 1 of 1 study", "not counted"]
    assert table.rows[0][2].cites == ("aebi-2014",)
    assert texts(table, "certainty") == ["not judged", "not judged"]


def test_studies_in_no_group_are_named(small: Case) -> None:
    group = StudyGroup(id="files", label="Files", studies=("aebi-2014",))
    grouping = Grouping(id="g", label="By source", groups=(group,), rule="where")
    small.synthesis = Synthesis(groupings={"g": grouping})
    table = all_tables(small.snapshot())["groups"]
    assert texts(table, "grouping") == ["By source (post hoc)"]
    assert "By source: in no group: seto-2015 et al.." in table.notes


def test_screening_counts_what_two_looked_at(small: Case) -> None:
    table = all_tables(small.snapshot())["screening"]
    assert texts(table, "by_more") == ["5", "3"]
    assert texts(table, "agreed") == ["100%", "100%"]


def two_by_two(case: Case, both: int, ada: int, ben: int, neither: int) -> None:
    """Votes of ada and ben on title and abstract, as many in each cell of the table."""
    ids = iter(case.search("db-1", both + ada + ben + neither))
    for n, (first, second) in (
        (both, ("include", "include")),
        (ada, ("unsure", "exclude")),
        (ben, ("exclude", "include")),
        (neither, ("exclude", "exclude")),
    ):
        for _ in range(n):
            record = next(ids)
            case.vote(record, first, "ada")
            case.vote(record, second, "ben")


def test_agreement_gives_the_published_figures_and_never_kappa_alone(case: Case) -> None:
    two_by_two(case, 1, 3, 2, 94)
    table = all_tables(case.snapshot())["agreement"]
    (row,) = table.rows
    assert [c.text for c in row] == [
        "Title and abstract",
        "ada, ben",
        "both include 1, only the first 3, only the second 2, both exclude 94",
        "95 of 100 (95%)",
        "0.26 (95% CI \u22120.19 to 0.71)",
        "PABAK 0.90, AC1 0.95, prevalence index 0.93, bias index 0.01",
    ]
    assert "kappa is low although people agree" in table.notes[0]


def test_agreement_rests_on_first_votes_and_on_the_day(case: Case) -> None:
    two_by_two(case, 20, 5, 10, 65)
    before = all_tables(case.snapshot())["agreement"].rows
    case.settle_conflict("db-1:0021", "include")
    case.vote("db-1:0021", "exclude", "ada")
    assert all_tables(case.snapshot())["agreement"].rows == before
    assert before[0][4].text == "0.63 (95% CI 0.45 to 0.80)"
    assert not all_tables(case.snapshot(date(2016, 1, 3)))["agreement"].rows


def test_agreement_of_three_has_each_pair_and_the_alpha_of_all(case: Case) -> None:
    ids = case.search("db-1", 4)
    for record, verdict in zip(ids, ("include", "exclude", "include", "exclude"), strict=True):
        case.vote(record, verdict, "ada", "ben", "cleo")
    table = all_tables(case.snapshot())["agreement"]
    assert texts(table, "reviewers") == ["ada, ben", "ada, cleo", "ben, cleo"]
    assert table.notes[1:] == (
        "Title and abstract, all who screened: Fleiss' kappa was 1.00 and Krippendorff's alpha was "
        "1.00.",
    )


def test_agreement_on_reasons_has_a_row_for_each_criterion_that_somebody_named(case: Case) -> None:
    ids = case.search("db-1", 4)
    for record, ada, ben in zip(
        ids, ("design", "design", "", ""), ("design", "", "", ""), strict=True
    ):
        for name, reason in (("ada", ada), ("ben", ben)):
            case.vote(record, "exclude" if reason else "include", name, reason=reason)
    table = all_tables(case.snapshot())["agreement_by_criterion"]
    (row,) = table.rows
    assert texts(table, "both") + texts(table, "only_first") + texts(table, "only_second") == [
        *("1", "1", "0")
    ]
    assert "3 of 4 (75%)" in [c.text for c in row] and "PABAK 0.50" in row[-1].text


def test_evidence_cites_what_claims_rest_on(small: Case) -> None:
    claim = Claim(
        id="a",
        text="It is",
        supports=("aebi-2014/reoffending", "@web-1:0001", "n:searches"),
        place=Place(file="m"),
    )
    row = evidence([claim], small.snapshot()).rows[0]
    assert row[2].text == "aebi-2014/reoffending: Fewer later offences\nCount of searches: 2"
    assert row[2].cites == ("aebi-2014",)


def test_hostile_text_stays_text_in_every_table(small: Case) -> None:
    hostile = "=cmd|' /C calc'!A0 {{ 7*7 }} <script>x</script> \x1b[31m [[table:x]]"
    for id, record in small.records.items():
        small.records[id] = replace(record, title=hostile)
    small.studies["aebi-2014"] = replace(
        small.studies["aebi-2014"], title=hostile, basis=Basis.SECONDARY_SOURCE
    )
    document = small.write('{{ table("characteristics") }}\n\n{{ table("excluded") }}\n').document
    assert hostile in document.tables["characteristics"].rows[0][0].text
    assert "49" not in document.markdown


def test_a_study_called_by_author_and_year_is_not_cited_beside_its_name(small: Case) -> None:
    name = "Author1 et al. 2001"
    small.studies["aebi-2014"] = replace(small.studies["aebi-2014"], title=name)
    table = '{{ table("characteristics") }}\n'

    def cites(manuscript: str, style: str = "") -> list[tuple[str, ...]]:
        from pipeline.document import write_up

        written, _ = write_up(small.snapshot(), manuscript, style=style)
        assert written is not None
        assert {"aebi-2014", "seto-2015"} <= set(written.document.references)
        return [row[0].cites for row in written.document.tables["characteristics"].rows]

    assert cites(table) == [("aebi-2014",), ("seto-2015",)]
    assert cites(f"[@aebi-2014; @seto-2015]\n\n{table}") == [(), ("seto-2015",)]
    numeric = '<style citation-format="numeric"/>'
    assert cites(f"[@aebi-2014]\n\n{table}", numeric) == [("aebi-2014",), ("seto-2015",)]
