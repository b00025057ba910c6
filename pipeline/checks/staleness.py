"""What of a living review has gone stale. Adding a watch is a function and a row of WATCHES.

A watch is pure: the day, the notices and what the build said are handed in. It gives problems whose
remedy says what to look at again.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from pipeline.checks import decision_checks, fault, study_checks
from pipeline.model.problem import Place, Problem, Severity
from pipeline.model.record import Nature, Notice, Record
from pipeline.model.review import Position
from pipeline.model.search import Search
from pipeline.model.standing import OPEN, Standing
from pipeline.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What watches look at: the snapshot, the `today` of the look, the `notices` of a
    retraction list, and what filling the manuscript said (`prose`)."""

    snapshot: Snapshot
    today: date
    notices: tuple[Notice, ...] = ()
    prose: tuple[Problem, ...] = ()


Watch = Callable[[Watched], Iterator[Problem]]


def months_later(day: date, months: int) -> date:
    """The day `months` after `day`; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def old_searches(w: Watched) -> Iterator[Problem]:
    """Sources whose last search is older than the protocol allows (PRISMA-LSR, L1)."""
    living = w.snapshot.review.protocol.living
    if living is None:
        return
    last: dict[str, Search] = {}
    for search in w.snapshot.searches:
        held = last.get(search.source)
        if held is None or held.searched_on < search.searched_on:
            last[search.source] = search
    for source, search in last.items():
        months = living.months_for(source)
        if months is None:
            continue
        due = months_later(search.searched_on, months)
        if due < w.today:
            yield fault(
                w.snapshot.log_of(search.id),
                f"{source} was last searched on {search.searched_on}; its next search was due on "
                f"{due}",
                f"`review update {w.snapshot.review.slug}` runs it again"
                if search.asked
                else f"Run it again, then `review update {w.snapshot.review.slug} EXPORT`",
                Severity.WARNING,
            )


def changed_under_decisions(w: Watched) -> Iterator[Problem]:
    """Verdicts whose text or criteria are no longer those that were shown."""
    yield from decision_checks.changed_under_decisions(w.snapshot)


def changed_claims(w: Watched) -> Iterator[Problem]:
    """Claims whose support or words changed since they were confirmed."""
    for problem in w.prose:
        if problem.check == "confirmed":
            yield replace(problem, severity=Severity.WARNING)


def changed_text(w: Watched) -> Iterator[Problem]:
    """What the documents say otherwise than the last build, or the last edition."""
    yield from (p for p in w.prose if p.check == "text")


def changed_files(w: Watched) -> Iterator[Problem]:
    """Full texts that are no longer the files that were logged."""
    yield from study_checks.full_texts(w.snapshot)


def changed_forms(w: Watched) -> Iterator[Problem]:
    """Studies that were extracted with an earlier version of their form."""
    yield from (p for p in w.snapshot.review.problems if p.check == "form-changed")


def awaiting(w: Watched) -> Iterator[Problem]:
    """Reports that await classification (Cochrane Handbook, 4.6.4)."""
    for position in w.snapshot.ledger.at(Standing.AWAITING_CLASSIFICATION):
        yield fault(
            _place(position, w),
            f"{_named(position.record, w)} awaits classification",
            "See whether more is known by now: `review resolve "
            f"{w.snapshot.review.slug} --stage full_text`",
            Severity.WARNING,
        )


def open_work(w: Watched) -> Iterator[Problem]:
    """Records that came in and are not settled yet: a note, they are work and nothing stale."""
    counts = {s: len(w.snapshot.ledger.at(s)) for s in Standing if s in OPEN}
    waiting = {s: n for s, n in counts.items() if n}
    if waiting:
        told = ", ".join(f"{n:,} {str(s).replace('_', ' ')}" for s, n in waiting.items())
        yield fault(
            w.snapshot.log_of(""),
            f"records are not settled: {told}",
            f"`review status {w.snapshot.review.slug}` tells who has what",
            Severity.NOTE,
        )


_SEVERITY = {
    Nature.RETRACTION: Severity.ERROR,
    Nature.EXPRESSION_OF_CONCERN: Severity.WARNING,
    Nature.CORRECTION: Severity.WARNING,
    Nature.REINSTATEMENT: Severity.NOTE,
    Nature.NEW_VERSION: Severity.WARNING,
    Nature.REGISTER_CHANGED: Severity.WARNING,
}


def notices(w: Watched) -> Iterator[Problem]:
    """Notices of the list about reports that the review includes, by DOI, PubMed id or title.

    A retraction that was reinstated later is told as such (Cochrane Handbook, C48).
    """
    about: dict[str, list[Notice]] = {}
    for notice in w.notices:
        for sign in signs_of_notice(notice):
            about.setdefault(sign, []).append(notice)
    for position, record in _included(w):
        found: dict[Notice, str] = {}
        for sign in signs_of(record):
            for notice in about.get(sign, ()):
                found.setdefault(notice, sign.partition(":")[0])
        for notice, by in found.items():
            sure = by != "title"
            on = f" of {notice.on}" if notice.on else ""
            why = f" ({notice.reason})" if notice.reason else ""
            yield fault(
                notice.place,
                f"{_named(position.record, w)} has a notice: {str(notice.nature).lower()}{on}{why}"
                f"{'' if sure else '; found by its title alone'}",
                "Read it"
                + (f" (https://doi.org/{notice.notice_doi})" if notice.notice_doi else "")
                + " and decide whether the study can stay; say so in the write-up",
                _SEVERITY[notice.nature] if sure else Severity.WARNING,
            )


_TAGS = {"RIN": "a retraction", "ECI": "an expression of concern", "EIN": "an erratum"}
"""Tags of MEDLINE that say of a record in what other record a notice about it stands."""
_LED = re.compile(
    r"^(retract(?:ed|ion)(?: notice| note)?|withdrawn|correction(?: to)?|corrigendum(?: to)?|"
    r"errat(?:um|a)(?: to| for| in)?|expression of concern)\b[\s:.\-–—\[(]*",
    re.IGNORECASE,
)


def errata(w: Watched) -> Iterator[Problem]:
    """Errata and retractions that the exports themselves tell of included reports: by a tag, by a
    title that is led by the word, or by a record of their own."""
    included = list(_included(w))
    titles = {_folded(record.title): position for position, record in included if record.title}
    for position, record in included:
        for tag in record.as_exported:
            if what := _TAGS.get(tag.name.strip("- ").upper()):
                yield _erratum(w, position, f"{record.id} tells of {what}: {tag.value[:120]}")
        if (led := _LED.match(record.title)) and led[1].casefold().startswith(("retract", "withd")):
            yield _erratum(w, position, f"the title of {record.id} says {led[1]!r}")
        if record.type and "retract" in record.type.casefold():
            yield _erratum(w, position, f"{record.id} is of the type {record.type!r}")
    for other, record in w.snapshot.records.items():
        led = _LED.match(record.title)
        named = led and titles.get(_folded(record.title[led.end() :]))
        if led and named and named.record != other:
            yield _erratum(w, named, f"{other} is called {record.title[:120]!r}")


def _erratum(w: Watched, position: Position, what: str) -> Problem:
    return fault(
        _place(position, w),
        f"{_named(position.record, w)} may have been corrected or retracted: {what}",
        "Read the notice; correct the extraction if a value changed",
        Severity.WARNING,
    )


def signs_of(record: Record) -> Iterator[str]:
    """By what a notice may know `record`."""
    if record.doi:
        yield f"doi:{record.doi.strip().casefold()}"
    if record.pmid:
        yield f"pmid:{record.pmid.strip()}"
    if record.accession_number.startswith("NCT"):
        yield f"trial:{record.accession_number}"
    if len(_folded(record.title)) >= 25:  # short titles are shared by many reports
        yield f"title:{_folded(record.title)}"


def signs_of_notice(notice: Notice) -> Iterator[str]:
    if notice.doi:
        yield f"doi:{notice.doi}"
    if notice.pmid:
        yield f"pmid:{notice.pmid}"
    if notice.trial:
        yield f"trial:{notice.trial}"
    if len(_folded(notice.title)) >= 25:
        yield f"title:{_folded(notice.title)}"


def _folded(title: str) -> str:
    return re.sub(r"[\W_]+", "", title).casefold()


def _included(w: Watched) -> Iterator[tuple[Position, Record]]:
    """The included reports, each with its record and with those of its duplicates."""
    ledger, records = w.snapshot.ledger, w.snapshot.records
    for position in ledger.at(Standing.INCLUDED):
        for name in (position.record, *ledger.duplicates.get(position.record, ())):
            if name in records:
                yield position, records[name]


def signs_of_included(snapshot: Snapshot) -> frozenset[str]:
    """Every sign of an included report, to pick its notices from a long list."""
    watched = Watched(snapshot=snapshot, today=date.min)
    return frozenset(s for _, record in _included(watched) for s in signs_of(record))


def _named(record: str, w: Watched) -> str:
    title = w.snapshot.records[record].title if record in w.snapshot.records else ""
    return f"{record} ({title[:80]})" if title else record


def _place(position: Position, w: Watched) -> Place:
    said = position.resolution or (position.votes[-1] if position.votes else None)
    return w.snapshot.place_of(said) if said else w.snapshot.log_of(position.search)


WATCHES: Mapping[str, Watch] = {
    "searches": old_searches,
    "decisions": changed_under_decisions,
    "claims": changed_claims,
    "text": changed_text,
    "full-texts": changed_files,
    "forms": changed_forms,
    "retractions": notices,
    "errata": errata,
    "awaiting": awaiting,
    "open": open_work,
}
"""Every watch by the name under which `review stale --only` runs it."""


def run_watches(watched: Watched, names: tuple[str, ...] = ()) -> tuple[Problem, ...]:
    """What `names` (all watches when empty) find, the gravest first."""
    found = [
        replace(problem, check=name)
        for name, watch in WATCHES.items()
        if not names or name in names
        for problem in watch(watched)
    ]
    order = list(Severity)
    return tuple(
        sorted(set(found), key=lambda p: (order.index(p.severity), p.check, p.place, p.what))
    )
