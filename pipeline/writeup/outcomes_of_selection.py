"""What came out of the selection, in sentences (PRISMA 2020, items 16a and 17)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.snapshot import Snapshot
from pipeline.terms.standing import SOUGHT, Standing
from pipeline.terms.study import Basis
from pipeline.writeup.agreement_sentences import agreement
from pipeline.writeup.citations import citable, citation
from pipeline.writeup.flow_sentences import flow
from pipeline.writeup.overlap_sentences import overlaps
from pipeline.writeup.synthesis_sentences import SYNTHESIS
from pipeline.writeup.wording import counted, in_words, listed, paragraph

See = Callable[[str], str]


def included(snapshot: Snapshot, see: See) -> str:
    """One sentence that counts and cites the included studies."""
    studies = sorted(snapshot.ledger.studies)
    if not studies:
        return "No study is included so far."
    names = citable(snapshot)
    cites = citation(key for id in studies if (key := names.key(id)))
    n = len(studies)
    reports = counted(len(snapshot.ledger.flow.included_reports), "report", words=True)
    shown = see("characteristics")
    told = (
        f"the included study{shown} is"
        if n == 1
        else f"the {in_words(n)} included studies{shown} are"
    )
    return paragraph([f"{told} described in {reports} {cites}".rstrip()])


def not_retrieved(snapshot: Snapshot, see: See) -> str:
    """Reports that could not be obtained and those that await something."""
    n = snapshot.ledger.whole.standing
    missing = n(Standing.NOT_RETRIEVED)
    waiting = n(Standing.AWAITING_CLASSIFICATION)
    open_ = n(Standing.AWAITING_RETRIEVAL, Standing.AWAITING_ASSESSMENT)
    if not n(*SOUGHT):
        return "No report has been sought."
    over_all = "over all searches, " if snapshot.ledger.flow.is_update else ""
    said = [
        f"{counted(missing, 'report', words=True)} could not be obtained"
        if missing
        else "no report was sought in vain",
        f"{counted(waiting, 'report', words=True)} {'awaits' if waiting == 1 else 'await'} "
        "classification"
        if waiting
        else "",
        f"{counted(open_, 'report', words=True)} {'is' if open_ == 1 else 'are'} awaited or unread"
        if open_
        else "",
    ]
    shown = see("not_retrieved") if missing or waiting or open_ else ""
    return paragraph([f"{over_all}{listed(said)}{shown}"])


def read_from(snapshot: Snapshot, see: See) -> str:
    """How the included studies are known, each named: in full, by abstract, through another."""
    studies = snapshot.included
    if not studies:
        return "No included study has been extracted yet."
    names = citable(snapshot)
    told = []
    for kind, words in _KNOWN_BY.items():
        here = [s for s in studies if s.basis is kind]
        if here:
            cites = citation(key for s in here if (key := names.key(s.id)))
            verb = "is" if len(here) == 1 else "are"
            noun = "study" if len(here) == 1 else "studies"
            told.append(
                f"{counted(len(here), noun, noun, words=True)} {verb} known {words} {cites}"
            )
    if not any(s.basis is Basis.FULL_TEXT for s in studies):
        told.append("no full text was read for the extraction")
    return paragraph(part.rstrip() for part in told)


_KNOWN_BY = {
    Basis.FULL_TEXT: "by the full text",
    Basis.ABSTRACT: "by the abstract alone",
    Basis.SECONDARY_SOURCE: "through a secondary source alone",
}


RESULTS: Mapping[str, Callable[[Snapshot, See], str]] = {
    "flow": flow,
    "included": included,
    "not_retrieved": not_retrieved,
    "basis": read_from,
    "agreement": agreement,
    "overlaps": overlaps,
    **SYNTHESIS,
}
"""What `results()` says, by word."""
