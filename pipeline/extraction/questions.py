"""The questions that a study has to answer, one by one, and how far each is answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.extraction.addresses import path_of
from pipeline.extraction.conditions import Scope, is_required
from pipeline.notation.yaml_text import Path
from pipeline.terms.form import AnswerType, Form, Item
from pipeline.terms.study import Absent, Answer, Part, Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One item that is asked of a study, in the part or the entry where it is asked.

    `address` names it for people (`groups/possessors/n`), `dotted` is the item in its form
    (`groups.n`), `path` leads to it in the file. A part that repeats is a question of its own:
    which entries it has (`entries`). `block` is the id of the form.
    """

    block: str
    address: str
    dotted: str
    path: Path
    item: Item
    answer: Answer | None
    required: bool = False
    entries: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether nothing is said yet."""
        if self.entries:
            return False
        return self.answer is None or self.answer.absent is Absent.NOT_YET


def questions(study: Study, forms: Mapping[str, Form], written: Any) -> Iterator[Question]:
    """Every question that is asked of `study`: those of its form, then those of its appraisals.

    `written` is what its file says. Entries that have no id are passed over: `check` tells them.
    """
    top = Part(id="", answers=study.answers, parts=study.parts, place=study.place)
    yield from _asked(forms[study.form], top, written, "")
    for id, part in study.appraisals.items():
        if id in forms:
            yield from _asked(forms[id], part, written, id)


def _asked(form: Form, top: Part, written: Any, block: str) -> Iterator[Question]:
    lead = (block,) if block else ()

    def walk(
        items: tuple[Item, ...],
        part: Part,
        steps: tuple[str, ...],
        dotted: tuple[str, ...],
        scope: Scope,
    ) -> Iterator[Question]:
        inner = (part.answers, *scope)
        for item in items:
            here, path = (*steps, item.id), (*dotted, item.id)
            asked = item.id in part.answers or item.id in part.parts
            at = path_of(written, "/".join((*lead, *here))) if asked else None
            if at is None:
                continue
            entries = part.parts.get(item.id, ())
            if item.type is not AnswerType.PART or item.repeats or item.id in part.answers:
                yield Question(
                    block=form.id,
                    address="/".join((*lead, *here)),
                    dotted=".".join(path),
                    path=at,
                    item=item,
                    answer=part.answers.get(item.id),
                    required=is_required(item, inner),
                    entries=tuple(e.id for e in entries) if item.repeats else (),
                )
            for entry in entries:
                below = (*here, entry.id) if item.repeats else here
                yield from walk(item.items, entry, below, path, inner)

    yield from walk(form.items, top, (), (), ())
