"""Export bytes into records: every layout, every byte accounted for, nothing lost inside a record.

`read_export` and `stream_export` find the layout by content; `READERS` lists the layouts.
"""

from pipeline.readers.exports import ExportStream, read_export, stream_export
from pipeline.readers.registry import READER_VERSION, READERS, Reader

__all__ = [
    "READERS",
    "READER_VERSION",
    "ExportStream",
    "Reader",
    "read_export",
    "stream_export",
]
