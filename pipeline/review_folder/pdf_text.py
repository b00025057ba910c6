"""The text of a PDF page by page, read in a process with limits and kept in the cache.

PDFium (through pypdfium2) reads them: the engine of Chromium, made for hostile files. What a file
cannot give comes back as a fault in words; nothing that stands in a PDF raises.
"""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from pipeline.review_folder.cache import keep, known_sha256
from pipeline.terms.fulltext import PdfText

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


class _Kept(msgspec.Struct, frozen=True):
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
    kept_at = cache / "pdf_text" / f"{sha256}-{VERSION}.json"
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


def _from_cache(kept_at: Path) -> _Kept | None:
    try:
        return msgspec.json.decode(kept_at.read_bytes(), type=_Kept)
    except (OSError, msgspec.MsgspecError):
        return None


def _read(pdf: Path) -> _Kept:
    with pdf.open("rb") as stream:
        head = stream.read(1024)
    if not head:
        return _Kept(fault="empty")
    if b"%PDF-" not in head:
        return _Kept(fault="no-pdf")
    child = Path(__file__).with_name("pdf_child.py")
    words = [sys.executable, "-I", str(child), str(pdf.resolve()), str(MEMORY_BYTES), str(SECONDS)]
    try:
        done = subprocess.run(words, capture_output=True, timeout=SECONDS + 5, check=False)
    except subprocess.TimeoutExpired:
        return _Kept(fault="too-slow")
    if done.returncode < 0:  # stopped by a signal: the limit of time, or a crash of the parser
        return _Kept(fault="too-slow" if -done.returncode in (9, 24) else "damaged")
    try:
        kept = msgspec.json.decode(done.stdout, type=_Kept)
    except msgspec.MsgspecError:
        return _Kept(fault="damaged")
    if not kept.fault and not any(page.strip() for page in kept.pages):
        return _Kept(title=kept.title, fault="no-text")
    return kept
