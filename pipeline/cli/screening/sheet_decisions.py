"""Verdicts in another tool's export, matched to the records of a review that holds them already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pipeline.cli.console import safe
from pipeline.cli.importing.ingest_decisions import decisions_in, votes_of
from pipeline.cli.screening.sheet_exchange import sheet_of
from pipeline.model.problem import Place, Problem, ReviewError, Severity
from pipeline.model.record import Record
from pipeline.screening.sheet import SheetOwner, SheetVerdict, owner_faults
from pipeline.sessions.session import Session
from pipeline.store.decision_logs import logs_of
from pipeline.store.files import open_outside

Matches = tuple[tuple[SheetVerdict, ...], tuple[Problem, ...], int]


def verdicts_of_another_tool(
    session: Session, file: Path, person: str, owner: SheetOwner
) -> Matches:
    """The verdicts in `file` at the session's stage, what could not be taken, and its entries.

    With `person` only those that the other tool says are that person's. Raises ReviewError where
    the file carries no verdicts, or none of that person; where it was written here for somebody
    other than `owner`; and where it tells of several people, or of another reviewer of this
    review, and nobody said whose verdicts are meant.
    """
    from pipeline.readers import read_export

    with open_outside(file) as stream:
        reading = read_export(stream, file=str(file), search="other")
    _check_owner(reading.records, owner, file)
    found = decisions_in(reading.records)
    people = sorted({d.by for told in found.values() for d in told if d.by})
    if person:
        found = {
            record: kept
            for record, told in found.items()
            if (kept := tuple(d for d in told if d.by == person))
        }
    if not found:
        raise ReviewError(
            f"{file} carries no verdicts{f' of {person!r}' if person else ''}",
            f"It names {', '.join(people)}"
            if people
            else "A sheet of ours has the columns record_id and verdict; other tools write their "
            "verdicts into a column such as asreview_label, or into notes",
        )
    _check_people(session, file, people, person)
    votes = votes_of(found, session.protocol).votes
    here = _Records(session)
    entries = {record.id: record for record in reading.records}
    verdicts: dict[str, SheetVerdict] = {}
    problems: list[Problem] = []
    for vote in votes:
        if vote["stage"] is not session.stage:
            continue
        entry = entries[vote["record"]]
        record, fault = here.find(entry)
        if record and not fault:
            fault = _conflict(session, record, vote, verdicts)
        if fault:
            problems.append(_problem(entry.place, fault))
        elif record and not _stands(session, record, vote):
            verdicts[record] = SheetVerdict(
                record=record,
                verdict=vote["verdict"],
                reason=vote.get("reason", ""),
                note=vote.get("note", ""),
                tags=vote.get("tags", ()),
            )
    return tuple(verdicts.values()), tuple(problems), len(reading.records)


def _check_owner(entries: Iterable[Record], owner: SheetOwner, file: Path) -> None:
    for what, remedy in owner_faults([sheet_of(entry) for entry in entries], owner):
        raise ReviewError(f"{file}: {safe(what)}. Nothing was written", safe(remedy))


def _check_people(session: Session, file: Path, people: Sequence[str], person: str) -> None:
    """Refuses verdicts that the file says are those of somebody else, or of several."""
    here = {*session.protocol.plan(session.stage).reviewers, *logs_of(session.folder.places)}
    meant = [person] if person else people
    if others := [one for one in meant if one in here and one != session.reviewer]:
        raise ReviewError(
            f"{file} holds the verdicts of {safe(others[0])}, and you are {session.reviewer}. "
            "Nothing was written",
            f"Read them back with --as {safe(others[0])}",
        )
    if not person and len(people) > 1:
        raise ReviewError(
            f"{file} holds verdicts of several people: {safe(', '.join(people))}. "
            "Nothing was written",
            "Say whose are yours: --person NAME",
        )


def _stands(session: Session, record: str, vote: Mapping[str, object]) -> bool:
    held = session.votes.get(record)
    return held is not None and held.verdict == vote["verdict"]


def _conflict(
    session: Session,
    record: str,
    vote: Mapping[str, object],
    taken: Mapping[str, SheetVerdict],
) -> str:
    held = session.votes.get(record)
    if held is not None and held.verdict != vote["verdict"]:
        return f"{record} is {vote['verdict']} here, but you have decided {held.verdict}"
    if record in taken and taken[record].verdict != vote["verdict"]:
        return f"{record} stands here twice, with different verdicts"
    return ""


class _Records:
    """The records of a review by what another tool may know them by."""

    def __init__(self, session: Session) -> None:
        self._kept = frozenset(session.everything)
        table = session.folder.table(["id", "doi", "pmid", "title"])
        ids, dois, pmids, titles = (table[name].to_pylist() for name in table.column_names)
        self._ids = frozenset(ids)
        self._by = {
            "DOI": _grouped(map(str.casefold, dois), ids),
            "PMID": _grouped(pmids, ids),
            "title": _grouped(map(_plain, titles), ids),
        }

    def find(self, entry: Record) -> tuple[str, str]:
        """The record that `entry` is here; else "" and why it is none, or which it may be."""
        for tag in entry.as_exported:
            if tag.value.strip() in self._ids:
                return tag.value.strip(), ""
        keys = {"DOI": entry.doi.casefold(), "PMID": entry.pmid, "title": _plain(entry.title)}
        for what, key in keys.items():
            found = self._by[what].get(key, []) if key else []
            kept = [record for record in found if record in self._kept] or found
            if len(kept) == 1:
                return kept[0], ""
            if kept:
                return "", f"its {what} is that of several records: {', '.join(kept[:5])}"
        return "", "no record of this review has its id, DOI, PMID or title"


def _grouped(keys: Iterable[str], ids: Iterable[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for key, record in zip(keys, ids, strict=True):
        if key:
            groups[key].append(record)
    return groups


def _plain(title: str) -> str:
    return "".join(filter(str.isalnum, title.casefold()))


def _problem(place: Place, what: str) -> Problem:
    return Problem(
        place=place,
        what=what,
        remedy="Nothing was taken from this entry; decide on the record with `review decide`",
        severity=Severity.ERROR,
        check="sheet",
    )
