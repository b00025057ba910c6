"""Scans are read by tesseract where it is installed; the rest of the house finds their text."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from pipeline.store import scans
from pipeline.store.fulltexts import pages_of
from tests.store.pdfs import pdf


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A PDF of two pages without a word on them."""
    path = tmp_path / "scan.pdf"
    path.write_bytes(pdf("", ""))
    return path


def a_program(folder: Path, monkeypatch: pytest.MonkeyPatch, lines: str) -> None:
    """A program called tesseract that is called as tesseract is: PICTURE stdout -l LANGUAGE."""
    program = folder / "tesseract"
    program.write_text(f"#!{sys.executable}\nimport sys\n{lines}\n")
    program.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(program))


def test_the_text_of_each_page_is_found_by_whoever_asks_for_pages(scan, tmp_path, monkeypatch):
    reads = (
        "picture, to, option, language = sys.argv[1:]\n"
        "kind, width, height = open(picture, 'rb').read(15).split()[:3]\n"
        "assert kind == b'P5' and int(height) > int(width) > 1500\n"
        "assert (to, option) == ('stdout', '-l')\n"
        "print('words of', picture[-9:-4], language)"
    )
    a_program(tmp_path, monkeypatch, reads)
    cache = tmp_path / "cache"
    assert scans.is_scan(scan, cache)
    assert scans.read_scan(scan, cache, "eng+deu") == ""
    text = pages_of(scan, cache)
    assert text.fault == "" and text.pages == (
        "words of 00001 eng+deu\n",
        "words of 00002 eng+deu\n",
    )
    assert not scans.is_scan(scan, cache)


def test_what_keeps_it_from_being_read_is_told(scan, tmp_path, monkeypatch):
    cache = tmp_path / "cache"
    a_program(tmp_path, monkeypatch, "sys.exit('no such language')")
    assert scans.read_scan(scan, cache, "xx") == "tesseract says: no such language"
    a_program(tmp_path, monkeypatch, "print()")
    assert "finds no text" in scans.read_scan(scan, cache, "eng")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert scans.read_scan(scan, cache, "eng") == scans.NOT_INSTALLED
    assert scans.is_scan(scan, cache)
