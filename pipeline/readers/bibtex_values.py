"""What a BibTeX value says: macros put in, LaTeX as people read it, names parted.

Macros (`@string`) may hold others, so that a few lines can stand for gigabytes; what they put in is
bounded for one value, one entry and the whole file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from pipeline.model.record import Name
from pipeline.readers.entries import words
from pipeline.readers.names import bibtex_names, name, names_in_cell

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
_ESCAPED = re.compile(r"\\([&%$#_{} ])|(%)")
_SIGNS = "&%$#_{} ~\\^<>"
_KEPT = {sign: chr(0xFDD0 + at) for at, sign in enumerate(_SIGNS)}
"""Signs that LaTeX would act on, as signs that no text holds until all of LaTeX is resolved: what
an escape or a command has made of a sign (`\\%`, `\\textasciitilde`) is a sign for good."""
_BACK = {ord(kept): sign for sign, kept in _KEPT.items()}
_WORD = re.compile(r"\{?\\([A-Za-z]+)(?:\{\}|\s+|(?![A-Za-z]))\}?")
_STYLED = re.compile(
    r"\\(?:emph|text(?:it|bf|sc|sf|tt|rm|up|sl|normal|subscript|superscript)|mkbibemph|mkbibquote|"
    r"mathrm|mathbf|mathit|url|href|enquote|ensuremath|mbox|uppercase|lowercase|it|bf|em|sc|rm|tt)\b\s*"
)


@lru_cache(maxsize=16384)
def from_latex(text: str) -> str:
    """`text` as people read it: accents and escapes resolved, grouping braces gone."""
    back = "\\" in text
    if back:
        # in the value of a field `%` begins no comment
        text = _ESCAPED.sub(lambda match: _KEPT[match[1] or match[2]], text)
        if "\\" in text:
            text = _STYLED.sub("", text)
            text = _ACCENT.sub(_accented, text)
            text = _WORD.sub(_word, text)
        if "\\" in text and re.search(r"\\[A-Za-z(\[]", text):
            text = _by_pylatexenc(text)
    if "$" in text:
        text = text.replace("$<$", "<").replace("$>$", ">")
    if "{" in text or "}" in text:
        text = text.replace("{", "").replace("}", "")
    if "~" in text:
        text = text.replace("~", " ")
    if "--" in text:
        text = text.replace("---", "—").replace("--", "–")
    if "``" in text:
        text = text.replace("``", "“").replace("''", "”")
    return text.translate(_BACK) if back else text


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
    sign = _KEPT.get(sign, sign)
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


_LONGEST_MACRO = 20_000
_MOST_OF_AN_ENTRY = 200_000
_MOST_OF_A_FILE = 50_000_000


class TooLong(ValueError):
    """Macros put more into a value than any bibliography holds."""


class Macros:
    """The macros of one file, and how much they have put into its entries so far."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._room = _MOST_OF_A_FILE

    def define(self, key: str, raw: str) -> None:
        """Keeps a macro; raises TooLong when its text is longer than any name of a journal."""
        self._texts[key.strip().lower()] = self._joined(raw, _LONGEST_MACRO)

    def values(self, fields: Mapping[int, str]) -> dict[int, str]:
        """The raw values of one entry, by their place, with macros put in.

        A braced, quoted or plain value is given back as it is, any other in braces.
        """
        found: dict[int, str] = {}
        room = _MOST_OF_AN_ENTRY
        for place, raw in fields.items():
            if not self._has_macros(raw):
                found[place] = raw
                continue
            joined = self._joined(raw, len(raw) + min(room, self._room))
            more = max(len(joined) - len(raw), 0)
            room -= more
            self._room -= more
            found[place] = "{" + joined + "}"
        return found

    def _has_macros(self, raw: str) -> bool:
        if not raw or raw.isdecimal():
            return False
        if raw[0] in '{"':
            return "#" in raw and len(concatenated(raw)) > 1
        return "#" in raw or raw.lower() in self._texts

    def _joined(self, raw: str, most: int) -> str:
        parts: list[str] = []
        length = 0
        for part in concatenated(raw):
            part = part.strip()
            text = inner(part, blanks=True) if part[:1] in ("{", '"') else self._text(part)
            length += len(text)
            if length > most:
                raise TooLong(f"its macros put in more than {most:,} characters")
            parts.append(text)
        return "".join(parts)

    def _text(self, word: str) -> str:
        low = word.lower()
        return self._texts.get(low, _MONTHS.get(low, word))


_MONTHS = {
    month[:3].lower(): month
    for month in words(
        "January February March April May June July August September October November December"
    )
}
_JOINT = re.compile(r'[{}"#]')


def concatenated(raw: str) -> list[str]:
    """The parts of a value that `#` joins, outside of braces and quotation marks."""
    if "#" not in raw:
        return [raw]
    parts, depth, quoted, start = [], 0, False, 0
    for found in _JOINT.finditer(raw):
        sign, at = found.group(), found.start()
        if at and raw[at - 1] == "\\":
            continue
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
        elif sign == '"':
            if depth == 0:
                quoted = not quoted
        elif depth == 0 and not quoted:
            parts.append(raw[start:at])
            start = at + 1
    return [*parts, raw[start:]]


def inner(raw: str, *, blanks: bool = False) -> str:
    """A value without the braces or quotes around it; `blanks` keeps those at its ends."""
    raw = raw.strip()
    if len(raw) > 1 and raw[0] + raw[-1] in ("{}", '""'):
        text = raw[1:-1]
    else:
        text = raw.lstrip('{"') if raw[:1] in ("{", '"') else raw
    return text if blanks else text.strip()


def people(text: str) -> list[Name]:
    """The names of a list of people."""
    text = " ".join(text.split())
    if ";" in text and " and " not in text.lower():  # not BibTeX, and yet exports do it
        return list(names_in_cell(from_latex(text), True))
    return [found for part in bibtex_names(text) if (found := _person(part))]


def _person(text: str) -> Name | None:
    if (
        text[:1] == "{"
        and text[-1:] == "}"
        and text.find("}") == len(text) - 1
        and "\\" not in text[:2]
    ):
        return Name(literal=from_latex(text))
    if "=" in text and re.match(r"(?:family|given|prefix)\s*=", text):  # BibLaTeX's extended names
        parts = {
            k.strip(): from_latex(v.strip().strip('"'))
            for k, _, v in (part.partition("=") for part in text.split(","))
        }
        family = " ".join(p for p in (parts.get("prefix", ""), parts.get("family", "")) if p)
        return Name(family=family, given=parts.get("given", ""), suffix=parts.get("suffix", ""))
    return name(from_latex(text), True)
