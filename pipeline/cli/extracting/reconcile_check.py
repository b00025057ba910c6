"""One person's answers held against the report by another, one by one; what changed is kept."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.cli.console import bold, counted, safe, say, say_json
from pipeline.cli.extracting.reconcile_prompt import source_lines
from pipeline.cli.keyboard import END, keyboard
from pipeline.desk.checking import Checking
from pipeline.extraction.answered import Answered, shown
from pipeline.review_folder import ReviewFolder
from pipeline.terms.problem import ReviewError


def check_answers(
    folder: ReviewFolder,
    study: str,
    name: str,
    holds: tuple[str, ...],
    changes: Mapping[str, str],
    *,
    holds_all: bool,
    reason: str,
    only_list: bool,
    as_json: bool,
) -> int:
    """Checks the answers of studies/STUDY.yaml: those that are named, else one by one."""
    session = Checking(folder, study, name)
    if only_list:
        if as_json:
            say_json([{"address": a.address, "answer": shown(a.answer)} for a in session.open])
        else:
            for answered in session.open:
                _show(answered)
            say(f"{counted(len(session.open), 'answer')} not yet checked.")
        return 0
    for address in holds:
        session.hold(session.named(address), reason)
    for address, value in changes.items():
        session.change(session.named(address), value, reason)
    if holds_all:
        for answered in session.open:
            session.hold(answered, reason)
    if not holds and not changes and not holds_all:
        _one_by_one(session)
    return _leave(session)


def _leave(session: Checking) -> int:
    """Says what is left."""
    left = session.finish()
    slug, study = session.folder.slug, session.id
    if left:
        say(
            f"{counted(left, 'answer')} not yet checked. "
            f"Go on: review reconcile {slug} {study} --as {session.checker} --check"
        )
    else:
        say(f"Every answer of {study} is checked. Next: review status {slug}")
    return 0


def _show(answered: Answered) -> None:
    say(f"{safe(answered.address)}: {safe(answered.item.label)}")
    say(f"  {bold(safe(shown(answered.answer)))}")
    for line in source_lines(answered.answer):
        say(line)


def _one_by_one(session: Checking) -> None:
    waiting = session.open
    with keyboard() as read:
        for number, answered in enumerate(waiting, 1):
            say(bold(f"\n── {number} of {len(waiting)} ──"))
            _show(answered)
            while True:
                key, _, value = read("h holds  c change  l later  q quit > ").partition(" ")
                if key in (END, "q"):
                    return
                if key == "l":
                    break
                if key == "h":
                    session.hold(answered, value)
                    break
                if key == "c":
                    value = value or read("What stands in the report: ", line=True)
                    try:
                        session.change(answered, value, read("Why: ", line=True))
                        break
                    except ReviewError as refusal:
                        say(safe(str(refusal)))
                        continue
                say("Nothing was written. Press h, c, l or q.")
