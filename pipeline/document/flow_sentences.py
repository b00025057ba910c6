"""The numbers from records to studies in sentences, as the flow diagram draws them.

They count the round of searching that the diagram counts, and say so wherever a number over all
rounds would be another one (PRISMA 2020, item 16a; the layout for updated reviews).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.document.wording import counted, in_words, is_, listed, lower_first, paragraph, were
from pipeline.model.review import Edition, Ledger
from pipeline.model.standing import DBR, OTHER, Box, Entrance, Standing
from pipeline.notation.safe_text import for_markdown
from pipeline.notation.spelling import day_in_words
from pipeline.snapshot import Snapshot

See = Callable[[str], str]


def flow(snapshot: Snapshot, see: See) -> str:
    """The numbers of the round from records to reports, and all studies included."""
    if not snapshot.ledger.positions:
        if snapshot.searches:
            return "No search has brought a record so far."
        return "No records have been taken in yet."
    first = paragraph([*_before(snapshot), *_databases(snapshot)])
    second = paragraph(_other(snapshot))
    last = paragraph([*_included(snapshot), *_in_progress(snapshot)])
    return "\n\n".join(part for part in (first, second, last) if part)


def edition_in_words(edition: Edition) -> str:
    """`edition 1 of 31 March 2016`."""
    return f"edition {edition.number} of {day_in_words(edition.on)}"


def _before(snapshot: Snapshot) -> Iterator[str]:
    """What the round starts from, and what was decided since it was published."""
    ledger = snapshot.ledger
    flow, before, amended = ledger.flow, ledger.before, ledger.amends
    if before is not None:
        studies = counted(len(flow.previous_studies or ()), "study", "studies", words=True)
        reports = counted(len(flow.previous_reports or ()), "report", words=True)
        yield f"{edition_in_words(before)} included {studies} with {reports}"
    if amended is None:
        return
    yield (
        f"no search was added since {edition_in_words(amended)}; what was decided since then is "
        "counted with the searches of that edition"
    )
    then = snapshot.earlier.get(amended.number)
    if then is not None:
        yield _moved(then.ledger, ledger, amended)


def _moved(then: Ledger, now: Ledger, amended: Edition) -> str:
    """How many records stand elsewhere than in the edition of this very round."""
    moved = sum(
        (p.standing, p.reason) != (now.positions[r].standing, now.positions[r].reason)
        for r, p in then.positions.items()
        if r in now.positions
    )
    if not moved:
        return f"every record stands as it did in edition {amended.number}"
    verb = "stands" if moved == 1 else "stand"
    records = counted(moved, "record", words=True)
    return f"{records} {verb} elsewhere than in edition {amended.number}"


def _databases(snapshot: Snapshot) -> Iterator[str]:
    """Databases and registers: identified, removed, screened, and the reports from there on."""
    flow, before = snapshot.ledger.flow, snapshot.ledger.before
    n = flow.count
    identified = n("database_results") + n("register_results")
    since = f" since edition {before.number}" if before is not None else ""
    if identified:
        from_where = listed(
            counted(len(flow.by_source(box)), what, words=True) if n(box) else ""
            for box, what in (("database_results", "database"), ("register_results", "register"))
        )
        records = counted(identified, "record", words=True)
        yield f"{records} {were(identified)} identified{since} from {from_where}"
    elif any(s.arm in DBR for s in snapshot.round_searches):
        yield f"no record was identified{since} from databases and registers"
    yield from _joined(snapshot, "dbr")
    begin = identified + n("dbr_carried_to_screening")
    if begin:
        yield _removed(snapshot)
        yield _not_screened(snapshot, "records_not_screened")
        yield from _screened(snapshot, begin)
    yield from _reports(snapshot, "dbr")


_STEPS = (
    ("screening", "from screening on"),
    ("retrieval", "from the search for its report on", "from the search for their reports on"),
    ("assessment", "from the reading of its full text on", "from the reading of full texts on"),
)


def _joined(snapshot: Snapshot, arm: str) -> Iterator[str]:
    """The records of the edition before that this round counts again, and from which step on."""
    before = snapshot.ledger.before
    if before is None:
        return
    found = [(snapshot.ledger.flow.count(f"{arm}_carried_to_{s[0]}"), s[1], s[-1]) for s in _STEPS]
    total = sum(k for k, _, _ in found)
    if not total:
        return
    told = [f"{in_words(k)} {one if k == 1 else many}" for k, one, many in found if k]
    records = counted(total, "record", words=True)
    yield (
        f"{records} of edition {before.number} that {were(total)} open then or {is_(total)} "
        f"decided anew {is_(total)} counted here as well: {listed(told)}"
    )


def _removed(snapshot: Snapshot) -> str:
    n = snapshot.ledger.flow.count
    parts = [
        (n("duplicates"), "as a duplicate", "as duplicates"),
        (n("excluded_automatic"), "by an automation tool", "by automation tools"),
        (n("excluded_other"), "for another reason", "for other reasons"),
    ]
    told = [f"{k} {one if k == 1 else many}" for k, one, many in parts if k]
    if not told:
        return "none was removed before screening"
    first = next(k for k, _, _ in parts if k)
    told[0] = told[0].replace(f"{first} ", f"{first} {were(first)} removed ", 1)
    return f"before screening, {listed(told)}"


def _not_screened(snapshot: Snapshot, box: str) -> str:
    """What was left when screening stopped, with the reasons that were given."""
    flow = snapshot.ledger.flow
    left = flow.count(box)
    if not left:
        return ""
    reasons = listed(lower_first(for_markdown(reason)) for reason in flow.by_reason(box))
    return (
        f"{counted(left, 'record', words=True)} {were(left)} left unscreened, as screening was "
        f"stopped: {reasons}"
    )


def _screened(snapshot: Snapshot, begin: int) -> Iterator[str]:
    n = snapshot.ledger.flow.count
    screened, excluded = n("records_screened"), n("records_excluded")
    waiting = _undecided(snapshot)
    if screened:
        records = counted(screened, "record", words=True)
        told = f"{records} {were(screened)} screened on title and abstract"
        if excluded == screened:
            alone = "and excluded" if screened == 1 else "and all of them were excluded"
            yield f"{told}{'' if screened == 1 else ','} {alone}"
        elif not excluded:
            yield f"{told}, and none was excluded"
        else:
            yield f"{told}, and {in_words(excluded)} {were(excluded)} excluded"
    elif waiting == begin:
        yield "none has been screened to a decision yet"
        return
    if waiting:
        verb = "awaits" if waiting == 1 else "await"
        yield f"{counted(waiting, 'record', words=True)} {verb} {UNDECIDED}"


UNDECIDED = "a decision on title and abstract"
"""What records wait for that nobody has looked at, or about which people disagree."""


def _undecided(snapshot: Snapshot) -> int:
    n = snapshot.ledger.flow.count
    return n("records_to_screen") - n("records_screened") - n("records_not_screened")


def _reports(snapshot: Snapshot, arm: str) -> Iterator[str]:
    n = snapshot.ledger.flow.count
    sought, missing = n(f"{arm}_sought_reports"), n(f"{arm}_notretrieved_reports")
    assessed, read_on = n(f"{arm}_assessed"), n(f"{arm}_carried_to_assessment")
    excluded, waiting = n(f"{arm}_excluded"), n(f"{arm}_awaiting_classification")
    open_ = sought + read_on - missing - assessed
    said = []
    lead = ""
    if sought:
        # "these" are the records screened, where the sentence before speaks of them
        carried = n(f"{arm}_carried_to_retrieval")
        alone = arm == "dbr" and not carried and not _undecided(snapshot)
        lead = "of these, " if alone else ""
        said.append(f"{counted(sought, 'report', words=True)} {were(sought)} sought")
        if missing:
            said.append(f"{in_words(missing)} could not be obtained")
    if assessed:
        whole = "it was" if sought == 1 else f"all {in_words(sought)} were"
        all_of_them = sought == assessed and not read_on
        some = counted(assessed, "report", words=True) if read_on else in_words(assessed)
        said.append(f"{whole if all_of_them else f'{some} {were(assessed)}'} assessed on full text")
    if open_:
        said.append(f"{in_words(open_)} {is_(open_)} awaited or unread")
    if said:
        yield f"{lead}{listed(said)}"
    if excluded:
        yield _excluded(snapshot, arm, excluded)
    if waiting:
        verb = "awaits" if waiting == 1 else "await"
        yield f"{counted(waiting, 'report', words=True)} {verb} classification"


def _excluded(snapshot: Snapshot, arm: str, excluded: int) -> str:
    """The reports excluded on full text with their reasons, as PRISMA's diagram lists them."""
    reasons = snapshot.ledger.flow.reasons
    why = [
        (lower_first(for_markdown(reasons.get(id, id) or "no reason given")), k)
        for id, k in snapshot.ledger.flow.by_reason(f"{arm}_excluded").items()
    ]
    told = f"{counted(excluded, 'report', words=True)} {were(excluded)} excluded"
    if len(why) == 1:
        return f"{told}{', all for one reason' if excluded > 1 else ''}: {why[0][0]}"
    return f"{told}: {listed(f'{reason} ({k})' for reason, k in why)}"


