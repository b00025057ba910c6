"""`review extract --to` and `--from`: studies as a sheet, and the filled sheet read back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from pipeline.cli.console import counted, safe, say, say_problems
from pipeline.cli.prompt import agreed
from pipeline.cli.screening.sheet_files import sheet_bytes, sheet_rows_of
from pipeline.extraction.edits import with_answer, with_entry
from pipeline.extraction.questions import StudyQuestion, in_a_line
from pipeline.extraction.sheets import (
    AGREED,
    COLUMNS,
    OWNER_COLUMNS,
    SheetChange,
    new_entries,
    owner_faults,
    read_rows,
    replaced,
    sheet_rows,
)
from pipeline.extraction.values import absent_of
from pipeline.model.problem import Place, Problem, ReviewError, Severity
from pipeline.sessions.study_files import StudyOnDisk, read_file, reading_of, whose
from pipeline.store import ReviewFolder

_WIDTHS = (16, 28, 44, 26, 36, 14, 40, 24, 10, 18, 30, 24, 16, 18, 16, 24)
_SHOWN = 40


def write_sheet(folder: ReviewFolder, studies: dict[str, Path], sheet: Path) -> None:
    """Writes every question of `studies` (the file of each, by its id) into a new sheet."""
    if sheet.exists():
        raise ReviewError(f"{sheet} is there already", "Take another name, or move it away")
    rows = [
        row
        for reading in _readings(folder, studies)
        if reading.study is not None
        for row in sheet_rows(reading.study, reading.asked(folder.forms[0]))
    ]
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    owner = (_file_of(studies), folder.slug, now)
    table = [
        (*COLUMNS, *OWNER_COLUMNS),
        *((*(row[column] for column in COLUMNS), *owner) for row in rows),
    ]
    content = sheet_bytes(sheet, table, title="extraction", widths=_WIDTHS, frozen="E2")
    folder.write(sheet, content)
    about = counted(len(studies), "study", "studies")
    say(f"{counted(len(rows), 'question')} of {about} in {sheet}.")
    one = f" {next(iter(studies))}" if len(studies) == 1 else ""
    own = whose(next(iter(studies.values())))
    say(f"Next: fill in `answer`, then review extract {folder.slug}{one} --from {sheet}{own}")


def _file_of(studies: Mapping[str, Path]) -> str:
    """Whose files these are: a person's drafts, or the agreed studies."""
    return whose(next(iter(studies.values()))).removeprefix(" --as ") or AGREED


def read_sheet(folder: ReviewFolder, studies: dict[str, Path], sheet: Path, *, yes: bool) -> int:
    """Writes what a sheet says anew into the files of its studies; the exit code.

    A row that cannot be taken is told with its number, and the other rows are taken. The comments
    and the order of the files stay. Answers that would change are listed first: `yes` agrees to
    them beforehand. Raises ReviewError for the sheet of somebody else or of another review.
    """
    rows = sheet_rows_of(sheet, ("study", "where", "answer"))
    for what, remedy in owner_faults(rows, _file_of(studies), folder.slug):
        raise ReviewError(f"{sheet}: {safe(what)}. Nothing was written", safe(remedy))
    named = {row.get("study", "").strip() for row in rows}
    meant = {study: file for study, file in studies.items() if study in named}
    readings = dict(zip(meant, _readings(folder, meant), strict=True))
    grown, entries, faults = _with_new_entries(folder, readings, rows)
    changes, problems = read_rows(rows, str(sheet), _asked(folder, grown))
    if not _agreed(changes, yes):
        say("Nothing was written.")
        return 1
    texts = {study: reading.text for study, reading in grown.items()}
    taken: Counter[str] = Counter()
    faults += problems
    for change in changes:
        question = change.question
        try:
            texts[change.study] = with_answer(
                texts[change.study], question.path, question.item, change.said
            )
        except ReviewError as refused:
            place = Place(file=folder.places.shown(readings[change.study].file))
            faults.append(
                Problem(place=place, what=refused.what, remedy=refused.remedy, check="sheet")
            )
            continue
        taken[change.study] += 1
    changed = [study for study in readings if texts[study] != readings[study].text]
    for study in changed:
        folder.write(readings[study].file, texts[study])
        added = f", {counted(entries[study], 'entry', 'entries')} added" if entries[study] else ""
        about = f"{counted(taken[study], 'answer')} taken{added}."
        say(f"{folder.places.shown(readings[study].file)}: {about}")
    say(f"{counted(taken.total(), 'answer')} taken from {counted(len(rows), 'row')}.")
    errors = say_problems(faults)
    for study in changed:
        after = read_file(folder, study, readings[study].file)
        before = {(p.check, p.what) for p in readings[study].problems}
        new = [p for p in after.problems if (p.check, p.what) not in before]
        errors += say_problems(p for p in new if p.severity is Severity.ERROR)
    own = whose(next(iter(studies.values())))
    say(f"Next: review extract {folder.slug} --all --check{own}")
    return 1 if errors else 0


