"""What came out of the selection, in sentences (PRISMA 2020, items 16a and 17)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.notation.safe_text import for_markdown
from pipeline.terms.standing import Standing
from pipeline.writeup.citations import citable, citation
from pipeline.writeup.counts import count
from pipeline.writeup.dossier import Dossier
from pipeline.writeup.methods.reading_studies import basis
from pipeline.writeup.wording import (
    capital,
    counted,
    in_words,
    listed,
    lower_first,
    paragraph,
    were,
)

See = Callable[[str], str]


def flow(dossier: Dossier, see: See) -> str:
    """The numbers from records to studies, as the diagram draws them."""
    n = dossier.ledger.flow.count
    databases, registers = n("database_results"), n("register_results")
    identified = databases + registers
    if not count(dossier, "records_identified"):
        return "No records have been taken in yet."
    from_where = listed(
        [
            _from(databases, count(dossier, "databases"), "database"),
            _from(registers, count(dossier, "registers"), "register"),
        ]
    )
    said = []
    if identified:
        said.append(
            f"{counted(identified, 'record')} {were(identified)} identified from {from_where}"
        )
        said.append(_removed(dossier))
        said.append(_screened(dossier))
    said.append(_reports(dossier, "dbr", "of these, "))
    first = paragraph(said)
    second = _other(dossier)
    last = paragraph([_included(dossier), _in_progress(dossier)])
    return "\n\n".join(part for part in (first, second, last) if part)


def _from(records: int, sources: int, what: str) -> str:
    if not records:
        return ""
    return counted(sources, what, words=True)


def _removed(dossier: Dossier) -> str:
    n = dossier.ledger.flow.count
    parts = [
        (n("duplicates"), "as a duplicate", "as duplicates"),
        (n("excluded_automatic"), "by an automation tool", "by automation tools"),
        (n("excluded_other"), "for another reason", "for other reasons"),
    ]
    told = [f"{k} {one if k == 1 else many}" for k, one, many in parts if k]
    total = sum(k for k, _, _ in parts)
    if not total:
        return "none was removed before screening"
    return f"before screening, {listed(told)} {were(total)} removed"


def _screened(dossier: Dossier) -> str:
    n = dossier.ledger.flow.count
    screened, excluded = n("records_screened"), n("records_excluded")
    if not screened:
        return "none has been screened yet"
    told = f"{counted(screened, 'record')} {were(screened)} screened on title and abstract"
    if excluded == screened:
        return f"{told} and {'excluded' if screened == 1 else 'all of them excluded'}"
    return (
        f"{told}, and {in_words(excluded) if not excluded else excluded} {were(excluded)} excluded"
    )


def _reports(dossier: Dossier, arm: str, lead: str) -> str:
    n = dossier.ledger.flow.count
    sought = n(f"{arm}_sought_reports")
    if not sought:
        return ""
    missing, assessed = n(f"{arm}_notretrieved_reports"), n(f"{arm}_assessed")
    excluded, waiting = n(f"{arm}_excluded"), n(f"{arm}_awaiting_classification")
    said = [f"{counted(sought, 'report')} {were(sought)} sought"]
    said.append(f"{missing} could not be obtained" if missing else "")
    said.append(f"{assessed} {were(assessed)} assessed on full text" if assessed else "")
    text = [listed(said)]
    if excluded:
        reasons = dossier.ledger.flow.reasons
        why = [
            f"{lower_first(for_markdown(reasons.get(id, id) or 'no reason given'))} ({k})"
            for id, k in dossier.ledger.flow.by_reason(f"{arm}_excluded").items()
        ]
        text.append(
            f"{counted(excluded, 'report')} {were(excluded)} excluded for these reasons: {listed(why)}"
        )
    if waiting:
        text.append(
            f"{counted(waiting, 'report')} {'awaits' if waiting == 1 else 'await'} classification"
        )
    return paragraph([lead + text[0] if lead else text[0], *text[1:]])


def _other(dossier: Dossier) -> str:
    n = dossier.ledger.flow.count
    total = n("other_results")
    if not total:
        return ""
    not_sought = n("other_not_sought")
    said = [
        f"by other methods, {counted(total, 'record')} {were(total)} identified",
        f"{in_words(not_sought)} of them {were(not_sought)} found before or not eligible on title"
        if not_sought
        else "",
        _reports(dossier, "other", ""),
    ]
    return paragraph(said)


def _included(dossier: Dossier) -> str:
    studies, reports = count(dossier, "included_studies"), count(dossier, "included_reports")
    if not studies:
        return "no study is included so far"
    told = f"{counted(studies, 'study', 'studies', words=True)} with {counted(reports, 'report', words=True)}"
    text = f"{told} {'is' if studies == 1 else 'are'} included"
    if dossier.ledger.flow.is_update:
        new = count(dossier, "new_studies")
        gone = count(dossier, "removed_studies")
        text += f", {in_words(new)} of them new in this edition"
        if gone:
            text += f"; {in_words(gone)} of the previous edition {'is' if gone == 1 else 'are'} no longer"
    return text


def _in_progress(dossier: Dossier) -> str:
    pending = dossier.ledger.flow.pending
    if not pending:
        return ""
    return f"the review is in progress: {counted(pending, 'record')} {'is' if pending == 1 else 'are'} pending"


def included(dossier: Dossier, see: See) -> str:
    """One sentence that counts and cites the included studies."""
    studies = sorted(dossier.ledger.studies)
    if not studies:
        return "No study is included so far."
    names = citable(dossier)
    cites = citation(key for id in studies if (key := names.key(id)))
    n = len(studies)
    reports = len(dossier.ledger.flow.included_reports)
    told = capital(counted(n, "study", "studies", words=True))
    verb = "is" if n == 1 else "are"
    also = f", described in {counted(reports, 'report', words=True)}" if reports != n else ""
    return f"{told}{also}, {verb} included{see('characteristics')} {cites}."


def not_retrieved(dossier: Dossier, see: See) -> str:
    """Reports that could not be obtained and those that await something."""
    missing = len(dossier.ledger.at(Standing.NOT_RETRIEVED))
    waiting = len(dossier.ledger.at(Standing.AWAITING_CLASSIFICATION))
    open_ = len(dossier.ledger.at(Standing.AWAITING_RETRIEVAL, Standing.AWAITING_ASSESSMENT))
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


def read_from(dossier: Dossier, see: See) -> str:
    """How many included studies were read in full, by their abstract, through another source."""
    return paragraph([basis(dossier.included)]) or "No included study has been extracted yet."


RESULTS: Mapping[str, Callable[[Dossier, See], str]] = {
    "flow": flow,
    "included": included,
    "not_retrieved": not_retrieved,
    "basis": read_from,
}
"""What `results()` says, by word."""
