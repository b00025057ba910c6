"""The PRISMA 2020 flow of a day, counted from where each record stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from pipeline.ledger.as_of import AsOf
from pipeline.terms.review import Edition, Ledger, Position
from pipeline.terms.standing import OPEN, Flow, Stand, Standing


def flow_of(
    here: AsOf,
    positions: Mapping[str, Position],
    studies: Mapping[str, tuple[str, ...]],
    base: Edition | None,
    previous: Ledger | None,
) -> Flow:
    """Counts the records of the searches since the edition `base`, and what became of earlier ones.

    `previous` is the ledger of `base`; both are None in a first edition.
    """
    searches = {s.id: s for s in here.searches}
    earlier = {s.id for s in here.searches if base and s.ingested_on <= base.on}
    counts: Counter[tuple[str, Standing, str]] = Counter()
    carried_over: Counter[Standing] = Counter()
    for record, position in positions.items():
        if position.search not in earlier:
            counts[position.search, position.standing, position.reason] += 1
        elif previous is not None and (
            position.standing in OPEN
            or previous.positions[record].standing is not position.standing
        ):
            carried_over[position.standing] += 1
    census: Counter[Stand] = Counter()
    for (name, standing, reason), n in counts.items():
        census[Stand(searches[name].source, searches[name].arm, standing, reason)] += n
    included = frozenset(r for reports in studies.values() for r in reports)
    new_studies = [s for s in studies if previous is not None and s not in previous.studies]
    of_new_studies = frozenset(r for s in new_studies for r in studies[s])
    before = frozenset(
        r for reports in (previous.studies if previous else {}).values() for r in reports
    )
    return Flow(
        census=dict(census),
        included_studies=frozenset(studies),
        included_reports=included,
        reasons={c.id: c.label for c in here.protocol.criteria},
        kinds={s.source: str(s.kind) for s in here.searches},
        previous_studies=frozenset(previous.studies) if previous else None,
        previous_reports=before if previous else None,
        further_reports=included - before - of_new_studies if previous else frozenset(),
        carried_over=dict(carried_over),
    )
