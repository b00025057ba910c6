"""The features of a review's records: made once, kept in the derived cache, read back quickly."""

from __future__ import annotations

import hashlib
import io

import numpy as np

from pipeline.review_folder import ReviewFolder
from pipeline.screening.cold_start import cold_scores, words_of
from pipeline.screening.features import VERSION, Features, Floats, features


def review_features(folder: ReviewFolder) -> tuple[tuple[str, ...], Features, Floats]:
    """The ids of all records, their features, and their scores by the words of the protocol."""
    from scipy import sparse

    table = folder.table(["id", "title", "abstract"])
    ids, titles, abstracts = (table.column(name).to_pylist() for name in table.column_names)
    query = words_of(folder.protocol[0])
    mark = hashlib.sha256(f"{VERSION}\n{query}\n".encode())
    for text in (*ids, *titles, *abstracts):
        mark.update(f"{len(text)}:{text}".encode("utf-8", "surrogatepass"))
    path = folder.places.cache / f"ranking-{mark.hexdigest()[:32]}.npz"
    if path.is_file():
        with np.load(path) as kept:
            matrix = sparse.csr_matrix(
                (kept["data"], kept["indices"], kept["indptr"]), shape=tuple(kept["shape"])
            )
            words = tuple(kept["words"].tobytes().decode().split("\n"))
            made = Features(matrix=matrix, alone=kept["alone"], words=words)
            return tuple(ids), made, kept["cold"]
    made = features(titles, abstracts)
    cold = cold_scores(query, titles, abstracts)
    into = io.BytesIO()
    np.savez(
        into,
        data=made.matrix.data,
        indices=made.matrix.indices,
        indptr=made.matrix.indptr,
        shape=np.array(made.matrix.shape),
        alone=made.alone,
        words=np.frombuffer("\n".join(made.words).encode(), dtype=np.uint8),
        cold=cold,
    )
    folder.write(path, into.getvalue())
    return tuple(ids), made, cold
