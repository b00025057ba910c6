"""Full texts: kept under a name of their own with their SHA-256, and read page by page."""

from __future__ import annotations

import hashlib
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from pipeline.model.decision import Retrieval, Retrieved
from pipeline.model.problem import ReviewError
from pipeline.model.study import PdfText
from pipeline.notation.safe_text import for_file_name
from pipeline.store.cache import keep, known_sha256
from pipeline.store.files import check_readable, write_file
from pipeline.store.importing import clean_suffix
from pipeline.store.places import ReviewPlaces, shown


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


VERSION = "1"
"""Raised when the same file would give another text; it is part of the key of the cache."""

MOST_BYTES = 300_000_000
MEMORY_BYTES = 2_000_000_000
SECONDS = 60

FAULTS: Mapping[str, str] = {
    "missing": "there is no such file",
    "unreadable": "the file cannot be read from the disk",
    "empty": "the file is empty",
    "no-pdf": "this is no PDF (a site often answers with a web page instead)",
    "encrypted": "this PDF is locked with a password, so its text cannot be read",
    "damaged": "this PDF is damaged and cannot be opened",
    "too-large": "this PDF is too large to be read",
    "too-long": "this PDF has too many pages to be read",
    "too-slow": f"this PDF takes longer than {SECONDS} seconds to read",
    "no-text": "this PDF holds pictures of pages and no text (a scan that no text was added to)",
}
"""Why there is no text, by the word that the cache keeps."""


class _KeptText(msgspec.Struct, frozen=True):
    title: str = ""
    pages: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    fault: str = ""


def pages_of(pdf: Path, cache: Path) -> PdfText:
    """The pages of `pdf`, from `cache` where the same bytes were read before.

    At most a minute and 2 GB are spent on a file; `fault` says in words why there is no text.
    """
    try:
        about = pdf.stat()
        if not stat.S_ISREG(about.st_mode):  # a pipe or a device may never end
            return PdfText(sha256="", fault=FAULTS["unreadable"])
        if about.st_size > MOST_BYTES:
            return PdfText(sha256="", fault=FAULTS["too-large"])
        sha256 = known_sha256(pdf, cache)
    except FileNotFoundError:
        return PdfText(sha256="", fault=FAULTS["missing"])
    except OSError:
        return PdfText(sha256="", fault=FAULTS["unreadable"])
    kept_at = kept_text_at(cache, sha256)
    kept = _from_cache(kept_at)
    if kept is None:
        kept = _read(pdf)
        # slowness may be the machine's; everything else stays so for these bytes
        if kept.fault != "too-slow":
            keep(kept_at, msgspec.json.encode(kept))
    fault = FAULTS.get(kept.fault, kept.fault)
    return PdfText(
        sha256=sha256, title=kept.title, pages=kept.pages, labels=kept.labels, fault=fault
    )


def kept_text_at(cache: Path, sha256: str) -> Path:
    """Where the text of the file with these bytes is kept."""
    return cache / "pdf_text" / f"{sha256}-{VERSION}.json"


def text_to_keep(pages: tuple[str, ...]) -> msgspec.Struct:
    """The text of pages that were read otherwise than from the file, as it is kept."""
    return _KeptText(pages=pages, labels=("",) * len(pages))


def _from_cache(kept_at: Path) -> _KeptText | None:
    try:
        return msgspec.json.decode(kept_at.read_bytes(), type=_KeptText)
    except (OSError, msgspec.MsgspecError):
        return None


def _read(pdf: Path) -> _KeptText:
    with pdf.open("rb") as stream:
        head = stream.read(1024)
    if not head:
        return _KeptText(fault="empty")
    if b"%PDF-" not in head:
        return _KeptText(fault="no-pdf")
    child = Path(__file__).with_name("pdf_child.py")
    words = [sys.executable, "-I", str(child), str(pdf.resolve()), str(MEMORY_BYTES), str(SECONDS)]
    try:
        done = subprocess.run(words, capture_output=True, timeout=SECONDS + 5, check=False)
    except subprocess.TimeoutExpired:
        return _KeptText(fault="too-slow")
    if done.returncode < 0:  # stopped by a signal: the limit of time, or a crash of the parser
        return _KeptText(fault="too-slow" if -done.returncode in (9, 24) else "damaged")
    try:
        kept = msgspec.json.decode(done.stdout, type=_KeptText)
    except msgspec.MsgspecError:
        return _KeptText(fault="damaged")
    if not kept.fault and not any(page.strip() for page in kept.pages):
        return _KeptText(title=kept.title, fault="no-text")
    return kept
