"""Sparse matrices of many rows, worked on a part at a time: memory is the limit, not time.

Every function takes CSR matrices of float32; none makes a second array as long as the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

_PART = 1 << 20


def squares(matrix: Any) -> npt.NDArray[np.float64]:
    """The squared length of every row."""
    found = np.zeros(matrix.shape[0])
    for rows, cells in _parts(matrix):
        lengths = np.diff(matrix.indptr[rows.start : rows.stop + 1])
        of = np.repeat(np.arange(len(lengths)), lengths)
        weights = matrix.data[cells].astype(np.float64) ** 2
        found[rows] = np.bincount(of, weights=weights, minlength=len(lengths))
    return found


def scale_rows(matrix: Any, factors: npt.NDArray[np.floating[Any]]) -> None:
    """Multiplies each row, in place, by its factor."""
    for rows, cells in _parts(matrix):
        lengths = np.diff(matrix.indptr[rows.start : rows.stop + 1])
        matrix.data[cells] *= np.repeat(factors[rows].astype(np.float32), lengths)


def scale_columns(matrix: Any, factors: npt.NDArray[np.float32]) -> None:
    """Multiplies each column, in place, by its factor."""
    for start in range(0, len(matrix.indices), _PART):
        matrix.data[start : start + _PART] *= factors[matrix.indices[start : start + _PART]]


def spread(matrix: Any) -> npt.NDArray[np.int64]:
    """In how many rows each column stands."""
    found = np.zeros(matrix.shape[1], dtype=np.int64)
    for start in range(0, len(matrix.indices), 8 * _PART):
        found += np.bincount(matrix.indices[start : start + 8 * _PART], minlength=len(found))
    return found


def side_by_side(blocks: list[Any]) -> Any:
    """The matrix with the columns of all `blocks`, which are emptied one after the other."""
    from scipy import sparse

    n = blocks[0].shape[0]
    lengths = sum((np.diff(block.indptr).astype(np.int64) for block in blocks), np.zeros(n, int))
    indptr = np.concatenate([[0], np.cumsum(lengths)])
    data = np.empty(int(indptr[-1]), dtype=np.float32)
    indices = np.empty(len(data), dtype=np.int32)
    at, width = indptr[:-1].copy(), 0
    while blocks:
        block = blocks.pop(0)
        ends = block.indptr.tolist()
        for row, start in enumerate(at.tolist()):
            first, last = ends[row], ends[row + 1]
            data[start : start + last - first] = block.data[first:last]
            indices[start : start + last - first] = block.indices[first:last] + width
        at += np.diff(block.indptr)
        width += block.shape[1]
    return sparse.csr_matrix((data, indices, indptr.astype(np.int32)), shape=(n, width))


def _parts(matrix: Any) -> Iterator[tuple[slice, slice]]:
    """Rows that hold about `_PART` cells together, and their cells."""
    n, indptr = matrix.shape[0], matrix.indptr
    start = 0
    while start < n:
        stop = int(np.searchsorted(indptr, indptr[start] + _PART, side="right")) - 1
        stop = min(n, max(start + 1, stop))
        yield slice(start, stop), slice(int(indptr[start]), int(indptr[stop]))
        start = stop
