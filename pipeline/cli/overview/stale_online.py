"""`review stale --online`: services asked about included reports, their answers kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict

from pipeline.cli.console import progress, tell
from pipeline.model.problem import ReviewError
from pipeline.model.record import Record
from pipeline.model.standing import Standing
from pipeline.readers.json_records import member
from pipeline.readers.online_notices import trial_state
from pipeline.services.notices import Included, answers
from pipeline.services.source_table import SOURCES, service_of
from pipeline.snapshot import Snapshot
from pipeline.store import ReviewFolder

_SERVICES = ("crossref", "pubmed", "clinicaltrials")


def ask_online(
    folder: ReviewFolder, snapshot: Snapshot, base_urls: Sequence[str]
) -> Iterator[bytes]:
    """What the services say of each included report, one answer a line, as JSON."""
    said = dict(one.split("=", 1) for one in base_urls if "=" in one)
    for name in said:
        if name not in _SERVICES:
            known = ", ".join(_SERVICES)
            raise ReviewError(f"--base-url names no service {name!r}", f"Known are {known}")
    contact = snapshot.review.protocol.contact.strip()
    reports = list(_included(snapshot))
    with ExitStack() as open_, progress("Reports asked about") as tick:
        services = {
            name: open_.enter_context(
                service_of(SOURCES[name], address=said.get(name, ""), contact=contact, heard=tell)
            )
            for name in _SERVICES
        }
        for told in answers(reports, services, contact, lambda n: tick(n, len(reports))):
            yield json.dumps(asdict(told), ensure_ascii=False).encode() + b"\n"


def _included(snapshot: Snapshot) -> Iterator[Included]:
    for position in snapshot.ledger.at(Standing.INCLUDED):
        names = (position.record, *snapshot.ledger.duplicates.get(position.record, ()))
        records = [snapshot.records[name] for name in names if name in snapshot.records]
        trial, known = _trial(records)
        yield Included(
            record=position.record,
            doi=next((r.doi for r in records if r.doi), ""),
            pmid=next((r.pmid for r in records if r.pmid), ""),
            trial=trial,
            known=known,
        )


def _trial(records: Sequence[Record]) -> tuple[str, dict[str, str]]:
    """The number of the trial that a record of the register is, and what its export said of it."""
    for record in records:
        said = {tag.name: member(tag.value) for tag in record.as_exported}
        section = said.get("protocolSection")
        if isinstance(section, dict) and record.accession_number.startswith("NCT"):
            posted = {"results": "posted"} if said.get("hasResults") is True else {}
            return record.accession_number, trial_state(section) | posted
    return "", {}
