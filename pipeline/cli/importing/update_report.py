"""What an update came to: what came in, what of it repeats, what is new, what needs a look."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.checks.waiting import ANYONE, next_command, waiting
from pipeline.cli.console import counted, safe, say, say_json, say_problems, tell
from pipeline.model.decision import Stage
from pipeline.model.problem import Problem, Severity
from pipeline.model.review import Ledger, Position
from pipeline.model.standing import SOUGHT, Standing
from pipeline.notation.safe_text import for_markdown
from pipeline.snapshot.searches_again import COLUMNS, Rerun, RerunEntry, rerun
from pipeline.snapshot.settle import settle
from pipeline.store import ReviewFolder
from pipeline.store.files import write_file
from pipeline.store.importing import TakenIn
from pipeline.store.places import shown

if TYPE_CHECKING:
    from pipeline.cli.duplicates.dedupe_review import Merged

_TOLD = ("title", "abstract")
"""What people saw when they decided; a change of anything else changes no decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What came in: the file that it was, or the source that was searched over the web."""

    file: str
    taken: TakenIn


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """An export that is in the review: what was read of it, and the run that it repeats."""

    file: str
    search: str
    source: str
    on: str
    known: bool
    read: int
    set_aside: int
    repeats: Rerun | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOvertaken:
    """A record whose text a later run tells otherwise than those saw it who decided on it."""

    record: str
    later: str
    changed: tuple[str, ...]
    reviewers: tuple[str, ...]
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    slug: str
    arrived: tuple[Arrived, ...]
    merged: Merged | None
    duplicates: int
    to_screen: tuple[str, ...]
    queue: Mapping[str, int]
    overtaken: tuple[RecordOvertaken, ...]
    moved: tuple[tuple[str, Standing, Standing], ...]
    problems: tuple[Problem, ...]
    arriving: tuple[str, ...]
    next: str
    likeliest: tuple[tuple[str, str], ...] = field(default=())


def account_of(
    folder: ReviewFolder,
    before: Ledger,
    came: Sequence[Came],
    merged: Merged | None,
    problems: tuple[Problem, ...],
    arriving: Sequence[Path],
    ranked: int = 0,
) -> Update:
    """What is there now that `came` is in; `ranked` of the new records are told likeliest first."""
    written = folder.review
    ledger = settle(written)
    arrived = tuple(_arrived(folder, one) for one in came)
    here = {one.search for one in arrived}
    of_these = {r: p for r, p in ledger.positions.items() if p.search in here}
    new = {r: p for r, p in of_these.items() if p.standing is Standing.AWAITING_SCREENING}
    queue = waiting(written, replace(ledger, positions=new))
    faults = sum(p.severity is Severity.ERROR for p in written.problems)
    return Update(
        slug=folder.slug,
        arrived=arrived,
        merged=merged,
        duplicates=sum(p.standing is Standing.DUPLICATE for p in of_these.values()),
        to_screen=tuple(new),
        queue={
            who: n for (who, stage), n in queue.to_screen.items() if stage is Stage.TITLE_ABSTRACT
        },
        overtaken=tuple(_overtaken(arrived, ledger)),
        moved=tuple(
            (record, position.standing, ledger.positions[record].standing)
            for record, position in before.positions.items()
            if ledger.positions[record].standing is not position.standing
        ),
        problems=problems,
        arriving=tuple(shown(path) for path in arriving),
        next=next_command(written, ledger, waiting(written, ledger), faults),
        likeliest=_likeliest(folder, ledger, new, ranked),
    )


def _arrived(folder: ReviewFolder, came: Came) -> Arrived:
    search = folder.searches[0].get(came.taken.id)
    exports = folder.exports[0]
    export = exports.get(came.taken.id)
    previous = search.update_of if search else ""
    repeats = None
    if search is not None and previous in exports and export is not None:
        repeats = rerun(previous, _entries(folder, previous), _entries(folder, search.id))
    return Arrived(
        file=came.file,
        search=came.taken.id,
        source=search.source if search else "",
        on=search.searched_on.isoformat() if search else "",
        known=came.taken.known,
        read=len(export.ids) if export else 0,
        set_aside=len(export.notes.set_aside) if export else 0,
        repeats=repeats,
    )


def _entries(folder: ReviewFolder, search: str) -> list[RerunEntry]:
    table = folder.exports[0][search].columns(list(COLUMNS))
    columns = (table.column(name).to_pylist() for name in COLUMNS)
    return [RerunEntry(*row) for row in zip(*columns, strict=True)]


def _overtaken(arrived: Sequence[Arrived], ledger: Ledger) -> Iterator[RecordOvertaken]:
    """Decided records of which a later run tells another title or abstract."""
    for one in arrived:
        for pair in one.repeats.changed if one.repeats else ():
            changed = tuple(name for name in pair.changed if name in _TOLD)
            position = ledger.positions[pair.before]
            position = ledger.positions[position.kept] if position.kept else position
            people = [vote.reviewer for vote in position.votes]
            people += [position.resolution.reviewer] if position.resolution else []
            if changed and people:
                yield RecordOvertaken(
                    record=position.record,
                    later=pair.after,
                    changed=changed,
                    reviewers=tuple(dict.fromkeys(people)),
                    standing=position.standing,
                )


def _likeliest(
    folder: ReviewFolder, ledger: Ledger, new: Mapping[str, Position], most: int
) -> tuple[tuple[str, str], ...]:
    """The `most` new records that the review's own decisions and words speak for, with titles."""
    if not most or not new:
        return ()
    from pipeline.screening.ranker import Ranker
    from pipeline.sessions.ranking import review_features

    ids, made, words = review_features(folder)
    ranker = Ranker(features=made, cold=words, seed=folder.protocol[0].screening.seed)
    for row, record in enumerate(ids):
        position = ledger.positions.get(record)
        if position is None or position.kept:
            continue
        if position.standing in SOUGHT:
            ranker.add(row, True)
        elif position.standing is Standing.EXCLUDED_ON_TITLE_AND_ABSTRACT:
            ranker.add(row, False)
    best = [ids[int(row)] for row in ranker.ranking() if ids[int(row)] in new][:most]
    return tuple((record, folder.records[record].title) for record in best)


