"""Studies as a sheet, a row a question, for people who want one; and rows back as changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.extraction.edits import AnswerEdit
from pipeline.extraction.parts import ID_REMEDY, is_entry_id
from pipeline.extraction.questions import HOW, StudyQuestion, in_a_line, typed
from pipeline.extraction.values import absent_of, convert
from pipeline.model.form import AnswerType
from pipeline.model.problem import Place, Problem, Severity
from pipeline.model.study import Source, Study
from pipeline.notation.safe_text import for_spreadsheet
from pipeline.notation.typed import nearest

Asked = Mapping[str, Mapping[str, StudyQuestion]]
"""The questions by study and address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """An entry `id` that a sheet lists for the part `question` of `study`."""

    study: str
    question: StudyQuestion
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


def lists_entries(question: StudyQuestion, cell: str) -> bool:
    """Whether `cell`, the answer in the row of `question`, lists entries of a part."""
    item = question.item
    is_part = item.type is AnswerType.PART and item.repeats
    return is_part and bool(cell.strip()) and absent_of(cell.strip(), item) is None


def faults_of_list(question: StudyQuestion, cell: str, place: Place) -> Iterator[Problem]:
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


SOURCE_COLUMNS = ("page", "quote", "report", "sure", "url")
COLUMNS = (
    "study",
    "where",
    "question",
    "kind",
    "answer",
    *SOURCE_COLUMNS,
    "note",
    "derived",
    "other_sources",
)
OWNER_COLUMNS = ("file_of", "review", "written_at")
"""The last columns, the same in each row: whose file the answers go into, of which review."""

AGREED = "the agreed study"
"""What `file_of` says where the file is nobody's draft."""

FILLED = ("answer", *SOURCE_COLUMNS, "note", "derived")
"""The columns that are read back; the others tell what a row is about."""

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetChange:
    """One row that says something new of the answer to `question` in the file of `study`."""

    study: str
    question: StudyQuestion
    said: AnswerEdit


def sheet_rows(study: Study, asked: Iterable[StudyQuestion]) -> Iterator[Row]:
    """One row a question, harmless in a spreadsheet; a part that repeats tells its entries."""
    for question in asked:
        said = {**_about(study, question), **_filled(question)}
        yield {column: for_spreadsheet(said.get(column, "")) for column in COLUMNS}


def owner_faults(rows: Iterable[Row], file_of: str, review: str) -> Iterator[tuple[str, str]]:
    """Why `rows` may not go into the files of `file_of` (a person, or `AGREED`) of `review`:
    what is wrong, and what to do. An empty cell says nothing."""
    told: dict[str, set[str]] = {column: set() for column in OWNER_COLUMNS}
    for row in rows:
        for column in OWNER_COLUMNS:
            told[column] |= {_cell(row.get(column, ""))} - {""}
    if others := sorted(told["review"] - {review}):
        yield f"it is a sheet of the review {', '.join(others)}", f"Name the review {others[0]}"
    if others := sorted(told["file_of"] - {file_of}):
        own = "leave out --as" if others[0] == AGREED else f"say --as {others[0]}"
        yield (
            f"its answers are those of {' and '.join(others)}, and this would be {file_of}",
            f"To read it back where it came from, {own}",
        )


def replaced(change: SheetChange) -> str:
    """The answer that `change` takes the place of, in a line; "" where there was none."""
    if change.said.value is None or change.question.is_open:
        return ""
    return _filled(change.question).get("answer", "")


def read_rows(
    rows: Iterable[Row], file: str, asked: Mapping[str, Mapping[str, StudyQuestion]]
) -> tuple[tuple[SheetChange, ...], tuple[Problem, ...]]:
    """The changes that `rows` (the heading is line 1) make, and what is wrong, row by row.

    `asked` are the questions by study and address. A cell that says what the file says changes
    nothing. An empty cell takes nothing away: to take an answer back one writes `not yet`.
    """
    changes: list[SheetChange] = []
    problems: list[Problem] = []
    seen: dict[tuple[str, str], int] = {}
    for line, row in enumerate(rows, 2):
        cells = {column: _cell(row.get(column, "")) for column in COLUMNS}
        place = Place(file=file, line=line)
        if not any(cells.values()):
            continue
        question, fault = _question_of(cells, asked, place)
        key = (cells["study"], cells["where"])
        if question is not None and key in seen:
            what = f"{cells['where']!r} of {cells['study']} stood in row {seen[key]} already"
            fault, question = _problem(place, what, "Keep one of the two rows"), None
        seen.setdefault(key, line)
        if question is None:
            problems += [fault] if fault is not None else []
            continue
        said, faults = _said(question, cells, place)
        problems += faults
        if said is not None and not any(p.severity is Severity.ERROR for p in faults):
            changes.append(SheetChange(study=cells["study"], question=question, said=said))
    return tuple(changes), tuple(problems)


