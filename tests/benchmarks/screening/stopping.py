"""Simulated screenings: does the stopping rule keep its word, and what does it save?

    python tests/benchmarks/screening/stopping.py [SET.csv …] [--runs 1000] [--starts 3]
        [--recall .95] [--confidence .95] [--seed 1]

Each simulated screening takes a curve of `CURVES`: where this ranking found the relevant records of
ten public reviews (Cohen 2006, Nagtegaal 2019, Wallace 2010), five starts each, as quantiles of
their places. It draws a pool of 400 to 5,000 records with a share of relevant ones from 1 to 15 %,
their places from the curve, and stops the first time the rule allows it, asked after every 1 % of
the pool. A last row has relevant records in random order: a ranking that knows nothing. With
labelled sets, each is replayed as well from as many starts as `--starts` says.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from pipeline.cli.screening.rank_replay import read_labelled
from pipeline.screening.features import features
from pipeline.screening.ranker import Ranker
from pipeline.screening.replay import draw_start, replay, would_stop

AT = (0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1)
CURVES = {
    "ADHD": (.001, .008, .013, .020, .028, .033, .043, .059, .070, .084, .173, .216, .316),
    "Antipsychotics": (0, .015, .033, .056, .088, .134, .174, .212, .303, .362, .451, .660, .988),
    "Calcium": (0, .010, .020, .041, .064, .098, .130, .155, .195, .259, .354, .387, .841),
    "NSAIDs": (.001, .009, .019, .032, .047, .058, .075, .096, .112, .150, .196, .229, .252),
    "Opioids": (0, .001, .001, .008, .010, .012, .018, .021, .028, .052, .482, .520, .528),
    "Hypoglycemics": (.001, .021, .044, .084, .131, .181, .254, .316, .398, .510, .680, .795, .987),
    "Proton pump": (0, .010, .016, .030, .039, .053, .076, .124, .161, .293, .424, .482, .680),
    "Nudging": (0, .009, .014, .024, .034, .046, .059, .073, .096, .117, .145, .275, .408),
    "COPD": (0, .007, .014, .026, .040, .055, .075, .095, .127, .163, .224, .275, .757),
    "Proton beam": (0, .003, .006, .013, .019, .026, .034, .043, .054, .067, .090, .110, .673),
}  # fmt: skip
RANDOM_ORDER = tuple(AT)


def main() -> None:
    said = argparse.ArgumentParser()
    said.add_argument("sets", nargs="*", type=Path)
    said.add_argument("--runs", type=int, default=1000)
    said.add_argument("--starts", type=int, default=3)
    said.add_argument("--recall", type=float, default=0.95)
    said.add_argument("--confidence", type=float, default=0.95)
    said.add_argument("--seed", type=int, default=1)
    arguments = said.parse_args()
    draw = np.random.default_rng(arguments.seed)
    print(f"target {arguments.recall:.0%} at {arguments.confidence:.0%} confidence")
    everything: list[tuple[float, float]] = []
    each = max(1, arguments.runs // len(CURVES))
    for name, curve in CURVES.items():
        runs = [
            _outcome(_simulated(draw, curve), arguments.recall, arguments.confidence)
            for _ in range(each)
        ]
        _say(name, runs)
        everything += runs
    _say("All simulated", everything)
    runs = [
        _outcome(_simulated(draw, RANDOM_ORDER), arguments.recall, arguments.confidence)
        for _ in range(each)
    ]
    _say("Random order", runs)
    played: list[tuple[float, float]] = []
    for path in arguments.sets:
        labelled = read_labelled(path)
        made = features(labelled.titles, labelled.abstracts)
        runs = []
        for seed in range(1, arguments.starts + 1):
            known = draw_start(labelled.labels, seed)
            shown = replay(Ranker(features=made, warm=True), labelled.labels, known)
            found = np.array([labelled.labels[row] for row in shown])
            runs.append(_outcome(found, arguments.recall, arguments.confidence))
        _say(path.stem[:24], runs)
        played += runs
    if played:
        _say("All replayed", played)


def _simulated(draw: np.random.Generator, curve: tuple[float, ...]) -> np.ndarray:
    """The labels of one screening in the order shown."""
    total = int(np.exp(draw.uniform(np.log(400), np.log(5000))))
    relevant = max(5, int(total * draw.uniform(0.01, 0.15)))
    places = np.interp(draw.random(relevant), AT, curve) * total
    # the others stand evenly between them: order all by place, each relevant one a little earlier
    ranked = np.concatenate([places, draw.random(total - relevant) * total])
    found = np.zeros(total, dtype=bool)
    found[:relevant] = True
    return found[np.argsort(ranked)]


def _outcome(found: np.ndarray, recall: float, confidence: float) -> tuple[float, float]:
    """The recall reached when the rule first allows to stop, and the share of work saved."""
    stopped = would_stop(found.tolist(), recall, confidence)
    reached = float(found[:stopped].sum() / found.sum())
    return reached - recall + 1e-9, 1 - stopped / len(found)


def _say(name: str, runs: list[tuple[float, float]]) -> None:
    above, saved = np.array(runs).T
    kept = float((above >= 0).mean())
    error = 1.96 * (kept * (1 - kept) / len(runs)) ** 0.5
    print(
        f"  {name:<24} reached {kept:6.1%} ± {error:4.1%}   lowest {above.min():+.3f} from the "
        f"target   work saved {saved.mean():.3f}   ({len(runs)})",
        flush=True,
    )


if __name__ == "__main__":
    main()
