"""The answers to a form into parts and their entries, item by item as the form asks them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.extraction.answers import AnswerReader, Around, Gathering, References, address_of
from pipeline.extraction.judging import filled
from pipeline.extraction.rules import CHECKS, hold
from pipeline.extraction.values import absent_of
from pipeline.extraction.versions import tell_former
from pipeline.model.form import AnswerType, Condition, Form, Item
from pipeline.model.study import Absent, Answer, Part, Source
from pipeline.notation.typed import nearest, wording
from pipeline.notation.yaml_text import Path

Scope = tuple[Mapping[str, Answer], ...]
"""Answers by item, of the same part first, then of the parts around it."""


def is_asked(item: Item, scope: Scope) -> bool:
    return item.asked_if is None or holds(item.asked_if, scope)


def is_required(item: Item, scope: Scope) -> bool:
    return item.required or (item.required_if is not None and holds(item.required_if, scope))


def holds(condition: Condition, scope: Scope) -> bool:
    """Whether the nearest answer to the item of `condition` is one of its values."""
    return any(_nearest_meets(name, condition.values, scope) for name in condition.names)


def _nearest_meets(name: str, values: tuple[str, ...], scope: Scope) -> bool:
    for answers in scope:
        answer = answers.get(name)
        if answer is not None:
            return _meets(answer, values)
    return False


def said_of(condition: Condition) -> str:
    """`design is trial or survey`, `estimate is answered`."""
    return f"{condition.item} is {' or '.join(condition.values) or 'answered'}"


def is_blank(raw: Any) -> bool:
    """Whether nothing was filled in, as in a part of the blank."""
    if isinstance(raw, Mapping):
        return all(is_blank(value) for value in raw.values())
    if isinstance(raw, list):
        return all(is_blank(value) for value in raw)
    return absent_of(raw) in (Absent.NOT_YET, Absent.NOT_APPLICABLE)


def _meets(answer: Answer, values: tuple[str, ...]) -> bool:
    value = answer.value
    if value is None:
        return answer.absent is not None and str(answer.absent) in values
    if not values:
        return True
    if isinstance(value, bool):
        return ("yes" if value else "no") in values
    if isinstance(value, tuple):
        return any(str(one) in values for one in value)
    return str(value) in values


ENTRY_KEYS = ("id", "sources", "note", "derived")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*\Z")
ID_REMEDY = "Use letters, digits, hyphens, underscores and points, and no blanks"
_AS_A_LIST = "Write a list: `- id: …` and its answers below"


def is_entry_id(word: str) -> bool:
    """Whether `word` can name an entry of a part."""
    return _ID.match(word) is not None


def read_answers(
    gathering: Gathering,
    form: Form,
    written: Any,
    path: Path,
    *,
    references: References,
    inherited: tuple[Source, ...] = (),
    version: int = 0,
) -> Part:
    """The answers to `form` in `written`, which stands at `path`, as one part.

    `inherited` are the sources of answers that name none; `version` is the one of the form that
    was filled (0: the present one).
    """
    if written is None:
        written = {}
    if not isinstance(written, Mapping):
        what = f"{path[-1]!r} is {wording(written)}"
        gathering.fault(path, what, "Write `item: answer` lines, as in the blank")
        written = {}
    reader = _PartReader(gathering, form, references, "/".join(map(str, path)), version)
    around = Around(inherited, False, "", "")
    top = reader.part(form.items, written, path, (), around)
    references.resolve(gathering)
    for rule in form.rules:
        if rule.check in CHECKS:
            gathering.problems.extend(hold(rule, top))
    return top


class _PartReader:
    """Walks the answers to one form."""

    def __init__(
        self,
        gathering: Gathering,
        form: Form,
        references: References,
        block: str,
        version: int,
    ) -> None:
        self.gathering = gathering
        self.form = form
        self.references = references
        self.block = block
        self.version = version or form.version
        self.answers = AnswerReader(gathering, form, references)

    def part(
        self,
        items: Sequence[Item],
        written: Mapping[str, Any],
        path: Path,
        scope: Scope,
        around: Around,
    ) -> Part:
        gathering, reader = self.gathering, self.answers
        place = gathering.yaml.place(path)
        own = gathering.sources(written.get("sources"), (*path, "sources"))
        note = reader.words(written, "note", path)
        derived = reader.words(written, "derived", path)
        here = Around(own or around.sources, bool(note), around.own, around.part)
        answers: dict[str, Answer] = {}
        parts: dict[str, tuple[Part, ...]] = {}
        self._unknown_keys(items, written, path, around.part)
        inner = (answers, *scope)
        # a condition may ask for an item that stands further down, so plain items come first
        for item in items:
            if item.type is not AnswerType.PART and item.id in written:
                answers[item.id] = reader.read(item, written[item.id], (*path, item.id), here)
        for item in items:
            at = (*path, item.id)
            if not is_asked(item, inner):
                self._not_asked(item, written.get(item.id), at)
                answers.pop(item.id, None)
                continue
            if item.type is AnswerType.PART:
                found = self._entries(item, written.get(item.id), at, inner, here)
                parts[item.id] = found if isinstance(found, tuple) else ()
                if isinstance(found, Answer):
                    answers[item.id] = found
            elif item.id not in answers:
                answers[item.id] = Answer(absent=Absent.NOT_YET, place=place)
        answers |= filled(self.form, around.part, items, answers, place)
        for item in items:
            if is_asked(item, inner):
                self._required(item, answers.get(item.id), inner, (*path, item.id))
        return Part(
            id=around.own,
            answers=answers,
            parts=parts,
            sources=here.sources,
            note=note,
            derived=derived,
            place=place,
        )

    def _unknown_keys(
        self, items: Sequence[Item], written: Mapping[str, Any], path: Path, part: str
    ) -> None:
        names = tuple(item.id for item in items)
        beside = ENTRY_KEYS if part else ("sources", "note", "form_version")
        for key in written:
            if key in names or key in beside:
                continue
            dotted = f"{part}.{key}" if part else str(key)
            if tell_former(self.gathering, self.form, self.version, dotted, (*path, key)):
                address = address_of(self.gathering.yaml.value, (*path, key))
                self.gathering.former[address] = written[key]
                continue
            where = f"in {part}" if part else f"in the form {self.form.id}"
            what = f"there is no item {key!r} {where}.{nearest(str(key), names)}"
            self.gathering.fault((*path, key), what, f"Known are {', '.join(names)}")

    def _entries(
        self, item: Item, written: Any, path: Path, scope: Scope, around: Around
    ) -> tuple[Part, ...] | Answer:
        """The entries of a part, or why it has none."""
        absent = absent_of(written)
        beside = {"absent", "note", "sources"}
        if isinstance(written, Mapping) and "absent" in written and beside.issuperset(written):
            absent = absent_of(written["absent"])
        if not item.repeats and absent is Absent.NOT_YET:
            written, absent = {}, None
        if absent is not None or written == []:
            place = self.gathering.yaml.place(path)
            return Answer(absent=absent or Absent.NOT_YET, place=place)
        part = f"{around.part}.{item.id}" if around.part else item.id
        if item.repeats:
            return tuple(self._repeated(item, written, path, scope, around, part))
        if isinstance(written, Mapping):
            inner = Around(around.sources, around.noted, item.id, part)
            return (self.part(item.items, written, path, scope, inner),)
        what = f"{item.id!r} is {wording(written)}, not a part"
        self.gathering.fault(path, what, f"Write {', '.join(i.id for i in item.items)} below it")
        return ()

    def _repeated(
        self, item: Item, written: Any, path: Path, scope: Scope, around: Around, part: str
    ) -> Iterator[Part]:
        lines: dict[str, int] = {}
        for key, entry in self._listed(item, written, path):
            here = (*path, key)
            if not isinstance(entry, Mapping):
                what = f"an entry of {item.id!r} is {wording(entry)}"
                self.gathering.fault(here, what, "Write `- id: …` and its answers below")
                continue
            own = self._own_id(item, key, entry, here, lines)
            self.references.enter(part, own)
            inner = Around(around.sources, False, own, part)
            yield self.part(item.items, entry, here, scope, inner)

    def _listed(self, item: Item, written: Any, path: Path) -> Iterator[tuple[str | int, Any]]:
        if isinstance(written, list):
            yield from enumerate(written)
        elif not isinstance(written, Mapping):
            what = f"{item.id!r} is {wording(written)}, not a list of entries"
            self.gathering.fault(path, what, _AS_A_LIST)
        elif written and all(isinstance(entry, Mapping) for entry in written.values()):
            yield from written.items()
        else:
            what = f"{item.id!r} is a part that repeats, but it is written as one entry"
            self.gathering.fault(path, what, _AS_A_LIST)

    def _own_id(
        self,
        item: Item,
        key: str | int,
        entry: Mapping[str, Any],
        path: Path,
        lines: dict[str, int],
    ) -> str:
        own = entry.get("id", key if isinstance(key, str) else None)
        if isinstance(own, int) and not isinstance(own, bool):
            own = str(own)
        if not isinstance(own, str):
            what = f"an entry of {item.id!r} has no id"
            remedy = "Add `id: a-short-name`; other answers refer to it"
            self.gathering.fault(path, what, remedy)
            own = f"entry-{len(lines) + 1}"
        elif not is_entry_id(own):
            what = f"{own!r} is no id for an entry"
            self.gathering.fault((*path, "id"), what, ID_REMEDY)
        if own in lines:
            what = f"the id {own!r} stands twice in {item.id!r}; the first is at line {lines[own]}"
            self.gathering.fault((*path, "id"), what, "Give each entry an id of its own")
        lines.setdefault(own, self.gathering.yaml.place(path).line)
        return own

    def _not_asked(self, item: Item, raw: Any, path: Path) -> None:
        if item.asked_if is None or is_blank(raw):
            return
        what = f"{item.id!r} is answered, but it is asked only where {said_of(item.asked_if)}"
        self.gathering.fault(path, what, f"Take it out, or look at {item.asked_if.item} again")

    def _required(self, item: Item, answer: Answer | None, scope: Scope, path: Path) -> None:
        if answer is None or answer.absent is not Absent.NOT_YET or not is_required(item, scope):
            return
        address = address_of(self.gathering.yaml.value, path)
        self.gathering.required_open.setdefault(self.block, []).append(address)
