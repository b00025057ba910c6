"""The manuscript language: what slots say, and where every fault is said to stand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipeline.model.finding import Finding, FindingKind, Synthesis
from pipeline.model.protocol import Question
from pipeline.model.study import Absent, Answer

Case = Any


@pytest.mark.parametrize(
    ("slot", "text"),
    [
        ('n("records_identified")', "6"),
        ('n("included_studies", "study", "studies")', "2 studies"),
        ('n("included_studies", "study", "studies", words=True)', "two studies"),
        ('n("included_studies", "study", "studies", capital=True)', "Two studies"),
        ('n("included_studies", "study", "studies", basis="abstract")', "1 study"),
        ('n("included_studies", "study", "studies", basis="secondary_source")', "no studies"),
        ('n("included_studies", words=True, basis="secondary_source")', "none"),
        ('n("included_studies", design="survey")', "2"),
        ('n("included_studies", design="file_study")', "0"),
        ('n("included_studies", outcome="reoffending", direction="lower")', "1"),
        ('n("included_studies", outcome="family")', "0"),
        ('n("reports_excluded", reason="design")', "1"),
        ('n("reports_excluded", reason="population")', "0"),
        ('n("records_identified", source="Charities")', "2"),
        ('n("duplicates_removed")', "1"),
        ('n("reports_not_retrieved")', "1"),
        ('n("other_sources")', "1"),
        ('percent("records_excluded", of="records_screened")', "25%"),
        ('v("aebi-2014", "groups/boys/n")', "54"),
        ('v("aebi-2014", "participants/total")', "264"),
        ('v("aebi-2014", "design")', "School survey"),
        ('v("aebi-2014", "design") | lower', "school survey"),
        ('v("aebi-2014", "results/viewed/proportion", part="x")', "84"),
        ('v("aebi-2014", "country", absent=True)', "not reported"),
        ("cite(studies)", "[@aebi-2014; @seto-2015]"),
        ('cite("seto-2015", "web-1:0002")', "[@seto-2015]"),
        ('quote("aebi-2014", "groups/boys/n")', "\u201c54 boys\u201d [@aebi-2014, 12]"),
    ],
)
def test_slots(small: Case, slot: str, text: str) -> None:
    assert small.text("{{ " + slot + " }}") == text


def test_a_proportion_escapes_what_markdown_would_take_as_markup(small: Case) -> None:
    said = small.text('{{ v("aebi-2014", "results/viewed/proportion") }}')
    assert said.replace("\\", "") == "84 of 1,978 (4.2%)"


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{{ nn('records_screened') }}", "there is no slot 'nn'"),
        ("{{ n('records_screend') }}", "Did you mean 'records_screened'?"),
        ("{{ n('records_identified', source='Psycinfo') }}", "Did you mean 'PsycINFO'?"),
        ("{{ n('reports_excluded', reason='desing') }}", "Did you mean 'design'?"),
        ("{{ n('included_studies', desing='survey') }}", "Did you mean 'design'?"),
        ("{{ n('included_studies', design='survy') }}", "Did you mean 'survey'?"),
        ("{{ n('pending', source='PsycINFO') }}", "not parted by source"),
        ("{{ n() }}", "missing 1 required positional argument"),
        ("{{ percent('records_excluded', of='register_results') }}", "is 0"),
        ("{{ v('aebi-2015', 'design') }}", "Did you mean 'aebi-2014'?"),
        ("{{ v('aebi-2014', 'desing') }}", "Did you mean 'design'?"),
        ("{{ v('aebi-2014', 'groups/girls/n') }}", "has no groups 'girls'"),
        ("{{ v('aebi-2014', 'groups/boys') }}", "several answers"),
        ("{{ v('aebi-2014', 'country') }}", "has no value, it is not reported"),
        ("{{ v('aebi-2014', 'groups/boys/n', part='percent') }}", "no part 'percent'"),
        ("{{ table('charcteristics') }}", "Did you mean 'characteristics'?"),
        ("{{ table('results', outcome='reofending') }}", "Did you mean 'reoffending'?"),
        ("{{ table('searches', outcome='family') }}", "takes no 'outcome'"),
        ("{{ figure('flwo') }}", "Did you mean 'flow'?"),
        ("{{ methods('serach') }}", "Did you mean 'search'?"),
        ("{{ results('folw') }}", "Did you mean 'flow'?"),
        ("{{ finding('x') }}", "there is no finding 'x'"),
        ("{{ studies[0].nme }}", "nme"),
        ("{{ studies[7].id }}", "7"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ title | uper }}", "uper"),
        ("{% if title %}", "endif"),
        ("{% macro x() %}{% endmacro %}", "macros"),
        ("{% include 'x' %}", "include"),
        ("as said [@aebi-2016]", "Did you mean 'aebi-2014'?"),
        ("see [[table:nothing]]", "[[table:nothing]] names a table that is not there"),
        ("see {{ table('excluded') }} there", "referred to, but placed nowhere"),
        ("{% claim 'x' %}Text{% endclaim %}", "rests on nothing"),
        ("{% claim 'x', 'aebi-2014/reofending' %}Text{% endclaim %}", "aebi-2014/reoffending"),
        ("{% claim 'x', 'finding:y' %}Text{% endclaim %}", "there is no finding 'y'"),
        ("{% claim 'x', '@prisma-2021' %}Text{% endclaim %}", "Did you mean 'prisma-2020'?"),
        ("{% claim 'x', 'n:includedstudies' %}Text{% endclaim %}", "Did you mean 'included_stud"),
        ("{% claim 'x', 'aebi-2014/country/' %}Text{% endclaim %}", "not reported"),
    ],
)
def test_a_fault_stands_in_its_line(small: Case, line: str, what: str) -> None:
    before = "# Head\n\nText with [@aebi-2014] and {{ n('searches') }}.\n\n<# a\ncomment #>\n\n"
    found = small.faults(f"{before}{line}\n\nMore {{{{ n('searches') }}}}.\n")
    assert len(found) == 1
    assert found[0][0] == 8 or "endif" in what
    assert what in found[0][1]


def test_every_fault_is_told_at_once_in_the_order_of_the_lines(small: Case) -> None:
    found = small.faults("{{ n('a') }}\n\n[@b]\n\n{{ v('c', 'd') }} {{ table('e') }}\n")
    assert [line for line, _ in found] == [1, 3, 5, 5]


def test_several_slots_on_several_lines_of_one_tag_keep_their_lines(small: Case) -> None:
    found = small.faults("a\n{{ n(\n  'searches'\n) }} b {{ n('x') }}\nc {{ n('y') }}\n")
    assert [line for line, _ in found] == [4, 5]


def test_text_of_others_is_never_markup_nor_template(small: Case) -> None:
    hostile = (
        "{{ 7 * 7 }} *x* [y](javascript:z) <b> [[table:excluded]] [@aebi-2014] $a$ | # \x1b[31m"
    )
    small.protocol = replace(
        small.protocol, title=hostile, questions=(Question(id="why", text=hostile),)
    )
    said = small.text(
        "{{ title }}\n\n{% for q in questions %}{{ q.text }}{% endfor %}\n\n{{ title | lower }}"
        "\n\n{{ title ~ n('searches') }}\n\n{{ title | safe }}"
    )
    assert "{{ 7" not in said and "49" not in said
    assert "*x*" not in said.replace("\\*x\\*", "")
    for sign in ("[[table", "[@aebi", "<b>", "](", "\x1b"):
        assert sign not in said


def test_a_slot_cannot_reach_behind_the_sandbox(small: Case) -> None:
    for trick in (
        "{{ title.__class__.__mro__ }}",
        "{{ n.__globals__ }}",
        "{{ studies[0].value.__self__ }}",
        "{{ ''.format.__self__ }}",
        "{{ questions[0].__dict__ }}",
    ):
        written, problems = _written(small, trick)
        assert written is None and problems


def _written(case: Case, text: str) -> tuple[Any, Any]:
    from pipeline.document import write_up

    return write_up(case.snapshot(), text)


def test_claims_are_noted_with_what_they_rest_on(small: Case) -> None:
    written = small.write(
        '1. {% claim "few", "aebi-2014/reoffending", "aebi-2014/groups/boys/n", "@prisma-2020", '
        '"n:included_studies" %}**Few** of {{ n("included_studies") }} did [@aebi-2014]'
        '{% endclaim %}.\n\n{{ table("evidence") }}\n'
    )
    assert written.document.markdown.startswith("1. **Few** of [2](#evidence-n-included_studies-")
    assert " did [@aebi-2014]\u2060[E1](#evidence-few).\n" in written.document.markdown
    claim = written.claims[0]
    assert (claim.id, claim.text, claim.place.line) == ("few", "Few of 2 did", 1)
    row = written.document.tables["evidence"].rows[0]
    assert row[1].text == "Few of 2 did"
    assert row[2].cites == ("aebi-2014", "prisma-2020")


def test_two_claims_with_one_name_are_a_fault(small: Case) -> None:
    claim = '{% claim "a", "aebi-2014" %}x{% endclaim %}'
    assert small.faults(f"{claim}\n\n{claim}")[0] == (
        3,
        "there are two claims 'a', the first in line 1",
    )


def test_a_claim_whose_value_is_gone_stops_the_build(small: Case) -> None:
    claim = '{% claim "a", "aebi-2014/groups/boys/n" %}x{% endclaim %}'
    small.write(claim)
    study = small.studies["aebi-2014"]
    group = study.parts["groups"][0]
    gone = Answer(absent=Absent.NOT_REPORTED, place=study.place)
    parts = {**study.parts, "groups": (replace(group, answers={**group.answers, "n": gone}),)}
    small.studies["aebi-2014"] = replace(study, parts=parts)
    assert "not reported" in small.faults(claim)[0][1]


def test_only_what_is_cited_is_among_the_references(small: Case) -> None:
    document = small.write(
        "[@web-1:0001] and [@db-1:0002, p. 3]; \\@nobody, a@b.org, `@code`"
    ).document
    assert set(document.references) == {"aebi-2014", "db-1:0002"}
    assert "[@aebi-2014] and [@db-1:0002, p. 3]" in document.markdown
    assert document.references["aebi-2014"]["title"] == "Title db-1:0001"


def test_tables_bring_their_references(small: Case) -> None:
    document = small.write('{{ table("excluded") }}\n').document
    assert set(document.references) == {"db-1:0003"}


def test_a_table_refers_to_another_only_where_that_one_stands(small: Case) -> None:
    said = small.text('{{ methods("search") }}')
    assert "[[table" not in said
    said = small.text('{{ methods("search") }}\n\n{{ table("searches") }}\n')
    assert "([[table:searches]])." in said
    hidden = '{{ methods("search") }}\n\n{% if not studies %}\n{{ table("searches") }}\n{% endif %}'
    assert "[[table" not in small.text(hidden)


def test_a_table_placed_twice_is_a_fault(small: Case) -> None:
    found = small.faults('{{ table("excluded") }}\n\ntext\n\n{{ table("excluded") }}\n')
    assert found == [(5, "the table 'excluded' is placed 2 times")]


def test_the_second_writing_is_the_same(small: Case) -> None:
    text = '{{ methods() }}\n\n{{ results("flow") }}\n\n{{ table("characteristics") }}\n'
    assert small.write(text) == small.write(text)


def test_a_figure_in_parts_stands_whole_and_is_one_reference_inside_a_sentence(small: Case) -> None:
    """One that needs several pages would else be placed in the middle of the sentence."""
    findings = {
        f"f{n}": Finding(id=f"f{n}", statement="A gap", kind=FindingKind.GAP) for n in range(40)
    }
    small.synthesis = Synthesis(findings=findings)
    text = small.text(
        'As {{ figure("concept_map") }} show, all is said.\n\n{{ figure("concept_map") }}\n'
    )
    sentence, *placed = text.strip().split("\n\n")
    assert len(placed) > 2
    assert sentence == f"As {placed[0]} to {placed[-1]} show, all is said."
