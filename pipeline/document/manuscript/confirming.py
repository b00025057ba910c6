"""Claims beside what their authors last confirmed: which still stand, and what has changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pipeline.document.manuscript.claims import further_grounds_of, grounds_of
from pipeline.document.tables.claims import in_words
from pipeline.model.decision import Confirmed
from pipeline.model.finding import Claim
from pipeline.model.problem import Problem, Severity
from pipeline.model.undoing import effective
from pipeline.snapshot import Snapshot
from pipeline.snapshot.fingerprints import digest, fingerprints, together


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedSupport:
    """What a claim rests on, its fingerprint, and what it says in words, without quotes.

    `print` is `SAYS-BEHIND-FURTHER`; the third part, of what was read of the studies and of the
    protocol's words, is missing in confirmations that were made before there was one.
    """

    name: str
    print: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportChange:
    """A support before and after; None where it is new or gone."""

    before: ConfirmedSupport | None
    after: ConfirmedSupport | None

    @property
    def name(self) -> str:
        one = self.after or self.before
        assert one is not None
        return one.name

    @property
    def in_words(self) -> str:
        if self.before is None or self.after is None:
            return "is new" if self.before is None else "is gone"
        if self.before.print.partition("-")[0] == self.after.print.partition("-")[0]:
            return (
                "says the same; its source, quote or note, the decisions behind it, what was read "
                "of a study or a label changed"
            )
        return "says something else"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimState:
    """A claim as it is now, and the last word of its authors on it (None: never confirmed).

    `found_again` names the supports of which nothing changed since, but that a later search brought
    their reports once more.
    """

    claim: Claim
    supports: tuple[ConfirmedSupport, ...]
    last: Confirmed | None
    found_again: frozenset[str] = frozenset()

    @property
    def changes(self) -> tuple[SupportChange, ...]:
        """The supports that are not what they were when the claim was confirmed."""
        if self.last is None:
            return ()
        then = zip(self.last.supports, self.last.prints, self.last.said, strict=False)
        before = {
            name: ConfirmedSupport(name=name, print=print, said=said) for name, print, said in then
        }
        after = {support.name: support for support in self.supports}
        return tuple(
            SupportChange(before=before.get(name), after=after.get(name))
            for name in dict.fromkeys((*after, *before))
            if name not in self.found_again
            and (
                name not in before
                or name not in after
                or not is_print(before[name].print, after[name].print)
            )
        )

    @property
    def reads_otherwise(self) -> bool:
        return self.last is not None and self.last.text != self.claim.text

    @property
    def has_changed(self) -> bool:
        return self.reads_otherwise or bool(self.changes)

    @property
    def stands(self) -> bool:
        """Whether it was confirmed as it is now."""
        return self.last is not None and not self.has_changed


def claim_states(claims: Iterable[Claim], snapshot: Snapshot) -> tuple[ClaimState, ...]:
    """Each claim with its latest confirmation up to the day of the ledger that was not undone."""
    latest: dict[str, Confirmed] = {}
    for decision in effective(snapshot.log):
        if isinstance(decision, Confirmed):
            held = latest.get(decision.claim)
            if held is None or (held.at, held.id) < (decision.at, decision.id):
                latest[decision.claim] = decision
    return tuple(
        ClaimState(
            claim=claim,
            supports=tuple(support_now(name, snapshot) for name in dict.fromkeys(claim.supports)),
            last=latest.get(claim.id),
            found_again=_found_again(latest.get(claim.id), snapshot),
        )
        for claim in claims
    )


def _found_again(last: Confirmed | None, snapshot: Snapshot) -> frozenset[str]:
    pairs = zip(last.supports, last.prints, strict=False) if last is not None else ()
    return frozenset(
        name
        for name, print in pairs
        if last is not None
        and not is_print(print, _print_now(name, snapshot))
        and is_print(print, _print_then(name, snapshot, last.at))
    )


def support_now(name: str, snapshot: Snapshot) -> ConfirmedSupport:
    said = "" if name.startswith("@") else in_words(name, snapshot, quotes=False)
    return ConfirmedSupport(name=name, print=_print_now(name, snapshot), said=said)


def is_print(held: str, now: str) -> bool:
    """Whether what was held has not changed, as far as `held` tells."""
    return held == now or (held.count("-") == 1 and now.startswith(f"{held}-"))


def _print_now(name: str, snapshot: Snapshot) -> str:
    prints = fingerprints(snapshot)
    return f"{together(map(prints, grounds_of(name, snapshot)))}-{_further(name, snapshot)}"


def _further(name: str, snapshot: Snapshot) -> str:
    prints = fingerprints(snapshot)
    return digest([prints(n) for n in further_grounds_of(name, snapshot)])


def _print_then(name: str, snapshot: Snapshot, since: datetime) -> str:
    """The fingerprint of a support without what only found its reports again after `since`."""
    prints = fingerprints(snapshot)
    then = together(prints.but_found_again(n, since) for n in grounds_of(name, snapshot))
    return f"{then}-{_further(name, snapshot)}"


def prints_renewed(old: Snapshot, new: Snapshot) -> Mapping[tuple[str, str], str]:
    """What confirmations that stand in `old` have to hold to stand in `new` as well.

    `new` is the same review with other names or without quotes. By support and its fingerprint in
    `old`; a support that has changed since it was confirmed is not in it, and stays changed.
    """
    found: dict[tuple[str, str], str] = {}
    for decision in old.log:
        if isinstance(decision, Confirmed):
            for name, print in zip(decision.supports, decision.prints, strict=False):
                if (name, print) in found:
                    continue
                if is_print(print, _print_now(name, old)):
                    found[name, print] = _print_now(name, new)
                elif is_print(print, _print_then(name, old, decision.at)):
                    found[name, print] = _print_then(name, new, decision.at)
    return found


def faults_of_confirmation(
    states: Iterable[ClaimState], slug: str, *, draft: bool = False
) -> Iterator[Problem]:
    """Claims that changed under their authors' word (errors; warnings in a draft), and how many
    were never confirmed at all (one warning)."""
    never = []
    for state in states:
        if state.last is None:
            never.append(state)
        elif state.has_changed:
            yield Problem(
                place=state.claim.place,
                what=f"the claim {state.claim.id!r} is not what {state.last.reviewer} confirmed "
                f"on {state.last.at:%Y-%m-%d}: {'; '.join(_what_changed(state))}",
                remedy=f"Read it again: `review confirm {slug} {state.claim.id} --as NAME` shows "
                "old and new, and confirms it",
                severity=Severity.WARNING if draft else Severity.ERROR,
                check="confirmed",
            )
    if never:
        ids = ", ".join(state.claim.id for state in never[:3]) + (", …" if len(never) > 3 else "")
        n = len(never)
        yield Problem(
            place=never[0].claim.place,
            what=f"{n} {'claim was' if n == 1 else 'claims were'} never confirmed: {ids}",
            remedy=f"When the sentences are final: `review confirm {slug} --as NAME`",
            severity=Severity.WARNING,
            check="unconfirmed",
        )


def _what_changed(state: ClaimState) -> Iterator[str]:
    if state.reads_otherwise:
        yield "it reads otherwise"
    for change in state.changes:
        one = change.after or change.before
        assert one is not None
        yield f"{one.name} {change.in_words}"
