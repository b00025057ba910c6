"""`review decide`: one verdict without a prompt."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.console import say, tell, wrapped
from pipeline.model.decision import Screened, Stage, Verdict
from pipeline.screening.seen import seen_hash
from pipeline.screening.sheet import criteria_meant
from pipeline.sessions.session import (
    WORD_OF_STAGE,
    check_vote,
    known_record,
    own_votes,
    verdicts_on,
)
from pipeline.store import open_review


def decide(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")],
    record: Annotated[
        str, typer.Argument(help="Id of the record, as in psycinfo-2015-11-02:0007.")
    ],
    reviewer: Annotated[str, typer.Option("--as", help="Your name.")],
    verdict: Annotated[Verdict, typer.Option(help="What you decide.")],
    reason: Annotated[
        list[str] | None,
        typer.Option(help="A criterion that the record fails; may stand again for all that fail."),
    ] = None,
    stage: Annotated[Stage, typer.Option(help="What you have read.")] = Stage.TITLE_ABSTRACT,
    note: Annotated[str, typer.Option(help="What you want to remember of it.")] = "",
    tag: Annotated[list[str] | None, typer.Option(help="A tag; may be repeated.")] = None,
) -> None:
    """Records one reviewer's verdict on one record, for scripts and screen readers.

    Of several criteria the first in the protocol's order is the reason; all are kept.

    A later verdict of the same reviewer on the same record takes the place of this one.

    Example: review decide ta-hsb psycinfo-2015-11-02:0007 --as ada --verdict exclude --reason topic
    """
    folder = open_review(review, as_reviewer=reviewer)
    shown = known_record(folder, record)
    criteria = folder.protocol[0].criteria_of(stage)
    fails = criteria_meant("; ".join(reason or ()), criteria)
    for fail in fails or ("",):
        check_vote(criteria, stage, verdict, fail)
    first = fails[0] if fails else ""
    said = {
        "verdict": verdict,
        "reason": first,
        "fails": fails if len(fails) > 1 else (),
        "note": note,
        "tags": tuple(tag or ()),
        "seen": seen_hash(shown, criteria),
    }
    held = own_votes(folder, reviewer, stage).get(record)
    if held is not None and all(getattr(held, key) == value for key, value in said.items()):
        say(f"{record}: {verdict} by {reviewer} stands already ({held.id}); nothing was written.")
        return
    folder.append(
        reviewer,
        Screened,
        record=record,
        stage=stage,
        replaces=verdicts_on(folder, reviewer, stage, record),
        **said,
    )
    because = f" ({', '.join(fails)})" if fails else ""
    say(f"{record}: {verdict}{because} on {WORD_OF_STAGE[stage]}, by {reviewer}.")
    say(wrapped(shown.title, "  "))
    say(f"To take it back: review undo {folder.slug} --last --as {reviewer}")
    plan = folder.protocol[0].plan(stage)
    if plan.reviewers and reviewer not in plan.reviewers:
        tell(f"The plan of this stage does not name {reviewer}; the verdict counts all the same.")
