"""The text of PDFs: pages as they are, or a fault in words, and never an exception."""

import os

import pytest

from pipeline.store.fulltexts import FAULTS, pages_of
from tests.store.pdfs import pdf

ENCRYPTED = (
    b"trailer\n<< /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>] "
    b"/Encrypt << /Filter /Standard /V 1 /R 2 /O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> "
    b"/P -4 >>"
)


def test_pages_labels_and_title_are_read_once(tmp_path):
    file = tmp_path / "a.pdf"
    file.write_bytes(pdf("Page one\nof two", "Page two", labels=345, title="On sampling"))
    first = pages_of(file, tmp_path / "cache")
    assert [" ".join(page.split()) for page in first.pages] == ["Page one of two", "Page two"]
    assert (first.labels, first.title, first.fault) == (("345", "346"), "On sampling", "")
    (kept,) = (tmp_path / "cache" / "pdf_text").iterdir()
    assert first.sha256 in kept.name
    kept.write_bytes(kept.read_bytes().replace(b"Page two", b"From the cache"))
    assert pages_of(file, tmp_path / "cache").pages[1] == "From the cache"
    kept.write_bytes(b"cut o")
    assert pages_of(file, tmp_path / "cache") == first


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "empty"),
        (b"<html>Please log in</html>", "no-pdf"),
        (pdf("Hello")[:150], "damaged"),
        (b"%PDF-1.4\n" + bytes(range(256)) * 40, "damaged"),
        (pdf("", ""), "no-text"),
        (pdf("x").replace(b"trailer\n<<", ENCRYPTED), "encrypted"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_file_is_a_fault_in_words(tmp_path, content, fault):
    file = tmp_path / "a.pdf"
    file.write_bytes(content)
    for _ in range(2):  # read, and from the cache
        found = pages_of(file, tmp_path / "cache")
        assert found.fault == FAULTS[fault] and found.pages == ()


def test_what_is_no_file_is_never_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.pdf")
    for name, fault in (
        ("nowhere.pdf", "missing"),
        (".", "unreadable"),
        ("pipe.pdf", "unreadable"),
    ):
        assert pages_of(tmp_path / name, tmp_path / "cache").fault == FAULTS[fault]