def _about(study: Study, question: StudyQuestion) -> dict[str, str]:
    item = question.item
    words = [item.type.value.replace("_", " ")]
    if item.repeats and item.type is AnswerType.PART:
        words = ["ids of entries, with ; between them; a new id adds one"]
    if item.options:
        words = ["; ".join(option.id for option in item.options)]
    elif item.type in HOW:
        words.append(f"like {HOW[item.type]}")
    if item.unit:
        words.append(f"in {item.unit}")
    if question.required:
        words.append("required")
    return {
        "study": study.id,
        "where": question.address,
        "question": f"{item.label}. {item.help}".strip().removesuffix("."),
        "kind": ", ".join(words),
    }


def _filled(question: StudyQuestion) -> dict[str, str]:
    """What the file says, as the cells of a row."""
    answer = question.answer
    if question.item.type is AnswerType.PART:
        absent = str(answer.absent) if answer is not None and answer.absent is not None else ""
        return {"answer": "; ".join(question.entries) or absent}
    if answer is None:
        return {}
    source = answer.sources[0] if answer.sources else Source()
    more = len(answer.sources) - 1
    value = in_a_line(question.item, answer.value)
    absent = "" if question.is_open else str(answer.absent)
    return {
        "answer": absent if answer.value is None else value,
        **{column: getattr(source, column) for column in SOURCE_COLUMNS},
        "note": answer.note,
        "derived": answer.derived,
        "other_sources": f"{more} more in the file" if more > 0 else "",
    }


def _cell(text: str) -> str:
    """What was typed into a cell: without the apostrophe that keeps it from being a formula."""
    text = text.replace("\r\n", "\n").strip()
    bare = text.removeprefix("'")
    return bare if bare != text and for_spreadsheet(bare) == text else text


def _question_of(
    cells: Row, asked: Mapping[str, Mapping[str, StudyQuestion]], place: Place
) -> tuple[StudyQuestion | None, Problem | None]:
    study, where = cells["study"], cells["where"]
    of_study = asked.get(study)
    if of_study is None:
        what = f"there is no study {study!r} to write into.{nearest(study, tuple(asked))}"
        return None, _problem(place, what, "`review extract` writes the file of a study")
    question = of_study.get(where)
    if question is not None:
        return question, None
    if not any(cells[column] for column in FILLED):
        return None, None
    what = f"{study} has no question {where!r}.{nearest(where, tuple(of_study))}"
    remedy = "Leave `where` as the sheet had it; a new entry is listed in the row of its part first"
    return None, _problem(place, what, remedy)


def _said(
    question: StudyQuestion, cells: Row, place: Place
) -> tuple[AnswerEdit | None, list[Problem]]:
    """What a row says anew of its answer; None where it says nothing new."""
    now = {column: _cell(for_spreadsheet(text)) for column, text in _filled(question).items()}
    new = {c: cells[c] for c in FILLED if cells[c] and cells[c] != now.get(c, "")}
    faults = [
        _problem(
            place,
            f"{column!r} is empty, and {question.address} has it in the file: it stays",
            "Write `not yet` as the answer to take it back" if column == "answer" else "",
            Severity.NOTE,
        )
        for column in FILLED
        if now.get(column) and not cells[column]
    ]
    if not new:
        return None, faults
    item = question.item
    if item.type is AnswerType.PART and (set(new) != {"answer"} or question.entries):
        if beside := [column for column in new if column != "answer"]:
            what = f"{question.address} is a part: {', '.join(beside)} cannot be taken from its row"
            faults.append(_problem(place, what, "Write it in the rows of its answers"))
        elif lists_entries(question, new["answer"]):
            faults += faults_of_list(question, new["answer"], place)
        else:
            what = f"{question.address} has entries, so it is not {new['answer']!r}"
            faults.append(_problem(place, what, "Take the entries out in the file of the study"))
        return None, faults
    value = typed(item, new["answer"]) if "answer" in new else None
    if value is not None and absent_of(value, item) is None:
        converted, wrong = convert(item, value)
        how = HOW.get(item.type)
        faults += [
            _problem(place, f.what, f"Type it like {how}" if how else f.remedy, f.severity)
            for f in wrong
        ]
        if in_a_line(item, converted) == now.get("answer"):
            value = None  # the same, typed in another way
    source = {column: new[column] for column in SOURCE_COLUMNS if column in new}
    if value is None and not source and "note" not in new and "derived" not in new:
        return None, faults
    said = AnswerEdit(value=value, source=source, note=new.get("note"), derived=new.get("derived"))
    return said, faults


def _problem(place: Place, what: str, remedy: str, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(place=place, what=what, remedy=remedy, severity=severity, check="sheet")
