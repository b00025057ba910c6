"""What the words of a claim say against what it rests on: direction, and how many studies.

"Most studies found …" is a vote count in words and carries its count (Cochrane Handbook 12.2.1.3).
Directions of results are coded by people; the words of a sentence are only held against them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping

from pipeline.document.finding_words import share_of_votes, votes_of
from pipeline.model.finding import Claim
from pipeline.model.protocol import Polarity
from pipeline.model.study import Direction
from pipeline.notation.stated_words import StatedWays, stated_ways
from pipeline.snapshot import Snapshot
from pipeline.synthesis import results_by_id

_STUDIES = (
    r"(?:\s+of)?(?:\s+(?:the|these|those|all|our))?"
    r"(?:\s+[\w-]+){0,2}?\s+(?:studies|study|reports)\b"
)
_QUANTIFIED = re.compile(
    rf"\b(?P<word>most|the\s+majority|a\s+majority|majority|few|all|every|each|no|none|half|"
    rf"many|several|some|a\s+minority|minority){_STUDIES}",
    re.IGNORECASE,
)
_NOT_COUNTED = re.compile(r"\b(?:all|no)\s+(?:case|survey|file)?\s*study\s+area", re.IGNORECASE)
_SHARE = re.compile(r"(\d[\d,]*)\s+of\s+(?:the\s+)?(\d[\d,]*)")

_HOLDS: Mapping[str, Callable[[int, int], bool]] = {
    "most": lambda u, n: 2 * u > n,
    "majority": lambda u, n: 2 * u > n,
    "minority": lambda u, n: 2 * u < n,
    "few": lambda u, n: 2 * u < n,
    "all": lambda u, n: u == n > 0,
    "every": lambda u, n: u == n > 0,
    "each": lambda u, n: u == n > 0,
    "no": lambda u, n: u == 0,
    "none": lambda u, n: u == 0,
    "half": lambda u, n: 2 * u == n,
    "many": lambda u, n: u > 0,
    "several": lambda u, n: u > 1,
    "some": lambda u, n: u > 0,
}

Fault = tuple[str, str]


_FINDS = re.compile(
    r"(?:\W+\w+){0,4}?\W+(?:found|finds?|show(?:s|ed|n)?|report(?:s|ed)?|suggest(?:s|ed)?|saw|sees?|"
    r"observed?|concluded?|agreed?|point(?:s|ed)?)\b",
    re.IGNORECASE,
)


def tells_how_many_found(sentence: str) -> str:
    """`most studies` where `sentence` says that so many found something, else ""."""
    found = _QUANTIFIED.search(sentence)
    if found is None or not _FINDS.match(sentence, found.end()):
        return ""
    return " ".join(found.group().split())


def quantified(text: str) -> str:
    """The words in which `text` says how many studies without a number: `most studies`, or ""."""
    found = _QUANTIFIED.search(text)
    return "" if found is None or _NOT_COUNTED.search(text) else " ".join(found.group().split())


def faults_of_words(claim: Claim, snapshot: Snapshot) -> Iterator[Fault]:
    """What in the words of `claim` its supports do not bear out, each with a remedy."""
    yield from _direction(claim, snapshot)
    yield from _how_many(claim, snapshot)


def _direction(claim: Claim, snapshot: Snapshot) -> Iterator[Fault]:
    pointing = _pointing(claim, snapshot)
    if claim.says:
        against = [name for name, way in pointing.items() if way != claim.says]
        if against:
            ways = ", ".join(f"{name} points {_words(pointing[name])}" for name in against)
            yield (
                f"the claim {claim.id!r} says {_words(claim.says)!r}, but {ways}",
                "Write what its supports say, or rest it on what bears it out",
            )
        return
    told = set(pointing.values()) & {Direction.HIGHER, Direction.LOWER}
    if len(told) != 1:
        return
    [way] = told
    said = stated_ways(claim.text, worse_is=_worse_is(claim, snapshot))
    contrary = said.only_up if way is Direction.LOWER else said.only_down
    if contrary:
        yield (
            f"the claim {claim.id!r} says {contrary!r}, and what it rests on points {way}: "
            f"{', '.join(name for name, w in pointing.items() if w is way)}",
            f'Write what its supports say; if the words mean just that, add says="{way}"',
        )


def cannot_be_judged(claim: Claim, snapshot: Snapshot) -> str:
    """Why the words of `claim` cannot be held against the direction that it rests on, "" where
    they can, or where its author said what they mean."""
    told = set(_pointing(claim, snapshot).values()) & {Direction.HIGHER, Direction.LOWER}
    if claim.says or len(told) != 1:
        return ""
    return unjudged(stated_ways(claim.text, worse_is=_worse_is(claim, snapshot)))


def unjudged(said: StatedWays) -> str:
    """Why words cannot be held against a direction: they say none, both, or one under a *not*."""
    if said.negated:
        return f"{(*said.up, *said.down)[0]!r} stands under a negation"
    if said.up and said.down:
        return f"they say {said.up[0]!r} and {said.down[0]!r}"
    return "" if said.up or said.down else "they say neither higher nor lower"


def worse_is(outcomes: Collection[str], snapshot: Snapshot) -> str:
    """What a worse value of all `outcomes` means, `up` or `down`; "" where they differ or are
    neutral."""
    polarity = {o.id: o.polarity for o in snapshot.review.protocol.outcomes}
    ways = {
        {Polarity.HIGHER_IS_WORSE: "up", Polarity.HIGHER_IS_BETTER: "down"}.get(polarity[o], "")
        for o in outcomes
        if o in polarity
    }
    return ways.pop() if len(ways) == 1 else ""


def _worse_is(claim: Claim, snapshot: Snapshot) -> str:
    results = results_by_id(snapshot.review)
    findings = snapshot.synthesis.findings
    outcomes = {
        findings[s.removeprefix("finding:")].outcome
        if s.startswith("finding:")
        else results[s].outcome
        for s in claim.supports
        if s.startswith("finding:") or s in results
    }
    return worse_is(outcomes, snapshot)


def _pointing(claim: Claim, snapshot: Snapshot) -> Mapping[str, Direction]:
    """The supports of `claim` that have a direction of effect, with it."""
    results = results_by_id(snapshot.review)
    found: dict[str, Direction] = {}
    for support in claim.supports:
        way: Direction | None = None
        if support.startswith("finding:"):
            way = snapshot.synthesis.findings[support.removeprefix("finding:")].direction
        elif support in results:
            way = results[support].direction
        if way and way not in (Direction.DESCRIPTIVE, Direction.NOT_STATED):
            found[support] = way
    return found


def _how_many(claim: Claim, snapshot: Snapshot) -> Iterator[Fault]:
    said = quantified(claim.text)
    if not said:
        return
    first = said.split()[0].lower()
    word = first if first in _HOLDS else said.split()[1].lower()
    if not claim.numbers:
        yield (
            f"the claim {claim.id!r} says {said!r} without its count",
            'Let it carry the count: {{ votes("FINDING", short=True) }} says "5 of 6 studies", '
            'and {{ n("included_studies", …) }} counts by what was extracted',
        )
        return
    for name, (u, n) in _shares(claim, snapshot):
        if not _HOLDS[word](u, n):
            yield (
                f"the claim {claim.id!r} says {said!r}, and it is {u} of {n} ({name})",
                "Write what the count says",
            )


def _shares(claim: Claim, snapshot: Snapshot) -> Iterator[tuple[str, tuple[int, int]]]:
    """Every u of n that the claim carries: of findings whose votes it prints, else in its words."""
    printed = [n for n in claim.numbers if n.startswith("votes:")]
    for number in printed:
        id = number.removeprefix("votes:").partition("[")[0]
        finding = snapshot.synthesis.findings[id]
        share = share_of_votes(finding, votes_of(finding, snapshot))
        if share:
            yield f"finding:{id}", share
    if not printed:
        for u, n in _SHARE.findall(claim.text):
            yield "in its own words", (int(u.replace(",", "")), int(n.replace(",", "")))


def _words(direction: str) -> str:
    return direction.replace("_", " ")
