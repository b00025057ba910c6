"""Reviews and exports as pandas tables, for notebooks and scripts. Reads only.

What is public stands in docs/public-api.md; `import pipeline` reaches it when it is asked for.
"""

from pipeline.frames.loose import dedupe, duplicate_pairs, rank, read
from pipeline.frames.opened import Drawing, OpenReview, open
from pipeline.frames.shapes import SHAPES

__all__ = [
    "SHAPES",
    "Drawing",
    "OpenReview",
    "dedupe",
    "duplicate_pairs",
    "open",
    "rank",
    "read",
]
