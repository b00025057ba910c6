"""Where the plan runs: portable SQL and functions from Arrow batches to Arrow batches.

An engine keeps named tables. `DuckEngine` is embedded, streams and spills to disk within its
memory; `SparkEngine` runs the same plan on any Spark Connect endpoint (extra `spark`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

import pyarrow as pa

from pipeline.model.problem import ReviewError

MESSAGE = 64 * 2**20
"""Bytes of records in one message to a Spark Connect endpoint, which takes 128 MiB at the most."""
BATCH = 5_000
"""Rows in a batch that a function is given."""


class Engine(Protocol):
    def put(self, name: str, batches: Iterable[Any], schema: Any) -> None:
        """Keeps Arrow record batches as the table `name`."""

    def create(self, name: str, query: str) -> None:
        """Keeps the result of `query` as the table `name`."""

    def map(self, name: str, query: str, function: Callable[[Any], Any], schema: Any) -> None:
        """Keeps what `function` makes of each batch of `query`, a batch of `schema`."""

    def drop(self, name: str) -> None:
        """Forgets a table."""

    def read(self, query: str) -> Iterator[Any]:
        """The result of `query` as Arrow record batches."""


class DuckEngine:
    """The plan on the embedded database; `memory` like "500MB", `spill` a folder for the rest."""

    def __init__(self, *, memory: str = "500MB", spill: str = "", threads: int = 0) -> None:
        import duckdb

        settings: dict[str, Any] = {
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": memory,
            "preserve_insertion_order": False,
        }
        if spill:
            settings["temp_directory"] = spill
        if threads:
            settings["threads"] = threads
        self._home = duckdb.connect(
            f"{spill}/plan.duckdb" if spill else ":memory:", config=settings
        )

    def put(self, name: str, batches: Iterable[Any], schema: Any) -> None:
        self._home.register("arriving", schema.empty_table())
        self._home.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM arriving")
        for batch in batches:  # one by one, so that a fault in their making comes out as it is
            self._home.register("arriving", pa.Table.from_batches([batch], schema=schema))
            self._home.execute(f"INSERT INTO {name} SELECT * FROM arriving")
        self._home.unregister("arriving")

    def create(self, name: str, query: str) -> None:
        self._home.execute(f"CREATE OR REPLACE TABLE {name} AS {query}")

    def map(self, name: str, query: str, function: Callable[[Any], Any], schema: Any) -> None:
        self.put(name, (function(batch) for batch in self.read(query)), schema)

    def drop(self, name: str) -> None:
        self._home.execute(f"DROP TABLE IF EXISTS {name}")

    def read(self, query: str) -> Iterator[Any]:
        yield from self._home.cursor().sql(query).to_arrow_reader(BATCH)


def _messages(batches: Iterable[Any], schema: Any, most: int) -> Iterator[Any]:
    """`batches` gathered into tables of at most about `most` bytes."""
    gathered: list[Any] = []
    size = 0
    for batch in batches:
        if gathered and size + batch.nbytes > most:
            yield pa.Table.from_batches(gathered, schema=schema)
            gathered, size = [], 0
        gathered.append(batch)
        size += batch.nbytes
    if gathered:
        yield pa.Table.from_batches(gathered, schema=schema)


class SparkEngine:
    """The plan on Apache Spark, Sail or whatever speaks Spark Connect at `remote` (sc://…).

    With `store`, a folder or URL that all workers share, each step is written out there, so that
    a worker that is lost costs its own step only; without, the steps are kept as the engine can.
    """

    def __init__(self, remote: str, *, store: str = "", message: int = MESSAGE) -> None:
        from pyspark.sql import SparkSession

        self._spark = SparkSession.builder.remote(remote).getOrCreate()
        self._store = store
        self._message = message
        self._steps = 0

    def put(self, name: str, batches: Iterable[Any], schema: Any) -> None:
        """Sends `batches`: to the store message by message, without one in a single message.

        Raises ReviewError when there is no store and they are too large for one message.
        """
        messages = _messages(batches, schema, self._message)
        if not self._store:
            table = pa.concat_tables([schema.empty_table(), *messages])
            if table.nbytes > self._message:
                raise ReviewError(
                    f"{table.num_rows:,} records are too many for one message to the engine",
                    "Name a folder or URL that all its workers share: --store",
                )
            self._keep(name, self._spark.createDataFrame(table))
            return
        self._steps += 1
        path = f"{self._store}/{self._steps:02d}-{name}"
        mode = "overwrite"
        for table in messages:
            self._spark.createDataFrame(table).write.mode(mode).parquet(path)
            mode = "append"
        if mode == "overwrite":
            self._spark.createDataFrame(schema.empty_table()).write.mode(mode).parquet(path)
        self._spark.read.parquet(path).createOrReplaceTempView(name)

    def create(self, name: str, query: str) -> None:
        self._keep(name, self._spark.sql(query))

    def map(self, name: str, query: str, function: Callable[[Any], Any], schema: Any) -> None:
        from pyspark.sql.pandas.types import from_arrow_schema

        def each(batches: Iterator[Any]) -> Iterator[Any]:
            return (function(batch) for batch in batches)

        shape = from_arrow_schema(schema)
        self._keep(name, self._spark.sql(query).mapInArrow(each, shape))

    def drop(self, name: str) -> None:
        self._spark.catalog.dropTempView(name)

    def read(self, query: str) -> Iterator[Any]:
        yield from self._spark.sql(query).toArrow().to_batches(BATCH)

    def close(self) -> None:
        """Ends the session."""
        self._spark.stop()

    def _keep(self, name: str, frame: Any) -> None:
        if self._store:
            self._steps += 1
            path = f"{self._store}/{self._steps:02d}-{name}"
            frame.write.mode("overwrite").parquet(path)
            frame = self._spark.read.parquet(path)
        else:
            frame = frame.cache()
        frame.createOrReplaceTempView(name)
