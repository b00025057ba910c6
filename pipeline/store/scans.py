"""The text of scans: pages without text, read by tesseract where it is installed.

What is read is kept where `pages_of` looks, so that quotes and matching find it; like all of the
cache it can be made again.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from pipeline.store.cache import keep, known_sha256
from pipeline.store.fulltexts import FAULTS, MEMORY_BYTES, kept_text_at, pages_of, text_to_keep

_DRAWING_SECONDS = 300
_PAGE_SECONDS = 120
NOT_INSTALLED = (
    "tesseract is not installed; it reads scans (Debian: apt install tesseract-ocr, "
    "macOS: brew install tesseract)"
)


def is_scan(pdf: Path, cache: Path) -> bool:
    """Whether `pdf` holds pictures of pages and no text."""
    return pages_of(pdf, cache).fault == FAULTS["no-text"]


def read_scan(
    pdf: Path, cache: Path, language: str, tick: Callable[[int, int], None] = lambda n, all: None
) -> str:
    """Reads the pages of `pdf`, a scan, and keeps their text in `cache`.

    Gives "" when that is done, else why it is not, in words. `language` is one that tesseract has
    ("eng", "eng+deu").
    """
    program = shutil.which("tesseract")
    if program is None:
        return NOT_INSTALLED
    with tempfile.TemporaryDirectory(prefix="review-scan-") as place:
        folder = Path(place)
        child = Path(__file__).with_name("scan_child.py")
        words = [sys.executable, "-I", str(child), str(pdf.resolve()), place]
        limits = [str(MEMORY_BYTES), str(_DRAWING_SECONDS)]
        try:
            drawn = subprocess.run(
                [*words, *limits],
                capture_output=True,
                timeout=_DRAWING_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return FAULTS["too-slow"]
        pictures = sorted(folder.glob("*.pgm"))
        if drawn.returncode or not pictures:
            return FAULTS["damaged"]
        pages: list[str] = []
        for number, picture in enumerate(pictures, 1):
            try:
                read = subprocess.run(
                    [program, str(picture), "stdout", "-l", language],
                    capture_output=True,
                    timeout=_PAGE_SECONDS,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                return f"tesseract takes longer than {_PAGE_SECONDS} seconds for page {number}"
            if read.returncode:
                said = read.stderr.decode("utf-8", "replace").strip().splitlines()
                return f"tesseract says: {said[-1] if said else 'nothing'}"
            pages.append(read.stdout.decode("utf-8", "replace").replace("\f", ""))
            tick(number, len(pictures))
    if not any(page.strip() for page in pages):
        return "tesseract finds no text on its pages"
    sha256 = known_sha256(pdf, cache)
    keep(kept_text_at(cache, sha256), msgspec.json.encode(text_to_keep(tuple(pages))))
    return ""
