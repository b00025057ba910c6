"""Every kind of answer and every rule: the right message at the right line."""

import pytest

from pipeline.extraction import blank_study, json_schema, read_form, read_study
from pipeline.model.problem import Severity
from pipeline.model.protocol import Group, Outcome, Protocol
from pipeline.model.study import Absent, Direction

FORM = """\
id: tried
version: 2
title: A form with everything
changes: [{version: 2, what: age added, revisit: [age], removed: [sampling]}]
items:
  country: {label: Country, required: true}
  total: {label: Total, type: integer, minimum: 0, maximum: 5000}
  share: {label: Share, type: decimal, minimum: 0, maximum: 1}
  blind: {label: Blind, type: yes_no}
  begun: {label: Begun, type: date}
  ended: {label: Ended, type: date}
  design: {label: Design, type: choice, options: {survey: Survey, trial: Trial}}
  arms: {label: Arms, type: integer, asked_if: {item: design, values: [trial]}, required: true}
  sexes: {label: Sexes, type: choices, options: {male: Male, female: Female}}
  response: {label: Response, type: proportion}
  odds: {label: Odds, type: estimate}
  age: {label: Age, type: range, minimum: 0, maximum: 110}
  iq: {label: IQ, type: mean}
  tools: {label: Tools, repeats: true}
  groups:
    label: Groups
    type: part
    repeats: true
    items:
      n: {label: n, type: integer}
      label: {label: Label}
      share: {label: Share, type: decimal}
      within: {label: Within, type: reference, refers_to: groups}
      points:
        label: Time points
        type: part
        repeats: true
        items: {months: {label: Months, type: decimal}, until: {label: U, type: decimal}}
  results:
    label: Results
    type: part
    repeats: true
    items:
      outcome: {label: O, type: reference, refers_to: protocol.outcomes, required: true}
      group: {label: G, type: reference, refers_to: groups or protocol.groups}
      comparator: {label: C, type: reference, refers_to: groups or protocol.groups}
      direction: {label: D, type: choice, options: {higher: H, lower: L}}
      statement: {label: S, required: true}
rules:
  - {check: parts_sum_to_whole, items: [total, groups.n]}
  - {check: in_order, items: [begun, ended]}
  - {check: different, items: [results.group, results.comparator]}
  - {check: at_most, items: [groups.n, total], says: No group is larger than the study}
  - {check: sum_to_100, items: [groups.share]}
  - {check: different, items: [groups.label]}
  - {check: in_order, items: [groups.points.months, groups.points.until]}
"""
PROTOCOL = Protocol(
    title="t",
    questions=(),
    criteria=(),
    form="tried",
    outcomes=(Outcome(id="later_offences", label="Later offences"),),
    groups=(Group(id="dual", label="Both"),),
)
HEAD = "study: a-1\nform_version: 2\nreports: ['s:0001']\nbasis: abstract\nanswers:\n"


def form():
    form, problems = read_form(FORM, "tried.yaml")
    assert form is not None and problems == ()
    return form


def read(answers, head=HEAD):
    return read_study(head + answers, "studies/a-1.yaml", {"tried": form()}, PROTOCOL)


def errors(answers, head=HEAD):
    return [str(p) for p in read(answers, head)[1] if p.severity is Severity.ERROR]


