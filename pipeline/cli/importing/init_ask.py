"""`review init --ask`: a protocol that results from a few questions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from pipeline.cli.console import say
from pipeline.cli.prompt import Back, Left, Prompt, prompt
from pipeline.model.problem import ReviewError
from pipeline.notation.people import person_id
from pipeline.notation.safe_text import for_file_name
from pipeline.notation.yaml_writing import yaml_below, yaml_value

FRAMEWORKS: dict[str, tuple[str, ...]] = {
    "PICO": ("Population", "Intervention", "Comparison", "Outcome"),
    "PEO": ("Population", "Exposure", "Outcome"),
    "PICo": ("Population", "Phenomenon of interest", "Context"),
    "SPIDER": ("Sample", "Phenomenon of interest", "Design", "Evaluation", "Research type"),
    "PCC": ("Population", "Concept", "Context"),
    "CoCoPop": ("Condition", "Context", "Population"),
}
"""The elements of each framework for a question (JBI Manual for Evidence Synthesis)."""


@dataclass(slots=True)
class Answers:
    """What was said so far; each question may be gone back to."""

    title: str = ""
    question: str = ""
    framework: str = ""
    elements: dict[str, str] = field(default_factory=dict)
    criteria: list[tuple[str, str]] = field(default_factory=list)
    reviewers: list[str] = field(default_factory=list)
    per_record: int = 2
    sources: list[str] = field(default_factory=list)


def asked_for(title: str) -> Answers | None:
    """The answers of whoever sits at the terminal; None when they leave before the end."""
    said = Answers(title=title)
    steps: list[Callable[[Prompt, Answers], None]] = [
        *([] if title else [_title]),
        _question,
        _framework,
        _criteria,
        _people,
        _sources,
    ]
    say("A few questions; what you answer can be changed in the protocol at any time.")
    say("`:?` helps, `:b` goes back, `:q` leaves without writing anything.")
    at = 0
    with prompt() as ask:
        while at < len(steps):
            say()
            try:
                steps[at](ask, said)
                at += 1
            except Back:
                at = max(0, at - 1)
            except Left:
                return None
    return said


def _title(ask: Prompt, said: Answers) -> None:
    said.title = ask.text("Title of the review", needed="A review has a title.")


def _question(ask: Prompt, said: Answers) -> None:
    said.question = ask.text("The question, in a sentence", needed="A review has a question.")


def _framework(ask: Prompt, said: Answers) -> None:
    options = [(name, f"{name}: {', '.join(parts)}") for name, parts in FRAMEWORKS.items()]
    options.append(("none", "none of them"))
    while True:
        said.framework = ask.choice("A framework for the question?", options)
        said.elements = {}
        try:
            for element in FRAMEWORKS.get(said.framework, ()):
                if text := ask.text(f"  {element} (Enter: leave out)"):
                    said.elements[element] = text
            return
        except Back:
            continue


def _criteria(ask: Prompt, said: Answers) -> None:
    say("Criteria, in the order in which they are applied: a record is excluded for the first it")
    say("fails. Each has a name for the exclusion (Not the population), and says what is taken in.")
    said.criteria = []
    while True:
        number = len(said.criteria) + 1
        ends = "" if number == 1 else " (Enter: no more)"
        needed = "At least one criterion is needed." if number == 1 else ""
        try:
            label = ask.text(f"  {number}. Excluded because{ends}", needed=needed)
        except Back:
            if not said.criteria:
                raise
            said.criteria.pop()
            continue
        if not label:
            return
        try:
            said.criteria.append((label, ask.text("     Taken in is (Enter: later)")))
        except Back:
            continue


def _people(ask: Prompt, said: Answers) -> None:
    say("Who screens? Names as people write them, one a line.")
    said.reviewers = []
    while True:
        number = len(said.reviewers) + 1
        ends = "" if number == 1 else " (Enter: no more)"
        needed = "Somebody has to." if number == 1 else ""
        try:
            name = ask.text(
                f"  {number}. Name{ends}",
                needed=needed,
                check=lambda typed: _check_name(typed, said.reviewers),
            )
            if name:
                said.reviewers.append(name)
                continue
            most = len(said.reviewers)
            single = most == 1
            said.per_record = 1 if single else ask.number("How many look at each record", 1, most)
            return
        except Back:
            if not said.reviewers:
                raise
            said.reviewers.pop()


def _check_name(typed: str, before: list[str]) -> None:
    if typed and not person_id(typed):
        raise ReviewError(f"{typed!r} gives no id for a log", "Write it with letters")
    if typed and person_id(typed) in map(person_id, before):
        raise ReviewError(f"{typed!r} is named already", "Name somebody else")


def _sources(ask: Prompt, said: Answers) -> None:
    say("Which databases, registers and sites are to be searched? One a line.")
    said.sources = []
    while source := ask.text(f"  {len(said.sources) + 1}. Source (Enter: no more)"):
        said.sources.append(source)


def protocol_with(template: str, said: Answers) -> str:
    """`template`, the commented protocol of a new review, with the answers in their places."""
    text = _replaced(
        template, "questions", {"main": {"text": said.question, "short": "Main question"}}
    )
    if said.framework in FRAMEWORKS:
        elements = [{"name": name, "text": text_} for name, text_ in said.elements.items()]
        block = f"framework: {yaml_value(said.framework)}\n"
        if elements:
            block += f"elements:\n{yaml_below(elements, 2)}\n"
        text = re.sub(r"^#framework: PEO\n(?:#.*\n)+", lambda _: block, text, count=1, flags=re.M)
    text = _replaced(text, "criteria", dict(_criteria_of(said.criteria)))
    names = "[" + ", ".join(yaml_value(name) for name in said.reviewers) + "]"
    text = text.replace("  reviewers: []\n", f"  reviewers: {names}\n", 1)
    text = text.replace(
        "  reviewers_per_record: 2\n", f"  reviewers_per_record: {said.per_record}\n", 1
    )
    if said.sources:
        listed = "".join(f"# - {' '.join(source.split())}\n" for source in said.sources)
        text += f"\n# To be searched, as planned when the review began:\n{listed}"
    return text


def _criteria_of(criteria: list[tuple[str, str]]) -> Iterator[tuple[str, dict[str, str]]]:
    taken: set[str] = set()
    keys: set[str] = set("ieuvslzn#/gwf?q")
    for label, words in criteria:
        id = for_file_name(label).replace("-", "_")[:40].strip("_")
        id = id if id[:1].isalpha() else f"criterion_{len(taken) + 1}"
        while id in taken:
            id += "_2"
        taken.add(id)
        told = {"label": label, **({"text": words} if words else {})}
        key = next((c for c in id if c.isalpha() and c not in keys), "")
        if key:
            keys.add(key)
            told["key"] = key
        yield id, told


def _replaced(text: str, key: str, value: dict[str, dict[str, str]]) -> str:
    """`text` with what stands below the top-level `key` replaced by `value`."""
    block = f"{key}:\n{yaml_below(value, 2)}\n"
    pattern = rf"^{key}:\n(?:[ ].*\n)+"
    return re.sub(pattern, lambda _: block, text, count=1, flags=re.M)
