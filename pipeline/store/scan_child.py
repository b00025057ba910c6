"""Draws the pages of one PDF in a process of its own, called with FILE FOLDER MEMORY SECONDS.

It imports nothing of ours and writes `00001.pgm` and so on into the folder: grey pictures of 200
dots an inch, at most 5,000 a side. Whatever a hostile file does to the parser, it does it here.
"""

import contextlib
import pathlib
import resource
import sys

MOST_PAGES = 400
MOST_DOTS = 5_000
SCALE = 200 / 72


def draw(file: str, folder: pathlib.Path) -> None:
    import pypdfium2

    pdf = pypdfium2.PdfDocument(file)
    for number in range(min(len(pdf), MOST_PAGES)):
        page = pdf[number]
        width, height = page.get_size()
        scale = min(SCALE, MOST_DOTS / max(width, height, 1.0))
        bitmap = page.render(scale=scale, grayscale=True)
        rows = memoryview(bitmap.buffer).cast("B")
        head = f"P5\n{bitmap.width} {bitmap.height}\n255\n".encode()
        with (folder / f"{number + 1:05d}.pgm").open("wb") as out:
            out.write(head)
            for row in range(bitmap.height):
                begin = row * bitmap.stride
                out.write(rows[begin : begin + bitmap.width])


def main() -> None:
    file, folder, memory, seconds = sys.argv[1:5]
    for limit, most in (
        (resource.RLIMIT_AS, int(memory)),
        (resource.RLIMIT_CPU, int(seconds)),
        (resource.RLIMIT_CORE, 0),
    ):
        # a limit that the system does not know leaves the others in force
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(limit, (most, most))
    draw(file, pathlib.Path(folder))


if __name__ == "__main__":
    main()
