"""Written answers into `Answer`s and `Part`s, item by item as the form asks them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.extraction.gathering import Gathering
from pipeline.extraction.rules import CHECKS, hold
from pipeline.extraction.values import Fault, absent_of, convert
from pipeline.notation.typed import nearest, wording
from pipeline.notation.yaml_text import Path
from pipeline.terms.form import NUMBERS, AnswerType, Condition, Form, Item
from pipeline.terms.problem import Severity
from pipeline.terms.protocol import Protocol
from pipeline.terms.study import Absent, Answer, Part, Source

BESIDE = ("absent", "sources", "note", "derived")
"""What may stand beside `value` where an answer is written the long way."""

ENTRY_KEYS = ("id", "sources", "note", "derived")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*\Z")
_APPRAISAL_ABSENT = frozenset({Absent.NOT_YET, Absent.NOT_APPLICABLE})

Scope = tuple[Mapping[str, Answer], ...]
"""Answers by item, of the same part first, then of the parts around it."""


@dataclass(frozen=True, slots=True)
class _Reference:
    item: Item
    target: str
    path: Path
    own: str


class Body:
    """Reads the answers to the forms of one study; `read` is called for each form in turn."""

    def __init__(
        self, gathering: Gathering, protocol: Protocol, *, inherited: tuple[Source, ...] = ()
    ) -> None:
        self.gathering = gathering
        self._inherited = inherited
        self._outside: dict[str, Mapping[str, str]] = {
            "protocol.outcomes": {outcome.id: outcome.label for outcome in protocol.outcomes},
            "protocol.groups": {group.id: group.label for group in protocol.groups},
        }
        self._ids: dict[str, dict[str, str]] = {}
        self._references: list[_Reference] = []
        self._form: Form
        self._block = ""

    def read(self, form: Form, written: Any, path: Path) -> Part:
        """The answers to `form` in `written`, which stands at `path`, as one part."""
        self._form, self._block = form, "/".join(str(step) for step in path)
        self._ids, self._references = {}, []
        if written is None:
            written = {}
        if not isinstance(written, Mapping):
            what = f"{path[-1]!r} is {wording(written)}"
            self.gathering.fault(path, what, "Write `item: answer` lines, as in the blank")
            written = {}
        top = self._part(form.items, written, path, (), "", self._inherited, "")
        self._resolve()
        for rule in form.rules:
            if rule.check in CHECKS:
                self.gathering.problems.extend(hold(rule, top))
        if form.kind == "extraction":
            for name in ("results", "groups"):
                self._outside[f"study.{name}"] = self._ids.get(name, {})
        return top

    def _part(
        self,
        items: Sequence[Item],
        written: Mapping[str, Any],
        path: Path,
        around: Scope,
        dotted: str,
        inherited: tuple[Source, ...],
        own: str,
    ) -> Part:
        gathering = self.gathering
        place = gathering.yaml.place(path)
        sources = (
            gathering.sources(written["sources"], (*path, "sources"))
            if "sources" in written
            else ()
        )
        note = self._words(written, "note", path)
        derived = self._words(written, "derived", path)
        sources = sources or inherited
        answers: dict[str, Answer] = {}
        parts: dict[str, tuple[Part, ...]] = {}
        self._unknown_keys(items, written, path, dotted)
        scope = (answers, *around)
        # a condition may ask for an item that stands further down, so plain items come first
        for item in items:
            if item.type is not AnswerType.PART and item.id in written:
                here = (*path, item.id)
                answers[item.id] = self._answer(
                    item, written[item.id], here, sources, bool(note), own
                )
        for item in items:
            here = (*path, item.id)
            asked = item.asked_if is None or self._holds(item.asked_if, scope)
            if not asked:
                self._not_asked(item, written.get(item.id), here)
                answers.pop(item.id, None)
                continue
            if item.type is AnswerType.PART:
                name = f"{dotted}.{item.id}" if dotted else item.id
                found = self._entries(
                    item, written.get(item.id), here, scope, name, sources, answers
                )
                parts[item.id] = found
            elif item.id not in answers:
                answers[item.id] = Answer(absent=Absent.NOT_YET, place=place)
            self._required(item, answers.get(item.id), scope, here)
        return Part(
            id=own,
            answers=answers,
            parts=parts,
            sources=sources,
            note=note,
            derived=derived,
            place=place,
        )

    def _unknown_keys(
        self, items: Sequence[Item], written: Mapping[str, Any], path: Path, dotted: str
    ) -> None:
        known = {item.id for item in items}
        if known.issuperset(written):
            return
        beside = ("sources", "note") if not dotted else ENTRY_KEYS
        for key in written:
            if key in known or key in beside:
                continue
            names = tuple(item.id for item in items)
            where = f"in {dotted}" if dotted else f"in the form {self._form.id}"
            what = f"there is no item {key!r} {where}.{nearest(str(key), names)}"
            self.gathering.fault((*path, key), what, f"Known are {', '.join(names)}")

    def _words(self, written: Mapping[str, Any], key: str, path: Path) -> str:
        value = written.get(key)
        if value is None or isinstance(value, str):
            return value or ""
        what = f"{key!r} is {wording(value)}, not text"
        self.gathering.fault((*path, key), what, "Put it in quotes")
        return ""

    def _answer(
        self,
        item: Item,
        raw: Any,
        path: Path,
        inherited: tuple[Source, ...],
        noted: bool,
        own: str,
    ) -> Answer:
        place = self.gathering.yaml.place(path)
        absent = absent_of(raw, item)
        if absent is not None:
            return self._absent(item, Answer(absent=absent, sources=inherited, place=place), path)
        if not isinstance(raw, Mapping):
            value, faults = convert(item, raw)
            self._tell(faults, path, noted)
            self._refer(item, value, path, own)
            self._sourced(item, value, inherited, path)
            if value is None:
                return Answer(absent=Absent.NOT_YET, place=place)
            return Answer(value=value, sources=inherited, place=place)
        return self._long_answer(item, raw, path, inherited, noted, own)

    def _long_answer(
        self,
        item: Item,
        raw: Mapping[str, Any],
        path: Path,
        inherited: tuple[Source, ...],
        noted: bool,
        own: str,
    ) -> Answer:
        """`{value, sources, note …}`; the numbers of a proportion may stand beside the sources."""
        place = self.gathering.yaml.place(path)
        written = raw.get("value")
        inner: Path = (*path, "value")
        numbers = NUMBERS.get(item.type, ())
        if numbers and not isinstance(written, (Mapping, str)):
            written = {key: value for key, value in raw.items() if key not in BESIDE} or None
            inner = path
        else:
            for key in raw:
                if key != "value" and key not in BESIDE:
                    known = ("value", *BESIDE)
                    what = f"{key!r} is not known in an answer.{nearest(str(key), known)}"
                    self.gathering.fault((*path, key), what, f"Known are {', '.join(known)}")
        own_sources = self.gathering.sources(raw.get("sources"), (*path, "sources"))
        sources = own_sources or inherited
        note = self._words(raw, "note", path)
        derived = self._words(raw, "derived", path)
        absent = absent_of(written, item) if written is not None else None
        if "absent" in raw and raw["absent"] is not None:
            absent = absent_of(raw["absent"])
            if absent is None:
                words = tuple(str(a) for a in Absent)
                what = f"{wording(raw['absent'])} does not say why there is no answer"
                hint = nearest(str(raw["absent"]), words)
                self.gathering.fault(
                    (*path, "absent"), f"{what}.{hint}", f"Write one of {', '.join(words)}"
                )
                absent = Absent.NOT_YET
            elif written is not None:
                what = f"{item.id!r} has a value and is {absent} as well"
                self.gathering.fault((*path, "absent"), what, "Keep one of the two")
        if absent is not None or written is None:
            answer = Answer(
                absent=absent or Absent.NOT_YET,
                sources=sources,
                note=note,
                derived=derived,
                place=place,
            )
            return self._absent(item, answer, path)
        value, faults = convert(item, written)
        self._tell(faults, inner, noted or bool(note))
        self._refer(item, value, inner, own)
        self._sourced(item, value, sources or bool(derived), path)
        if value is None:
            return Answer(absent=Absent.NOT_YET, sources=sources, note=note, place=place)
        return Answer(value=value, sources=sources, note=note, derived=derived, place=place)

    def _absent(self, item: Item, answer: Answer, path: Path) -> Answer:
        if (
            self._form.kind == "appraisal"
            and item.options
            and answer.absent not in _APPRAISAL_ABSENT
        ):
            words = ", ".join(option.id for option in item.options)
            what = f"'{answer.absent}' is no answer of this instrument"
            self.gathering.fault(path, what, f"Write one of {words}")
        return answer

    def _tell(self, faults: Sequence[Fault], path: Path, noted: bool) -> None:
        for fault in faults:
            severity = Severity.WARNING if fault.printed and noted else fault.severity
            at = (*path, fault.key) if fault.key else path
            self.gathering.fault(at, fault.what, fault.remedy, severity, "answer")

    def _sourced(self, item: Item, value: Any, sources: Any, path: Path) -> None:
        found = value is not None and item.type is not AnswerType.REFERENCE
        if found and not sources and self._form.kind == "extraction":
            self.gathering.unsourced.append(_shown(self.gathering, path))

    def _refer(self, item: Item, value: Any, path: Path, own: str) -> None:
        if item.type is AnswerType.REFERENCE and value is not None:
            for target in value if isinstance(value, tuple) else (value,):
                self._references.append(_Reference(item, str(target), path, own))

    def _entries(
        self,
        item: Item,
        written: Any,
        path: Path,
        scope: Scope,
        dotted: str,
        inherited: tuple[Source, ...],
        answers: dict[str, Answer],
    ) -> tuple[Part, ...]:
        """The entries of a part; where it has none, `answers` says why."""
        absent = absent_of(written)
        if (
            isinstance(written, Mapping)
            and set(written) <= {"absent", "note", "sources"}
            and "absent" in written
        ):
            absent = absent_of(written["absent"])
        if not item.repeats and absent is Absent.NOT_YET:
            written, absent = {}, None
        if absent is not None or written == []:
            place = self.gathering.yaml.place(path)
            answers[item.id] = Answer(absent=absent or Absent.NOT_YET, place=place)
            return ()
        if not item.repeats:
            if isinstance(written, Mapping):
                return (self._part(item.items, written, path, scope, dotted, inherited, item.id),)
            what = f"{item.id!r} is {wording(written)}, not a part"
            self.gathering.fault(
                path, what, f"Write {', '.join(i.id for i in item.items)} below it"
            )
            return ()
        entries: list[Part] = []
        lines: dict[str, int] = {}
        for key, entry in self._listed(item, written, path):
            here = (*path, key)
            if not isinstance(entry, Mapping):
                what = f"an entry of {item.id!r} is {wording(entry)}"
                self.gathering.fault(here, what, "Write `- id: …` and its answers below")
                continue
            own = self._own_id(item, key, entry, here, lines)
            entries.append(self._part(item.items, entry, here, scope, dotted, inherited, own))
            self._ids.setdefault(dotted, {})[own] = dotted
        return tuple(entries)

    def _listed(self, item: Item, written: Any, path: Path) -> Iterator[tuple[str | int, Any]]:
        if isinstance(written, list):
            yield from enumerate(written)
        elif isinstance(written, Mapping):
            if written and all(isinstance(entry, Mapping) for entry in written.values()):
                yield from written.items()
            else:
                what = f"{item.id!r} is a part that repeats, but it is written as one entry"
                self.gathering.fault(path, what, "Write a list: `- id: …` and its answers below")
        else:
            what = f"{item.id!r} is {wording(written)}, not a list of entries"
            self.gathering.fault(path, what, "Write a list: `- id: …` and its answers below")

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
            self.gathering.fault(path, what, "Add `id: a-short-name`; other answers refer to it")
            own = f"entry-{len(lines) + 1}"
        elif not _ID.match(own):
            what = f"{own!r} is no id for an entry"
            remedy = "Use letters, digits, hyphens, underscores and points, and no blanks"
            self.gathering.fault((*path, "id"), what, remedy)
        if own in lines:
            what = f"the id {own!r} stands twice in {item.id!r}; the first is at line {lines[own]}"
            self.gathering.fault((*path, "id"), what, "Give each entry an id of its own")
        lines.setdefault(own, self.gathering.yaml.place(path).line)
        return own

    def _holds(self, condition: Condition, scope: Scope) -> bool:
        for answers in scope:
            answer = answers.get(condition.item)
            if answer is not None:
                return _meets(answer, condition.values)
        return False

    def _not_asked(self, item: Item, raw: Any, path: Path) -> None:
        if raw is None or absent_of(raw) in (Absent.NOT_YET, Absent.NOT_APPLICABLE):
            return
        condition = item.asked_if
        if condition is None or _blank(raw):
            return
        values = f"is {' or '.join(condition.values)}" if condition.values else "is answered"
        what = f"{item.id!r} is answered, but it is asked only where {condition.item} {values}"
        self.gathering.fault(path, what, f"Take it out, or look at {condition.item} again")

    def _required(self, item: Item, answer: Answer | None, scope: Scope, path: Path) -> None:
        if answer is None or answer.absent is not Absent.NOT_YET:
            return
        if item.required or (item.required_if is not None and self._holds(item.required_if, scope)):
            names = self.gathering.required_open.setdefault(self._block, [])
            names.append(_shown(self.gathering, path))

    def _resolve(self) -> None:
        """Whether every reference points to something that is there."""
        for reference in self._references:
            targets = reference.item.targets
            known: dict[str, str] = {}
            for target in targets:
                known.update(self._outside.get(target, self._ids.get(target, {})))
            if reference.target not in known:
                where = " or ".join(targets)
                hint = nearest(reference.target, tuple(known))
                what = f"{reference.item.id!r} is {reference.target!r}, nothing in {where}.{hint}"
                listed = ", ".join(known) or "nothing yet"
                self.gathering.fault(reference.path, what, f"There is {listed}", check="reference")
            elif reference.target == reference.own and self._around(reference) in targets:
                what = f"{reference.item.id!r} of {reference.own!r} refers to itself"
                self.gathering.fault(reference.path, what, "Name another entry", check="reference")

    def _around(self, reference: _Reference) -> str:
        """The dotted path of the part in which a reference stands."""
        words = [str(step) for step in reference.path if isinstance(step, str)]
        skipped = len(self._block.split("/"))
        return ".".join(word for word in words[skipped:-1] if word != reference.own)


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


def _blank(raw: Any) -> bool:
    """A part of the blank in which nothing was filled in."""
    if isinstance(raw, Mapping):
        return all(_blank(value) for value in raw.values())
    if isinstance(raw, list):
        return all(_blank(value) for value in raw)
    return absent_of(raw) in (Absent.NOT_YET, Absent.NOT_APPLICABLE)


def _shown(gathering: Gathering, path: Path) -> str:
    """`groups/possessors/n` for `("answers", "groups", 0, "n")`."""
    words: list[str] = []
    value: Any = gathering.yaml.value
    for step in path:
        inner: Any = None
        if isinstance(value, list) and isinstance(step, int):
            inner = value[step]
        elif isinstance(value, Mapping):
            inner = value.get(step)
        if isinstance(step, int):
            entry = inner.get("id") if isinstance(inner, Mapping) else None
            words.append(str(entry or step + 1))
        else:
            words.append(step)
        value = inner
    return "/".join(words[1:] if words[0] == "answers" else words[2:])
