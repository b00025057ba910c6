"""Reads one PDF in a process of its own: `python pdf_child.py FILE MEMORY_BYTES CPU_SECONDS`.

It imports nothing of ours and writes one JSON object to standard output: `title`, `pages` (their
text), `labels` (their printed numbers, "" where the file gives none), or `fault`, a word of
`pdf_text.FAULTS`. Whatever a hostile file does to the parser, it does it here, within limits.
"""

import contextlib
import json
import resource
import sys

MOST_PAGES = 5_000
MOST_CHARACTERS = 30_000_000


def read(file: str) -> dict[str, object]:
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        return {"fault": "encrypted" if "password" in str(error).lower() else "damaged"}
    count = len(pdf)
    if count > MOST_PAGES:
        return {"fault": "too-long"}
    pages: list[str] = []
    labels: list[str] = []
    characters = 0
    for number in range(count):
        try:
            # not every way in which a file can be wrong is known before a page is read
            text = pdf[number].get_textpage().get_text_bounded()
        except pypdfium2.PdfiumError:
            text = ""
        characters += len(text)
        if characters > MOST_CHARACTERS:
            return {"fault": "too-long"}
        pages.append(text)
        labels.append(pdf.get_page_label(number))
    title = ""
    with contextlib.suppress(pypdfium2.PdfiumError):
        title = pdf.get_metadata_value("Title")
    return {"title": title, "pages": pages, "labels": labels}


def main() -> None:
    file, memory, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    for limit, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        # a limit that the system does not know leaves the others in force
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(limit, (most, most))
    try:
        said = read(file)
    except MemoryError:
        said = {"fault": "too-large"}
    written = json.dumps(said, ensure_ascii=True)
    sys.stdout.write(written)


if __name__ == "__main__":
    main()
