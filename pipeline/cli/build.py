"""`review build`: the whole write-up, made anew from what people wrote."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from pipeline.cli.console import (
    bold,
    counted,
    dim,
    progress,
    safe,
    say,
    say_json,
    say_problems,
    tell,
)
from pipeline.notation.safe_text import for_file_name
from pipeline.notation.typed import nearest
from pipeline.review_folder import ReviewFolder, open_review
from pipeline.review_folder.outputs import put_outputs
from pipeline.review_folder.places import shown
from pipeline.terms.problem import Problem, ReviewError, Severity

if TYPE_CHECKING:
    from pipeline.writeup import Dossier, WriteUp

FORMATS = ("html", "docx", "pdf", "markdown")
_OTHER_NAMES = {"md": "markdown", "htm": "html", "word": "docx"}


def build(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")] = "",
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="As it stood at the end of this day."),
    ] = None,
    formats: Annotated[
        str, typer.Option("--format", help=f"Documents to make: {','.join(FORMATS)} (all).")
    ] = "",
    style: Annotated[
        Path | None, typer.Option(help="A CSL style for the citations, as a .csl file.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for what is made.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Renders the write-up of a review: documents, flow diagram, tables, bibliography.

    Everything is made first and then put in place together: when something is wrong, what was
    made before stays as it is. The folder then holds what this build made and nothing else. Exit
    code 1 when what people wrote has errors.

    Example: review build ta-hsb --format html,pdf
    """
    wanted = _formats(formats)
    try:
        _build(review, until.date() if until else None, wanted, style, out, as_json)
    except KeyboardInterrupt:
        tell("\nStopped. What was made before stays as it is.")
        raise


def _build(
    review: str,
    until: date | None,
    formats: tuple[str, ...],
    style: Path | None,
    out: Path | None,
    as_json: bool,
) -> None:
    with progress("Reading exports") as tick:
        folder = open_review(review, until=until, tick=tick)
    made, dossier, problems = outputs_of(folder, until, formats, style)
    if made is None:
        errors = sum(p.severity is Severity.ERROR for p in problems)
        _refuse(folder, problems, errors, as_json)
    place = (out or folder.places.outputs).resolve()
    put_outputs(place, made)
    if as_json:
        say_json({"folder": shown(place), "made": sorted(made), "problems": problems})
        return
    say_problems(problems)
    _tell_what_was_made(place, made, dossier)
    if folder.places.seal:
        say(f"Made from the files that edition {folder.places.seal} keeps.")


def outputs_of(
    folder: ReviewFolder,
    until: date | None,
    formats: tuple[str, ...] = FORMATS,
    style: Path | None = None,
) -> tuple[dict[str, bytes] | None, Dossier, tuple[Problem, ...]]:
    """Every file that a build of `folder` makes, by its path, and what is wrong.

    None instead of the files when there is an error.
    """
    with progress("Reading exports"):
        dossier, problems = _dossier(folder, until)
    written, found = filled(folder, dossier, style)
    problems = (*problems, *found)
    if written is None or any(p.severity is Severity.ERROR for p in problems):
        return None, dossier, problems
    with progress("Documents written") as written_so_far:
        made = _everything(dossier, written, formats, folder.slug, written_so_far)
    return made, dossier, problems


def _formats(text: str) -> tuple[str, ...]:
    asked = [part.strip().lower() for part in text.split(",") if part.strip()]
    named = [_OTHER_NAMES.get(part, part) for part in asked]
    for name in named:
        if name not in FORMATS:
            raise ReviewError(
                f"there is no format {name!r}.{nearest(name, FORMATS)}",
                f"Known are {', '.join(FORMATS)}",
            )
    return tuple(dict.fromkeys(named)) or FORMATS


def _dossier(folder: ReviewFolder, until: date | None) -> tuple[Dossier, tuple[Problem, ...]]:
    """The dossier of a review, and every fault in what people wrote, errors only of the checks."""
    from pipeline.cli.check import evidence_of
    from pipeline.cli.dossiers import dossier_of
    from pipeline.oversight.checks import run_checks

    checked = run_checks(evidence_of(folder, datetime.now().astimezone()))
    dossier, problems = dossier_of(folder, until)
    return dossier, (*(p for p in checked if p.severity is Severity.ERROR), *problems)


