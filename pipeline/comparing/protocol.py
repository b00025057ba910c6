"""What changed in the protocol, key by key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from pipeline.comparing.side import Aspect, Change, held
from pipeline.snapshot import Snapshot


def protocol(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    """Keys of the protocol with another value, amendments among them."""
    yield from held(
        Aspect.PROTOCOL,
        dict(_keys(old.review.protocol, "")),
        dict(_keys(new.review.protocol, "")),
    )


def _keys(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every plain value below `value` with its dotted path; things in lists go by their id."""
    if is_dataclass(value) and not isinstance(value, type):
        for f in fields(value):
            if f.name != "id":
                yield from _keys(getattr(value, f.name), f"{path}.{f.name}" if path else f.name)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _keys(inner, f"{path}.{key}")
    elif isinstance(value, tuple) and any(is_dataclass(v) for v in value):
        for n, inner in enumerate(value, 1):
            name = getattr(inner, "id", "") or getattr(inner, "name", "") or str(n)
            yield from _keys(inner, f"{path}.{name}")
    elif value not in (None, "", (), {}):
        shown = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
        yield path, " ".join(shown.split())
