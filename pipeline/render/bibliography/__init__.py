"""Records into the bytes of a bibliography: RIS, BibTeX, nbib, CSL-JSON, CSV.

`BIBLIOGRAPHIES` is the registry. A record that came from the same format is written back as it was
exported, tag by tag; any other is written from its fields, and `not_carried` says what they lack.
"""

from pipeline.render.bibliography.formats import (
    BIBLIOGRAPHIES,
    Bibliography,
    not_carried,
    write_bibliography,
)

__all__ = ["BIBLIOGRAPHIES", "Bibliography", "not_carried", "write_bibliography"]
