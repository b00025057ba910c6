"""`review explain`: from whatever is said or stands in a review back to where it came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.checks.provenance import names, walk
from pipeline.cli.console import counted, progress, safe, say, say_json, tell, wrapped
from pipeline.model.problem import ReviewError
from pipeline.model.statement import Statement, Step
from pipeline.notation.typed import nearest
from pipeline.sessions.snapshots import snapshot_of_records
from pipeline.store import ReviewFolder, open_review

if TYPE_CHECKING:
    from pipeline.document import WriteUp
    from pipeline.snapshot import Snapshot

_MOST = 20
_SHORT = 1


def explain(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")],
    name: Annotated[
        str,
        typer.Argument(
            help="A claim, n:COUNT, STUDY/path, finding:ID, table:ID, figure:ID; or the id of a "
            "record, study, search or decision."
        ),
    ],
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As it stood on this day.")
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="How many records of a count to tell.")] = _MOST,
    all_: Annotated[
        bool, typer.Option("--all", help="The whole walk, down to the lines of the exports.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Walks from what is said to where it came from: finding, result, quote, page, report, export.

    Short at first: what it is and what stands right behind it. --all walks to the end.

    A claim, a number, a table or a figure of the write-up goes down to the study file and line, the
    quote and page, the report, its record, who decided about it, and the line of the export. A
    record, study, search or decision tells why it stands where it stands.

    Example: review explain ta-hsb aebi-2014

    Example: review explain ta-hsb n:records_screened
    """
    day = until.date() if until else None
    with progress("Reading exports") as tick:
        folder = open_review(review, until=day, tick=tick)
        walker = snapshot_of_records(folder, day)
        step = walk(walker, name)
    if step is None:
        step = _of_the_write_up(folder, walker, name, day, most)
    if as_json:
        say_json(step)
        return
    left = _print(step, deepest=99 if all_ else _SHORT)
    if left:
        tell(f"{counted(left, 'line')} more: review explain {folder.slug} {safe(name)} --all")


def _of_the_write_up(
    folder: ReviewFolder, walker: Snapshot, name: str, day: date | None, most: int
) -> Step:
    """The walk from a claim, a number, a table or a figure, or from whatever a claim may rest on.

    Raises ReviewError when there is nothing of that name.
    """
    from pipeline.cli.documents.manuscripts import write_ups
    from pipeline.document.provenance import fault_of_name, support_step
    from pipeline.sessions.snapshots import snapshot_of

    snapshot, _ = snapshot_of(folder, day)
    written, _ = write_ups(folder, snapshot, draft=True)
    said = {statement.id: statement for one in written for statement in one.statements}
    if fault_of_name(name, snapshot) and not fault_of_name(f"n:{name}", snapshot):
        name = name if name in said else f"n:{name}"
    wanted = name if name in said else f"votes:{name.removeprefix('finding:')}"
    if name in said or (wanted in said and name.startswith("finding:")):
        step = _statement_step(said[name if name in said else wanted], written, snapshot)
    elif not fault_of_name(name, snapshot):
        step = support_step(name, snapshot, most=10_000)
    else:
        if day is not None and walk(snapshot_of_records(open_review(folder.slug)), name):
            raise ReviewError(
                f"{name!r} is known, but not yet on {day}", "Give a later day, or leave out --until"
            )
        known = (*said, *names(walker))
        raise ReviewError(
            f"{name!r} is no claim, number, table, record, study, search or decision of "
            f"{folder.slug}.{nearest(name, known)}",
            f"`review confirm {folder.slug}` lists the claims, `review status {folder.slug} "
            "--json` the studies",
        )
    return _with_records(step, walker, _behind(name, snapshot), most)


def _statement_step(statement: Statement, written: Iterable[WriteUp], snapshot: Snapshot) -> Step:
    from pipeline.document.provenance import steps_of

    claims = {claim.id: claim for one in written for claim in one.claims}
    text = statement.text if len(statement.text) < 400 else f"{statement.text[:400]}\u2026"
    return Step(
        what=f"{statement.kind} {statement.id}: {text}",
        place=statement.places[0] if statement.places else None,
        below=steps_of(statement, claims, snapshot, most=10_000),
    )


def _behind(name: str, snapshot: Snapshot) -> tuple[str, ...]:
    from pipeline.document.provenance import records_of_count

    return records_of_count(name.removeprefix("n:"), snapshot) if name.startswith("n:") else ()


def _with_records(step: Step, walker: Snapshot, counted: tuple[str, ...], most: int) -> Step:
    """`step` whose records go on to their decisions and exports, each told in full once."""
    told: set[str] = set()

    def followed(one: Step) -> Step:
        below = tuple(followed(inner) for inner in one.below)
        if not one.record or one.record in told:
            return replace(one, below=below)
        told.add(one.record)
        further = walk(walker, one.record)
        return replace(one, below=(*below, *(further.below if further else ())))

    whole = followed(step)
    steps = [found for id in counted[:most] if (found := walk(walker, id))]
    if len(counted) > most:
        rest = len(counted) - most
        steps.append(Step(what=f"and {rest:,} more records; --most shows more"))
    return replace(whole, below=(*whole.below, *steps))


def _print(step: Step, deepest: int, depth: int = 0) -> int:
    """Prints a walk down to the depth `deepest`, and gives the number of lines that were left."""
    margin = "  " * depth
    where = f"  {step.place}" if step.place else ""
    say(wrapped(f"{step.what}{where}", margin, f"{margin}    "))
    if depth >= deepest:
        return sum(map(_lines, step.below))
    return sum(_print(below, deepest, depth + 1) for below in step.below)


def _lines(step: Step) -> int:
    return 1 + sum(map(_lines, step.below))
