"""What a browser shows is what the ledger counts, and every link in it leads somewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from pipeline.document.browsing import browser
from pipeline.document.figures.gaps import QUALITIES, gap_maps
from pipeline.model.decision import Screened, Stage, Verdict, Withdrawn
from pipeline.model.finding import Finding, FindingKind, Grouping, StudyGroup, Synthesis
from pipeline.model.narrative import Concerns, Preliminary, Quality
from pipeline.model.protocol import Group
from pipeline.model.review import Edition
from pipeline.synthesis.sensitivity import quality_of

MANUSCRIPT = (
    '# Text\n\n{% claim "few", "finding:later", "aebi-2014/reoffending", "n:records_screened", '
    '"@prisma-2020" %}Few {{ n("records_screened", "record", "records") }} [@prisma-2020]'
    "{% endclaim %}.\n"
)


@pytest.fixture
def told(small):
    small.synthesis = Synthesis(
        findings={
            "later": Finding(
                id="later",
                statement="Fewer later offences",
                kind=FindingKind.DIRECTION,
                outcome="reoffending",
                results=("aebi-2014/reoffending", "seto-2015/reoffending"),
            )
        },
        groupings={
            "by_source": Grouping(
                id="by_source",
                label="Source",
                groups=(StudyGroup(id="files", label="Files", studies=("aebi-2014",)),),
            )
        },
        preliminary=Preliminary(
            quality={"aebi-2014": Quality(concerns=Concerns.HIGH, why="one abstract")}
        ),
    )
    return small


def seen(case, until=None, manuscript=MANUSCRIPT):
    return browser(case.snapshot(until), case.write(manuscript), document="case.html")


def held(made, one):
    return sum(
        r.arm in one.arms and r.standing in one.standings and r.entrance in one.entrances
        for r in made.records
    )


def test_every_set_holds_as_many_records_as_the_ledger_counts(told):
    made = seen(told)
    assert {one.key: held(made, one) for one in made.sets} == {s.key: s.n for s in made.sets}
    assert any(one.n for one in made.sets)


def test_an_update_counts_its_own_searches_and_shows_the_earlier_records_too(told):
    told.editions.append(Edition(number=1, on=date(2016, 2, 1)))
    later = told.search("db-2", 3, day=date(2017, 1, 1), source="Scopus")
    at = datetime(2017, 2, 1, tzinfo=UTC)
    for record in later:
        told.vote(record, "exclude", reason="population")
    told.decisions = [replace(d, at=at) if d.record in later else d for d in told.decisions]
    made = seen(told, manuscript=MANUSCRIPT.replace('"records") ', '"records", scope="all") '))
    assert {one.key: held(made, one) for one in made.sets} == {s.key: s.n for s in made.sets}
    assert [r.entrance for r in made.records] == [""] * 6 + ["search"] * 3
    assert next(s.n for s in made.sets if s.key == "records_screened") == 3
    assert all(study.previous for study in made.studies)


def test_every_name_that_a_row_gives_is_a_row(told):
    made = seen(told)
    records, studies = {r.id for r in made.records}, {s.id for s in made.studies}
    results = {result.id for study in made.studies for result in study.results}
    assert {r.search for r in made.records} <= {s.id for s in made.searches}
    assert {r.kept for r in made.records if r.kept} <= records
    assert {name for r in made.records for name in r.studies} <= studies
    assert {name for d in made.decisions for name in d.about} <= records | studies
    assert {name for f in made.findings for name in f.results} <= results
    assert {name for f in made.findings for name in f.studies} <= studies
    assert {name for s in made.studies for name in s.reports} <= records
    (claim,) = made.claims
    assert [support.ref for support in claim.supports] == [
        "finding:later",
        "aebi-2014/reoffending",
        "n:records_screened",
        "@prisma-2020",
    ]
    assert claim.supports[2].says == "Count of records screened: 4"
    assert "PRISMA 2020" in made.references["prisma-2020"]


def test_rows_of_the_table_of_studies_are_named_in_its_order(told):
    made = seen(told)
    assert len(made.study_rows) == len(made.studies_table.rows)
    titles = {study.id: study.title for study in made.studies}
    for id, row in zip(made.study_rows, made.studies_table.rows, strict=True):
        assert row[0].text.startswith(titles[id])


def test_what_was_taken_back_no_longer_counts(told):
    vote = next(d for d in told.decisions if d.record == "db-1:0002")
    told.decide(Withdrawn, "ada", undoes=vote.id)
    made = {d.id: d for d in seen(told).decisions}
    undoing = told.decisions[-1]
    assert not made[vote.id].counts and made[undoing.id].counts
    assert made[undoing.id].about == made[vote.id].about == (vote.record,)
    told.decide(Withdrawn, "ada", undoes=undoing.id)
    made = {d.id: d for d in seen(told).decisions}
    assert made[vote.id].counts and not made[undoing.id].counts


def test_a_vote_is_told_blind_while_another_is_waited_for(told):
    told.plan(reviewers_per_record=2)
    (record,) = told.search("db-9", 1)
    said = {"record": record, "stage": Stage.TITLE_ABSTRACT, "verdict": Verdict.INCLUDE}
    told.decide(Screened, "ada", **said, note="secret")
    vote = told.decisions[-1]

    def shown():
        row = next(d for d in seen(told).decisions if d.id == vote.id)
        return f"{row.says} {row.note}"

    assert "include" not in shown() and "secret" not in shown() and record in shown()
    told.vote(record, "exclude", "ben")
    assert "include" in shown() and "secret" in shown()


def test_a_gap_map_places_each_result_once_and_shows_quality_only_where_it_was_judged(told):
    (by_source,) = gap_maps(told.snapshot())
    cells = {(c.row, c.column): c.studies for c in by_source.cells}
    order = list(QUALITIES)
    files = cells["reoffending", "files"]
    assert files[order.index(Concerns.HIGH)] == ("aebi-2014",) and sum(map(len, files)) == 1
    others = cells["reoffending", ""]
    assert others[order.index(Concerns.UNCLEAR)] == ("seto-2015",)
    assert ("family", "files") not in cells
    assert [label for _, label in by_source.columns] == ["Files", "In no group"]
    assert quality_of("seto-2015", (), told.synthesis.preliminary).concerns is None


def test_participants_are_mapped_by_the_groups_of_the_protocol(told):
    told.protocol = replace(told.protocol, groups=(Group(id="dual", label="Dual"),))
    study = told.studies["aebi-2014"]
    (first,) = study.results
    told.studies["aebi-2014"] = replace(study, results=(replace(first, group="dual"),))
    participants, _ = gap_maps(told.snapshot())
    cells = {(c.row, c.column): c.studies for c in participants.cells}
    assert sum(cells["reoffending", "dual"], ()) == ("aebi-2014",)
    assert sum(cells["reoffending", ""], ()) == ("seto-2015",)
