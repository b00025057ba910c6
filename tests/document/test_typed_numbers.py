"""Typed numbers: what is found, what is let through, and which slot is named."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.document.manuscript.prose import slots_for, typed_numbers
from pipeline.model.protocol import TypedNumber

Case = Any


def found(text: str, *allowed: TypedNumber) -> list[str]:
    hits = typed_numbers(text, allowed, lambda name: name.startswith("bg"))
    return [typed.text for typed in hits]


@pytest.mark.parametrize(
    "prose",
    [
        "Research published 2000 to 2015, in the 1990s and in 2003/04.",
        "On 11 February 2016 and on 2016-02-11, and in March 2016.",
        "See p. 4, pp. 3–5, Table 3, Figures 1 and 2, item 27, Part 1a and Section 2.3.",
        "1. First\n2. Second with no number\n\n10. Tenth",
        "Young people under 18, aged 12 to 17, past 18, over the age of 16, a 12-year-old, "
        "14 to 16 years old.",
        "Judged with MMAT 2018 and RoB 2 after PRISMA 2020 (95% CI), COVID-19 and the 2nd wave.",
        "In one study boys were older; one of them was a survey; no one knew.",
        "Both kinds, the two ways, three times and half of it.",
        "`code 12`\n\n```\n99 studies\n```\n\nhttps://example.org/12/34 and [x](https://a.org/5).",
        "## Heading {#part-12}\n\n[[table:results-12]] <# 12 studies #> {{ n('x12') }}",
        "It read 275 files [@bg-nspcc, p. 12], 46% of them so.",
        "It read 275 files. So 46% did, say its authors [@bg-nspcc].",
        '{% claim "a", "@bg-nspcc" %}46% of seven studies{% endclaim %}',
    ],
)
def test_what_authors_write_all_the_time_is_let_through(prose: str) -> None:
    assert found(prose) == []


@pytest.mark.parametrize(
    ("prose", "numbers"),
    [
        ("We found 7 studies.", ["7"]),
        (
            "Seven studies and twelve included reports.",
            ["Seven studies", "twelve included reports"],
        ),
        ("Only one study says so.", ["one study"]),
        ("It was 46% of 1,978 pupils.", ["46%", "1,978"]),
        ("An odds ratio of 2.34 [@aebi-2014].", ["2.34"]),
        ("Of 54 boys [@aebi-2014; @bg-nspcc].", ["54"]),
        ('{% claim "a", "aebi-2014" %}54 boys{% endclaim %}', ["54"]),
        ("From 12% to 14.5% of them, 3 in 10.", ["12%", "14.5%", "3", "10"]),
        ("- one 5\n- two 6 [@bg-x]", ["5"]),
    ],
)
def test_what_a_slot_should_say_is_found(prose: str, numbers: list[str]) -> None:
    assert found(prose) == numbers


def test_an_exception_counts_over_line_breaks_and_nowhere_else() -> None:
    allowed = TypedNumber(text="six continents", why="geography")
    assert found("On 6 records of six\ncontinents, 6 continents.", allowed) == ["6", "6"]


def test_the_line_and_what_its_sentence_cites_are_told() -> None:
    text = "# Head\n\nOne [@bg].\nTwo studies were\nfound, 54 boys in one [@aebi-2014].\n"
    first, second = typed_numbers(text, (), lambda name: name == "bg")
    assert (first.line, first.noun, first.value, first.cites) == (4, "study", 2, ("aebi-2014",))
    assert (second.line, second.noun) == (5, "")


def test_the_slot_that_says_it_is_named() -> None:
    [typed] = typed_numbers("Seven studies.", (), lambda name: False)
    assert 'n("included_studies", …)' in slots_for(typed, {"included_studies": 7})
    assert "included_studies is 8" in slots_for(typed, {"included_studies": 8})


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ("There are two studies.", 'n("included_studies", …)'),
        ("It has 54 boys [@aebi-2014].", 'v("aebi-2014", "groups/boys/n")'),
        ("It has 84 of them [@aebi-2014].", 'v("aebi-2014", "results/viewed/proportion")'),
        ("There were 12 of them.", "cite the background"),
    ],
)
def test_a_typed_number_stops_the_build(small: Case, line: str, remedy: str) -> None:
    from pipeline.document import write_up

    written, [problem] = write_up(small.snapshot(), f"# Head\n\n{line}\n")
    assert written is None
    assert problem.place.line == 3 and problem.check == "typed-number"
    assert remedy in problem.remedy and "typed_numbers:" in problem.remedy


def test_exceptions_stand_in_the_head_of_the_manuscript(small: Case) -> None:
    head = "---\ntyped_numbers:\n  - {text: 12 of them, why: a figure of speech}\n---\n"
    written = small.write(f"{head}There were 12 of them.\n")
    assert written.document.markdown.strip() == "There were 12 of them."
    assert small.faults(f"{head}There were 13 of them.\n")[0][0] == 5


def test_a_fault_in_the_head_has_its_line(small: Case) -> None:
    assert small.faults("---\npags: 2\n---\n")[0] == (
        2,
        "'pags' is not known here. Did you mean 'pages'?",
    )
