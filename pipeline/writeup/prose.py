"""What the prose of a manuscript may not do: type what the review counts or has extracted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from pipeline.snapshot import Snapshot
from pipeline.snapshot.dependencies import parts_of
from pipeline.terms.problem import Place, Problem, Severity
from pipeline.writeup.claim_words import tells_how_many_found
from pipeline.writeup.counts import KEYS, count
from pipeline.writeup.front_matter import FrontMatter
from pipeline.writeup.slots import Slots
from pipeline.writeup.typed_numbers import Typed, prose_outside_claims, slots_for, typed_numbers

_EXCEPTION = "; or list it under `typed_numbers:` (protocol or head of the manuscript) with its why"


def faults_of_prose(
    manuscript: str, file: str, front: FrontMatter, slots: Slots
) -> Iterator[Problem]:
    """Typed numbers (errors), and sentences that say how many studies outside of any claim."""
    snapshot = slots.snapshot
    allowed = (*snapshot.review.protocol.typed_numbers, *front.typed_numbers)
    of_the_review = {*snapshot.review.studies, *snapshot.ledger.studies}

    def is_background(name: str) -> bool:
        key = slots.names.key(name)
        return bool(key) and key not in of_the_review

    for typed in typed_numbers(manuscript, allowed, is_background):
        yield Problem(
            place=Place(file=file, line=typed.line),
            what=f"the number {typed.text!r} is typed, so nothing keeps it true",
            remedy=_remedy(typed, slots) + _EXCEPTION,
            check="typed-number",
        )
    for line, sentence in prose_outside_claims(manuscript):
        words = tells_how_many_found(sentence)
        if words:
            yield Problem(
                place=Place(file=file, line=line),
                what=f"{words!r} is a count in words, and no claim carries it",
                remedy='Make the sentence a claim: {% claim "id", "finding:…" %}…{% endclaim %}',
                severity=Severity.WARNING,
                check="claim",
            )


def _remedy(typed: Typed, slots: Slots) -> str:
    values = [path for name in typed.cites for path in _values(slots.snapshot, name, typed.value)]
    if values:
        study, _, path = values[0].partition("/")
        return f'Write {{{{ v("{study}", "{path}") }}}} in its place'
    told = slots_for(typed, _counts(slots.snapshot))
    if told:
        return told
    return (
        "Let a slot say it ({{ n(…) }}, {{ v(…) }}), or cite the background that it is from: "
        "[@key] of references.yaml"
    )


def _values(snapshot: Snapshot, name: str, number: float) -> Iterator[str]:
    """The paths of the extracted values of the study `name` that are, or hold, `number`."""
    study = snapshot.review.studies.get(name)
    for path, answer in parts_of(study) if study else ():
        value = answer.value
        held = value.values() if isinstance(value, Mapping) else (value,)
        if any(not isinstance(one, bool) and one == number for one in held):
            yield path


@lru_cache(maxsize=8)
def _counts(snapshot: Snapshot) -> Mapping[str, int]:
    return {key: count(snapshot, key) for key in KEYS}