def say_update(update: Update, report: Path | None, as_json: bool) -> None:
    if report is not None:
        text = "\n".join([f"# Update of {for_markdown(update.slug)}", "", *_lines(update, _md)])
        write_file(report, f"{text}\n")
    if as_json:
        say_json(_for_programs(update))
        return
    for line in _lines(update, safe):
        say(line)
    say_problems(update.problems)
    if report is not None:
        tell(f"Written: {safe(shown(report))}")
    say(f"Next: {update.next}")


def _md(text: str) -> str:
    return for_markdown(text)


def _lines(update: Update, clean: Callable[[str], str]) -> Iterator[str]:
    fresh = [one for one in update.arrived if not one.known]
    if not update.arrived:
        yield "Nothing has arrived."
    elif not fresh:
        yield f"Nothing new: {counted(len(update.arrived), 'export')} taken in before."
    for one in fresh:
        yield from _of_export(one, clean)
    if update.merged is not None and (update.arrived or update.merged.now):
        yield (
            f"- {counted(update.merged.now, 'duplicate')} merged by rule now; of these exports "
            f"{update.duplicates:,} in all are duplicates."
        )
    if update.merged is not None and update.merged.doubtful:
        pairs = counted(update.merged.doubtful, "pair is", "pairs are")
        yield f"- {pairs} doubtful: review dedupe {clean(update.slug)} --as NAME"
    if update.arrived:
        yield f"- New to screen: {counted(len(update.to_screen), 'record')}{_queue(update, clean)}."
    for record, was, now in update.moved:
        words = f"{str(was).replace('_', ' ')} → {str(now).replace('_', ' ')}"
        yield f"- {clean(record)} stands elsewhere now: {words}"
    if fresh and not update.moved:
        yield "- Every earlier decision counts as before; nothing was decided."
    for one_changed in update.overtaken:
        yield (
            f"- Look again at {clean(one_changed.record)}: its "
            f"{' and '.join(one_changed.changed)} reads otherwise in {clean(one_changed.later)} "
            f"than {clean(', '.join(one_changed.reviewers))} saw it "
            f"({str(one_changed.standing).replace('_', ' ')})"
        )
    for record, title in update.likeliest:
        yield f"- Likely relevant: {clean(record)}  {clean(title)}"
    for name in update.arriving:
        yield f"- Still arriving, left alone: {clean(name)}"
    for problem in update.problems if clean is _md else ():
        yield f"- Needs a person: {clean(str(problem))}"


def _queue(update: Update, clean: Callable[[str], str]) -> str:
    parts = [f"{clean(who)} {n:,}" for who, n in update.queue.items() if who != ANYONE]
    return f" ({', '.join(parts)})" if parts else ""


def _of_export(one: Arrived, clean: Callable[[str], str]) -> Iterator[str]:
    aside = f", {one.set_aside:,} set aside" if one.set_aside else ""
    came = f"{counted(one.read, 'record')}{aside}" if one.read or aside else "found nothing"
    yield f"- {clean(one.search)} ({clean(one.source)}, {one.on}): {came}"
    if one.repeats is None:
        return
    again = one.repeats
    yield (
        f"    - repeats {clean(again.previous)}: {len(again.pairs):,} there before, "
        f"{len(again.new):,} new, {len(again.gone):,} gone, {len(again.changed):,} changed"
    )
    for word, ids in (("gone", again.gone), ("changed", [p.before for p in again.changed])):
        if ids:
            more = f" and {len(ids) - 5:,} more" if len(ids) > 5 else ""
            yield f"    - {word}: {clean(', '.join(ids[:5]))}{more}"


def _for_programs(update: Update) -> dict[str, Any]:
    return {
        "review": update.slug,
        "arrived": [
            {
                "file": one.file,
                "search": one.search,
                "source": one.source,
                "searched_on": one.on,
                "already_there": one.known,
                "read": one.read,
                "set_aside": one.set_aside,
                "repeats": None
                if one.repeats is None
                else {
                    "search": one.repeats.previous,
                    "there_before": len(one.repeats.pairs),
                    "new": one.repeats.new,
                    "gone": one.repeats.gone,
                    "changed": one.repeats.changed,
                },
            }
            for one in update.arrived
        ],
        "merged": update.merged.now if update.merged else 0,
        "doubtful": update.merged.doubtful if update.merged else 0,
        "to_screen": update.to_screen,
        "queue": update.queue,
        "changed_under_decisions": update.overtaken,
        "moved": [{"record": r, "before": was, "after": now} for r, was, now in update.moved],
        "likeliest": [record for record, _ in update.likeliest],
        "still_arriving": update.arriving,
        "problems": update.problems,
        "next": update.next,
    }
