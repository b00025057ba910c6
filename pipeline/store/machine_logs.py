"""The logs of machines, `machines/NAME.jsonl`, apart from those of people and only added to."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.model.machine import Evaluation, Suggestion
from pipeline.model.problem import ReviewError
from pipeline.notation.machine_lines import MachineLog, machine_line, read_machine_lines
from pipeline.store.files import bytes_at, refusing_disk_faults
from pipeline.store.places import ReviewPlaces, shown


def read_machine_log(places: ReviewPlaces, machine: str) -> MachineLog:
    """The log of `machine`; an empty one where it was never asked."""
    path = places.machines / f"{machine}.jsonl"
    content = bytes_at(path) if path.is_file() else b""
    return read_machine_lines(content, machine, shown(path))


def read_machine_logs(places: ReviewPlaces) -> tuple[MachineLog, ...]:
    """Every log of a machine, by name."""
    return tuple(read_machine_log(places, p.stem) for p in sorted(places.machines.glob("*.jsonl")))


def append_machine_line(places: ReviewPlaces, machine: str, said: Suggestion | Evaluation) -> None:
    """Adds one line; it is on disk when this returns. A torn last line is moved aside first."""
    path = places.machines / f"{machine}.jsonl"
    with refusing_disk_faults(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as log:
            fcntl.flock(log, fcntl.LOCK_EX)
            log.seek(0)
            content = log.read()
            whole = content.rfind(b"\n") + 1
            if whole < len(content):
                with path.with_name(f"{path.name}.torn").open("ab") as aside:
                    aside.write(content[whole:] + b"\n")
                log.truncate(whole)
            log.write(machine_line(said))
            log.flush()
            os.fsync(log.fileno())


@contextmanager
def asking_alone(places: ReviewPlaces, machine: str) -> Iterator[None]:
    """Holds the machine for one run; raises ReviewError where another run is under way."""
    path = places.cache / "machines" / f"{places.kept_as}-{machine}.lock"
    with refusing_disk_faults(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.open("ab")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ReviewError(
                f"{machine} is being asked by another run", "Wait for it, or stop that run first"
            ) from None
        yield
