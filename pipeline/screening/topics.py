"""What records are about, in a few numbers each: the main directions in which they differ.

Latent semantic analysis (Deerwester et al. 1990): records that share no word are alike where their
words go with the same other words. The few largest directions, laid beside the words, let a handful
of included records speak for others of the same topic in other words.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

TOPICS = 8
_ROUNDS = 6
_SPARE = 8


def topics_of(matrix: Any, most: int = TOPICS) -> npt.NDArray[np.float32]:
    """Records × topics (at most `most`): `matrix` (sparse, a row a record) in its main directions.

    The product of two rows of the answer is the part of the product of the rows of `matrix` that
    lies in these directions. Found by subspace iteration (Halko, Martinsson & Tropp 2011) from a
    start that is the same in every run. Fewer columns where `matrix` has fewer directions.
    """
    n, width = matrix.shape
    size = min(most + _SPARE, n, width)
    if size == 0:
        return np.zeros((n, 0), dtype=np.float32)
    across = matrix.T.tocsr()
    start = np.random.default_rng(0).standard_normal((n, size)).astype(np.float32)
    basis, _ = np.linalg.qr(start)
    for _ in range(_ROUNDS):
        basis, _ = np.linalg.qr(matrix @ (across @ basis))
    seen = across @ basis
    strengths, turned = np.linalg.eigh((seen.T @ seen).astype(np.float64))
    order = np.argsort(-strengths)[:most]
    scale = np.sqrt(np.maximum(strengths[order], 0))
    return np.asarray((basis @ turned[:, order]) * scale, dtype=np.float32)
