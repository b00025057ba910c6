"""`review check`: every fault in what people wrote."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.checks.catalogue import CHECKS, run_checks
from pipeline.checks.grouping import grouped
from pipeline.cli.console import counted, progress, say, say_json, wrapped
from pipeline.model.problem import Problem, ReviewError, Severity
from pipeline.notation.typed import nearest
from pipeline.notation.yaml_text import conflict_in
from pipeline.sessions.snapshots import snapshot_of_records
from pipeline.sessions.study_files import report_texts
from pipeline.store import ReviewFolder, open_review
from pipeline.store.places import shown


def check(
    review: Annotated[str, typer.Argument(help="Slug or folder of the review.")] = "",
    only: Annotated[
        list[str] | None, typer.Option(help="Run just this check; may stand several times.")
    ] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="Each fault on its own, those that are alike as well.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Finds every fault in what people wrote; exit code 1 when there is an error.

    Each line says file:line: error: what is wrong. What to do. Errors stand first, then what keeps
    a review from going on or a document from being true, then the rest. Warnings that say the same
    of many records are one line with their number; --all shows each.

    Example: review check ta-hsb
    """
    names = tuple(only or ())
    for name in names:
        if name not in CHECKS:
            hint = nearest(name, tuple(CHECKS))
            raise ReviewError(f"there is no check {name!r}.{hint}", f"Known: {', '.join(CHECKS)}")
    with progress("Reading exports") as tick:
        folder = open_review(review, tick=tick)
        folder.verify_exports()
        snapshot = snapshot_of_records(folder, now=datetime.now().astimezone())
    with progress("Looking into reports") as tick:
        text_of = report_texts(folder, snapshot.ledger, tick)
        problems = run_checks(replace(snapshot, text_of=text_of), names)
        if not names:
            problems = (*problems, *faults_of_conclusions(folder), *_changed_text(folder))
    errors = sum(p.severity is Severity.ERROR for p in problems)
    if as_json:
        say_json(
            [
                {
                    "file": p.place.file,
                    "line": p.place.line,
                    "column": p.place.column,
                    "severity": p.severity,
                    "check": p.check,
                    "what": p.what,
                    "remedy": p.remedy,
                }
                for p in problems
            ]
        )
    else:
        for group in grouped(problems, each=all_):
            say(wrapped(str(group.first), hanging="  "))
            if group.more:
                say(wrapped(f"… and {group.more:,} more like this; --all shows each", "  "))
        warnings = sum(p.severity is Severity.WARNING for p in problems)
        say(
            f"{counted(errors, 'error')}, {counted(warnings, 'warning')}."
            if problems
            else "No faults found."
        )
        if not errors:
            say(f"Next: review status {folder.slug}")
    if errors:
        raise typer.Exit(1)


def _changed_text(folder: ReviewFolder) -> tuple[Problem, ...]:
    """What the documents say otherwise than they did; nothing where they cannot be filled."""
    from pipeline.cli.documents.changed import changed_since, problem_of
    from pipeline.cli.documents.manuscripts import write_ups
    from pipeline.sessions.snapshots import snapshot_of

    if not folder.places.manuscript.is_file():
        return ()
    snapshot, _ = snapshot_of(folder)
    written, _ = write_ups(folder, snapshot, draft=True, confirmed=False)
    return problem_of(changed_since(folder, snapshot, written), folder)


def faults_of_conclusions(folder: ReviewFolder) -> tuple[Problem, ...]:
    """What is wrong in the findings, the groups and the background references, as a build tells."""
    from pipeline.document import read_references
    from pipeline.synthesis import SYNTHESIS_FILES, read_synthesis

    def text_and_name(path: Path) -> tuple[str, str]:
        return folder.text_of(path), shown(path)

    places = folder.places
    synthesis = {name: text_and_name(places.synthesis / name) for name in SYNTHESIS_FILES}
    about_synthesis = folder.kept(
        "synthesis",
        tuple(part for file in synthesis.values() for part in file),
        lambda: read_synthesis(synthesis, folder.review)[1],
    )
    _, about_references = read_references(*text_and_name(places.references))
    prose = (text_and_name(path) for path in sorted(places.written.glob("manuscript*.md")))
    left = (conflict_in(text, name) for text, name in prose)
    return (*about_synthesis, *about_references, *(p for p in left if p is not None))
