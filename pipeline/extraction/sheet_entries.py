"""Entries of parts that a sheet adds: a group, a result, a theme that the file does not have yet.

The row of a part lists the ids of its entries. A new id there is a new entry, whose answers may
stand in rows of their own below it (`groups/third/n`). An id is never made from the row of an
answer alone: there it is as likely a slip of the pen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.extraction.absence import absent_of
from pipeline.extraction.parts import ID_REMEDY, is_entry_id
from pipeline.extraction.questions import Question
from pipeline.terms.form import AnswerType
from pipeline.terms.problem import Place, Problem

Asked = Mapping[str, Mapping[str, Question]]
"""The questions by study and address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """An entry `id` that a sheet lists for the part `question` of `study`."""

    study: str
    question: Question
    id: str


def listed(cell: str) -> tuple[str, ...]:
    """The ids in the answer of a part's row, between semicolons, commas or on lines."""
    return tuple(dict.fromkeys(word.strip() for word in re.split(r"[;,\n]", cell) if word.strip()))


def new_entries(rows: Iterable[Mapping[str, str]], asked: Asked) -> Iterator[NewEntry]:
    """The entries that `rows` list and the studies do not have yet.

    Rows that cannot be taken (`faults_of_list`) add nothing. Parts within a new entry are asked
    only once it is there: ask again with the questions of then.
    """
    for row in rows:
        study, cell = row.get("study", "").strip(), row.get("answer", "")
        question = asked.get(study, {}).get(row.get("where", "").strip())
        if question is None or not lists_entries(question, cell):
            continue
        if not any(faults_of_list(question, cell, Place(file=""))):
            for id in listed(cell):
                if id not in question.entries:
                    yield NewEntry(study=study, question=question, id=id)


def lists_entries(question: Question, cell: str) -> bool:
    """Whether `cell`, the answer in the row of `question`, lists entries of a part."""
    item = question.item
    is_part = item.type is AnswerType.PART and item.repeats
    return is_part and bool(cell.strip()) and absent_of(cell.strip(), item) is None


def faults_of_list(question: Question, cell: str, place: Place) -> Iterator[Problem]:
    """What keeps the ids in `cell` from being taken as the entries of a part."""
    named = listed(cell)
    for id in named:
        if not is_entry_id(id):
            yield _fault(place, f"{id!r} is no id for an entry", ID_REMEDY)
    if gone := [id for id in question.entries if id not in named]:
        yield _fault(
            place,
            f"{', '.join(gone)} of {question.address} {'stay' if len(gone) > 1 else 'stays'}: a "
            "sheet adds entries and takes none out",
            "List the old ids with the new ones; take an entry out in the file of the study",
        )


def _fault(place: Place, what: str, remedy: str) -> Problem:
    return Problem(place=place, what=what, remedy=remedy, check="sheet")
