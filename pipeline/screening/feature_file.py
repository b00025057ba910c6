"""Features and first scores as bytes of a file, and back, without a copy more than needed."""

from __future__ import annotations

import io
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from pipeline.screening.features import Features, Floats


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
