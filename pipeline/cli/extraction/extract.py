"""`review extract`: a blank for a study, questions one by one, a sheet; and all of it checked."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.checks.waiting import waiting
from pipeline.cli.console import counted, progress, say, say_json, say_problems, tell
from pipeline.cli.left_out import sitting_here
from pipeline.cli.prompt import prompt
from pipeline.extraction.quote_checks import TextOf, quote_problems
from pipeline.extraction.study_data import summaries_of, summary_of
from pipeline.model.problem import Place, Problem, ReviewError, Severity
from pipeline.model.protocol import ExtractionPlanKind
from pipeline.notation.typed import nearest
from pipeline.notation.yaml_editing import with_value
from pipeline.sessions.study_files import (
    Beginning,
    read_file,
    report_texts,
    study_file,
    study_id,
    whose,
    write_blank,
)
from pipeline.snapshot.settle import settle
from pipeline.store import ReviewFolder, find_review, open_review
from pipeline.store.files import reviewer_name


def extract(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[REVIEW] STUDY", show_default=False)
    ] = None,
    ask: Annotated[
        bool, typer.Option("--ask", help="Ask field by field; stop and resume anywhere.")
    ] = False,
    item: Annotated[
        list[str] | None,
        typer.Option(help="With --ask: ask this again, like groups.n or groups/boys/n."),
    ] = None,
    to: Annotated[
        Path | None, typer.Option(help="Write the answers into a sheet, .csv or .xlsx.")
    ] = None,
    from_: Annotated[
        Path | None, typer.Option("--from", help="Read a filled sheet back into the files.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Hold it against its form.")] = False,
    revisited: Annotated[
        bool, typer.Option("--revisited", help="What a changed form asks was looked at again.")
    ] = False,
    all_: Annotated[
        bool, typer.Option("--all", help="With --check, --to, --from: every study.")
    ] = False,
    name: Annotated[str, typer.Option("--as", help="Who extracts.")] = "",
    form: Annotated[str, typer.Option(help="The form, when not the one of the protocol.")] = "",
    report: Annotated[
        list[str] | None, typer.Option(help="Record id of a report of the study, primary first.")
    ] = None,
    title: Annotated[str, typer.Option(help="What people call the study.")] = "",
    new: Annotated[
        bool, typer.Option("--new", help="Begin a study that no report is collated with yet.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="With --from: write what changes an answer, too.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="With --check: problems as JSON.")
    ] = False,
) -> int:
    """Write a blank for a study to fill in with an editor; or be asked; or fill in a sheet.

    A file that is there is never overwritten: answers are written between its lines, and comments
    stay. Where the protocol wants two people apart, each has a draft of their own (--as NAME) that
    the other does not see; `review reconcile` settles what differs. REVIEW may be left out where
    there is only one.

    Example: review extract ta-hsb aebi-2014, then review extract ta-hsb aebi-2014 --check

    Example: review extract ta-hsb aebi-2014 --ask --as ada

    Example: review extract ta-hsb --all --to answers.xlsx
    """
    if sum((ask, check, revisited, to is not None, from_ is not None)) > 1:
        raise ReviewError(
            "--ask, --check, --to, --from and --revisited do not go together",
            "Do one after the other",
        )
    acts = ask or check or revisited or to is not None or from_ is not None
    folder, study = _meant(words or [], all_ or from_ is not None or not acts)
    person = reviewer_name(name) if name else _sitting_here(folder, study, ask or not acts)
    if not study and not all_ and not acts:
        return _list_waiting(folder)
    files = _files(folder, study, person)
    if check:
        return _check(folder, files, not study and not person, as_json)
    if to is not None or from_ is not None:
        from pipeline.cli.extraction.extract_sheet import read_sheet, write_sheet

        if from_ is not None:
            return read_sheet(folder, files, from_, yes=yes)
        if to is not None:
            write_sheet(folder, files, to)
        return 0
    if not study:
        raise ReviewError("--all goes with --check, --to or --from", "Add one of them")
    if revisited:
        return _revisited(folder, study, files[study])
    beginning = Beginning(form=form, reports=tuple(report or ()), title=title, name=person)
    if not files[study].exists() and not _is_meant(folder, study, beginning, new=new):
        return 1
    if not ask:
        return _blank(folder, study, files[study], beginning)
    if not files[study].exists():
        _written(folder, study, files[study], beginning)
    _ask(folder, study, files[study], tuple(item or ()), person)
    return 0


def _sitting_here(folder: ReviewFolder, study: str, writes: bool) -> str:
    """Who extracts where nobody is named: whoever sits here, if the command begins an extraction
    or the plan gives each person a draft and nothing is agreed yet."""
    apart = folder.protocol[0].extraction.plan is ExtractionPlanKind.TWO_APART
    agreed_file = folder.places.studies / f"{study}.yaml"
    return sitting_here(folder) if writes or (apart and not agreed_file.is_file()) else ""


def _list_waiting(folder: ReviewFolder) -> int:
    """What waits to be extracted, and what was begun."""
    written = folder.review
    ledger = settle(written)
    work = waiting(written, ledger)
    apart = written.protocol.extraction.plan is ExtractionPlanKind.TWO_APART
    own = f" --as {sitting_here(folder) or 'YOUR-NAME'}" if apart else ""
    placed = [study for study in work.to_extract if ":" not in study]
    for study in placed:
        reports = counted(len(ledger.studies.get(study, ())), "report")
        say(f"  {study}: not begun, {reports}")
    for summary in summaries_of(written).values():
        left = summary.answers.get("not yet", 0)
        if summary.id in ledger.studies and left:
            say(f"  {summary.id}: {counted(left, 'answer')} not yet given")
    unplaced = [study for study in work.to_extract if ":" in study]
    if unplaced:
        say(f"{counted(len(unplaced), 'included report')} belongs to no study yet.")
        say(f"Next: review collate {folder.slug} --list")
    if placed:
        say(f"Next: review extract {folder.slug} {placed[0]} --ask{own}")
    elif not unplaced:
        say("No included study waits to be begun.")
        say(f"Next: review status {folder.slug}")
    return 0


def _is_meant(folder: ReviewFolder, study: str, beginning: Beginning, *, new: bool) -> bool:
    """Whether a study that has no file is to have one: it is known, or somebody says so."""
    known = tuple(dict.fromkeys((*settle(folder.review).studies, *folder.review.studies)))
    if study in known or beginning.reports or new:
        return True
    near = nearest(study, tuple(name for name in known if ":" not in name))
    what = f"no report belongs to a study {study!r}.{near}"
    if not sys.stdin.isatty():
        raise ReviewError(
            what,
            f"`review collate {folder.slug} RECORD --study {study}` says which reports tell of it; "
            "--new begins it without",
        )
    say(f"{what[0].upper()}{what[1:]}")
    with prompt() as asking:
        return asking.yes(f"Begin {study} all the same?")


def _meant(words: list[str], may_be_all: bool) -> tuple[ReviewFolder, str]:
    """The review and the study that are meant; the study is "" for all of them."""
    if len(words) == 2:
        return open_review(words[0]), study_id(words[1])
    if len(words) > 2 or not (words or may_be_all):
        raise ReviewError(
            "extract takes a review and a study", "Write: review extract REVIEW STUDY"
        )
    if may_be_all and (not words or _is_review(words[0])):
        return open_review(words[0] if words else ""), ""
    return open_review(), study_id(words[0])


def _is_review(word: str) -> bool:
    try:
        find_review(word)
    except ReviewError:
        return False
    return True


def _files(folder: ReviewFolder, study: str, person: str) -> dict[str, Path]:
    if study:
        return {study: study_file(folder, study, person)}
    around = folder.study_file("any", person).parent if person else folder.places.studies
    found = {path.stem: path for path in sorted(around.glob("*.yaml"))}
    if not found:
        raise ReviewError(
            f"no study of {folder.slug} is extracted yet",
            f"`review extract {folder.slug} STUDY` writes a blank",
        )
    return found


def _blank(folder: ReviewFolder, study: str, file: Path, beginning: Beginning) -> int:
    own = whose(file)
    if file.exists():
        raise ReviewError(
            f"{folder.places.shown(file)} is there already and is not overwritten",
            f"Fill it in (or add --ask), then `review extract {folder.slug} {study} --check{own}`",
        )
    _written(folder, study, file, beginning)
    say(f"Next: fill it in, then review extract {folder.slug} {study} --check{own}")
    say(f"Or be asked: review extract {folder.slug} {study} --ask{own}")
    return 0


def _written(folder: ReviewFolder, study: str, file: Path, beginning: Beginning) -> None:
    reports = write_blank(folder, study, file, beginning)
    say(f"Wrote {folder.places.shown(file)} with {counted(reports, 'report')}.")
    if not reports:
        tell(f"No report belongs to {study} yet: `review collate`, or write ids behind `reports:`.")


def _ask(folder: ReviewFolder, study: str, file: Path, items: tuple[str, ...], person: str) -> None:
    from datetime import date

    from pipeline.cli.extraction.extract_ask import ask

    with prompt() as asking:
        ask(folder, study, file, _texts(folder), asking, items, day=date.today(), name=person)


def _texts(folder: ReviewFolder) -> TextOf:
    return report_texts(folder, settle(folder.review))


def _check(folder: ReviewFolder, files: dict[str, Path], agreed: bool, as_json: bool) -> int:
    """Tells the faults of `files`; `agreed`: these are all the studies of the review itself."""
    problems: list[Problem] = list(folder.forms[1])
    text_of = _texts(folder)
    results = 0
    with progress("Checking studies") as tick:
        summaries = folder.shelf.studies.summaries if agreed else {}
        problems += folder.shelf.problems if agreed else ()
        for number, (study, file) in enumerate(files.items(), 1):
            tick(number, len(files))
            summary = summaries.get(study)
            if not agreed:
                reading = read_file(folder, study, file)
                problems += reading.problems
                found = reading.study
                summary = summary_of(found, folder.forms[0].get(found.form)) if found else None
            if summary is None:
                continue  # what is wrong with the file has been told
            results += summary.results
            problems += _unknown_reports(folder, file, summary.reports)
            problems += quote_problems(summary, text_of)
    errors = sum(p.severity is Severity.ERROR for p in problems)
    if as_json:
        say_json([*problems])
    else:
        say_problems(problems)
        one = folder.places.shown(next(iter(files.values())))
        what = one if len(files) == 1 else counted(len(files), "study", "studies")
        say(f"{what}: {counted(results, 'result')} read, {counted(errors, 'error')}.")
    return 1 if errors else 0


def _unknown_reports(
    folder: ReviewFolder, file: Path, reports: tuple[str, ...]
) -> tuple[Problem, ...]:
    return tuple(
        Problem(
            place=Place(file=folder.places.shown(file)),
            what=f"no search brought in the report {report!r}",
            remedy="Write the id of a record behind `reports:`",
            check="unknown-record",
        )
        for report in reports
        if report not in folder.records
    )


def _revisited(folder: ReviewFolder, study: str, file: Path) -> int:
    """Raises `form_version` to that of the form, and those of its appraisals likewise."""
    reading = read_file(folder, study, file)
    found, forms = reading.study, folder.forms[0]
    if found is None or found.form not in forms:
        say_problems(reading.problems)
        raise ReviewError(f"{study} cannot be read", "Repair it first")
    text = reading.text
    if found.form_version != forms[found.form].version:
        text = with_value(text, ("form_version",), forms[found.form].version)
    blocks = reading.written.get("appraisal") or {}
    for id in found.appraisals:
        filled = blocks[id].get("form_version") if blocks.get(id) else None
        if filled is not None and filled != forms[id].version:
            text = with_value(text, ("appraisal", id, "form_version"), forms[id].version)
    if text == reading.text:
        say(f"{study} follows the present version of its forms already.")
        return 0
    folder.write(file, text)
    say(f"{folder.places.shown(file)} now follows version {forms[found.form].version}.")
    say(f"Next: review extract {folder.slug} {study} --check{whose(file)}")
    return 0
