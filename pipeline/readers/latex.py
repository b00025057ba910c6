"""LaTeX in BibTeX values into plain text: common accents here, the rest by pylatexenc."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_COMBINING = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306",
    ".": "\u0307", '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "c": "\u0327",
    "k": "\u0328", "d": "\u0323", "b": "\u0331",
}  # fmt: skip
_WORDS = {
    "ss": "ß", "o": "ø", "O": "Ø", "aa": "å", "AA": "Å", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ",
    "l": "ł", "L": "Ł", "i": "i", "j": "j", "textendash": "–", "textemdash": "—",
    "textquoteright": "’",
    "textquoteleft": "‘", "textquotedblleft": "“", "textquotedblright": "”", "textbackslash": "\\",
    "textasciitilde": "~", "textregistered": "®", "texttrademark": "™", "copyright": "©",
    "ldots": "…", "dots": "…", "textellipsis": "…", "alpha": "α", "beta": "β", "gamma": "γ",
    "textgreater": ">", "textless": "<", "textasciicircum": "^", "textbar": "|", "par": "\n\n",
    "textquotedbl": '"', "textquotesingle": "'", "textunderscore": "_", "dh": "ð", "th": "þ",
}  # fmt: skip
_ACCENT = re.compile(
    r"""\{?\\(?:([`'^"~=.])\s*(?:\{\s*\\?([A-Za-z])\s*\}|\\?([A-Za-z]))"""
    r"""|([uvHcdbkr])(?:\s*\{\s*\\?([A-Za-z])\s*\}|\s+\\?([A-Za-z])(?![A-Za-z])))\}?"""
)
_ESCAPED = re.compile(r"\\([&%$#_ ])")
_WORD = re.compile(r"\{?\\([A-Za-z]+)(?:\{\}|\s+|(?![A-Za-z]))\}?")
_STYLED = re.compile(
    r"\\(?:emph|text(?:it|bf|sc|sf|tt|rm|up|sl|normal|subscript|superscript)|mkbibemph|mkbibquote|"
    r"mathrm|mathbf|mathit|url|href|enquote|ensuremath|mbox|uppercase|lowercase|it|bf|em|sc|rm|tt)\b\s*"
)


@lru_cache(maxsize=16384)
def from_latex(text: str) -> str:
    """`text` as people read it: accents and escapes resolved, grouping braces gone."""
    if "\\" in text:
        text = _ESCAPED.sub(r"\1", text)
        if "\\" in text:
            text = _STYLED.sub("", text)
            text = _ACCENT.sub(_accented, text)
            text = _WORD.sub(_word, text)
        if "\\" in text and re.search(r"\\[A-Za-z(\[]", text):
            text = _by_pylatexenc(text)
    if "{" in text or "}" in text:
        text = text.replace("\\{", "\x01").replace("\\}", "\x02")
        text = text.replace("{", "").replace("}", "").replace("\x01", "{").replace("\x02", "}")
    if "~" in text:
        text = text.replace("~", " ")
    if "--" in text:
        text = text.replace("---", "—").replace("--", "–")
    return text.replace("``", "“").replace("''", "”") if "``" in text else text


def _accented(match: re.Match[str]) -> str:
    accent = match[1] or match[4]
    letter = match[2] or match[3] or match[5] or match[6]
    opened, closed = match.group().startswith("{\\"), match.group().endswith("}")
    whole = unicodedata.normalize("NFC", letter + _COMBINING[accent])
    inner = match[2] or match[5]
    # `\"{o}` has braces of its own; a brace more is closed only when it was opened
    if opened:
        return (
            whole
            if closed and match.group().count("{") == match.group().count("}")
            else "{" + whole
        )
    if closed and not inner:
        return whole + "}"
    if closed and match.group().endswith("}}") and inner:
        return whole + "}"
    return whole


def _word(match: re.Match[str]) -> str:
    sign = _WORDS.get(match[1])
    if sign is None:
        return match.group()
    text = match.group()
    before = "{" if text.startswith("{") and not text.endswith("}") else ""
    after = (
        "}" if text.endswith("}") and not text.startswith("{") and not text.endswith("{}") else ""
    )
    return before + sign + after


def _by_pylatexenc(text: str) -> str:
    from pylatexenc.latex2text import LatexNodes2Text
    from pylatexenc.latexwalker import LatexWalkerError

    if len(text) > 20_000 or text.count("{") > 500:
        return text
    try:
        return str(
            LatexNodes2Text(math_mode="verbatim", strict_latex_spaces=True).latex_to_text(text)
        )
    except (LatexWalkerError, ValueError, IndexError, RecursionError):
        return text
