"""What a sheet would write, held before a person's eyes: nothing changes without a word."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from pipeline.cli.console import counted, in_list, safe, say
from pipeline.cli.prompt import Back, prompt
from pipeline.model.decision import Screened
from pipeline.model.problem import ReviewError
from pipeline.screening.sheet import SheetVerdict
from pipeline.sessions.session import Session

_SHOWN = 40


def agreed_to(
    session: Session, verdicts: Sequence[SheetVerdict], *, yes: bool, owned: bool
) -> tuple[SheetVerdict, ...]:
    """Those of `verdicts` that are to be written: all, or only those on what is undecided.

    What would take the place of a verdict or a reason that stands is listed first. `yes` agrees to
    it beforehand; else it is asked about on a terminal, and refused where nobody can answer.
    `owned` says that the file tells whose it is; where it does not, its verdicts are asked about.
    """
    changed = [said for said in verdicts if is_change(session.votes.get(said.record), said)]
    for said in changed[:_SHOWN]:
        held = session.votes[said.record]
        was, now = _words(held.verdict, held.reason), _words(said.verdict, said.reason)
        say(in_list(session.record(said.record), f"{was} \u2192 {now}"))
    if len(changed) > _SHOWN:
        say(f"  … and {counted(len(changed) - _SHOWN, 'more record')}.")
    new = tuple(said for said in verdicts if said not in changed)
    if changed:
        say(
            f"{counted(len(changed), 'verdict')} of {session.reviewer} would change; "
            f"{counted(len(new), 'new verdict')}."
        )
    if not owned and verdicts:
        say(f"The file does not say whose verdicts these are; you are {session.reviewer}.")
    if yes or not (changed or (not owned and verdicts)):
        return tuple(verdicts)
    if not sys.stdin.isatty():
        raise ReviewError(
            f"{counted(len(changed), 'verdict')} of {session.reviewer} would change; nothing was "
            "written"
            if changed
            else "the file does not say whose verdicts it holds; nothing was written",
            f"Look whether these are the verdicts of {session.reviewer}, then add --yes",
        )
    keys = {"y": "write them all", "q": "write nothing"}
    if changed and owned:
        keys = {"y": "write them all", "n": "only the new ones", "q": "write nothing"}
    with prompt() as ask:
        try:
            answer = ask.key(keys).key
        except Back:
            answer = "q"
    return {"y": tuple(verdicts), "n": new}.get(answer, ())


def is_change(held: Screened | None, said: SheetVerdict) -> bool:
    """Whether `said` gives another verdict or another reason than the one that is held."""
    return held is not None and (held.verdict, held.reason) != (said.verdict, said.reason)


def _words(verdict: str, reason: str) -> str:
    return f"{verdict} ({safe(reason)})" if reason else str(verdict)