def _other(snapshot: Snapshot) -> Iterator[str]:
    flow, before = snapshot.ledger.flow, snapshot.ledger.before
    if not flow.has_other_sources:
        return
    since = f" since edition {before.number}" if before is not None else ""
    total = flow.count("other_results")
    if total:
        records = counted(total, "record", words=True)
        yield f"by other methods, {records} {were(total)} identified{since}"
        yield from _joined(snapshot, "other")
    else:
        yield from (f"by other methods: {told}" for told in _joined(snapshot, "other"))
    yield _not_sought(snapshot)
    yield _not_screened(snapshot, "other_not_screened")
    waiting = _other_at(snapshot, Standing.AWAITING_SCREENING)
    if waiting:
        verb = "awaits" if waiting == 1 else "await"
        yield f"{counted(waiting, 'record', words=True)} {verb} {UNDECIDED}"
    yield from _reports(snapshot, "other")


def _other_at(snapshot: Snapshot, *standings: Standing) -> int:
    entrances = frozenset({Entrance.SEARCH, Entrance.SCREENING})
    return snapshot.ledger.flow.inside(Box("", "", OTHER, frozenset(standings), entrances))


def _not_sought(snapshot: Snapshot) -> str:
    """What came by other methods and went no further, by what became of it."""
    told = []
    for standings, one, many in _WENT_NO_FURTHER:
        k = _other_at(snapshot, *standings)
        if k:
            told.append(f"{in_words(k)} {were(k)} {one if k == 1 else many}")
    return listed(told)


