"""Replays labelled sets with our ranking and, where it is installed, ASReview's models.

    python tests/benchmarks/screening/ranking.py SET.csv … [--seeds 3] [--asreview /venv/bin/python]
        [--models elas_u4,elas_u3] [--cold FOLDER]

Both start from the same include and exclude in every run. Columns of a set: record_id, title,
abstract, included. With `--cold`, a set is also started from the criteria in FOLDER/SET.txt,
nothing known. Prints figures by set, their means, and beside each of ASReview's models (its default
is elas_u4, a support vector machine; elas_u3 is naive Bayes) the paired difference with its 95 %
interval over sets (bootstrap), and on how many sets ours is better.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from pathlib import Path

import numpy as np

from pipeline.cli.screening.rank_replay import read_labelled
from pipeline.screening.features import features
from pipeline.screening.ranker import Ranker, cold_scores
from pipeline.screening.replay import draw_start, replay, work_saved

FIGURES = ("wss95", "wss100", "recall10", "recall20", "time_to_discovery", "loss")
RISING = FIGURES[:4]
"""Figures of which more is better."""

ASREVIEW = """
import json, sys
import numpy as np, pandas as pd
from asreview.models.balancers import Balanced
from asreview.models.classifiers import SVM, NaiveBayes
from asreview.models.feature_extractors import Tfidf
from asreview.models.models import get_ai_config
path, known = sys.argv[1], json.loads(sys.argv[2])
said = get_ai_config(sys.argv[3])["value"]
Learns = {"svm": SVM, "nb": NaiveBayes}[said.classifier]
table = pd.read_csv(path, dtype=str, keep_default_na=False)
x = Tfidf(**said.feature_extractor_param).fit_transform(table[["title", "abstract"]])
y = (table.included == "1").to_numpy().astype(int)
labels = np.full(len(y), -1)
labels[known] = y[known]
shown = []
while (y[labels < 0] == 1).any():
    judged = np.flatnonzero(labels >= 0)
    weights = Balanced(**said.balancer_param).compute_sample_weight(labels[judged])
    model = Learns(**said.classifier_param).fit(x[judged], labels[judged], sample_weight=weights)
    pool = np.flatnonzero(labels < 0)
    if said.classifier == "svm":
        scores = model.decision_function(x[pool])
    else:
        scores = model.predict_proba(x[pool])[:, 1]
    row = int(pool[np.argmax(scores)])
    labels[row] = y[row]
    shown.append(row)
shown += np.flatnonzero(labels < 0).tolist()
print(json.dumps(shown))
"""


def main() -> None:
    said = argparse.ArgumentParser()
    said.add_argument("sets", nargs="+", type=Path)
    said.add_argument("--seeds", type=int, default=3)
    said.add_argument("--asreview", help="Python of an environment that has ASReview")
    said.add_argument("--models", default="elas_u4", help="ASReview's, by name")
    said.add_argument("--cold", type=Path, help="Folder of criteria, a text a set")
    arguments = said.parse_args()
    cold: list[list[float]] = []
    others = arguments.models.split(",") if arguments.asreview else []
    names = ["ours", *others]
    by_set: dict[str, list[list[float]]] = {name: [] for name in names}
    for path in arguments.sets:
        labelled = read_labelled(path)
        began = time.process_time()
        made = features(labelled.titles, labelled.abstracts)
        making = time.process_time() - began
        runs: dict[str, list[list[float]]] = {name: [] for name in names}
        seconds = verdicts = 0.0
        for seed in range(1, arguments.seeds + 1):
            known = draw_start(labelled.labels, seed)
            began = time.process_time()
            orders = {"ours": replay(Ranker(features=made, warm=True), labelled.labels, known)}
            seconds += time.process_time() - began
            last = max(n for n, row in enumerate(orders["ours"]) if labelled.labels[row])
            verdicts += last + 1
            for other in others:
                ran = subprocess.run(
                    [arguments.asreview, "-c", ASREVIEW, str(path), json.dumps(known), other],
                    capture_output=True,
                    text=True,
                )
                if ran.returncode:
                    last_words = ran.stderr.strip().rpartition("\n")[2]
                    raise SystemExit(f"ASReview did not run on {path.name}: {last_words}")
                orders[other] = json.loads(ran.stdout)
            for name, shown in orders.items():
                saved = work_saved([labelled.labels[row] for row in shown])
                runs[name].append([getattr(saved, figure) for figure in FIGURES])
        print(
            f"{path.stem} ({len(labelled.ids):,} records): features {making:.1f} s, "
            f"{1000 * seconds / verdicts:.1f} ms a verdict"
        )
        criteria = arguments.cold / f"{path.stem}.txt" if arguments.cold else None
        if criteria is not None and criteria.is_file():
            words = cold_scores(criteria.read_text("utf-8"), labelled.titles, labelled.abstracts)
            shown = replay(Ranker(features=made, cold=words, warm=True), labelled.labels, ())
            first = work_saved([labelled.labels[row] for row in shown])
            cold.append([getattr(first, figure) for figure in FIGURES])
            _say("cold", cold[-1])
            print(f"  first included record at place {first.first_at}")
        for name in names:
            means = np.mean(runs[name], axis=0)
            by_set[name].append(means.tolist())
            _say(name, means.tolist())
    print(f"Mean of {len(arguments.sets)} sets")
    for name in names:
        _say(name, np.mean(by_set[name], axis=0).tolist())
    if cold:
        _say(f"cold ({len(cold)})", np.mean(cold, axis=0).tolist())
    for other in others:
        apart = np.array(by_set["ours"]) - np.array(by_set[other])
        low, high = over_sets(apart)
        better = (apart * [1 if figure in RISING else -1 for figure in FIGURES] > 0).sum(axis=0)
        print(f"Ours less {other}, paired by set")
        _say("difference", apart.mean(axis=0).tolist())
        _say("95 % from", low)
        _say("95 % to", high)
        _say("better on", better.tolist())


def over_sets(apart: np.ndarray, draws: int = 10_000) -> tuple[list[float], list[float]]:
    """The 95 % bootstrap interval of the mean of the rows of `apart`, sets drawn with return."""
    drawn = np.random.default_rng(1).integers(len(apart), size=(draws, len(apart)))
    low, high = np.percentile(apart[drawn].mean(axis=1), (2.5, 97.5), axis=0)
    return low.tolist(), high.tolist()


def _say(name: str, figures: list[float]) -> None:
    told = "  ".join(f"{f} {value:+.3f}" for f, value in zip(FIGURES, figures, strict=True))
    print(f"  {name:<11} {told}", flush=True)


if __name__ == "__main__":
    main()
