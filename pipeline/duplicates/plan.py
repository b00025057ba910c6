"""The method as one plan over an engine: records in, pairs with their answers and clusters out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, islice
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.duplicates import candidates, comparable
from pipeline.duplicates.engines import Engine
from pipeline.duplicates.facts import POINTS
from pipeline.duplicates.groups import join_best_first
from pipeline.duplicates.likeness import hopeful, likeness
from pipeline.duplicates.same_report import (
    ANSWERS,
    ASK,
    DIFFERENT,
    MERGE,
    OTHER_REPORT,
    SAME_REPORT,
    WHY_ASKED,
    doubt,
    in_words,
    judge,
)

RECORDS: Any = pa.schema(
    [("n", pa.int64()), ("year", pa.int32()), *((c, pa.string()) for c in comparable.INPUT)]
)
"""What the plan takes: records numbered from 0 in the order in which they came in."""

_FIELDS = tuple(f.name for f in comparable.SCHEMA if f.name not in ("n", "authors", "main"))
_JUDGED: Any = pa.schema(
    [
        ("a", pa.int64()),
        ("b", pa.int64()),
        ("answer", pa.int32()),
        ("apart", pa.bool_()),
        ("other", pa.bool_()),
        ("points", pa.float64()),
        ("found", pa.int64()),
        ("doubted", pa.int64()),
    ]
)
_NAMES = tuple(POINTS)
THROUGH_OTHERS = "their other copies contradict each other"
"""Why a pair is asked that would be merged, did it not join what is apart."""
_ALL_PAIRS_UP_TO = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two records (numbers, the earlier first) and what the method says of them.

    `answer` is "same", "ask" or "different", `relation` "same report", "same study, other report"
    or "". `doubt` runs from 0 to 1, below 0.5 for what is merged; `why_asked` names the rules that
    ask for a person; `followed` says that the merge was made.
    """

    a: int
    b: int
    answer: str
    relation: str
    reason: str
    doubt: float
    why_asked: tuple[str, ...] = ()
    followed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateGroups:
    """`first` gives for each record the first record of its cluster (itself when it is kept).

    `merges` are the pairs that made the clusters, one fewer than a cluster has records and less
    those that were settled before; `ask` the doubtful pairs between clusters, likeliest first;
    `related` other reports of the same study.
    """

    first: Sequence[int]
    merges: tuple[Pair, ...]
    ask: tuple[Pair, ...]
    related: tuple[Pair, ...]

    @property
    def duplicates(self) -> int:
        return sum(i != f for i, f in enumerate(self.first))


def find_duplicates(
    engine: Engine,
    batches: Iterable[Any],
    *,
    same: Iterable[tuple[int, int]] = (),
    different: Iterable[tuple[int, int]] = (),
    since: int = 0,
    tick: Callable[[str], None] = lambda step: None,
) -> DuplicateGroups:
    """Which records in `batches` (of `RECORDS`) tell of the same report.

    `same` and `different` are pairs of record numbers that are settled already; they hold, and
    nothing is asked or hinted about them. With `since`, the records before that number were
    compared with each other earlier: only pairs with a later one are looked at.
    """
    tick("making records comparable")
    size = _Counter()
    made = (comparable.comparable(batch) for batch in size.counting(batches))
    engine.put("comparable", made, comparable.SCHEMA)
    tick("looking for candidates")
    engine.map("keys", "SELECT * FROM comparable", candidates.keys, candidates.KEYS)
    for name, query in candidates.PAIRS_PLAN:
        engine.create(name, query)
    for name in ("keys", "shared", "ranked", "binned"):
        engine.drop(name)
    tick("comparing candidates")
    judged = _judge(engine, "pairs", since=since)
    settled_same = sorted({(min(p), max(p)) for p in same})
    said = {(min(p), max(p)) for p in different}
    never, apart = set(said), set(said)
    tick("joining the best pairs first")
    sure = judged.filter(pc.equal(judged["answer"], MERGE))
    edges = _pairs_of(sure)
    groups, _ = join_best_first(size.seen, [*settled_same, *edges], ())
    inner = _within(groups)
    if inner:
        columns = [pa.array(c, type=pa.int64()) for c in zip(*inner, strict=True)]
        schema = pa.schema([("a", pa.int64()), ("b", pa.int64())])
        engine.put("inner_pairs", [pa.RecordBatch.from_arrays(columns, schema=schema)], schema)
        contradictions = _judge(engine, "inner_pairs", only_apart=True)
        vetoed = contradictions.filter(pc.equal(contradictions["answer"], DIFFERENT))
        never |= set(_pairs_of(vetoed)) - set(settled_same)
        apart |= set(_pairs_of(contradictions)) - set(settled_same)
    first, followed = join_best_first(size.seen, [*settled_same, *edges], sorted(apart))
    return _found(judged, first, followed[len(settled_same) :], never, said, settled_same)


