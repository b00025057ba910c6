"""Titles and abstracts as numbers: one sparse row a record, made once, then only read.

Three vectorisers side by side, each with sublinear term frequency, smoothed inverse document
frequency and rows of length 1, weighted and put together: words and pairs of words of title and
abstract; the same of the title alone (a title says what a paper is about, and a record without an
abstract has nothing else); and the four-letter pieces of words, which join *adolescent* and
*adolescence* without a list of any language's endings. Beside them stand a few topics, the main
directions of all of them (`topics`).

Tokens become integers at once and everything after that is columns: at 50,000 records a vectoriser
that handles each pair of words as text takes several times as long.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.screening.sparse_rows import (
    scale_columns,
    scale_rows,
    side_by_side,
    spread,
    squares,
)
from pipeline.screening.topics import topics_of

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
