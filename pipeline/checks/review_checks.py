"""Checks of what a review stands on: exports, studies, forms, the flow, editions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from pipeline.checks import fault
from pipeline.extraction.study_data import summaries_of
from pipeline.model.problem import Place, Problem, Severity
from pipeline.model.protocol import Protocol
from pipeline.model.search import not_stated
from pipeline.model.standing import equations
from pipeline.notation.typed import nearest
from pipeline.snapshot import Snapshot


def accounting(e: Snapshot) -> Iterator[Problem]:
    """Each export: what was found, read and set aside, what it declares, what the source told."""
    for search in e.searches:
        reading = e.readings.get(search.id)
        if reading is None:
            continue
        yield from reading.problems
        for entry in reading.set_aside:
            yield fault(
                entry.place,
                f"entry {entry.number} was set aside: {entry.why}",
                f"Repair it in searches/{search.id}.repairs, or leave it: it is counted nowhere",
                Severity.WARNING,
            )
        told = (
            ("the file itself declares", reading.declared),
            ("the source reported", search.results_reported),
        )
        for who, number in told:
            if number is not None and number != reading.found:
                came = sum(p.records for p in search.asked.pages) if search.asked else -1
                explained = came == reading.found and bool(search.note)
                yield fault(
                    e.log_of(search.id),
                    f"{reading.found} entries were found in {search.export}, {who} {number}"
                    + (f": {search.note}" if explained else ""),
                    "All that came is there; see that it is what you wanted"
                    if explained
                    else "Export again if the file was cut off; otherwise say why in `note:`",
                    Severity.NOTE if explained else Severity.WARNING,
                )


def search_log(e: Snapshot) -> Iterator[Problem]:
    """What PRISMA-S asks of a search and its log does not tell: one problem a search.

    A warning when the way of searching itself is missing, else a note.
    """
    for search in e.searches:
        missing = not_stated(search)
        if missing:
            yield fault(
                e.log_of(search.id),
                f"the search log does not tell: {', '.join(missing)}",
                "Fill in what is known (items of PRISMA-S); the write-up says where it is silent",
                Severity.NOTE if search.query or search.how else Severity.WARNING,
            )


def same_export_twice(e: Snapshot) -> Iterator[Problem]:
    """The same file taken in under two names."""
    first: dict[str, str] = {}
    for search in e.searches:
        if search.found_nothing:
            continue
        if search.sha256 in first:
            yield fault(
                e.log_of(search.id),
                f"this is the same file as that of {first[search.sha256]}",
                "Right if two sources gave the same file; otherwise take one out: "
                f"`review remove {e.review.slug} --search {search.id}`",
                Severity.WARNING,
            )
        first.setdefault(search.sha256, search.id)


def orphaned_exports(e: Snapshot) -> Iterator[Problem]:
    """Files among the searches that no search speaks of: an ingest that was stopped, perhaps."""
    for place in e.orphans:
        yield fault(
            place,
            "no search speaks of this file, so its records count nowhere",
            "Take it in with `review ingest`, or move it away",
            Severity.WARNING,
        )


def studies_and_reports(e: Snapshot) -> Iterator[Problem]:
    """Study files whose reports are unknown or not included; included studies with no file."""
    for study in summaries_of(e.review).values():
        for report in study.reports:
            position = e.ledger.positions.get(report)
            if position is None:
                yield fault(
                    study.place,
                    f"the report {report!r} of this study is no record of the review",
                    "Write the id of a record (`review explain` shows them)",
                )
        if study.id not in e.ledger.studies and study.reports:
            yield fault(
                study.place,
                f"{study.id} is extracted, but none of its reports is included",
                "Nothing of it counts; include a report, or keep the file for later",
                Severity.WARNING,
            )
    for name, reports in e.ledger.studies.items():
        if name not in e.review.studies:
            yield fault(
                e.log_of(reports[0].rpartition(":")[0]),
                f"the included study {name} ({', '.join(reports)}) is not extracted",
                f"`review extract {e.review.slug} {name}` writes a blank for it"
                if ":" not in name
                else f"Say which study it is: `review collate {e.review.slug} {name} --study NAME`",
                Severity.WARNING,
            )


def shared_reports(e: Snapshot) -> Iterator[Problem]:
    """Reports that belong to several studies."""
    shared: dict[str, list[str]] = defaultdict(list)
    for study, reports in e.ledger.studies.items():
        for report in reports:
            shared[report].append(study)
    for report, studies in shared.items():
        if len(studies) > 1:
            yield fault(
                e.log_of(report.rpartition(":")[0]),
                f"{report} belongs to {len(studies)} studies: {', '.join(studies)}",
                "Right if the report describes several studies; otherwise participants count twice",
                Severity.NOTE,
            )


def forms(e: Snapshot) -> Iterator[Problem]:
    """Forms and instruments that the protocol names and that are not there."""
    protocol = e.review.protocol
    place = e.log_of("")
    for name in (protocol.form, *protocol.appraisal):
        if name and name not in e.review.forms:
            yield fault(
                place,
                f"there is no sound form {name!r}.{nearest(name, e.form_names)}",
                "Put it into extraction_forms/, or name another in the protocol; there are "
                f"{', '.join(e.form_names) or 'none'}",
            )


PLACEHOLDERS = (
    "Write the question of the review here",
    "Say here which people are taken in, and which are not.",
    "Say here what a study has to be about.",
    "Name the first outcome here",
    "Say what counts as this outcome, and how it may be measured",
)
"""What `review init` writes where somebody has to write."""


def placeholders_left(protocol: Protocol) -> tuple[str, ...]:
    """The places of a protocol that still say what `review init` wrote, as `questions.main`."""
    said = [(f"questions.{q.id}", q.text) for q in protocol.questions]
    said += [(f"criteria.{c.id}", c.text) for c in protocol.criteria]
    for outcome in protocol.outcomes:
        said += [(f"outcomes.{outcome.id}", outcome.label)]
        said += [(f"outcomes.{outcome.id}.definition", outcome.definition)]
    return tuple(place for place, text in said if text.strip() in PLACEHOLDERS)


def placeholders(e: Snapshot) -> Iterator[Problem]:
    """Words of the template that stand where the review has to say something of its own."""
    if left := placeholders_left(e.review.protocol):
        yield fault(
            e.log_of(""),
            f"this is still as `review init` wrote it: {', '.join(left)}",
            "Write what your review asks, takes in and looks for; take out what it does not need",
            Severity.WARNING,
        )


def sums(e: Snapshot) -> Iterator[Problem]:
    """The sums of the PRISMA 2020 flow."""
    for name, (left, right) in equations(e.ledger.flow).items():
        if left != right:
            yield fault(
                e.log_of(""),
                f"the flow does not add up: {name} gives {left} and {right}",
                "This is a fault of the program: please report it with the review",
            )


def editions(e: Snapshot) -> Iterator[Problem]:
    """Editions out of order."""
    standing = (edition for edition in e.review.editions if edition.stands_on(None))
    numbered = sorted(standing, key=lambda edition: edition.number)
    for before, after in pairwise(numbered):
        if before.number == after.number or before.on >= after.on:
            yield fault(
                e.log_of(""),
                f"edition {after.number} ({after.on}) does not come after edition "
                f"{before.number} ({before.on})",
                "Give editions rising numbers and days in editions.yaml",
            )


def logs(e: Snapshot) -> Iterator[Problem]:
    """Logs that a hand was on: lines that an edition counts and that are gone or changed, and lines
    out of the order of their moments.

    The id of a decision is the hash of its line, so a changed line is another decision.
    """
    for number in e.review.sealed:
        yield from (p for p in e.review.sealed[number].problems if p.check == "logs")
    by_file: dict[str, list[tuple[int, datetime]]] = {}
    for decision in e.review.decisions:
        place = e.place_of(decision)
        by_file.setdefault(place.file, []).append((place.line, decision.at))
    for file, lines in sorted(by_file.items()):
        ordered = sorted(lines)
        later = pairwise(ordered)
        back = [line for (_, before), (line, at) in later if at < before]
        if back:
            n = len(back)
            yield fault(
                Place(file=file, line=back[0]),
                f"{n} {'line tells' if n == 1 else 'lines tell'} of an earlier moment than the "
                "line above: a merge put logs together, a clock was wrong, or lines were moved",
                "Nothing counts otherwise for it; see the history of the repository",
                Severity.NOTE,
            )
