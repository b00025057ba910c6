"""The features of a review's records: made once, kept in the derived cache, read back quickly."""

from __future__ import annotations

import contextlib
import hashlib

from pipeline.review_folder import ReviewFolder
from pipeline.screening.cold_start import cold_scores, words_of
from pipeline.screening.feature_file import packed, unpacked
from pipeline.screening.features import VERSION, Features, Floats, features
from pipeline.terms.problem import ReviewError


def review_features(folder: ReviewFolder) -> tuple[tuple[str, ...], Features, Floats]:
    """The ids of all records, their features, and their scores by the words of the protocol.

    They are kept under the names that the parsed exports have in the cache, which stand for all
    that was read: to find them again no text is read.
    """
    query = words_of(folder.protocol[0])
    exports = [export.path.name for export in folder.exports[0].values()]
    mark = hashlib.sha256("\n".join((VERSION, query, *exports)).encode("utf-8", "surrogatepass"))
    path = folder.places.cache / f"ranking-{mark.hexdigest()[:32]}.npz"
    kept = unpacked(path)
    if kept is not None:
        return tuple(folder.records), *kept
    table = folder.table(["id", "title", "abstract"])
    ids, titles, abstracts = (table.column(name).to_pylist() for name in table.column_names)
    made = features(titles, abstracts)
    cold = cold_scores(query, titles, abstracts)
    with contextlib.suppress(ReviewError):  # where nothing can be written they are made each time
        folder.write(path, packed(made, cold))
    return tuple(ids), made, cold
