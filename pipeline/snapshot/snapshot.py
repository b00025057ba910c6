"""The one value that everything below the command line reads: a review on a day, its ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from pipeline.extraction.quote_checks import TextOf
from pipeline.model.decision import Confirmed, Decision
from pipeline.model.finding import Synthesis
from pipeline.model.problem import Place, Problem
from pipeline.model.record import Record, SetAside
from pipeline.model.review import Edition, Ledger, Review
from pipeline.model.search import Search
from pipeline.model.study import Study
from pipeline.model.undoing import effective


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingSummary:
    """What the reading of one export came to: found = read + set aside."""

    read: int
    set_aside: tuple[SetAside, ...] = ()
    format: str = ""
    encoding: str = ""
    declared: int | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def found(self) -> int:
        return self.read + len(self.set_aside)


def _nowhere(_: object) -> Place:
    return Place(file="")


def _no_text(_: str) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Snapshot:
    """A review on a day with its ledger: what checks, comparisons, documents and walks all read.

    `readings` are by search; a search that has none counts with its `entries`. `references` are
    CSL items that no search brought in, by id. `version` is that of the program. `earlier` are the
    snapshots of the editions before, by number. `quotes_withheld`: the words of sources were taken
    out, and documents say so where they would stand.

    `edited` names the working files that are not as the latest edition keeps them.

    `place_of` finds the line of a decision in its log, `log_of` the YAML file of a search (of the
    protocol for the empty name), `key_of` the line of a key of the protocol, `form_of` the file of
    a form, `form_names` the forms that may be named. `orphans` are files among the exports that no
    search speaks of. `text_of` gives what of a report's file can be searched. `now` is the moment
    of the look.

    Two snapshots are the same only when they are one.
    """

    review: Review
    ledger: Ledger
    records: Mapping[str, Record]
    synthesis: Synthesis = field(default_factory=Synthesis)
    readings: Mapping[str, ReadingSummary] = field(default_factory=dict)
    references: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    version: str = ""
    quotes_withheld: bool = False
    edited: tuple[str, ...] = ()
    earlier: Mapping[int, Snapshot] = field(default_factory=dict)
    place_of: Callable[[Decision], Place] = _nowhere
    log_of: Callable[[str], Place] = _nowhere
    key_of: Callable[[str], Place] = _nowhere
    form_of: Callable[[str], Place] = _nowhere
    orphans: tuple[Place, ...] = ()
    form_names: tuple[str, ...] = ()
    text_of: TextOf = _no_text
    now: datetime | None = None

    @property
    def searches(self) -> tuple[Search, ...]:
        """The searches that count on the day of the ledger: without those that were taken out."""
        until, discarded = self.ledger.day, self.ledger.discarded
        return tuple(
            s
            for s in self.review.searches
            if (until is None or s.ingested_on <= until) and s.id not in discarded
        )

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What was decided of records and studies up to the day of the ledger, undone or not."""
        return tuple(d for d in self.log if not isinstance(d, Confirmed))

    @property
    def log(self) -> tuple[Decision, ...]:
        """Every line of the logs up to the day of the ledger, those that confirm claims as well."""
        until = self.ledger.day
        return tuple(d for d in self.review.decisions if until is None or d.at.date() <= until)

    @property
    def counting(self) -> tuple[Decision, ...]:
        """The decisions that count on the day of the ledger: none that was undone by then."""
        return effective(self.decisions)

    @property
    def round_searches(self) -> tuple[Search, ...]:
        """The searches of the round that the flow counts: those since the edition before it."""
        here = set(self.ledger.searches)
        return tuple(s for s in self.searches if s.id in here)

    def reading(self, search: Search) -> ReadingSummary:
        return self.readings.get(search.id) or ReadingSummary(
            read=len(self.review.entries.get(search.id, ()))
        )

    @property
    def included(self) -> tuple[Study, ...]:
        """The included studies that were extracted, by id."""
        studies = self.review.studies
        return tuple(studies[id] for id in sorted(self.ledger.studies) if id in studies)

    @property
    def not_extracted(self) -> tuple[str, ...]:
        """The ids of included studies of which no study file stands yet."""
        return tuple(id for id in sorted(self.ledger.studies) if id not in self.review.studies)

    @property
    def context(self) -> tuple[Study, ...]:
        """Studies that were extracted and are not included, by id."""
        studies = self.review.studies
        return tuple(studies[id] for id in sorted(studies) if id not in self.ledger.studies)

    @property
    def edition(self) -> Edition | None:
        """The edition that this write-up is: the one of the ledger's day, or of its last change."""
        if self.ledger.day is None and (self.edited or self.ledger.amends is not None):
            return None
        day = self.day
        return next((e for e in reversed(self._editions) if e.on == day), None)

    @property
    def draft_after(self) -> Edition | None:
        """The edition after which this is a working draft; None for an edition and before any."""
        if self.ledger.day is not None or self.edition is not None or not self._editions:
            return None
        return max(self._editions, key=lambda e: (e.on, e.number))

    @property
    def _editions(self) -> tuple[Edition, ...]:
        return tuple(e for e in self.review.editions if e.stands_on(self.ledger.day))

    @property
    def day(self) -> date | None:
        """The only day that the document shows, told by its inputs and never by a clock.

        The day that was asked for; else the edition that nothing came after; else the day of the
        latest decision, search or extraction; None when nothing has happened.
        """
        if self.ledger.day is not None:
            return self.ledger.day
        days = [d.at.date() for d in self.review.decisions if not isinstance(d, Confirmed)]
        days += [s.ingested_on for s in self.review.searches]
        for study in self.review.studies.values():
            days += [on for on in (study.extracted_on, study.checked_on) if on]
        last = max(days, default=None)
        editions = [e.on for e in self._editions]
        if last is None or (editions and max(editions) >= last):
            return max(editions, default=last)
        return last
