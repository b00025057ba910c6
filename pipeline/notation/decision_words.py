"""A decision in words: what it says of which record, study or other decision."""

from __future__ import annotations

from pipeline.terms.decision import (
    Checked,
    Collated,
    Compared,
    Confirmed,
    Decision,
    Discarded,
    HandedOver,
    Matched,
    Overlap,
    Reconciled,
    Removed,
    Reopened,
    Resolved,
    Retrieved,
    Screened,
    Stage,
    Stopped,
    Withdrawn,
)

_OVERLAPS = {
    Overlap.OVERLAPPING: "share participants",
    Overlap.UNCLEAR: "may share participants",
    Overlap.APART: "share no participants",
}
_STAGES = {Stage.TITLE_ABSTRACT: "title and abstract", Stage.FULL_TEXT: "full text"}


def in_words_blind(vote: Screened) -> str:
    """That `vote` was cast, not how: for while another vote is waited for."""
    return f"a vote on {vote.record} on {_STAGES[vote.stage]}; how, is told when all have voted"


def in_words(decision: Decision) -> str:
    """What `decision` says, not who said it: `exclude s:0007 on full text (population)`.

    Reasons are people's words and may hold text from exports: whoever shows it makes it harmless.
    """
    match decision:
        case Screened() | Resolved():
            settled = "settled: " if isinstance(decision, Resolved) else ""
            stage = _STAGES[decision.stage]
            words = f"{settled}{decision.verdict} {decision.record} on {stage}"
            why = decision.reason
        case Reopened():
            words = f"look at {decision.record} anew on {_STAGES[decision.stage]}"
            why = decision.reason
        case HandedOver():
            stage = _STAGES[decision.stage]
            words = f"what waits for {decision.leaver} on {stage} goes to {decision.to}"
            why = decision.note
        case Removed():
            words, why = f"remove {decision.record}", decision.reason
        case Discarded():
            what = f"search {decision.search}" if decision.search else f"study {decision.study}"
            words, why = f"take out the {what}", decision.reason
        case Retrieved():
            outcome = str(decision.outcome).replace("_", " ")
            words, why = f"{decision.record} {outcome}", decision.reason
        case Matched():
            link = "is the same report as" if decision.same else "is not the same report as"
            words, why = f"{decision.record} {link} {decision.duplicate_of}", decision.reason
        case Collated():
            link = "belongs to" if decision.member else "does not belong to"
            words = f"{decision.record} {link} {decision.study}"
            why = "primary report" if decision.primary else decision.basis
        case Stopped():
            words, why = f"stop screening on {_STAGES[decision.stage]}", decision.reason
        case Compared():
            words = f"{decision.study} and {decision.other} {_OVERLAPS[decision.overlap]}"
            why = decision.reason
        case Reconciled():
            whose = f"the answer of {decision.kept} stands" if decision.kept else "written anew"
            words, why = f"{decision.study} {decision.item}: {whose}", decision.reason
        case Checked():
            held = "holds" if decision.agreed else f"changed from {decision.was or 'no answer'}"
            words, why = f"{decision.study} {decision.item}: {held}", decision.reason
        case Confirmed():
            words, why = f"confirm the claim {decision.claim}", decision.note
        case Withdrawn():
            words, why = f"take back {decision.undoes}", decision.note
    return f"{words} ({why})" if why else words
