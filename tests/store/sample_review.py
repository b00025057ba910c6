"""A review on disk, small and real."""

from __future__ import annotations

import hashlib
from pathlib import Path

PROTOCOL = """\
title: Screen time and sleep
questions:
  q1: What is known?
criteria:
  population: {label: Not children}
  topic: {label: Another topic}
screening:
  reviewers: [ada, ben]
"""

RIS = """\
TY  - JOUR
AU  - Lovelace, Ada
TI  - Sleep and screens in childhood
PY  - 2012
DO  - 10.1000/sleep.1
ER  - 
TY  - JOUR
AU  - Babbage, Charles
TI  - Sleep in adults
PY  - 2013
ER  - 
"""


def add_search(
    review: Path, name: str, export: str, on: str = "2016-01-04", more: str = ""
) -> None:
    content = export.encode()
    (review / "searches" / f"{name}.ris").write_bytes(content)
    (review / "searches" / f"{name}.yaml").write_text(
        f"source: {name.title()}\nkind: database\nsearched_on: {on}\ningested_on: {on}\n"
        f"export: {name}.ris\nsha256: {hashlib.sha256(content).hexdigest()}\n{more}"
    )
