"""Every count that prose and tables may name, each taken from the flow, the ledger or a study."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from pipeline.document.conduct import stage_facts
from pipeline.model.decision import Stage
from pipeline.model.search import Arm, Search
from pipeline.model.standing import (
    BOXES,
    DBR,
    EVERY,
    OTHER,
    REMOVED_BEFORE_SCREENING,
    Box,
    Entrance,
    Flow,
    Standing,
)
from pipeline.model.study import Basis, Direction, Study
from pipeline.snapshot import Snapshot


class Scope(StrEnum):
    """Of which searches a count is: those since the edition before, or all of them."""

    ROUND = "round"
    ALL = "all"


class Via(StrEnum):
    """By which way the records of a count were found: the two arms of the diagram, or both."""

    DATABASES = "databases"
    OTHER = "other"
    BOTH = "both"


_ARMS: Mapping[Via, frozenset[Arm]] = {Via.DATABASES: DBR, Via.OTHER: OTHER, Via.BOTH: DBR | OTHER}

BOTH_ARMS: Mapping[str, tuple[str, str]] = {
    "reports_sought": ("dbr_sought_reports", "other_sought_reports"),
    "reports_not_retrieved": ("dbr_notretrieved_reports", "other_notretrieved_reports"),
    "reports_assessed": ("dbr_assessed", "other_assessed"),
    "reports_excluded": ("dbr_excluded", "other_excluded"),
    "reports_awaiting_classification": (
        "dbr_awaiting_classification",
        "other_awaiting_classification",
    ),
}
"""Counts over both arms of the diagram, each the sum of its two boxes."""


def _both(key: str, standings: frozenset[Standing], *found: Entrance) -> Box:
    text = key.replace("_", " ").capitalize()
    return Box(key, text, DBR | OTHER, standings, frozenset(found or Entrance))


STANDINGS: Mapping[str, Box] = {
    "records_identified": _both("records_identified", EVERY, Entrance.SEARCH),
    "records_removed": _both("records_removed", REMOVED_BEFORE_SCREENING),
    "duplicates_removed": _both("duplicates_removed", frozenset({Standing.DUPLICATE})),
    "records_kept": _both("records_kept", EVERY - {Standing.DUPLICATE}, Entrance.SEARCH),
}
"""Counts over all records, whatever their arm."""

OF_ONE_ARM = tuple(
    key for key, box in BOXES.items() if box.arms == DBR and not key.startswith("dbr_")
)
"""Boxes whose names do not say that they count databases and registers alone."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A snapshot, and of which searches something is counted."""

    snapshot: Snapshot
    scope: Scope

    @property
    def flow(self) -> Flow:
        ledger = self.snapshot.ledger
        return ledger.whole if self.scope is Scope.ALL else ledger.flow

    @property
    def searches(self) -> tuple[Search, ...]:
        snapshot = self.snapshot
        return snapshot.searches if self.scope is Scope.ALL else snapshot.round_searches


_Counter = Callable[[_Asked], int]


def _sources(*arms: Arm) -> _Counter:
    return lambda a: len({s.source for s in a.searches if not arms or s.arm in arms})


def _people(asked: _Asked) -> int:
    stages = (stage_facts(asked.snapshot, s, asked.scope is Scope.ROUND) for s in Stage)
    return len({name for facts in stages for name in facts.reviewers})


def _stage(stage: Stage, name: str) -> _Counter:
    return lambda a: int(getattr(stage_facts(a.snapshot, stage, a.scope is Scope.ROUND), name))


_BY_SCOPE: Mapping[str, _Counter] = {
    "searches": lambda a: len(a.searches),
    "sources": _sources(),
    "databases": _sources(Arm.DATABASES),
    "registers": _sources(Arm.REGISTERS),
    "other_sources": _sources(Arm.OTHER),
    "reviewers": _people,
    "screened_by_two": _stage(Stage.TITLE_ABSTRACT, "by_more"),
    "screened_by_one": _stage(Stage.TITLE_ABSTRACT, "by_one"),
    "conflicts": _stage(Stage.TITLE_ABSTRACT, "differed"),
    "conflicts_settled": _stage(Stage.TITLE_ABSTRACT, "settled"),
    "full_text_by_two": _stage(Stage.FULL_TEXT, "by_more"),
    "full_text_by_one": _stage(Stage.FULL_TEXT, "by_one"),
    "full_text_conflicts": _stage(Stage.FULL_TEXT, "differed"),
    "full_text_settled": _stage(Stage.FULL_TEXT, "settled"),
    "entries_set_aside": lambda a: sum(len(a.snapshot.reading(s).set_aside) for s in a.searches),
}
"""Counts that are another over one round than over all, besides the boxes of the diagram."""

