"""What `review ingest` tells: what came in, every entry accounted for, what is still open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.cli.console import counted, safe, say, say_json, say_problems, tell
from pipeline.cli.importing.ingest_decisions import Found, Votes
from pipeline.cli.importing.ingest_options import still_open
from pipeline.model.problem import Place, Problem, Severity
from pipeline.model.record import SetAside
from pipeline.model.search import Arm, Search
from pipeline.store import ReviewFolder
from pipeline.store.cache import ParsedExport
from pipeline.store.importing import TakenIn

_COLUMN = {Arm.DATABASES: "databases", Arm.REGISTERS: "registers", Arm.OTHER: "other methods"}


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestAccount:
    """What is told of one export. `search` and `parsed` are None when its YAML cannot be read.

    `export` and `log` are the paths as people see them; `voter` is whoever took the decisions that
    the export holds, `votes` what was written.
    """

    slug: str
    taken: TakenIn
    export: str
    log: str
    search: Search | None
    parsed: ParsedExport | None
    found_decisions: Found = field(default_factory=dict)
    voter: str = ""
    votes: Votes | None = None

    @property
    def set_aside(self) -> tuple[SetAside, ...]:
        return self.parsed.notes.set_aside if self.parsed else ()

    @property
    def read(self) -> int:
        return len(self.parsed.ids) if self.parsed else 0

    @property
    def found(self) -> int:
        return self.read + len(self.set_aside)

    @property
    def next(self) -> str:
        return f"review dedupe {self.slug}" if self.parsed else f"review check {self.slug}"


def set_aside_problems(entries: Sequence[SetAside], file: str = "") -> tuple[Problem, ...]:
    """The entries that could not be read, each with its line; `file` overrides the file's name."""
    return tuple(
        Problem(
            place=Place(file=file, line=e.place.line) if file else e.place,
            what=f"entry {e.number} was set aside: {e.why}",
            remedy="",
            severity=Severity.WARNING,
            check="set-aside",
        )
        for e in entries
    )


def say_account(account: IngestAccount, as_json: bool) -> None:
    if as_json:
        say_json(_for_programs(account))
        return
    taken = account.taken
    if taken.known:
        words = "and its export was missing; it is back" if taken.restored else "nothing changed"
        say(f"This very file is there already, as {taken.id}; {words}.")
        if not taken.restored:
            tell("If two sources gave the same file, --again takes it in as a search of its own.")
    elif taken.completed:
        say(f"The file lay among the searches already; now it is the search {taken.id}.")
    else:
        say(f"Taken in as {taken.id}: {counted(account.read, 'record')}.")
    for line in _lines(account):
        say(line)
    problems = [*set_aside_problems(account.set_aside), *_differences(account)]
    if account.parsed:
        problems += account.parsed.notes.problems
    say_problems(problems, most=20)
    if account.set_aside:
        tell(_how_to_repair(account))
    for line in _of_decisions(account):
        tell(line)
    if account.search and not taken.known and (still := still_open(account.search)):
        tell(f"Still to fill in there, as PRISMA-S asks: {', '.join(still)}.")
    say(f"Next: {account.next}")


def say_log(folder: ReviewFolder, taken: TakenIn, as_json: bool) -> None:
    """What is told of a search that found nothing."""
    folder.reload()
    search = folder.searches[0].get(taken.id)
    open_items = still_open(search) if search else ()
    log = folder.places.shown(taken.log)
    if as_json:
        said = {"search": taken.id, "already_there": taken.known, "log": log, "read": 0}
        say_json({**said, "still_open": open_items, "next": f"review status {folder.slug}"})
        return
    words = "is logged already" if taken.known else "is logged"
    say(f"The search {taken.id}, which found nothing, {words}.")
    say(f"  Its log  {safe(log)}")
    if open_items and not taken.known:
        tell(f"Still to fill in there, as PRISMA-S asks: {', '.join(open_items)}.")
    say(f"Next: review status {folder.slug}")


