"""Every count that prose and tables may name, each taken from the flow, the ledger or a study."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.document.conduct import stage_facts
from pipeline.model.decision import AUTOMATION, Screened, Stage
from pipeline.model.search import Arm
from pipeline.model.standing import BOXES, EVERY, REMOVED_BEFORE_SCREENING, Standing
from pipeline.model.study import Basis, Direction, Study
from pipeline.snapshot import Snapshot

Counter = Callable[[Snapshot], int]

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

STANDINGS: Mapping[str, frozenset[Standing]] = {
    "records_identified": EVERY,
    "records_removed": REMOVED_BEFORE_SCREENING,
    "duplicates_removed": frozenset({Standing.DUPLICATE}),
    "records_kept": EVERY - {Standing.DUPLICATE},
}
"""Counts over all records of this edition, whatever their arm."""


def _sources(snapshot: Snapshot, *arms: Arm) -> int:
    return len({s.source for s in snapshot.searches if not arms or s.arm in arms})


def _people(snapshot: Snapshot) -> int:
    names = {d.reviewer for d in snapshot.decisions if isinstance(d, Screened)}
    return len(names - {AUTOMATION})


def _stage(stage: Stage, name: str) -> Counter:
    return lambda snapshot: int(getattr(stage_facts(snapshot, stage), name))


_PLAIN: Mapping[str, Counter] = {
    "included_studies": lambda d: len(d.ledger.flow.included_studies),
    "included_reports": lambda d: len(d.ledger.flow.included_reports),
    "context_studies": lambda d: len(d.context),
    "new_studies": lambda d: len(d.ledger.flow.new_studies),
    "removed_studies": lambda d: len(d.ledger.flow.removed_studies),
    "previous_studies": lambda d: len(d.ledger.flow.previous_studies or ()),
    "previous_reports": lambda d: len(d.ledger.flow.previous_reports or ()),
    "pending": lambda d: d.ledger.flow.pending,
    "searches": lambda d: len(d.searches),
    "sources": _sources,
    "databases": lambda d: _sources(d, Arm.DATABASES),
    "registers": lambda d: _sources(d, Arm.REGISTERS),
    "other_sources": lambda d: _sources(d, Arm.OTHER),
    "reviewers": _people,
    "criteria": lambda d: len(d.review.protocol.criteria),
    "questions": lambda d: len(d.review.protocol.questions),
    "outcomes": lambda d: len(d.review.protocol.outcomes),
    "amendments": lambda d: len(d.review.protocol.amendments),
    "decisions": lambda d: len(d.decisions),
    "findings": lambda d: len(d.synthesis.findings),
    "screened_by_two": _stage(Stage.TITLE_ABSTRACT, "by_more"),
    "screened_by_one": _stage(Stage.TITLE_ABSTRACT, "by_one"),
    "conflicts": _stage(Stage.TITLE_ABSTRACT, "differed"),
    "conflicts_settled": _stage(Stage.TITLE_ABSTRACT, "settled"),
    "full_text_by_two": _stage(Stage.FULL_TEXT, "by_more"),
    "full_text_by_one": _stage(Stage.FULL_TEXT, "by_one"),
    "full_text_conflicts": _stage(Stage.FULL_TEXT, "differed"),
    "full_text_settled": _stage(Stage.FULL_TEXT, "settled"),
    "entries_set_aside": lambda d: sum(len(d.reading(s).set_aside) for s in d.searches),
}

KEYS: tuple[str, ...] = (*BOXES, *BOTH_ARMS, *STANDINGS, *_PLAIN)
"""Every word that `n()` takes."""


class UnknownCount(Exception):
    """There is no such count; `word` is what was asked for, `known` what there is of its kind."""

    def __init__(self, what: str, word: str, known: tuple[str, ...]) -> None:
        super().__init__(what)
        self.what, self.word, self.known = what, word, known


def count(snapshot: Snapshot, key: str, **parts: object) -> int:
    """The count `key` (of `KEYS`), parted by `source` or `reason`, or, for studies, by answers.

    Raises UnknownCount for a word that is not there: a count that is 0 because of a slip of the
    pen would be a false statement.
    """
    asked = {name: str(value) for name, value in parts.items()}
    if key in ("included_studies", "context_studies") and asked:
        return sum(
            all(_has(snapshot, s, *part) for part in asked.items()) for s in _of(snapshot, key)
        )
    source, reason = asked.pop("source", ""), asked.pop("reason", "")
    if asked:
        name = next(iter(asked))
        raise UnknownCount(f"{key} is not parted by {name}", name, ("source", "reason"))
    if source or reason:
        return _parted(snapshot, key, source, reason)
    flow = snapshot.ledger.flow
    if key in BOXES:
        return flow.count(key)
    if key in BOTH_ARMS:
        return sum(flow.count(box) for box in BOTH_ARMS[key])
    if key in STANDINGS:
        return flow.standing(*STANDINGS[key])
    if key in _PLAIN:
        return _PLAIN[key](snapshot)
    raise UnknownCount(f"there is no count {key!r}", key, KEYS)


def _parted(snapshot: Snapshot, key: str, source: str, reason: str) -> int:
    known = tuple(dict.fromkeys(s.source for s in snapshot.searches))
    if source and source not in known:
        raise UnknownCount(f"no search has the source {source!r}", source, known)
    reasons = snapshot.ledger.flow.reasons
    given = {stand.reason for stand in snapshot.ledger.flow.census}
    if reason and reason not in reasons and reason not in given:
        raise UnknownCount(f"there is no criterion {reason!r}", reason, tuple(reasons))
    boxes = BOTH_ARMS.get(key, (key,) if key in BOXES else ())
    total = 0
    for stand, n in snapshot.ledger.flow.census.items():
        inside = stand.standing in STANDINGS.get(key, ()) or any(
            stand.arm in BOXES[box].arms and stand.standing in BOXES[box].standings for box in boxes
        )
        if inside and source in ("", stand.source) and reason in ("", stand.reason):
            total += n
    if not boxes and key not in STANDINGS:
        raise UnknownCount(f"{key!r} is not parted by source or reason", key, KEYS)
    return total


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
