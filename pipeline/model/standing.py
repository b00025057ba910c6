"""Where a record stands, and the PRISMA 2020 flow as sets of standings.

A flow counts one round: the searches since the edition before, and the records of that edition that
were open then or are decided anew. A box of the diagram is a set of standings in an arm: a box and
the boxes below it hold the same records by construction, so that the sums of PRISMA 2020
(`equations`) cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.model.search import Arm


class Standing(StrEnum):
    """Where a record is on its way; each record has exactly one standing on a day."""

    DUPLICATE = "duplicate"
    REMOVED_BY_AUTOMATION = "removed_by_automation"
    REMOVED_FOR_OTHER_REASONS = "removed_for_other_reasons"
    AWAITING_SCREENING = "awaiting_screening"
    NOT_SCREENED = "not_screened"
    EXCLUDED_ON_TITLE_AND_ABSTRACT = "excluded_on_title_and_abstract"
    AWAITING_RETRIEVAL = "awaiting_retrieval"
    NOT_RETRIEVED = "not_retrieved"
    AWAITING_ASSESSMENT = "awaiting_assessment"
    EXCLUDED_ON_FULL_TEXT = "excluded_on_full_text"
    AWAITING_CLASSIFICATION = "awaiting_classification"
    INCLUDED = "included"


S = Standing
EVERY = frozenset(Standing)
REMOVED_BEFORE_SCREENING = frozenset(
    {S.DUPLICATE, S.REMOVED_BY_AUTOMATION, S.REMOVED_FOR_OTHER_REASONS}
)
TO_SCREEN = EVERY - REMOVED_BEFORE_SCREENING
SCREENED = TO_SCREEN - {S.AWAITING_SCREENING, S.NOT_SCREENED}
SOUGHT = SCREENED - {S.EXCLUDED_ON_TITLE_AND_ABSTRACT}
ASSESSED = SOUGHT - {S.AWAITING_RETRIEVAL, S.NOT_RETRIEVED, S.AWAITING_ASSESSMENT}
OPEN = frozenset({S.AWAITING_SCREENING, S.AWAITING_RETRIEVAL, S.AWAITING_ASSESSMENT})
"""Standings that a finished review does not have; the diagram says "in progress" for them."""


class Entrance(StrEnum):
    """Where a record comes into the flow of a round.

    A record that the searches of the round brought comes in by its search. One that the edition
    before had left open, or that is decided anew, comes in at the step that it had to go through
    again: it was not found once more, and not screened once more if only its full text was open.
    """

    SEARCH = "search"
    SCREENING = "screening"
    RETRIEVAL = "retrieval"
    ASSESSMENT = "assessment"


E = Entrance
_STEPS = tuple(Entrance)[1:]
_STEP: Mapping[Standing, Entrance] = {
    **dict.fromkeys(EVERY - SOUGHT, E.SCREENING),
    **dict.fromkeys((S.AWAITING_RETRIEVAL, S.NOT_RETRIEVED), E.RETRIEVAL),
    **dict.fromkeys(ASSESSED | {S.AWAITING_ASSESSMENT}, E.ASSESSMENT),
}


def entrance_of(then: Standing, now: Standing) -> Entrance | None:
    """Where a record of the edition before comes in; None when it stands settled as it did then.

    It comes in at the earlier of the two steps at which it stood then and stands now.
    """
    if then is now and now not in OPEN | {S.AWAITING_CLASSIFICATION}:
        return None
    return min(_STEP[then], _STEP[now], key=_STEPS.index)


SCREENED_IN_ROUND = frozenset({E.SEARCH, E.SCREENING})
SOUGHT_IN_ROUND = SCREENED_IN_ROUND | {E.RETRIEVAL}
_ANY = frozenset(Entrance)


@dataclass(frozen=True, slots=True)
class Box:
    """A box of the diagram: the records of `arms` that stand in one of `standings` and came into
    the round at one of `entrances`.

    `key` is the name of the box in the data file of the R package PRISMA2020; those of records
    carried over are ours, as the package has none for them.
    """

    key: str
    text: str
    arms: frozenset[Arm]
    standings: frozenset[Standing]
    entrances: frozenset[Entrance] = _ANY

    def holds(self, arm: Arm, standing: Standing, entrance: Entrance) -> bool:
        return arm in self.arms and standing in self.standings and entrance in self.entrances


DBR = frozenset({Arm.DATABASES, Arm.REGISTERS})
OTHER = frozenset({Arm.OTHER})

_CARRIED = "Records of the previous version, open then or decided anew"


def _boxes() -> Iterator[Box]:
    found, screened = frozenset({E.SEARCH}), SCREENED_IN_ROUND
    yield Box("database_results", "Databases", frozenset({Arm.DATABASES}), EVERY, found)
    yield Box("register_results", "Registers", frozenset({Arm.REGISTERS}), EVERY, found)
    yield Box("dbr_carried_to_screening", _CARRIED, DBR, EVERY, frozenset({E.SCREENING}))
    for key, text, standing in (
        ("duplicates", "Duplicate records removed", S.DUPLICATE),
        (
            "excluded_automatic",
            "Records marked as ineligible by automation tools",
            S.REMOVED_BY_AUTOMATION,
        ),
        ("excluded_other", "Records removed for other reasons", S.REMOVED_FOR_OTHER_REASONS),
    ):
        yield Box(key, text, DBR, frozenset({standing}), screened)
    left, out = frozenset({S.NOT_SCREENED}), frozenset({S.EXCLUDED_ON_TITLE_AND_ABSTRACT})
    stopped = "not screened, as screening was stopped"
    yield Box("records_to_screen", "Records to screen", DBR, TO_SCREEN, screened)
    yield Box("records_not_screened", f"Records {stopped}", DBR, left, screened)
    yield Box("records_screened", "Records screened", DBR, SCREENED, screened)
    yield Box("records_excluded", "Records excluded", DBR, out, screened)
    yield from _reports("dbr", DBR)
    yield Box("other_results", "Records identified by other methods", OTHER, EVERY, found)
    yield Box("other_carried_to_screening", _CARRIED, OTHER, EVERY, frozenset({E.SCREENING}))
    yield Box(
        "other_not_sought",
        "Records by other methods that were duplicates or not eligible on title",
        OTHER,
        REMOVED_BEFORE_SCREENING | out,
        screened,
    )
    yield Box("other_not_screened", f"Records by other methods {stopped}", OTHER, left, screened)
    yield from _reports("other", OTHER)
    included = frozenset({S.INCLUDED})
    yield Box("new_reports", "Reports of new included studies", DBR | OTHER, included)


def _reports(arm: str, arms: frozenset[Arm]) -> Iterator[Box]:
    """The boxes from the search for full texts on, which both arms have."""
    missing, waiting = frozenset({S.NOT_RETRIEVED}), frozenset({S.AWAITING_CLASSIFICATION})
    excluded, included = frozenset({S.EXCLUDED_ON_FULL_TEXT}), frozenset({S.INCLUDED})
    sought, retrieval, assessment = SOUGHT_IN_ROUND, {E.RETRIEVAL}, {E.ASSESSMENT}
    yield Box(f"{arm}_carried_to_retrieval", _CARRIED, arms, SOUGHT, frozenset(retrieval))
    yield Box(f"{arm}_sought_reports", "Reports sought for retrieval", arms, SOUGHT, sought)
    yield Box(f"{arm}_notretrieved_reports", "Reports not retrieved", arms, missing, sought)
    yield Box(f"{arm}_carried_to_assessment", _CARRIED, arms, SOUGHT, frozenset(assessment))
    yield Box(f"{arm}_assessed", "Reports assessed for eligibility", arms, ASSESSED)
    yield Box(f"{arm}_excluded", "Reports excluded", arms, excluded)
    yield Box(f"{arm}_awaiting_classification", "Reports awaiting classification", arms, waiting)
    yield Box(f"{arm}_included", "Reports included", arms, included)


BOXES: Mapping[str, Box] = {box.key: box for box in _boxes()}


@dataclass(frozen=True, slots=True)
class Stand:
    """What the flow needs to know of one record: source, arm, standing, reason of exclusion, and
    where it came into the round."""

    source: str
    arm: Arm
    standing: Standing
    reason: str = ""
    entrance: Entrance = Entrance.SEARCH


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The PRISMA 2020 flow of one round: how many records make each `Stand`, and the studies.

    `census` counts the records of the round. `settled_before` is the number of all others: the
    edition before settled them, and they stand as they did then. `reasons` maps the id of a
    criterion to its label. Studies are sets of ids; `previous_*` is what the edition before
    included and is None where there is none; `further_reports` are the new reports that tell of
    no new study, only of earlier ones.
    """

    census: Mapping[Stand, int]
    included_studies: frozenset[str]
    included_reports: frozenset[str]
    reasons: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    previous_studies: frozenset[str] | None = None
    previous_reports: frozenset[str] | None = None
    settled_before: int = 0
    further_reports: frozenset[str] = frozenset()

    def count(self, key: str) -> int:
        """How many records stand in the box `key` (a key of `BOXES`)."""
        return self.inside(BOXES[key])

    def inside(self, box: Box) -> int:
        """How many records of the round `box` holds."""
        return sum(n for s, n in self.census.items() if box.holds(s.arm, s.standing, s.entrance))

    def by_source(self, key: str) -> Mapping[str, int]:
        """The box `key` parted by source, in the order in which the sources came in."""
        return self._parted(key, lambda stand: stand.source)

    def by_reason(self, key: str) -> Mapping[str, int]:
        """The box `key` parted by the id of the one main reason, most frequent first."""
        counts = self._parted(key, lambda stand: stand.reason)
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    def _parted(self, key: str, part: Callable[[Stand], str]) -> dict[str, int]:
        box = BOXES[key]
        counts: dict[str, int] = {}
        for stand, n in self.census.items():
            if box.holds(stand.arm, stand.standing, stand.entrance):
                counts[part(stand)] = counts.get(part(stand), 0) + n
        return counts

    def standing(self, *standings: Standing) -> int:
        """How many records of the round stand in any of `standings`, whatever their arm."""
        return sum(n for stand, n in self.census.items() if stand.standing in standings)

    @property
    def carried_over(self) -> Mapping[Standing, int]:
        """The records of the edition before that were open then or are decided anew, by where they
        stand now."""
        counts: dict[Standing, int] = {}
        for stand, n in self.census.items():
            if stand.entrance is not Entrance.SEARCH:
                counts[stand.standing] = counts.get(stand.standing, 0) + n
        return counts

    @property
    def is_update(self) -> bool:
        return self.previous_studies is not None

    @property
    def has_other_sources(self) -> bool:
        return any(stand.arm is Arm.OTHER and n for stand, n in self.census.items())

    @property
    def pending(self) -> int:
        """Records on which somebody still has to act; the diagram says so when it is not 0."""
        return self.standing(*OPEN)

    @property
    def new_studies(self) -> frozenset[str]:
        return self.included_studies - (self.previous_studies or frozenset())

    @property
    def removed_studies(self) -> frozenset[str]:
        """Studies of the previous edition that this one no longer includes."""
        return (self.previous_studies or frozenset()) - self.included_studies

    @property
    def new_reports(self) -> frozenset[str]:
        return self.included_reports - (self.previous_reports or frozenset())

    @property
    def removed_reports(self) -> frozenset[str]:
        return (self.previous_reports or frozenset()) - self.included_reports