_PLAIN: Mapping[str, Callable[[Snapshot], int]] = {
    "included_studies": lambda d: len(d.ledger.flow.included_studies),
    "included_reports": lambda d: len(d.ledger.flow.included_reports),
    "context_studies": lambda d: len(d.context),
    "new_studies": lambda d: len(d.ledger.flow.new_studies),
    "removed_studies": lambda d: len(d.ledger.flow.removed_studies),
    "previous_studies": lambda d: len(d.ledger.flow.previous_studies or ()),
    "previous_reports": lambda d: len(d.ledger.flow.previous_reports or ()),
    "pending": lambda d: d.ledger.flow.pending,
    "criteria": lambda d: len(d.review.protocol.criteria),
    "questions": lambda d: len(d.review.protocol.questions),
    "outcomes": lambda d: len(d.review.protocol.outcomes),
    "amendments": lambda d: len(d.review.protocol.amendments),
    "decisions": lambda d: len(d.decisions),
    "findings": lambda d: len(d.synthesis.findings),
}
"""Counts that mean one thing only."""

KEYS: tuple[str, ...] = (*BOXES, *BOTH_ARMS, *STANDINGS, *_BY_SCOPE, *_PLAIN)
"""Every word that `n()` takes."""


class UnknownCount(Exception):
    """There is no such count; `word` is what was asked for, `known` what there is of its kind."""

    def __init__(self, what: str, word: str, known: tuple[str, ...]) -> None:
        super().__init__(what)
        self.what, self.word, self.known = what, word, known


def count(snapshot: Snapshot, key: str, **parts: object) -> int:
    """The count `key` (of `KEYS`), parted by `source` or `reason`, or, for studies, by answers.

    `scope` (of `Scope`) and `via` (of `Via`) say what is counted where a count may mean more than
    one thing; without them it is what the flow diagram shows. Raises UnknownCount for a word that
    is not there: a count that is 0 because of a slip of the pen would be a false statement.
    """
    asked = {name: str(value) for name, value in parts.items()}
    if key not in KEYS:
        raise UnknownCount(f"there is no count {key!r}", key, KEYS)
    scope = Scope(_checked(asked.pop("scope", Scope.ROUND), tuple(Scope), "scope"))
    via = asked.pop("via", "")
    if via:
        _checked(via, tuple(Via), "via")
    if (key in _PLAIN and "scope" in parts) or (via and not _boxes(key)):
        word = "via" if via else "scope"
        raise UnknownCount(f"{key} means one thing only and takes no {word}", word, ())
    if key in ("included_studies", "context_studies") and asked:
        return sum(
            all(_has(snapshot, s, *part) for part in asked.items()) for s in _of(snapshot, key)
        )
    source, reason = asked.pop("source", ""), asked.pop("reason", "")
    if asked:
        name = next(iter(asked))
        raise UnknownCount(f"{key} is not parted by {name}", name, ("source", "reason"))
    here = _Asked(snapshot, scope)
    if source or reason:
        return _parted(here, key, via, source, reason)
    if key in BOXES and not via:
        return here.flow.count(key)
    if key in BOTH_ARMS and not via:
        return sum(here.flow.count(box) for box in BOTH_ARMS[key])
    if key in _PLAIN:
        return _PLAIN[key](snapshot)
    if key in _BY_SCOPE:
        return _BY_SCOPE[key](here)
    return sum(here.flow.inside(box) for box in boxes_of(key, via))


def boxes_of(key: str, via: str = "") -> tuple[Box, ...]:
    """The boxes whose records `key` counts, of both arms or of those that `via` names; none for a
    count of other things."""
    found = _boxes(key)
    if not via:
        return found
    arms = _ARMS[Via(via)]
    if key in OF_ONE_ARM:
        return tuple(replace(box, arms=arms) for box in found)
    return tuple(replace(box, arms=box.arms & arms) for box in found)


def _boxes(key: str) -> tuple[Box, ...]:
    if key in STANDINGS:
        return (STANDINGS[key],)
    return tuple(BOXES[box] for box in BOTH_ARMS.get(key, (key,) if key in BOXES else ()))


