"""`review collate`: which reports tell of one study."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from pipeline.cli.console import counted, in_list, progress, safe, say, say_json, tell
from pipeline.cli.prompt import prompt
from pipeline.cli.retrieval.collate_overlap import Overlaps, say_overlap, say_suggestions
from pipeline.extraction.study_data import summaries_of
from pipeline.model.decision import Collated
from pipeline.model.problem import ReviewError
from pipeline.model.protocol import ExtractionPlanKind
from pipeline.model.review import Ledger, Position, Review
from pipeline.model.standing import SOUGHT, Standing
from pipeline.notation.decision_lines import in_words
from pipeline.notation.safe_text import for_file_name
from pipeline.notation.typed import nearest
from pipeline.sessions.named_records import kept_in_stead, known_records, where_it_stands
from pipeline.snapshot.as_of import Links, links_of, overlaps_of
from pipeline.snapshot.settle import settle
from pipeline.store import ReviewFolder, open_review
from pipeline.store.files import reviewer_name


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


_STUDY = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}\Z")


def collate(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")],
    records: Annotated[
        list[str] | None, typer.Argument(metavar="RECORD", help="Ids of records.")
    ] = None,
    study: Annotated[str, typer.Option(help="The study that they tell of: aebi-2014.")] = "",
    reviewer: Annotated[str, typer.Option("--as", help="Your name in the review.")] = "",
    primary: Annotated[bool, typer.Option("--primary", help="It is the main report.")] = False,
    basis: Annotated[
        str,
        typer.Option(help="What shows it: registration, authors, site, dates, sample."),
    ] = "",
    why: Annotated[str, typer.Option(help="With --primary: why this report.")] = "",
    apart: Annotated[
        bool, typer.Option("--apart", help="They do not tell of this study after all.")
    ] = False,
    move: Annotated[
        bool, typer.Option("--move", help="They belong to this study and no longer to another.")
    ] = False,
    both: Annotated[
        bool, typer.Option("--both", help="They tell of this study and of another one.")
    ] = False,
    overlaps: Annotated[str, typer.Option(help="STUDY shares participants with this one.")] = "",
    may_overlap: Annotated[str, typer.Option(help="It may; it cannot be told.")] = "",
    apart_from: Annotated[str, typer.Option(help="It shares none with this one.")] = "",
    suggest: Annotated[
        bool, typer.Option("--suggest", help="Show reports and studies that look like one.")
    ] = False,
    note: Annotated[str, typer.Option(help="Anything else to know.")] = "",
    list_: Annotated[bool, typer.Option("--list", help="Show studies and their reports.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Says which reports belong to one study: the study is what is counted and extracted.

    A study may have several reports, and a report may tell of several studies. Say on what basis
    you put them together (Cochrane Handbook 4.6.2: registration, authors, site, dates, sample).

    Two studies may share participants, who would then count twice: say so, or that they do not.
    --suggest looks for both. A report that belongs to another study already is asked about: it
    tells of both (--both), or was put there by mistake (--move).

    Example: review collate my-review --list

    Example: review collate my-review pubmed-2026-02-01:0007 scopus-2026-02-02:0031
    --study aebi-2014 --basis "same registration NCT01234567" --as ada

    Example: review collate my-review --study seto-2015 --overlaps svedin-2006
    --basis "both analyse the school survey of 2004" --as ada
    """
    with progress("Reading exports") as tick:
        folder = open_review(review, tick=tick)
        written = folder.review
    ledger = settle(written)
    if suggest:
        say_suggestions(folder, written, ledger, as_json)
        return
    said_overlap = Overlaps(overlaps, may_overlap, apart_from)
    if said_overlap.given:
        if records or primary or apart:
            what = "a report of a study and the overlap of two studies do not go together"
            raise ReviewError(what, "Do one after the other")
        say_overlap(folder, study, said_overlap, reviewer, basis, note, as_json)
        return
    if list_ or not records:
        if records or study:
            raise ReviewError("--list and a decision do not go together", "Do one after the other")
        say_studies(folder, written, ledger, as_json)
        return
    _check(study, reviewer, records, primary, apart)
    if (move and both) or (apart and (move or both)):
        raise ReviewError("--move, --both and --apart do not go together", "Give one of them")
    if why and not primary:
        raise ReviewError("--why says why a report is the primary one", "Add --primary")
    name = reviewer_name(reviewer)
    named = known_records(records, written, ledger)
    positions = kept_in_stead(named, ledger)
    links = links_of(written.decisions, ledger.positions)
    known = tuple(sorted({*written.studies, *ledger.studies, *(s for _, s in links)}))
    for position in positions:
        _check_position(position, study, written, ledger, links, apart=apart)
    elsewhere = {} if apart else _elsewhere(positions, study, written, ledger, links)
    moved = _moved(folder.slug, elsewhere, study, move=move, both=both)
    said = [
        _said(
            position.record,
            study,
            links,
            primary=primary,
            why=why,
            basis=basis,
            note=note,
            apart=apart,
        )
        for position in positions
    ]
    if primary:
        said += _no_longer_primary(positions[0].record, study, links)
    said += moved
    folder.append_all(name, [(Collated, line) for line in said])
    folder.reload()
    after = settle(folder.review)
    if as_json:
        say_json({"study": study, "reports": after.studies.get(study, ())})
        return
    for position in named:
        if position.kept:
            tell(f"{position.record} is a duplicate: written for {position.kept}.")
    if not apart and study not in known:
        near = nearest(study, tuple(k for k in known if ":" not in k)).strip()
        tell(f"{study} is a new study. {near}".strip())
    if not basis and not apart and len(after.studies.get(study, ())) > 1:
        tell("Say on what basis they belong together: the same command again with --basis.")
    if primary and not why:
        tell("Say why it is the primary report: the same command again with --why.")
    say_study(folder, study, after)
    say(f"To take this back: review undo {folder.slug} --command --as {name}")
    say_next(folder, study, after, apart)


