"""Declarations, languages, drafts, and programs that are no people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pipeline.model.protocol import Author, Person, PersonKind, ScreeningPlan
from pipeline.model.review import Edition
from pipeline.model.search import SourceKind

Case = Any
CHECKLIST = '\n\n# Checklist\n\n{{ checklist("prisma_2020") }}\n'


def items(case: Case, manuscript: str) -> dict[str, str]:
    table = case.write(manuscript + CHECKLIST).document.tables["checklist-prisma_2020"]
    return {row[0].text: row[3].text for row in table.rows}


def test_an_item_is_certified_only_where_its_content_is_printed(small: Case) -> None:
    told = items(small, '# How\n\n{{ methods("protocol") }}\n\n{{ methods("extraction") }}')
    for item in ("10a", "25", "26", "27", "24a"):
        assert told[item].startswith("Open"), (item, told[item])
    small.protocol = replace(
        small.protocol, support="Paid by nobody", competing_interests="None known"
    )
    told = items(small, '# How\n\n{{ methods("outcomes") }}\n\n{{ declarations() }}')
    assert told["10a"] == told["25"] == told["26"] == "How"
    assert told["27"].startswith("Open")


@pytest.mark.parametrize("slot", ['{{ methods("search") }}', '{{ table("searches") }}'])
def test_that_nothing_was_done_answers_no_item(case: Case, slot: str) -> None:
    told = items(case, f"# How\n\n{slot}")
    assert told["6"].startswith("Open") and told["7"].startswith("Open")


def test_declarations_are_printed_before_the_references_whether_or_not_asked_for(
    small: Case,
) -> None:
    text = "# A\n\nWords.\n\n# References\n"
    assert "Declarations" not in small.text(text)
    small.protocol = replace(
        small.protocol,
        support="A fund paid; it had no part in it",
        authors=(Author(name="Ada", role="screened and wrote"), Author(name="Ben")),
    )
    told = small.text(text)
    assert told.index("# Declarations") < told.index("# References")
    assert "**Funding.** A fund paid; it had no part in it." in told
    assert "**Authors' roles.** Ada: screened and wrote." in told
    assert "Competing interests and Data and code are not recorded." in told
    asked = small.text("# End\n\n{{ declarations() }}\n\n# References\n")
    assert asked.count("**Funding.**") == 1


def test_american_english_is_honoured_throughout(small: Case) -> None:
    small.search("org-1", 1, source="A fund", kind=SourceKind.ORGANISATION)
    text = '{{ methods("search") }}\n\n{{ figure("flow") }}\n\n{{ table("judgements") }}\n'
    british = small.write(text)
    assert "2 November 2015" in british.prose and "organisation" in british.prose
    small.protocol = replace(small.protocol, language="en-US")
    american = small.write(text)
    assert "November 2, 2015" in american.prose and "organization" in american.prose
    assert "2 November" not in american.prose and "organisation" not in american.prose
    assert "Organizations" in american.document.figures["flow"].svg
    assert american.document.language == "en-US"
    assert "Judgment" in [c.label for c in american.document.tables["judgements"].columns]


def test_a_text_after_an_edition_is_a_draft_after_it(small: Case) -> None:
    assert small.write("# A\n").document.notice == ""
    small.editions.append(Edition(number=1, on=date(2016, 1, 4)))
    assert small.write("# A\n").document.notice == ""
    edited = replace(small.snapshot(), edited=("manuscript.md",))
    assert edited.edition is None and edited.draft_after == small.editions[0]
    small.search("db-9", 1, day=date(2016, 6, 1))
    notice = small.write("# A\n").document.notice
    assert notice == "Draft after edition 1 of 4 January 2016, not published."


def test_a_machine_is_never_counted_as_a_person(small: Case) -> None:
    small.protocol = replace(
        small.protocol,
        people=(Person(id="ben", name="Llama 9", kind=PersonKind.MACHINE),),
    )
    told = small.text('{{ methods("selection") }}')
    assert "One person took part. The program Llama 9 gave verdicts on 5 records" in told
    assert "Two people" not in told and "looked at by one person only" in told
    assert small.text('{{ n("reviewers") }}').strip() == "1"
    alone = ScreeningPlan(reviewers_per_record=1)  # what the machine said settles nothing
    small.protocol = replace(small.protocol, screening=alone, full_text=alone)
    said = small.text('{{ methods("extraction") }}')
    assert "A second person" not in said
    assert "The program Llama 9 checked one study." in said
