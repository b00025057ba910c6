"""`review resolve`: settle conflicts between reviewers."""

from __future__ import annotations

import shutil
from typing import Annotated

import typer

from pipeline.cli.console import counted, say, tell
from pipeline.cli.screen_keys import keys_of
from pipeline.cli.screen_page import (
    WORD_OF_STAGE,
    criterion_lines,
    record_lines,
    vote_lines,
)
from pipeline.cli.screen_prompt import END, keyboard
from pipeline.cli.screen_session import check_vote, known_record
from pipeline.ledger import settle
from pipeline.review_folder import ReviewFolder, open_review
from pipeline.screening.queue import conflicts
from pipeline.terms.decision import Resolved, Stage, Verdict
from pipeline.terms.problem import ReviewError
from pipeline.terms.review import Ledger, Position
from pipeline.terms.standing import Standing

_KEYS = ("i", "e", "u", "s", "q", "?")


def resolve(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")],
    record: Annotated[str, typer.Argument(help="One record; without it, every conflict.")] = "",
    reviewer: Annotated[str, typer.Option("--as", help="Who settles it.")] = "",
    stage: Annotated[Stage | None, typer.Option(help="Only conflicts of this stage.")] = None,
    verdict: Annotated[Verdict | None, typer.Option(help="The settlement of RECORD.")] = None,
    reason: Annotated[str, typer.Option(help="Id of the criterion of an exclusion.")] = "",
    note: Annotated[str, typer.Option(help="Why.")] = "",
    list_only: Annotated[bool, typer.Option("--list", help="Only show the conflicts.")] = False,
) -> None:
    """Shows conflicts with the votes, reasons and notes side by side, and records how each ends.

    Example: review resolve ta-hsb --as carol
    """
    folder = open_review(review)
    ledger = settle(folder.review)
    stages = (stage,) if stage else tuple(Stage)
    if record and verdict is not None:
        _settle_one(folder, ledger, record, reviewer, stage, verdict, reason, note)
        return
    if verdict is not None:
        raise ReviewError("--verdict needs a RECORD", "Name the record that it settles")
    found = [
        (at, position)
        for at in stages
        for position in conflicts(ledger.positions.values(), at)
        if not record or position.record == record
    ]
    if not found:
        say("There is no conflict to resolve." if not record else f"{record} is not in conflict.")
        return
    if list_only:
        for at, position in found:
            _show(folder, at, position)
        say(f"\n{counted(len(found), 'conflict')}. Next: review resolve {folder.slug} --as NAME")
        return
    _signed(reviewer)
    _one_by_one(folder, found, reviewer)


def _settle_one(
    folder: ReviewFolder,
    ledger: Ledger,
    record: str,
    reviewer: str,
    stage: Stage | None,
    verdict: Verdict,
    reason: str,
    note: str,
) -> None:
    known_record(folder, record)
    _signed(reviewer)
    position = ledger.positions[record]
    if position.kept:
        raise ReviewError(
            f"{record} is a duplicate; {position.kept} is kept in its stead",
            f"Resolve {position.kept}",
        )
    at = stage or position.stage or Stage.TITLE_ABSTRACT
    check_vote(folder.protocol[0].criteria_of(at), at, verdict, reason)
    if not position.conflict and position.standing is not Standing.AWAITING_CLASSIFICATION:
        tell(f"{record} was not in conflict on {WORD_OF_STAGE[at]}; it is settled all the same.")
    _write(folder, record, reviewer, at, verdict, reason, note)


def _one_by_one(folder: ReviewFolder, found: list[tuple[Stage, Position]], reviewer: str) -> None:
    settled = 0
    with keyboard() as read:
        for at, position in found:
            criteria = folder.protocol[0].criteria_of(at)
            keys = keys_of(criteria, _KEYS)
            _show(folder, at, position)
            for line in criterion_lines(keys):
                say(line)
            choice = None
            while choice is None:
                said = read("i include  u unsure  criterion's key: exclude  s skip  q quit > ")
                key, _, why = said.partition(" ")
                if said == END or key == "q":
                    _leave(folder, settled, len(found) - settled)
                    return
                if key == "s":
                    break
                if key == "e" and at is Stage.TITLE_ABSTRACT:
                    choice = (Verdict.EXCLUDE, "")
                elif key in ("i", "u"):
                    choice = (Verdict.INCLUDE if key == "i" else Verdict.UNSURE, "")
                elif key in keys:
                    choice = (Verdict.EXCLUDE, keys[key].id)
                else:
                    say("Nothing was decided. Press i, u, s, q or the key of a criterion.")
            if choice is not None:
                why = why or read("Why (Enter for nothing): ", line=True)
                _write(folder, position.record, reviewer, at, *choice, why)
                settled += 1
    _leave(folder, settled, len(found) - settled)


def _leave(folder: ReviewFolder, settled: int, left: int) -> None:
    say(f"{counted(settled, 'conflict')} resolved.{f' {left:,} left.' if left else ''}")
    say(f"Next: review status {folder.slug}")


def _show(folder: ReviewFolder, at: Stage, position: Position) -> None:
    width = min(100, shutil.get_terminal_size((80, 24)).columns)
    say(f"\n── {position.record}, conflict on {WORD_OF_STAGE[at]} ──")
    for line in record_lines(folder.records[position.record], width):
        say(line)
    say()
    settled = (position.resolution,) if position.resolution else ()
    for line in vote_lines((*settled, *position.votes), width):
        say(line)
    if settled:
        say("A vote that came after the resolution says otherwise.")


def _signed(reviewer: str) -> None:
    if not reviewer:
        raise ReviewError("a resolution is signed", "Say who settles it: --as NAME")


def _write(
    folder: ReviewFolder,
    record: str,
    reviewer: str,
    stage: Stage,
    verdict: Verdict,
    reason: str,
    note: str,
) -> None:
    folder.append(
        reviewer,
        Resolved,
        record=record,
        stage=stage,
        verdict=verdict,
        reason=reason,
        note=note,
    )
    say(f"{record}: {verdict}{f' ({reason})' if reason else ''}, resolved by {reviewer}.")
