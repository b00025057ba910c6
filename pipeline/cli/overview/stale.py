"""`review stale`: what of a living review has gone stale, for people and for a scheduled run."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.checks.staleness import (
    WATCHES,
    Watched,
    run_watches,
    signs_of_included,
    signs_of_notice,
)
from pipeline.cli.console import counted, progress, safe, say, say_json, tell
from pipeline.model.problem import Problem, ReviewError, Severity
from pipeline.model.record import Notice
from pipeline.notation.typed import nearest
from pipeline.sessions.snapshots import snapshot_of_records
from pipeline.snapshot import Snapshot
from pipeline.store import ReviewFolder, open_review
from pipeline.store.files import open_outside
from pipeline.store.notices import keep_notices, latest_notices
from pipeline.store.places import shown

LIST = "retraction_watch.csv"
"""Where the list of retractions is looked for in a project, when no other is named."""


def stale(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")] = "",
    retractions: Annotated[
        Path | None,
        typer.Option(
            help=f"A list in the Retraction Watch CSV layout, else {LIST} if it is there."
        ),
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Just this; may stand several times.")
    ] = None,
    online: Annotated[
        bool,
        typer.Option("--online", help="Ask Crossref, PubMed and ClinicalTrials.gov, and keep it."),
    ] = False,
    base_url: Annotated[
        list[str] | None,
        typer.Option(help="With --online: another server for a service, as crossref=URL."),
    ] = None,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As seen on this day, not today.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Tells what has gone stale: old searches, what changed under decisions and claims, notices.

    Looks at searches older than the protocol allows (`living:`), criteria, texts and forms that
    changed under decisions and extraction, claims whose support changed, full texts that are other
    files now, retractions and errata of included reports, and reports that await classification.
    Exit code 1 when something asks for another look, for a scheduled run.

    With --online Crossref and PubMed are asked over the web about every included report
    (retractions, corrections, concerns, preprints that were published), and ClinicalTrials.gov
    about registered trials whose record came from there. The answers are kept in notices/, one
    file a day; later runs without --online look at the last of them.

    Example: review stale my-review --retractions retraction_watch.csv

    Example: review stale my-review --online
    """
    names = tuple(only or ())
    for name in names:
        if name not in WATCHES:
            hint = nearest(name, tuple(WATCHES))
            raise ReviewError(
                f"nothing is watched as {name!r}.{hint}", f"Known: {', '.join(WATCHES)}"
            )
    with progress("Reading exports") as tick:
        folder = open_review(review, tick=tick)
        now = on.astimezone() if on else datetime.now().astimezone()
        folder.verify_exports()
        snapshot = snapshot_of_records(folder, now=now)
    if online:
        from pipeline.cli.overview.stale_online import ask_online  # it alone reaches out

        if on:
            raise ReviewError("--online asks about today", "Leave --on out")
        lines = ask_online(folder, snapshot, base_url or ())
        kept = keep_notices(folder.places, lines, now.date())
        tell(f"The answers are kept in {shown(kept)}")
    notices, unread = _notices(folder, snapshot, retractions)
    told, unread_answers = _told_online(folder, now.date())
    notices, unread = (*notices, *told), (*unread, *unread_answers)
    prose = _prose(folder) if not names or {"claims", "text"} & {*names} else ()
    found = run_watches(
        Watched(snapshot=snapshot, today=now.date(), notices=notices, prose=prose), names
    )
    grave = sum(p.severity is not Severity.NOTE for p in found)
    if as_json:
        say_json({"review": folder.slug, "on": now.date(), "stale": found, "not_read": unread})
    else:
        _say(folder, found, grave, bool(unread))
    if grave:
        raise typer.Exit(1)


def _notices(
    folder: ReviewFolder, snapshot: Snapshot, asked: Path | None
) -> tuple[tuple[Notice, ...], tuple[Problem, ...]]:
    """The notices of the list about included reports, and its lines that cannot be read."""
    from pipeline.readers.retraction_watch import read_notices

    path = asked or folder.places.project / LIST
    if asked is None and not path.is_file():
        return (), ()
    wanted = signs_of_included(snapshot)
    notices: list[Notice] = []
    unread: list[Problem] = []
    with open_outside(path) as stream, progress("Reading the list of retractions"):
        for line in read_notices(stream, shown(path)):
            if isinstance(line, Problem):
                unread.append(line)
            elif wanted & set(signs_of_notice(line)):
                notices.append(line)
    return tuple(notices), tuple(unread)


def _told_online(
    folder: ReviewFolder, today: date
) -> tuple[tuple[Notice, ...], tuple[Problem, ...]]:
    """The notices of the last day on which services were asked, up to `today`."""
    from pipeline.readers.online_notices import notices_in

    path = latest_notices(folder.places, today)
    if path is None:
        return (), ()
    with open_outside(path) as stream:
        found = list(notices_in(stream, shown(path)))
    return (
        tuple(one for one in found if isinstance(one, Notice)),
        tuple(one for one in found if isinstance(one, Problem)),
    )


def _prose(folder: ReviewFolder) -> tuple[Problem, ...]:
    """What filling the manuscripts says, and which of their words are not what they were; nothing
    where there are none."""
    from pipeline.cli.documents.changed import changed_since, problem_of
    from pipeline.cli.documents.manuscripts import write_ups
    from pipeline.sessions.snapshots import snapshot_of

    if not folder.places.manuscript.is_file():
        return ()
    with progress("Filling the manuscript"):
        snapshot, _ = snapshot_of(folder, None)
        written, problems = write_ups(folder, snapshot, draft=True)
        return (*problems, *problem_of(changed_since(folder, snapshot, written), folder))


def _say(folder: ReviewFolder, found: tuple[Problem, ...], grave: int, unread: bool) -> None:
    for problem in found:
        say(safe(str(problem)))
    if unread:
        tell("Some lines of the list of retractions or of kept answers cannot be read; see --json.")
    if folder.protocol[0].living is None:
        tell("The protocol has no `living:`; so no search is too old.")
    if not found:
        say("Nothing is stale.")
        return
    counts = Counter(p.check for p in found if p.severity is not Severity.NOTE)
    told = ", ".join(f"{name} {n:,}" for name, n in counts.items())
    say(f"{counted(grave, 'thing')} to look at again{f': {told}' if told else ''}.")
