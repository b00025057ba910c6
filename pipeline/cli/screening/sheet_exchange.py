"""Records and one reviewer's verdicts as files that other screening tools read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import replace

from pipeline.model.decision import Screened, Verdict
from pipeline.model.record import Record
from pipeline.notation.safe_text import for_spreadsheet, for_terminal
from pipeline.screening.sheet import OWNER_COLUMNS, SheetOwner

_DATASET = (
    "record_id", "title", "abstract", "authors", "year", "doi", "keywords", "included",
    "asreview_note", "asreview_tags",
)  # fmt: skip
_SHEET_OF = "Sheet of:"
_INCLUDED = {Verdict.INCLUDE: "1", Verdict.UNSURE: "", Verdict.EXCLUDE: "0"}
_ASREVIEW = {
    Verdict.INCLUDE: "ASReview_relevant",
    Verdict.EXCLUDE: "ASReview_irrelevant",
    Verdict.UNSURE: "ASReview_not_seen",
}
"""ASReview's words in the notes of a RIS file (docs: "Data format", RIS)."""


def as_asreview_csv(
    records: Iterable[Record], votes: Mapping[str, Screened], owner: SheetOwner
) -> str:
    """A dataset that ASReview LAB imports: what was decided is `included`, the rest is open."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow((*_DATASET, *OWNER_COLUMNS))
    for record in records:
        vote = votes.get(record.id)
        cells = (
            record.id,
            record.title,
            record.abstract,
            "; ".join(map(str, record.author)),
            str(record.year or ""),
            record.doi,
            "; ".join(record.keyword),
            _INCLUDED[vote.verdict] if vote else "",
            vote.note if vote else "",
            "; ".join(vote.tags) if vote else "",
            *owner.cells,
        )
        rows.writerow(tuple(for_spreadsheet(cell) for cell in cells))
    return text.getvalue()


def as_ris(records: Iterable[Record], votes: Mapping[str, Screened], owner: SheetOwner) -> str:
    """RIS with the verdicts in notes (`N1`): ASReview's word, and the whole verdict in ours.

    The record's id stands in `ID`. What is undecided carries ASReview's word for not seen. A note
    in each entry says whose file it is, as `sheet_of` reads it.
    """
    from pipeline.render.bibliography import tagged

    entries: list[str] = []
    for record in records:
        vote = votes.get(record.id)
        (entry,) = tagged.ris_from_fields([replace(record, note="")])
        head, end, _ = entry.rpartition("ER  - ")
        lines = [f"ID  - {record.id}", *(f"N1  - {note}" for note in _notes(record, vote))]
        lines.append(f"N1  - {_SHEET_OF} {' · '.join(owner.cells)}")
        entries.append(head + "\n".join([*lines, end, "", ""]))
    return "".join(entries)


def _notes(record: Record, vote: Screened | None) -> list[str]:
    notes = [for_terminal(record.note)] if record.note else []
    if vote is None:
        return [*notes, "ASReview_not_seen"]
    reason = f" ({vote.reason})" if vote.reason else ""
    whole = f"Decision of {vote.reviewer}: {vote.verdict}{reason}"
    more = [f"Note of {vote.reviewer}: {for_terminal(vote.note)}"] if vote.note else []
    tags = [f"Tags of {vote.reviewer}: {for_terminal('; '.join(vote.tags))}"] if vote.tags else []
    return [*notes, _ASREVIEW[vote.verdict], whole, *more, *tags]


def sheet_of(entry: Record) -> Mapping[str, str]:
    """What an entry that came back says of its owner, by the names of `OWNER_COLUMNS`."""
    told: dict[str, str] = {}
    for tag in entry.as_exported:
        if tag.name in OWNER_COLUMNS:
            told[tag.name] = tag.value
        words = tag.value.strip().removeprefix(_SHEET_OF)
        if words != tag.value.strip():
            told |= zip(OWNER_COLUMNS, (word.strip() for word in words.split(" · ")), strict=False)
    return told
