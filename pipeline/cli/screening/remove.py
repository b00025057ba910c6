"""`review remove`: records taken out before anybody has screened them, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from pipeline.cli.console import counted, in_list, progress, safe, say, say_json, tell
from pipeline.cli.screening.remove_search import TakingOut, remove_search, removed_lines
from pipeline.cli.screening.remove_study import remove_study
from pipeline.model.decision import AUTOMATION, Matched, Removed
from pipeline.model.problem import ReviewError
from pipeline.model.review import Ledger, Position, Review
from pipeline.model.standing import Standing
from pipeline.sessions.named_records import known_records, where_it_stands
from pipeline.snapshot.settle import settle
from pipeline.store import ReviewFolder, open_review
from pipeline.store.files import reviewer_name

_YEARS = re.compile(r"([0-9]{4})?\s*(?:-|–|to)\s*([0-9]{4})?\Z")
_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Years:
    """The years that stay, both ends included; 0 where there is no end."""

    first: int
    last: int

    def __str__(self) -> str:
        if not self.first:
            return f"after {self.last}"
        return f"outside {self.first} to {self.last}" if self.last else f"before {self.first}"

    def hold(self, year: int) -> bool:
        return year >= self.first and (not self.last or year <= self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What a rule on years comes to: what it takes out, and what it leaves though it cannot tell.

    `without_year` are records that tell no year, `screened` those on which somebody has voted.
    """

    removed: tuple[str, ...]
    without_year: tuple[str, ...]
    screened: tuple[str, ...]


