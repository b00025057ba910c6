"""How records were found and which of them tell of the same report (PRISMA-S)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from pipeline.document.conduct import pairs_told
from pipeline.document.tables.searches import KINDS
from pipeline.document.wording import (
    counted,
    day_in_words,
    days_in_words,
    in_words,
    listed,
    paragraph,
    were,
)
from pipeline.duplicates.method import METHOD, method_in_words
from pipeline.model.search import Arm, Search
from pipeline.model.standing import Standing
from pipeline.notation.safe_text import for_markdown
from pipeline.snapshot import Snapshot

See = Callable[[str], str]


def search(snapshot: Snapshot, see: See) -> str:
    """Sources with their days, limits, and what was not done (PRISMA-S, items 1 to 14)."""
    if not snapshot.searches:
        return "No search has been taken in yet."
    written = [s for s in snapshot.searches if not s.was_run]
    searches = [s for s in snapshot.searches if s.was_run]
    if not searches:
        return paragraph(["no search was run", _written(written), _pointer(see)])
    arms: dict[Arm, list[Search]] = defaultdict(list)
    for s in searches:
        arms[s.arm].append(s)
    return paragraph(
        [
            _sources(arms[Arm.DATABASES], "database") or "no bibliographic database was searched",
            _sources(arms[Arm.REGISTERS], "study register") or "no study register was searched",
            _other(arms[Arm.OTHER]) or "no other sources were searched",
            f"the search log gives each query as it was run{see('searches')}"
            if see("searches")
            else "",
            _written(written),
            _limits(searches),
            _updates(searches),
            _peer_review(searches),
        ]
    )


def _written(searches: Sequence[Search]) -> str:
    """The entries of the search log behind which there was no search."""
    if not searches:
        return ""
    entries = counted(len(searches), "entry", "entries", words=True)
    names = [f"{for_markdown(s.source)} ({day_in_words(s.searched_on)})" for s in searches]
    return f"the search log has {entries} for which nothing was searched: {listed(names)}"


def _pointer(see: See) -> str:
    return f"it says of each what it is{see('searches')}" if see("searches") else ""


def _sources(searches: Sequence[Search], what: str) -> str:
    if not searches:
        return ""
    days: dict[str, list[Search]] = defaultdict(list)
    for s in searches:
        interface = f" ({for_markdown(s.interface)})" if s.interface else ""
        days[f"{for_markdown(s.source)}{interface}"].append(s)
    names = [f"{name} {days_in_words(s.searched_on for s in runs)}" for name, runs in days.items()]
    n = len({s.source for s in searches})
    return f"{counted(n, what, words=True)} {were(n)} searched: {listed(names)}"


def _other(searches: Sequence[Search]) -> str:
    if not searches:
        return ""
    names = []
    for s in searches:
        kind = KINDS[s.kind]
        label = for_markdown(s.source)
        known = "" if s.kind == "other" or kind in label.lower() else f", {kind}"
        names.append(f"{label} ({day_in_words(s.searched_on)}{known})")
    return f"records were also identified by other methods: {listed(names)}"


def _limits(searches: Sequence[Search]) -> str:
    limits = Counter(limit for s in searches for limit in (*s.limits, *s.filters))
    if not limits:
        return "no limits or filters are recorded for any search"
    said = []
    for limit, n in limits.items():
        whole = "all searches" if n == len(searches) else f"{n} of {len(searches)} searches"
        said.append(f"{for_markdown(limit)} ({whole})")
    reasons = dict.fromkeys(for_markdown(s.limit_reasons).rstrip(".") for s in searches)
    why = listed(r for r in reasons if r)
    because = f"; the reason given is: {why}" if why else "; no reason is recorded"
    return f"limits and filters: {listed(said)}{because}"


def _updates(searches: Sequence[Search]) -> str:
    repeated = [s for s in searches if s.update_of]
    if not repeated:
        return ""
    n = len(repeated)
    return f"{counted(n, 'search', 'searches', words=True)} repeated an earlier one"


def _peer_review(searches: Sequence[Search]) -> str:
    reviewed = sum(s.peer_review is not None for s in searches)
    if not reviewed:
        return "no peer review of a search strategy is recorded"
    return (
        f"{in_words(reviewed)} of {len(searches)} search strategies {were(reviewed)} peer reviewed"
    )


def duplicates(snapshot: Snapshot, see: See) -> str:
    """How duplicates were found: the method where it was used, and pairs by rule and by people
    (PRISMA-S, item 16)."""
    found = pairs_told(snapshot)
    removed = snapshot.ledger.whole.standing(Standing.DUPLICATE)
    told = [words for method in found.by_rule if (words := _method_told(method))]
    what = "a duplicate" if removed == 1 else "duplicates"
    over_all = "over all searches, " if snapshot.ledger.flow.is_update else ""
    records = counted(removed, "record", words=True)
    said = [f"{over_all}{records} {were(removed)} removed as {what}"]
    said.append(_outside_the_diagram(snapshot, removed))
    for method, n in found.by_rule.items():
        pairs = counted(n, "pair", words=True)
        said.append(
            f"{pairs} {were(n)} matched by the program ({for_markdown(method)}), which says its "
            "reason for each"
        )
    if found.by_person:
        pairs = counted(found.by_person, "pair", words=True)
        said.append(f"{pairs} {were(found.by_person)} matched by a person")
    if found.parted:
        pairs = counted(found.parted, "pair", words=True)
        said.append(f"{pairs} that looked alike {were(found.parted)} told apart by a person")
    if told and not (found.by_person or found.parted):
        said.append("no pair was decided by a person")
    if found.none:
        said.append("no duplicates have been looked for" if not removed else "")
    elif see("duplicates"):
        said.append(f"the reasons are counted{see('duplicates')}")
    if told:
        return "\n\n".join([*map(for_markdown, told), paragraph(said)])
    said.append("the record that came in first is kept" if removed else "")
    return paragraph(said)


def _method_told(method: str) -> str:
    """The words for a method as a `matched` line names it ("duplicates 2")."""
    name, _, version = method.rpartition(" ")
    return method_in_words(version) if name == METHOD else ""


def _outside_the_diagram(snapshot: Snapshot, removed: int) -> str:
    """Why `removed` is more than the flow diagram's box of duplicates, when it is."""
    ledger = snapshot.ledger
    shown, here = ledger.flow.count("duplicates"), ledger.flow.standing(Standing.DUPLICATE)
    if shown == removed:
        return ""
    apart = [
        f"{in_words(here - shown)} came by other methods" if here > shown else "",
        f"{in_words(removed - here)} {were(removed - here)} counted in edition "
        f"{ledger.before.number} already"
        if ledger.before is not None and removed > here
        else "",
    ]
    return (
        f"the flow diagram counts {in_words(shown) if shown else 'none'} of them among the "
        f"duplicates removed before screening; {listed(apart)}"
    )
