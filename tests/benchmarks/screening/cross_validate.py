"""Settings of the ranking chosen on all sets but one, and measured on that one.

    python tests/benchmarks/screening/cross_validate.py SET.csv … [--seeds 3] [--by loss]

The default figure, the loss, counts the whole curve, from the first record to the last. For every
setting of `GRID` each set is replayed from the same starts. Then each set in turn is held
out: the setting that is best on the others (by the mean of `--by`) is taken, and the held-out set
says what it is worth where it was not chosen. Prints every setting, the choices, and the mean of
the held-out figures beside that of the settings as they stand in the code.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.cli.screening.rank_replay import Labelled, read_labelled
from pipeline.screening import classifiers as model_module
from pipeline.screening import features as features_module
from pipeline.screening.features import features
from pipeline.screening.ranker import Ranker
from pipeline.screening.replay import draw_start, replay, work_saved

FIGURES = ("wss95", "wss100", "recall10", "time_to_discovery", "loss")
GRID: Mapping[str, tuple[float, ...]] = {
    "TOPICS_FROM": (0.0, 10.0, 40.0),
    "LATEST": (1.0, 4.0),
    "STRICTNESS": (0.05, 0.11),
}
"""Names of constants in `features` and `model` with the values that are tried."""


def main() -> None:
    said = argparse.ArgumentParser()
    said.add_argument("sets", nargs="+", type=Path)
    said.add_argument("--seeds", type=int, default=3)
    said.add_argument("--by", choices=FIGURES, default="loss")
    arguments = said.parse_args()
    sets = {path.stem: read_labelled(path) for path in arguments.sets}
    settings = [dict(zip(GRID, values, strict=True)) for values in product(*GRID.values())]
    table = np.zeros((len(settings), len(sets), len(FIGURES)))
    for n, setting in enumerate(settings):
        with _set(setting):
            for k, labelled in enumerate(sets.values()):
                table[n, k] = _figures(labelled, arguments.seeds)
        _say(_named(setting), table[n].mean(axis=0))
    by = FIGURES.index(arguments.by)
    better = 1 if by < 3 else -1
    held_out = []
    print(f"held out, chosen by {arguments.by} on the other sets")
    for k, name in enumerate(sets):
        others = np.delete(table[:, :, by], k, axis=1).mean(axis=1)
        best = int(np.argmax(better * others))
        held_out.append(table[best, k])
        _say(f"{name}: {_named(settings[best])}", table[best, k])
    _say("mean of the held-out sets", np.mean(held_out, axis=0))
    standing = {name: _value(name) for name in GRID}
    if standing in settings:
        _say("as it stands in the code", table[settings.index(standing)].mean(axis=0))


def _figures(labelled: Labelled, seeds: int) -> np.ndarray:
    made = features(labelled.titles, labelled.abstracts)
    runs = []
    for seed in range(1, seeds + 1):
        known = draw_start(labelled.labels, seed)
        shown = replay(Ranker(features=made, warm=True), labelled.labels, known)
        saved = work_saved([labelled.labels[row] for row in shown])
        runs.append([getattr(saved, figure) for figure in FIGURES])
    return np.mean(runs, axis=0)


def _home(name: str) -> Any:
    return features_module if hasattr(features_module, name) else model_module


def _value(name: str) -> float:
    return float(getattr(_home(name), name))


@contextmanager
def _set(setting: Mapping[str, float]) -> Iterator[None]:
    before = {name: _value(name) for name in setting}
    try:
        for name, value in setting.items():
            setattr(_home(name), name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(_home(name), name, value)


def _named(setting: Mapping[str, float]) -> str:
    return "  ".join(f"{name.lower()} {value:g}" for name, value in setting.items())


def _say(name: str, figures: np.ndarray) -> None:
    told = "  ".join(f"{f} {value:+.3f}" for f, value in zip(FIGURES, figures, strict=True))
    print(f"{name}\n  {told}", flush=True)


if __name__ == "__main__":
    main()
