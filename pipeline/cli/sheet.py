"""`review sheet`: screen in a spreadsheet, and read it back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import counted, safe, say, say_problems
from pipeline.cli.screen_session import Session, open_session
from pipeline.cli.sheet_files import sheet_bytes, sheet_rows_of
from pipeline.notation.safe_text import for_spreadsheet
from pipeline.screening.seen import seen_hash
from pipeline.screening.sheet import COLUMNS, read_sheet, sheet_rows
from pipeline.terms.decision import Screened, Stage, Verdict
from pipeline.terms.problem import ReviewError

_STAGE = "stage"
_WIDTHS = (24, 50, 24, 7, 24, 90, 10, 14, 24, 10, 14)
_INCLUDED = {Verdict.INCLUDE: "1", Verdict.UNSURE: "", Verdict.EXCLUDE: "0"}


def sheet(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")],
    file: Annotated[Path, typer.Argument(help="The sheet, .csv or .xlsx.")],
    reviewer: Annotated[str, typer.Option("--as", help="Your name.")],
    stage: Annotated[Stage, typer.Option(help="What you read.")] = Stage.TITLE_ABSTRACT,
    back: Annotated[bool, typer.Option("--back", help="Read the filled sheet back.")] = False,
    asreview: Annotated[
        bool, typer.Option("--asreview", help="Write a dataset for ASReview instead (.csv).")
    ] = False,
) -> None:
    """Writes what waits for you, and what you decided, into a spreadsheet; --back reads it again.

    Fill in `verdict` (include, exclude, unsure), `reason` and `note`. Every row that cannot be
    taken is told with its line, and the other rows are taken.

    Example: review sheet ta-hsb ada.xlsx --as ada
    Example: review sheet ta-hsb ada.xlsx --as ada --back
    """
    session = open_session(review, reviewer, stage)
    if back:
        _read_back(session, file)
        return
    if file.exists():
        raise ReviewError(f"{file} is there already", "Take another name, or move it away")
    ids = [*session.votes, *session.waiting]
    if asreview:
        _write_asreview(session, file, ids)
    else:
        rows = sheet_rows((session.record(record) for record in ids), session.votes)
        table = ((*row, last) for row, last in zip((COLUMNS, *rows), _stages(stage), strict=False))
        content = sheet_bytes(file, table, title="screening", widths=_WIDTHS, frozen="C2")
        session.folder.write(file, content)
    say(f"{counted(len(ids), 'record')} in {file}, {len(session.waiting):,} of them undecided.")
    if not asreview:
        at = "" if stage is Stage.TITLE_ABSTRACT else f" --stage {stage}"
        again = f"review sheet {review} {file} --as {reviewer}{at} --back"
        say(f"Next: fill in `verdict`, then {again}")


def _stages(stage: Stage) -> Iterator[str]:
    """The last column: no sheet is read back as verdicts of the other stage."""
    return chain((_STAGE,), repeat(str(stage)))


def _read_back(session: Session, file: Path) -> None:
    rows = sheet_rows_of(file, ("record_id", "verdict"))
    written = {row.get(_STAGE, "").strip() for row in rows} - {"", str(session.stage)}
    if written:
        raise ReviewError(
            f"{file} was written for another stage", f"Add --stage {safe(min(written))}"
        )
    verdicts, problems = read_sheet(
        rows,
        str(file),
        stage=session.stage,
        criteria=session.criteria,
        known=session.folder.records,
        votes=session.votes,
    )
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
                    "seen": seen_hash(session.record(said.record), session.criteria),
                },
            )
            for said in verdicts
        ],
    )
    say(f"{counted(len(verdicts), 'verdict')} taken from {counted(len(rows), 'row')}.")
    if say_problems(problems):
        raise typer.Exit(1)


def _write_asreview(session: Session, file: Path, ids: Sequence[str]) -> None:
    """A dataset that ASReview LAB imports: what was decided is `included`, the rest is open."""
    if file.suffix.lower() != ".csv":
        raise ReviewError(f"{file} is no .csv", "ASReview reads a .csv file")
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(("record_id", "title", "abstract", "authors", "year", "doi", "included"))
    for name in ids:
        record = session.record(name)
        vote = session.votes.get(name)
        cells = (
            record.id,
            record.title,
            record.abstract,
            "; ".join(map(str, record.author)),
            str(record.year or ""),
            record.doi,
            _INCLUDED[vote.verdict] if vote else "",
        )
        rows.writerow(tuple(for_spreadsheet(cell) for cell in cells))
    session.folder.write(file, text.getvalue())
