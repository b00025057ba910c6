"""The questions of a study as fields of a page, and what was filled in as a change of its file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.extraction.edits import AnswerEdit, with_answer
from pipeline.extraction.questions import HOW, StudyQuestion, in_a_line, typed
from pipeline.extraction.quote_checks import TextOf, quote_problems, verdict_on
from pipeline.extraction.study_data import summary_of
from pipeline.extraction.values import ValueFault, absent_of, convert
from pipeline.model.form import AnswerType, Form, Item
from pipeline.model.problem import Problem, ReviewError, Severity
from pipeline.model.protocol import Protocol
from pipeline.model.study import Absent, Source
from pipeline.notation.yaml_editing import with_value
from pipeline.sessions.study_files import StudyOnDisk

SOURCE_KEYS = ("report", "page", "quote", "sure")
_HOW_IN_WORDS = {
    **HOW,
    AnswerType.REFERENCE: "the id of an entry",
    AnswerType.CHOICES: "",
    AnswerType.YES_NO: "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledAnswer:
    """What a person filled in for one question; every field as text, "" where nothing stands."""

    value: str = ""
    absent: str = ""
    note: str = ""
    derived: str = ""
    source: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerField:
    """A question as a page shows it.

    `key` names it in the page, `filled` is what its file says, `knew` stands for that. `inherited`
    is the source of its entry, where it has none of its own. `options` are (id, label, help,
    chosen), `offered` the ids that a reference may name. `quote` says in words how its quote stands
    in the report, `quote_is_sound` whether where it should.
    """

    key: str
    question: StudyQuestion
    filled: FilledAnswer
    knew: str
    how: str
    inherited: str = ""
    options: tuple[tuple[str, str, str, bool], ...] = ()
    offered: tuple[str, ...] = ()
    faults: tuple[Problem, ...] = ()
    quote: str = ""
    quote_is_sound: bool = True

    @property
    def item(self) -> Item:
        return self.question.item

    @property
    def has_beside(self) -> bool:
        """Whether anything stands beside the value."""
        filled = self.filled
        return bool(filled.note or filled.derived or any(filled.source.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyForm:
    """All fields of a study by the part that they stand in, and the faults of no field."""

    parts: tuple[tuple[str, tuple[AnswerField, ...]], ...]
    rest: tuple[Problem, ...]

    @property
    def fields(self) -> tuple[AnswerField, ...]:
        return tuple(field for _, fields in self.parts for field in fields)

    @property
    def shape(self) -> str:
        """Another word where other questions are asked, or an entry came or went."""
        asked = [(f.question.address, f.question.entries, f.offered) for f in self.fields]
        return hashlib.sha256(repr(asked).encode()).hexdigest()[:12]


def study_form(
    reading: StudyOnDisk, forms: Mapping[str, Form], protocol: Protocol, text_of: TextOf
) -> StudyForm:
    """The fields of the study that `reading` holds. ReviewError where it cannot be read at all."""
    study = reading.study
    if study is None or any(p.check.startswith("yaml") for p in reading.problems):
        told = "; ".join(p.what for p in reading.problems[:3])
        raise ReviewError(f"the file of the study cannot be read: {told}", "Repair it in an editor")
    asked = reading.asked(forms)
    problems = [
        *reading.problems,
        *quote_problems(summary_of(study, forms.get(study.form)), text_of),
    ]
    at_field, rest = _by_question(asked, problems)
    parts: dict[str, list[AnswerField]] = {}
    for question in asked:
        filled = filled_in(question, reading.written)
        answer = question.answer
        own = any(filled.source.values())
        inherited = answer.sources[0] if answer is not None and answer.sources and not own else None
        verdict = None
        if answer is not None and answer.sources and filled.source["quote"]:
            verdict = verdict_on(answer.sources[0], text_of(answer.sources[0].report))
        parts.setdefault(question.address.rpartition("/")[0], []).append(
            AnswerField(
                key=key_of(question.address),
                question=question,
                filled=filled,
                knew=mark_of(filled, question),
                how=_HOW_IN_WORDS.get(question.item.type, ""),
                inherited=_source_in_words(inherited),
                options=_options(question.item, filled.value),
                offered=_offered(question, asked, protocol),
                faults=tuple(at_field.get(question.address, ())),
                quote=f"The quote {verdict.said}." if verdict else "",
                quote_is_sound=verdict is None or verdict.sound,
            )
        )
    return StudyForm(parts=tuple((p, tuple(f)) for p, f in parts.items()), rest=tuple(rest))


def filled_in(question: StudyQuestion, written: Any) -> FilledAnswer:
    """What the file says of `question`, as it would be filled in."""
    raw = written
    for step in question.path:
        inner = raw[step] if isinstance(raw, list) and isinstance(step, int) else None
        raw = raw.get(step) if isinstance(raw, Mapping) else inner
    answer = question.answer
    value = absent = ""
    if answer is not None and answer.value is not None:
        value = in_a_line(question.item, answer.value)
    elif answer is not None and answer.absent not in (None, Absent.NOT_YET):
        absent = str(answer.absent)
    long = raw if isinstance(raw, Mapping) else {}
    if not value and not absent and raw is not None and not isinstance(raw, (Mapping, list)):
        value = (
            str(raw) if absent_of(raw, question.item) is None else ""
        )  # no answer, yet it stands
    sources = long.get("sources")
    first = sources[0] if isinstance(sources, list) and sources else sources
    first = first if isinstance(first, Mapping) else {}
    return FilledAnswer(
        value=value,
        absent=absent,
        note=str(long.get("note") or ""),
        derived=str(long.get("derived") or ""),
        source={key: str(first.get(key) or "") for key in SOURCE_KEYS},
    )


def mark_of(filled: FilledAnswer, question: StudyQuestion) -> str:
    """Stands for what a field held when it was shown: another mark, somebody changed it."""
    said = (filled.value, filled.absent, filled.note, filled.derived, *filled.source.values())
    return hashlib.sha256(repr((said, question.entries)).encode()).hexdigest()[:12]


def key_of(address: str) -> str:
    return f"a-{hashlib.sha256(address.encode()).hexdigest()[:10]}"


def refused_value(item: Item, filled: FilledAnswer) -> tuple[ValueFault, ...]:
    """Why what was typed is no answer to `item`; empty where it is one."""
    value = typed(item, filled.value)
    if value is None or absent_of(value, item) is not None:
        return ()
    _, faults = convert(item, value)
    return tuple(f for f in faults if f.severity is Severity.ERROR and not f.printed)


def with_filled(text: str, question: StudyQuestion, before: FilledAnswer, now: FilledAnswer) -> str:
    """The text of a study file in which the answer says `now`; only what differs is touched.

    ReviewError for a value that is none, or that stands beside a reason why there is none.
    """
    item = question.item
    if now.value and now.absent:
        raise ReviewError("there is a value and a reason why there is none", "Leave one of them")
    if wrong := refused_value(item, now):
        how = f"Type it like {HOW[item.type]}" if item.type in HOW else wrong[0].remedy
        raise ReviewError(wrong[0].what, how)
    value: Any = None
    if (now.value, now.absent) != (before.value, before.absent):
        value = now.absent or (typed(item, now.value) if now.value else str(Absent.NOT_YET))
        if isinstance(value, list) or item.options:
            value = _chosen(item, value)
    source = dict(now.source) if now.source != before.source else {}
    said = AnswerEdit(
        value=value,
        source=source if any(before.source.values()) else {k: v for k, v in source.items() if v},
        note=now.note if now.note != before.note else None,
        derived=now.derived if now.derived != before.derived else None,
    )
    if said == AnswerEdit():
        return text
    return with_answer(text, question.path, item, said)


def pinned(text: str, reading: StudyOnDisk, report: str, text_of: TextOf) -> str:
    """`text` with the SHA-256 of the file of `report` that is being read, once."""
    study = reading.study
    if study is None or report not in study.reports or report in study.files:
        return text
    held = text_of(report)
    if held is None or not held.sha256:
        return text
    return with_value(text, ("files", report), held.sha256)


def _chosen(item: Item, value: Any) -> Any:
    """The ids of options in the stead of what else names them."""
    if isinstance(value, str) and absent_of(value, item) is not None:
        return value
    converted, _ = convert(item, value)
    if item.type in (AnswerType.CHOICE, AnswerType.CHOICES) and converted is not None:
        return list(converted) if isinstance(converted, tuple) else converted
    return value


def _options(item: Item, value: str) -> tuple[tuple[str, str, str, bool], ...]:
    chosen = {one.strip() for one in value.split(";")}
    if item.type is AnswerType.YES_NO:
        return tuple((o, o, "", o in chosen) for o in ("yes", "no"))
    return tuple((o.id, o.label, o.help, o.id in chosen) for o in item.options)


def _offered(
    question: StudyQuestion, asked: Sequence[StudyQuestion], protocol: Protocol
) -> tuple[str, ...]:
    if question.item.type is not AnswerType.REFERENCE:
        return ()
    ids: dict[str, None] = {}
    parts = {"study.results": "results"}
    for target in question.item.targets:
        if target == "protocol.outcomes":
            ids |= dict.fromkeys(o.id for o in protocol.outcomes)
        elif target == "protocol.groups":
            ids |= dict.fromkeys(g.id for g in protocol.groups)
        else:
            named = parts.get(target, target)
            found = (q.entries for q in asked if q.dotted == named)
            ids |= dict.fromkeys(entry for entries in found for entry in entries)
    return tuple(ids)


def _by_question(
    asked: Sequence[StudyQuestion], problems: Iterable[Problem]
) -> tuple[Mapping[str, list[Problem]], list[Problem]]:
    """Each problem at the last question that begins at its line or before it; the rest apart."""
    begun = sorted(
        (
            (q.answer.place.line, n, q.address)
            for n, q in enumerate(asked)
            if q.answer is not None and q.answer.place.line
        ),
        key=lambda one: one[:2],
    )
    found: dict[str, list[Problem]] = {}
    rest: list[Problem] = []
    for problem in problems:
        line = problem.place.line
        on_line = [address for at, _, address in begun if at == line]
        before = [address for at, _, address in begun if at <= line]
        named = [a for a in on_line if f"{a.rpartition('/')[2]!r}" in problem.what]
        if problem.check == "not-yet" or not before:
            rest.append(problem)
        else:
            found.setdefault((named or on_line or before)[-1], []).append(problem)
    return found, rest


def _source_in_words(source: Source | None) -> str:
    if source is None:
        return ""
    return ", ".join(filter(None, (source.report, source.where)))
