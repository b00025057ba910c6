"""A machine that takes part in a review: what it is, what it answered, how it was evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pipeline.model.decision import Verdict


class ServerKind(StrEnum):
    """How a server of language models is spoken to: as OpenAI's chat API, or as Ollama's."""

    OPENAI = "openai"
    OLLAMA = "ollama"


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What a machine that suggests verdicts on titles and abstracts is, and where it runs.

    `prompt` is a file of the review. `digest` names the very weights where `version` does not.
    `address` leads to a server that speaks `api`; one that is not on this machine is asked only
    where `records_may_leave` says so. `least_sensitivity` is what the lower end of the interval of
    an evaluation has to reach. A machine suggests: it has no vote, and nothing is excluded by it.
    """

    model: str
    prompt: str
    version: str = ""
    digest: str = ""
    provider: str = ""
    api: ServerKind = ServerKind.OLLAMA
    address: str = "http://127.0.0.1:11434"
    records_may_leave: bool = False
    temperature: float = 0.0
    seed: int = 1
    most_tokens: int = 2000
    seconds: int = 300
    least_sensitivity: float = 0.95


class CriterionAnswer(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionSaid:
    """What a machine said of one criterion. `found`: the quote stands in title or abstract.

    `said` is its own word; without a quote that was found it counts as unclear (`counts`).
    """

    said: CriterionAnswer
    quote: str = ""
    found: bool = False

    @property
    def counts(self) -> CriterionAnswer:
        return self.said if self.found else CriterionAnswer.UNCLEAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One answer of a machine on one record, or, with `no_answer` in words, that none came.

    `seen` is the hash of title, abstract and criteria; `prompt` that of the instructions as they
    were sent; `settings` that of all else that makes the machine. `served_by` is the model that the
    server named in its answer.
    """

    at: datetime
    record: str
    seen: str
    prompt: str
    settings: str
    model: str
    criteria: Mapping[str, CriterionSaid] = field(default_factory=dict)
    probability: float | None = None
    no_answer: str = ""
    served_by: str = ""
    tokens_read: int = 0
    tokens_written: int = 0
    seconds: float = 0.0
    tries: int = 1

    @property
    def verdict(self) -> Verdict | None:
        """What the answers on criteria come to: one that is not met excludes, all met include."""
        if self.no_answer or not self.criteria:
            return None
        counted = {said.counts for said in self.criteria.values()}
        if CriterionAnswer.NOT_MET in counted:
            return Verdict.EXCLUDE
        return Verdict.INCLUDE if counted == {CriterionAnswer.MET} else Verdict.UNSURE


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`n` of `of`."""

    n: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """How the suggestions of a machine compare with what people decided.

    `against` names what people decided (a file with its hash, or the pilot). A record that the
    machine does not exclude counts as kept, one without an answer among them. `missed` are the
    relevant records that it would have excluded. `criteria_found`: of the records that people
    excluded for a criterion, those in which the machine found it not met; `criteria_spared`: of
    those that people included, those in which it did not. It holds for `prompt` and `settings`.
    """

    at: datetime
    against: str
    prompt: str
    settings: str
    model: str
    sensitivity: Share
    specificity: Share
    missed: tuple[str, ...] = ()
    no_answer: int = 0
    criteria_found: Mapping[str, Share] = field(default_factory=dict)
    criteria_spared: Mapping[str, Share] = field(default_factory=dict)
