"""`review screen`: screen records one by one."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from typing import Annotated

import typer

from pipeline.cli.console import counted, say
from pipeline.model.decision import Stage
from pipeline.sessions.keys import Command, chosen_keys
from pipeline.sessions.session import WORD_OF_STAGE, Session, begin_session
from pipeline.sessions.worker_line import WorkerLine, call_worker
from pipeline.store.accounts import personal_keys


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
    with q; the next session goes on where you stopped. Your own keys: lines like `include: y` in
    ~/.config/review/keys.yaml.

    Example: review screen ta-hsb --as ada
    """
    begin_session(review, reviewer, stage)  # refuses at once what no worker has to be asked about
    keys = chosen_keys(personal_keys())
    with closing(call_worker(review, reviewer, stage, again=again)) as line:
        if plain or not (sys.stdin.isatty() and sys.stdout.isatty()) or dumb_terminal():
            at_the_prompt(begin_session(review, reviewer, stage), line, keys)
        else:
            _on_the_screen(review, reviewer, stage, line, keys)


def at_the_prompt(session: Session, line: WorkerLine, keys: dict[str, Command]) -> None:
    """The plain prompt, and in the end what to do next."""
    from pipeline.cli.screen.prompt import screen_plainly

    screen_plainly(session, line, keys)
    if session.known and not session.waiting and not session.cast_here:
        where = WORD_OF_STAGE[session.stage]
        say(f"Nothing waits for {session.reviewer} on {where}.")
        say(f"Your verdicts there so far: {counted(len(session.votes), 'record')}.")
    say(f"Next: review status {session.folder.slug}")


def _on_the_screen(
    review: str, reviewer: str, stage: Stage, line: WorkerLine, keys: dict[str, Command]
) -> None:
    from pipeline.cli.screen.app import ScreenApp
    from pipeline.cli.screen.prompt import say_not_planned

    app = ScreenApp(lambda: begin_session(review, reviewer, stage), line, keys)
    app.run()
    if app.refusal is not None:
        raise app.refusal
    if app.session is not None:
        left = f"; {counted(len(app.session.waiting), 'record')} left" if app.session.known else ""
        say(f"{counted(app.session.cast_here, 'verdict')} in this session{left}.")
        say_not_planned(app.session)
        say(f"Next: review status {app.session.folder.slug}")


def dumb_terminal() -> bool:
    return os.environ.get("TERM", "dumb") in ("", "dumb")
