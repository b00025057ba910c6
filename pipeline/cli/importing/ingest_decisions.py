"""Verdicts that another tool wrote into an export, as votes of one named reviewer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.model.decision import Screened, Stage, Verdict
from pipeline.model.protocol import Criterion, Protocol
from pipeline.model.record import Record

if TYPE_CHECKING:
    from pipeline.readers import FoundDecision

Found = Mapping[str, "tuple[FoundDecision, ...]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    """What can be written: `votes` by (record, stage), and what of it needs a word.

    `disputed` counts records on which people of the other tool disagreed, `implied` inclusions on
    title and abstract that follow from a verdict on full text, `unmatched` reasons that are no
    criterion of the protocol (they stand in the note).
    """

    votes: tuple[Mapping[str, Any], ...]
    disputed: int
    implied: int
    unmatched: Mapping[str, int]


def decisions_in(records: Iterable[Record], tick: Callable[[int], None] = lambda n: None) -> Found:
    """The verdicts found in the export, by record; records without any are left out.

    `tick` is told the number of records looked at.
    """
    from pipeline.readers import found_decisions

    found: dict[str, tuple[FoundDecision, ...]] = {}
    for n, record in enumerate(records, 1):
        if told := found_decisions(record):
            found[record.id] = tuple(told)
        if n % 1_000 == 0:
            tick(n)
    return found


def votes_of(found: Found, protocol: Protocol) -> Votes:
    """`found` as one vote a record and stage.

    Where people of the other tool disagree the vote is *unsure*, so that it is settled here. A
    verdict on full text implies an inclusion on title and abstract where none is told.
    """
    votes: list[Mapping[str, Any]] = []
    unmatched: Counter[str] = Counter()
    disputed = implied = 0
    for record, told in found.items():
        by_stage: dict[Stage, list[FoundDecision]] = defaultdict(list)
        for decision in told:
            by_stage[decision.stage].append(decision)
        if Stage.FULL_TEXT in by_stage and Stage.TITLE_ABSTRACT not in by_stage:
            implied += 1
            votes.append(
                {
                    "record": record,
                    "stage": Stage.TITLE_ABSTRACT,
                    "verdict": Verdict.INCLUDE,
                    "note": "from the export: follows from its verdict on full text",
                }
            )
        for stage in Stage:
            if stage in by_stage:
                vote, words = _vote(record, stage, by_stage[stage], protocol.criteria_of(stage))
                votes.append(vote)
                unmatched.update(words)
                disputed += len({d.verdict for d in by_stage[stage]}) > 1
    return Votes(votes=tuple(votes), disputed=disputed, implied=implied, unmatched=dict(unmatched))


def not_yet_written(votes: Votes, written: Iterable[object], reviewer: str) -> Votes:
    """`votes` without those for a record and stage on which `reviewer` has voted already."""
    held = {
        (d.record, d.stage) for d in written if isinstance(d, Screened) and d.reviewer == reviewer
    }
    left = tuple(v for v in votes.votes if (v["record"], v["stage"]) not in held)
    return Votes(
        votes=left, disputed=votes.disputed, implied=votes.implied, unmatched=votes.unmatched
    )


def _vote(
    record: str, stage: Stage, told: list[FoundDecision], criteria: tuple[Criterion, ...]
) -> tuple[Mapping[str, Any], list[str]]:
    verdicts = {d.verdict for d in told}
    verdict = told[0].verdict if len(verdicts) == 1 else Verdict.UNSURE
    words = list(dict.fromkeys(d.reason for d in told if d.reason))
    reason = _criterion(words, criteria) if verdict is Verdict.EXCLUDE else ""
    notes = dict.fromkeys(d.note for d in told if d.note)
    said = "; ".join([*notes, *(f"reason: {w}" for w in words if w not in " ".join(notes))])
    vote: dict[str, Any] = {
        "record": record,
        "stage": stage,
        "verdict": verdict,
        "reason": reason,
        "note": f"from the export: {said}",
    }
    if tags := tuple(dict.fromkeys(tag for d in told for tag in d.tags)):
        vote["tags"] = tags
    return vote, words if verdict is Verdict.EXCLUDE and words and not reason else []


def _criterion(words: list[str], criteria: tuple[Criterion, ...]) -> str:
    """The id of the first criterion that is called like one of `words`, by its id or label."""
    # Rayyan lists the reasons of an exclusion with commas
    said = {part.strip().casefold() for w in words for part in (w, *w.split(","))}
    return next((c.id for c in criteria if {c.id.casefold(), c.label.casefold()} & said), "")
