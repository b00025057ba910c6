"""Which record to show next: a first ranking from words, then what the verdicts teach.

The ranking is a function of the texts, the judgements in their order and a seed: nothing else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from pipeline.model.protocol import Protocol, RankingModel
from pipeline.screening.classifiers import MODELS, Model
from pipeline.screening.features import LONGEST_TEXT, Features, Floats


@dataclass(slots=True, kw_only=True)
class Ranker:
    """Judgements taken in one by one, and the ranking that follows from them.

    `cold` scores every record from words (0 to 1); its say shrinks with every included record.
    Without it the records come in an order drawn by `seed` until both verdicts are known. Under
    `RankingModel.WORDS` they stay in the order of `cold`, whatever the verdicts. `warm` lets each
    solution start from the last one: for replays, not where a session must go on with the ranking
    that it was left with.
    """

    features: Features
    cold: Floats | None = None
    seed: int = 1
    warm: bool = False
    model_name: RankingModel = RankingModel.SVM
    judged: dict[int, bool] = field(default_factory=dict)
    _model: Model | None = field(init=False)
    _drawn: npt.NDArray[np.intp] = field(init=False)
    _telling: npt.NDArray[np.intp] = field(init=False)

    def __post_init__(self) -> None:
        learns = MODELS.get(self.model_name)
        self._model = learns(self.features, self.warm) if learns else None
        draw = np.random.default_rng(self.seed)
        self._drawn = draw.permutation(self.features.n_records)
        n_words = len(self.features.words)
        spread = np.bincount(self.features.matrix.indices, minlength=n_words)[:n_words]
        # words that every other record has, and short ones ("and", "of"), explain nothing
        rare = spread <= max(2, self.features.n_records // 2)
        long = np.array([len(word) > 3 for word in self.features.words], dtype=bool)
        self._telling = np.flatnonzero(rare & long)

    def add(self, row: int, relevant: bool) -> None:
        """Takes in the judgement on the record in `row`; each record may be judged once."""
        if row in self.judged:
            raise ValueError(f"row {row} was judged before")
        self.judged[row] = relevant
        if self._model is not None:
            self._model.add(row, relevant)

    @property
    def learns(self) -> bool:
        """Whether the ranking follows from verdicts already, not from words or a draw alone."""
        return self._model is not None and self._model.can_part

    def scores(self) -> Floats:
        """A score a record, the higher the sooner it is shown; ties go by the seed's draw."""
        n = self.features.n_records
        if self._model is None or not self._model.can_part:
            return np.zeros(n, dtype=np.float32) if self.cold is None else self.cold
        scores = self._model.scores()
        if self.cold is None:
            return scores
        included = sum(self.judged.values())
        return scores + self.cold / np.float32(included + 1)

    def best(self) -> int:
        """The row of the record to show next. ValueError when every record is judged."""
        scores = self.scores().copy()
        if len(self.judged) == len(scores):
            raise ValueError("every record is judged")
        scores[list(self.judged)] = -np.inf
        return int(self._drawn[np.argmax(scores[self._drawn])])

    def ranking(self) -> npt.NDArray[np.intp]:
        """The rows of all records that nobody has judged, the best first."""
        scores = self.scores()
        order = self._drawn[np.argsort(-scores[self._drawn], kind="stable")]
        return order[~np.isin(order, list(self.judged))]

    def doubtful(self) -> npt.NDArray[np.intp]:
        """The rows that nobody has judged, those first of which the model is least sure.

        That is, whose score lies nearest to the middle between the mean scores of the included and
        of the excluded records. Empty while nothing was learned.
        """
        if not self.learns:
            return np.zeros(0, dtype=np.intp)
        scores = self.scores()
        means = [
            float(np.mean([scores[row] for row, said in self.judged.items() if said is verdict]))
            for verdict in (True, False)
        ]
        order = self._drawn[np.argsort(np.abs(scores - sum(means) / 2)[self._drawn], kind="stable")]
        return order[~np.isin(order, list(self.judged))]

    def words(self, row: int, most: int = 5) -> tuple[str, ...]:
        """The words of the record in `row` that speak most for it, as the model was last solved."""
        if self._model is None or not self._model.can_part:
            return ()
        matrix, named = self.features.matrix, self.features.words
        start, end = matrix.indptr[row], matrix.indptr[row + 1]
        columns, values = matrix.indices[start:end], matrix.data[start:end]
        single = np.isin(columns, self._telling)
        said = values[single] * self._model.weights()[columns[single]]
        best = np.argsort(-said, kind="stable")[:most]
        return tuple(named[columns[single][n]] for n in best if said[n] > 0)


_K1, _B = 1.2, 0.75
_WORD = re.compile(r"\b\w\w+\b")


def words_of(protocol: Protocol) -> str:
    """What the protocol says it looks for: questions, elements, outcomes and terms to include."""
    return "\n".join(
        (
            protocol.title,
            *(question.text for question in protocol.questions),
            *(element.text for element in protocol.elements),
            *(outcome.label for outcome in protocol.outcomes),
            *(group.label for group in protocol.groups),
            *protocol.terms.include,
        )
    )


def cold_scores(query: str, titles: Sequence[str], abstracts: Sequence[str]) -> Floats:
    """BM25 of each record for the words of `query`, divided by the best; 0 where none is shared."""
    wanted = Counter(_WORD.findall(query.lower()))
    n = len(titles)
    counted: list[Counter[str]] = []
    lengths = np.zeros(n)
    for row, (title, abstract) in enumerate(zip(titles, abstracts, strict=True)):
        found = _WORD.findall(f"{title} {abstract[:LONGEST_TEXT]}".lower())
        lengths[row] = len(found)
        counted.append(Counter(word for word in found if word in wanted))
    spread = Counter(word for words in counted for word in words)
    idf = {word: float(np.log1p((n - k + 0.5) / (k + 0.5))) for word, k in spread.items()}
    mean = float(lengths.mean()) if n and lengths.any() else 1.0
    scores = np.array(
        [
            sum(
                idf[word] * times * (_K1 + 1) / (times + _K1 * (1 - _B + _B * lengths[row] / mean))
                for word, times in words.items()
            )
            for row, words in enumerate(counted)
        ],
        dtype=np.float32,
    )
    best = float(scores.max(initial=0))
    return scores / np.float32(best) if best else scores
