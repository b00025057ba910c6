"""What a drawing may hold before it goes into a document: shapes and text, nothing that acts."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from pipeline.model.problem import ReviewError

SVG = "http://www.w3.org/2000/svg"
_ELEMENTS = frozenset(
    [
        "svg",
        "g",
        "defs",
        "marker",
        "title",
        "desc",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "path",
        "text",
        "tspan",
    ]
)
_ATTRIBUTES = frozenset(
    [
        "id",
        "class",
        "role",
        "viewBox",
        "width",
        "height",
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "dx",
        "dy",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "d",
        "points",
        "transform",
        "fill",
        "stroke",
        "stroke-width",
        "stroke-dasharray",
        "stroke-linejoin",
        "stroke-linecap",
        "opacity",
        "fill-opacity",
        "font-family",
        "font-size",
        "font-weight",
        "font-style",
        "text-anchor",
        "dominant-baseline",
        "letter-spacing",
        "marker-end",
        "marker-start",
        "markerWidth",
        "markerHeight",
        "markerUnits",
        "refX",
        "refY",
        "orient",
        "preserveAspectRatio",
        "focusable",
        "aria-labelledby",
        "aria-hidden",
    ]
)
_LOCAL_MARKER = re.compile(r"url\(#[A-Za-z0-9_.-]+\)\Z")
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def checked_svg(svg: str, id: str) -> str:
    """`svg` as one <svg> element; raises `ReviewError` for anything but shapes and plain text."""
    parser: Any = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(svg.encode("utf-8"), parser)
    except etree.XMLSyntaxError as fault:
        raise _refused(id, f"is not SVG: {fault.msg}") from fault
    if root.getroottree().docinfo.doctype:
        raise _refused(id, "declares a document type")
    if root.tag != f"{{{SVG}}}svg":
        raise _refused(id, "is not SVG: its root is not <svg>")
    for element in root.iter():
        name = str(element.tag).removeprefix(f"{{{SVG}}}")
        if name not in _ELEMENTS:
            raise _refused(id, f"holds <{name}>")
        for attribute, value in element.attrib.items():
            if str(attribute) not in _ATTRIBUTES and attribute != _LANGUAGE:
                raise _refused(id, f"has the attribute {attribute!r}")
            acts = "(" in str(value) and not _LOCAL_MARKER.match(str(value))
            if acts and str(attribute) != "transform":
                raise _refused(id, f"has the value {value!r}")
    text = str(etree.tostring(root, encoding="unicode"))
    size_of(text)
    return text


def _refused(id: str, why: str) -> ReviewError:
    return ReviewError(
        f"the figure {id!r} {why}",
        "Figures are drawn with shapes and text only; draw it without that",
    )


def size_of(svg: str) -> tuple[float, float]:
    """Width and height of a drawing in its own units, as its `viewBox` says."""
    found = re.search(r'viewBox="([^"]*)"', svg)
    try:
        sides = [float(side) for side in found.group(1).replace(",", " ").split()] if found else []
    except ValueError:
        sides = []
    if len(sides) != 4 or min(sides[2:]) <= 0:
        raise ReviewError(
            "a figure does not say how large it is", "Give its <svg> a viewBox: `0 0 WIDTH HEIGHT`"
        )
    return sides[2], sides[3]