def remove(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")],
    records: Annotated[
        list[str] | None, typer.Argument(metavar="RECORD", help="Ids of records.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why they are taken out, in words.")] = "",
    reviewer: Annotated[str, typer.Option("--as", help="Your name in the review.")] = "",
    outside_years: Annotated[
        str, typer.Option(help="A rule: all records published outside 2000-2015 (or 2000-).")
    ] = "",
    search: Annotated[
        str, typer.Option(help="A whole search that came in by mistake, by its id.")
    ] = "",
    study: Annotated[str, typer.Option(help="The file of a study that was a slip.")] = "",
    draft_of: Annotated[str, typer.Option(help="With --study: the draft of this person.")] = "",
    note: Annotated[str, typer.Option(help="Anything else to know.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before it is written.")] = False,
    list_: Annotated[
        bool, typer.Option("--list", help="Only show what is, or would be, removed.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Takes out records before screening (PRISMA 2020), or what came in by mistake; with a reason.

    A record that somebody has screened is not removed but excluded. A rule on years is counted as
    done by automation; it never removes a record that tells no year, nor one of whose report any
    record tells a year inside: look for duplicates first.

    --search takes out a wrong export with its records, which are then counted nowhere; --study the
    file of a study and its reports' ties to it. What hangs on them is told first. Nothing is
    deleted, and `review undo` brings everything back.

    Example: review remove my-review scopus-2026-02-02:0031 --reason "a table of contents" --as ada

    Example: review remove my-review --outside-years 2000-2015 --list

    Example: review remove my-review --search scopus-2026-02-02 --reason "another topic" --as ada
    """
    with progress("Reading exports") as tick:
        folder = open_review(review, tick=tick)
        written = folder.review
    ledger = settle(written)
    if search or study:
        name = _who(reviewer, reason, only_look=list_)
        if records or outside_years or (search and study):
            raise ReviewError("one thing is taken out at a time", "Give one of them")
        how = TakingOut(
            name=name,
            reason=" ".join(reason.split()),
            note=note.strip(),
            only_look=list_,
            yes=yes,
            as_json=as_json,
        )
        gone = (
            remove_search(folder, ledger, search, how)
            if search
            else remove_study(folder, ledger, study, draft_of, how)
        )
        if not gone and not list_:
            raise typer.Exit(1)
        return
    if outside_years:
        if records or reason:
            raise ReviewError(
                "a rule needs neither records nor a reason", "Give --outside-years alone"
            )
        name = reviewer_name(reviewer) if reviewer else ""
        _by_years(folder, ledger, _years(outside_years), name, note, list_, as_json)
        return
    if list_ or not records:
        if records:
            raise ReviewError("--list and a decision do not go together", "Do one after the other")
        _list(folder, ledger, as_json)
        return
    name = _who(reviewer, reason, only_look=False)
    positions = known_records(records, written, ledger)
    for position in positions:
        _check_position(position, written)
    said = {"reason": " ".join(reason.split()), "note": note.strip()}
    decisions = folder.append_all(
        name, [(Removed, {"record": p.record, **said}) for p in positions]
    )
    if as_json:
        say_json(decisions)
        return
    for decision, position in zip(decisions, positions, strict=True):
        say(in_list(folder.records[position.record], f"removed: {decision.id}", indent=0))
    say(f"To take it back: review undo {folder.slug} {decisions[-1].id} --as {name}")


def _who(reviewer: str, reason: str, *, only_look: bool) -> str:
    """Who takes something out; "" where it is only looked at."""
    if only_look:
        return ""
    if not reason.strip():
        raise ReviewError("a removal needs a reason", 'Add --reason "a table of contents", say')
    if not reviewer:
        raise ReviewError("a decision needs the name of a person", "Add --as NAME")
    return reviewer_name(reviewer)


def _check_position(position: Position, review: Review) -> None:
    if position.votes or position.resolution:
        raise ReviewError(
            f"{position.record} was screened already, so it can no longer be removed before "
            "screening. Nothing was written",
            f"Exclude it instead: `review decide {review.slug} {position.record} …`",
        )
    if position.standing is not Standing.AWAITING_SCREENING:
        raise ReviewError(
            f"{position.record} {where_it_stands(position, review)}; it does not need to be "
            "removed. Nothing was written",
            "Leave it out",
        )


def _years(text: str) -> Years:
    found = _YEARS.match(text.strip())
    if not found or not (found[1] or found[2]):
        raise ReviewError(f"{text!r} is no range of years", "Write 2000-2015, or 2000- for no end")
    years = Years(first=int(found[1] or 0), last=int(found[2] or 0))
    if years.last and years.first > years.last:
        raise ReviewError(f"{text!r} ends before it begins", "Write the earlier year first")
    return years


def _outside(folder: ReviewFolder, ledger: Ledger, years: Years) -> Outside:
    """A record goes only when every year that its report is known by lies outside."""
    table = folder.table(["id", "year"])
    year_of = dict(zip(table["id"].to_pylist(), table["year"].to_pylist(), strict=True))
    removed: list[str] = []
    without: list[str] = []
    screened: list[str] = []
    for position in ledger.at(Standing.AWAITING_SCREENING):
        ids = (position.record, *ledger.duplicates.get(position.record, ()))
        told = {year_of[i] for i in ids} - {0}
        if not year_of[position.record]:
            without.append(position.record)
        elif not any(years.hold(year) for year in told):
            (screened if position.votes else removed).append(position.record)
    return Outside(removed=tuple(removed), without_year=tuple(without), screened=tuple(screened))


def _by_years(
    folder: ReviewFolder,
    ledger: Ledger,
    years: Years,
    name: str,
    note: str,
    only_look: bool,
    as_json: bool,
) -> None:
    outside = _outside(folder, ledger, years)
    if not only_look:
        words = "; ".join(part for part in (f"run by {name}" if name else "", note.strip()) if part)
        said = {"reason": f"published {years}", "automation": True, "note": words}
        folder.append_all(AUTOMATION, [(Removed, {"record": r, **said}) for r in outside.removed])
    if as_json:
        say_json({"written": not only_look, "rule": f"published {years}", **_as_map(outside)})
        return
    if not any(isinstance(d, Matched) for d in folder.review.decisions):
        tell(f"Nobody has looked for duplicates; better do that first: review dedupe {folder.slug}")
    would = "would be removed" if only_look else "removed"
    say(f"{counted(len(outside.removed), 'record')} published {years} {would}.")
    _some(folder, outside.removed, _SHOWN if only_look else 0)
    if outside.without_year:
        tell(
            f"{counted(len(outside.without_year), 'record')} without a year stay and are screened:"
        )
        _some(folder, outside.without_year, _SHOWN, to_screen=True)
    if outside.screened:
        tell(f"{counted(len(outside.screened), 'record')} outside stay, since they were screened:")
        _some(folder, outside.screened, _SHOWN, to_screen=True)
    if only_look and outside.removed:
        say("Next: the same command without --list")
    elif not only_look:
        say(f"Next: review status {folder.slug}")


def _as_map(outside: Outside) -> dict[str, Any]:
    return {
        "removed": outside.removed,
        "without_year": outside.without_year,
        "screened": outside.screened,
    }


def _some(
    folder: ReviewFolder, records: Sequence[str], most: int, *, to_screen: bool = False
) -> None:
    out = tell if to_screen else say
    for record in records[:most]:
        out(in_list(folder.records[record]))
    if most and len(records) > most:
        out(f"  … and {counted(len(records) - most, 'more record')}")


def _list(folder: ReviewFolder, ledger: Ledger, as_json: bool) -> None:
    gone = ledger.at(Standing.REMOVED_BY_AUTOMATION, Standing.REMOVED_FOR_OTHER_REASONS)
    if as_json:
        say_json([{"record": p.record, "standing": p.standing, "reason": p.reason} for p in gone])
        return
    say(f"{counted(len(gone), 'record')} removed before screening.")
    for position in gone:
        by = "rule: " if position.standing is Standing.REMOVED_BY_AUTOMATION else ""
        say(in_list(folder.records[position.record], f"{by}{safe(position.reason, 40)}"))
    for line in removed_lines(folder.review):
        say(line)
