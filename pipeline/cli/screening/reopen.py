"""`review reopen`: have records screened anew."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from pipeline.checks.decision_checks import verdicts_to_look_at
from pipeline.cli.console import counted, safe, say
from pipeline.model.decision import Reopened, Stage
from pipeline.model.problem import ReviewError
from pipeline.model.review import Ledger
from pipeline.sessions.session import WORD_OF_STAGE, known_record
from pipeline.snapshot.settle import settle
from pipeline.store import ReviewFolder, open_review

_SHOWN = 10


def reopen(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")],
    records: Annotated[
        list[str] | None, typer.Argument(metavar="RECORD", help="Ids of records.")
    ] = None,
    reviewer: Annotated[str, typer.Option("--as", help="Your name.")] = "",
    stage: Annotated[Stage | None, typer.Option(help="The stage to go back to.")] = None,
    changed: Annotated[
        bool,
        typer.Option("--changed", help="All whose verdicts rested on what has changed since."),
    ] = False,
    reason: Annotated[str, typer.Option(help="Why they are to be looked at anew.")] = "",
    list_: Annotated[bool, typer.Option("--list", help="Only show them.")] = False,
) -> None:
    """Puts records back into the queue of everybody: earlier verdicts on them no longer count.

    They stay in the logs and in the agreement of first votes. --changed finds the records whose
    text or criteria are other than those that a verdict rested on, and no others. Taken back with
    `review undo`. To look at your own verdicts only: `review screen REVIEW --as NAME --again`.

    Example: review reopen ta-hsb --changed --as ada

    Example: review reopen ta-hsb psycinfo-2015-11-02:0007 --as ada --reason "new abstract"
    """
    folder = open_review(review)
    ledger = settle(folder.review)
    if changed == bool(records):
        raise ReviewError("which records?", "Name them, or say --changed")
    found = (
        _changed(folder, ledger, stage)
        if changed
        else _named(folder, ledger, records or (), stage, reason)
    )
    if not found:
        say("No verdict rests on anything that has changed.")
        return
    for (record, at), why in list(found.items())[: None if list_ else _SHOWN]:
        say(f"{record} on {WORD_OF_STAGE[at]}: {safe(why, 100)}")
    if len(found) > _SHOWN and not list_:
        say(f"… and {len(found) - _SHOWN:,} more.")
    if list_:
        say(f"{counted(len(found), 'record')}. Next: the same with --as NAME instead of --list")
        return
    if not reviewer:
        raise ReviewError("a reopening is signed", "Say who reopens: --as NAME")
    folder.append_all(
        reviewer,
        [
            (Reopened, {"record": record, "stage": at, "reason": reason.strip() or why})
            for (record, at), why in found.items()
        ],
    )
    say(f"{counted(len(found), 'record')} reopened.")
    say(f"To take it back: review undo {folder.slug} --last --alike --as {reviewer}")
    say(f"Next: review status {folder.slug}")


def _changed(
    folder: ReviewFolder, ledger: Ledger, stage: Stage | None
) -> dict[tuple[str, Stage], str]:
    """What rests on a change: {(kept record, stage): what has changed}."""
    found: dict[tuple[str, Stage], dict[str, None]] = {}
    for vote, what in verdicts_to_look_at(folder.review, ledger, folder.records):
        if stage in (None, vote.stage):
            home = ledger.positions[vote.record].kept or vote.record
            found.setdefault((home, vote.stage), {}).update(dict.fromkeys(what))
    return {key: f"changed: {', '.join(what)}" for key, what in found.items()}


def _named(
    folder: ReviewFolder,
    ledger: Ledger,
    records: Iterable[str],
    stage: Stage | None,
    reason: str,
) -> dict[tuple[str, Stage], str]:
    found: dict[tuple[str, Stage], str] = {}
    for name in records:
        known_record(folder, name)
        position = ledger.positions[name]
        if position.kept:
            raise ReviewError(
                f"{name} is a duplicate; {position.kept} is kept in its stead",
                f"Reopen {position.kept}",
            )
        at = stage or position.stage
        if at is None:
            raise ReviewError(f"{name} was removed before screening", "Undo the removal instead")
        found[name, at] = reason.strip()
    return found
