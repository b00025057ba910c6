"""Decisions as lines of JSON, one a line, and back; and each in words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from pipeline.model.decision import (
    EVENTS,
    Checked,
    Collated,
    Compared,
    Confirmed,
    Decision,
    Deduplicated,
    Discarded,
    HandedOver,
    Matched,
    Overlap,
    Reconciled,
    Removed,
    Reopened,
    Resolved,
    Retrieval,
    Retrieved,
    Screened,
    Stage,
    Stopped,
    Verdict,
    Withdrawn,
)
from pipeline.model.problem import Place, Problem, Severity

_WORD_OF = {kind: word for word, kind in EVENTS.items()}
_ENUMS: dict[str, dict[str, StrEnum]] = {
    kind.__name__: {str(member): member for member in kind}
    for kind in (Stage, Verdict, Retrieval, Overlap)
}
_NOT_WRITTEN = frozenset({"id", "reviewer"})
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLog:
    """One reviewer's log: decisions in the order of the file, their lines, and what is wrong.

    `torn` is true when the last line has no line feed and cannot be read: a write was cut off.
    """

    reviewer: str
    decisions: tuple[Decision, ...]
    lines: tuple[int, ...]
    problems: tuple[Problem, ...]
    torn: bool = False


def decision_line(event: type[Decision], at: datetime, **said: Any) -> bytes:
    """The line (with its line feed) for a decision; empty fields are left out.

    Raises ValueError for a moment without a zone, TypeError for a field that `event` lacks.
    """
    if at.tzinfo is None:
        raise ValueError("a decision needs a moment with its zone")
    shape = _SHAPES[event]
    unknown = set(said) - set(shape.names)
    missing = shape.required - set(said)
    if unknown or missing:
        raise TypeError(f"{event.__name__}: unknown {sorted(unknown)}, missing {sorted(missing)}")
    line: dict[str, Any] = {"event": _WORD_OF[event], "at": at.isoformat()}
    for name in shape.names:
        value = said.get(name)
        if value not in (None, "", ()) and value is not shape.defaults.get(name):
            line[name] = value
    return msgspec.json.encode(line) + b"\n"


def decision_id(reviewer: str, line: bytes) -> str:
    """Twelve hexadecimal digits of the SHA-256 of reviewer and line."""
    digest = hashlib.sha256(reviewer.encode() + b"\n" + line.strip())
    return digest.hexdigest()[:12]


def read_decisions(content: bytes, reviewer: str, file: str) -> DecisionLog:
    """Every decision in `content`; a line that cannot be read is a problem, never dropped."""
    decisions: list[Decision] = []
    numbers: list[int] = []
    problems: list[Problem] = []
    ids: set[str] = set()
    torn = False
    for number, line, ended in _lines(content):
        if not line.strip():
            continue
        what = _fault_or_decision(line, reviewer)
        if isinstance(what, str):
            place = Place(file=file, line=number)
            if not ended:
                torn = True
                problems.append(_torn(place))
            elif line.startswith((b"<<<<<<<", b"=======", b">>>>>>>", b"|||||||")):
                problems.append(_conflict_marker(place))
            else:
                problems.append(_unreadable(place, what))
            continue
        if what.id not in ids:
            ids.add(what.id)
            decisions.append(what)
            numbers.append(number)
    if (windows := content.count(b"\r\n")) and not torn:
        problems.append(_line_ends(Place(file=file, line=1), windows))
    return DecisionLog(
        reviewer=reviewer,
        decisions=tuple(decisions),
        lines=tuple(numbers),
        problems=tuple(problems),
        torn=torn,
    )


@dataclass(frozen=True, slots=True)
class _Shape:
    names: tuple[str, ...]
    required: frozenset[str]
    defaults: dict[str, Any]
    types: dict[str, str]


def _shape_of(event: type[Decision]) -> _Shape:
    written = [f for f in fields(event) if f.name not in _NOT_WRITTEN and f.name != "at"]
    defaults = {f.name: f.default for f in written if f.default is not f.default_factory}
    return _Shape(
        names=tuple(f.name for f in written),
        required=frozenset(f.name for f in written if f.name not in defaults),
        defaults=defaults,
        types={f.name: str(f.type) for f in written},
    )


_SHAPES = {event: _shape_of(event) for event in EVENTS.values()}


def _lines(content: bytes) -> Iterator[tuple[int, bytes, bool]]:
    parts = content.split(b"\n")
    last = len(parts) - 1
    for index, line in enumerate(parts):
        yield index + 1, line, index != last


def _fault_or_decision(line: bytes, reviewer: str) -> Decision | str:
    try:
        said = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return str(error)
    if not isinstance(said, dict):
        return "it is not an object"
    event = EVENTS.get(said.pop("event", ""))
    if event is None:
        return f"its event is none of {', '.join(EVENTS)}"
    shape = _SHAPES[event]
    try:
        at = datetime.fromisoformat(said.pop("at", ""))
    except (TypeError, ValueError):
        return "its moment `at` is missing or not like 2026-02-01T09:00:12+01:00"
    if at.tzinfo is None:
        return "its moment `at` has no zone"
    for name, value in said.items():
        kind = shape.types.get(name)
        if kind == "str" and type(value) is str:
            continue
        if kind is None:
            return f"{name!r} is not a field of {_WORD_OF[event]}"
        if kind in _ENUMS:
            member = _ENUMS[kind].get(value) if type(value) is str else None
            if member is None:
                return f"{name} is {value!r}, none of {', '.join(_ENUMS[kind])}"
            said[name] = member
        elif kind == "tuple[str, ...]":
            if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
                return f"{name} is not a list of words"
            said[name] = tuple(value)
        elif not isinstance(value, bool if kind == "bool" else str):
            return f"{name} is {value!r}"
    missing = shape.required - said.keys()
    if missing:
        return f"it has no {', '.join(sorted(missing))}"
    return event(id=decision_id(reviewer, line), at=at, reviewer=reviewer, **said)


def _line_ends(place: Place, n: int) -> Problem:
    return Problem(
        place=place,
        what=f"{n} {'line of this log ends' if n == 1 else 'lines of this log end'} as Windows "
        "ends lines: an editor or Git wrote the file anew",
        remedy="They are read as they were; `* -text` in .gitattributes keeps Git from doing it",
        severity=Severity.NOTE,
        check="logs",
    )


def _torn(place: Place) -> Problem:
    return Problem(
        place=place,
        what="the last line was cut off while it was written and does not count",
        remedy="Make that decision again; the next decision moves the torn text out of the way",
        check="torn-line",
    )


def _conflict_marker(place: Place) -> Problem:
    return Problem(
        place=place,
        what="this is a conflict marker of git, not a decision",
        remedy="Delete the marker and keep all decisions of both sides; "
        "`*.jsonl merge=union` in .gitattributes avoids it",
        check="decision-line",
    )


def _unreadable(place: Place, why: str) -> Problem:
    return Problem(
        place=place,
        what=f"this line is not a decision: {why}",
        remedy="Restore the line from the history of the repository, or make the decision again",
        check="decision-line",
    )


_OVERLAPS = {
    Overlap.OVERLAPPING: "share participants",
    Overlap.UNCLEAR: "may share participants",
    Overlap.APART: "share no participants",
}
_STAGES = {Stage.TITLE_ABSTRACT: "title and abstract", Stage.FULL_TEXT: "full text"}


def in_words_blind(vote: Screened) -> str:
    """That `vote` was cast, not how: for while another vote is waited for."""
    return f"a vote on {vote.record} on {_STAGES[vote.stage]}; how, is told when all have voted"


def in_words(decision: Decision) -> str:
    """What `decision` says, not who said it: `exclude s:0007 on full text (population)`.

    Reasons are people's words and may hold text from exports: whoever shows it makes it harmless.
    """
    match decision:
        case Screened() | Resolved():
            settled = "settled: " if isinstance(decision, Resolved) else ""
            stage = _STAGES[decision.stage]
            words = f"{settled}{decision.verdict} {decision.record} on {stage}"
            why = decision.reason
        case Reopened():
            words = f"look at {decision.record} anew on {_STAGES[decision.stage]}"
            why = decision.reason
        case HandedOver():
            stage = _STAGES[decision.stage]
            words = f"what waits for {decision.leaver} on {stage} goes to {decision.to}"
            why = decision.note
        case Removed():
            words, why = f"remove {decision.record}", decision.reason
        case Discarded():
            what = f"search {decision.search}" if decision.search else f"study {decision.study}"
            words, why = f"take out the {what}", decision.reason
        case Retrieved():
            outcome = str(decision.outcome).replace("_", " ")
            words, why = f"{decision.record} {outcome}", decision.reason
        case Deduplicated():
            n = len(decision.searches)
            words = (
                f"compare the records of {n} {'search' if n == 1 else 'searches'} for duplicates"
            )
            why = decision.method
        case Matched():
            link = "is the same report as" if decision.same else "is not the same report as"
            words, why = f"{decision.record} {link} {decision.duplicate_of}", decision.reason
        case Collated():
            link = "belongs to" if decision.member else "does not belong to"
            words = f"{decision.record} {link} {decision.study}"
            why = "primary report" if decision.primary else decision.basis
        case Stopped():
            words, why = f"stop screening on {_STAGES[decision.stage]}", decision.reason
        case Compared():
            words = f"{decision.study} and {decision.other} {_OVERLAPS[decision.overlap]}"
            why = decision.reason
        case Reconciled():
            whose = f"the answer of {decision.kept} stands" if decision.kept else "written anew"
            words, why = f"{decision.study} {decision.item}: {whose}", decision.reason
        case Checked():
            held = "holds" if decision.agreed else f"changed from {decision.was or 'no answer'}"
            words, why = f"{decision.study} {decision.item}: {held}", decision.reason
        case Confirmed():
            words, why = f"confirm the claim {decision.claim}", decision.note
        case Withdrawn():
            words, why = f"take back {decision.undoes}", decision.note
    return f"{words} ({why})" if why else words
