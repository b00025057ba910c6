"""What a second person has still to do for the extraction, and what changed after they had."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.checks import fault
from pipeline.extraction.answered import Said, answers_of, said, seen_hash
from pipeline.extraction.differences import side_by_side
from pipeline.extraction.study_data import summaries_of
from pipeline.model.problem import Place, Problem, Severity
from pipeline.model.protocol import ExtractionPlanKind
from pipeline.model.review import Ledger, Review
from pipeline.model.study import Drafted, Study
from pipeline.snapshot import Snapshot
from pipeline.snapshot.as_of import checked_of, settled_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondPerson:
    """Included studies by what they wait for.

    `drafts` maps a person (or, where the plan names others than two, "") to the studies of which
    a finished draft is owed, `begun` are those of which there is an unfinished one (person, study);
    `to_reconcile` have two drafts and are not agreed; `to_check` are extracted and not wholly
    checked.
    """

    drafts: Mapping[str, tuple[str, ...]]
    begun: frozenset[tuple[str, str]] = frozenset()
    to_reconcile: tuple[str, ...] = ()
    to_check: tuple[str, ...] = ()


def second_person(review: Review, ledger: Ledger) -> SecondPerson:
    """What the plan of extraction asks of a second person and nobody has done yet."""
    plan = review.protocol.extraction
    placed = [study for study in sorted(ledger.studies) if ":" not in study]
    if plan.plan is ExtractionPlanKind.ONE_CHECKED:
        extracted = summaries_of(review)
        return SecondPerson(
            drafts={},
            to_check=tuple(id for id in placed if id in extracted and not extracted[id].checked_by),
        )
    if plan.plan is ExtractionPlanKind.SINGLE:
        return SecondPerson(drafts={})
    left = [id for id in placed if id not in review.studies]
    begun = review.drafts.unfinished if isinstance(review.drafts, Drafted) else frozenset()
    having = {
        id: [n for n in review.drafts if id in review.drafts[n] and (n, id) not in begun]
        for id in left
    }
    owed: dict[str, list[str]] = {}
    for id, names in having.items():
        if len(names) < 2:
            who = [n for n in plan.people if n not in names] if len(plan.people) == 2 else [""]
            for name in who:
                owed.setdefault(name, []).append(id)
    return SecondPerson(
        drafts={name: tuple(studies) for name, studies in owed.items()},
        begun=begun,
        to_reconcile=tuple(id for id, names in having.items() if len(names) > 1),
    )


def drafts(e: Snapshot) -> Iterator[Problem]:
    """Drafts that cannot be settled as they hold errors."""
    if isinstance(e.review.drafts, Drafted):
        yield from e.review.drafts.faults


def second_looks(e: Snapshot) -> Iterator[Problem]:
    """Answers that changed after a check or settlement, and studies that skipped the plan."""
    yield from _changed_after_check(e)
    yield from _changed_drafts(e)
    apart = e.review.protocol.extraction.plan is ExtractionPlanKind.TWO_APART
    for id in e.ledger.studies if apart else ():
        study = summaries_of(e.review).get(id)
        if study is not None and not study.reconciled_by:
            yield fault(
                study.place,
                f"by the plan two people extract each study apart; {id} is not settled from two "
                "drafts",
                f"`review reconcile {e.review.slug} {id} --as NAME`; or an amendment says why not",
                Severity.WARNING,
            )


def _changed_after_check(e: Snapshot) -> Iterator[Problem]:
    for id, items in checked_of(e.review.decisions).items():
        study = e.review.studies.get(id)
        answers = _answers(study, e.review) if study else {}
        for address, check in items.items():
            if address in answers and seen_hash(answers[address][0]) != check.seen:
                yield fault(
                    answers[address][1],
                    f"{address} changed after {check.reviewer} had checked it",
                    f"Check it again: `review reconcile {e.review.slug} {id} --as NAME --check`",
                    Severity.WARNING,
                )


def _answers(study: Study, review: Review) -> Mapping[str, tuple[Said, Place]]:
    return {
        a.address: (said(a.answer, a.item), a.answer.place) for a in answers_of(study, review.forms)
    }


def _changed_drafts(e: Snapshot) -> Iterator[Problem]:
    """Settlements that rest on drafts which say something else by now."""
    drafts = e.review.drafts
    order = {name: n for n, name in enumerate(e.review.protocol.extraction.people)}
    for id, items in settled_of(e.review.decisions).items():
        having = (name for name in drafts if id in drafts[name])
        names = sorted(having, key=lambda name: (order.get(name, len(order)), name))
        if len(names) != 2:
            continue
        one, other = (drafts[name][id] for name in names)
        now = {
            two.entry or two.address: two.seen
            for two in side_by_side(one, other, e.review.forms).differing
        }
        for address, settled in items.items():
            if address in now and now[address] != settled.seen:
                yield fault(
                    e.place_of(settled),
                    f"a draft of {id} changed at {address} after it was settled",
                    f"Settle it again: `review reconcile {e.review.slug} {id} --as NAME`",
                    Severity.WARNING,
                )
