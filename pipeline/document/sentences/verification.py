"""What a second person did for the extraction and appraisal, in figures and in sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.document.conduct import figure, kappa_in_words
from pipeline.document.wording import counted, in_words, number, percent, were
from pipeline.extraction.answered import answers_of, said, seen_hash
from pipeline.extraction.differences import ItemAgreement, agreement_by_item
from pipeline.model.decision import Checked, Reconciled
from pipeline.model.form import AnswerType
from pipeline.model.protocol import ExtractionPlanKind
from pipeline.model.study import Basis, Study
from pipeline.snapshot import Snapshot
from pipeline.snapshot.as_of import checked_of, settled_of

See = Callable[[str], str]

PLANS = {
    ExtractionPlanKind.SINGLE: "",
    ExtractionPlanKind.ONE_CHECKED: "by the plan, one person extracts and appraises each study "
    "and another holds each answer against the report",
    ExtractionPlanKind.TWO_APART: "by the plan, two people extract and appraise each study apart "
    "and then settle what differs",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """The two drafts of one included study, by the names of those who wrote them."""

    names: tuple[str, str]
    drafts: tuple[Study, Study]


def extracted_apart(snapshot: Snapshot) -> tuple[Apart, ...]:
    """The included studies of which two people have a draft, those of the plan before others."""
    drafts = snapshot.review.drafts
    order = {name: n for n, name in enumerate(snapshot.review.protocol.extraction.people)}
    people = sorted(drafts, key=lambda name: (order.get(name, len(order)), name))
    found = []
    for study in sorted(snapshot.ledger.studies):
        having = [name for name in people if study in drafts[name]][:2]
        if len(having) == 2:
            one, other = having
            pair = (drafts[one][study], drafts[other][study])
            if pair[0].form == pair[1].form:
                found.append(Apart(names=(one, other), drafts=pair))
    return tuple(found)


def agreement(snapshot: Snapshot) -> tuple[ItemAgreement, ...]:
    """How far two people agreed on each item of the forms and instruments."""
    pairs = [apart.drafts for apart in extracted_apart(snapshot)]
    return agreement_by_item(pairs, snapshot.review.forms)


def extraction_sentences(snapshot: Snapshot, see: See) -> list[str]:
    """The plan, how far two people agreed, who settled what differed, what a checker changed."""
    plan = PLANS[snapshot.review.protocol.extraction.plan]
    told = [plan, *_apart(snapshot, see), *_settled(snapshot), *_checked(snapshot)]
    return [sentence for sentence in told if sentence]


def _apart(snapshot: Snapshot, see: See) -> list[str]:
    n = len(extracted_apart(snapshot))
    if not n:
        return []
    totals = [
        a
        for a in agreement(snapshot)
        if not a.asked and snapshot.review.forms[a.form].kind == "extraction"
    ]
    compared, same = sum(a.compared for a in totals), sum(a.same for a in totals)
    studies = counted(n, "study", "studies", words=True)
    told = f"{studies} {were(n)} extracted by two people apart"
    if compared:
        told += (
            f", who gave the same answer to {number(same)} of {number(compared)} questions "
            f"({percent(same, compared, 1)}){see('extraction_agreement')}"
        )
    return [told]


def _settled(snapshot: Snapshot) -> list[str]:
    settled: list[Reconciled] = [
        spoken
        for study, items in settled_of(snapshot.decisions).items()
        if study in snapshot.ledger.studies
        for spoken in items.values()
    ]
    if not settled:
        return []
    machines = snapshot.review.protocol.machines
    people = len({s.reviewer for s in settled} - set(machines))
    anew = sum(not s.kept for s in settled)
    of_them = f", {in_words(anew)} of them with an answer that neither had given" if anew else ""
    differences = counted(len(settled), "difference", words=True)
    who = counted(people, "person", "people", words=True)
    return [f"{differences} {were(len(settled))} settled by {who}{of_them}"]


def _checked(snapshot: Snapshot) -> list[str]:
    spoken = checked_of(snapshot.decisions)
    checked: list[Checked] = []
    whole = full = of_studies = 0
    for study in snapshot.included:
        items = {
            item: check
            for item, check in spoken.get(study.id, {}).items()
            if check.reviewer not in snapshot.review.protocol.machines
        }
        checked += items.values()
        of_studies += bool(items)
        full += bool(items) and study.basis is Basis.FULL_TEXT
        whole += bool(items) and _all_checked(study, items, snapshot)
    if not checked:
        return []
    changed = sum(not c.agreed for c in checked)
    answers = counted(len(checked), "answer", words=True)
    done = f"; in {counted(whole, 'study', 'studies', words=True)} each of them" if whole else ""
    return [
        f"a second person held {answers} against {_held_against(full, of_studies)}{done}, and "
        f"changed {in_words(changed) if changed else 'none'}"
    ]


def _held_against(full: int, studies: int) -> str:
    """What answers were held against: the report only where its full text was read."""
    if full == studies:
        return "the report"
    how_many = f"{in_words(full)} of {in_words(studies)} studies" if full else "no study"
    return f"what had been read of it, in {how_many} the full report"


def _all_checked(study: Study, items: Mapping[str, Checked], snapshot: Snapshot) -> bool:
    given = [
        (a.address, said(a.answer, a.item))
        for a in answers_of(study, snapshot.review.forms)
        if a.item.type is not AnswerType.PART
    ]
    return all(
        address in items and items[address].seen == seen_hash(value)
        for address, value in given
        if value is not None
    )


def appraisal_sentences(snapshot: Snapshot, see: See) -> list[str]:
    """How far two people who appraised apart agreed, an instrument at a time."""
    forms = snapshot.review.forms
    told = []
    for a in agreement(snapshot):
        if a.asked or forms[a.form].kind != "appraisal":
            continue
        judged = a.judged
        why = "" if judged.kappa is not None else ", since both gave one answer throughout"
        told.append(
            f"two people who appraised apart gave the same answer to {number(a.same)} of "
            f"{number(a.compared)} questions ({percent(a.same, a.compared, 1)}); Cohen's kappa "
            f"over the {number(judged.n)} that both answered is {kappa_in_words(judged)}{why}, "
            f"PABAK {figure(judged.pabak)} and Gwet's AC1 {figure(judged.ac1)}"
            f"{see('extraction_agreement')}"
        )
    return told
