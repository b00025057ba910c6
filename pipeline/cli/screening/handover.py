"""`review handover`: give what waits for one reviewer to another."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.checks.waiting import waiting
from pipeline.cli.console import counted, say, tell
from pipeline.model.decision import HandedOver, Stage
from pipeline.model.problem import ReviewError
from pipeline.notation.typed import nearest
from pipeline.sessions.session import WORD_OF_STAGE
from pipeline.snapshot.settle import settle
from pipeline.store import ReviewFolder, open_review
from pipeline.store.files import reviewer_name


def handover(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")],
    leaver: Annotated[str, typer.Option("--from", help="Whose share it is.")],
    to: Annotated[str, typer.Option("--to", help="Who screens it from now on.")],
    reviewer: Annotated[str, typer.Option("--as", help="Your name.")],
    stage: Annotated[Stage | None, typer.Option(help="Only this stage; else both.")] = None,
    note: Annotated[str, typer.Option(help="Why.")] = "",
) -> None:
    """Gives what waits for one reviewer to another, from now on; verdicts cast so far stay.

    For somebody who leaves or falls ill. Hand it back the same way, or take it back with
    `review undo`. Where the other one has voted on a record as well, anyone else may be the second.

    Example: review handover ta-hsb --from ben --to cai --as ada --note "ben has left"
    """
    reviewer_name(to)
    if leaver == to:
        raise ReviewError(f"{leaver} cannot stand in for {leaver}", "Name two people")
    folder = open_review(review)
    stages = (stage,) if stage else tuple(Stage)
    _check_leaver(folder, leaver, stages)
    folder.append_all(
        reviewer,
        [
            (HandedOver, {"leaver": leaver, "to": to, "stage": at, "note": note.strip()})
            for at in stages
        ],
    )
    folder.reload()
    open_work = waiting(folder.review, settle(folder.review))
    for at in stages:
        now = open_work.to_screen.get((to, at), 0)
        say(
            f"What the plan gives to {leaver} on {WORD_OF_STAGE[at]} is {to}'s from now on: "
            f"{counted(now, 'record')} waiting."
        )
    say(f"Next: review screen {folder.slug} --as {to}")


def _check_leaver(folder: ReviewFolder, leaver: str, stages: tuple[Stage, ...]) -> None:
    """Tells what a handover can do; ReviewError for a name that has no share to hand over."""
    ledger = settle(folder.review)
    holders = {to for at in stages for to in ledger.stand_ins.get(at, {}).values()}
    named = {name for at in stages for name in folder.protocol[0].plan(at).reviewers}
    if leaver not in named | holders:
        raise ReviewError(
            f"the plan gives {leaver} no share of its own.{nearest(leaver, tuple(named))}",
            f"Named are {', '.join(sorted(named)) or 'no reviewers'}; where nobody is named, "
            "anyone may screen and nothing has to be handed over",
        )
    gone = [at for at in stages if leaver in ledger.stand_ins.get(at, {})]
    for at in gone:
        tell(
            f"{ledger.stand_ins[at][leaver]} has {leaver}'s share on {WORD_OF_STAGE[at]} already; "
            f"hand it on with --from {ledger.stand_ins[at][leaver]}."
        )