def equations(flow: Flow) -> Mapping[str, tuple[int, int]]:
    """The sums that every PRISMA 2020 flow must hold, each as (left side, right side).

    The template's sums gain the terms that it has no box for: what the edition before left open
    and what is decided anew, where it comes in; what is still open; and reports that await
    classification. Each is 0 where there is none and printed where it is not.
    """
    n = flow.count

    def open_(arms: frozenset[Arm], standing: Standing, entrances: frozenset[Entrance]) -> int:
        return flow.inside(Box("", "", arms, frozenset({standing}), entrances))

    sums: dict[str, tuple[int, int]] = {
        "databases add up": (
            n("database_results"),
            sum(flow.by_source("database_results").values()),
        ),
        "registers add up": (
            n("register_results"),
            sum(flow.by_source("register_results").values()),
        ),
        "identified + carried over = removed before screening + not screened + screened + "
        "awaiting screening": (
            n("database_results") + n("register_results") + n("dbr_carried_to_screening"),
            n("duplicates")
            + n("excluded_automatic")
            + n("excluded_other")
            + n("records_not_screened")
            + n("records_screened")
            + open_(DBR, S.AWAITING_SCREENING, SCREENED_IN_ROUND),
        ),
        "screened + carried over = excluded + sought": (
            n("records_screened") + n("dbr_carried_to_retrieval"),
            n("records_excluded") + n("dbr_sought_reports"),
        ),
        "other methods + carried over = not sought + not screened + awaiting screening + sought": (
            n("other_results") + n("other_carried_to_screening") + n("other_carried_to_retrieval"),
            n("other_not_sought")
            + n("other_not_screened")
            + open_(OTHER, S.AWAITING_SCREENING, SCREENED_IN_ROUND)
            + n("other_sought_reports"),
        ),
        "total studies = previous + new - removed": (
            len(flow.included_studies),
            len(flow.previous_studies or ()) + len(flow.new_studies) - len(flow.removed_studies),
        ),
        "total reports = previous + new - removed": (
            len(flow.included_reports),
            len(flow.previous_reports or ()) + len(flow.new_reports) - len(flow.removed_reports),
        ),
    }
    for prefix, arms in (("dbr", DBR), ("other", OTHER)):
        sums[f"{prefix}: sought + carried over = not retrieved + assessed + open"] = (
            n(f"{prefix}_sought_reports") + n(f"{prefix}_carried_to_assessment"),
            n(f"{prefix}_notretrieved_reports")
            + n(f"{prefix}_assessed")
            + open_(arms, S.AWAITING_RETRIEVAL, SOUGHT_IN_ROUND)
            + open_(arms, S.AWAITING_ASSESSMENT, _ANY),
        )
        sums[f"{prefix}: assessed = reasons + awaiting classification + included"] = (
            n(f"{prefix}_assessed"),
            sum(flow.by_reason(f"{prefix}_excluded").values())
            + n(f"{prefix}_awaiting_classification")
            + n(f"{prefix}_included"),
        )
    return sums
