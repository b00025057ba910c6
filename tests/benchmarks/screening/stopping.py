"""Simulated screenings: does the stopping rule keep its word, and what does it save?

    python tests/benchmarks/screening/stopping.py [--runs 1000] [--recall .95] [--confidence .95]

Each run draws a pool (500 to 3,000 records, 1 to 15 % relevant) and a ranking (from poor to good,
with a share of relevant records that the ranking does not know), screens in its order and stops the
first time the rule allows it, asked after every 1 % of the pool.
"""

from __future__ import annotations

import argparse

import numpy as np

from pipeline.screening.stopping import outlook


def main() -> None:
    said = argparse.ArgumentParser()
    said.add_argument("--runs", type=int, default=1000)
    said.add_argument("--recall", type=float, default=0.95)
    said.add_argument("--confidence", type=float, default=0.95)
    said.add_argument("--seed", type=int, default=1)
    arguments = said.parse_args()
    draw = np.random.default_rng(arguments.seed)
    recalls, saved = [], []
    for _ in range(arguments.runs):
        total = int(draw.integers(500, 3001))
        relevant = max(5, int(total * draw.uniform(0.01, 0.15)))
        labels = np.zeros(total, dtype=bool)
        labels[:relevant] = True
        pull = labels * draw.uniform(1.5, 4.0)
        pull[: int(relevant * draw.choice([0.0, 0.03, 0.1]))] = 0.0
        found = labels[np.argsort(-(pull + draw.normal(size=total)))]
        step = max(1, total // 100)
        stopped = total
        for n in range(step, total, step):
            seen = outlook(
                found[:n].tolist(),
                total,
                target_recall=arguments.recall,
                confidence=arguments.confidence,
                certify=False,
            )
            if seen.relevant and seen.may_stop:
                stopped = n
                break
        recalls.append(found[:stopped].sum() / relevant)
        saved.append(1 - stopped / total)
    kept = np.array(recalls) >= arguments.recall
    print(f"{arguments.runs} screenings, target {arguments.recall:.0%}")
    print(f"target reached in {kept.mean():.1%} (stated confidence {arguments.confidence:.0%})")
    print(f"lowest recall {min(recalls):.3f}, mean recall {np.mean(recalls):.3f}")
    print(f"mean work saved {np.mean(saved):.3f}")


if __name__ == "__main__":
    main()
