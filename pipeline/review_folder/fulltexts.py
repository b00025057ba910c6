"""Full texts: a copy of a person's file under a name of its own, and its SHA-256."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pipeline.notation.safe_text import for_file_name
from pipeline.review_folder.outside_files import check_readable
from pipeline.review_folder.places import ReviewPlaces, shown
from pipeline.review_folder.taking_in import clean_suffix
from pipeline.review_folder.writing import write_file
from pipeline.terms.decision import Retrieval, Retrieved
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
    ignoring = places.fulltexts / ".gitignore"
    if not ignoring.exists():
        write_file(ignoring, "# reports are others' property: they stay out of the repository\n*\n")
    write_file(places.fulltexts / name, content)
    return name, sha256


def fulltext_state(places: ReviewPlaces, retrieval: Retrieved | None) -> tuple[str, str]:
    """What is known of a report's full text in words, and the path of its file if it is there.

    A file is held against the SHA-256 that was noted when it came in.
    """
    if retrieval is None:
        return "nobody has noted whether it was obtained", ""
    state = str(retrieval.outcome).replace("_", " ")
    on = f"{state} on {retrieval.at:%Y-%m-%d}"
    if retrieval.outcome is not Retrieval.OBTAINED or not retrieval.file:
        why = f": {retrieval.reason}" if retrieval.reason else ""
        return f"{on}{why}; no file is noted", ""
    path = places.fulltexts / Path(retrieval.file).name
    if not path.is_file():
        return f"{on}; the file {retrieval.file} is not in {shown(places.fulltexts)}", ""
    if retrieval.file_sha256:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != retrieval.file_sha256:
            return f"{on}; the file has changed since", shown(path)
    return on, shown(path)
