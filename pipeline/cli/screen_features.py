"""The features of a review's records: made once, kept in the derived cache, read back quickly."""

from __future__ import annotations

import hashlib

from pipeline.review_folder import ReviewFolder
from pipeline.screening.cold_start import cold_scores, words_of
from pipeline.screening.feature_file import packed, unpacked
from pipeline.screening.features import VERSION, Features, Floats, features


def review_features(folder: ReviewFolder) -> tuple[tuple[str, ...], Features, Floats]:
    """The ids of all records, their features, and their scores by the words of the protocol."""
    table = folder.table(["id", "title", "abstract"])
    ids, titles, abstracts = (table.column(name).to_pylist() for name in table.column_names)
    query = words_of(folder.protocol[0])
    mark = hashlib.sha256(f"{VERSION}\n{query}\n".encode())
    for text in (*ids, *titles, *abstracts):
        mark.update(f"{len(text)}:{text}".encode("utf-8", "surrogatepass"))
    path = folder.places.cache / f"ranking-{mark.hexdigest()[:32]}.npz"
    kept = unpacked(path)
    if kept is not None:
        return tuple(ids), *kept
    made = features(titles, abstracts)
    cold = cold_scores(query, titles, abstracts)
    folder.write(path, packed(made, cold))
    return tuple(ids), made, cold