def _judge(engine: Engine, pairs: str, *, only_apart: bool = False, since: int = 0) -> Any:
    """The pairs with their answers as an Arrow table, the best first."""
    sides = ", ".join(f"x.{f} AS {f}_a, y.{f} AS {f}_b" for f in _FIELDS)
    query = (
        f"SELECT p.a AS a, p.b AS b, {sides} FROM {pairs} p "
        "JOIN comparable x ON x.n = p.a JOIN comparable y ON y.n = p.b"
        f" WHERE greatest(p.a, p.b) >= {since:d}"
    )
    engine.map("judged", query, _judge_apart if only_apart else _judge_batch, _JUDGED)
    table = pa.Table.from_batches(
        [batch.cast(_JUDGED) for batch in engine.read("SELECT * FROM judged")], schema=_JUDGED
    )
    engine.drop("judged")
    return table.sort_by([("points", "descending"), ("a", "ascending"), ("b", "ascending")])


def _pairs_of(table: Any) -> list[tuple[int, int]]:
    return list(zip(table["a"].to_pylist(), table["b"].to_pylist(), strict=True))


def _judge_batch(batch: Any) -> Any:
    if batch.num_rows:
        batch = batch.filter(pa.array(hopeful(_sides(batch))))
    return _judged(batch, lambda j: (j.answer != DIFFERENT) | j.other)


def _judge_apart(batch: Any) -> Any:
    return _judged(batch, lambda j: j.apart)


def _judged(batch: Any, wanted: Callable[[Any], Any]) -> Any:
    if batch.num_rows == 0:
        return pa.RecordBatch.from_pylist([], schema=_JUDGED)
    judged = judge(likeness(_sides(batch)))
    found = np.zeros(batch.num_rows, dtype=np.int64)
    doubted = np.zeros(batch.num_rows, dtype=np.int64)
    for bits, names, holding in (
        (found, _NAMES, judged.findings),
        (doubted, WHY_ASKED, judged.doubts),
    ):
        for bit, name in enumerate(names):
            bits |= holding[name].astype(np.int64) << bit
    keep = pa.array(wanted(judged))
    whole = pa.RecordBatch.from_arrays(
        [
            batch.column("a").cast(pa.int64()),
            batch.column("b").cast(pa.int64()),
            pa.array(judged.answer.astype(np.int32)),
            pa.array(judged.apart),
            pa.array(judged.other),
            pa.array(judged.points),
            pa.array(found),
            pa.array(doubted),
        ],
        schema=_JUDGED,
    )
    return whole.filter(keep)


def _sides(batch: Any) -> Callable[[str], tuple[list[Any], list[Any]]]:
    return lambda name: (
        batch.column(f"{name}_a").to_pylist(),
        batch.column(f"{name}_b").to_pylist(),
    )


class _Counter:
    def __init__(self) -> None:
        self.seen = 0

    def counting(self, batches: Iterable[Any]) -> Iterator[Any]:
        for batch in batches:
            self.seen += batch.num_rows
            yield batch


