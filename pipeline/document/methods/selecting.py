"""Who selected reports and how (PRISMA 2020, item 8), as it was planned and as it was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline.document.conduct import StageFacts, stage_facts
from pipeline.document.counts import BOTH_ARMS
from pipeline.document.wording import (
    counted,
    in_words,
    is_,
    listed,
    lower_first,
    number,
    paragraph,
    percent,
    were,
)
from pipeline.model.decision import HandedOver, Reopened, Stage, Stopped
from pipeline.model.protocol import PlanKind, Protocol, ScreeningPlan
from pipeline.model.standing import DBR, OTHER, SOUGHT, SOUGHT_IN_ROUND, Box, Flow, Standing
from pipeline.model.undoing import effective
from pipeline.notation.safe_text import for_markdown
from pipeline.notation.spelling import day_in_words
from pipeline.snapshot import Snapshot
from pipeline.snapshot.as_of import attempts_of

_UNITS = {Stage.TITLE_ABSTRACT: "record", Stage.FULL_TEXT: "report"}


def dealt_out(plan: ScreeningPlan, stage: Stage) -> list[str]:
    """How the plan deals records out, and how many of them everybody was to see first."""
    said = []
    if plan.plan is PlanKind.SPLIT and len(plan.reviewers) > plan.reviewers_per_record:
        people = counted(len(plan.reviewers), "person", "people", words=True)
        said.append(f"the {_UNITS[stage]}s were dealt out among {people} at random")
    if plan.pilot:
        pilot = counted(plan.pilot, _UNITS[stage], words=True)
        said.append(f"as a pilot, {pilot} drawn at random {were(plan.pilot)} to be seen by all")
    return said


def changes_of_plan(snapshot: Snapshot, stage: Stage) -> list[str]:
    """Who took over whose share and when, and how many records were opened again."""
    decisions = effective(snapshot.decisions)
    said = [
        f"from {day_in_words(d.at.date())} on, {for_markdown(d.to)} looked at what the plan had "
        f"given to {for_markdown(d.leaver)}"
        for d in decisions
        if isinstance(d, HandedOver) and d.stage is stage
    ]
    anew = {
        d.record
        for d in decisions
        if isinstance(d, Reopened) and d.stage is stage and d.record in snapshot.ledger.positions
    }
    if anew:
        n = len(anew)
        units = counted(n, _UNITS[stage], words=True)
        said.append(f"{units} {were(n)} opened again after a first decision, to be looked at anew")
    return said


RULE = (
    "the rule was the hypergeometric test of Callaghan and Müller-Hansen (2020, "
    "https://doi.org/10.1186/s13643-020-01521-4)"
)


def stopping(snapshot: Snapshot) -> list[str]:
    """Sentences on every stop of screening that still leaves a record unscreened; none if none
    does. The statement of each is the one that was recorded with it."""
    left = snapshot.ledger.at(Standing.NOT_SCREENED)
    if not left:
        return []
    searches = {position.search for position in left}
    stops = sorted(
        (
            d
            for d in effective(snapshot.decisions)
            if isinstance(d, Stopped)
            and d.stage is Stage.TITLE_ABSTRACT
            and searches & set(d.searches)
        ),
        key=lambda d: (d.at, d.id),
    )
    said = []
    for stop in stops:
        said.append(
            f"on {day_in_words(stop.at.date())} the screening of titles and abstracts was stopped "
            f"by a person's decision before all records had been looked at "
            f"({lower_first(for_markdown(stop.reason))})"
        )
        if stop.target_recall and stop.confidence:
            said.append(f"{RULE}, {_chosen(stop)}")
        if stop.statement:
            said.append(f"what it said then: {lower_first(for_markdown(stop.statement))}")
    n = len(left)
    said.append(
        f"{counted(n, 'record', words=True)} {were(n)} left unscreened; nobody looked at "
        f"{'it' if n == 1 else 'them'}, and no rule excluded {'it' if n == 1 else 'any of them'}"
    )
    if len(stops) > 1:
        said[0] = f"screening was stopped {in_words(len(stops))} times: {said[0]}"
    return said


def _chosen(stop: Stopped) -> str:
    return (
        f"with a target of {_share(stop.target_recall)} of the relevant records at a confidence "
        f"of {_share(stop.confidence)}"
    )


def _share(text: str) -> str:
    """`95%` from `0.95`; words of people that are no number stay as they are."""
    try:
        return f"{100 * float(text):g}%"
    except ValueError:
        return for_markdown(text)


See = Callable[[str], str]
_STAGES = {Stage.TITLE_ABSTRACT: "titles and abstracts", Stage.FULL_TEXT: "full texts"}


def selection(snapshot: Snapshot, see: See) -> str:
    """Both stages and what automation did; one paragraph a stage."""
    stages = [_stage(snapshot, stage) for stage in Stage]
    removed = snapshot.ledger.whole.standing(Standing.REMOVED_BY_AUTOMATION)
    if removed:
        tools = (
            f"{counted(removed, 'record', words=True)} {were(removed)} removed before screening by "
            "a rule, and nobody looked at them"
        )
    else:
        tools = "no record was excluded by an automation tool"
    pending = snapshot.ledger.flow.pending
    unfinished = (
        f"the selection is not finished: {counted(pending, 'record')} "
        f"{'awaits' if pending == 1 else 'await'} a decision"
        if pending
        else ""
    )
    compared = any(stage_facts(snapshot, stage).by_more for stage in Stage)
    agreement = f"agreement is counted{see('agreement')}" if compared and see("agreement") else ""
    if snapshot.ledger.flow.is_update:
        stages.insert(0, "The numbers that follow are of all searches of all editions.")
    return "\n\n".join([*stages, paragraph([tools, agreement, unfinished])])


def _stage(snapshot: Snapshot, stage: Stage) -> str:
    facts = stage_facts(snapshot, stage)
    plan = snapshot.review.protocol.plan(stage)
    planned = f"{_STAGES[stage]} were to be looked at {_plan(plan)}"
    stopped = stopping(snapshot) if stage is Stage.TITLE_ABSTRACT else []
    suggesting = _suggesting(snapshot.review.protocol) if stage is Stage.TITLE_ABSTRACT else []
    if not facts.looked_at:
        return paragraph(
            [planned, *suggesting, *_machines(facts), "nobody has begun this stage yet", *stopped]
        )
    changes = changes_of_plan(snapshot, stage)
    return paragraph(
        [
            planned,
            *dealt_out(plan, stage),
            *suggesting,
            *_done(facts, plan),
            *_differences(facts, plan),
            *changes,
            *stopped,
        ]
    )


def _plan(plan: ScreeningPlan) -> str:
    if plan.plan is PlanKind.SAMPLE:
        return (
            f"by one person, and a random sample of {percent(plan.sample, 1)} by two people "
            "without knowledge of each other's verdicts"
        )
    if plan.reviewers_per_record < 2:
        return "by one person"
    return (
        f"by {in_words(plan.reviewers_per_record)} people each, without knowledge of each other's "
        "verdicts"
    )


def _suggesting(protocol: Protocol) -> list[str]:
    """The machines that the protocol lets suggest, with what they are."""
    said = []
    for person in protocol.people:
        if (machine := person.machine) is None or person.id not in protocol.machines:
            continue
        told = {"version": machine.version, "digest": machine.digest, "of": machine.provider}
        parts = [f"the model {machine.model}", *(f"{w} {v}" for w, v in told.items() if v)]
        said.append(
            f"the program {for_markdown(person.name)} ({for_markdown(', '.join(parts))}) was to "
            "suggest verdicts to people; it has no vote, and no record was excluded by it"
        )
    return said


def _machines(facts: StageFacts) -> list[str]:
    """The programs that gave verdicts; they are counted as no person."""
    unit = _UNITS[facts.stage]
    return [
        f"the program {for_markdown(name)} gave verdicts on {counted(n, unit)}; it is counted as "
        "no person"
        for name, n in facts.machines.items()
    ]


def _done(facts: StageFacts, plan: ScreeningPlan) -> list[str]:
    unit = _UNITS[facts.stage]
    people = counted(len(facts.reviewers), "person", "people", words=True)
    said = [f"{people} took part", *_machines(facts)]
    groups = list(facts.by_people.items())
    if len(groups) == 1:
        people_each, n = groups[0]
        by = "one person only" if people_each == 1 else f"{in_words(people_each)} people"
        each = f"the one {unit}" if n == 1 else f"each of {number(n)} {unit}s"
        said.append(f"{each} was looked at by {by}")
    else:
        parts = [
            f"{counted(n, unit)} by {counted(k, 'person', 'people', words=True)}" for k, n in groups
        ]
        said.append(f"looked at were {', '.join(parts[:-1])} and {parts[-1]}")
    short = plan.plan is not PlanKind.SAMPLE and any(
        k < plan.reviewers_per_record for k in facts.by_people
    )
    if short:
        n = sum(n for k, n in groups if k < plan.reviewers_per_record)
        said.append(
            f"{counted(n, unit, words=True)} {were(n)} thus looked at by fewer people than planned"
        )
    return said


def _differences(facts: StageFacts, plan: ScreeningPlan) -> list[str]:
    if not facts.by_more and not facts.differed:
        return ["so nobody's verdict could be compared with another's"]
    unit = _UNITS[facts.stage]
    n = facts.differed
    if not n:
        return ["no two verdicts differed"]
    whole = facts.looked_at
    what = "verdicts differed, or somebody was unsure," if facts.by_more else "a person was unsure"
    said = [f"{what} on {counted(n, unit)} of {number(whole)} ({percent(n, whole)})"]
    if facts.settled:
        said.append(f"{_who_settled(facts)} settled {_how_many(facts.settled, n)}")
    if plan.safety_first:
        said.append("by the plan, one verdict to include was enough")
    elif facts.settled < n:
        rest = n - facts.settled
        said.append(f"{counted(rest, unit, words=True)} {were(rest)} not settled by a resolution")
    return said


def _who_settled(facts: StageFacts) -> str:
    screened = [name for name in facts.resolvers if name in facts.reviewers]
    if not screened:
        return counted(len(facts.resolvers), "further person", "further people", words=True)
    if len(screened) == len(facts.resolvers):
        return "one of those who screened" if len(screened) == 1 else "those who screened"
    return "people some of whom had screened"


def _how_many(settled: int, of: int) -> str:
    if settled == of:
        return "it" if of == 1 else "all of them"
    return f"{in_words(settled)} of them"


def retrieval(snapshot: Snapshot, see: See) -> str:
    """Reports sought, obtained and not obtained, over all searches and in the round."""
    ledger = snapshot.ledger
    whole = _reports(ledger.whole)
    if not whole.sought:
        return "No report has been sought yet."
    said = _retrieved(whole, see)
    if ledger.before is not None:
        since = f"since edition {ledger.before.number}"
        here = _reports(ledger.flow)
        said[0] = f"over all searches, {said[0]}"
        if not here.sought:
            said.append(f"{since}, no report was sought")
        else:
            obtained = _obtained(here)
            reports = counted(here.sought, "report", words=True)
            said.append(f"{since}, {reports} {were(here.sought)} sought; {obtained}")
    return paragraph([*said, *_through(snapshot)])


@dataclass(frozen=True, slots=True)
class _Reports:
    """Reports sought by either way, those not obtained, and those still awaited."""

    sought: int
    missing: int
    awaited: int


def _reports(flow: Flow) -> _Reports:
    def both(box: str) -> int:
        return sum(flow.count(key) for key in BOTH_ARMS[box])

    sought = SOUGHT_IN_ROUND
    return _Reports(
        sought=both("reports_sought"),
        missing=both("reports_not_retrieved"),
        awaited=flow.inside(
            Box("", "", DBR | OTHER, frozenset({Standing.AWAITING_RETRIEVAL}), sought)
        ),
    )


def _retrieved(found: _Reports, see: See) -> list[str]:
    said = [f"{counted(found.sought, 'report', words=True)} {were(found.sought)} sought"]
    if found.missing:
        reports = counted(found.missing, "report", words=True)
        said.append(f"{reports} could not be obtained{see('not_retrieved')}")
    if found.awaited:
        reports = counted(found.awaited, "report", words=True)
        said.append(f"{reports} {is_(found.awaited)} awaited still")
    if not found.missing and not found.awaited:
        said.append(_obtained(found))
    return said


def _obtained(found: _Reports) -> str:
    n = found.sought - found.missing - found.awaited
    if n == found.sought:
        return "it was obtained" if n == 1 else "all of them were obtained"
    return f"{in_words(n) if n else 'none'} of them {were(n or 1)} obtained"


def _through(snapshot: Snapshot) -> Iterator[str]:
    """Through what reports were tried to get, each way with the number of reports; and of how many
    none is recorded."""
    attempts = attempts_of(snapshot.decisions, snapshot.ledger.positions)
    positions = snapshot.ledger.positions
    sought = {r for r, p in positions.items() if p.standing in SOUGHT}
    tried: Counter[str] = Counter()
    for record in sorted(sought & set(attempts)):
        tried.update({a.where for a in attempts[record] if a.where})
    if not tried:
        return
    told = [f"{for_markdown(where)} ({counted(n, 'report')})" for where, n in tried.most_common()]
    yield f"the logs say through what: {listed(told)}"
    silent = sum(not any(a.where for a in attempts.get(r, ())) for r in sought)
    if silent:
        yield f"for {counted(silent, 'report', words=True)} it is not recorded"
