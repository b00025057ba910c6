"""`review publish`: an edition is made in full and sealed with all that it was made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, NoReturn

import typer

from pipeline.cli.console import counted, progress, safe, say, say_json, say_problems, tell
from pipeline.cli.importing.ingest_options import past
from pipeline.cli.importing.init import template_questions
from pipeline.model.problem import Problem, ReviewError, Severity
from pipeline.model.review import Edition
from pipeline.snapshot.settle import settle
from pipeline.store import ReviewFolder, open_review
from pipeline.store.editions import Line, Published, SignedOff, Withdrawal
from pipeline.store.files import reviewer_name
from pipeline.store.outputs import put_outputs
from pipeline.store.places import shown
from pipeline.store.sealing import (
    add_lines,
    begin_seal,
    drop_seal,
    finish_seal,
    names_to_seal,
    read_manifest,
)


def publish(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")],
    number: Annotated[int, typer.Argument(help="The number of the edition.", min=1)],
    on: Annotated[
        str, typer.Option(metavar="YYYY-MM-DD", help="The day whose end the edition shows.")
    ] = "",
    reviewers: Annotated[
        list[str] | None, typer.Option("--as", help="Who signs it off; may stand again.")
    ] = None,
    note: Annotated[str, typer.Option(help="What the edition covers, in a few words.")] = "",
    withdraw: Annotated[
        str, typer.Option(metavar="WHY", help="Withdraw the edition, with the reason.")
    ] = "",
    open_conflicts: Annotated[
        bool,
        typer.Option("--open-conflicts", help="Publish although verdicts are not settled yet."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be sealed, and write nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Publishes an edition of a review: everything that was there at the end of a day.

    All documents are made as of that day. Then the protocol, the manuscript, studies, synthesis
    and forms are copied into editions/N with the SHA-256 of every file that went in and came out,
    so that `review build --until` gives the very same documents whatever comes later. On an
    edition that is sealed already, --as adds another sign-off. Nothing is ever deleted: a
    withdrawn edition keeps its files, and its number is not used again.

    Example: review publish my-review 1 --on 2026-03-31 --as ada --as ben
    """
    names = [reviewer_name(name) for name in reviewers or ()]
    if not names:
        raise ReviewError("nobody signs this", "Add --as NAME; it may stand several times")
    with progress("Reading exports") as tick:
        folder = open_review(review, tick=tick)
        known = {e.number: e for e in folder.review.editions}
    if withdraw:
        _withdraw(folder, known.get(number), number, names, withdraw, as_json)
        return
    edition = known.get(number)
    if edition is not None and edition.withdrawn_on is None and _is_sealed(folder, number):
        if on and past(on, "--on", "the day that the edition shows") != edition.on:
            raise ReviewError(
                f"edition {number} is sealed, as of {edition.on}",
                "Give a new edition the next number",
            )
        _sign_off(folder, edition, names, as_json)
        return
    wanted = _wanted(number, on, note, known)
    _refuse_unready(folder, wanted.on, open_conflicts)
    if dry_run:
        _would_seal(folder, wanted, as_json)
        return
    _publish(folder, wanted, edition is not None, names, as_json)


def _is_sealed(folder: ReviewFolder, number: int) -> bool:
    return folder.places.manifest_of(number).is_file()


def _wanted(number: int, on: str, note: str, known: Mapping[int, Edition]) -> Published:
    """What is to be published; refused when its number or day does not fit the others."""
    listed = known.get(number)
    if listed is not None:
        if listed.withdrawn_on:
            raise ReviewError(
                f"edition {number} was withdrawn on {listed.withdrawn_on}",
                f"Publish it anew as edition {max(known) + 1}",
            )
        if on and past(on, "--on", "the day that the edition shows") != listed.on:
            raise ReviewError(
                f"editions.yaml says that edition {number} is of {listed.on}", "Leave --on out"
            )
        return Published(number=number, on=listed.on, note=listed.note)
    if not on:
        raise ReviewError("which day does the edition show?", "Add --on YYYY-MM-DD")
    day = past(on, "--on", "the day that the edition shows")
    for other in known.values():
        before = other.number < number
        if other.withdrawn_on:
            continue
        if (before and other.on >= day) or (not before and other.on <= day):
            raise ReviewError(
                f"edition {other.number} is of {other.on}; edition {number} of {day} "
                f"would not come {'after' if before else 'before'} it",
                "Give editions rising numbers and days",
            )
    return Published(number=number, on=day, note=" ".join(note.split()))


