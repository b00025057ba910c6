"""Reporting checklists: the items, where answers are found, and what stays open."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.document.checklists import checklist, sections_of
from pipeline.document.declarations import PARTS
from pipeline.document.figures.catalogue import FIGURES
from pipeline.document.manuscript.slots import CHECKLISTS
from pipeline.document.methods import METHODS
from pipeline.document.sentences.selection import RESULTS
from pipeline.document.tables import TABLES

Case = Any


@pytest.mark.parametrize(
    ("name", "n"),
    [
        ("prisma_2020", 42),
        ("prisma_2020_abstract", 12),
        ("prisma_s", 16),
        ("swim", 10),
        ("entreq", 21),
        ("prisma_scr", 22),
    ],
)
def test_every_item_of_the_list_is_there(name: str, n: int) -> None:
    items = checklist(name).items
    assert len(items) == len({item.id for item in items}) == n


@pytest.mark.parametrize("name", CHECKLISTS)
def test_an_item_asks_only_for_what_can_be_placed(name: str) -> None:
    known = {f"table:{word}" for word in TABLES} | {f"figure:{word}" for word in FIGURES}
    known |= {f"methods:{word}" for word in METHODS} | {f"results:{word}" for word in RESULTS}
    known |= {f"declarations:{part}" for part in PARTS}
    for item in checklist(name).items:
        words = [w for w in item.where if not w.endswith("*") and not w.startswith("n:")]
        assert set(words) <= known, (item.id, set(words) - known)
        assert item.where or item.headings or item.words or item.title or item.protocol


def rows(case: Case, manuscript: str, name: str = "prisma_2020") -> dict[str, str]:
    text = f'{manuscript}\n\n# Checklist\n\n{{{{ checklist("{name}") }}}}\n'
    table = case.write(text).document.tables[f"checklist-{name}"]
    return {row[0].text: row[3].text for row in table.rows}


def test_what_the_program_writes_is_found_in_its_section(small: Case) -> None:
    told = rows(
        small, '# How\n\n## Searching\n\n{{ methods("search") }}\n\n{{ table("searches") }}'
    )
    assert told["6"] == told["7"].replace("", "") == "How \u203a Searching (table searches)"
    assert told["16a"].startswith('Open: place {{ figure("flow") }}')


def test_a_table_that_is_only_pointed_to_answers_nothing_there(small: Case) -> None:
    text = '# A\n\nSee {{ table("excluded") }} below.\n\n# B\n\n{{ table("excluded") }}'
    assert rows(small, text)["16b"] == "B (table excluded)"


def test_what_authors_say_is_found_by_its_heading_if_there_is_prose(small: Case) -> None:
    prose = "These are words enough to be taken for a real answer."
    told = rows(small, f"# Discussion\n\n{prose}\n\n# Limitations\n\n<# later #>")
    assert told["23a"] == "Discussion"
    assert told["23c"].startswith("Open")


def test_an_abstract_is_looked_at_alone(small: Case) -> None:
    text = "# Abstract\n\nWhether it helps.\n\n# Text\n\nWhat was searched: databases and more."
    told = rows(small, text, "prisma_2020_abstract")
    assert told["4"].startswith("Open")
    assert told["11"].startswith("Open")


def test_an_unknown_list_is_a_fault_with_what_was_meant(small: Case) -> None:
    assert small.faults('{{ checklist("prisma_2002") }}')[0] == (
        1,
        "there is no checklist 'prisma_2002'. Did you mean 'prisma_2020'?",
    )


def test_sections_know_their_path() -> None:
    found = sections_of("before\n\n# A\n\na\n\n## B {#b}\n\nb\n\n# C\n\nc\n")
    assert [s.path for s in found] == [(), ("A",), ("A", "B"), ("C",)]
