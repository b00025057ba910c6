"""`review screen`: screen records one by one."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.console import counted, say
from pipeline.cli.screen_page import WORD_OF_STAGE
from pipeline.cli.screen_prompt import screen_plainly
from pipeline.cli.screen_session import Session, open_session
from pipeline.screening.queue import in_order
from pipeline.terms.decision import Stage


def screen(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")],
    reviewer: Annotated[str, typer.Option("--as", help="Your name.")],
    stage: Annotated[Stage, typer.Option(help="What you read.")] = Stage.TITLE_ABSTRACT,
    plain: Annotated[
        bool, typer.Option("--plain", help="A plain prompt, for screen readers and pipes.")
    ] = False,
) -> None:
    """Shows the records that wait for you one at a time; one key a verdict, each on disk at once.

    You see neither the verdicts of others nor anything that follows from them. Stop at any time
    with q; the next session goes on where you stopped.

    Example: review screen ta-hsb --as ada
    """
    session = open_session(review, reviewer, stage)
    if not session.waiting:
        _nothing_waits(session)
        return
    screen_plainly(session, _order)


def _order(session: Session) -> list[str]:
    return list(
        in_order(session.waiting, session.waiting, session.plan, everything=session.everything)
    )


def _nothing_waits(session: Session) -> None:
    where = WORD_OF_STAGE[session.stage]
    say(f"Nothing waits for {session.reviewer} on {where}.")
    say(f"Your verdicts there so far: {counted(len(session.votes), 'record')}.")
    say(f"Next: review status {session.folder.slug}")