def _refuse_unready(folder: ReviewFolder, day: date, open_conflicts: bool) -> None:
    """Refuses what is no review yet: no search, the questions of the template, open conflicts."""
    review = folder.review
    slug = folder.slug
    if not any(s.ingested_on <= day for s in review.searches):
        raise ReviewError(
            f"{slug} has no search up to {day}, so there is nothing to publish",
            f"Take in an export first: review ingest {slug} FILE --source NAME --on DAY",
        )
    first = {" ".join(text.split()) for text in template_questions()}
    if any(" ".join(q.text.split()) in first for q in review.protocol.questions):
        raise ReviewError(
            "the protocol still asks the question of the template",
            "Write the question of the review under `questions:` in protocol.yaml",
        )
    conflicts = sum(p.conflict for p in settle(review, day).positions.values())
    if conflicts and not open_conflicts:
        raise ReviewError(
            f"{counted(conflicts, 'conflict')} between reviewers {_were(conflicts)} open on {day}",
            f"Settle them (review resolve {slug} --as NAME), or publish with --open-conflicts: "
            "the documents say how many are open",
        )


def _were(n: int) -> str:
    return "is" if n == 1 else "are"


def _would_seal(folder: ReviewFolder, wanted: Published, as_json: bool) -> None:
    """Tells what an edition would be made from."""
    files = names_to_seal(folder, wanted.on)
    after = _after(folder, wanted.on)
    decisions = len(folder.review.decisions) - after.decisions
    searches = len(folder.review.searches) - after.searches
    if as_json:
        say_json(
            {
                "edition": wanted.number,
                "on": wanted.on,
                "would_seal": files,
                "searches": searches,
                "decisions": decisions,
                "later": {"searches": after.searches, "decisions": after.decisions},
            }
        )
        return
    for line in _list_to_seal(folder, wanted, "would seal"):
        say(line)
    say("Nothing was written.")


def _list_to_seal(folder: ReviewFolder, wanted: Published, how: str) -> Iterator[str]:
    """The searches, decisions and files that an edition is made from, a line each."""
    after = _after(folder, wanted.on)
    decisions = len(folder.review.decisions) - after.decisions
    searches = len(folder.review.searches) - after.searches
    of_day = f"as of the end of {wanted.on}"
    yield f"Edition {wanted.number} of {safe(folder.slug)}, {of_day}, {how}:"
    yield f"  {counted(searches, 'search', 'searches')} and {counted(decisions, 'decision')}"
    for name in names_to_seal(folder, wanted.on):
        yield f"  {safe(name)}"


