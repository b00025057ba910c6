"""The two programs that writers call: pandoc (in its sandbox) and typst. Nothing else starts one.

Pandoc reads its styles and pictures from files, so they lie in a temporary folder for the length
of one call. Neither program sees the working folder, the clock or the network.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

from pipeline.terms.problem import ReviewError

_PANDOC_SECONDS = 600
PNG_PIXELS_PER_INCH = 220.0


class PandocFault(Exception):
    """Pandoc gave up; the message is what it said on standard error."""


@cache
def _pandoc() -> str:
    import pypandoc

    try:
        return str(pypandoc.get_pandoc_path())
    except OSError as missing:
        raise ReviewError(
            "pandoc is not installed, and documents cannot be written without it",
            "Install the project again with its dependencies (`pypandoc_binary` brings pandoc)",
        ) from missing


def pandoc(
    text: str,
    *,
    source: str,
    target: str,
    options: Sequence[str] = (),
    files: Mapping[str, bytes] | None = None,
    seconds_since_1970: int = 0,
) -> bytes:
    """`text` in the format `source` as the bytes of the format `target`.

    `files` lie by name in the folder in which pandoc runs. Raises `PandocFault`.
    """
    with TemporaryDirectory(prefix="review-") as folder:
        for name, content in (files or {}).items():
            Path(folder, name).write_bytes(content)
        command = [_pandoc(), "--sandbox", f"--from={source}", f"--to={target}", "--output=-"]
        done = subprocess.run(
            [*command, *options],
            input=text.encode("utf-8"),
            capture_output=True,
            cwd=folder,
            env={
                "HOME": folder,
                "LC_ALL": "C.UTF-8",
                "SOURCE_DATE_EPOCH": str(seconds_since_1970),
            },
            timeout=_PANDOC_SECONDS,
            check=False,
        )
    if done.returncode:
        raise PandocFault(done.stderr.decode("utf-8", "replace").strip())
    return done.stdout


def typst_pdf(
    files: Mapping[str, bytes], *, inputs: Mapping[str, str], seconds_since_1970: int
) -> bytes:
    """The typst file `main` among `files` as a tagged PDF; PDF/UA-1 is the gate it must pass."""
    made = typst.compile(
        dict(files),
        format="pdf",
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        sys_inputs=dict(inputs),
        timestamp=seconds_since_1970,
    )
    assert isinstance(made, bytes)
    return made


def svg_to_png(svg: str) -> bytes:
    """A drawing as a picture, for programs that do not show SVG."""
    page = '#set page(width: auto, height: auto, margin: 0pt)\n#image("drawing.svg")'
    made = typst.compile(
        {"main": page.encode(), "drawing.svg": svg.encode("utf-8")},
        format="png",
        ppi=PNG_PIXELS_PER_INCH,
        ignore_system_fonts=True,
    )
    assert isinstance(made, bytes)
    return made


def svg_size(svg: str) -> tuple[float, float]:
    """Width and height of a drawing in its own units, as its `viewBox` says."""
    found = re.search(r'viewBox="([^"]*)"', svg)
    sides = [float(side) for side in found.group(1).replace(",", " ").split()] if found else []
    if len(sides) != 4 or min(sides[2:]) <= 0:
        raise ReviewError(
            "a figure does not say how large it is", "Give its <svg> a viewBox: `0 0 WIDTH HEIGHT`"
        )
    return sides[2], sides[3]
