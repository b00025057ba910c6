"""Export bytes into records: every layout, every byte accounted for, nothing lost inside a record.

`read_export` and `stream_export` find the layout by content; `READERS` lists the layouts.
"""

from pipeline.model.search import READER_VERSION
from pipeline.readers.found_decisions import FoundDecision, found_decisions
from pipeline.readers.layout_table import READERS, Reader
from pipeline.readers.registry import ExportStream, read_export, stream_export

__all__ = [
    "READERS",
    "READER_VERSION",
    "ExportStream",
    "FoundDecision",
    "Reader",
    "found_decisions",
    "read_export",
    "stream_export",
]