def _publish(
    folder: ReviewFolder, wanted: Published, listed: bool, names: list[str], as_json: bool
) -> None:
    from pipeline.cli.documents.build import outputs_of

    number, day = wanted.number, wanted.on
    if not as_json:
        for told in _list_to_seal(folder, wanted, "seals"):
            tell(told)
    lines: list[Line] = [] if listed else [wanted]
    sealed = begin_seal(folder, number, day, lines)
    try:
        tell(f"Making the documents of edition {number} as of {day} …")
        made, snapshot, problems = outputs_of(sealed, day)
    except BaseException:
        drop_seal(folder.places, number)
        raise
    if made is None:
        drop_seal(folder.places, number)
        _refuse(problems, as_json)
    manifest = finish_seal(folder, number, day, made)
    signed = [
        SignedOff(signed_off=number, by=name, on=date.today(), manifest=manifest) for name in names
    ]
    add_lines(folder, [*lines, *signed])
    outputs = folder.places.outputs
    place = outputs.with_name(f"{outputs.name}-edition-{number}")
    put_outputs(place, made)
    after = _after(folder, day)
    if as_json:
        say_json(
            {
                "edition": number,
                "on": day,
                "signed_off": names,
                "manifest": manifest,
                "seal": shown(folder.places.seal_of(number)),
                "documents": shown(place),
                "later": {"searches": after.searches, "decisions": after.decisions},
                "problems": problems,
            }
        )
        return
    say_problems(problems)
    say(f"Edition {number} of {safe(folder.slug)} is published, as of the end of {day}.")
    say(f"  Signed off  {', '.join(names)}")
    say(f"  Sealed      {safe(shown(folder.places.seal_of(number)))}/  keep it in git")
    say(f"  Documents   {safe(shown(place))}/")
    if pending := snapshot.ledger.flow.pending:
        tell(f"{counted(pending, 'record')} had not been settled by then; the documents say so.")
    if after.searches or after.decisions:
        tell(
            f"Later than {day}, and not in it: {counted(after.searches, 'search', 'searches')}, "
            f"{counted(after.decisions, 'decision')}."
        )
    if day == date.today():
        tell("What is decided later today does not change it: its decisions are listed by id.")
    say(f"Next: review verify {folder.slug} {number}")


@dataclass(frozen=True, slots=True)
class _Later:
    searches: int
    decisions: int


def _after(folder: ReviewFolder, day: date) -> _Later:
    written = folder.review
    return _Later(
        sum(s.ingested_on > day for s in written.searches),
        sum(d.at.date() > day for d in written.decisions),
    )


def _refuse(problems: tuple[Problem, ...], as_json: bool) -> NoReturn:
    if as_json:
        say_json({"edition": None, "problems": problems})
    else:
        errors = say_problems(problems)
        tell(f"Nothing was published: {counted(errors, 'error')}.")
    raise typer.Exit(1)


def _sign_off(folder: ReviewFolder, edition: Edition, names: list[str], as_json: bool) -> None:
    """Adds sign-offs to a sealed edition whose inputs are what its manifest says."""
    from pipeline.cli.documents.verify import faults_of_inputs

    manifest, sha256 = read_manifest(folder.places, edition.number)
    faults = faults_of_inputs(folder, edition, manifest, sha256)
    if any(p.severity is Severity.ERROR for p in faults):
        _refuse(faults, as_json)
    signed = {s.by for s in edition.signed_off if s.manifest == sha256}
    new = [name for name in dict.fromkeys(names) if name not in signed]
    add_lines(
        folder,
        [
            SignedOff(signed_off=edition.number, by=name, on=date.today(), manifest=sha256)
            for name in new
        ],
    )
    if as_json:
        say_json({"edition": edition.number, "signed_off": sorted({*signed, *new})})
        return
    say(
        f"Edition {edition.number} is signed off by {', '.join(sorted({*signed, *new}))}."
        if new
        else f"Edition {edition.number} was signed off by {', '.join(sorted(signed))} already."
    )


def _withdraw(
    folder: ReviewFolder,
    edition: Edition | None,
    number: int,
    names: list[str],
    why: str,
    as_json: bool,
) -> None:
    if edition is None:
        raise ReviewError(f"there is no edition {number}", f"`review status {folder.slug}` tells")
    if edition.withdrawn_on:
        raise ReviewError(
            f"edition {number} was withdrawn on {edition.withdrawn_on} already", "Nothing is to do"
        )
    line = Withdrawal(withdrawn=number, by=names[0], on=date.today(), why=" ".join(why.split()))
    add_lines(folder, [line])
    if as_json:
        say_json({"edition": number, "withdrawn_on": line.on, "by": line.by, "why": line.why})
        return
    say(f"Edition {number} is withdrawn from today on; its files and its line stay.")
    say(f"  To take that back, publish the same day anew: review publish {folder.slug} …")
