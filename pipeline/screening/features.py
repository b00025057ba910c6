"""Titles and abstracts as numbers: one sparse row a record, made once, then only read."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

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


Floats = npt.NDArray[np.float32]

Integers = npt.NDArray[np.int32] | npt.NDArray[np.int64]

VERSION = "3"
"""Changes whenever the same texts would give other numbers; part of the key of any cache."""

TITLE_WEIGHT = 0.2
PIECES_WEIGHT = 0.5
TOPICS_WEIGHT = 1.0
PIECE_LETTERS = 4
LONGEST_TEXT = 20_000
"""Characters of an abstract that are looked at; the rest of a monster says nothing new."""

_WORD = re.compile(r"\b\w\w+\b")
_COMMON = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """`matrix` is a CSR matrix of float32, a row a record; `topics` a few dense columns beside it.

    Columns that only one record has tell records apart from nothing but themselves: they are left
    out, and `alone` holds the squared length that they took from each row. With it, matrix and
    topics, every row of a record with words has length 1. `words` names the first columns, single
    words, for explanations.
    """

    matrix: Any
    alone: Floats
    topics: Floats
    words: tuple[str, ...]

    @property
    def n_records(self) -> int:
        return int(self.matrix.shape[0])


def features(titles: Sequence[str], abstracts: Sequence[str]) -> Features:
    """The features of the records with these `titles` and `abstracts`, in their order."""
    n = len(titles)
    vocabulary: dict[str, int] = {}
    title_at, title_words = _tokens(titles, vocabulary)
    abstract_at, abstract_words = _tokens([a[:LONGEST_TEXT] for a in abstracts], vocabulary)
    # the title's words stand before the abstract's: a stable sort by record keeps that order
    at = np.concatenate([title_at, abstract_at])
    order = np.argsort(at, kind="stable")
    at, words = at[order], np.concatenate([title_words, abstract_words])[order]
    del order, abstract_at, abstract_words

    size = len(vocabulary)
    total = 1 + TITLE_WEIGHT + PIECES_WEIGHT
    # one block after the other, each made small before the next one begins: memory is the limit
    single, kept_words = _weighed(_counts(at, words, n, size), n)
    n_single = single.shape[1]
    pairs, _ = _weighed(_counts(*_pairs(at, words, size), n), n)
    blocks = [single, pairs]
    del single, pairs
    shared = [_finished(side_by_side(blocks), 1 / total)]
    pieces, _ = _weighed(_counts(at, words, n, size) @ _pieces(vocabulary), n)
    shared.append(_finished(pieces, PIECES_WEIGHT / total))
    del pieces, at, words
    title, _ = _weighed(_counts(title_at, title_words, n, size), n)
    title_pairs, _ = _weighed(_counts(*_pairs(title_at, title_words, size), n), n)
    shared.append(_finished(side_by_side([title, title_pairs]), TITLE_WEIGHT / total))
    alone = sum((a for _, _, a in shared), np.zeros(n, dtype=np.float32))
    names = np.array(list(vocabulary), dtype=object)[kept_words]
    named = names[shared[0][1][shared[0][1] < n_single]]
    blocks = [m for m, _, _ in shared]
    del shared
    matrix = side_by_side(blocks)
    topics = topics_of(matrix) * np.float32(TOPICS_WEIGHT**0.5)
    shrink = 1 / np.sqrt(1 + (topics * topics).sum(axis=1))
    scale_rows(matrix, shrink)
    return Features(
        matrix=matrix,
        alone=(alone * shrink**2).astype(np.float32),
        topics=topics * shrink[:, None],
        words=tuple(named.tolist()),
    )


def _tokens(texts: Sequence[str], vocabulary: dict[str, int]) -> tuple[Integers, Integers]:
    """The record and the word of every token, words numbered as they come into `vocabulary`."""
    lengths: list[int] = []
    words: list[int] = []
    for text in texts:
        found = _WORD.findall(text.lower())
        lengths.append(len(found))
        words += [vocabulary.setdefault(word, len(vocabulary)) for word in found]
    at = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)
    return at, np.array(words, dtype=np.int32)


def _pairs(at: Integers, words: Integers, size: int) -> tuple[Integers, Integers]:
    """Every two words that follow each other in one record, as one number a pair."""
    together = at[1:] == at[:-1]
    return at[1:][together], (words[:-1].astype(np.int64) * size + words[1:])[together]


def _counts(at: Integers, terms: Integers, n: int, size: int | None = None) -> Any:
    """Records × terms, how often each has each; without `size` terms are numbered anew."""
    from scipy import sparse

    if size is None:
        found, anew = np.unique(terms, return_inverse=True)
        terms, size = anew.astype(np.int32), len(found)
        del found, anew
    ones = np.ones(len(at), dtype=np.float32)
    counts = sparse.coo_matrix((ones, (at, terms)), shape=(n, size)).tocsr()
    counts.sum_duplicates()
    return counts


def _weighed(counts: Any, n: int) -> tuple[Any, Integers]:
    """`counts` made TF-IDF weights, without terms nearly every record has; the columns kept."""
    told = spread(counts)
    kept = np.flatnonzero((told > 0) & (told <= max(1.0, _COMMON * n)))
    weighed = counts if len(kept) == counts.shape[1] else counts[:, kept]
    idf = (np.log((1 + n) / (1 + told[kept])) + 1).astype(np.float32)
    np.log(weighed.data, out=weighed.data)
    weighed.data += 1
    scale_columns(weighed, idf)
    return weighed, kept


def _finished(matrix: Any, share: float) -> tuple[Any, Integers, Floats]:
    """`matrix` with rows scaled to the squared length `share`, parted by `_shared_by_two`."""
    lengths = np.sqrt(squares(matrix))
    scale = np.divide(share**0.5, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    scale_rows(matrix, scale)
    return _shared_by_two(matrix)


def _shared_by_two(matrix: Any) -> tuple[Any, Integers, Floats]:
    """The columns that two records or more have, their numbers, and what the others weighed."""
    kept = np.flatnonzero(spread(matrix) > 1)
    shared = matrix[:, kept]
    return shared, kept, (squares(matrix) - squares(shared)).astype(np.float32)


def _pieces(vocabulary: dict[str, int]) -> Any:
    """Words × pieces: the pieces of four letters of each word, its edges marked by blanks."""
    from scipy import sparse

    numbers: dict[str, int] = {}
    rows: list[int] = []
    columns: list[int] = []
    for word, row in vocabulary.items():
        edged = f" {word[:60]} "
        last = max(1, len(edged) - PIECE_LETTERS + 1)
        for start in range(last):
            piece = edged[start : start + PIECE_LETTERS]
            rows.append(row)
            columns.append(numbers.setdefault(piece, len(numbers)))
    ones = np.ones(len(rows), dtype=np.float32)
    return sparse.csr_matrix((ones, (rows, columns)), shape=(len(vocabulary), len(numbers)))


def packed(made: Features, cold: Floats) -> bytes:
    """The bytes that `unpacked` reads back."""
    into = io.BytesIO()
    np.savez(
        into,
        data=made.matrix.data,
        indices=made.matrix.indices,
        indptr=made.matrix.indptr,
        shape=np.array(made.matrix.shape),
        alone=made.alone,
        topics=made.topics,
        words=np.frombuffer("\n".join(made.words).encode(), dtype=np.uint8),
        cold=cold,
    )
    return into.getvalue()


def unpacked(path: Path) -> tuple[Features, Floats] | None:
    """What `packed` wrote into the file `path`; None where it is missing, cut off or another's."""
    from scipy import sparse

    try:
        with path.open("rb") as stream, np.load(stream) as kept:
            read = {name: kept[name] for name in kept.files}
        matrix = sparse.csr_matrix(
            (read["data"], read["indices"], read["indptr"]), shape=tuple(read["shape"])
        )
        words = read["words"].tobytes().decode()
        made = Features(
            matrix=matrix,
            alone=read["alone"],
            topics=read["topics"],
            words=tuple(words.split("\n")) if words else (),
        )
        return made, read["cold"]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None
