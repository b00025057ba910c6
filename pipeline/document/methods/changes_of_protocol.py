"""What the protocol was at each edition and at each vote, and what of it is otherwise now.

An edition keeps the protocol that it was made with; a vote keeps the print of every criterion that
was shown. So a change is told whether or not an amendment speaks of it (PRISMA 2020, item 24c).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from pipeline.document.wording import counted, days_in_words, in_words, number, sentence, were
from pipeline.model.decision import Screened, Stage
from pipeline.model.protocol import Amendment, Criterion
from pipeline.notation.safe_text import for_markdown
from pipeline.notation.spelling import day_in_words
from pipeline.screening.seen import criteria_shown, print_of
from pipeline.snapshot import Snapshot
from pipeline.snapshot.compare import protocol as compared
from pipeline.snapshot.comparison import Change

NOT_A_METHOD = frozenset(
    {
        "title",
        "subtitle",
        "notice",
        "authors",
        "amendments",
        "terms",
        "language",
        "style",
        "reference_docx",
        "typed_numbers",
        "support",
        "competing_interests",
    }
)
"""Keys of the protocol whose change alters neither what is looked for nor how."""
_STAGES = {Stage.TITLE_ABSTRACT: "titles and abstracts", Stage.FULL_TEXT: "full texts"}
_MOST_WORDS = 40


def amendments(snapshot: Snapshot, see: Callable[[str], str]) -> str:
    """Every amendment with its day and reason, and every change that none of them speaks of."""
    day = snapshot.ledger.day
    said = sorted(
        (a for a in snapshot.review.protocol.amendments if day is None or a.on <= day),
        key=lambda a: a.on,
    )
    told = [*_listed(said, see), *_since_editions(snapshot, said), *_since_votes(snapshot, said)]
    return "\n\n".join(told)


def _listed(said: Sequence[Amendment], see: Callable[[str], str]) -> Iterator[str]:
    if not said:
        yield "No amendment of the protocol is recorded."
        return
    times = {1: "once", 2: "twice"}.get(len(said), f"{in_words(len(said))} times")
    lines = [
        f"- {day_in_words(a.on)}: {sentence(for_markdown(a.what))} {sentence(for_markdown(a.why))}"
        for a in said
    ]
    yield f"The protocol was amended {times}{see('amendments')}.\n\n" + "\n".join(lines)


def _since_editions(snapshot: Snapshot, said: Sequence[Amendment]) -> Iterator[str]:
    """Between each edition and the next, and between the last and now: what differs."""
    on = {e.number: e.on for e in snapshot.review.editions}
    sides = [(n, snapshot.earlier[n]) for n in sorted(snapshot.earlier)]
    for (edition, before), after in zip(sides, [*(s for _, s in sides), snapshot][1:], strict=True):
        since = [
            a
            for a in said
            if a.on > on[edition] and (after.ledger.day is None or a.on <= after.ledger.day)
        ]
        changes = method_changes(before, after)
        silent = [c for c in changes if not _is_told(c, since)]
        if silent:
            until = next((n for n, s in sides if s is after), None)
            end = f"edition {until}" if until is not None else "now"
            yield (
                f"Between edition {edition} and {end} the protocol changed in what no amendment "
                "speaks of:\n\n" + "\n".join(f"- {_change(c)}" for c in silent)
            )


def method_changes(before: Snapshot, after: Snapshot) -> list[Change]:
    """What differs between two protocols, key by key, in what is looked for or how."""
    return [c for c in compared(before, after) if c.what.split(".")[0] not in NOT_A_METHOD]


def _is_told(change: Change, said: Sequence[Amendment]) -> bool:
    """Whether an amendment speaks of what changed; one that names nothing may speak of anything."""
    parts = set(change.what.split("."))
    return any(not a.affects or parts & set(a.affects) for a in said)


def _change(change: Change) -> str:
    what = f"*{for_markdown(change.what.replace('_', ' ').replace('.', ', '))}*"
    before, after = _cut(change.before), _cut(change.after)
    if not before:
        return f"{what} is new: \u201c{after}\u201d."
    if not after:
        return f"{what} is gone; it was: \u201c{before}\u201d."
    return f"{what} was \u201c{before}\u201d and is \u201c{after}\u201d."


def _cut(text: str) -> str:
    words = text.split()
    more = " \u2026" if len(words) > _MOST_WORDS else ""
    return for_markdown(" ".join(words[:_MOST_WORDS]).removesuffix(".")) + more


def _since_votes(snapshot: Snapshot, said: Sequence[Amendment]) -> Iterator[str]:
    """The criteria that read otherwise when verdicts were cast, and verdicts that keep no print."""
    told = []
    for stage in Stage:
        votes = [d for d in snapshot.counting if isinstance(d, Screened) and d.stage is stage]
        shown = [(vote, prints) for vote in votes if (prints := criteria_shown(vote)) is not None]
        for criterion in snapshot.review.protocol.criteria_of(stage):
            days = [v.at.date() for v, prints in shown if print_of(criterion) not in prints]
            if days:
                told.append(_reads_otherwise(criterion, stage, days, said))
        silent = len(votes) - len(shown)
        if silent:
            told.append(
                f"what the criteria read when {counted(silent, 'verdict')} on {_STAGES[stage]} "
                f"{were(silent)} given is not recorded"
            )
    if told:
        yield " ".join(sentence(one) for one in told)


def _reads_otherwise(
    criterion: Criterion, stage: Stage, days: Sequence[date], said: Sequence[Amendment]
) -> str:
    why = [a.on for a in said if criterion.id in a.affects and a.on >= min(days)]
    reason = f"the amendment {days_in_words(why)} tells of it" if why else "no amendment says why"
    n = len(days)
    return (
        f"the criterion *{for_markdown(criterion.label)}* was not there, or read otherwise, when "
        f"{number(n)} {'verdict' if n == 1 else 'verdicts'} on {_STAGES[stage]} {were(n)} given "
        f"{days_in_words({min(days), max(days)})}; {reason}"
    )
