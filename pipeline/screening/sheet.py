"""A spreadsheet to screen in: rows out, and rows back as verdicts with what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.model.decision import Screened, Stage, Verdict
from pipeline.model.problem import Place, Problem, Severity
from pipeline.model.protocol import Criterion
from pipeline.model.record import Record
from pipeline.notation.safe_text import for_spreadsheet

COLUMNS = (
    "record_id",
    "title",
    "authors",
    "year",
    "container_title",
    "abstract",
    "verdict",
    "reason",
    "note",
    "tags",
    "verdict_when_written",
    "reason_when_written",
)
OWNER_COLUMNS = ("stage", "reviewer", "review", "written_at")
"""The last columns, the same in each row: rows may be sorted, parted and put together again."""

CELL_LIMIT = 32_000
"""Characters a cell holds (spreadsheets stop at 32,767); a longer abstract is cut, and says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetOwner:
    """Whose sheet it is, of which review, for which stage, and when it was written (ISO moment)."""

    reviewer: str
    review: str
    stage: str
    written_at: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """The owner in the order of `OWNER_COLUMNS`."""
        return (self.stage, self.reviewer, self.review, self.written_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetVerdict:
    """One row that was filled in: a verdict to be cast."""

    record: str
    verdict: Verdict
    reason: str
    note: str
    tags: tuple[str, ...] = ()
    fails: tuple[str, ...] = ()


def criteria_meant(said: str, criteria: Sequence[Criterion]) -> tuple[str, ...]:
    """The ids of the criteria that `said` names by id, label or key, in any case, in their order.

    Several stand between semicolons or commas. What names none comes behind them as it was typed.
    """
    whole = said.strip().casefold()
    if any(whole == c.label.strip().casefold() for c in criteria):
        words = [whole]  # a label may hold a comma of its own
    else:
        words = [word.strip().casefold() for word in re.split(r"[;,]", said) if word.strip()]
    names = {
        name.strip().casefold(): c.id
        for c in reversed(criteria)
        for name in (c.key, c.label, c.id)
        if name
    }
    meant = {names.get(word, word) for word in words}
    known = [c.id for c in criteria if c.id in meant]
    return (*known, *(word for word in words if names.get(word, word) not in known))


def sheet_rows(
    records: Iterable[Record], votes: Mapping[str, Screened]
) -> Iterable[tuple[str, ...]]:
    """One row a record in the order of `COLUMNS`, harmless in a spreadsheet.

    `votes` are the reviewer's own: they stand in the row, and once more as what was known when the
    sheet was written, so that a verdict changed elsewhere in the meantime is noticed.
    """
    for record in records:
        vote = votes.get(record.id)
        abstract = record.abstract
        if len(abstract) > CELL_LIMIT:
            abstract = abstract[:CELL_LIMIT] + " [cut: the export holds more]"
        verdict = str(vote.verdict) if vote else ""
        row = (
            record.id,
            record.title,
            "; ".join(map(str, record.author)),
            str(record.year or ""),
            record.container_title,
            abstract,
            verdict,
            "; ".join(vote.fails or (vote.reason,)) if vote else "",
            vote.note if vote else "",
            "; ".join(vote.tags) if vote else "",
            verdict,
            "; ".join(vote.fails or (vote.reason,)) if vote else "",
        )
        yield tuple(for_spreadsheet(cell) for cell in row)


def owner_faults(rows: Iterable[Mapping[str, str]], here: SheetOwner) -> Iterator[tuple[str, str]]:
    """Why `rows` may not be read back as the sheet of `here`: what is wrong, and what to do.

    An empty cell says nothing. Nothing is compared with `written_at`.
    """
    told: dict[str, set[str]] = {column: set() for column in OWNER_COLUMNS}
    for row in rows:
        for column in OWNER_COLUMNS:
            told[column] |= {(row.get(column) or "").strip().removeprefix("'")} - {""}
    if others := sorted(told["review"] - {here.review}):
        yield (
            f"it is a sheet of the review {', '.join(others)}, and this is {here.review}",
            f"Read it back into its own review: `review sheet {others[0]} …`",
        )
    if others := sorted(told["reviewer"] - {here.reviewer}):
        yield (
            f"it is the sheet of {' and '.join(others)}, and you are {here.reviewer}",
            f"Verdicts are read back under the name of whoever gave them: --as {others[0]}",
        )
    if others := sorted(told["stage"] - {here.stage}):
        yield f"it was written for another stage, {others[0]}", f"Add --stage {others[0]}"


def says_whose(rows: Iterable[Mapping[str, str]]) -> bool:
    """Whether each row that has a verdict says whose it is."""
    return all(
        (row.get("reviewer") or "").strip() for row in rows if (row.get("verdict") or "").strip()
    )


def read_sheet(
    rows: Sequence[Mapping[str, str]],
    file: str,
    *,
    stage: Stage,
    criteria: Sequence[Criterion],
    known: Iterable[str],
    votes: Mapping[str, Screened],
) -> tuple[tuple[SheetVerdict, ...], tuple[Problem, ...]]:
    """The verdicts that `rows` (one mapping a row, the heading is line 1) add, and the faults.

    A row without a verdict adds nothing, and so does one that says what stands already. A row whose
    record was decided otherwise since the sheet was written is a conflict and is left alone.
    """
    ids = {criterion.id for criterion in criteria}
    records = frozenset(known)
    found: dict[str, SheetVerdict] = {}
    problems: list[Problem] = []
    for line, row in enumerate(rows, 2):
        cell = {name: (row.get(name) or "").strip().removeprefix("'") for name in COLUMNS}
        record, said = cell["record_id"], cell["verdict"].lower()
        fails = criteria_meant(cell["reason"], criteria)
        reason = fails[0] if fails else ""
        if not said:
            if cell["reason"]:
                problems.append(_fault(file, line, f"{record} has a reason and no verdict"))
            continue
        now = votes.get(record)
        standing = str(now.verdict) if now else ""
        what = ""
        if record not in records:
            what = f"there is no record {record!r} in this review"
        elif said not in Verdict._value2member_map_:
            what = f"the verdict {cell['verdict']!r} is none of {', '.join(Verdict)}"
        elif record in found:
            what = f"{record} stands here twice"
        elif said != Verdict.EXCLUDE and reason:
            what = f"{record} has a reason, but only an exclusion has one"
        elif wrong := [fail for fail in fails if fail not in ids]:
            what = f"the reason {wrong[0]!r} is none of {', '.join(c.id for c in criteria)}"
        elif said == Verdict.EXCLUDE and stage is Stage.FULL_TEXT and not reason:
            what = f"{record} is excluded on full text without a reason"
        elif standing not in (cell["verdict_when_written"], said):
            what = (
                f"{record} is {said!r} here, but was decided {standing or 'not at all'!r} "
                "after the sheet was written"
            )
        if what:
            problems.append(_fault(file, line, what))
            continue
        tags = tuple(tag for part in cell["tags"].split(";") if (tag := part.strip()))
        several = fails if len(fails) > 1 else ()
        filled = (said, reason, cell["note"], tags, several)
        if now is None or filled != (standing, now.reason, now.note, now.tags, _several(now)):
            found[record] = SheetVerdict(
                record=record,
                verdict=Verdict(said),
                reason=reason,
                note=cell["note"],
                tags=tags,
                fails=several,
            )
    return tuple(found.values()), tuple(problems)


def _several(vote: Screened) -> tuple[str, ...]:
    return vote.fails if len(vote.fails) > 1 else ()


def _fault(file: str, line: int, what: str) -> Problem:
    return Problem(
        place=Place(file=file, line=line),
        what=what,
        remedy="Nothing was taken from this row; mend it and read the sheet again",
        severity=Severity.ERROR,
        check="sheet",
    )
