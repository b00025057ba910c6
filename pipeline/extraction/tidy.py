"""Studies as tidy frames, one a level of the form: a row a study, a row an entry of each part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from pipeline.extraction.forms import walk
from pipeline.model.form import NUMBERS, AnswerType, Form, Item
from pipeline.model.study import Answer, Part, Study
from pipeline.notation.text_frames import text_frame_of_cells

if TYPE_CHECKING:
    import pandas as pd


def tidy(studies: Iterable[Study], forms: Mapping[str, Form]) -> Mapping[str, pd.DataFrame]:
    """The levels of all `studies` by id: `studies`, or the dotted path of a part.

    Every cell is text; why there is no answer stands in words. Columns of several forms are joined
    by their names. A proportion, an estimate … takes a column for each of its numbers
    (`response_x`).
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
    return {id: text_frame_of_cells(found) for id, found in rows.items()}


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
