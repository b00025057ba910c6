"""A machine asked record by record: each answer on disk before the next record is sent."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.model.decision import Stage
from pipeline.model.machine import CriterionSaid, Machine, Suggestion
from pipeline.model.problem import ReviewError
from pipeline.model.protocol import Criterion, PersonKind
from pipeline.model.record import Record
from pipeline.screening.machine_answers import (
    BrokenAnswer,
    answer_schema,
    instructions,
    prompt_hash,
    read_answer,
    record_told,
    settings_hash,
)
from pipeline.screening.seen import seen_hash
from pipeline.store import ReviewFolder
from pipeline.store.machine_logs import append_machine_line, asking_alone, read_machine_log

if TYPE_CHECKING:
    from pipeline.services.asking import Service

_TRIES = 3
_REFUSED = frozenset({400, 413, 422})
"""A server that takes no such question; three in a row are no matter of a record."""
_LETTERS_A_TOKEN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedMachine:
    """A machine as it is set up today: what it is, what it is told, and what makes both."""

    folder: ReviewFolder
    name: str
    machine: Machine
    criteria: tuple[Criterion, ...]
    told: str
    prompt: str
    settings: str

    def seen(self, record: str) -> str:
        return seen_hash(self.folder.records[record], self.criteria)

    def said(self) -> Mapping[str, Suggestion]:
        """By record, the latest suggestion for the text, prompt and settings of today."""
        found = {}
        for one in read_machine_log(self.folder.places, self.name).suggestions:
            ours = (one.prompt, one.settings) == (self.prompt, self.settings)
            if ours and one.record in self.folder.records and one.seen == self.seen(one.record):
                found[one.record] = one
        return found

    def tokens_for(self, records: Sequence[str]) -> int:
        """About how many tokens the model has to read for `records`."""
        texts = (record_told(self.folder.records[r]) for r in records)
        return sum((len(self.told) + len(text)) // _LETTERS_A_TOKEN for text in texts)


def set_up(folder: ReviewFolder, name: str) -> AskedMachine:
    """The machine `name` of the protocol; ReviewError where it is none, or has no prompt."""
    protocol = folder.protocol[0]
    person = next((p for p in protocol.people if p.id == name), None)
    if person is None or person.kind is not PersonKind.MACHINE or person.machine is None:
        machines = ", ".join(p.id for p in protocol.people if p.machine) or "none so far"
        raise ReviewError(
            f"{name!r} is no machine of the protocol that can be asked",
            f"Those are {machines}; write it under `people:` with `kind: machine` and `machine:`",
        )
    faults = [p for p in folder.protocol[1] if p.check == "machine"]
    if faults:
        raise ReviewError("\n".join(str(p) for p in faults))
    path = folder.places.written / person.machine.prompt
    prompt = folder.text_of(path)
    if not prompt.strip():
        raise ReviewError(
            f"the prompt {person.machine.prompt} of {name} is not there, or is empty",
            "Write into it, in plain words, what the machine is to judge and how",
        )
    criteria = protocol.criteria_of(Stage.TITLE_ABSTRACT)
    if not criteria:
        raise ReviewError("the protocol has no criteria for titles and abstracts", "Add them first")
    told = instructions(prompt, criteria)
    return AskedMachine(
        folder=folder,
        name=name,
        machine=person.machine,
        criteria=criteria,
        told=told,
        prompt=prompt_hash(told),
        settings=settings_hash(person.machine),
    )


@dataclass(slots=True)
class Cost:
    """What a run took."""

    answered: int = 0
    no_answer: int = 0
    tokens_read: int = 0
    tokens_written: int = 0
    seconds: float = 0.0


def ask_all(
    asked: AskedMachine,
    records: Sequence[str],
    heard: Callable[[str], None],
    tick: Callable[[int], None],
) -> Cost:
    """Asks about each of `records`; each answer is on disk before the next is asked for.

    Raises Unanswered when the server cannot be reached or takes no question: the same command goes
    on from there.
    """
    from pipeline.services.language_models import server_of

    cost = Cost()
    refused_in_a_row = 0
    with (
        asking_alone(asked.folder.places, asked.name),
        server_of(asked.machine, heard) as server,
    ):
        for number, record in enumerate(records, 1):
            one = _ask(server, asked, asked.folder.records[record], refused_in_a_row)
            refused_in_a_row = refused_in_a_row + 1 if _by_server(one) else 0
            append_machine_line(asked.folder.places, asked.name, one)
            cost.answered += not one.no_answer
            cost.no_answer += bool(one.no_answer)
            cost.tokens_read += one.tokens_read
            cost.tokens_written += one.tokens_written
            cost.seconds += one.seconds
            tick(number)
    return cost


_BY_SERVER = "the server takes no such question"


def _by_server(one: Suggestion) -> bool:
    return one.no_answer.startswith(_BY_SERVER)


def _ask(server: Service, asked: AskedMachine, record: Record, refused: int) -> Suggestion:
    from pipeline.services.asking import Unanswered
    from pipeline.services.language_models import ask_model

    schema = answer_schema(asked.criteria)
    began = time.monotonic()
    no_answer, served_by = "", ""
    criteria: Mapping[str, CriterionSaid] = {}
    probability: float | None = None
    read = written = tries = 0
    while tries < _TRIES:
        seed = asked.machine.seed + tries
        tries += 1
        try:
            reply = ask_model(server, asked.machine, asked.told, record_told(record), schema, seed)
        except Unanswered as fault:
            if fault.status not in _REFUSED or refused >= 2:
                raise
            no_answer = f"{_BY_SERVER} (HTTP {fault.status})"
            break
        read, written = read + reply.tokens_read, written + reply.tokens_written
        served_by, no_answer = reply.model, reply.refused
        if reply.refused:
            break
        try:
            criteria, probability = read_answer(reply.text, record, asked.criteria)
            break
        except BrokenAnswer as fault:
            no_answer = str(fault)
    return Suggestion(
        at=datetime.now().astimezone(),
        record=record.id,
        seen=seen_hash(record, asked.criteria),
        prompt=asked.prompt,
        settings=asked.settings,
        model=asked.machine.model,
        criteria=criteria,
        probability=probability,
        no_answer=no_answer,
        served_by=served_by[:200],
        tokens_read=read,
        tokens_written=written,
        seconds=round(time.monotonic() - began, 3),
        tries=tries,
    )
