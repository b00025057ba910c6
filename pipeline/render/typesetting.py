"""Typst: pages and pictures from text, without the clock, the network or a folder."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import typst

_MISSING = re.compile(r'the text `"(.*?)"` could not be displayed')
_JOINING = ("Mn", "Mc", "Me", "Lm", "Cf", "Cn", "Co")
_EVERYWHERE = "‐‑–—‘’“”…‹›"
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")
_PROBE = b"""#set document(title: "probe")
#set text(font: "Libertinus Serif")
#let signs = sys.inputs.signs
#signs #strong(signs) #emph(signs) #strong(emph(signs))
"""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """What a text needs: fonts of the machine or not, and the signs that no font here can show."""

    system_fonts: bool
    missing: frozenset[str]

    def apart(self, text: str) -> tuple[Glyphs, ...]:
        """What to try next when no font has two signs that join: without joining signs, then
        with European letters alone."""
        joining = {sign for sign in text if unicodedata.category(sign) in _JOINING}
        foreign = {sign for sign in text if ord(sign) > 0x17F and sign not in _EVERYWHERE}
        return Glyphs(True, self.missing | joining), Glyphs(True, self.missing | joining | foreign)

    def shown(self, text: str) -> str:
        """`text` with each sign that cannot be shown as its code point: ‹U+4E2D›."""
        if not self.missing:
            return text
        return "".join(f"‹U+{ord(sign):04X}›" if sign in self.missing else sign for sign in text)


def glyphs_for(text: str) -> Glyphs:
    """The fonts that come with typst if they do, so that every machine makes the same bytes."""
    signs = "".join(sorted({sign for sign in text if ord(sign) > 0x17F and not sign.isspace()}))
    missing = _missing(signs, False)
    if not missing:
        return Glyphs(False, frozenset())
    return Glyphs(True, _missing(signs, True))


@cache
def _missing(signs: str, system_fonts: bool) -> frozenset[str]:
    if not signs:
        return frozenset()
    apart = " ".join(f"x{s}" if unicodedata.category(s).startswith("M") else s for s in signs)
    try:
        typst.compile(
            _PROBE,
            format="pdf",
            pdf_standards=["ua-1"],
            ignore_system_fonts=not system_fonts,
            sys_inputs={"signs": apart},
        )
    except typst.TypstError as fault:
        found = "".join(_read(quoted) for quoted in _MISSING.findall(_whole(fault)))
        if not found:
            raise
        return frozenset(found) & frozenset(signs)
    return frozenset()


def lacks_glyphs(fault: typst.TypstError) -> bool:
    """Whether typst stopped because a sign has no picture."""
    return bool(_MISSING.search(_whole(fault)))


def _read(quoted: str) -> str:
    """A piece of text as typst quotes it: signs that do not print stand as `\\u{e025}`."""
    return _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), quoted)


def _whole(fault: typst.TypstError) -> str:
    """Everything typst said: it names each sign that it cannot show."""
    return f"{fault}\n{getattr(fault, 'diagnostic', '') or ''}"


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
