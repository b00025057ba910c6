"""What came out of the selection, in sentences (PRISMA 2020, items 16a and 17)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.document.citations import citable, citation
from pipeline.document.conduct import figure, kappa_in_words, of_all, same_votes, stage_agreement
from pipeline.document.flow_sentences import flow
from pipeline.document.sentences.synthesis import SYNTHESIS
from pipeline.document.tables.reports import included_overlaps
from pipeline.document.wording import (
    counted,
    in_words,
    listed,
    lower_first,
    paragraph,
    percent,
    sentence,
)
from pipeline.model.decision import Compared, Overlap, Stage
from pipeline.model.standing import SOUGHT, Standing
from pipeline.model.study import Basis
from pipeline.notation.safe_text import for_markdown
from pipeline.screening.agreement import Agreement
from pipeline.snapshot import Snapshot

_SAID = {
    Overlap.OVERLAPPING: "share participants",
    Overlap.UNCLEAR: "may share participants; whether they do cannot be told from what was read",
    Overlap.APART: "were looked at as possibly one and share no participants",
}


def overlaps(snapshot: Snapshot, see: Callable[[str], str]) -> str:
    """One sentence for each two included studies that people compared, with what shows it."""
    said = included_overlaps(snapshot)
    if not said:
        return "No two included studies are recorded as sharing participants."
    many = len(said) > 1
    head = f"{counted(len(said), 'pair', words=True)} of included studies were compared for this"
    return paragraph(
        [f"{head}{see('overlaps')}" if many else "", *(_told(pair, snapshot) for pair in said)]
    )


def _told(said: Compared, snapshot: Snapshot) -> str:
    names = citable(snapshot)
    cites = citation(key for id in (said.study, said.other) if (key := names.key(id)))
    both = " and ".join(_title(id, snapshot) for id in (said.study, said.other))
    why = f" ({for_markdown(lower_first(said.reason))})" if said.reason else ""
    return f"{both} {cites} {_SAID[said.overlap]}{why}"


def _title(id: str, snapshot: Snapshot) -> str:
    study = snapshot.review.studies.get(id)
    return for_markdown(study.title if study and study.title else id)


_ON = {Stage.TITLE_ABSTRACT: "title and abstract", Stage.FULL_TEXT: "full text"}
_UNIT = {Stage.TITLE_ABSTRACT: "record", Stage.FULL_TEXT: "report"}


def agreement(snapshot: Snapshot, see: Callable[[str], str]) -> str:
    """How far every two people agreed, a paragraph a stage; never kappa alone (Byrt 1993)."""
    told = []
    for stage, on in _ON.items():
        found = stage_agreement(snapshot, stage)
        if not found.pairs:
            told.append(f"on {on}, no two people screened the same {_UNIT[stage]}")
            continue
        said = [_pair(*pair, figures, on) for pair, figures in found.pairs.items()]
        if figures_of_all := of_all(found):
            said.append(f"over all {in_words(found.reviewers)} people, {figures_of_all}")
        told.append(paragraph(said))
    how = "these are first independent votes, and unsure counts as a vote to include"
    how += see("agreement")
    if by_criterion := see("agreement_by_criterion"):
        how += f"; reasons are compared criterion by criterion{by_criterion}"
    if not any(stage_agreement(snapshot, stage).pairs for stage in _ON):
        return paragraph(told)
    return "\n\n".join([*map(sentence, told), paragraph([how])])


def _pair(one: str, other: str, figures: Agreement, on: str) -> str:
    first, second = for_markdown(one), for_markdown(other)
    counts = figures.table
    kappa = kappa_in_words(figures)
    why = ", since both gave one and the same vote throughout" if figures.kappa is None else ""
    verb = "is" if figures.kappa is None else "was"
    return paragraph(
        [
            f"on {on}, {first} and {second} gave the same vote on {same_votes(figures)} "
            f"({percent(figures.observed or 0, 1)}): both included {_few(counts.both)} and "
            f"excluded {_few(counts.neither)}, {first} alone included "
            f"{_few(counts.only_first)} and {second} alone {_few(counts.only_second)}",
            f"Cohen's kappa {verb} {kappa}{why}; PABAK was {figure(figures.pabak)}, Gwet's AC1 "
            f"{figure(figures.ac1)}, the prevalence index {figure(figures.prevalence_index)} and "
            f"the bias index {figure(figures.bias_index)}",
        ]
    )


def _few(n: int) -> str:
    return in_words(n) if n else "none"


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
    unstated = [s for s in studies if s.basis is Basis.UNSTATED]
    if unstated:
        cites = citation(key for s in unstated if (key := names.key(s.id)))
        of = counted(len(unstated), "study", "studies", words=True)
        told.append(f"what was read of {of} is not recorded {cites}")
    elif not any(s.basis is Basis.FULL_TEXT for s in studies):
        told.append("no full text was read for the extraction")
    return paragraph(part.rstrip() for part in told)


_KNOWN_BY = {
    Basis.FULL_TEXT: "by the full text",
    Basis.ABSTRACT: "by the abstract but not the full text",
    Basis.PAGE: "by pages about the report but not its abstract",
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