_WENT_NO_FURTHER = (
    ((Standing.DUPLICATE,), "a duplicate", "duplicates"),
    (
        (Standing.REMOVED_BY_AUTOMATION,),
        "removed by an automation tool",
        "removed by automation tools",
    ),
    (
        (Standing.REMOVED_FOR_OTHER_REASONS,),
        "removed for another reason",
        "removed for other reasons",
    ),
    (
        (Standing.EXCLUDED_ON_TITLE_AND_ABSTRACT,),
        "excluded on title and abstract",
        "excluded on title and abstract",
    ),
)


def _included(snapshot: Snapshot) -> Iterator[str]:
    ledger = snapshot.ledger
    flow, before = ledger.flow, ledger.before
    studies, reports = len(flow.included_studies), len(flow.included_reports)
    so_far = " so far" if flow.pending else ""
    text = f"no study is included{so_far}"
    if studies:
        with_reports = f"with {counted(reports, 'report', words=True)}"
        text = f"{counted(studies, 'study', 'studies', words=True)} {with_reports} "
        text += f"{is_(studies)} included{so_far}"
    if before is not None:
        new, gone = len(flow.new_studies), len(flow.removed_studies)
        if studies:
            text += f", {'none' if not new else in_words(new)} of them new since edition "
            text += f"{before.number}"
        if gone:
            text += f"; {in_words(gone)} of edition {before.number} {is_(gone)} not included any "
            text += "more"
        more = len(flow.further_reports)
        if more:
            verb = "tells" if more == 1 else "tell"
            text += f"; {in_words(more)} of the reports {is_(more)} new and {verb} of studies that "
            text += f"edition {before.number} included"
    yield text
    then = snapshot.earlier.get(ledger.amends.number) if ledger.amends else None
    if then is not None and ledger.amends is not None:
        yield _since_amended(then.ledger, ledger, ledger.amends)


def _since_amended(then: Ledger, now: Ledger, amended: Edition) -> str:
    """Studies that joined or left since the edition of this very round, known by their reports."""

    def apart(here: Ledger, there: Ledger) -> int:
        known = {r for reports in there.studies.values() for r in reports}
        return sum(known.isdisjoint(reports) for reports in here.studies.values())

    joined, left = apart(now, then), apart(then, now)
    if not joined and not left:
        return f"since edition {amended.number}, no study joined and none left"
    told = [
        f"{counted(joined, 'study', 'studies', words=True)} joined" if joined else "",
        f"{counted(left, 'study', 'studies', words=True)} left" if left else "",
    ]
    return f"since edition {amended.number}, {listed(told)}"


def _in_progress(snapshot: Snapshot) -> Iterator[str]:
    pending = snapshot.ledger.flow.pending
    if pending:
        yield f"the review is in progress: {counted(pending, 'record')} {is_(pending)} pending"