def filled(
    folder: ReviewFolder, dossier: Dossier, style: Path | None = None
) -> tuple[WriteUp | None, tuple[Problem, ...]]:
    """The manuscript of `folder` filled from `dossier`, or None and what is wrong with it."""
    from pipeline.writeup import write_up

    manuscript = folder.places.manuscript
    if not manuscript.is_file():
        raise ReviewError(
            f"there is no manuscript at {shown(manuscript)}",
            "`review init` writes one that builds; copy it from a new review",
        )
    return write_up(
        dossier,
        folder.text_of(manuscript),
        file=shown(manuscript),
        style=_style(folder, style),
    )


def _style(folder: ReviewFolder, asked: Path | None) -> str:
    """The text of the CSL style: the one asked for, the protocol's, or "" for the house's."""
    from pipeline.writers.citations import house_style

    named = str(asked) if asked else folder.review.protocol.style
    if not named:
        return ""
    if named in ("house-author-date", "house-numeric"):
        return house_style(named)
    path = asked or folder.places.review / named
    if not path.is_file():
        raise ReviewError(
            f"there is no style at {shown(path)}",
            "Name a .csl file, or house-author-date, or house-numeric",
        )
    return folder.text_of(path)


def _refuse(
    folder: ReviewFolder, problems: tuple[Problem, ...], errors: int, as_json: bool
) -> NoReturn:
    if as_json:
        say_json({"folder": "", "made": [], "problems": problems})
    else:
        say_problems(problems)
        tell(
            f"Nothing was made: {counted(errors, 'error')}. What was made before stays as it is. "
            f"`review check {folder.slug}` finds every fault outside the manuscript."
        )
    raise typer.Exit(1)


def _everything(
    dossier: Dossier,
    written: WriteUp,
    formats: tuple[str, ...],
    slug: str,
    tick: Callable[[int, int], None],
) -> dict[str, bytes]:
    """Every file of the outputs by its path. The formats are written two at a time."""
    from pipeline.writers.browser import browser_html
    from pipeline.writers.documents import WRITERS, prepare
    from pipeline.writers.markdown import drawings
    from pipeline.writers.tables import table_csv
    from pipeline.writeup import bibliographies, flow_files, ledger_json
    from pipeline.writeup.browsing import browser

    stem = for_file_name(slug)
    prepared = prepare(written.document)
    made: dict[str, bytes] = {}
    with ThreadPoolExecutor(max_workers=2) as pool:
        jobs = {name: pool.submit(WRITERS[name].write, prepared) for name in formats}
        made |= {f"tables/{id}.csv": table_csv(t) for id, t in sorted(written.tables.items())}
        made |= flow_files(dossier)
        made |= bibliographies(dossier, written.document)
        made["ledger.json"] = ledger_json(dossier)
        for n, (name, job) in enumerate(jobs.items(), 1):
            made[f"{stem}{WRITERS[name].suffix}"] = job.result()
            tick(n, len(jobs))
    if "markdown" in formats:
        made |= drawings(prepared)
    if "html" in formats:
        shown_in = browser(dossier, written, document=f"{stem}{WRITERS['html'].suffix}")
        made[f"{stem}-evidence.html"] = browser_html(shown_in)
    return made


def _tell_what_was_made(place: Path, made: Mapping[str, bytes], dossier: Dossier) -> None:
    from pipeline.writers.documents import WRITERS

    say(bold(safe(dossier.review.protocol.title)))
    suffixes = {writer.suffix: writer.label for writer in WRITERS.values()}
    at_top = [name for name in made if "/" not in name]
    documents = [n for n in at_top if Path(n).suffix in suffixes]
    for suffix, label in suffixes.items():
        for name in documents:
            if name.endswith(suffix):
                say(f"  {shown(place / name)}  {dim(label)}")
    beside = [name for name in at_top if name not in documents]
    say(f"  Beside: {', '.join(sorted(beside))}")
    tables = sum(name.startswith("tables/") for name in made)
    say(f"  {shown(place / 'tables')}/  {dim(counted(tables, 'table') + ' as CSV')}")
    pending = dossier.ledger.flow.pending
    if pending:
        say(f"The review is in progress: {counted(pending, 'record')} pending.")
        say(f"Next: review status {dossier.review.slug}")
