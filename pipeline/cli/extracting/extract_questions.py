"""A question as it is shown, and what is typed at it as a study file would hold it."""

from __future__ import annotations

from typing import Any

from pipeline.cli.console import counted, dim, safe, say, tell
from pipeline.extraction.absence import absent_of
from pipeline.extraction.questions import Question
from pipeline.extraction.typed_answers import HOW, in_a_line, typed
from pipeline.extraction.values import convert
from pipeline.terms.form import AnswerType, Item
from pipeline.terms.problem import Severity
from pipeline.terms.study import Absent

ABSENT = {
    ":nr": Absent.NOT_REPORTED,
    ":na": Absent.NOT_APPLICABLE,
    ":u": Absent.UNCLEAR,
    ":ny": Absent.NOT_YET,
}
"""The keys for an answer that has no value."""


def show(question: Question) -> None:
    item = question.item
    about = []
    if item.type is not AnswerType.TEXT and not item.options:
        about.append(HOW.get(item.type) or item.type.value.replace("_", " "))
    if item.type is AnswerType.PART:
        about = ["one id after the other; Enter when all are named"]
    if item.type is AnswerType.REFERENCE:
        about = [f"the id of an entry of {item.refers_to}"]
    if item.unit:
        about.append(f"in {item.unit}")
    if question.required:
        about.append("required")
    say(f"{item.label}" + (dim(f"  ({'; '.join(about)})") if about else ""))
    if item.help:
        say(dim(f"  {item.help}"))
    for number, option in enumerate(item.options, 1):
        more = f". {option.help}" if option.help else ""
        say(f"  {number:>2} {option.id}: {option.label}{more}")
    if question.entries:
        say(f"  there are {safe(', '.join(question.entries))}")
    elif not question.is_open and question.answer is not None:
        answer = question.answer
        said = in_a_line(item, answer.value) if answer.absent is None else str(answer.absent)
        say(f"  now: {safe(said, 200)}")


def typed_value(item: Item, line: str) -> Any:
    """What was typed as the file would hold it; None, once told why, where it cannot be."""
    if line in ABSENT:
        return str(ABSENT[line])
    if line.startswith(":"):
        tell(f"There is no key {safe(line)}. :? shows the keys.")
        return None
    number = int(line) if line.isdecimal() and len(line) < 4 else 0
    if item.options and 1 <= number <= len(item.options) and item.type is AnswerType.CHOICE:
        line = item.options[number - 1].id
    value = typed(item, line)
    if absent_of(value, item) is not None:
        return value
    converted, faults = convert(item, value)
    for fault in faults:
        how = f" Type it like {HOW[item.type]}." if item.type in HOW else f" {fault.remedy}."
        tell(safe(f"{fault.what.removesuffix('.')}.{how}"))
    if any(fault.severity is Severity.ERROR and not fault.printed for fault in faults):
        return None
    if item.type in (AnswerType.CHOICE, AnswerType.CHOICES):
        return list(converted) if isinstance(converted, tuple) else converted
    return value


def progress_of(asked: tuple[Question, ...]) -> str:
    open_ = sum(q.is_open for q in asked)
    required = sum(q.is_open and q.required for q in asked)
    return (
        f"{len(asked) - open_} of {counted(len(asked), 'question')} answered, "
        f"{required} of the open ones required."
    )
