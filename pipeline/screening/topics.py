"""What records are about, in a few numbers each: the main directions in which they differ.

Latent semantic analysis (Deerwester et al. 1990): records that share no word are alike where their
words go with the same other words. The few largest directions, laid beside the words, let a handful
of included records speak for others of the same topic in other words. The very first direction is
what all records have in common; it tells none from another and is left out.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

TOPICS = 5
SAMPLE = 8_000
"""Records from which the directions are found; of more, evenly many from each part of the row."""

_ROUNDS = 4
_SPARE = 8


def topics_of(matrix: Any, most: int = TOPICS) -> npt.NDArray[np.float32]:
    """Records × topics (at most `most`): `matrix` (sparse, a row a record) in its main directions.

    The product of two rows of the answer is the part of the product of the rows of `matrix` that
    lies in these directions. Found by subspace iteration (Halko, Martinsson & Tropp 2011) from a
    start that is the same in every run. Fewer columns where `matrix` has fewer directions.
    """
    n, width = matrix.shape
    seen = matrix
    if n > SAMPLE:
        seen = matrix[np.linspace(0, n - 1, SAMPLE).astype(np.intp)]
    size = min(1 + most + _SPARE, seen.shape[0], width)
    if size < 2:
        return np.zeros((n, 0), dtype=np.float32)
    across = seen.T.tocsr()
    start = np.random.default_rng(0).standard_normal((seen.shape[0], size)).astype(np.float32)
    basis, _ = np.linalg.qr(start)
    for _ in range(_ROUNDS):
        basis, _ = np.linalg.qr(seen @ (across @ basis))
    terms = across @ basis
    strengths, turned = np.linalg.eigh((terms.T @ terms).astype(np.float64))
    order = np.argsort(-strengths)[1 : 1 + most]
    order = order[strengths[order] > 1e-6 * strengths.max()]
    directions = (terms @ turned[:, order]) / np.sqrt(strengths[order])
    return np.asarray(matrix @ directions.astype(np.float32), dtype=np.float32)
