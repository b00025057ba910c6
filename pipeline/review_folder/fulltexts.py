"""Full texts: a copy of a person's file under a name of its own, and its SHA-256."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pipeline.notation.safe_text import for_file_name
from pipeline.review_folder.places import ReviewPlaces, shown
from pipeline.review_folder.taking_in import check_readable, clean_suffix
from pipeline.review_folder.writing import write_file
from pipeline.terms.problem import ReviewError


def keep_fulltext(places: ReviewPlaces, record: str, file: Path) -> tuple[str, str]:
    """Copies `file` into `fulltexts/`; gives its name there and its SHA-256.

    The name is made from the record's id. A file that stands there with other bytes is never
    written over. Raises ReviewError for what is no file, or a web page that was saved as a PDF.
    """
    check_readable(file)
    content = file.read_bytes()
    if not content:
        raise ReviewError(f"{shown(file)} is empty", "Download it again")
    if file.suffix.lower() == ".pdf" and b"%PDF-" not in content[:1024]:
        raise ReviewError(
            f"{shown(file)} is called a PDF and is none",
            "Open it: a site often answers with a web page (a login) instead; download it again",
        )
    sha256 = hashlib.sha256(content).hexdigest()
    stem = for_file_name(record)
    suffix = clean_suffix(file.suffix)
    name = f"{stem}{suffix}"
    number = 1
    while (places.fulltexts / name).exists():
        if hashlib.sha256((places.fulltexts / name).read_bytes()).hexdigest() == sha256:
            return name, sha256
        number += 1
        name = f"{stem}-{number}{suffix}"
    write_file(places.fulltexts / name, content)
    return name, sha256