def _within(groups: Sequence[int]) -> list[tuple[int, int]]:
    """The pairs inside groups of three and more; in a crowd only those near each other."""
    members: dict[int, list[int]] = {}
    for i, first in enumerate(groups):
        if i != first:
            members.setdefault(first, [first]).append(i)
    inner: list[tuple[int, int]] = []
    for group in members.values():
        if 2 < len(group) <= _ALL_PAIRS_UP_TO:
            inner.extend(combinations(group, 2))
        elif len(group) > _ALL_PAIRS_UP_TO:
            for i, a in enumerate(group):
                inner.extend((a, b) for b in islice(group, i + 1, i + 1 + candidates.NEAR))
    return inner


def _homes(pairs: Iterable[tuple[int, int]], first: Sequence[int]) -> set[tuple[int, int]]:
    """The groups of `pairs`, each as its first records, the earlier first."""
    return {(min(x, y), max(x, y)) for x, y in ((first[a], first[b]) for a, b in pairs)}


def _found(
    judged: Any,
    first: Sequence[int],
    followed: Sequence[bool],
    never: set[tuple[int, int]],
    said: set[tuple[int, int]],
    settled_same: Sequence[tuple[int, int]],
) -> DuplicateGroups:
    merges: list[Pair] = []
    ask: dict[tuple[int, int], Pair] = {}
    related: dict[tuple[int, int], Pair] = {}
    parted = _homes(never, first)
    answered = _homes(said, first)
    joined = list(range(len(first)))

    def find(i: int) -> int:
        while joined[i] != i:
            joined[i] = joined[joined[i]]
            i = joined[i]
        return i

    def join(i: int, j: int) -> bool:
        x, y = find(i), find(j)
        joined[max(x, y)] = min(x, y)
        return x != y

    for a, b in settled_same:  # merged already, so not merged again
        join(a, b)
    edge = iter(followed)
    columns = (
        judged[name].to_pylist()
        for name in ("a", "b", "answer", "other", "points", "found", "doubted")
    )
    for a, b, answer, other, points, found, doubted in zip(*columns, strict=True):
        groups = (min(first[a], first[b]), max(first[a], first[b]))
        if answer == MERGE and next(edge):
            if join(a, b):
                merges.append(_pair(a, b, MERGE, False, points, found))
        elif groups[0] == groups[1] or groups in answered:
            continue
        elif answer == DIFFERENT or groups in parted:
            if other:
                related.setdefault(groups, _pair(a, b, DIFFERENT, other, points, found))
        else:
            # a sure pair whose groups contradict each other is a doubtful one; the pair that
            # contradicts itself tells more
            why = _named(doubted, WHY_ASKED) or (THROUGH_OTHERS,)
            held = ask.get(groups)
            if held is None or (held.why_asked == (THROUGH_OTHERS,) != why):
                ask[groups] = _pair(a, b, ASK, other, points, found, why)
    return DuplicateGroups(
        first=first,
        merges=tuple(merges),
        ask=tuple(sorted(ask.values(), key=lambda pair: (pair.doubt, pair.a, pair.b))),
        related=tuple(pair for groups, pair in related.items() if groups not in ask),
    )


def _pair(
    a: int, b: int, answer: int, other: bool, points: float, found: int, why: tuple[str, ...] = ()
) -> Pair:
    merged = answer == MERGE
    return Pair(
        a=a,
        b=b,
        answer=ANSWERS[answer],
        relation=SAME_REPORT if merged else OTHER_REPORT if other else "",
        reason=_reason(found, points),
        doubt=round(doubt(points, asked=answer == ASK), 4),
        why_asked=why,
        followed=merged,
    )


@lru_cache(maxsize=10_000)
def _reason(found: int, points: float) -> str:
    return in_words(_named(found, _NAMES), points)


@lru_cache(maxsize=10_000)
def _named(bits: int, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for bit, name in enumerate(names) if bits >> bit & 1)