ONE_FAULT = [
    ("  contry: x", 6, "'contry' in the form tried. Did you mean 'country'?"),
    ("  country: 12", 6, "'country' is the value 12, not text. Put it in quotes"),
    ("  total: '1,978'", 6, "Write `1978`, without quotes"),
    ("  total: 1.5", 6, "not a whole number"),
    ("  total: -1", 6, "below the least possible, 0"),
    ("  total: 5001", 6, "above the greatest possible, 5000"),
    ("  share: 42", 6, "above the greatest possible, 1"),
    ("  share: true", 6, "not a number"),
    ("  blind: maybe", 6, "neither yes nor no"),
    ("  begun: 31.1.2016", 6, "not a day"),
    ("  design: servey", 6, "Did you mean 'survey'?"),
    ("  sexes: [male, mail]", 6, "Did you mean 'male'?"),
    ("  sexes: [male, male]", 6, "stands twice"),
    ("  response: {x: 5, n: 4}", 6, "more than there are"),
    ("  response: {x: 84, n: 1978, percent: 8.4}", 6, "is 4.25 %, not 8.4 %"),
    ("  response: {x: 1.5, n: 4}", 6, "not a count"),
    ("  response: {y: 1}", 6, "'y' is not a number of 'response'"),
    ("  response: 12%", 6, "Write `response: {x: 84, n: 1978}`"),
    ("  odds: {value: 1, low: 2, high: 3}", 6, "outside its own interval 2 to 3"),
    ("  odds: {low: 3, high: 2}", 6, "backwards"),
    ("  odds: {value: 1, level: 0.95}", 6, "not a level in per cent"),
    ("  age: {low: 12, high: 181}", 6, "above the greatest possible, 110"),
    ("  iq: {mean: 100, sd: -1}", 6, "'sd' of 'iq' is -1"),
    ("  tools: [a, 3]", 6, "'tools' is the value 3, not text"),
    ("  groups: {n: 3}", 6, "written as one entry"),
    ("  groups:\n    - n: 3", 7, "has no id"),
    (
        "  groups:\n    - {id: a}\n    - {id: a}",
        8,
        "stands twice in 'groups'; the first is at line 7",
    ),
    ("  groups:\n    - {id: a b}", 7, "no id for an entry"),
    ("  groups:\n    - id: a\n      within: b", 8, "nothing in groups"),
    ("  groups:\n    - id: a\n      within: a", 8, "refers to itself"),
    (
        "  groups:\n    - {id: a, within: b}\n    - {id: b, within: c}\n    - {id: c, within: b}",
        8,
        "'within' goes in a circle: b → c → b",
    ),
    ("  tools:\n    - Scale\n    - 3", 8, "'tools' is the value 3, not text"),
    ("  sexes:\n    - male\n    - mael", 8, "Did you mean 'male'?"),
    ("  iq: {mean: 100, sd: 15, n: 100, se: 15}", 6, "among 100 makes 1.5"),
    (
        "  groups:\n    - id: a\n      points:\n        - id: p\n          months: six",
        10,
        "not a number",
    ),
    ("  total: 5\n  groups:\n    - {id: a, n: 2}\n    - {id: b, n: 4}", 6, "2 + 4 = 6"),
    ("  begun: 2016\n  ended: 2015-12", 7, "before begun"),
    (
        "  total: not reported\n  groups:\n    - {id: a, share: 60}\n    - {id: b, share: 30}",
        9,
        "make 90 %, not 100 %",
    ),
    (
        "  groups:\n    - {id: a, label: Boys}\n    - {id: b, label: Boys}",
        8,
        "'Boys' stands twice in groups.label; the first is at line 7",
    ),
    (
        "  groups:\n    - id: a\n      points:\n        - {id: p, months: 3, until: 6}\n"
        "        - {id: q, months: 9, until: 6}",
        10,
        "groups.points.until is 6, before groups.points.months, 9",
    ),
    ("  arms: 2", 6, "asked only where design is trial"),
    ("  country: {value: x, absent: unclear}", 6, "has a value and is unclear"),
    ("  country: {absent: dunno}", 6, "does not say why"),
    ("  country: {valeu: x}", 6, "Did you mean 'value'?"),
    ("  country: {value: x, sources: [{pge: 1}]}", 6, "Did you mean 'page'?"),
    ("  country: {value: x, sources: [{report: 's:0002'}]}", 6, "no report of this study"),
    ("  country: {value: x, sources: [{sure: very}]}", 6, "how sure"),
    (
        "  results: [{id: r, outcome: later_offenses, statement: s}]",
        6,
        "Did you mean 'later_offences'?",
    ),
    (
        "  results:\n    - id: r\n      outcome: later_offences\n      statement: s\n"
        "      group: dual\n      comparator: dual",
        11,
        "is the same as results.group",
    ),
]


@pytest.mark.parametrize(("answers", "line", "said"), ONE_FAULT, ids=[f[2] for f in ONE_FAULT])
def test_one_fault_is_one_error_at_its_line(answers, line, said):
    found = errors(answers + "\n")
    assert len(found) == 1, found
    assert found[0].startswith(f"studies/a-1.yaml:{line}:") and said in found[0], found


def test_a_group_larger_than_the_study_is_told_where_the_group_stands():
    found = errors("  total: 5\n  groups:\n    - {id: a, n: 7}\n")
    assert any(
        f.startswith("studies/a-1.yaml:8:") and "groups.n is 7, more than total, 5" in f
        for f in found
    )


