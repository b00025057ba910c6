"""`review export`: what was extracted and judged, for spreadsheets and other programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import counted, progress, say, say_json, tell
from pipeline.extraction.data_tables import data_tables
from pipeline.extraction.study_data import study_as_data, without_quotes
from pipeline.model.problem import ReviewError
from pipeline.model.study import Study
from pipeline.notation.safe_text import for_json
from pipeline.notation.text_frames import csv_of
from pipeline.snapshot.settle import settle
from pipeline.store import ReviewFolder, open_review

if TYPE_CHECKING:
    import pandas as pd

FORMATS = ("csv", "xlsx", "json", "parquet", "fhir")


def export(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")] = "",
    to: Annotated[
        Path | None, typer.Option(help="The folder to write into; else outputs/REVIEW.data.")
    ] = None,
    format: Annotated[
        str, typer.Option(help="csv, xlsx, json, parquet, fhir, or several with commas; else all.")
    ] = "",
    all_: Annotated[
        bool, typer.Option("--all", help="Studies that are not included, too.")
    ] = False,
    no_quotes: Annotated[
        bool, typer.Option("--no-quotes", help="Leave out the words of reports.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Say the files as JSON.")] = False,
) -> None:
    """Writes the extracted data: a tidy CSV a level (studies, groups, results …), a workbook, JSON.

    Beside them each judgement, each value with its source, a dictionary of the columns, a table an
    instrument for the R package robvis, and tables that `escalc()` of metafor takes. Cells that a
    spreadsheet would take for a formula are led by an apostrophe.

    Below `tables/` stand the tables of the whole review, as `import pipeline` gives them to
    notebooks: records, duplicates, decisions, flow, studies, results, appraisals, findings,
    agreement; as CSV and Parquet, with a Frictionless schema of every column in datapackage.json.
    fhir.json holds the included studies and the findings as Citation and Evidence of FHIR R5.

    Example: review export my-review

    Example: review export my-review --to data --format csv,xlsx --no-quotes
    """
    formats = tuple(f.strip() for f in format.split(",") if f.strip()) or FORMATS
    if unknown := [f for f in formats if f not in FORMATS]:
        raise ReviewError(f"{unknown[0]!r} is no format", f"Known are {', '.join(FORMATS)}")
    with progress("Reading exports") as tick:
        folder = open_review(review, tick=tick)
        studies = _studies(folder, every=all_)
    if no_quotes:
        studies = [without_quotes(study) for study in studies]
    home = to or folder.places.outputs.with_name(f"{folder.slug}.data")
    if home.exists() and not home.is_dir():
        raise ReviewError(f"{home} is a file", "Name a folder with --to")
    tables = data_tables(studies, folder.forms[0])
    written = _write(folder, home, tables, studies, formats)
    whole = _write_tables(folder, home / "tables", formats, no_quotes=no_quotes)
    if as_json:
        say_json([str(path) for path in (*written, *whole)])
        return
    if not studies:
        tell("No study is extracted and included yet, so the files are empty.")
    say(f"{counted(len(studies), 'study', 'studies')} in {counted(len(written), 'file')}:")
    for path in written:
        say(f"  {folder.places.shown(path)}")
    if whole:
        where = folder.places.shown(home / "tables")
        say(f"The tables of the whole review in {counted(len(whole), 'file')}: {where}")
    say(f"Next: review build {folder.slug}")


def _studies(folder: ReviewFolder, *, every: bool) -> list[Study]:
    review = folder.review
    included = settle(review).studies
    return [review.studies[id] for id in sorted(review.studies) if every or id in included]


def _write_tables(
    folder: ReviewFolder, home: Path, formats: tuple[str, ...], *, no_quotes: bool
) -> list[Path]:
    """Writes the tables of the whole review, where `formats` holds one that they are written in."""
    from pipeline.document.about import about_of
    from pipeline.document.exchange import fhir_bundle
    from pipeline.frames.files import TABLE_FORMATS, table_files
    from pipeline.sessions.snapshots import snapshot_of

    wanted = [format for format in TABLE_FORMATS if format in formats]
    if not wanted and "fhir" not in formats:
        return []
    snapshot, _ = snapshot_of(folder)
    if no_quotes:
        studies = {id: without_quotes(study) for id, study in snapshot.review.studies.items()}
        snapshot = replace(snapshot, review=replace(snapshot.review, studies=studies))
    files = table_files(folder, snapshot, about_of(snapshot), wanted) if wanted else {}
    if "fhir" in formats:
        files["fhir.json"] = fhir_bundle(snapshot)
    for name, content in files.items():
        folder.write(home / name, content)
    return [home / name for name in files]


def _write(
    folder: ReviewFolder,
    home: Path,
    tables: Mapping[str, pd.DataFrame],
    studies: list[Study],
    formats: tuple[str, ...],
) -> list[Path]:
    written: list[Path] = []

    def put(name: str, content: bytes | str) -> None:
        folder.write(home / name, content)
        written.append(home / name)

    if "csv" in formats:
        for name, frame in tables.items():
            put(f"{name}.csv", csv_of(frame))
    if "xlsx" in formats:
        from pipeline.render.workbook import workbook

        put("extraction.xlsx", workbook(tables))
    if "json" in formats:
        data = {"review": folder.slug, "studies": [study_as_data(study) for study in studies]}
        text = json.dumps(data, ensure_ascii=False, indent=1)
        put("extraction.json", f"{for_json(text)}\n")
    return written
