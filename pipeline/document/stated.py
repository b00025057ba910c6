"""Sentences that authors type into the synthesis, held against what they rest on.

A finding is a claim: its numbers are those of its studies and its pooled estimate, and its words go
the way that it is coded. Notes, accounts, labels and reasons may say what was extracted or counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass

from pipeline.document.counts import KEYS, count
from pipeline.document.figures.estimates import numbers_of
from pipeline.document.manuscript.claim_words import unjudged, worse_is
from pipeline.document.manuscript.prose import Typed, typed_numbers
from pipeline.model.finding import RATIOS, Finding
from pipeline.model.problem import Place, Problem, Severity
from pipeline.model.study import Direction, Study
from pipeline.notation.stated_words import NUMBER_WORD, number_of, stated_numbers, stated_ways
from pipeline.snapshot import Snapshot
from pipeline.synthesis import results_by_id
from pipeline.synthesis.directions import count_votes
from pipeline.synthesis.measures import scale_of

_WAYS = (Direction.HIGHER, Direction.LOWER)
_OF_FINDING = ("statement", "comparison", "comments", "notes", "method_reason")
_PROSE = frozenset(
    {
        "account",
        "comment",
        "comments",
        "definition",
        "label",
        "note",
        "notes",
        "rationale",
        "reason",
        "statement",
        "text",
        "why",
    }
)
"""Fields of the synthesis that hold sentences of its authors."""
_QUOTED = frozenset({"quotes"})
"""Parts of the synthesis that hold words of sources."""
_WORDS = re.compile(rf"\b{NUMBER_WORD}\b", re.IGNORECASE)
_WHERE = frozenset({"id", "place", "places", "sources", "study"})
_EXCEPTION = "or list the words under `typed_numbers:` of the protocol, with why they stand"


@dataclass(frozen=True, slots=True)
class Borne:
    """The numbers that a sentence may say: `values` as they are, `ratios` also as a change."""

    values: set[float] = field(default_factory=set)
    ratios: set[float] = field(default_factory=set)

    def bears(self, typed: Typed) -> bool:
        words = typed.text.lower()
        percent = "%" in words or "percent" in words or "per cent" in words
        places = len(words.partition(".")[2].rstrip("% percnt")) if "." in words else 0
        said = {*self.values, *self.ratios}
        shares = {100 * value for value in said} if percent or not words[0].isdigit() else set()
        changes = {abs(100 * (1 - r)) for r in self.ratios} | {100 * r for r in self.ratios}
        if not percent and words[0].isdigit():
            changes = set()
        return any(
            value == typed.value or round(value, places) == round(typed.value, places)
            for value in said | shares | changes
        )


def faults_of_sentences(snapshot: Snapshot) -> Iterator[Problem]:
    """What the authors' sentences in the synthesis say and their evidence does not bear out."""
    for finding in snapshot.synthesis.findings.values():
        yield from _of_finding(finding, snapshot)
    everything = Borne()
    for study in snapshot.review.studies.values():
        _add_study(everything, study)
    everything.values.update(float(count(snapshot, key)) for key in KEYS)
    for name, text in _sentences(snapshot.synthesis, ""):
        if name.startswith("findings."):
            continue
        for typed in _typed(text, snapshot):
            if not everything.bears(typed):
                yield Problem(
                    place=Place(file=f"synthesis: {name}"),
                    what=f"the number {typed.text!r} is in no study of the review and no count",
                    remedy=f"Write what was extracted, {_EXCEPTION}",
                    check="typed-number",
                )


def _of_finding(finding: Finding, snapshot: Snapshot) -> Iterator[Problem]:
    place = snapshot.synthesis.places.get(finding.id, Place(file="synthesis/findings.yaml"))
    borne = _borne_by(finding, snapshot)
    texts = [getattr(finding, name) for name in _OF_FINDING] + [r.why for r in finding.reasons]
    for typed in (typed for text in texts for typed in _typed(text, snapshot)):
        if not borne.bears(typed):
            yield Problem(
                place=place,
                what=f"the finding {finding.id!r} says {typed.text!r}, and nothing that it rests "
                "on says so",
                remedy=f"Write the number of its results, {_EXCEPTION}",
                check="typed-number",
            )
    yield from _direction(finding, snapshot, place)


def _typed(text: str, snapshot: Snapshot) -> Iterator[Typed]:
    return typed_numbers(text, snapshot.review.protocol.typed_numbers, lambda _: False)


