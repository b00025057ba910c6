"""What the PRISMA 2020 flow diagram says: the lines of each box, the strip, the footnotes.

Wording follows the templates of Page et al. 2021 (doi 10.1136/bmj.n71); terms that they have no
box for are said below the diagram, so that its sums can always be followed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.model.search import SourceKind
from pipeline.model.standing import Flow, Standing
from pipeline.notation.spelling import spelled

KINDS: Mapping[str, str] = {
    SourceKind.DATABASE: "Databases",
    SourceKind.REGISTER: "Registers",
    SourceKind.WEBSITE: "Websites",
    SourceKind.ORGANISATION: "Organisations",
    SourceKind.CITATION_SEARCHING: "Citation searching",
    SourceKind.CONTACT: "Contact with authors and experts",
    SourceKind.HAND_SEARCH: "Hand searching",
    SourceKind.OTHER: "Other sources",
}
NO_REASON = "No reason given"


@dataclass(frozen=True, slots=True)
class BoxLine:
    """A line of a box: its text, how far it is moved in (0, 1, 2), whether it is the head."""

    text: str
    indent: int = 0
    head: bool = False


Lines = tuple[BoxLine, ...]


def n_of(number: int) -> str:
    return f"(n\u00a0=\u00a0{number:,})"


def identified(flow: Flow) -> Lines:
    lines = [BoxLine("Records identified from:", head=True)]
    for key, label in (("database_results", "Databases"), ("register_results", "Registers")):
        lines.append(BoxLine(f"{label} {n_of(flow.count(key))}", 1))
        lines += _each(flow.by_source(key), 2)
    return (*lines, *_joined(flow, "dbr_carried_to_screening", "Records"))


def identified_otherwise(flow: Flow) -> Lines:
    lines = [BoxLine("Records identified from:", head=True)]
    for kind, sources in by_kind(flow).items():
        label = spelled(KINDS.get(kind, KINDS[SourceKind.OTHER]))
        lines.append(BoxLine(f"{label} {n_of(sum(sources.values()))}", 1))
        lines += _each(sources, 2)
    return (*lines, *_joined(flow, "other_carried_to_screening", "Records"))


def _joined(flow: Flow, key: str, what: str) -> Lines:
    """What the version before had left open, or what is decided anew, where it comes in."""
    n = flow.count(key)
    if not n:
        return ()
    said = f"{what} of the previous version, open then or decided anew"
    return (BoxLine(f"Joined by {lower(said)} {n_of(n)}", 1),)


def lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def by_kind(flow: Flow) -> Mapping[str, Mapping[str, int]]:
    """Records by other methods: kind of source, then source, in the order they came in."""
    found: dict[str, dict[str, int]] = {}
    for source, n in flow.by_source("other_results").items():
        kind = flow.kinds.get(source, SourceKind.OTHER)
        found.setdefault(kind if kind in KINDS else SourceKind.OTHER, {})[source] = n
    return found


def removed_before_screening(flow: Flow) -> Lines:
    return (
        BoxLine("Records removed before screening:", head=True),
        BoxLine(f"Duplicate records {n_of(flow.count('duplicates'))}", 1),
        BoxLine(
            "Records marked as ineligible by automation tools "
            f"{n_of(flow.count('excluded_automatic'))}",
            1,
        ),
        BoxLine(f"Records removed for other reasons {n_of(flow.count('excluded_other'))}", 1),
        *_not_screened(flow),
    )


def _not_screened(flow: Flow) -> Lines:
    """What was left when screening stopped, with the reasons; nothing where it did not."""
    n = flow.count("records_not_screened")
    if not n:
        return ()
    return (
        BoxLine("Records not screened, as screening was stopped", head=True),
        BoxLine(n_of(n)),
        *_each(reasons_of(flow, "records_not_screened"), 1),
    )


def counted(flow: Flow, key: str, label: str) -> Lines:
    joined = CARRIED.get(key, "")
    return (
        BoxLine(label, head=True),
        BoxLine(n_of(flow.count(key))),
        *(_joined(flow, joined, "Reports") if joined else ()),
    )


CARRIED: Mapping[str, str] = {
    f"{arm}_{box}": f"{arm}_carried_to_{step}"
    for arm in ("dbr", "other")
    for box, step in (("sought_reports", "retrieval"), ("assessed", "assessment"))
}
"""The boxes of reports, and those of what joins them from the version before."""


def excluded(flow: Flow, key: str) -> Lines:
    """Reports excluded with their reasons; one reason stands as one line, none as none."""
    lines = [BoxLine("Reports excluded", head=True), BoxLine(n_of(flow.count(key)))]
    return (*lines, *_each(reasons_of(flow, key), 1))


def reasons_of(flow: Flow, key: str) -> Mapping[str, int]:
    """The reasons of a box by their labels, most frequent first; none is `NO_REASON`."""
    found: dict[str, int] = {}
    for id, n in flow.by_reason(key).items():
        label = flow.reasons.get(id, id) or NO_REASON
        found[label] = found.get(label, 0) + n
    return found


def included(flow: Flow) -> Lines:
    new = "New studies" if flow.is_update else "Studies"
    of = "new included studies" if flow.is_update else "included studies"
    return (
        BoxLine(f"{new} included in review", head=True),
        BoxLine(n_of(len(flow.new_studies))),
        BoxLine(f"Reports of {of}", head=True),
        BoxLine(n_of(len(flow.new_reports - flow.further_reports))),
    )


def previous(flow: Flow) -> Lines:
    return (
        BoxLine("Studies included in previous version of review", head=True),
        BoxLine(n_of(len(flow.previous_studies or ()))),
        BoxLine("Reports of studies included in previous version of review", head=True),
        BoxLine(n_of(len(flow.previous_reports or ()))),
    )


def total(flow: Flow) -> Lines:
    return (
        BoxLine("Total studies included in review", head=True),
        BoxLine(n_of(len(flow.included_studies))),
        BoxLine("Reports of total included studies", head=True),
        BoxLine(n_of(len(flow.included_reports))),
    )


_OPEN_WORDS: Mapping[Standing, tuple[str, str]] = {
    Standing.AWAITING_SCREENING: (
        "record awaits a decision on title and abstract",
        "records await a decision on title and abstract",
    ),
    Standing.AWAITING_RETRIEVAL: ("report awaits retrieval", "reports await retrieval"),
    Standing.AWAITING_ASSESSMENT: ("report awaits assessment", "reports await assessment"),
}


def in_progress(flow: Flow) -> str:
    """`In progress: 12 pending (3 reports await retrieval, …)`, or nothing when all is settled."""
    if not flow.pending:
        return ""
    parts = []
    for standing, words in _OPEN_WORDS.items():
        n = flow.standing(standing)
        if n:
            parts.append(f"{n:,} {words[n != 1]}")
    return f"In progress: {flow.pending:,} pending ({', '.join(parts)})."


def footnotes(flow: Flow) -> tuple[str, ...]:
    """What the template has no box for, each only where it is not 0."""
    notes = []
    if flow.settled_before:
        stand = "stands" if flow.settled_before == 1 else "stand"
        notes.append(
            f"{_many(flow.settled_before, 'record')} of earlier searches {stand} as in the "
            "previous version and "
            f"{'is' if flow.settled_before == 1 else 'are'} counted there."
        )
    awaiting = flow.standing(Standing.AWAITING_CLASSIFICATION)
    if awaiting:
        notes.append(
            f"{_many(awaiting, 'report')} assessed and awaiting classification, "
            "neither included nor excluded."
        )
    left = flow.count("other_not_screened")
    if left:
        why = "; ".join(reasons_of(flow, "other_not_screened"))
        notes.append(
            f"{_many(left, 'record')} by other methods not screened, as screening was stopped: "
            f"{why}."
        )
    not_sought = flow.count("other_not_sought")
    if not_sought:
        notes.append(
            f"{_many(not_sought, 'record')} by other methods not sought: duplicates of records "
            "found before, removed, or not eligible on title and abstract."
        )
    if flow.further_reports:
        notes.append(
            f"{_many(len(flow.further_reports), 'new report')} of studies that the previous "
            "version included."
        )
    if flow.removed_studies or flow.removed_reports:
        notes.append(
            f"{_many(len(flow.removed_studies), 'study', 'studies')} and "
            f"{_many(len(flow.removed_reports), 'report')} of the previous version no longer "
            "included."
        )
    return tuple(notes)


def in_words(flow: Flow) -> str:
    """The diagram as one paragraph for those who do not see it."""
    count = flow.count
    says = [
        f"{_were(count('database_results'), 'record')} identified from databases and "
        f"{count('register_results'):,} from registers.",
        *_joined_in_words(flow, "dbr"),
        f"Before screening {_were(count('duplicates'), 'duplicate')} removed, "
        f"{_many(count('excluded_automatic'), 'record')} by automation tools and "
        f"{count('excluded_other'):,} for other reasons.",
        *_left_in_words(flow),
        f"{_were(count('records_screened'), 'record')} screened and "
        f"{count('records_excluded'):,} excluded.",
        _reports(flow, "dbr", "From databases and registers"),
    ]
    if flow.is_update:
        says.insert(
            0,
            "The previous version included "
            f"{_many(len(flow.previous_studies or ()), 'study', 'studies')} in "
            f"{_many(len(flow.previous_reports or ()), 'report')}.",
        )
    if flow.has_other_sources:
        says.append(f"{_were(count('other_results'), 'record')} identified by other methods.")
        says += _joined_in_words(flow, "other")
        says.append(_reports(flow, "other", "From these"))
    new = "new " if flow.is_update else ""
    says.append(
        f"{_were(len(flow.new_studies), f'{new}study', f'{new}studies')} included, in "
        f"{_many(len(flow.new_reports - flow.further_reports), 'report')}."
    )
    if flow.is_update:
        says.append(
            "In total the review includes "
            f"{_many(len(flow.included_studies), 'study', 'studies')} in "
            f"{_many(len(flow.included_reports), 'report')}."
        )
    return " ".join(part for part in (in_progress(flow), *says, *footnotes(flow)) if part)


def _joined_in_words(flow: Flow, arm: str) -> tuple[str, ...]:
    steps = {
        "screening": "before screening",
        "retrieval": "at retrieval",
        "assessment": "at the assessment of full texts",
    }
    joined = {where: flow.count(f"{arm}_carried_to_{step}") for step, where in steps.items()}
    told = [f"{n:,} {where}" for where, n in joined.items() if n]
    if not told:
        return ()
    return (
        "They were joined by records of the previous version that were open then or are decided "
        f"anew: {', '.join(told)}.",
    )


def _left_in_words(flow: Flow) -> tuple[str, ...]:
    n = flow.count("records_not_screened")
    why = "; ".join(reasons_of(flow, "records_not_screened"))
    return (f"{_were(n, 'record')} not screened, as screening was stopped: {why}.",) if n else ()


def _reports(flow: Flow, arm: str, start: str) -> str:
    reasons = "; ".join(
        f"{label}: {n:,}" for label, n in reasons_of(flow, f"{arm}_excluded").items()
    )
    return (
        f"{start}, {_were(flow.count(f'{arm}_sought_reports'), 'report')} sought, "
        f"{_were(flow.count(f'{arm}_notretrieved_reports'))} not retrieved, "
        f"{_were(flow.count(f'{arm}_assessed'))} assessed and "
        f"{flow.count(f'{arm}_excluded'):,} excluded{f' ({reasons})' if reasons else ''}."
    )


def _each(counts: Mapping[str, int], indent: int) -> list[BoxLine]:
    return [BoxLine(f"{label} {n_of(n)}", indent) for label, n in counts.items()]


def _were(n: int, one: str = "", many: str = "") -> str:
    said = f" {one if n == 1 else many or one + 's'}" if one else ""
    return f"{n:,}{said} {'was' if n == 1 else 'were'}"


def _many(n: int, one: str, many: str = "") -> str:
    return f"{n:,} {one if n == 1 else many or one + 's'}"
