"""`review undo`: takes back decisions. Nothing is deleted: the undoing is a line of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from pipeline.cli.console import counted, dim, safe, say, say_json, tell
from pipeline.cli.prompt import agreed
from pipeline.model.decision import (
    AUTOMATION,
    Decision,
    Discarded,
    Removed,
    Reopened,
    Screened,
    Withdrawn,
)
from pipeline.model.problem import ReviewError
from pipeline.model.undoing import effective, undone
from pipeline.notation.decision_lines import in_words
from pipeline.store import ReviewFolder, find_review
from pipeline.store.files import reviewer_name
from pipeline.store.put_away import put_in_place

_SHOWN = 20
_ASKED_FROM = 2
"""So many decisions at once are listed and asked about before they are taken back."""

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
    command: Annotated[
        bool,
        typer.Option(
            "--command", help="All that your last command wrote; with an id, all that its wrote."
        ),
    ] = False,
    since: Annotated[
        str, typer.Option(help="All you decided since: 14:30, 20min, 2026-11-30, 2026-11-30 14:30.")
    ] = "",
    alike: Annotated[
        bool,
        typer.Option(
            "--alike", help="Of a removal or reopening: all others for the same reason too."
        ),
    ] = False,
    note: Annotated[str, typer.Option(help="Why it is taken back.")] = "",
    list_: Annotated[bool, typer.Option("--list", help="Show your latest decisions.")] = False,
    most: Annotated[int, typer.Option(min=1, help="How many --list shows.")] = _SHOWN,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before several go.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Takes back decisions; what they said before counts again. An undo can itself be undone.

    A vote is taken back only by whoever cast it, anything else by anybody. --command and --since
    show what would go, and ask.

    Example: review undo my-review --last --as ada

    Example: review undo my-review --command --as ada, after a wrong file was read

    Example: review undo my-review --since 14:30 --as ada

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
        if decisions or last or command or since:
            raise ReviewError("--list and an undo do not go together", "Do one after the other")
        _list(folder.slug, name, own, own[-most:], counting, as_json)
        return
    ways = [bool(decisions), last, bool(since), command and not decisions]
    if sum(ways) != 1:
        raise ReviewError(
            "which decisions?" if not any(ways) else "that names them in more than one way",
            "Give the ids that --list shows, or --last, or --command, or --since",
        )
    moment = began(since, datetime.now().astimezone()) if since else None
    targets = _wanted(decisions or [], own, everything, counting, name, command, moment)
    if alike:
        targets = _with_those_alike(targets, everything, counting)
    for target in targets:
        _check(target, name, counting, folder.slug)
    by_id = {d.id: d for d in everything}
    at_once = (command or moment is not None) and len(targets) >= _ASKED_FROM
    if at_once and not as_json and not _agreed(targets, by_id, yes):
        tell("Nothing was taken back.")
        raise typer.Exit(1)
    undoings = folder.append_all(
        name, [(Withdrawn, {"undoes": target.id, "note": note.strip()}) for target in targets]
    )
    moved = _files_in_place(folder)
    if as_json:
        say_json(
            [
                {"undoing": u.id, "undoes": t.id, "said": _said(t)}
                for u, t in zip(undoings, targets, strict=True)
            ]
        )
        return
    if at_once:
        say(f"{counted(len(undoings), 'decision')} taken back.")
        again = f"{undoings[-1].id} --command"
    else:
        for undoing, target in zip(undoings, targets, strict=True):
            say(f"{_becomes(target, by_id)} ({undoing.id}): {_what(target, by_id)}")
        again = undoings[-1].id
    for line in moved:
        say(f"{line}.")
    if last and isinstance(own[-1], Withdrawn) and own[-1].id in counting:
        _tell_of_the_one_before(own[-1], by_id)
    say(f"To undo this undo: review undo {folder.slug} {again} --as {name}")
    say(f"Next: review status {folder.slug}")


def _tell_of_the_one_before(before: Withdrawn, by_id: Mapping[str, Decision]) -> None:
    """A second --last in a row may be meant, or the first one repeated after a break."""
    tell(
        f"That was one more: {_what(before, by_id)} had been taken back at "
        f"{before.at.astimezone():%Y-%m-%d %H:%M} already. If you only meant to repeat that undo, "
        "undo this one."
    )


def _files_in_place(folder: ReviewFolder) -> tuple[str, ...]:
    """Moves files of studies that were taken out, or are back, to where they belong; what moved."""
    folder.reload()
    decisions = [d for log in folder.logs for d in log.decisions]
    discarded = [d for d in decisions if isinstance(d, Discarded) and d.study]
    counting = frozenset(d.id for d in effective(decisions))
    return put_in_place(folder.places, discarded, counting)


def _wanted(
    ids: Sequence[str],
    own: Sequence[Decision],
    everything: Sequence[Decision],
    counting: set[str],
    name: str,
    command: bool,
    moment: datetime | None,
) -> list[Decision]:
    """The decisions that are to be taken back, the earliest first."""
    if moment is not None:
        found = _to_restore([d for d in own if d.at >= moment], everything, counting)
        if not found:
            raise ReviewError(
                f"{name} has decided nothing that counts since {moment:%Y-%m-%d %H:%M}",
                "`--list` shows your latest decisions with their times",
            )
        return found
    if ids and not command:
        return _named(ids, everything)
    named = _named(ids, everything) if ids else [_last(own, counting, name)]
    commands = {d.command for d in named}
    if "" in commands:
        raise ReviewError(
            "it is not known which command wrote it (it was decided in the browser, or by an "
            "earlier version)",
            "Take it back by its id, or with --since",
        )
    return _to_restore([d for d in everything if d.command in commands], everything, counting)


def _to_restore(
    made: Sequence[Decision], everything: Sequence[Decision], counting: set[str]
) -> list[Decision]:
    """Those of `made` that must be taken back for all to be as it was before they were made.

    An undoing among them is undone where it took back something older than they are.
    """
    ids = {d.id for d in made}
    return [
        d
        for d in sorted(made, key=lambda d: (d.at, d.id))
        if d.id in counting and not (isinstance(d, Withdrawn) and d.undoes in ids)
    ]


def began(text: str, now: datetime) -> datetime:
    """The moment that `text` names: a time of today, a day, both, or how long ago (20min, 2h, 3d).

    Raises ReviewError for what is no moment, and for one that is still to come.
    """
    said = text.strip()
    if ago := re.fullmatch(r"([0-9]{1,4}) ?(min|minutes?|h|hours?|d|days?)", said):
        unit = {"m": "minutes", "h": "hours", "d": "days"}[ago[2][0]]
        return now - timedelta(**{unit: int(ago[1])})
    try:
        if re.fullmatch(r"[0-9]{1,2}:[0-9]{2}", said):
            hours, minutes = map(int, said.split(":"))
            moment = now.replace(hour=hours, minute=minutes, second=0, microsecond=0)
        else:
            moment = datetime.fromisoformat(said)
            moment = moment.astimezone() if moment.tzinfo is None else moment
    except ValueError:
        raise ReviewError(
            f"{safe(said)!r} is no moment",
            "Write it like 14:30, 20min, 2h, 2026-11-30 or '2026-11-30 14:30'",
        ) from None
    if moment > now:
        raise ReviewError(f"{moment:%Y-%m-%d %H:%M} is still to come", "Give the day as well")
    return moment


def _agreed(targets: Sequence[Decision], by_id: Mapping[str, Decision], yes: bool) -> bool:
    """Lists what would go, and whether that is wanted; ReviewError where nobody can be asked."""
    for target in targets[:_SHOWN]:
        say(f"  {target.at:%Y-%m-%d %H:%M}  {_what(target, by_id)}")
    if len(targets) > _SHOWN:
        say(f"  … and {len(targets) - _SHOWN:,} more.")
    these = counted(len(targets), "decision")
    return agreed(f"Take back {these}?", f"{these} would be taken back", yes=yes)


def _becomes(target: Decision, by_id: Mapping[str, Decision]) -> str:
    again = isinstance(target, Withdrawn) and target.undoes in by_id
    return "Counts again" if again else "Taken back"


def _what(target: Decision, by_id: Mapping[str, Decision]) -> str:
    if isinstance(target, Withdrawn) and target.undoes in by_id:
        return _said(by_id[target.undoes])
    return _said(target)


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
