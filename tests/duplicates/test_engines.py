"""The same pairs and clusters, whichever engine runs the plan."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pysail.spark import SparkConnectServer

from pipeline.duplicates.engines import DuckEngine, SparkEngine
from pipeline.duplicates.plan import find_duplicates
from pipeline.model.problem import ReviewError
from tests.duplicates.sets import ARTICLE, batches


def mixed_rows() -> list[dict[str, Any]]:
    """300 works in several copies each, some of them torn, and a crowd of editorials."""
    rows: list[dict[str, Any]] = []
    for i in range(300):
        work = dict(ARTICLE) | {
            "title": f"{'abcdefghijklmnopqrst'[i % 20] * 3} reading {i * 7919} of children in care",
            "doi": f"10.1000/care.{i:04d}",
            "volume": str(i % 9),
            "page": f"{i}-{i + 9}",
        }
        rows.append(work)
        if i % 2:
            rows.append(work | {"doi": "", "abstract": ""})
        if i % 3 == 0:
            rows.append(work | {"title": f"Erratum: {work['title']}", "doi": ""})
        if i % 5 == 0:
            rows.append(work | {"container_title": "Another Journal", "page": "", "doi": ""})
        if i % 7 == 0:
            rows.append({"title": "Editorial", "year": 2000 + i % 9, "container_title": "Annals"})
    return rows


@pytest.fixture(scope="module")
def sail() -> Iterator[str]:
    """A Spark Connect endpoint without a JVM."""
    # a worker of pytest-xdist has a main module without a file; pyspark takes that for a doctest
    main = sys.modules["__main__"]
    if not hasattr(main, "__file__"):
        main.__file__ = __file__
    server = SparkConnectServer()
    server.start(background=True)
    host, port = server.listening_address
    yield f"sc://{host}:{port}"
    server.stop()


@pytest.mark.parametrize("stored", [False, True])
def test_sail_gives_what_the_embedded_engine_gives(sail: str, stored: bool, tmp_path: Path) -> None:
    rows = mixed_rows()
    embedded = find_duplicates(DuckEngine(), batches(rows))
    assert embedded.merges and embedded.ask and embedded.related
    store = {"store": str(tmp_path), "message": 20_000} if stored else {}  # many messages
    engine = SparkEngine(sail, **store)
    try:
        assert find_duplicates(engine, batches(rows)) == embedded
    finally:
        engine.close()


def test_threads_and_memory_change_nothing(tmp_path: Path) -> None:
    rows = mixed_rows()
    one = find_duplicates(DuckEngine(threads=1), batches(rows))
    other = find_duplicates(
        DuckEngine(threads=4, memory="120MB", spill=str(tmp_path)), batches(rows, 50)
    )
    assert one == other


def test_too_much_for_one_message_is_refused_with_what_to_do(sail: str) -> None:
    engine = SparkEngine(sail, message=2_000)
    try:
        with pytest.raises(ReviewError, match="--store"):
            find_duplicates(engine, batches(mixed_rows()))
    finally:
        engine.close()
