"""`review confirm`: an author reads claims beside what they rest on, and stands by them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import bold, counted, dim, progress, safe, say, say_json
from pipeline.cli.documents.changed import ChangedText, changed_since, lines_of
from pipeline.cli.prompt import Back, prompt
from pipeline.model.decision import Confirmed
from pipeline.model.problem import ReviewError, Severity
from pipeline.notation.typed import nearest
from pipeline.store import ReviewFolder, open_review
from pipeline.store.files import reviewer_name

if TYPE_CHECKING:
    from pipeline.document import ClaimState


def confirm(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")],
    claims: Annotated[
        list[str] | None, typer.Argument(metavar="CLAIM", help="Ids of claims.")
    ] = None,
    reviewer: Annotated[str, typer.Option("--as", help="Your name in the review.")] = "",
    all_: Annotated[
        bool, typer.Option("--all", help="Every claim that does not stand as it was confirmed.")
    ] = False,
    note: Annotated[str, typer.Option(help="What you want to remember of it.")] = "",
    list_: Annotated[
        bool, typer.Option("--list", help="Only show them, whoever sits here.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Shows each claim with what it rests on, old and new, and records that you stand by it.

    Without a name it shows only what waits to be confirmed. With --as on a terminal it asks claim
    by claim; with ids or --all it records them at once. A build fails on a claim that changed
    since it was confirmed, in its words or in what it rests on. `review undo` takes it back.

    Example: review confirm ta-hsb --as ada

    Example: review confirm ta-hsb few-view response --as ada
    """
    with progress("Reading exports") as tick:
        folder = open_review(review, tick=tick)
        states, changed = _states(folder)
    chosen = _chosen(states, claims or [], all_)
    if list_ or not reviewer:
        if all_ and not list_:
            raise ReviewError("who confirms them?", "Add --as NAME")
        _show(folder, states, chosen, changed, as_json)
        return
    name = reviewer_name(reviewer)
    asks = not claims and not all_
    if asks and not sys.stdin.isatty():
        raise ReviewError("which claims?", "Name their ids, or add --all, or run it on a terminal")
    taken = _asked(chosen) if asks else chosen
    if not asks and not as_json:
        for state in taken:
            _print(state)
    made = folder.append_all(
        name,
        [
            (
                Confirmed,
                {
                    "claim": state.claim.id,
                    "text": state.claim.text,
                    "supports": tuple(s.name for s in state.supports),
                    "prints": tuple(s.print for s in state.supports),
                    "said": tuple(s.said for s in state.supports),
                    "note": note.strip(),
                },
            )
            for state in taken
        ],
    )
    if as_json:
        say_json([{"id": d.id, "claim": s.claim.id} for d, s in zip(made, taken, strict=True)])
        return
    if not made:
        say("Nothing was confirmed." if chosen else "Every claim stands as it was confirmed.")
        return
    say(f"Confirmed by {name}: {counted(len(made), 'claim')}.")
    say(f"To take it back: review undo {folder.slug} {made[-1].id} --as {name}")
    say(f"Next: review build {folder.slug}")


def _states(folder: ReviewFolder) -> tuple[tuple[ClaimState, ...], ChangedText | None]:
    """Every claim of every manuscript, and what the documents say otherwise than they did.

    ReviewError with the faults of a manuscript that cannot be filled.
    """
    from pipeline.cli.documents.manuscripts import write_ups
    from pipeline.document import claim_states
    from pipeline.sessions.snapshots import snapshot_of

    snapshot, _ = snapshot_of(folder, None)
    written, problems = write_ups(folder, snapshot, draft=True)
    errors = [p for p in problems if p.severity is Severity.ERROR]
    if errors:
        told = "\n".join(safe(str(p)) for p in errors)
        raise ReviewError(
            f"the manuscripts have {counted(len(errors), 'error')}\n{told}", "Mend them first"
        )
    states = claim_states((c for one in written for c in one.claims), snapshot)
    return states, changed_since(folder, snapshot, written)


