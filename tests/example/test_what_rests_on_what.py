"""Every extracted value, quote and decision of the example, taken away or changed one at a time.

The comparison names each sentence, number, table and figure that rested on it, and claims that
their authors confirmed stop the build.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from counted_by_hand import REVIEW

from pipeline.document import WriteUp, claim_states, faults_of_confirmation, write_up
from pipeline.extraction.studies import results_of
from pipeline.model.decision import Confirmed
from pipeline.model.study import Absent, Answer, Part
from pipeline.model.undoing import effective
from pipeline.sessions.snapshots import snapshot_of
from pipeline.snapshot import Snapshot
from pipeline.snapshot.dependencies import parts_of
from pipeline.snapshot.fingerprints import Fingerprints
from pipeline.snapshot.settle import settle
from pipeline.store import open_review

MANUSCRIPT = (REVIEW / "manuscript.md").read_text(encoding="utf-8")
Change = Callable[[Answer], Answer]


@dataclass(frozen=True)
class Base:
    snapshot: Snapshot
    written: WriteUp
    prints: Fingerprints

    resting: Mapping[str, frozenset[str]]
    """The statements that rest on each input."""

    def named(self, changed: Snapshot) -> set[str]:
        """The statements that the comparison names."""
        now = Fingerprints(changed, self.prints)
        inputs = (name for name in self.resting if now(name) != self.prints(name))
        return {id for name in inputs for id in self.resting[name]}


@pytest.fixture(scope="module")
def base() -> Base:
    folder = open_review(str(REVIEW))
    snapshot, _ = snapshot_of(folder, None)
    written, problems = write_up(snapshot, MANUSCRIPT)
    assert written is not None, problems
    prints = Fingerprints(snapshot)
    for statement in written.statements:
        for name, print in statement.grounds.items():
            assert name == "drawing" or prints(name) == print, name
    resting: dict[str, set[str]] = {}
    for statement in written.statements:
        for name in statement.grounds:
            if name != "drawing":
                resting.setdefault(name, set()).add(statement.id)
    return Base(
        snapshot,
        written,
        prints,
        {name: frozenset(ids) for name, ids in resting.items()},
    )


def with_answer(base: Base, name: str, change: Change) -> Snapshot:
    """The snapshot with the answer called `name` changed, its results read anew."""
    study = base.snapshot.review.studies[name.partition("/")[0]]
    made = replace(
        study,
        answers=_answers(study.answers, f"{study.id}/", name, change),
        parts=_parts(study.parts, f"{study.id}/", name, change),
        appraisals={
            id: _part(part, f"{study.id}/appraisal/{id}/", name, change)
            for id, part in study.appraisals.items()
        },
    )
    form = base.snapshot.review.forms[study.form]
    made = replace(made, results=results_of(study.id, made.parts.get("results", ()), form)[0])
    studies = {**base.snapshot.review.studies, study.id: made}
    return replace(base.snapshot, review=replace(base.snapshot.review, studies=studies))


def _answers(
    answers: Mapping[str, Answer], prefix: str, name: str, change: Change
) -> Mapping[str, Answer]:
    return {i: change(a) if f"{prefix}{i}" == name else a for i, a in answers.items()}


def _parts(
    parts: Mapping[str, tuple[Part, ...]], prefix: str, name: str, change: Change
) -> Mapping[str, tuple[Part, ...]]:
    return {
        part: tuple(
            _part(e, f"{prefix}{part}/" + f"{e.id}/" * (e.id != part), name, change)
            for e in entries
        )
        for part, entries in parts.items()
    }


def _part(entry: Part, prefix: str, name: str, change: Change) -> Part:
    return replace(
        entry,
        answers=_answers(entry.answers, prefix, name, change),
        parts=_parts(entry.parts, prefix, name, change),
    )


def gone(answer: Answer) -> Answer:
    return replace(answer, value=None, absent=Absent.NOT_YET, sources=())


def requoted(answer: Answer) -> Answer:
    first, *rest = answer.sources
    return replace(answer, sources=(replace(first, quote=f"{first.quote} indeed"), *rest))


def extracted(base: Base) -> Iterator[tuple[str, Answer]]:
    for study in base.snapshot.review.studies.values():
        yield from ((n, a) for n, a in parts_of(study) if a.value is not None)


def must_be_named(base: Base, name: str) -> set[str]:
    """By the manuscript and the claims alone: what prints the value, or rests on its result."""
    study, _, path = name.partition("/")
    printed = re.findall(rf'v\("{study}", "{re.escape(path)}"(?:, part="(\w+)")?\)', MANUSCRIPT)
    expected = {f"{name}[part={part}]" if part else name for part in printed}
    result = re.fullmatch(r"results/([^/]+)/(?:statement|direction|proportion|estimate)", path)
    for claim in base.written.claims:
        for support in claim.supports:
            if support == name or (result and support == f"{study}/{result[1]}"):
                expected.add(claim.id)
    for id, finding in base.snapshot.synthesis.findings.items():
        if result and f"{study}/{result[1]}" in finding.results:
            expected |= {c.id for c in base.written.claims if f"finding:{id}" in c.supports}
    return expected


def stopped(base: Base, changed: Snapshot) -> set[str]:
    """The claims at which the build of `changed` stops."""
    problems = faults_of_confirmation(claim_states(base.written.claims, changed), "ta-hsb")
    return {
        re.findall(r"the claim '([^']+)'", p.what)[0] for p in problems if p.severity == "error"
    }


@pytest.mark.parametrize("change", [gone, requoted])
def test_each_value_and_each_quote(base: Base, change: Change) -> None:
    claims = {claim.id for claim in base.written.claims}
    tried = 0
    for name, answer in extracted(base):
        if change is requoted and not answer.sources:
            continue
        tried += 1
        named = base.named(with_answer(base, name, change))
        expected = must_be_named(base, name)
        assert expected <= named, (name, expected - named)
        if expected & claims and tried % 5 == 0:
            assert expected & claims <= stopped(base, with_answer(base, name, change)), name
    assert tried > 100


def test_a_claim_stops_the_build_when_what_it_rests_on_changes(base: Base) -> None:
    assert stopped(base, base.snapshot) == set()
    for claim in base.written.claims:
        for support in claim.supports:
            study, _, path = support.partition("/")
            if study not in base.snapshot.review.studies or not path:
                continue
            on = f"{study}/results/{path}/statement"
            here = on if dict(parts_of(base.snapshot.review.studies[study])).get(on) else support
            assert claim.id in stopped(base, with_answer(base, here, gone)), support


def test_each_decision(base: Base) -> None:
    """Without any one decision, every number that is another one then is named."""
    decisions = base.snapshot.review.decisions
    counting = {d.id for d in effective(decisions)}
    moved = 0
    for n, decision in enumerate(decisions):
        if isinstance(decision, Confirmed) or decision.id not in counting:
            continue
        review = replace(base.snapshot.review, decisions=(*decisions[:n], *decisions[n + 1 :]))
        ledger = settle(review)
        changed = replace(base.snapshot, review=review, ledger=ledger)
        flow, before = ledger.flow, base.snapshot.ledger.flow
        boxes = ("records_screened", "records_excluded", "dbr_assessed", "duplicates")
        others = {f"n:{box}" for box in boxes if flow.count(box) != before.count(box)}
        if ledger.studies != base.snapshot.ledger.studies:
            others |= {"n:included_studies", "table:characteristics"}
        said = {s.id for s in base.written.statements}
        named = base.named(changed)
        assert named, decision
        assert others & said <= named, (decision, others - named)
        moved += bool(others)
    assert moved > 50


def test_what_reads_otherwise_is_always_named(base: Base) -> None:
    """Against the write-up itself: a spread of single changes, each written anew in full."""
    everything: list[tuple[str, Snapshot]] = [
        (name, with_answer(base, name, gone)) for name, _ in list(extracted(base))[::100]
    ]
    decisions = base.snapshot.review.decisions[::120]
    everything += [(f"without {d.id}", _without(base, d)) for d in decisions]
    for what, changed in everything:
        named = base.named(changed)
        written, problems = write_up(changed, MANUSCRIPT)
        if written is None:
            assert any(p.place.line for p in problems), what
            continue
        now = {s.id: s for s in written.statements}
        for statement in base.written.statements:
            after = now.get(statement.id)
            if after is not None and after.text != statement.text:
                assert statement.id in named, (what, statement.id)


def _without(base: Base, decision: Any) -> Snapshot:
    left = tuple(d for d in base.snapshot.review.decisions if d is not decision)
    review = replace(base.snapshot.review, decisions=left)
    return replace(base.snapshot, review=review, ledger=settle(review))
