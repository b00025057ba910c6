"""Where a record stands, and the PRISMA 2020 flow as sets of standings.

A box of the diagram is a set of standings in an arm: a box and the boxes below it hold the same
records by construction, so the sums of PRISMA 2020 (`EQUATIONS`) cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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


@dataclass(frozen=True, slots=True)
class Box:
    """A box of the diagram: the records of `arms` that stand in one of `standings`.

    `key` is the name of the box in the data file of the R package PRISMA2020.
    """

    key: str
    text: str
    arms: frozenset[Arm]
    standings: frozenset[Standing]


_DBR = frozenset({Arm.DATABASES, Arm.REGISTERS})
_OTHER = frozenset({Arm.OTHER})

BOXES: Mapping[str, Box] = {
    box.key: box
    for box in (
        Box("database_results", "Databases", frozenset({Arm.DATABASES}), EVERY),
        Box("register_results", "Registers", frozenset({Arm.REGISTERS}), EVERY),
        Box("duplicates", "Duplicate records removed", _DBR, frozenset({S.DUPLICATE})),
        Box(
            "excluded_automatic",
            "Records marked as ineligible by automation tools",
            _DBR,
            frozenset({S.REMOVED_BY_AUTOMATION}),
        ),
        Box(
            "excluded_other",
            "Records removed for other reasons",
            _DBR,
            frozenset({S.REMOVED_FOR_OTHER_REASONS}),
        ),
        Box("records_to_screen", "Records to screen", _DBR, TO_SCREEN),
        Box(
            "records_not_screened",
            "Records not screened, as screening was stopped",
            _DBR,
            frozenset({S.NOT_SCREENED}),
        ),
        Box("records_screened", "Records screened", _DBR, SCREENED),
        Box(
            "records_excluded",
            "Records excluded",
            _DBR,
            frozenset({S.EXCLUDED_ON_TITLE_AND_ABSTRACT}),
        ),
        Box("dbr_sought_reports", "Reports sought for retrieval", _DBR, SOUGHT),
        Box(
            "dbr_notretrieved_reports", "Reports not retrieved", _DBR, frozenset({S.NOT_RETRIEVED})
        ),
        Box("dbr_assessed", "Reports assessed for eligibility", _DBR, ASSESSED),
        Box("dbr_excluded", "Reports excluded", _DBR, frozenset({S.EXCLUDED_ON_FULL_TEXT})),
        Box(
            "dbr_awaiting_classification",
            "Reports awaiting classification",
            _DBR,
            frozenset({S.AWAITING_CLASSIFICATION}),
        ),
        Box("dbr_included", "Reports included", _DBR, frozenset({S.INCLUDED})),
        Box("other_results", "Records identified by other methods", _OTHER, EVERY),
        Box(
            "other_not_sought",
            "Records by other methods that were duplicates or not eligible on title",
            _OTHER,
            REMOVED_BEFORE_SCREENING | {S.EXCLUDED_ON_TITLE_AND_ABSTRACT},
        ),
        Box(
            "other_not_screened",
            "Records by other methods not screened, as screening was stopped",
            _OTHER,
            frozenset({S.NOT_SCREENED}),
        ),
        Box("other_sought_reports", "Reports sought for retrieval", _OTHER, SOUGHT),
        Box(
            "other_notretrieved_reports",
            "Reports not retrieved",
            _OTHER,
            frozenset({S.NOT_RETRIEVED}),
        ),
        Box("other_assessed", "Reports assessed for eligibility", _OTHER, ASSESSED),
        Box("other_excluded", "Reports excluded", _OTHER, frozenset({S.EXCLUDED_ON_FULL_TEXT})),
        Box(
            "other_awaiting_classification",
            "Reports awaiting classification",
            _OTHER,
            frozenset({S.AWAITING_CLASSIFICATION}),
        ),
        Box("other_included", "Reports included", _OTHER, frozenset({S.INCLUDED})),
        Box(
            "new_reports", "Reports of new included studies", _DBR | _OTHER, frozenset({S.INCLUDED})
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Stand:
    """What the flow needs to know of one record: source, arm, standing, reason of exclusion."""

    source: str
    arm: Arm
    standing: Standing
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The PRISMA 2020 flow of one edition: how many records make each `Stand`, and the studies.

    `census` counts the records of this edition's searches. `reasons` maps the id of a criterion
    to its label. Studies are sets of ids; `previous_*` is what the edition before included and is
    None in a first edition; `carried_over` counts earlier records that were settled only now;
    `further_reports` are the new reports that tell of no new study, only of earlier ones.
    """

    census: Mapping[Stand, int]
    included_studies: frozenset[str]
    included_reports: frozenset[str]
    reasons: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    previous_studies: frozenset[str] | None = None
    previous_reports: frozenset[str] | None = None
    carried_over: Mapping[Standing, int] = field(default_factory=dict)
    further_reports: frozenset[str] = frozenset()

    def count(self, key: str) -> int:
        """How many records stand in the box `key` (a key of `BOXES`)."""
        box = BOXES[key]
        return sum(
            n
            for stand, n in self.census.items()
            if stand.arm in box.arms and stand.standing in box.standings
        )

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
            if stand.arm in box.arms and stand.standing in box.standings:
                counts[part(stand)] = counts.get(part(stand), 0) + n
        return counts

    def standing(self, *standings: Standing) -> int:
        """How many records of this edition stand in any of `standings`, whatever their arm."""
        return sum(n for stand, n in self.census.items() if stand.standing in standings)

    @property
    def is_update(self) -> bool:
        return self.previous_studies is not None

    @property
    def has_other_sources(self) -> bool:
        return self.count("other_results") > 0

    @property
    def pending(self) -> int:
        """Records on which somebody still has to act; the diagram says so when it is not 0."""
        return self.standing(*OPEN) + sum(self.carried_over.get(s, 0) for s in OPEN)

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

    The template's sums gain the terms that it has no box for: what is still open, and reports
    that await classification. They are 0 in a finished review and printed where they are not.
    """
    n = flow.count
    dbr = frozenset({Arm.DATABASES, Arm.REGISTERS})

    def here(arms: frozenset[Arm], *standings: Standing) -> int:
        return sum(k for s, k in flow.census.items() if s.arm in arms and s.standing in standings)

    sums: dict[str, tuple[int, int]] = {
        "databases add up": (
            n("database_results"),
            sum(flow.by_source("database_results").values()),
        ),
        "registers add up": (
            n("register_results"),
            sum(flow.by_source("register_results").values()),
        ),
        "identified = removed before screening + not screened + screened + awaiting screening": (
            n("database_results") + n("register_results"),
            n("duplicates")
            + n("excluded_automatic")
            + n("excluded_other")
            + n("records_not_screened")
            + n("records_screened")
            + here(dbr, S.AWAITING_SCREENING),
        ),
        "screened = excluded + sought": (
            n("records_screened"),
            n("records_excluded") + n("dbr_sought_reports"),
        ),
        "other methods = not sought + not screened + awaiting screening + sought": (
            n("other_results"),
            n("other_not_sought")
            + n("other_not_screened")
            + here(_OTHER, S.AWAITING_SCREENING)
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
    for prefix, arms in (("dbr", dbr), ("other", _OTHER)):
        sums[f"{prefix}: sought = not retrieved + assessed + open"] = (
            n(f"{prefix}_sought_reports"),
            n(f"{prefix}_notretrieved_reports")
            + n(f"{prefix}_assessed")
            + here(arms, S.AWAITING_RETRIEVAL, S.AWAITING_ASSESSMENT),
        )
        sums[f"{prefix}: assessed = reasons + awaiting classification + included"] = (
            n(f"{prefix}_assessed"),
            sum(flow.by_reason(f"{prefix}_excluded").values())
            + n(f"{prefix}_awaiting_classification")
            + n(f"{prefix}_included"),
        )
    return sums
