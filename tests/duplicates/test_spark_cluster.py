"""The plan on Apache Spark with two executors, one of them killed in the middle of the run.

Slow, and it needs Java and a Spark that SPARK_HOME names: the folder of pyspark[connect] 4.2 in an
environment of its own is one. Run with `SPARK_HOME=… pytest -m slow tests/duplicates`.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.duplicates.engines import DuckEngine, SparkEngine
from pipeline.duplicates.plan import find_duplicates
from tests.duplicates.sets import batches
from tests.duplicates.test_engines import mixed_rows

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("SPARK_HOME" not in os.environ, reason="SPARK_HOME names no Spark"),
]
ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A Spark Connect server with a cluster of two executors on this machine, and its port."""
    port = free_port()
    home = Path(os.environ["SPARK_HOME"])
    jar = next((home / "jars").glob("spark-connect_*.jar"))
    environment = os.environ | {
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": str(ROOT),
    }
    command = [
        *(str(home / "bin" / "spark-submit"), "--master", "local-cluster[2,1,1024]"),
        *("--class", "org.apache.spark.sql.connect.service.SparkConnectServer"),
        *("--conf", f"spark.connect.grpc.binding.port={port}"),
        *("--conf", "spark.ui.enabled=false", "--conf", "spark.sql.shuffle.partitions=4"),
        *("--conf", f"spark.executorEnv.PYTHONPATH={ROOT}"),
        str(jar),
    ]
    with (tmp_path / "server.log").open("wb") as log:
        server = subprocess.Popen(
            command, env=environment, stdout=log, stderr=log, cwd=tmp_path, start_new_session=True
        )
    try:
        for _ in range(180):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(1)
        yield server, port
    finally:
        for child in executors(server.pid):
            os.kill(child, signal.SIGKILL)
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def executors(server: int) -> list[int]:
    """The executors that the server started: processes of its own session."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            ours = os.getsid(int(process.name)) == server
        except OSError:
            continue
        if ours and b"CoarseGrainedExecutorBackend" in command and b"java" in command[:200]:
            found.append(int(process.name))
    return sorted(found)


def test_a_killed_executor_changes_nothing(
    cluster: tuple[subprocess.Popen[bytes], int], tmp_path: Path
) -> None:
    rows = mixed_rows()
    embedded = find_duplicates(DuckEngine(), batches(rows))
    killed: list[int] = []

    def kill_one(step: str) -> None:
        if step == "comparing candidates":
            killed.append(executors(cluster[0].pid)[0])
            os.kill(killed[0], signal.SIGKILL)

    engine = SparkEngine(f"sc://127.0.0.1:{cluster[1]}", store=str(tmp_path / "store"))
    try:
        assert find_duplicates(engine, batches(rows), tick=kill_one) == embedded
    finally:
        engine.close()
    assert killed
