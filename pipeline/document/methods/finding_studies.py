"""How records were found and which of them tell of the same report (PRISMA-S)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from pipeline.document.conduct import pairs_told, runs_of
from pipeline.document.tables.searches import KINDS
from pipeline.document.wording import counted, days_in_words, in_words, listed, paragraph, were
from pipeline.duplicates.method import METHOD, method_in_words
from pipeline.model.decision import Deduplicated
from pipeline.model.search import Arm, Search
from pipeline.model.standing import Standing
from pipeline.notation.safe_text import for_markdown
from pipeline.notation.spelling import day_in_words, spelled
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
            _sources(arms[Arm.DATABASES], "database")
            or "the search log names no bibliographic database",
            _sources(arms[Arm.REGISTERS], "study register")
            or "the search log names no study register",
            _other(arms[Arm.OTHER]) or "the search log names no other source",
            _queries(searches, see),
            _written(written),
            _limits(searches),
            _updates(searches),
            _peer_review(searches),
        ]
    )


def _queries(searches: Sequence[Search], see: See) -> str:
    """Of how many searches the log gives the query as it was run, and of how many it does not.

    Who is asked or what is browsed has no query; what was done instead may stand under `how`.
    """
    n = len(searches)
    given = sum(bool(s.query.strip()) for s in searches)
    other = sum(not s.query.strip() and bool(s.how.strip()) for s in searches)
    shown = see("searches")
    if not given:
        none = "the search log gives no query"
        return (
            f"{none}; of {in_words(other)} of {in_words(n)} searches it says how{shown}"
            if (other)
            else f"{none}{shown}"
        )
    if given == n:
        each = "the query" if n == 1 else "each query"
        return f"the search log gives {each} as it was run{shown}"
    silent = n - given - other
    told = [
        f"of {in_words(other)} it says how else the search was made" if other else "",
        f"of {in_words(silent)} no query is recorded" if silent else "",
    ]
    return (
        f"the search log gives the queries of {in_words(given)} of {in_words(n)} searches as they "
        f"were run{shown}; {listed(told)}"
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
        kind = spelled(KINDS[s.kind])
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
    runs = runs_of(snapshot)
    methods = dict.fromkeys([*found.by_rule, *(run.method for run in runs)])
    told = [words for method in methods if (words := _method_told(method, not found.by_rule))]
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
    if found.none and not removed:
        said.append(_nothing_found(runs))
    said.append(_not_compared(runs, snapshot))
    if not found.none and see("duplicates"):
        said.append(f"the reasons are counted{see('duplicates')}")
    if told:
        return "\n\n".join([*map(for_markdown, told), paragraph(said)])
    said.append("the record that came in first is kept" if removed else "")
    return paragraph(said)


def _nothing_found(runs: Sequence[Deduplicated]) -> str:
    """Whether anybody looked for duplicates, where none stands: every look leaves a line."""
    if not runs:
        return "that duplicates were looked for is not recorded"
    methods = listed(dict.fromkeys(for_markdown(run.method) for run in runs))
    return f"the program compared the records ({methods}) and found no duplicate"


def _not_compared(runs: Sequence[Deduplicated], snapshot: Snapshot) -> str:
    """The searches whose records no look for duplicates took in, where any look is recorded."""
    compared = {search for run in runs for search in run.searches}
    left = sum(s.id not in compared for s in snapshot.searches)
    if not runs or not left:
        return ""
    searches = counted(left, "search", "searches", words=True)
    return f"that the records of {searches} were compared is not recorded"


def _method_told(method: str, none: bool) -> str:
    """The words for a method as a `matched` line names it ("duplicates 2")."""
    name, _, version = method.rpartition(" ")
    return method_in_words(version, found=not none) if name == METHOD else ""


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
