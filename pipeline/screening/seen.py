"""What a reviewer had before their eyes, as a short hash that a verdict carries.

`seen` is eight hexadecimal digits for title and abstract, a hyphen, and six digits for each
criterion shown: so a later look can say what changed, and which verdicts rested on that.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from pipeline.terms.decision import Screened, Verdict
from pipeline.terms.protocol import Criterion
from pipeline.terms.record import Record

TEXT = "title or abstract"
"""The word for a changed record in the answer of `changed_since`."""

_SEEN = re.compile(r"([0-9a-f]{8})-((?:[0-9a-f]{6})*)")
_RECORD_DIGITS = 8
_CRITERION_DIGITS = 6


def seen_hash(record: Record, criteria: Sequence[Criterion]) -> str:
    """The hash of `record`'s title and abstract and of the `criteria` shown beside them."""
    return f"{_text_hash(record)}-{''.join(map(_criterion_hash, criteria))}"


def changed_since(vote: Screened, record: Record, criteria: Sequence[Criterion]) -> tuple[str, ...]:
    """What changed under `vote` since it was cast: `TEXT`, and ids of criteria it rested on.

    An exclusion for a criterion rests on that criterion alone, any other verdict on all of them: a
    criterion that is new or worded differently is named. Nothing is said of a vote that carries
    no hash of this form. `criteria` are those of the vote's stage today.
    """
    shown = _SEEN.fullmatch(vote.seen)
    if shown is None:
        return ()
    digits = shown[2]
    then = {
        digits[start : start + _CRITERION_DIGITS]
        for start in range(0, len(digits), _CRITERION_DIGITS)
    }
    changed = [TEXT] if shown[1] != _text_hash(record) else []
    ids = {criterion.id for criterion in criteria}
    alone = vote.verdict is Verdict.EXCLUDE and bool(vote.reason)
    if alone and vote.reason not in ids:
        return (*changed, vote.reason)
    for criterion in criteria:
        rests = criterion.id == vote.reason if alone else True
        if rests and _criterion_hash(criterion) not in then:
            changed.append(criterion.id)
    return tuple(changed)


def _text_hash(record: Record) -> str:
    return _digest(record.title, record.abstract)[:_RECORD_DIGITS]


def _criterion_hash(criterion: Criterion) -> str:
    return _digest(criterion.id, criterion.label, criterion.text)[:_CRITERION_DIGITS]


def _digest(*parts: str) -> str:
    # the length before each part: ("ab", "c") and ("a", "bc") are not the same
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()
