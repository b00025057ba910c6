"""Small sets of records for the method, made here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from pipeline.duplicates.engines import DuckEngine, Engine
from pipeline.duplicates.plan import RECORDS, DuplicateGroups, find_duplicates

ARTICLE: Mapping[str, Any] = {
    "title": "Early visual experience and the later reading of young people in residential care",
    "author": "Meyer, Anna; Okafor, Ben; Lindqvist, Carla",
    "year": 2014,
    "container_title": "Journal of Adolescent Research",
    "volume": "29",
    "issue": "3",
    "page": "312-329",
    "doi": "10.1000/jar.2014.0312",
    "abstract": "We followed two hundred young people in residential care over three years and "
    "asked how early visual experience was related to later reading in school and at home.",
}


def batches(rows: Iterable[Mapping[str, Any]], size: int = 1_000) -> list[Any]:
    blank = {f.name: "" for f in RECORDS} | {"year": 0}
    whole = [blank | dict(row) | {"n": n} for n, row in enumerate(rows)]
    return [
        pa.RecordBatch.from_pylist(whole[i : i + size], schema=RECORDS)
        for i in range(0, len(whole), size)
    ]


def find(*rows: Mapping[str, Any], engine: Engine | None = None, **settled: Any) -> DuplicateGroups:
    return find_duplicates(engine or DuckEngine(), batches(rows), **settled)


def answer(a: Mapping[str, Any], b: Mapping[str, Any]) -> str:
    """What the method says about two records: same, ask, related or different."""
    found = find(a, b)
    if found.merges:
        return "same"
    if found.ask:
        return "ask"
    return "related" if found.related else "different"
