"""What a reviewer had before their eyes, as a short hash that a verdict carries.

`seen` is eight hexadecimal digits for title and abstract, a hyphen, and six digits for each
criterion shown: so a later look can say what changed, and which verdicts rested on that.

What a verdict rests on. An inclusion and an *unsure* say that no criterion failed (for sure): they
rest on all of them. An exclusion for a criterion stands while that one fails, whatever becomes of
the others. On full text its reason is counted (PRISMA 2020, item 16b) and is the first that fails:
there it rests on the criteria before it as well, and on no other having come before it since. Where
an amendment of the protocol says what it did to a criterion, only verdicts that can change are to
be looked at again: a wider criterion can only let in, a narrower one only keep out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence

from pipeline.model.decision import Screened, Stage, Verdict
from pipeline.model.protocol import Amendment, AmendmentEffect, Criterion
from pipeline.model.record import Record

TEXT = "title or abstract"
"""The word for a changed record in the answer of `changed_since`."""

_SEEN = re.compile(r"([0-9a-f]{8})-((?:[0-9a-f]{6})*)")
_RECORD_DIGITS = 8
_CRITERION_DIGITS = 6


def seen_hash(record: Record, criteria: Sequence[Criterion]) -> str:
    """The hash of `record`'s title and abstract and of the `criteria` shown beside them."""
    return _text_hash(record) + seen_criteria(criteria)


def seen_criteria(criteria: Sequence[Criterion]) -> str:
    """The end of every hash of a verdict cast while these `criteria` were shown."""
    return f"-{''.join(map(_criterion_hash, criteria))}"


def criteria_shown(vote: Screened) -> tuple[str, ...] | None:
    """The prints of the criteria that were shown when `vote` was cast; None where none is known."""
    shown = _SEEN.fullmatch(vote.seen)
    if shown is None:
        return None
    digits = shown[2]
    return tuple(
        digits[start : start + _CRITERION_DIGITS]
        for start in range(0, len(digits), _CRITERION_DIGITS)
    )


def print_of(criterion: Criterion) -> str:
    """The print of `criterion` as it reads now, to be found among those of `criteria_shown`."""
    return _criterion_hash(criterion)


def changed_since(
    vote: Screened,
    record: Record,
    criteria: Sequence[Criterion],
    amendments: Iterable[Amendment] = (),
) -> tuple[str, ...]:
    """What changed under `vote` since it was cast: `TEXT`, and the criteria it rested on.

    Nothing is said of a vote that carries no hash of this form, nor of one that was cast before the
    record was completed from others of its report. `criteria` are those of the vote's stage today.
    """
    shown = _SEEN.fullmatch(vote.seen)
    if shown is None:
        return ()
    shown_once = (_text_hash(record), _text_hash(record.as_read))
    text = (TEXT,) if shown[1] not in shown_once else ()
    return text + criteria_changed_since(vote, criteria, amendments)


def criteria_changed_since(
    vote: Screened, criteria: Sequence[Criterion], amendments: Iterable[Amendment] = ()
) -> tuple[str, ...]:
    """The criteria, by their ids, that `vote` rested on and that are other than those shown.

    A criterion that is new or worded differently is named, unless `amendments` since the vote (its
    own day counts) say that it cannot change this verdict. The *place* of one is named that has
    come to stand before the reason of an exclusion on full text: it may be the first that fails.
    """
    then = criteria_shown(vote)
    if then is None:
        return ()
    since = [a for a in amendments if a.on >= vote.at.date()]
    moved = _moved_before(vote, criteria, then)
    return tuple(
        f"place of {criterion}" if criterion in moved else criterion
        for criterion, digits_now, matters in _rested_on(vote, criteria)
        if criterion in moved or (digits_now not in then and _may_change(criterion, since, matters))
    )


_LETS_IN = frozenset({AmendmentEffect.WIDENED})
_KEEPS_OUT = frozenset({AmendmentEffect.NARROWED})


def _rested_on(
    vote: Screened, criteria: Sequence[Criterion]
) -> Iterator[tuple[str, str, frozenset[AmendmentEffect]]]:
    """The criteria that `vote` rests on: id, hash of today ("" when gone), what can change it."""
    ids = [criterion.id for criterion in criteria]
    if vote.verdict is Verdict.INCLUDE:
        yield from ((c.id, _criterion_hash(c), _KEEPS_OUT) for c in criteria)
    elif vote.verdict is Verdict.UNSURE:
        yield from ((c.id, _criterion_hash(c), _KEEPS_OUT | _LETS_IN) for c in criteria)
    elif not vote.reason:
        yield from ((c.id, _criterion_hash(c), _LETS_IN) for c in criteria)
    elif vote.reason not in ids:
        yield vote.reason, "", _LETS_IN
    else:
        at = ids.index(vote.reason)
        if vote.stage is Stage.FULL_TEXT:
            yield from ((c.id, _criterion_hash(c), _KEEPS_OUT) for c in criteria[:at])
        yield vote.reason, _criterion_hash(criteria[at]), _LETS_IN


def _moved_before(
    vote: Screened, criteria: Sequence[Criterion], then: Sequence[str]
) -> frozenset[str]:
    """The criteria that stand before the reason of `vote` today and stood after it `then`.

    Only an exclusion on full text says that those before its reason did not fail. One that was
    worded anew is known by its place among those that were; a reason that is gone says nothing.
    """
    if vote.stage is not Stage.FULL_TEXT or vote.verdict is not Verdict.EXCLUDE:
        return frozenset()
    now = {criterion.id: _criterion_hash(criterion) for criterion in criteria}
    places = {name: then.index(digits) for name, digits in now.items() if digits in then}
    anew = [name for name in now if name not in places]
    left = [place for place in range(len(then)) if place not in places.values()]
    places |= zip(anew, left, strict=False)
    reason = places.get(vote.reason)
    if reason is None:
        return frozenset()
    before = list(now)[: list(now).index(vote.reason)]
    return frozenset(name for name in before if places.get(name, -1) > reason)


def _may_change(
    criterion: str, since: Iterable[Amendment], matters: frozenset[AmendmentEffect]
) -> bool:
    said = {a.change for a in since if criterion in a.affects}
    return not said or None in said or bool(said & matters)


def _text_hash(record: Record) -> str:
    return _digest(record.title, record.abstract)[:_RECORD_DIGITS]


def _criterion_hash(criterion: Criterion) -> str:
    return _digest(criterion.id, criterion.label, criterion.text)[:_CRITERION_DIGITS]


def _digest(*parts: str) -> str:
    # the length before each part: ("ab", "c") and ("a", "bc") are not the same
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()
