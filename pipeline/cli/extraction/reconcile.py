"""`review reconcile`: two people's answers settled, or one person's answers checked by another."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.console import counted, safe, say, say_json, say_problems
from pipeline.cli.extraction.reconcile_prompt import ask_each, check_answers, difference_lines
from pipeline.extraction.answered import shown
from pipeline.extraction.differences import TwoAnswers
from pipeline.model.problem import ReviewError
from pipeline.model.protocol import ExtractionPlanKind
from pipeline.sessions.reconciling import Reconciling, open_drafts
from pipeline.sessions.study_files import study_id
from pipeline.store import open_review
from pipeline.store.files import reviewer_name


def reconcile(
    words: Annotated[list[str], typer.Argument(metavar="[REVIEW] STUDY")],
    reviewer: Annotated[str, typer.Option("--as", help="Who settles or checks.")] = "",
    between: Annotated[
        str, typer.Option(help="Whose drafts, where there are more than two: ada,ben.")
    ] = "",
    keep: Annotated[
        list[str] | None, typer.Option(help="ADDRESS=NAME: the answer of NAME stands.")
    ] = None,
    write: Annotated[
        list[str] | None, typer.Option(help="ADDRESS=VALUE: what stands instead, as in YAML.")
    ] = None,
    keep_all: Annotated[str, typer.Option(help="NAME: all that is open goes as NAME has it.")] = "",
    fill: Annotated[
        bool, typer.Option("--fill", help="Take what only one of the two answered.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Hold one person's answers against the report.")
    ] = False,
    holds: Annotated[
        list[str] | None, typer.Option(help="With --check: ADDRESS of an answer that holds.")
    ] = None,
    holds_all: Annotated[
        bool, typer.Option("--holds-all", help="With --check: all that is not yet checked holds.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Why, for what is settled by these options.")] = "",
    list_: Annotated[
        bool, typer.Option("--list", help="Show what is open, settle nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> int:
    """Settles where two people who extracted a study apart differ, answer by answer.

    Both answers stand side by side with their quotes and pages: keep one, write another, or leave
    it for later; each settlement is kept with who made it and why. When none is open the agreed
    study is written; both drafts stay. Numbers are compared by value; text that differs is shown.

    Where the plan is that one extracts and another checks, it goes through the answers one by one.

    Example: review reconcile my-review aebi-2014 --as cai

    Example: review reconcile my-review aebi-2014 --as cai --keep participants/total=ada
    --write participants/sex=male --reason "table 1"

    Example: review reconcile my-review aebi-2014 --as ben --check
    """
    if not 1 <= len(words) <= 2:
        raise ReviewError("reconcile takes a review and a study", "Write: review reconcile STUDY")
    folder = open_review(words[0] if len(words) == 2 else "")
    study = study_id(words[-1])
    name = reviewer_name(reviewer) if reviewer else ""
    if not name and not list_:
        raise ReviewError("who settles it?", "Add --as NAME")
    plan = folder.protocol[0].extraction.plan
    if check or holds or holds_all or (plan is ExtractionPlanKind.ONE_CHECKED and not between):
        return check_answers(
            folder,
            study,
            name,
            tuple(holds or ()),
            _pairs(write or []),
            holds_all=holds_all,
            reason=reason,
            only_list=list_,
            as_json=as_json,
        )
    session = open_drafts(folder, study, name, between)
    if list_:
        return _list(session, as_json)
    kept, written = _pairs(keep or []), _pairs(write or [])
    if kept or written or keep_all or fill:
        _settle_named(session, kept, written, keep_all, fill, reason)
    else:
        ask_each(session)
    if session.open:
        left = counted(len(session.open), "difference")
        say(f"{left} still open. Go on: review reconcile {folder.slug} {study} --as {name}")
        return 0
    return _finish(session)


def _finish(session: Reconciling) -> int:
    folder = session.folder
    shown_path = folder.places.shown(session.path)
    agreed = session.finish()
    if agreed is None:
        say(f"Nothing is open; {shown_path} stands as it is.")
        return 0
    errors = say_problems(agreed.errors)
    say(f"Wrote {shown_path}. Both drafts stay in {folder.places.shown(folder.places.drafts)}.")
    say(f"Next: review extract {folder.slug} {session.study} --check")
    return 1 if errors else 0


def _pairs(given: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in given:
        address, sign, value = one.partition("=")
        if not sign or not address:
            raise ReviewError(f"{one!r} is not ADDRESS=…", "Write it like participants/total=ada")
        found[address.strip()] = value.strip()
    return found


def _settle_named(
    session: Reconciling,
    kept: dict[str, str],
    written: dict[str, str],
    keep_all: str,
    fill: bool,
    reason: str,
) -> None:
    for name in (*kept.values(), *([keep_all] if keep_all else [])):
        session.known(name)
    for address, name in kept.items():
        session.settle(session.named(address), kept=name, reason=reason)
    for address, value in written.items():
        session.settle(session.named(address), value=value, reason=reason)
    if fill:
        for two in session.open:
            only = session.only_one(two)
            if only:
                session.settle(two, kept=only, reason=reason or "the other has no answer")
    if keep_all:
        for two in session.open:
            session.settle(two, kept=keep_all, reason=reason)


def _list(session: Reconciling, as_json: bool) -> int:
    if as_json:
        say_json([_for_programs(session, two) for two in session.sides.differing])
        return 0
    for two in session.open:
        for line in difference_lines(session, two):
            say(line)
    same = sum(two.same for two in session.sides.answers)
    say(
        f"{counted(same, 'answer')} agree, {counted(len(session.sides.differing), 'difference')}, "
        f"{len(session.open):,} open."
    )
    return 0


def _for_programs(session: Reconciling, two: TwoAnswers) -> dict[str, object]:
    settled = session.settled.get(two.entry or two.address)
    return {
        "address": two.entry or two.address,
        "entry": bool(two.entry),
        "item": two.item.label,
        "answers": {
            session.names[0]: safe(shown(two.one)),
            session.names[1]: safe(shown(two.other)),
        },
        "settled_by": settled.reviewer if settled else "",
        "kept": settled.kept if settled else "",
        "answer": settled.answer if settled else "",
        "reason": settled.reason if settled else "",
    }
