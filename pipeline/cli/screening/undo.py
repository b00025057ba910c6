"""`review undo`: takes back decisions. Nothing is deleted: the undoing is a line of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from pipeline.cli.console import dim, safe, say, say_json, tell
from pipeline.ledger import undone
from pipeline.notation.decision_words import in_words
from pipeline.review_folder import ReviewFolder, find_review
from pipeline.review_folder.writing import reviewer_name
from pipeline.terms.decision import (
    AUTOMATION,
    Decision,
    Removed,
    Reopened,
    Screened,
    Withdrawn,
)
from pipeline.terms.problem import ReviewError

_SHOWN = 20
_AT_ONCE = (Removed, Reopened)
"""Decisions that one command makes about many records."""


def _said(decision: Decision) -> str:
    return safe(in_words(decision), 120)


def undo(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")],
    decisions: Annotated[
        list[str] | None, typer.Argument(metavar="DECISION", help="Ids, as --list shows them.")
    ] = None,
    reviewer: Annotated[str, typer.Option("--as", help="Your name in the review.")] = "",
    last: Annotated[bool, typer.Option("--last", help="Your latest decision that counts.")] = False,
    alike: Annotated[
        bool,
        typer.Option(
            "--alike", help="Of a removal or reopening: all others for the same reason too."
        ),
    ] = False,
    note: Annotated[str, typer.Option(help="Why it is taken back.")] = "",
    list_: Annotated[bool, typer.Option("--list", help="Show your latest decisions.")] = False,
    most: Annotated[int, typer.Option(min=1, help="How many --list shows.")] = _SHOWN,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Takes back decisions; what they said before counts again. An undo can itself be undone.

    A vote is taken back only by whoever cast it, anything else by anybody.

    Example: review undo my-review --last --as ada

    Example: review undo my-review --list --as ada, then review undo my-review 3fa9c1d20b7e --as ada

    Example: review undo my-review 3fa9c1d20b7e --alike --as ada, for all that a rule removed
    """
    if not reviewer:
        raise ReviewError("whose decisions?", "Add --as NAME")
    # the log of the rules may be listed; it is people who take back what rules decided
    name = reviewer_name(reviewer, automation=list_)
    folder = ReviewFolder(find_review(review))
    everything = tuple(d for log in folder.logs for d in log.decisions)
    counting = {d.id for d in everything} - undone(everything)
    own = sorted((d for d in everything if d.reviewer == name), key=lambda d: (d.at, d.id))
    if list_:
        if decisions or last:
            raise ReviewError("--list and an undo do not go together", "Do one after the other")
        _list(folder.slug, name, own, own[-most:], counting, as_json)
        return
    if bool(decisions) == last:
        raise ReviewError(
            "which decision?" if not decisions else "there are both ids and --last",
            "Give the ids that --list shows, or --last",
        )
    targets = [_last(own, counting, name)] if last else _named(decisions or [], everything)
    if alike:
        targets = _with_those_alike(targets, everything, counting)
    for target in targets:
        _check(target, name, counting, folder.slug)
    undoings = folder.append_all(
        name, [(Withdrawn, {"undoes": target.id, "note": note.strip()}) for target in targets]
    )
    if as_json:
        say_json(
            [
                {"undoing": u.id, "undoes": t.id, "said": _said(t)}
                for u, t in zip(undoings, targets, strict=True)
            ]
        )
        return
    by_id = {d.id: d for d in everything}
    for undoing, target in zip(undoings, targets, strict=True):
        if isinstance(target, Withdrawn) and target.undoes in by_id:
            say(f"Counts again ({undoing.id}): {_said(by_id[target.undoes])}")
        else:
            say(f"Taken back ({undoing.id}): {_said(target)}")
    say(f"To undo this undo: review undo {folder.slug} {undoings[-1].id} --as {name}")


def _last(own: Sequence[Decision], counting: set[str], name: str) -> Decision:
    for decision in reversed(own):
        if decision.id in counting and not isinstance(decision, Withdrawn):
            return decision
    raise ReviewError(f"{name} has no decision that counts", "There is nothing to take back")


def _named(ids: Sequence[str], everything: Sequence[Decision]) -> list[Decision]:
    """The decisions that `ids` name, in full or by a beginning that fits one decision only."""
    found: dict[str, Decision] = {}
    for name in ids:
        fitting = [d for d in everything if d.id.startswith(name.strip().lower())]
        if not name.strip() or not fitting:
            raise ReviewError(
                f"there is no decision {name!r}", "`--list` shows the ids of your decisions"
            )
        if len(fitting) > 1 or len(name.strip()) < 4:
            raise ReviewError(f"{name!r} fits several decisions", "Give more of the id")
        found[fitting[0].id] = fitting[0]
    return list(found.values())


def _with_those_alike(
    targets: Sequence[Decision], everything: Sequence[Decision], counting: set[str]
) -> list[Decision]:
    """`targets` and all that the same hand removed, or reopened, for the same reason."""
    rules = {(type(t), t.reviewer, t.reason) for t in targets if isinstance(t, _AT_ONCE)}
    if not rules:
        raise ReviewError("--alike is for removals and reopenings", "Leave it out")
    others = (
        d
        for d in everything
        if isinstance(d, _AT_ONCE) and (type(d), d.reviewer, d.reason) in rules and d.id in counting
    )
    return list({d.id: d for d in (*targets, *others)}.values())


def _check(target: Decision, name: str, counting: set[str], slug: str) -> None:
    if isinstance(target, Screened) and target.reviewer != name:
        raise ReviewError(
            f"{target.id} is a vote of {target.reviewer}, and a vote is taken back by its owner. "
            "Nothing was written",
            f"To settle the record instead: `review resolve {slug} --as {name}`",
        )
    if target.id not in counting:
        raise ReviewError(
            f"{target.id} is taken back already ({_said(target)}). Nothing was written",
            "To let it count again, undo the undoing: --list shows its id",
        )


def _list(
    slug: str,
    name: str,
    own: Sequence[Decision],
    shown: Sequence[Decision],
    counting: set[str],
    as_json: bool,
) -> None:
    if as_json:
        say_json([_for_programs(d, counting) for d in shown])
        return
    if not own:
        say(f"{name} has decided nothing yet.")
        return
    for decision in shown:
        moment = decision.at.strftime("%Y-%m-%d %H:%M")
        taken_back = "" if decision.id in counting else dim("  [taken back]")
        say(f"{decision.id}  {moment}  {_said(decision)}{taken_back}")
    if len(own) > len(shown):
        tell(f"… the latest {len(shown)} of {len(own):,}; --most shows more.")
    you = "NAME" if name == AUTOMATION else name
    say(f"To take one back: review undo {safe(slug)} {shown[-1].id} --as {you}")


def _for_programs(decision: Decision, counting: set[str]) -> dict[str, Any]:
    return {
        "id": decision.id,
        "at": decision.at,
        "event": type(decision).__name__.lower(),
        "said": _said(decision),
        "counts": decision.id in counting,
    }
