"""`review resolve`: settle conflicts between reviewers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from pipeline.cli.console import counted, say, tell, text_width
from pipeline.cli.prompt import Back, Left, Prompt, prompt, say_paged
from pipeline.cli.screen.lines import criterion_help, criterion_lines, record_lines, vote_lines
from pipeline.model.decision import Resolved, Stage, Verdict, Withdrawn
from pipeline.model.problem import ReviewError
from pipeline.model.protocol import Criterion
from pipeline.model.review import Ledger, Position
from pipeline.model.standing import Standing
from pipeline.screening.queue import conflicts
from pipeline.screening.sheet import criteria_meant
from pipeline.sessions.keys import keys_of
from pipeline.sessions.session import WORD_OF_STAGE, check_vote, known_record
from pipeline.snapshot.settle import settle
from pipeline.store import ReviewFolder, open_review

_KEYS = ("i", "e", "u", "s", "z", "q", "?")


def resolve(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")],
    record: Annotated[str, typer.Argument(help="One record; without it, every conflict.")] = "",
    reviewer: Annotated[str, typer.Option("--as", help="Who settles it.")] = "",
    stage: Annotated[Stage | None, typer.Option(help="Only conflicts of this stage.")] = None,
    verdict: Annotated[Verdict | None, typer.Option(help="The settlement of RECORD.")] = None,
    reason: Annotated[str, typer.Option(help="Id of the criterion of an exclusion.")] = "",
    note: Annotated[str, typer.Option(help="Why.")] = "",
    safety_first: Annotated[
        bool,
        typer.Option(
            "--safety-first", help="Settle all that one has included and another excluded: include."
        ),
    ] = False,
    list_only: Annotated[bool, typer.Option("--list", help="Only show the conflicts.")] = False,
) -> None:
    """Shows conflicts with the votes, reasons and notes side by side, and records how each ends.

    --safety-first includes at once whatever somebody has included, so that nothing is lost before
    its full text was read; the protocol's `safety_first: true` does so without a resolution.

    Example: review resolve ta-hsb --as carol
    """
    folder = open_review(review)
    ledger = settle(folder.review)
    stages = (stage,) if stage else tuple(Stage)
    if record and verdict is not None:
        _settle_one(folder, ledger, record, reviewer, stage, verdict, reason, note)
        return
    if verdict is not None:
        raise ReviewError("--verdict needs a RECORD", "Name the record that it settles")
    found = [
        (at, position)
        for at in stages
        for position in conflicts(ledger.positions.values(), at)
        if not record or position.record == record
    ]
    if not found:
        say("There is no conflict to resolve." if not record else f"{record} is not in conflict.")
        return
    if list_only:
        for at, position in found:
            _show(folder, at, position)
        say(f"\n{counted(len(found), 'conflict')}. Next: review resolve {folder.slug} --as NAME")
        return
    _signed(reviewer)
    if safety_first:
        _include_all(folder, found, reviewer, note)
    else:
        _one_by_one(folder, found, reviewer)


def _settle_one(
    folder: ReviewFolder,
    ledger: Ledger,
    record: str,
    reviewer: str,
    stage: Stage | None,
    verdict: Verdict,
    reason: str,
    note: str,
) -> None:
    known_record(folder, record)
    _signed(reviewer)
    position = ledger.positions[record]
    if position.kept:
        raise ReviewError(
            f"{record} is a duplicate; {position.kept} is kept in its stead",
            f"Resolve {position.kept}",
        )
    at = stage or position.stage or Stage.TITLE_ABSTRACT
    criteria = folder.protocol[0].criteria_of(at)
    reason = next(iter(criteria_meant(reason, criteria)), "")
    check_vote(criteria, at, verdict, reason)
    if not position.conflict and position.standing is not Standing.AWAITING_CLASSIFICATION:
        tell(f"{record} was not in conflict on {WORD_OF_STAGE[at]}; it is settled all the same.")
    _write(folder, record, reviewer, at, verdict, reason, note)


def _include_all(
    folder: ReviewFolder, found: list[tuple[Stage, Position]], reviewer: str, note: str
) -> None:
    """Settles each conflict in which somebody has included (EPPI-Reviewer, "safety first")."""
    to_include = [(at, p) for at, p in found if any(v.verdict is Verdict.INCLUDE for v in p.votes)]
    for at, position in to_include:
        why = note or "safety first: somebody has included it"
        _write(folder, position.record, reviewer, at, Verdict.INCLUDE, "", why)
    _leave(folder, len(to_include), len(found) - len(to_include))


def _one_by_one(folder: ReviewFolder, found: list[tuple[Stage, Position]], reviewer: str) -> None:
    """Asks about one conflict after the other; `z` goes back to the last one that was settled."""
    made: list[tuple[int, Resolved]] = []
    place = 0
    with prompt() as ask:
        while place < len(found):
            at, position = found[place]
            keys = keys_of(folder.protocol[0].criteria_of(at), _KEYS)
            _show(folder, at, position)
            for line in criterion_lines(keys, text_width()):
                say(line)
            answer = _answer(ask, at, keys)
            if answer is None:
                break
            if answer == "z":
                if made:
                    place, last = made.pop()
                    folder.append(reviewer, Withdrawn, undoes=last.id)
                    say(f"Taken back: {last.record}, {last.verdict}. Here it is again.")
                else:
                    say("There is nothing to take back.")
                continue
            if isinstance(answer, tuple):
                verdict, reason, why = answer
                written = _write(folder, position.record, reviewer, at, verdict, reason, why)
                made.append((place, written))
            place += 1
    _leave(folder, len(made), len(found) - len(made))


def _answer(
    ask: Prompt, at: Stage, keys: Mapping[str, Criterion]
) -> tuple[Verdict, str, str] | str | None:
    """A settlement (verdict, reason, why), `s` to skip, `z` to go back, None to leave."""
    offered = {"i": "include", "u": "unsure"}
    if at is Stage.TITLE_ABSTRACT:
        offered["e"] = "exclude"
    offered |= {"s": "skip", "z": "undo", "q": "quit", "?": "criteria"}
    criteria = {key: criterion.label for key, criterion in keys.items()}
    while True:
        try:
            pressed = ask.key(
                offered,
                more=criteria,
                helper=lambda: say("\n".join(criterion_help(keys, text_width()))),
                wrong="Nothing was decided.",
            )
        except Back:
            return "z"
        key, why = pressed.key, pressed.rest
        if key == "q":
            return None
        if key in ("s", "z"):
            return key
        words = {"i": Verdict.INCLUDE, "u": Verdict.UNSURE, "e": Verdict.EXCLUDE}
        verdict = words.get(key, Verdict.EXCLUDE) if key in offered else Verdict.EXCLUDE
        reason = keys[key].id if key in keys and key not in offered else ""
        try:
            return verdict, reason, why or ask.text("Why (Enter for nothing)")
        except Back:
            continue
        except Left:
            return None


def _leave(folder: ReviewFolder, settled: int, left: int) -> None:
    say(f"{counted(settled, 'conflict')} resolved.{f' {left:,} left.' if left else ''}")
    say(f"Next: review status {folder.slug}")


def _show(folder: ReviewFolder, at: Stage, position: Position) -> None:
    width = text_width()
    say(f"\n── {position.record}, conflict on {WORD_OF_STAGE[at]} ──")
    settled = (position.resolution,) if position.resolution else ()
    votes = vote_lines((*settled, *position.votes), width)
    say_paged([*record_lines(folder.records[position.record], width), "", *votes])
    if settled:
        say("A vote that came after the resolution says otherwise.")


def _signed(reviewer: str) -> None:
    if not reviewer:
        raise ReviewError("a resolution is signed", "Say who settles it: --as NAME")


def _write(
    folder: ReviewFolder,
    record: str,
    reviewer: str,
    stage: Stage,
    verdict: Verdict,
    reason: str,
    note: str,
) -> Resolved:
    written = folder.append(
        reviewer,
        Resolved,
        record=record,
        stage=stage,
        verdict=verdict,
        reason=reason,
        note=note,
    )
    assert isinstance(written, Resolved)
    say(f"{record}: {verdict}{f' ({reason})' if reason else ''}, resolved by {reviewer}.")
    return written
