"""Studies as tidy tables, one a level of the form: a row a study, a row an entry of each part."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.extraction.forms import walk
from pipeline.model.form import NUMBERS, AnswerType, Form, Item
from pipeline.model.study import Answer, Part, Study
from pipeline.notation.safe_text import for_spreadsheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One tidy table: `studies`, or the dotted path of a part. Absent answers stand in words."""

    id: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tidy(studies: Iterable[Study], forms: Mapping[str, Form]) -> Mapping[str, Level]:
    """The levels of all `studies` by id; columns of several forms are joined by their names.

    A proportion, an estimate … takes a column for each of its numbers (`response_x`).
    """
    rows: dict[str, list[dict[str, str]]] = {}
    for study in studies:
        form = forms.get(study.form)
        if form is None:
            continue
        about = {"study": study.id, "basis": study.basis.value}
        top = Part(id="", answers=study.answers, parts=study.parts, place=study.place)
        rows.setdefault("studies", []).append(about | _cells(form.items, top))
        for path, item in walk(form.items):
            if item.type is AnswerType.PART:
                for keys, entry in _entries(top, path.split("."), {}):
                    cells = {**about, **keys, **_cells(item.items, entry)}
                    rows.setdefault(path, []).append(cells)
    return {id: _level(id, found) for id, found in rows.items()}


def csv_text(level: Level) -> str:
    """`level` as CSV whose cells no spreadsheet takes for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([level.columns, *([for_spreadsheet(c) for c in row] for row in level.rows)])
    return out.getvalue()


def _level(id: str, rows: Sequence[Mapping[str, str]]) -> Level:
    columns = tuple(dict.fromkeys(column for row in rows for column in row))
    cells = tuple(tuple(row.get(column, "") for column in columns) for row in rows)
    return Level(id=id, columns=columns, rows=cells)


def _entries(
    part: Part, path: Sequence[str], keys: Mapping[str, str]
) -> Iterable[tuple[Mapping[str, str], Part]]:
    for entry in part.parts.get(path[0], ()):
        inner = {**keys, f"{path[0]}_id": entry.id}
        if len(path) > 1:
            yield from _entries(entry, path[1:], inner)
        else:
            yield inner, entry


def _cells(items: Sequence[Item], part: Part) -> dict[str, str]:
    cells: dict[str, str] = {}
    for item in items:
        answer = part.answers.get(item.id)
        if item.type is AnswerType.PART:
            continue
        if item.type in NUMBERS:
            value = answer.value if answer is not None else None
            numbers = value if isinstance(value, Mapping) else {}
            for name in NUMBERS[item.type]:
                cells[f"{item.id}_{name}"] = str(numbers.get(name, ""))
            if answer is not None and answer.absent is not None:
                cells[f"{item.id}_{NUMBERS[item.type][0]}"] = str(answer.absent)
        else:
            cells[item.id] = _text(answer)
    return cells


def _text(answer: Answer | None) -> str:
    if answer is None:
        return ""
    value = answer.value
    if value is None:
        return str(answer.absent)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "; ".join(str(v) for v in value) if isinstance(value, tuple) else str(value)
