"""`review sheet`: screen in a spreadsheet or another tool, and read it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import counted, safe, say, say_problems
from pipeline.cli.screening.sheet_back import agreed_to
from pipeline.cli.screening.sheet_decisions import verdicts_of_another_tool
from pipeline.cli.screening.sheet_exchange import as_asreview_csv, as_ris
from pipeline.cli.screening.sheet_files import sheet_bytes, sheet_rows_of
from pipeline.model.decision import Screened, Stage, Verdict
from pipeline.model.problem import Problem, ReviewError
from pipeline.screening.seen import seen_hash
from pipeline.screening.sheet import (
    COLUMNS,
    OWNER_COLUMNS,
    SheetOwner,
    SheetVerdict,
    owner_faults,
    read_sheet,
    says_whose,
    sheet_rows,
)
from pipeline.sessions.session import Session, open_session

_NEEDED = ("record_id", "verdict")
_WIDTHS = (24, 50, 24, 7, 24, 90, 10, 14, 24, 16, 10, 10, 14, 12, 16, 24)


def sheet(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")],
    file: Annotated[Path, typer.Argument(help="The sheet: .csv, .xlsx, or .ris to write.")],
    reviewer: Annotated[str, typer.Option("--as", help="Your name.")],
    stage: Annotated[Stage, typer.Option(help="What you read.")] = Stage.TITLE_ABSTRACT,
    back: Annotated[bool, typer.Option("--back", help="Read the filled sheet back.")] = False,
    asreview: Annotated[
        bool, typer.Option("--asreview", help="Write a dataset for ASReview instead (.csv).")
    ] = False,
    person: Annotated[
        str, typer.Option(help="With --back: whose verdicts, as the other tool names them.")
    ] = "",
    yes: Annotated[
        bool, typer.Option("--yes", help="With --back: write what changes a verdict, too.")
    ] = False,
) -> None:
    """Writes what waits for you, and what you decided, into a spreadsheet; --back reads it again.

    Fill in `verdict` (include, exclude, unsure), `reason`, `note` and `tags`. A reason is a
    criterion's id, label or key; several stand between semicolons, and the first in the protocol's
    order counts. Every row that cannot
    be taken is told with its line, and the other rows are taken. --back takes an export of
    ASReview, Rayyan, Covidence or EPPI as well: its records are found here by id, DOI, PMID or
    title. A .ris and --asreview carry your verdicts to those tools.

    A sheet says whose it is, for which review and stage, and is read back under no other name.
    What would change a verdict or a reason is listed and asked about before it is written.

    Example: review sheet ta-hsb ada.xlsx --as ada

    Example: review sheet ta-hsb ada.xlsx --as ada --back

    Example: review sheet ta-hsb rayyan.csv --as ada --back --person "Ada L"
    """
    session = open_session(review, reviewer, stage)
    if back:
        _read_back(session, file, person, yes=yes)
        return
    if file.exists():
        raise ReviewError(f"{file} is there already", "Take another name, or move it away")
    ids = [*session.votes, *session.waiting]
    kind = file.suffix.lower()
    if asreview and kind != ".csv":
        raise ReviewError(f"{file} is no .csv", "ASReview reads a .csv file")
    owner = owner_of(session, datetime.now().astimezone())
    exchange = as_asreview_csv if asreview else as_ris if kind == ".ris" else None
    if exchange is not None:
        records = (session.record(record) for record in ids)
        session.folder.write(file, exchange(records, session.votes, owner))
    else:
        rows = sheet_rows((session.record(record) for record in ids), session.votes)
        heading = (*COLUMNS, *OWNER_COLUMNS)
        table = chain((heading,), ((*row, *owner.cells) for row in rows))
        content = sheet_bytes(
            file, table, title="screening", widths=_WIDTHS, frozen="C2", choices=_choices(session)
        )
        session.folder.write(file, content)
    say(f"{counted(len(ids), 'record')} in {file}, {len(session.waiting):,} of them undecided.")
    at = "" if stage is Stage.TITLE_ABSTRACT else f" --stage {stage}"
    slug = session.folder.slug
    if exchange is None:
        again = f"review sheet {slug} {file} --as {session.reviewer}{at} --back"
        reasons = _choices(session)[COLUMNS.index("reason") + 1]
        say(f"A verdict is one of {', '.join(Verdict)}; a reason one of {', '.join(reasons)}.")
        say(f"Next: fill in `verdict`, then {again}")
    else:
        again = f"review sheet {slug} FILE --as {session.reviewer}{at} --back"
        say(f"Next: screen there, export it as FILE, then {again}")


def _choices(session: Session) -> Mapping[int, Sequence[str]]:
    """What may be written under `verdict` and `reason`, by the number of the column."""
    reasons = tuple(c.id for c in session.criteria)
    words = {"verdict": tuple(Verdict), "reason": reasons}
    return {COLUMNS.index(name) + 1: offered for name, offered in words.items()}


def owner_of(session: Session, now: datetime) -> SheetOwner:
    """Whose sheets this session writes and reads."""
    return SheetOwner(
        reviewer=session.reviewer,
        review=session.folder.slug,
        stage=str(session.stage),
        written_at=now.isoformat(timespec="seconds"),
    )


def _read_back(session: Session, file: Path, person: str, *, yes: bool) -> None:
    own = _own_sheet(session, file)
    if own is None:
        verdicts, problems, rows = verdicts_of_another_tool(
            session, file, person, owner_of(session, datetime.now().astimezone())
        )
        owned = True
    else:
        verdicts, problems, rows, owned = own
    wanted = agreed_to(session, verdicts, yes=yes, owned=owned)
    session.folder.append_all(
        session.reviewer,
        [
            (
                Screened,
                {
                    "record": said.record,
                    "stage": session.stage,
                    "verdict": said.verdict,
                    "reason": said.reason,
                    "note": said.note,
                    "tags": said.tags,
                    "fails": said.fails,
                    "seen": seen_hash(session.record(said.record), session.criteria),
                    "replaces": session.replaced(said.record),
                },
            )
            for said in wanted
        ],
    )
    say(f"{counted(len(wanted), 'verdict')} taken from {counted(rows, 'row')}.")
    if left := len(verdicts) - len(wanted):
        say(f"{counted(left, 'verdict')} in the file not written.")
    if wanted:
        slug = session.folder.slug
        say(f"To take them all back: review undo {slug} --command --as {session.reviewer}")
        say(f"Next: review status {slug}")
    if say_problems(problems):
        raise typer.Exit(1)


def _own_sheet(
    session: Session, file: Path
) -> tuple[tuple[SheetVerdict, ...], tuple[Problem, ...], int, bool] | None:
    """The verdicts of a sheet of ours, what is wrong, its rows, and whether it says whose it is.

    None when it is no such sheet. Raises ReviewError for the sheet of somebody else, of another
    review or of another stage.
    """
    if file.suffix.lower() not in (".csv", ".xlsx"):
        return None
    rows = sheet_rows_of(file, ())
    if not rows or any(name not in rows[0] for name in _NEEDED):
        return None
    owner = owner_of(session, datetime.now().astimezone())
    for what, remedy in owner_faults(rows, owner):
        raise ReviewError(f"{file}: {safe(what)}. Nothing was written", safe(remedy))
    verdicts, problems = read_sheet(
        rows,
        str(file),
        stage=session.stage,
        criteria=session.criteria,
        known=session.folder.records,
        votes=session.votes,
    )
    return verdicts, problems, len(rows), says_whose(rows)
