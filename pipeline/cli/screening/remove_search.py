"""`review remove --search`: a search that came in by mistake, with all that hangs on it told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.cli.console import counted, safe, say, say_json, tell
from pipeline.cli.prompt import agreed
from pipeline.model.decision import AUTOMATION, Collated, Discarded, Resolved, Retrieved, Screened
from pipeline.model.problem import ReviewError
from pipeline.model.review import Ledger, Review
from pipeline.model.search import Search
from pipeline.model.standing import Standing
from pipeline.model.undoing import discarded_searches, effective
from pipeline.notation.typed import nearest
from pipeline.snapshot.settle import settle
from pipeline.store import ReviewFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class Hanging:
    """What hangs on a search: `records` it brought, those of them that are `elsewhere` as well
    (another search brought the same report, which keeps what was decided), `verdicts` on the rest
    by whom, `settled` other decisions on them, and the `studies` that lose a report."""

    records: int
    elsewhere: int
    verdicts: dict[str, int]
    settled: int
    studies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingOut:
    """Who takes something out and why, and how the command was asked to go about it."""

    name: str
    reason: str
    note: str
    only_look: bool
    yes: bool
    as_json: bool


def remove_search(folder: ReviewFolder, ledger: Ledger, search: str, how: TakingOut) -> bool:
    """Takes `search` out once it is agreed; whether it was. ReviewError where it cannot go."""
    written = folder.review
    _known(written, ledger, search)
    what = hanging_on(written, ledger, search)
    if how.as_json and how.only_look:
        say_json({"search": search, "written": False, "hangs_on_it": what})
        return False
    if not how.as_json:
        for line in _lines(written, search, what):
            say(line)
    if how.only_look:
        slug = folder.slug
        say(f'Next: review remove {slug} --search {search} --reason "…" --as NAME')
        return False
    if not agreed(
        f"Take out {search}?", f"{search} would be taken out", yes=how.yes or how.as_json
    ):
        tell("Nothing was written.")
        return False
    decision = folder.append(how.name, Discarded, search=search, reason=how.reason, note=how.note)
    if how.as_json:
        say_json({"search": search, "written": True, "decision": decision, "hangs_on_it": what})
        return True
    say(f"Taken out ({decision.id}): {search}. Its export and its log stay where they are.")
    say(f"To have it back: review undo {folder.slug} {decision.id} --as {how.name}")
    say(f"Next: review status {folder.slug}")
    return True


def _known(review: Review, ledger: Ledger, search: str) -> Search:
    """The search called so. ReviewError where none is, or where it cannot go any more."""
    known = {s.id: s for s in review.searches}
    if search not in known:
        ids = tuple(known)
        raise ReviewError(
            f"there is no search {search!r}.{nearest(search, ids)}",
            f"Searches are {', '.join(ids)}" if ids else "Nothing has come in yet",
        )
    if gone := ledger.discarded.get(search):
        raise ReviewError(
            f"{search} was taken out by {gone.reviewer} on {gone.at:%Y-%m-%d} already "
            f"({safe(gone.reason)})",
            f"To have it back: `review undo {review.slug} {gone.id} --as NAME`",
        )
    held = [
        e.number for e in review.editions if e.stands_on(None) and known[search].ingested_on <= e.on
    ]
    if held:
        raise ReviewError(
            f"edition {held[0]} counts {search}, and an edition stays what it was",
            f"Withdraw the edition first (`review publish {review.slug} {held[0]} --withdraw`), "
            "or leave the search in",
        )
    return known[search]


def hanging_on(review: Review, ledger: Ledger, search: str) -> Hanging:
    """What would change if `search` were taken out of `review`, whose state is `ledger`."""
    after = settle(replace(review, decisions=(*review.decisions, _as_if(search))))
    ids = frozenset(review.entries.get(search, ()))
    gone = {r for r in ids if ledger.positions[r].standing is not Standing.DUPLICATE}
    heirs = _heirs(ledger, after, gone)
    lost = ids - {r for r in ids if ledger.positions[r].kept} - set(heirs)
    decisions = [d for d in effective(review.decisions) if getattr(d, "record", "") in lost]
    verdicts = Counter(d.reviewer for d in decisions if isinstance(d, Screened))
    studies = [
        study
        for study, reports in ledger.studies.items()
        if set(reports) & lost and ":" not in study
    ]
    return Hanging(
        records=len(ids),
        elsewhere=len(ids) - len(lost),
        verdicts=dict(verdicts),
        settled=sum(isinstance(d, (Resolved, Retrieved, Collated)) for d in decisions),
        studies=tuple(studies),
    )


def _heirs(before: Ledger, after: Ledger, gone: set[str]) -> dict[str, str]:
    """Of the kept records that would go, the record that takes the place of each, if one does."""
    heirs: dict[str, str] = {}
    for record in gone:
        for other in before.duplicates.get(record, ()):
            if other in after.positions:
                heirs[record] = after.positions[other].kept or other
                break
    return heirs


def _as_if(search: str) -> Discarded:
    now = datetime.now().astimezone()
    return Discarded(id="", at=now, reviewer=AUTOMATION, search=search)


def _lines(review: Review, search: str, what: Hanging) -> Iterator[str]:
    log = next(s for s in review.searches if s.id == search)
    yield (
        f"{search}: {safe(log.source)}, searched on {log.searched_on}, "
        f"{counted(what.records, 'record')}."
    )
    only_here = what.records - what.elsewhere
    if what.elsewhere:
        yield (
            f"  {counted(what.elsewhere, 'record')} of them came from another search as well: the "
            "report stays, with what was decided of it."
        )
    if only_here:
        yield f"  {counted(only_here, 'record')} came from here alone and count nowhere any more."
    if what.verdicts:
        said = ", ".join(f"{k:,} of {name}" for name, k in sorted(what.verdicts.items()))
        yield f"  Verdicts on them, kept in the logs and without effect: {said}."
    if what.settled:
        yield f"  {counted(what.settled, 'further decision')} on them likewise."
    if what.studies:
        yield f"  Studies that lose a report: {', '.join(map(safe, what.studies))}."


def removed_lines(review: Review) -> Iterator[str]:
    """The searches and study files that were taken out, a line each."""
    studies = [d for d in effective(review.decisions) if isinstance(d, Discarded) and d.study]
    for d in (*discarded_searches(review.decisions).values(), *studies):
        what = f"search {d.search}" if d.search else f"study {d.study}, now {d.file}"
        yield (
            f"  {what}: taken out by {d.reviewer} on {d.at:%Y-%m-%d}, {safe(d.reason)}  [{d.id}]"
        )