def _elsewhere(
    positions: Sequence[Position], study: str, review: Review, ledger: Ledger, links: Links
) -> dict[str, list[tuple[str, bool]]]:
    """Of each record the other studies that it belongs to, each with whether it is the primary."""
    found: dict[str, list[tuple[str, bool]]] = {}
    for position in positions:
        record = position.record
        said = {s: link for (r, s), link in links.items() if r == record}
        if study in said and said[study].member:
            continue  # said before; how it stands to other studies was settled then
        others = {s for s, link in said.items() if link.member}
        others |= {s for s, reports in ledger.studies.items() if record in reports}
        named = summaries_of(review).values()
        others |= {s.id for s in named if not said and record in s.reports}
        for other in sorted(others - {study, record}):
            reports = ledger.studies.get(other, ())
            first = (other in said and said[other].primary) or reports[:1] == (record,)
            found.setdefault(record, []).append((other, first))
    return found


def _moved(
    slug: str,
    elsewhere: Mapping[str, Sequence[tuple[str, bool]]],
    study: str,
    *,
    move: bool,
    both: bool,
) -> list[dict[str, Any]]:
    """The lines that part records from the studies they belonged to.

    Raises ReviewError where that, or that they tell of both, was not said.
    """
    told = [
        f"{record} is {'the primary' if first else 'a'} report of {other}"
        for record, studies in elsewhere.items()
        for other, first in studies
    ]
    if not told or both:
        return []
    if not move and not sys.stdin.isatty():
        raise ReviewError(
            f"{'; '.join(told)}. Nothing was written",
            f"--both if it tells of both studies, --move if it belongs to {study} alone",
        )
    if not move:
        for line in told:
            say(f"{line}.")
        keys = {"b": "it tells of both", "m": f"it belongs to {study} alone", "q": "write nothing"}
        with prompt() as ask:
            answer = ask.key(keys).key
        if answer == "q":
            raise ReviewError("nothing was written", f"`review collate {slug} --list` shows all")
        if answer == "b":
            return []
    return [
        {"record": record, "study": other, "member": False, "note": f"it belongs to {study}"}
        for record, studies in elsewhere.items()
        for other, _ in studies
    ]


def _check(study: str, reviewer: str, records: list[str], primary: bool, apart: bool) -> None:
    if not study:
        raise ReviewError("which study do they tell of?", "Add --study NAME, like aebi-2014")
    if not _STUDY.match(study):
        near = for_file_name(study)
        raise ReviewError(
            f"{study!r} cannot be the name of a study",
            f"Use small letters, digits and hyphens, like {near!r}",
        )
    if not reviewer:
        raise ReviewError("a decision needs the name of a person", "Add --as NAME")
    if primary and len(records) > 1:
        raise ReviewError("a study has one primary report", "Give --primary with one record")
    if primary and apart:
        raise ReviewError("--primary and --apart do not go together", "Give one of the two")


def _check_position(
    position: Position, study: str, review: Review, ledger: Ledger, links: Links, *, apart: bool
) -> None:
    record = position.record
    if apart:
        link = links.get((record, study))
        in_file = study in review.studies and record in review.studies[study].reports
        if not (link.member if link else in_file or record in ledger.studies.get(study, ())):
            raise ReviewError(
                f"{record} does not belong to {study}. Nothing was written",
                f"`review collate {review.slug} --list` shows what belongs where",
            )
    elif position.standing not in SOUGHT:
        raise ReviewError(
            f"{record} {where_it_stands(position, review)}; only records that got past title and "
            "abstract are collated. Nothing was written",
            f"`review explain {review.slug} {record}` says who decided so",
        )


def _said(
    record: str,
    study: str,
    links: Links,
    *,
    primary: bool,
    why: str,
    basis: str,
    note: str,
    apart: bool,
) -> dict[str, Any]:
    """One line; what was said of this report and study before and is not said anew stays."""
    before = links.get((record, study))
    if before is None or not before.member or apart:
        held_basis, held_primary, held_why = "", False, ""
    else:
        held_basis, held_primary, held_why = before.basis, before.primary, before.why_primary
    return {
        "record": record,
        "study": study,
        "member": not apart,
        "primary": primary or held_primary,
        "why_primary": why.strip() or held_why,
        "basis": basis.strip() or held_basis,
        "note": note.strip(),
    }


def _no_longer_primary(record: str, study: str, links: Links) -> list[dict[str, Any]]:
    return [
        {
            "record": other,
            "study": study,
            "member": True,
            "primary": False,
            "basis": link.basis,
            "note": f"{record} is the primary report now",
        }
        for (other, of), link in links.items()
        if of == study and other != record and link.member and link.primary
    ]
