"""The PRISMA 2020 flow of a day, counted from where each record stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from pipeline.ledger.as_of import AsOf
from pipeline.terms.review import Ledger, Position
from pipeline.terms.standing import Entrance, Flow, Stand, Standing, entrance_of


def entrances_of(
    positions: Mapping[str, Position], previous: Ledger | None
) -> Mapping[str, Entrance]:
    """The records that the round counts, each with where it comes in; the others stand settled as
    they did in the `previous` edition."""
    earlier = previous.positions if previous else {}
    found: dict[str, Entrance] = {}
    for record, position in positions.items():
        then = earlier.get(record)
        entrance = entrance_of(then.standing, position.standing) if then else Entrance.SEARCH
        if entrance is not None:
            found[record] = entrance
    return found


def flow_of(
    here: AsOf,
    positions: Mapping[str, Position],
    studies: Mapping[str, tuple[str, ...]],
    previous: Ledger | None,
    entrances: Mapping[str, Entrance],
) -> Flow:
    """Counts the records of the round, and what became of the studies of the edition before.

    `previous` is the ledger of that edition; None in a first round.
    """
    searches = {s.id: s for s in here.searches}
    counts: Counter[tuple[str, Standing, str, Entrance]] = Counter(
        (positions[r].search, positions[r].standing, positions[r].reason, entrance)
        for r, entrance in entrances.items()
    )
    census: Counter[Stand] = Counter()
    for (name, standing, reason, entrance), n in counts.items():
        stand = Stand(searches[name].source, searches[name].arm, standing, reason, entrance)
        census[stand] += n
    included = frozenset(r for reports in studies.values() for r in reports)
    before = _reports_before(previous, positions) if previous else {}
    studies_before = _studies_before(previous, studies, before) if previous else frozenset()
    reports_before = frozenset(before.values())
    of_new_studies = frozenset(r for s in studies if s not in studies_before for r in studies[s])
    return Flow(
        census=dict(census),
        included_studies=frozenset(studies),
        included_reports=included,
        reasons={c.id: c.label for c in here.protocol.criteria},
        kinds={s.source: str(s.kind) for s in here.searches},
        previous_studies=studies_before if previous else None,
        previous_reports=reports_before if previous else None,
        further_reports=included - reports_before - of_new_studies if previous else frozenset(),
        settled_before=len(positions) - len(entrances),
    )


def _reports_before(previous: Ledger, positions: Mapping[str, Position]) -> dict[str, str]:
    """The reports that `previous` included, each with the record that stands for it now.

    Two that were found to be one report since stay two: the second keeps its name, and is told as
    no longer included.
    """
    reports = dict.fromkeys(r for reports in previous.studies.values() for r in reports)
    kept = {r: positions[r].kept for r in reports if r in positions and positions[r].kept}
    now = {report: report for report in reports if report not in kept}
    for report, name in kept.items():
        now[report] = report if name in now.values() else name
    return now


def _studies_before(
    previous: Ledger, studies: Mapping[str, tuple[str, ...]], reports_now: Mapping[str, str]
) -> frozenset[str]:
    """The studies that `previous` included, under the names that they have now.

    A study that went by another name then (before its reports were collated, it was called by its
    record) is known by its reports. Each name stands for one study only, so that none is lost
    from the count.
    """
    kept = {name for name in previous.studies if name in studies}
    found = set(kept)
    for name, reports in previous.studies.items():
        if name in kept:
            continue
        own = {reports_now[report] for report in reports}
        now = next((s for s, r in studies.items() if s not in found and own & set(r)), name)
        found.add(now)
    return frozenset(found)
