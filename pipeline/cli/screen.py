"""`review screen`: screen records one by one."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from pipeline.cli.console import counted, say
from pipeline.cli.screen_guide import Guide, outlook_line
from pipeline.cli.screen_page import WORD_OF_STAGE
from pipeline.cli.screen_prompt import say_not_planned, screen_plainly
from pipeline.cli.screen_session import Session, open_session
from pipeline.terms.decision import Stage


def screen(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")],
    reviewer: Annotated[str, typer.Option("--as", help="Your name.")],
    stage: Annotated[Stage, typer.Option(help="What you read.")] = Stage.TITLE_ABSTRACT,
    plain: Annotated[
        bool, typer.Option("--plain", help="A plain prompt, for screen readers and pipes.")
    ] = False,
    again: Annotated[
        bool,
        typer.Option(
            "--again", help="Only what you decided on a text or criteria that changed since."
        ),
    ] = False,
) -> None:
    """Shows the records that wait for you one at a time; one key a verdict, each on disk at once.

    You see neither the verdicts of others nor anything that follows from them. Stop at any time
    with q; the next session goes on where you stopped.

    Example: review screen ta-hsb --as ada
    """
    if plain or not (sys.stdin.isatty() and sys.stdout.isatty()) or dumb_terminal():
        session = open_session(review, reviewer, stage, again=again)
        if not session.waiting:
            say_nothing_waits(session)
            return
        guide = Guide(session)

        def order(now: Session) -> list[str]:
            guide.learn(dict(now.votes))
            return guide.order()

        screen_plainly(session, order)
        if session.votes and session.stage is Stage.TITLE_ABSTRACT:
            say(outlook_line(guide.outlook(session.votes)))
        say(f"Next: review status {session.folder.slug}")
        return
    from pipeline.cli.screen_app import ScreenApp

    app = ScreenApp(lambda: open_session(review, reviewer, stage, again=again))
    app.run()
    if app.refusal is not None:
        raise app.refusal
    if app.session is not None:
        say(
            f"{counted(app.session.cast_here, 'verdict')} in this session; "
            f"{counted(len(app.session.waiting), 'record')} left."
        )
        say_not_planned(app.session)
        say(f"Next: review status {app.session.folder.slug}")


def dumb_terminal() -> bool:
    return os.environ.get("TERM", "dumb") in ("", "dumb")


def say_nothing_waits(session: Session) -> None:
    where = WORD_OF_STAGE[session.stage]
    say(f"Nothing waits for {session.reviewer} on {where}.")
    say(f"Your verdicts there so far: {counted(len(session.votes), 'record')}.")
    say(f"Next: review status {session.folder.slug}")