def _chosen(states: Sequence[ClaimState], ids: Sequence[str], all_: bool) -> tuple[ClaimState, ...]:
    known = {state.claim.id: state for state in states}
    for id in ids:
        if id not in known:
            raise ReviewError(
                f"there is no claim {id!r}.{nearest(id, tuple(known))}",
                f"Known are {', '.join(known) or 'none yet'}",
            )
    if ids and all_:
        raise ReviewError("there are both ids and --all", "Give one of them")
    if ids:
        return tuple(known[id] for id in dict.fromkeys(ids))
    return tuple(state for state in states if not state.stands)


def _show(
    folder: ReviewFolder,
    states: Sequence[ClaimState],
    chosen: Iterable[ClaimState],
    changed: ChangedText | None,
    as_json: bool,
) -> None:
    if as_json:
        say_json([_for_programs(state) for state in states])
        return
    waiting = tuple(chosen)
    for state in waiting:
        _print(state)
    standing = sum(state.stands for state in states)
    say(f"{counted(len(states), 'claim')}, {standing} confirmed as they are.")
    for line in lines_of(changed):
        say(line)
    if waiting:
        say(f"Next: review confirm {folder.slug} --as NAME")


def _for_programs(state: ClaimState) -> dict[str, object]:
    last = state.last
    return {
        "claim": state.claim.id,
        "text": state.claim.text,
        "place": state.claim.place,
        "state": "confirmed" if state.stands else "changed" if last else "never confirmed",
        "by": last.reviewer if last else "",
        "at": last.at if last else None,
        "was": last.text if last else "",
        "changes": [{"support": (c.after or c.before), "what": c.in_words} for c in state.changes],
        "supports": state.supports,
    }


def _asked(states: Sequence[ClaimState]) -> tuple[ClaimState, ...]:
    """The claims that the person at the terminal stands by, asked one by one."""
    taken: dict[int, ClaimState] = {}
    at = 0
    with prompt() as ask:
        while at < len(states):
            _print(states[at])
            say(f"  {at + 1} of {len(states)}. Stand by it?")
            try:
                key = ask.key({"y": "yes", "n": "not now", "q": "quit"}).key
            except Back:
                at = max(0, at - 1)
                taken.pop(at, None)
                continue
            if key == "q":
                break
            if key == "y":
                taken[at] = states[at]
            at += 1
            say()
    return tuple(taken.values())


def _print(state: ClaimState) -> None:
    claim, last = state.claim, state.last
    say(f"{bold(safe(claim.id))}  {dim(safe(str(claim.place)))}")
    if last is None:
        say("  never confirmed")
    elif state.stands:
        say(f"  stands as {last.reviewer} confirmed it on {last.at:%Y-%m-%d}")
    else:
        say(f"  changed since {last.reviewer} confirmed it on {last.at:%Y-%m-%d}")
    if last is not None and state.reads_otherwise:
        say(f"  was  {safe(last.text)}")
    say(f"  {'now ' if state.reads_otherwise else 'says'} {safe(claim.text)}")
    changed = {change.name: change for change in state.changes}
    for support in state.supports:
        change = changed.pop(support.name, None)
        if last is None or change is None:
            say(f"  rests on {safe(support.name)}: {safe(_rest(support.said, support.name))}")
            continue
        say(f"  rests on {safe(support.name)}, which {change.in_words}")
        if change.before is not None and change.before.said != support.said:
            say(f"    was  {safe(_rest(change.before.said, support.name))}")
        say(f"    now  {safe(_rest(support.said, support.name))}")
    for name, change in changed.items():
        was = change.before.said if change.before else ""
        say(f"  rested on {safe(name)}, which {change.in_words}: {safe(was)}")


def _rest(said: str, name: str) -> str:
    """What a support says, without its own name at the head."""
    return said.removeprefix(f"{name}: ") or "(a reference)"