def meanings(snapshot: Snapshot, key: str, **parts: object) -> Mapping[str, int]:
    """What the count `key` may mean as it is asked for, each way to say so with its number; empty
    where all of them come to the same.

    In an update a count is of its round or of all rounds. A box of databases and registers whose
    name does not say so counts them alone, as the diagram does, whatever came by other methods.
    """
    scopes: tuple[str, ...] = ("",)
    if "scope" not in parts and key not in _PLAIN and snapshot.ledger.flow.is_update:
        scopes = tuple(Scope)
    found = {
        f'scope="{scope}"': count(snapshot, key, **parts, scope=scope) for scope in scopes if scope
    }
    return found if len(set(found.values())) > 1 else {}


def _parted(here: _Asked, key: str, via: str, source: str, reason: str) -> int:
    snapshot, flow = here.snapshot, here.flow
    known = tuple(dict.fromkeys(s.source for s in snapshot.searches))
    if source and source not in known:
        raise UnknownCount(f"no search has the source {source!r}", source, known)
    reasons = flow.reasons
    given = {stand.reason for stand in snapshot.ledger.whole.census}
    if reason and reason not in reasons and reason not in given:
        raise UnknownCount(f"there is no criterion {reason!r}", reason, tuple(reasons))
    boxes = boxes_of(key, via)
    if not boxes:
        raise UnknownCount(f"{key!r} is not parted by source or reason", key, KEYS)
    return sum(
        n
        for stand, n in flow.census.items()
        if any(box.holds(stand.arm, stand.standing, stand.entrance) for box in boxes)
        and source in ("", stand.source)
        and reason in ("", stand.reason)
    )


def _of(snapshot: Snapshot, key: str) -> tuple[Study, ...]:
    return snapshot.included if key == "included_studies" else snapshot.context


def _has(snapshot: Snapshot, study: Study, name: str, wanted: str) -> bool:
    if name == "basis":
        return _checked(wanted, tuple(Basis), "basis") == study.basis
    if name == "outcome":
        known = tuple(o.id for o in snapshot.review.protocol.outcomes)
        _checked(wanted, known, "outcome")
        return any(result.outcome == wanted for result in study.results)
    if name == "direction":
        _checked(wanted, tuple(Direction), "direction")
        return any(result.direction == wanted for result in study.results)
    form = snapshot.review.forms.get(study.form)
    items = {item.id: item for item in form.items} if form else {}
    if name not in items:
        raise UnknownCount(f"the form has no item {name!r}", name, tuple(items))
    if items[name].options:
        _checked(wanted, tuple(option.id for option in items[name].options), name)
    answer = study.answers.get(name)
    value = answer.value if answer else None
    return wanted in (map(str, value) if isinstance(value, tuple) else (str(value),))


def _checked(wanted: str, known: tuple[str, ...], what: str) -> str:
    if wanted not in known:
        raise UnknownCount(f"there is no {what} {wanted!r}", wanted, known)
    return wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Yield:
    """One source. `records` are entries of its exports, `only_here` those of them whose report no
    other source gave; `reports` are different reports to screen, `included` those included."""

    source: str
    records: int
    only_here: int
    reports: int
    included: int
    included_only_here: int


def yields(snapshot: Snapshot) -> tuple[Yield, ...]:
    """Every source in the order of the search log.

    Two records are of one report when the ledger keeps one for both: a report found by three
    sources counts as included for all three, and as found nowhere else for none.
    """
    positions = snapshot.ledger.positions
    source_of = {s.id: s.source for s in snapshot.searches}
    records: dict[str, list[str]] = defaultdict(list)
    owners: dict[str, set[str]] = defaultdict(set)
    for position in positions.values():
        source = source_of[position.search]
        kept = position.kept or position.record
        records[source].append(kept)
        owners[kept].add(source)
    found = []
    for source in dict.fromkeys(source_of.values()):
        reports = set(records[source])
        included = [r for r in reports if positions[r].standing is Standing.INCLUDED]
        found.append(
            Yield(
                source=source,
                records=len(records[source]),
                only_here=sum(len(owners[kept]) == 1 for kept in records[source]),
                reports=sum(positions[r].standing not in REMOVED_BEFORE_SCREENING for r in reports),
                included=len(included),
                included_only_here=sum(len(owners[r]) == 1 for r in included),
            )
        )
    return tuple(found)
