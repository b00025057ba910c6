"""`review stop`: what may still be missed, and the decision to screen no further."""

from __future__ import annotations

from textwrap import wrap
from typing import Annotated, Any

import typer

from pipeline.checks.unscreened import StoppingPoint, stopping_point
from pipeline.cli.console import bold, counted, dim, progress, safe, say, say_json, tell
from pipeline.cli.prompt import agreed
from pipeline.model.decision import Stage, Stopped
from pipeline.model.problem import ReviewError
from pipeline.screening.stopping import statement, target_statement
from pipeline.snapshot.settle import settle
from pipeline.store import open_review
from pipeline.store.files import reviewer_name

_WIDTH = 78
_MARKS = {True: "[met]   ", False: "[not]   ", None: "[you]   "}


def stop(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")] = "",
    reviewer: Annotated[str, typer.Option("--as", help="Your name: records the decision.")] = "",
    reason: Annotated[str, typer.Option(help="Why screening stops, in words.")] = "",
    note: Annotated[str, typer.Option(help="Anything else to know.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before it is recorded.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Says what may still be missed on title and abstract; with --as and --reason, stops there.

    Nothing is ever stopped or excluded by itself. What nobody has looked at is then left
    unscreened: it stands in the flow diagram with the reason, and in the methods. Records with a
    vote go on, searches that come in later are screened as ever, and an undo brings all back.

    Example: review stop my-review

    Example: review stop my-review --as ada --reason "the target is reached"
    """
    with progress("Reading exports") as tick:
        folder = open_review(review, tick=tick)
        written = folder.review
    point = stopping_point(written, settle(written))
    if not reviewer:
        if reason:
            raise ReviewError("a decision needs the name of a person", "Add --as NAME")
        if as_json:
            say_json(_for_programs(point))
        else:
            _show(point)
            _say_next(point, folder.slug)
        return
    name = reviewer_name(reviewer)
    if not reason.strip():
        raise ReviewError(
            "a stop needs a reason; it is printed in the flow diagram",
            'Add --reason "the target is reached", say',
        )
    if not point.left:
        raise ReviewError("nobody has left anything to screen", "There is nothing to stop")
    if not as_json:
        _show(point)
    left = counted(len(point.left), "record")
    doubt = "" if point.outlook.may_stop else " although the test does not allow it yet"
    if not agreed(
        f"Leave {left} unscreened{doubt}?", f"{left} would be left unscreened{doubt}", yes=yes
    ):
        tell("Nothing was written.")
        raise typer.Exit(1)
    plan = folder.protocol[0].plan(Stage.TITLE_ABSTRACT)
    decision = folder.append(
        name,
        Stopped,
        stage=Stage.TITLE_ABSTRACT,
        searches=point.searches,
        reason=" ".join(reason.split()),
        statement=statement(point.outlook),
        target_recall=f"{plan.target_recall:g}",
        confidence=f"{plan.confidence:g}",
        note=note.strip(),
    )
    if as_json:
        say_json({"decision": decision, **_for_programs(point)})
        return
    say(f"Recorded ({decision.id}): {counted(len(point.left), 'record')} left unscreened.")
    say(f"To take it back: review undo {folder.slug} {decision.id} --as {name}")


def _show(point: StoppingPoint) -> None:
    seen = point.outlook
    for line in wrap(statement(seen), _WIDTH):
        say(bold(line))
    if seen.seen >= seen.total:
        return
    _say_wrapped(
        f"{target_statement(seen)} At {seen.confidence:.0%} confidence the hypergeometric test of "
        f"Callaghan and Müller-Hansen (2020) asks for p below {1 - seen.confidence:.3g}; it is "
        f"{seen.p:.3f}."
    )
    if point.estimate is not None:
        least, likely, most = point.estimate.left
        _say_wrapped(
            f"By the {counted(point.estimate.sample, 'record')} drawn at random, "
            f"{counted(likely, 'relevant record')} "
            f"{'is' if likely == 1 else 'are'} left (95 % interval {least:,} to {most:,})."
        )
    say()
    say("Checks before stopping (SAFE, Boetje and van de Schoot 2024):")
    for check in point.checks:
        mark = _MARKS[check.met]
        for line in wrap(f"{check.phase}: {check.asks}", 66):
            say(f"  {mark}{line}")
            mark = " " * len(mark)
        say(f"  {mark}{dim(safe(check.found))}")
    say()
    rest = f"{counted(len(point.left), 'record')} nobody has looked at"
    begun = f"; {counted(point.begun, 'record')} begun, which go on" if point.begun else ""
    say(f"{rest}{begun}.")


def _say_wrapped(text: str) -> None:
    for line in wrap(text, _WIDTH):
        say(line)


def _say_next(point: StoppingPoint, slug: str) -> None:
    if point.left:
        say(f'To stop here: review stop {slug} --as NAME --reason "…"')
        say(f"To go on: review screen {slug} --as NAME")


def _for_programs(point: StoppingPoint) -> dict[str, Any]:
    return {
        "statement": statement(point.outlook),
        "outlook": point.outlook,
        "estimate": point.estimate,
        "checks": point.checks,
        "left": point.left,
        "begun": point.begun,
        "searches": point.searches,
    }
