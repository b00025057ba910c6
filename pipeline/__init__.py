"""A pipeline for evidence syntheses: from bibliographic exports to a sourced write-up.

From Python: `import pipeline as rv; r = rv.open("my-review")`. What is public stands in
docs/public-api.md; it is loaded when it is first asked for.
"""

import importlib
from typing import Any

__version__ = "0.2.0"

_PUBLIC = {
    "ReviewError": "pipeline.model.problem",
    "OpenReview": "pipeline.frames",
    "SHAPES": "pipeline.frames",
    "dedupe": "pipeline.frames",
    "duplicate_pairs": "pipeline.frames",
    "open": "pipeline.frames",
    "rank": "pipeline.frames",
    "read": "pipeline.frames",
}


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(importlib.import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_PUBLIC})