def _agreed(changes: Sequence[SheetChange], yes: bool) -> bool:
    """Lists the answers that would change, and whether that is wanted."""
    changed = [(change, before) for change in changes if (before := replaced(change))]
    if not changed:
        return True
    for change, before in changed[:_SHOWN]:
        item = change.question.item
        now = str(change.said.value) if absent_of(change.said.value, item) is not None else ""
        now = now or in_a_line(item, change.said.value)
        say(
            f"  {safe(change.study)} {safe(change.question.address)}: "
            f"{safe(before, 120)} \u2192 {safe(now, 120)}"
        )
    if len(changed) > _SHOWN:
        say(f"  … and {len(changed) - _SHOWN:,} more.")
    would = f"{counted(len(changed), 'answer')} would change"
    new = len(changes) - len(changed)
    return agreed(f"{would}, {new:,} are new. Write them?", would, yes=yes)


def _asked(
    folder: ReviewFolder, readings: Mapping[str, StudyOnDisk]
) -> Mapping[str, Mapping[str, StudyQuestion]]:
    return {
        study: {question.address: question for question in reading.asked(folder.forms[0])}
        for study, reading in readings.items()
    }


def _with_new_entries(
    folder: ReviewFolder, readings: Mapping[str, StudyOnDisk], rows: Sequence[Mapping[str, str]]
) -> tuple[dict[str, StudyOnDisk], Counter[str], list[Problem]]:
    """The studies with the entries that the rows list, how many each got, and what could not be.

    An entry may hold parts with entries of their own, so it is asked until nothing is new.
    """
    grown = dict(readings)
    added: Counter[str] = Counter()
    faults: list[Problem] = []
    tried: set[tuple[str, str, str]] = set()
    while True:
        found = new_entries(rows, _asked(folder, grown))
        keyed = {(one.study, one.question.address, one.id): one for one in found}
        fresh = [one for key, one in keyed.items() if key not in tried]
        tried |= keyed.keys()
        if not fresh:
            return grown, added, faults
        for one in fresh:
            reading = grown[one.study]
            try:
                text = with_entry(reading.text, one.question, one.id)
            except ReviewError as refused:
                place = Place(file=folder.places.shown(reading.file))
                faults.append(
                    Problem(place=place, what=refused.what, remedy=refused.remedy, check="sheet")
                )
                continue
            grown[one.study] = reading_of(folder, reading.file, text)
            added[one.study] += 1


def _readings(folder: ReviewFolder, studies: dict[str, Path]) -> list[StudyOnDisk]:
    readings = [read_file(folder, study, file) for study, file in studies.items()]
    broken = [p for r in readings if r.study is None for p in r.problems]
    if broken:
        say_problems(broken)
        raise ReviewError(
            f"{safe(broken[0].place.file)} cannot be read", "Repair it first, line by line"
        )
    return readings
