"""`review retrieve`: reports sought, obtained, not obtained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli.console import counted, in_list, progress, safe, say, say_json, tell
from pipeline.cli.retrieval.retrieve_folder import retrieve_folder
from pipeline.model.decision import Retrieval, Retrieved
from pipeline.model.problem import ReviewError
from pipeline.model.review import Ledger, Position
from pipeline.model.standing import SOUGHT, Standing
from pipeline.sessions.named_records import citation, kept_in_stead, known_records, link
from pipeline.sessions.retrieval import attempt_day, check_attempt, check_sought
from pipeline.snapshot.as_of import attempt_in_words, attempts_of
from pipeline.snapshot.settle import settle
from pipeline.store import ReviewFolder, open_review
from pipeline.store.files import reviewer_name
from pipeline.store.fulltexts import keep_fulltext


def say_retrieval(folder: ReviewFolder, ledger: Ledger, as_json: bool) -> None:
    """What is to be retrieved, awaited and not obtained, with every attempt, and the sums."""
    waiting = ledger.at(Standing.AWAITING_RETRIEVAL)
    missing = ledger.at(Standing.NOT_RETRIEVED)
    attempts = attempts_of(folder.review.decisions, ledger.positions)
    if as_json:
        say_json([_for_programs(folder, p, attempts) for p in (*waiting, *missing)])
        return
    tried = tuple(p for p in waiting if p.record in attempts)
    untried = tuple(p for p in waiting if p.record not in attempts)
    for title, positions in (
        (f"{counted(len(untried), 'report')} to retrieve:", untried),
        (f"{counted(len(tried), 'report')} asked for and awaited:", tried),
        (f"{counted(len(missing), 'report')} not obtained:", missing),
    ):
        if not positions:
            continue
        say(title)
        for position in positions:
            record = folder.records[position.record]
            say(in_list(record))
            if where := link(record):
                say(f"    {where}")
            for attempt in attempts.get(position.record, ()):
                say(f"    {attempt.reviewer} {safe(attempt_in_words(attempt), 100)}")
    if not waiting and not missing:
        say("No report awaits retrieval.")
    have = [p for p in ledger.at(*SOUGHT) if p not in waiting and p not in missing]
    say(
        f"Sought {len(have) + len(waiting) + len(missing):,}: obtained {len(have):,}, "
        f"awaited {len(tried):,}, not obtained {len(missing):,}, not yet tried {len(untried):,}."
    )
    if waiting:
        slug, record_id = folder.slug, waiting[0].record
        say(f"Next: review retrieve {slug} {record_id} --obtained --file FILE --as NAME")
        say(f"  or: review retrieve {slug} {record_id} --not-obtained --reason WHY --as NAME")
        say(f"  or: review retrieve {slug} --from FOLDER --as NAME, for a folder of PDFs")


def _for_programs(
    folder: ReviewFolder, position: Position, attempts: Mapping[str, Sequence[Retrieved]]
) -> dict[str, Any]:
    record = folder.records[position.record]
    asked = position.retrieval
    return {
        "record": position.record,
        "standing": position.standing,
        "citation": citation(record),
        "doi": record.doi,
        "url": link(record),
        "outcome": asked.outcome if asked else None,
        "reason": asked.reason if asked else "",
        "at": asked.at if asked else None,
        "attempts": [
            {
                "by": a.reviewer,
                "on": a.tried_on or a.at.date(),
                "where": a.where,
                "outcome": a.outcome,
                "reason": a.reason,
            }
            for a in attempts.get(position.record, ())
        ],
    }


def retrieve(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")],
    records: Annotated[
        list[str] | None, typer.Argument(metavar="RECORD", help="Ids of records.")
    ] = None,
    reviewer: Annotated[str, typer.Option("--as", help="Your name in the review.")] = "",
    sought: Annotated[bool, typer.Option("--sought", help="The report was asked for.")] = False,
    obtained: Annotated[bool, typer.Option("--obtained", help="You have the report.")] = False,
    file: Annotated[
        Path | None, typer.Option(help="The report: a copy goes into fulltexts/.")
    ] = None,
    not_obtained: Annotated[
        bool, typer.Option("--not-obtained", help="It could not be had; give a --reason.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Why it could not be had.")] = "",
    where: Annotated[
        str, typer.Option(help="Where it was tried: library, authors, interlibrary loan.")
    ] = "",
    on: Annotated[str, typer.Option(help="The day of the attempt, if not today.")] = "",
    source: Annotated[
        Path | None,
        typer.Option("--from", help="A folder of PDFs, to be matched to what is wanted."),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="With --from: take what is sure without asking.")
    ] = False,
    open_access: Annotated[
        bool,
        typer.Option(
            "--open-access", help="Fetch open copies that Unpaywall, Europe PMC, OpenAlex know."
        ),
    ] = False,
    base_url: Annotated[
        list[str] | None,
        typer.Option(help="With --open-access: another server for a service, as unpaywall=URL."),
    ] = None,
    to: Annotated[
        str, typer.Option(help="With --list: the wanted reports as ris, csl-json …, to be saved.")
    ] = "",
    ocr: Annotated[
        bool, typer.Option("--ocr", help="Read the text of scans among the full texts.")
    ] = False,
    language: Annotated[
        str, typer.Option(help="With --ocr: languages of tesseract, like eng+deu.")
    ] = "eng",
    note: Annotated[str, typer.Option(help="Anything else to know.")] = "",
    list_: Annotated[bool, typer.Option("--list", help="Show what awaits retrieval.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Records what became of reports that were sought (PRISMA 2020: reports sought, not retrieved).

    Only records that got past title and abstract are sought. The latest word on a report counts;
    every attempt stays, with its day and place. `review undo` takes one back.

    --from matches a folder of PDFs by DOI, title and name of the file, and asks about each; with
    --yes it takes only what is sure. Files are copied into fulltexts/, which git leaves out.

    --open-access asks Unpaywall, Europe PMC and OpenAlex over the web for each wanted report (or
    those named). What is a PDF and fits the report is kept as if you had laid it there; every
    attempt is noted with its place and licence. --list --to ris gives the wanted reports to a
    reference manager, which finds more ("Find Full Text" of Zotero).

    --ocr reads scans (pictures of pages) among the full texts by tesseract, if it is installed, so
    that quotes are found in them.

    Example: review retrieve my-review --list

    Example: review retrieve my-review --open-access --as ada

    Example: review retrieve my-review --list --to ris > wanted.ris

    Example: review retrieve my-review psycinfo-2026-02-01:0007 --obtained --file seto.pdf --as ada

    Example: review retrieve my-review scopus-2026-02-02:0031 --not-obtained
    --reason "thesis, no copy lent" --where "interlibrary loan" --as ada

    Example: review retrieve my-review --from Downloads --as ada
    """
    with progress("Reading exports") as tick:
        folder = open_review(review, tick=tick)
        written = folder.review
    ledger = settle(written)
    if source is not None:
        if records or sought or obtained or not_obtained or file:
            raise ReviewError("--from goes with no other decision", "Do one after the other")
        if not reviewer and not as_json:
            raise ReviewError("a decision needs the name of a person", "Add --as NAME")
        name = reviewer_name(reviewer) if reviewer else ""
        if yes and not name:
            raise ReviewError("a decision needs the name of a person", "Add --as NAME")
        retrieve_folder(folder, source, name, yes=yes, as_json=as_json)
        return
    if open_access:
        if sought or obtained or not_obtained or file or list_:
            raise ReviewError("--open-access goes with no other decision", "Do one after the other")
        if not reviewer:
            raise ReviewError("a decision needs the name of a person", "Add --as NAME")
        from pipeline.cli.retrieval.retrieve_open import retrieve_open  # it alone reaches out

        asked = kept_in_stead(known_records(records or (), written, ledger), ledger)
        names = [position.record for position in asked]
        person = reviewer_name(reviewer)
        retrieve_open(folder, ledger, names, person, base_url or (), as_json=as_json)
        return
    if to:
        _give(folder, ledger, to)
        return
    if ocr:
        _read_scans(folder, language)
        return
    if list_ or not records:
        if records or sought or obtained or not_obtained:
            raise ReviewError("--list and a decision do not go together", "Do one after the other")
        say_retrieval(folder, ledger, as_json)
        return
    outcome = _outcome(sought, obtained, not_obtained)
    name = reviewer_name(reviewer) if reviewer else ""
    if not name:
        raise ReviewError("a decision needs the name of a person", "Add --as NAME")
    check_attempt(outcome, reason, file, len(records))
    tried_on = attempt_day(on)
    named = known_records(records, written, ledger)
    positions = kept_in_stead(named, ledger)
    for position in positions:
        check_sought(position, outcome, written)
    kept_file, sha256 = (
        keep_fulltext(folder.places, positions[0].record, file) if file else ("", "")
    )
    events = [
        (
            Retrieved,
            {
                "record": position.record,
                "outcome": outcome,
                "reason": reason.strip(),
                "where": where.strip(),
                "tried_on": tried_on,
                "file": kept_file,
                "file_sha256": sha256,
                "note": note.strip(),
            },
        )
        for position in positions
    ]
    decisions = folder.append_all(name, events)
    if as_json:
        say_json(decisions)
        return
    for position in named:
        if position.kept:
            tell(f"{position.record} is a duplicate: written for {position.kept}.")
    words = str(outcome).replace("_", " ")
    for decision, position in zip(decisions, positions, strict=True):
        say(in_list(folder.records[position.record], f"{words}: {decision.id}", indent=0))
    if kept_file:
        kept = folder.places.fulltexts / kept_file
        say(f"Its file is kept as {folder.places.shown(kept)}")
        _say_fault(kept, folder.places.cache)
    _say_next(folder)


