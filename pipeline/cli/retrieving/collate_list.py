"""Studies and their reports as `review collate` shows them."""

from __future__ import annotations

from pipeline.cli.console import counted, safe, say, say_json
from pipeline.cli.known_records import in_list
from pipeline.ledger import overlaps_of
from pipeline.ledger.links import links_of
from pipeline.notation.decision_words import in_words
from pipeline.review_folder import ReviewFolder
from pipeline.terms.protocol import ExtractionPlanKind
from pipeline.terms.review import Ledger, Review
from pipeline.terms.standing import Standing


def say_studies(folder: ReviewFolder, review: Review, ledger: Ledger, as_json: bool) -> None:
    """Every study with its reports, what was said of overlaps, and the reports not yet placed."""
    placed = {s: reports for s, reports in ledger.studies.items() if ":" not in s}
    unplaced = [s for s in ledger.studies if ":" in s]
    if as_json:
        say_json({"studies": placed, "not_placed": unplaced})
        return
    for study in placed:
        say_study(folder, study, ledger)
    for said in overlaps_of(review.decisions).values():
        say(f"{safe(in_words(said), 120)}, says {said.reviewer}")
    waiting = sorted(set(review.studies) - set(placed))
    if waiting:
        say(f"Study files none of whose reports is included: {', '.join(waiting)}")
    if unplaced:
        say(f"{counted(len(unplaced), 'included report')} not yet placed, each counted as a study:")
        for record in unplaced:
            say(in_list(folder.records[record]))
        say(f"Next: review collate {folder.slug} {unplaced[0]} --study STUDY --as NAME")
    elif placed:
        say("Every included report is placed.")
    else:
        say("No report is included yet.")


def say_study(folder: ReviewFolder, study: str, ledger: Ledger) -> None:
    """The reports of one study, the primary one first, each with what shows that it belongs."""
    reports = ledger.studies.get(study, ())
    if not reports:
        say(f"{study}: no included report")
        return
    say(f"{study}: {counted(len(reports), 'report')}")
    links = links_of(folder.review.decisions, ledger.positions)
    for n, record in enumerate(reports):
        role = "primary" if n == 0 and len(reports) > 1 else ""
        say(in_list(folder.records[record], role))
        link = links.get((record, study))
        told = [link.basis, role and link.why_primary] if link else []
        if words := "; ".join(word for word in told if word):
            say(f"      {safe(words, 100)}")


def say_next(folder: ReviewFolder, study: str, ledger: Ledger, apart: bool) -> None:
    """The command that takes the review further once `study` has its reports."""
    unplaced = [s for s in ledger.studies if ":" in s]
    if unplaced:
        still = counted(len(unplaced), "report")
        say(f"{still} not yet placed: review collate {folder.slug} --list")
    elif not apart and study in ledger.studies and study not in folder.review.studies:
        plan = folder.review.protocol.extraction.plan
        own = " --as YOUR-NAME" if plan is ExtractionPlanKind.TWO_APART else ""
        say(f"Next: review extract {folder.slug} {study}{own}")
    else:
        open_reports = len(ledger.at(Standing.AWAITING_ASSESSMENT))
        say(
            f"Next: review status {folder.slug}"
            if open_reports
            else f"Next: review build {safe(folder.slug)}"
        )
