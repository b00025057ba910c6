"""`settle()`: the one fold. From what people decided to where everything stands on a day.

Nothing here is stored. An edition, the previous version of a review and the difference between
two days are this one function called on different days.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date

from pipeline.model.decision import Collated, Stage
from pipeline.model.review import Ledger, Position, Review
from pipeline.model.standing import Entrance, Flow, Stand, Standing, entrance_of
from pipeline.screening.plans import stand_ins
from pipeline.snapshot.as_of import AsOf, amended_edition, as_of, edition_before, searches_since
from pipeline.snapshot.positions import positions_of


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


def included_studies(here: AsOf, positions: Mapping[str, Position]) -> dict[str, tuple[str, ...]]:
    """Each included study with its included reports, the primary one first.

    What people collated counts; where nobody spoke of a report, the study file that names it; a
    report that nobody placed is a study of its own, called by its record id.
    """
    links: dict[tuple[str, str], Collated] = {}
    for link in here.collated:
        key = (_home(link.record, positions), link.study)
        if key not in links or (links[key].at, links[key].id) < (link.at, link.id):
            links[key] = link
    studies_of: dict[str, list[str]] = defaultdict(list)
    for (record, study), link in links.items():
        if link.member:
            studies_of[record].append(study)
    spoken_of = {record for record, _ in links}
    named_first: dict[str, str] = {}
    for study, reports in here.named_reports.items():
        for n, report in enumerate(reports):
            record = _home(report, positions)
            if n == 0:
                named_first[study] = record
            if record not in spoken_of:
                studies_of[record].append(study)
    found: dict[str, list[str]] = defaultdict(list)
    for record, position in positions.items():
        if position.standing is Standing.INCLUDED:
            for name in studies_of.get(record) or [record]:
                found[name].append(record)

    def primary(study: str, record: str) -> tuple[bool, bool]:
        link = links.get((record, study))
        return (not (link is not None and link.primary), record != named_first.get(study))

    return {
        study: tuple(sorted(dict.fromkeys(reports), key=lambda r: primary(study, r)))
        for study, reports in sorted(found.items())
    }


def _home(record: str, positions: Mapping[str, Position]) -> str:
    position = positions.get(record)
    return position.kept or record if position else record


def settle(
    review: Review, until: date | None = None, known: Mapping[int, Ledger] | None = None
) -> Ledger:
    """Where every record, report and study of `review` stands at the end of the day `until`.

    Without `until`: now, that is with everything that was written. A decision counts from its own
    day (in the zone it was made in) on; what came later is as if it had not happened. `known` are
    ledgers of sealed editions of the review, by number, that need not be worked out again.
    """
    here = as_of(review, until)
    positions, duplicates = positions_of(here)
    studies = included_studies(here, positions)
    base = edition_before(review, here)
    # what an edition included is what its own files said, where they were sealed
    previous = (known or {}).get(base.number) if base else None
    if base is not None and previous is None:
        previous = settle(review.sealed.get(base.number, review), base.on)
    entrances = entrances_of(positions, previous)
    flow = flow_of(here, positions, studies, previous, entrances)
    return Ledger(
        day=until,
        positions=positions,
        duplicates=duplicates,
        studies=studies,
        flow=flow,
        whole=flow
        if previous is None
        else flow_of(here, positions, studies, None, entrances_of(positions, None)),
        entrances=entrances,
        before=base,
        amends=amended_edition(review, here, base),
        searches=tuple(s.id for s in searches_since(base, review, here)),
        discarded=here.discarded,
        stand_ins={stage: stand_ins(here.handed_over, stage) for stage in Stage},
    )
