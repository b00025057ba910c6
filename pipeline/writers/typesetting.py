"""Typst: pages and pictures from text, without the clock, the network or a folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import typst

from pipeline.writers.glyphs import Glyphs, glyphs_for, lacks_glyphs

PNG_PIXELS_PER_INCH = 220.0

_compile: Any = typst.compile  # its type hints do not know that files may be given by name


def pdf_pages(
    files: Mapping[str, str], *, inputs: Mapping[str, str], seconds_since_1970: int
) -> bytes:
    """The typst file `main` among `files` as a tagged PDF; PDF/UA-1 is the gate it must pass.

    Signs that no font here can show stand as their code point; PDF/UA would refuse them.
    """
    whole = "".join([*files.values(), *inputs.values()])
    glyphs = glyphs_for(whole)
    for instead in glyphs.apart(whole):
        try:
            return _pdf(files, inputs, seconds_since_1970, glyphs)
        except typst.TypstError as fault:
            if not lacks_glyphs(fault):
                raise
            glyphs = instead
    return _pdf(files, inputs, seconds_since_1970, glyphs)


def _pdf(
    files: Mapping[str, str], inputs: Mapping[str, str], seconds_since_1970: int, glyphs: Glyphs
) -> bytes:
    made = _compile(
        {name: glyphs.shown(text).encode("utf-8") for name, text in files.items()},
        format="pdf",
        ignore_system_fonts=not glyphs.system_fonts,
        pdf_standards=["ua-1"],
        sys_inputs={name: glyphs.shown(text) for name, text in inputs.items()},
        timestamp=seconds_since_1970,
    )
    assert isinstance(made, bytes)
    return made


def svg_to_png(svg: str) -> bytes:
    """A drawing as a picture, for programs that do not show SVG."""
    glyphs = glyphs_for(svg)
    page = '#set page(width: auto, height: auto, margin: 0pt)\n#image("drawing.svg")'
    made = _compile(
        {"main": page.encode(), "drawing.svg": glyphs.shown(svg).encode("utf-8")},
        format="png",
        ppi=PNG_PIXELS_PER_INCH,
        ignore_system_fonts=not glyphs.system_fonts,
    )
    assert isinstance(made, bytes)
    return made