def _give(folder: ReviewFolder, ledger: Ledger, to: str) -> None:
    """The records of wanted reports as a bibliography on standard output."""
    import sys

    from pipeline.notation.typed import nearest
    from pipeline.render.bibliography import BIBLIOGRAPHIES, write_bibliography

    if to not in BIBLIOGRAPHIES:
        hint = nearest(to, tuple(BIBLIOGRAPHIES))
        raise ReviewError(f"{to!r} cannot be written.{hint}", f"Known: {', '.join(BIBLIOGRAPHIES)}")
    wanted = ledger.at(Standing.AWAITING_RETRIEVAL, Standing.NOT_RETRIEVED)
    records = [folder.records[position.record] for position in wanted]
    for piece in write_bibliography(records, to):
        sys.stdout.buffer.write(piece)
    sys.stdout.flush()
    tell(f"{counted(len(records), 'report')} wanted.")


def _read_scans(folder: ReviewFolder, language: str) -> None:
    """Reads every full text that is a scan; says of each what became of it."""
    from pipeline.store.scans import is_scan, read_scan

    cache = folder.places.cache
    files = sorted(folder.places.fulltexts.glob("*.pdf"))
    scans = [file for file in files if is_scan(file, cache)]
    for file in scans:
        with progress(f"Reading {safe(file.name)}") as tick:
            why = read_scan(file, cache, language, tick)
        say(f"{safe(file.name)}: {safe(why) or 'its text is read'}")
    say(f"{counted(len(scans), 'scan')} among {counted(len(files), 'full text')}.")


