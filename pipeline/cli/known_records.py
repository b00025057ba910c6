"""Records as they are shown on the command line, in one line."""

from __future__ import annotations

import shutil
import sys

from pipeline.desk.named_records import citation
from pipeline.terms.record import Record


def in_list(record: Record, beside: str = "", indent: int = 2) -> str:
    """A line of a list: id, citation, what stands `beside` it; cut to fit a terminal."""
    start = f"{' ' * indent}{record.id}  "
    end = f"  [{beside}]" if beside else ""
    room = shutil.get_terminal_size().columns - len(start) - len(end)
    return f"{start}{citation(record, max(24, room) if sys.stdout.isatty() else 0)}{end}"
