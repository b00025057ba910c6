"""`review explain`: from a record, study, search or decision back to where it came from."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from pipeline.cli.console import dim, progress, safe, say, say_json
from pipeline.ledger import settle
from pipeline.notation.typed import nearest
from pipeline.oversight.walk import Walker, names, walk
from pipeline.review_folder import open_review
from pipeline.terms.problem import ReviewError
from pipeline.terms.walk import Step


def explain(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")],
    name: Annotated[str, typer.Argument(help="Id of a record, study, search or decision.")],
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As it stood on this day.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Walks from a record or study to where it came from and why it stands where it stands.

    Example: review explain ta-hsb aebi-2014
    """
    with progress("Reading exports") as tick:
        folder = open_review(review, tick=tick)
        walker = Walker(
            review=folder.review,
            ledger=settle(folder.review, until.date() if until else None),
            records=folder.records,
            place_of=folder.place_of,
            log_of=folder.search_place,
        )
    step = walk(walker, name)
    if step is None:
        raise ReviewError(
            f"{name!r} is no record, study, search or decision of {folder.slug}."
            f"{nearest(name, names(walker))}",
            f"`review status {folder.slug} --json` lists the studies",
        )
    if as_json:
        say_json(step)
        return
    _print(step)


def _print(step: Step, depth: int = 0) -> None:
    where = f"  {dim(safe(str(step.place)))}" if step.place else ""
    say(f"{'  ' * depth}{safe(step.what)}{where}")
    for below in step.below:
        _print(below, depth + 1)
