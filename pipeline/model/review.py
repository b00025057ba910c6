"""A review as it was written, and the ledger that is worked out from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pipeline.model.decision import Decision, Discarded, Resolved, Retrieved, Screened, Stage
from pipeline.model.form import Form
from pipeline.model.problem import Problem
from pipeline.model.protocol import Protocol
from pipeline.model.search import Search
from pipeline.model.standing import Entrance, Flow, Standing
from pipeline.model.study import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """Somebody's word, given on the day `on`, that an edition is as its manifest says.

    `manifest` is the SHA-256 of the manifest that was signed.
    """

    by: str
    on: date
    manifest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A published edition: everything that was there at the end of the day `on`.

    From the day `withdrawn_on` on it no longer counts as an edition; nothing of it is deleted.
    """

    number: int
    on: date
    note: str = ""
    signed_off: tuple[SignOff, ...] = ()
    withdrawn_on: date | None = None
    withdrawn_by: str = ""
    withdrawn_why: str = ""

    def stands_on(self, day: date | None) -> bool:
        """Whether it is an edition still at the end of `day` (None: now)."""
        return self.withdrawn_on is None or (day is not None and day < self.withdrawn_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What people wrote: the protocol, the searches with the ids of their records, decisions.

    `entries` maps the id of a search to the ids of the records read from its export, in the order
    of the file. `decisions` come in any order. `drafts` are studies as people extracted them apart:
    by extractor, then by study. `problems` are the faults found while reading.
    `sealed` holds, by number, the review as each sealed edition knew it, whatever was changed,
    added or merged later.
    """

    slug: str
    protocol: Protocol
    searches: tuple[Search, ...]
    entries: Mapping[str, tuple[str, ...]]
    decisions: tuple[Decision, ...]
    studies: Mapping[str, Study] = field(default_factory=dict)
    drafts: Mapping[str, Mapping[str, Study]] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    editions: tuple[Edition, ...] = ()
    problems: tuple[Problem, ...] = ()
    sealed: Mapping[int, Review] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where one record stands and what brought it there.

    `kept` is the record kept in its stead when it is a duplicate; `reason` the id of the criterion
    (or the words) for which it was excluded; `stage` the stage that is open or decided last;
    `conflict` says that reviewers disagree at that stage. `votes` are the latest verdicts, one a
    reviewer, of all records that tell of this report.
    """

    record: str
    search: str
    standing: Standing
    kept: str = ""
    reason: str = ""
    stage: Stage | None = None
    conflict: bool = False
    votes: tuple[Screened, ...] = ()
    resolution: Resolved | None = None
    retrieval: Retrieved | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Where every record, report and study of a review stands at the end of `day` (None: now).

    `duplicates` maps a kept record to the ids of its duplicates. `studies` maps the id of each
    included study to the record ids of its included reports, the primary report first.
    `flow` counts the round, `whole` every record of all rounds as if there had been one;
    `entrances` are the records that the round counts, by where they come in, and `searches` the
    ids of its searches. `before` is the edition before the round; `amends` the edition of this very
    round after which something was decided. Either is None where there is none.
    `discarded` are the searches that were taken out as a mistake: nothing counts their records.
    `stand_ins` says to whom a reviewer's share of a stage was handed over: {stage: {leaver: to}}.
    """

    day: date | None
    positions: Mapping[str, Position]
    duplicates: Mapping[str, tuple[str, ...]]
    studies: Mapping[str, tuple[str, ...]]
    flow: Flow
    whole: Flow
    entrances: Mapping[str, Entrance]
    searches: tuple[str, ...] = ()
    before: Edition | None = None
    amends: Edition | None = None
    discarded: Mapping[str, Discarded] = field(default_factory=dict)
    stand_ins: Mapping[Stage, Mapping[str, str]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def at(self, *standings: Standing) -> tuple[Position, ...]:
        """The positions in any of `standings`, in the order in which the records came in."""
        return tuple(p for p in self.positions.values() if p.standing in standings)
