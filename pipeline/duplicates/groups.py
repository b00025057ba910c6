"""Pairs into groups of records that tell of one report, and which record of a group is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.model.decision import AUTOMATION, Matched

MOST_DOUBTFUL = "9"
"""Sorts behind every `doubt` that a rule may write ("0.0000" to "1.0000")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """`kept` maps every duplicate to the record kept in its stead.

    `gave_way` are the matches (`same`) that were not followed because a person parted records
    that they would have joined.
    """

    kept: dict[str, str]
    gave_way: tuple[Matched, ...] = ()


def kept_records(order: Sequence[str], matches: Iterable[Matched]) -> dict[str, str]:
    """Maps every duplicate among `order` to the record kept in its stead, the first that came in.

    `order` holds the ids of all records as they came in; `matches` is without withdrawn ones and
    may come in any order. Records that the mapping lacks are kept; matches about records that
    `order` lacks do not count.
    """
    return settle_matches(order, matches).kept


def groups_of(order: Iterable[str], kept: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The duplicates of each kept record, as they come in `order`, from `kept_records`."""
    duplicates: dict[str, list[str]] = {}
    for record in order:
        if record in kept:
            duplicates.setdefault(kept[record], []).append(record)
    return {record: tuple(others) for record, others in duplicates.items()}


def settle_matches(order: Sequence[str], matches: Iterable[Matched]) -> Settled:
    """As `kept_records`, with the matches that gave way to what a person parted."""
    position = {record: i for i, record in enumerate(order)}
    spoken = _last_words(position, matches)
    groups = _Groups(len(position))
    persons: list[tuple[tuple[int, int], Matched]] = []
    rules: list[tuple[str, int, int, Matched]] = []
    for pair, match in spoken.items():
        if match.reviewer == AUTOMATION:
            if match.same:
                rules.append((match.doubt or MOST_DOUBTFUL, pair[1], pair[0], match))
        elif match.same:
            persons.append((pair, match))
        else:
            groups.part(*pair)
    persons.sort(key=lambda said: (said[1].at, said[1].id), reverse=True)
    rules.sort()  # each pair stands here once, so matches are never compared
    gave_way = [match for (a, b), match in persons if not groups.join(a, b)]
    gave_way += [match for _, b, a, match in rules if not groups.join(a, b)]
    ids = tuple(position)
    kept = {}
    for i in groups.touched():
        first = groups.find(i)
        if first != i:
            kept[ids[i]] = ids[first]
    return Settled(kept=kept, gave_way=tuple(gave_way))


def _last_words(
    position: dict[str, int], matches: Iterable[Matched]
) -> dict[tuple[int, int], Matched]:
    """For each pair (positions, the earlier first) the one match that counts."""
    spoken: dict[tuple[int, int], Matched] = {}
    for match in matches:
        a, b = position.get(match.record), position.get(match.duplicate_of)
        if a is None or b is None or a == b:
            continue
        pair = (a, b) if a < b else (b, a)
        before = spoken.get(pair)
        if before is None or _weight(before) < _weight(match):
            spoken[pair] = match
    return spoken


def _weight(match: Matched) -> tuple[bool, object, str]:
    return (match.reviewer != AUTOMATION, match.at, match.id)


class _Groups:
    """Disjoint groups of positions; the smallest position stands for its group."""

    def __init__(self, size: int) -> None:
        self._first = list(range(size))
        self._parted: dict[int, set[int]] = {}
        self._touched: set[int] = set()

    def touched(self) -> list[int]:
        return sorted(self._touched)

    def find(self, i: int) -> int:
        first = self._first
        while first[i] != i:
            first[i] = first[first[i]]
            i = first[i]
        return i

    def part(self, a: int, b: int) -> None:
        """Keeps the two apart; only before any `join`."""
        self._parted.setdefault(a, set()).add(b)
        self._parted.setdefault(b, set()).add(a)

    def join(self, a: int, b: int) -> bool:
        """Joins the groups of the two, unless they are to stay apart; says whether they are one."""
        a, b = self.find(a), self.find(b)
        if a == b:
            return True
        if b in self._parted.get(a, ()):
            return False
        first, other = (a, b) if a < b else (b, a)
        self._first[other] = first
        self._touched.update((first, other))
        apart = self._parted.pop(other, None)
        if apart:
            for i in apart:
                enemies = self._parted[i]
                enemies.discard(other)
                enemies.add(first)
            self._parted.setdefault(first, set()).update(apart)
        return True


def join_best_first(
    size: int, edges: Iterable[tuple[int, int]], apart: Iterable[tuple[int, int]]
) -> tuple[list[int], list[bool]]:
    """Groups `size` records by `edges`, the best first, never joining what is `apart`.

    Gives for each record the first record of its group, and for each edge whether it was followed.
    """
    first = list(range(size))
    enemies: dict[int, set[int]] = {}
    for a, b in apart:
        enemies.setdefault(a, set()).add(b)
        enemies.setdefault(b, set()).add(a)

    def find(i: int) -> int:
        while first[i] != i:
            first[i] = first[first[i]]
            i = first[i]
        return i

    followed = []
    for a, b in edges:
        a, b = find(a), find(b)
        if a != b and b in enemies.get(a, ()):
            followed.append(False)
            continue
        followed.append(True)
        if a == b:
            continue
        low, high = (a, b) if a < b else (b, a)
        first[high] = low
        moved = enemies.pop(high, None)
        if moved:
            for other in moved:
                enemies[other].discard(high)
                enemies[other].add(low)
            enemies.setdefault(low, set()).update(moved)
    return [find(i) for i in range(size)], followed
