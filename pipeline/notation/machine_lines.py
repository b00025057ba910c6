"""The log of a machine as lines of JSON: suggestions and evaluations, and back."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from pipeline.model.machine import Evaluation, Suggestion
from pipeline.model.problem import Place, Problem

_KINDS: dict[str, type[Suggestion] | type[Evaluation]] = {
    "suggested": Suggestion,
    "evaluated": Evaluation,
}


class _Event(msgspec.Struct):
    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineLog:
    """What a machine answered, in the order of its log, and what is wrong with the log."""

    machine: str
    suggestions: tuple[Suggestion, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()
    problems: tuple[Problem, ...] = ()


def machine_line(said: Suggestion | Evaluation) -> bytes:
    """The line, with its line feed."""
    word = next(word for word, kind in _KINDS.items() if isinstance(said, kind))
    return msgspec.json.encode({"event": word, **msgspec.to_builtins(said)}) + b"\n"


def read_machine_lines(content: bytes, machine: str, file: str) -> MachineLog:
    """Everything in `content`; a line that cannot be read is a problem, never dropped."""
    suggestions: list[Suggestion] = []
    evaluations: list[Evaluation] = []
    problems: list[Problem] = []
    for number, line in enumerate(content.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            kind = _KINDS[msgspec.json.decode(line, type=_Event).event]
            said = msgspec.json.decode(line, type=kind)
        except (msgspec.DecodeError, KeyError, UnicodeDecodeError):
            problems.append(
                Problem(
                    place=Place(file=file, line=number),
                    what="this line of a machine's log cannot be read",
                    remedy="Restore it from the history of the repository; a machine's log is "
                    "written by `review machine` alone",
                    check="machine",
                )
            )
            continue
        if isinstance(said, Suggestion):
            suggestions.append(said)
        else:
            evaluations.append(said)
    return MachineLog(
        machine=machine,
        suggestions=tuple(suggestions),
        evaluations=tuple(evaluations),
        problems=tuple(problems),
    )
