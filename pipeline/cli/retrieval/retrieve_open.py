"""`review retrieve --open-access`: open copies of wanted reports, fetched, matched and noted."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.cli.console import counted, in_list, progress, safe, say, say_json, tell
from pipeline.extraction.fulltext_matching import FullText, propose
from pipeline.model.decision import Retrieval, Retrieved
from pipeline.model.problem import ReviewError
from pipeline.model.record import Record
from pipeline.model.review import Ledger
from pipeline.model.standing import SOUGHT
from pipeline.services.asking import Service
from pipeline.services.open_access import (
    ADDRESSES,
    NAMES,
    OpenCopy,
    Report,
    fetched_pdf,
    open_copies,
)
from pipeline.services.source_table import SOURCES, service_of
from pipeline.snapshot.as_of import attempts_of
from pipeline.store import ReviewFolder
from pipeline.store.fulltexts import keep_fulltext, pages_of

_NOWHERE = "no open copy is known"
_PAGES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What became of one report: the file that was kept, or why there is none, and the place."""

    record: str
    where: str
    note: str
    file: str = ""
    sha256: str = ""


def retrieve_open(
    folder: ReviewFolder,
    ledger: Ledger,
    records: Sequence[str],
    reviewer: str,
    base_urls: Sequence[str],
    *,
    as_json: bool,
) -> None:
    """Asks for each wanted report (or `records`) and keeps what is a PDF and fits.

    Every attempt is a `retrieved` line of `reviewer` with its place and licence. Reports that were
    asked for on this day are left for another, unless they are named.
    """
    today = date.today()
    contact = folder.protocol[0].contact.strip()
    wanted = _wanted(folder, ledger, records, today)
    if not wanted:
        say("No report is wanted: all have their file, or were asked for today.")
        return
    if not contact:
        tell("Unpaywall answers only to an address: write `contact:` into the protocol.")
    done: list[Attempt] = []
    with ExitStack() as open_, progress("Reports asked for") as tick:
        services = {
            name: open_.enter_context(_service(name, contact, base_urls))
            for name in ADDRESSES
            if contact or name != "unpaywall"
        }
        for number, (home, report) in enumerate(wanted, 1):
            attempt = _attempt(folder, home, report, services, contact)
            done.append(attempt)
            folder.append(
                reviewer,
                Retrieved,
                record=attempt.record,
                outcome=Retrieval.OBTAINED if attempt.file else Retrieval.SOUGHT,
                where=attempt.where,
                file=attempt.file,
                file_sha256=attempt.sha256,
                note=attempt.note,
            )
            tick(number, len(wanted))
    _say(folder, done, as_json)


def _wanted(
    folder: ReviewFolder, ledger: Ledger, named: Sequence[str], today: date
) -> list[tuple[str, Report]]:
    attempts = attempts_of(folder.review.decisions, ledger.positions)
    found = []
    for position in ledger.positions.values():
        if named and position.record not in named:
            continue
        if position.standing not in SOUGHT or (position.retrieval and position.retrieval.file):
            continue
        tried = any(
            a.where.startswith(tuple(NAMES.values())) and a.at.date() == today
            for a in attempts.get(position.record, ())
        )
        if tried and not named:
            continue
        same = [position.record, *ledger.duplicates.get(position.record, ())]
        entries = [folder.records[name] for name in same if name in folder.records]
        found.append((position.record, _report(position.record, entries)))
    return found


def _report(home: str, entries: Sequence[Record]) -> Report:
    return Report(
        record=home,
        doi=next((r.doi for r in entries if r.doi), ""),
        pmid=next((r.pmid for r in entries if r.pmid), ""),
        pmcid=next((r.pmcid for r in entries if r.pmcid), ""),
    )


def _service(name: str, contact: str, base_urls: Sequence[str]) -> Service:
    said = dict(one.split("=", 1) for one in base_urls if "=" in one)
    for one in said:
        if one not in ADDRESSES:
            raise ReviewError(f"--base-url names no service {one!r}", f"Known: {', '.join(NAMES)}")
    address = said.get(name, "")
    if name in SOURCES:
        return service_of(SOURCES[name], address=address, contact=contact, heard=tell)
    return Service(NAMES[name], address or ADDRESSES[name], 0.1, contact=contact, heard=tell)


def _attempt(
    folder: ReviewFolder,
    home: str,
    report: Report,
    services: dict[str, Service],
    contact: str,
) -> Attempt:
    asked = ", ".join(NAMES[name] for name in services)
    if not (report.doi or report.pmid or report.pmcid):
        return Attempt(record=home, where=asked, note="it has no DOI and no PubMed id to ask for")
    failed: list[str] = []
    try:
        for copy in open_copies(report, services, contact):
            content, why = fetched_pdf(copy, contact, tell)
            if content:
                kept, why = _kept(folder, home, copy, content)
                if kept is not None:
                    return kept
            failed.append(f"{copy.url}: {why}")
    except ReviewError as refusal:
        failed.append(refusal.what)
    return Attempt(record=home, where=asked, note="; ".join(failed)[:1500] or _NOWHERE)


def _kept(
    folder: ReviewFolder, home: str, copy: OpenCopy, content: bytes
) -> tuple[Attempt | None, str]:
    """The file put into `fulltexts/` if it is the report, or why it is not."""
    with tempfile.TemporaryDirectory(prefix="review-pdf-") as place:
        pdf = Path(place, "report.pdf")
        pdf.write_bytes(content)
        text = pages_of(pdf, folder.places.cache)
        if text.fault and text.pages == () and "pictures of pages" not in text.fault:
            return None, text.fault
        note = copy.in_words()
        if text.fault:
            note += "; it is a scan without text: see that it is the report"
        else:
            (fit,) = propose(
                [FullText(name=home, title=text.title, pages=text.pages[:_PAGES])],
                [folder.records[home]],
            )
            if fit.best is None:
                return None, "the file there is another document"
            note += f"; {', '.join(fit.best.why)}"
        file, sha256 = keep_fulltext(folder.places, home, pdf)
    where = f"{copy.told_by}: {copy.url}"
    return Attempt(record=home, where=where, note=note, file=file, sha256=sha256), ""


def _say(folder: ReviewFolder, done: Sequence[Attempt], as_json: bool) -> None:
    if as_json:
        say_json(done)
        return
    for attempt in done:
        record = folder.records[attempt.record]
        if attempt.file:
            say(in_list(record, f"obtained ({safe(attempt.note, 90)})", indent=0))
            say(f"    {safe(attempt.where, 140)}")
        else:
            say(in_list(record, safe(attempt.note, 90), indent=0))
    got = sum(bool(one.file) for one in done)
    say(f"{counted(got, 'report')} obtained of {len(done):,} asked for; each attempt is noted.")
    slug = folder.slug
    if got:
        say(f"Next: review screen {slug} --as NAME --stage full_text")
    if got < len(done):
        say(f"The others: review retrieve {slug} --list --to ris > wanted.ris (Zotero finds more)")
