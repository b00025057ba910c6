"""Step 5, clusters: pairs joined best edge first; a veto between two records holds for groups."""

from __future__ import annotations

from collections.abc import Iterable


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
