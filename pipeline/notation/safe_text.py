"""Untrusted text made harmless for the place where it is shown.

Titles and abstracts come from exports that nobody vouches for. A terminal obeys escape sequences,
a spreadsheet runs what begins with `=`, bidirectional marks make text read as something else.
"""

from __future__ import annotations

import re
import unicodedata

_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_FORMULA = re.compile(r"\A[\s\u00a0]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"\A[-+]?[0-9]+(?:[.,][0-9]+)?%?\Z")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~^$@\"'&:=/])")


def without_controls(text: str) -> str:
    """`text` with control, bidirectional and lone surrogate characters as visible signs.

    Line feeds and tabs stay. ESC becomes ␛, other C0 controls their Unicode pictures.
    """

    def picture(match: re.Match[str]) -> str:
        code = ord(match.group())
        if code == 0x0D:
            return ""
        if code < 0x20:
            return chr(0x2400 + code)
        return "\u2421" if code == 0x7F else "\ufffd"

    return _CONTROL.sub(picture, text)


def for_json(written: str) -> str:
    """JSON text with controls and bidirectional marks as `\\uXXXX`: same values, all visible."""
    return _CONTROL.sub(lambda match: f"\\u{ord(match.group()):04x}", written)


def for_terminal(text: str) -> str:
    """`text` for one line of a terminal: no controls, no line breaks, no tabs."""
    return " ".join(without_controls(text).split())


def for_spreadsheet(text: str) -> str:
    """`text` for a cell: what a spreadsheet would take for a formula is led by an apostrophe.

    Plain numbers such as -0.5 stay numbers. Rule: OWASP, "CSV Injection".
    """
    clean = without_controls(text)
    if _FORMULA.match(clean) and not _NUMBER.match(clean.strip()):
        return "'" + clean
    return clean


def for_markdown(text: str) -> str:
    """`text` for one line of pandoc Markdown: every sign that means something is escaped."""
    clean = " ".join(without_controls(text).split())
    return _MARKDOWN.sub(r"\\\1", clean)


def for_file_name(text: str) -> str:
    """A short, portable file name for `text`: ASCII letters, digits and hyphens, never empty."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", ascii_text).strip("-").lower()[:80] or "untitled"