def _lines(account: IngestAccount) -> Iterator[str]:
    from pipeline.readers import READERS

    yield f"  Export   {safe(account.export)}"
    yield f"  Its log  {safe(account.log)}"
    if account.parsed is None or account.search is None:
        yield "  The log cannot be read; what it says is told by `review check`"
        return
    notes = account.parsed.notes
    encoding = notes.encoding.upper().replace("UTF-8-SIG", "UTF-8")
    yield f"  Layout   {READERS[notes.format].label}, {encoding or 'binary'}"
    yield (
        f"  Found    {counted(account.found, 'entry', 'entries')} = {account.read:,} read"
        f" + {len(account.set_aside):,} set aside"
    )
    if notes.declared is not None:
        yield f"  Declared {notes.declared:,} by the file itself"
    if account.search.results_reported is not None:
        yield f"  Reported {account.search.results_reported:,} by {safe(account.search.source, 40)}"
    yield f"  Counted  under {_COLUMN[account.search.arm]} ({account.search.kind})"


def _differences(account: IngestAccount) -> Iterator[Problem]:
    if account.parsed is None or account.search is None:
        return
    told = (
        ("the file itself declares", account.parsed.notes.declared),
        (f"{account.search.source} reported", account.search.results_reported),
    )
    for who, number in told:
        if number is not None and number != account.found:
            yield Problem(
                place=Place(file=account.export),
                what=f"{account.found:,} entries were found, {who} {number:,}",
                remedy="Export again if the file was cut off; otherwise say why in `note:` of "
                + account.log,
                severity=Severity.WARNING,
                check="accounting",
            )


def _how_to_repair(account: IngestAccount) -> str:
    repairs = account.log.removesuffix(".yaml") + ".repairs.yaml"
    number = account.set_aside[0].number
    return (
        f"To repair them: write {repairs} with a line `{number}: |` and below it, indented, "
        "the entry as it should be; it is read at once and renumbers no other record."
    )


def _of_decisions(account: IngestAccount) -> Iterator[str]:
    found, votes = account.found_decisions, account.votes
    if votes is None:
        if found:
            yield (
                f"The export holds decisions of another tool on {counted(len(found), 'record')}; "
                "they do not count. To take them over as a reviewer of their own, run the command "
                "again with --decisions-as NAME."
            )
        return
    if not found:
        yield "The export holds no decisions of another tool."
        return
    yield f"{counted(len(votes.votes), 'vote')} written as {account.voter}."
    if votes.implied:
        yield (
            f"  {counted(votes.implied, 'inclusion')} on title and abstract among them: a verdict "
            "on full text says that the record got past it."
        )
    if votes.disputed:
        yield (
            f"  On {counted(votes.disputed, 'record')} the other tool's people disagree: written "
            "as unsure, to be settled here."
        )
    for words, n in votes.unmatched.items():
        yield (
            f"  The reason {safe(words, 60)!r} ({counted(n, 'exclusion')}) is no criterion of the "
            "protocol; it stands in the note."
        )
    yield f"  To take a vote back: review undo {account.slug} --list --as {account.voter}"


def _for_programs(account: IngestAccount) -> dict[str, Any]:
    notes = account.parsed.notes if account.parsed else None
    problems = (*_differences(account), *(notes.problems if notes else ()))
    return {
        "review": account.slug,
        "search": account.taken.id,
        "already_there": account.taken.known,
        "restored": account.taken.restored,
        "completed": account.taken.completed,
        "export": account.export,
        "log": account.log,
        "sha256": account.search.sha256 if account.search else None,
        "format": notes.format if notes else None,
        "encoding": notes.encoding if notes else None,
        "found": account.found,
        "read": account.read,
        "set_aside": [
            {"number": e.number, "line": e.place.line, "why": e.why} for e in account.set_aside
        ],
        "declared": notes.declared if notes else None,
        "results_reported": account.search.results_reported if account.search else None,
        "counted_in": account.search.arm if account.search else None,
        "decisions_found": len(account.found_decisions),
        "decisions_written": len(account.votes.votes) if account.votes else 0,
        "still_open": still_open(account.search) if account.search else (),
        "problems": [
            {
                "line": p.place.line,
                "severity": p.severity,
                "what": p.what,
                "remedy": p.remedy,
            }
            for p in problems
        ],
        "next": account.next,
    }
