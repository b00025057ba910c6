"""The zip that a Word file is: taken apart and put together with the same bytes every time."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_NO_DAY = (1980, 1, 1, 0, 0, 0)
_FIRST = "[Content_Types].xml"


def read_package(content: bytes) -> dict[str, bytes]:
    """The parts of an Office file by name."""
    with ZipFile(BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def write_package(parts: Mapping[str, bytes]) -> bytes:
    """`parts` as an Office file: the list of types first, the rest by name, no clock in it."""
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as package:
        for name in sorted(parts, key=lambda name: (name != _FIRST, name)):
            entry = ZipInfo(name, _NO_DAY)
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = 0  # the same on every operating system
            package.writestr(entry, parts[name])
    return stream.getvalue()
