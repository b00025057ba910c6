"""Which studies are included, and by which reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from pipeline.ledger.as_of import AsOf
from pipeline.terms.decision import Collated
from pipeline.terms.review import Position
from pipeline.terms.standing import Standing


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