def _direction(finding: Finding, snapshot: Snapshot, place: Place) -> Iterator[Problem]:
    way = _way_of(finding, snapshot)
    if finding.says is not None:
        if finding.direction in _WAYS and finding.says is not finding.direction:
            yield Problem(
                place=place,
                what=f"the finding {finding.id!r} says {finding.says}, but its direction is "
                f"{finding.direction}",
                remedy="Let `says:` and `direction:` agree, or word it anew",
                check="finding-direction",
            )
        return
    if way is None:
        return
    worse = worse_is([finding.outcome], snapshot)
    said = stated_ways(finding.statement, worse_is=worse)
    contrary = said.only_up if way is Direction.LOWER else said.only_down
    if contrary:
        yield Problem(
            place=place,
            what=f"the finding {finding.id!r} says {contrary!r}, and what it rests on points {way}",
            remedy=f"Word it as its results point; if its words mean just that, add `says: {way}`",
            check="finding-direction",
        )
    elif why := unjudged(said):
        yield Problem(
            place=place,
            what=f"the words of the finding {finding.id!r} cannot be held against its direction, "
            f"{way}: {why}",
            remedy=f"Add `says: {way}` if that is what they mean",
            severity=Severity.NOTE,
            check="finding-direction",
        )


def _way_of(finding: Finding, snapshot: Snapshot) -> Direction | None:
    """The direction that the finding is coded with, else the one that all its results have."""
    if finding.direction is not None:
        return finding.direction if finding.direction in _WAYS else None
    results = results_by_id(snapshot.review)
    ways = {results[id].direction for id in finding.results if id in results}
    return ways.pop() if len(ways) == 1 and ways <= set(_WAYS) else None


def _borne_by(finding: Finding, snapshot: Snapshot) -> Borne:
    """The numbers of the finding's studies and results, of its pooled estimate and its votes."""
    borne = Borne()
    studies = [
        snapshot.review.studies[id] for id in finding.all_studies if id in snapshot.review.studies
    ]
    for study in studies:
        _add_study(borne, study)
    results = results_by_id(snapshot.review)
    votes = count_votes(results[id] for id in finding.results if id in results)
    borne.values.update(
        float(n)
        for n in (
            len(finding.all_studies),
            len(finding.results),
            len(votes.higher),
            len(votes.lower),
        )
    )
    if finding.estimate in snapshot.synthesis.estimates:
        told = numbers_of(snapshot, finding.estimate)
        borne.values.add(float(len(told.effects)))
        if told.pooled is not None:
            pooled = told.pooled
            numbers = [told.printed(y) for y in (pooled.estimate, pooled.low, pooled.high)]
            (borne.ratios if told.asked.scale in RATIOS else borne.values).update(numbers)
            borne.values.add(pooled.i2)
    return borne


def _add_study(borne: Borne, study: Study) -> None:
    borne.values.update(_numbers_in((study.answers, study.parts, study.title)))
    for result in study.results:
        borne.values.update(_numbers_in(result))
        if scale_of(result.measure) in RATIOS:
            borne.ratios.update(_numbers_in(result.estimate))


def _numbers_in(value: object) -> Iterator[float]:
    """Every number inside `value`: as it is, as a share of its whole, or within words."""
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, (int, float)):
        yield float(value)
    elif isinstance(value, str):
        yield from (number.value for number in stated_numbers(value))
        yield from (number_of(words) for words in _WORDS.findall(value))
    elif isinstance(value, Mapping):
        yield from _numbers_in(tuple(value.values()))
        x, n = value.get("x"), value.get("n")
        if isinstance(x, (int, float)) and isinstance(n, (int, float)) and n:
            yield x / n
    elif is_dataclass(value) and not isinstance(value, type):
        # a page number or the words of a quote are no number of a study
        said = (f.name for f in fields(value) if f.name not in _WHERE)
        yield from (n for name in said for n in _numbers_in(getattr(value, name)))
    elif isinstance(value, (tuple, list)):
        yield from (n for one in value for n in _numbers_in(one))


def _sentences(value: object, path: str) -> Iterator[tuple[str, str]]:
    """The sentences inside `value` by where they stand: `themes.themes.t1.account`."""
    if isinstance(value, Mapping):
        items: Iterable[tuple[str, object]] = ((str(k), v) for k, v in value.items())
    elif is_dataclass(value) and not isinstance(value, type):
        items = ((f.name, getattr(value, f.name)) for f in fields(value))
    elif isinstance(value, tuple):
        items = ((str(getattr(v, "id", n)), v) for n, v in enumerate(value, 1))
    else:
        return
    for name, inner in items:
        here = f"{path}.{name}" if path else name
        if isinstance(inner, str):
            if name in _PROSE and inner.strip():
                yield here, inner
        elif name not in _QUOTED:
            yield from _sentences(inner, here)
