"""Names in a protocol that point to nothing: questions that are not asked."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.model.problem import Problem
from pipeline.model.protocol import Protocol
from pipeline.notation.typed import nearest
from pipeline.notation.yaml_text import Path, YamlText

_KEY = "question"


def name_faults(protocol: Protocol, written: YamlText) -> tuple[Problem, ...]:
    """Outcomes that answer a question which the protocol does not ask, each at its line."""
    questions = tuple(question.id for question in protocol.questions)
    return tuple(
        Problem(
            place=written.place(path),
            what=f"there is no question {said!r}.{nearest(said, questions)}",
            remedy=f"Questions are {', '.join(questions)}",
            check="question",
        )
        for path, said in _questions_of(protocol, written)
        if said not in questions
    )


def _questions_of(protocol: Protocol, written: YamlText) -> Iterator[tuple[Path, str]]:
    for number, outcome in enumerate(protocol.outcomes):
        if outcome.question:
            by_id: Path = ("outcomes", outcome.id, _KEY)
            yield by_id if written.has(by_id) else ("outcomes", number, _KEY), outcome.question
