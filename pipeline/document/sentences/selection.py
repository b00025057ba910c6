"""What came out of the selection, in sentences (PRISMA 2020, items 16a and 17)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.document.citations import citable, citation
from pipeline.document.conduct import figure, kappa_in_words, of_all, same_votes, stage_agreement
from pipeline.document.counts import count
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
    were,
)
from pipeline.model.decision import Compared, Overlap, Stage
from pipeline.model.standing import Standing
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


def flow(snapshot: Snapshot, see: See) -> str:
    """The numbers from records to studies, as the diagram draws them."""
    n = snapshot.ledger.flow.count
    databases, registers = n("database_results"), n("register_results")
    identified = databases + registers
    if not count(snapshot, "records_identified"):
        return "No records have been taken in yet."
    from_where = listed(
        [
            _from(databases, _sources(snapshot, "databases", "database_results"), "database"),
            _from(registers, _sources(snapshot, "registers", "register_results"), "register"),
        ]
    )
    said = [_before(snapshot)]
    if identified:
        records = counted(identified, "record", words=True)
        since = " since then" if snapshot.ledger.flow.is_update else ""
        said.append(f"{records} {were(identified)} identified{since} from {from_where}")
        said.append(_removed(snapshot))
        said.append(_not_screened(snapshot))
        said.append(_screened(snapshot))
    said.append(_reports(snapshot, "dbr", "of these, "))
    first = paragraph(said)
    second = _other(snapshot)
    last = paragraph([_included(snapshot), _in_progress(snapshot)])
    return "\n\n".join(part for part in (first, second, last) if part)


def _before(snapshot: Snapshot) -> str:
    """What an update starts from: the previous edition, and what moved of its records since."""
    flow = snapshot.ledger.flow
    if not flow.is_update:
        return ""
    studies = counted(len(flow.previous_studies or ()), "study", "studies", words=True)
    reports = counted(len(flow.previous_reports or ()), "report", words=True)
    text = f"the previous edition included {studies} with {reports}"
    moved = sum(flow.carried_over.values())
    if moved:
        records = counted(moved, "record", words=True)
        text += f"; {records} of its searches moved on since or {_are(moved)} still open"
    return text


def _are(n: int) -> str:
    return "is" if n == 1 else "are"


def _sources(snapshot: Snapshot, key: str, box: str) -> int:
    """How many sources the records of `box` are from: in an update, those that brought any."""
    flow = snapshot.ledger.flow
    return len(flow.by_source(box)) if flow.is_update else count(snapshot, key)


def _from(records: int, sources: int, what: str) -> str:
    if not records:
        return ""
    return counted(sources, what, words=True)


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


def _not_screened(snapshot: Snapshot) -> str:
    """What was left when screening stopped, with the reasons that were given."""
    flow = snapshot.ledger.flow
    left = flow.count("records_not_screened") + flow.count("other_not_screened")
    if not left:
        return ""
    why = dict.fromkeys(
        (*flow.by_reason("records_not_screened"), *flow.by_reason("other_not_screened"))
    )
    reasons = listed(lower_first(for_markdown(reason)) for reason in why)
    return (
        f"{counted(left, 'record', words=True)} {were(left)} left unscreened, as screening was "
        f"stopped: {reasons}"
    )


def _screened(snapshot: Snapshot) -> str:
    n = snapshot.ledger.flow.count
    screened, excluded = n("records_screened"), n("records_excluded")
    if not screened:
        return "none has been screened yet"
    told = (
        f"{counted(screened, 'record', words=True)} {were(screened)} screened on title and abstract"
    )
    if excluded == screened:
        return f"{told} and excluded" if screened == 1 else f"{told}, and all of them were excluded"
    if not excluded:
        return f"{told}, and none was excluded"
    return f"{told}, and {in_words(excluded)} {were(excluded)} excluded"


def _reports(snapshot: Snapshot, arm: str, lead: str) -> str:
    n = snapshot.ledger.flow.count
    sought = n(f"{arm}_sought_reports")
    if not sought:
        return ""
    missing, assessed = n(f"{arm}_notretrieved_reports"), n(f"{arm}_assessed")
    excluded, waiting = n(f"{arm}_excluded"), n(f"{arm}_awaiting_classification")
    all_of_them = "it was" if sought == 1 else f"all {sought} were"
    said = [
        f"{counted(sought, 'report', words=True)} {were(sought)} sought",
        f"{in_words(missing)} could not be obtained" if missing else "",
        f"{all_of_them if assessed == sought else f'{in_words(assessed)} {were(assessed)}'} "
        "assessed on full text"
        if assessed
        else "",
    ]
    text = [lead + listed(said)]
    if excluded:
        text.append(_excluded(snapshot, arm, excluded))
    if waiting:
        verb = "awaits" if waiting == 1 else "await"
        text.append(f"{counted(waiting, 'report', words=True)} {verb} classification")
    return paragraph(text)


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


def _other(snapshot: Snapshot) -> str:
    n = snapshot.ledger.flow.count
    total = n("other_results")
    if not total:
        return ""
    not_sought = n("other_not_sought")
    said = [
        f"by other methods, {counted(total, 'record', words=True)} {were(total)} identified",
        f"{in_words(not_sought)} of them had been found before or {were(not_sought)} not eligible "
        "on title and abstract"
        if not_sought
        else "",
        _reports(snapshot, "other", ""),
    ]
    return paragraph(said)


def _included(snapshot: Snapshot) -> str:
    studies, reports = count(snapshot, "included_studies"), count(snapshot, "included_reports")
    if not studies:
        return "no study is included so far"
    with_reports = f"with {counted(reports, 'report', words=True)}"
    verb = "is" if studies == 1 else "are"
    text = f"{counted(studies, 'study', 'studies', words=True)} {with_reports} {verb} included"
    if snapshot.ledger.flow.is_update:
        new = count(snapshot, "new_studies")
        gone = count(snapshot, "removed_studies")
        none_or_some = "none" if not new else in_words(new)
        text += f", {none_or_some} of them new in this edition"
        if gone:
            verb = "is" if gone == 1 else "are"
            text += f"; {in_words(gone)} of the previous edition {verb} not included any more"
    return text


def _in_progress(snapshot: Snapshot) -> str:
    pending = snapshot.ledger.flow.pending
    if not pending:
        return ""
    verb = "is" if pending == 1 else "are"
    return f"the review is in progress: {counted(pending, 'record')} {verb} pending"


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
    missing = len(snapshot.ledger.at(Standing.NOT_RETRIEVED))
    waiting = len(snapshot.ledger.at(Standing.AWAITING_CLASSIFICATION))
    open_ = len(snapshot.ledger.at(Standing.AWAITING_RETRIEVAL, Standing.AWAITING_ASSESSMENT))
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
    return paragraph([f"{listed(said)}{shown}"])


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