def test_decimals_stay_as_they_are_printed():
    study, problems = read("  share: 0.50\n  odds: {value: 1.20, low: 1.10, high: 1.30}\n")
    assert not [p for p in problems if p.severity is Severity.ERROR]
    assert study.answers["share"].value == 0.5
    assert study.answers["odds"].value == {"value": 1.2, "low": 1.1, "high": 1.3}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("odds: {low: 1, high: 2}", "an interval without its estimate"),
        ("iq: {sd: 3}", "a spread without its mean"),
        ("response: {x: 3}", "neither `percent` nor both"),
    ],
)
def test_numbers_that_lack_their_main_one_are_a_warning(written, said):
    (told,) = [p for p in read(f"  {written}\n")[1] if said in p.what]
    assert told.severity is Severity.WARNING and told.place.line == 6


@pytest.mark.parametrize(
    ("written", "version", "kept"),
    [
        ("sampling: {value: cluster}", 1, "cluster"),
        ("sampling: [a, b]", 2, "[a, b]"),
        ("waves: 3", 1, 3),  # an item that no change of the form names
    ],
)
def test_an_answer_to_an_item_that_is_asked_no_more_is_kept_and_told(written, version, kept):
    head = HEAD.replace("form_version: 2", f"form_version: {version}")
    study, problems = read(f"  country: x\n  {written}\n", head)
    (told,) = [p for p in problems if p.check == "former-item"]
    assert told.severity is Severity.WARNING and told.place.line == 7
    assert study.former[written.split(":")[0]].value == kept
    assert not [p for p in problems if p.severity is Severity.ERROR]


def test_a_slip_of_the_pen_is_no_former_item():
    (told,) = errors("  contry: x\n", HEAD.replace("form_version: 2", "form_version: 1"))
    assert "Did you mean 'country'?" in told


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("files: {'s:0002': x}", "no report of this study"),
        ("files: {'s:0001': 12ab}", "not as a SHA-256"),
        ("files: [x]", "'files' is a list"),
    ],
)
def test_the_files_that_were_read_are_named_by_their_hash(written, said):
    (told,) = errors("  country: x\n", f"{written}\n{HEAD}")
    assert said in told and told.startswith("studies/a-1.yaml:1:")


def test_the_hash_of_a_file_goes_with_its_report():
    head = f"files: {{'s:0001': {'AB' * 32}}}\n{HEAD}"
    assert read("  country: x\n", head)[0].files == {"s:0001": "ab" * 32}


@pytest.mark.parametrize("written", ["", "''", "~", "not yet"])
def test_what_is_left_empty_is_not_yet(written):
    study, _ = read(f"  country: {written}\n")
    assert study.answers["country"].absent is Absent.NOT_YET


def test_a_month_within_a_year_is_not_before_it():
    assert errors("  begun: 2015-06\n  ended: 2015\n") == []


@pytest.mark.parametrize("text", ["", "3", "answers: hello", "- a", "a: [", "study: &a [*a]", "\t"])
def test_what_is_no_study_is_refused_in_words(text):
    _, problems = read_study(text, "studies/a-1.yaml", {"tried": form()}, PROTOCOL)
    assert any(p.severity is Severity.ERROR for p in problems)


@pytest.mark.parametrize("absent", list(Absent))
def test_four_ways_of_having_no_value_stay_apart(absent):
    for written in (str(absent), f"{{absent: {absent}, note: n}}", str(absent).upper()):
        study, problems = read(f"  country: {written}\n")
        assert study.answers["country"].absent is absent
        assert any("country" in p.what for p in problems) == (absent is Absent.NOT_YET)


def test_a_fault_costs_only_its_own_answer():
    study, _ = read("  total: many\n  country: Norway\n")
    assert study.answers["country"].value == "Norway"
    assert study.answers["total"].absent is Absent.NOT_YET


def test_norway_stays_norway():
    assert read("  country: NO\n")[0].answers["country"].value == "NO"


def test_what_a_report_prints_oddly_is_a_warning_once_it_is_noted():
    odd = "  response: {x: 84, n: 1978, percent: 8.4, note: printed so in table 1}\n"
    assert errors(odd) == []
    assert any("8.4 %" in p.what for p in read(odd)[1])