def _say_fault(file: Path, cache: Path) -> None:
    """Says why a PDF cannot be read; other kinds of files are kept without a look into them."""
    from pipeline.store.fulltexts import pages_of  # here, as few attempts bring a file

    if file.suffix.lower() == ".pdf" and (fault := pages_of(file, cache).fault):
        tell(f"{safe(file.name)}: {fault}. It is kept all the same; --obtained --file replaces it.")


def _outcome(sought: bool, obtained: bool, not_obtained: bool) -> Retrieval:
    asked = [
        outcome
        for outcome, given in (
            (Retrieval.SOUGHT, sought),
            (Retrieval.OBTAINED, obtained),
            (Retrieval.NOT_OBTAINED, not_obtained),
        )
        if given
    ]
    if len(asked) != 1:
        raise ReviewError(
            "it is not clear what became of the report" if asked else "what became of the report?",
            "Give one of --sought, --obtained, --not-obtained",
        )
    return asked[0]


def _say_next(folder: ReviewFolder) -> None:
    folder.reload()
    left = len(settle(folder.review).at(Standing.AWAITING_RETRIEVAL))
    if left:
        say(f"{counted(left, 'report')} still to retrieve: review retrieve {folder.slug} --list")
    else:
        say(f"Next: review screen {folder.slug} --as NAME --stage full_text")
