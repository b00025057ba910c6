"""A first ranking from words alone, before anybody has judged anything.

The words of the question and the criteria are a query and the records are scored by Okapi BM25
(Robertson & Zaragoza 2009, k1 = 1.2, b = 0.75).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from pipeline.screening.features import LONGEST_TEXT, Floats
from pipeline.terms.protocol import Protocol

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