def test_results_carry_numbers_direction_and_the_sources_of_their_entry():
    study, _ = read(
        "  results:\n    - id: r\n      outcome: later_offences\n      statement: fewer\n"
        "      direction: lower\n      group: dual\n      sources: [{page: 3, quote: q}]\n"
    )
    (result,) = study.results
    assert (result.id, result.direction, result.group) == ("a-1/r", Direction.LOWER, "dual")
    assert result.sources[0].report == "s:0001" and result.sources[0].page == "3"


def test_a_result_without_outcome_is_told_and_not_counted():
    study, problems = read("  results: [{id: r, statement: s}]\n")
    assert study.results == ()
    assert any(p.check == "result-without-outcome" for p in problems)


def test_a_study_of_an_older_form_says_what_to_revisit():
    _, problems = read("  country: x\n", HEAD.replace("form_version: 2", "form_version: 1"))
    (told,) = [p for p in problems if p.check == "form-changed"]
    assert "age added" in told.what and "age" in told.remedy


def test_values_without_a_source_are_told_once():
    _, problems = read("  country: x\n  total: 3\n")
    (told,) = [p for p in problems if p.check == "no-source"]
    assert "2 values" in told.what and "country (line 6), total (line 7)" in told.what


def test_a_blank_reads_as_not_yet_and_holds_no_error():
    text = blank_study(form(), "a-1", 'A: "1" #', ["s:0001"], PROTOCOL.outcomes, PROTOCOL.groups)
    study, problems = read_study(text, "a-1.yaml", {"tried": form()}, PROTOCOL)
    assert study.title == 'A: "1" #'
    assert not [p for p in problems if p.severity is Severity.ERROR]
    assert {a.absent for a in study.answers.values()} == {Absent.NOT_YET}
    assert set(json_schema(form())["properties"]["answers"]["properties"]) >= set(study.answers)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("  total:", "  country:", "twice"),
        ("options: {survey: Survey, trial: Trial}", "unit: x", "choice without options"),
        ("refers_to: groups}", "refers_to: grups}", "Did you mean 'groups'?"),
        ("asked_if: {item: design,", "asked_if: {item: desing,", "Did you mean 'design'?"),
        ("values: [trial]", "values: [trail]", "Did you mean 'trial'?"),
        ("asked_if: {item: design, values: [trial]}", "asked_if: {item: arms}", "depend on itself"),
        ("items: [begun, ended]", "items: [begun, endet]", "Did you mean 'ended'?"),
        ("check: in_order", "check: inorder", "Did you mean 'in_order'?"),
        ("{higher: H, lower: L}", "{higher: H, up: U}", "no direction"),
        ("  results:\n", "  outcomes:\n", "needs a part `results`"),
        ("minimum: 0, maximum: 1}", "minimum: 2, maximum: 1}", "minimum above its maximum"),
        ("type: yes_no", "type: yesno", "Did you mean 'yes_no'?"),
        ("  blind:", "  note:", "cannot be the id"),
        ("title: A form", "titel: A form", "Did you mean 'title'?"),
        ("id: tried", "id: other", "in a file called 'tried'"),
        ("removed: [sampling]", "removed: [country]", "removed, and it is asked"),
        ("revisit: [age]", "revisit: [aeg]", "no item 'aeg' in this form. Did you mean 'age'?"),
        ("{version: 2,", "{version: 3,", "a change of version 3 in version 2"),
        (
            "  blind: {label: Blind, type: yes_no}",
            "  blind: {label: Blind, asked_if: {item: ended}}\n"
            "  closed: {label: Closed, asked_if: {item: blind}}",
            "",
        ),
        (
            "  begun: {label: Begun, type: date}\n  ended: {label: Ended, type: date}",
            "  begun: {label: B, type: date, asked_if: {item: ended}}\n"
            "  ended: {label: E, type: date, asked_if: {item: begun}}",
            "asked only where each other are: begun → ended → begun",
        ),
        ("refers_to: groups}", "refers_to: groups, required: true}", "there can be no first"),
        ("id: tried", "id: &x [*x]", "unfolds into more values"),
    ],
)
def test_a_form_is_checked_itself(before, after, said):
    assert before in FORM
    _, problems = read_form(FORM.replace(before, after, 1), "tried.yaml")
    if not said:
        assert problems == ()
        return
    assert any(said in str(p) for p in problems), [str(p) for p in problems]
    assert all(p.place.line for p in problems)
