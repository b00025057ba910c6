"""The schemas that stand beside what people write, so that editors complete and check it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from pipeline.model.protocol import Protocol
from pipeline.model.search import Search
from pipeline.notation.schema import Schema, schema_of
from pipeline.store.places import ReviewPlaces
from pipeline.synthesis.reading import FILE_KINDS

FOLDER = "schemas"


def protocol_schema() -> Schema:
    """What a protocol may say; people may be listed by name, without an id of their own."""
    found = schema_of(Protocol)
    names: Schema = {"type": "array", "items": {"type": "string"}}
    found["properties"]["people"]["anyOf"].append(names)
    return found


def schema_files(places: ReviewPlaces) -> Mapping[Path, str]:
    """Each schema of a review by its path: protocol, search logs, the files of the synthesis."""
    folder = places.review / FOLDER
    schemas = {"protocol": protocol_schema(), "search": schema_of(Search, ("id",))}
    schemas |= {name.removesuffix(".yaml"): schema_of(kind) for name, kind in FILE_KINDS.items()}
    return {
        folder / f"{name}.schema.json": json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
        for name, schema in schemas.items()
    }
