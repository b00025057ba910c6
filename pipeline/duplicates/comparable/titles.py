"""Titles made comparable: markup, accents, Greek letters, suffixes of databases; numbers; kinds."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass

MAX_CHARACTERS = 1_000
"""What is compared of a title; a longer one is an abstract in the wrong field."""


def word_set(text: str) -> frozenset[str]:
    """The words of `text`, for lists that people keep."""
    return frozenset(text.split())


_TAG = re.compile(r"</?[A-Za-z][^<>]{0,80}>")
_NOT_WORD = re.compile(r"[\W_]+")
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "µ": "mu",
    "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "υ": "upsilon",
    "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ß": "ss"}
)
_APOSTROPHE = re.compile("['’‘`´ʼ]")
_SUFFIX = re.compile(
    r"[\s.]*[\[(](?:"
    r"[\[(\w\s,;-]{0,40}?\brefs?\.?|\w*\s*review\w*|see comments?|comments?|abstract|"
    r"in process citation|corrected|retracted article|(?:published )?(?:erratum|correction|"
    r"corrigendum) (?:appears|published|in)\b.{0,200}|comment in\b.{0,200}|"
    r"(?:article |text |full text )?(?:in )?(?:afrikaans|arabic|bulgarian|chinese|croatian|czech|"
    r"danish|dutch|english|estonian|finnish|french|german|greek|hebrew|hungarian|icelandic|"
    r"italian|japanese|korean|lithuanian|norwegian|persian|polish|portuguese|romanian|russian|"
    r"serbian|slovak|slovenian|spanish|swedish|thai|turkish|ukrainian|mandarin chinese)"
    r"(?:[,;] .{0,40}|; english abstract)?"
    r")[\])][\s.]*$",
    re.IGNORECASE,
)
_PREFIX_FLAG = re.compile(r"^\s*[\[(]?retracted(?: article)?\s*[\])]?\s*[:.-]\s*", re.IGNORECASE)
_KINDS = (
    (
        "notice",
        re.compile(
            r"^(?:(?:published |author |publisher )?"
            r"(?:erratum|errata|corrigend(?:um|a)|correction)s?"
            r"(?: (?:to|for|in|of|notice))?\b|retraction(?: notice)?(?: to| of| for)?\b|"
            r"expression of concern\b|withdrawn\b|berichtigung\b)"
        ),
    ),
    (
        "comment",
        re.compile(
            r"^(?:(?:author s |authors |the authors )?"
            r"(?:reply|response|rejoinder) (?:to|by)\b|(?:authors? )?reply$|"
            r"(?:invited |editorial )?comment(?:ary)? (?:on|to)\b|"
            r"(?:commentary|discussion|rejoinder|in reply)\b(?! (?:of|in|between|among|groups?)\b)|"
            r"letter to the editor\b|letter (?:re|regarding)\b|discussion of\b)"
        ),
    ),
)
_RE = re.compile(r"^[\s\[\"“']*re\s*:", re.IGNORECASE)
_NOTICE_TAIL = re.compile(
    r"\((?:vol\.? ?\d+|.{0,60}\bvol ?\d+, pg?\b|[^()]{3,80}\(\d{4}\) \d+[ :;]).{0,80}\)\s*$",
    re.IGNORECASE,
)
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8",
          "ix": "9", "x": "10", "xi": "11", "xii": "12"}  # fmt: skip
_SURE_ROMAN = frozenset({"ii", "iii", "iv", "vi", "vii", "viii", "ix", "xi", "xii"})
_SPELT = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "first": "1",
          "second": "2", "third": "3", "fourth": "4", "a": "1", "b": "2", "c": "3"}  # fmt: skip
_PART = frozenset(
    {"part", "parts", "pt", "teil", "partie", "parte", "phase", "stage", "study", "experiment",
     "chapter", "section", "volume", "vol", "no", "number", "paper", "report", "wave", "type",
     "grade", "class", "level", "module", "book", "edition"}
)  # fmt: skip
_DIGIT = re.compile(r"\d")
_TELLS_NUMBERS = _PART | frozenset(_ROMAN)
"""Without one of these words, and without a digit, a title numbers nothing."""
_FLAG = 40
"""Characters within which a title is flagged as retracted."""
_FIRST_OF_KIND = word_set(
    "published author authors publisher erratum errata erratums corrigendum corrigenda "
    "corrigendums corrigendas erratas correction corrections retraction expression "
    "withdrawn berichtigung the reply response rejoinder invited editorial comment "
    "commentary discussion in letter"
)
"""First words of the titles that `_KINDS` knows."""
_GENERIC_WORDS = word_set(
    """
    editorial editorials introduction preface foreword forward afterword epilogue
    conclusion conclusions commentary comment comments reply response letter letters
    erratum errata corrigendum correction corrections index contents notes note news
    abstracts abstract announcement announcements obituary review reviews book books
    special issue section guest editor editors editorial s from the to of and in on for a
    an by with
    remarks welcome message issue table front matter back cover acknowledgment
    acknowledgement acknowledgements reviewers list proceedings keynote panel discussion
    poster session overview summary references appendix untitled title no available not in
    memoriam research article articles program programme opening closing address president
    presidential minitrack track workshop symposium conference annual meeting
    """
)


@dataclass(frozen=True, slots=True)
class Title:
    """`words` in one spacing, `tight` without any; `main` is `words` up to the first colon.

    `numbers` are the digits and Roman numerals in their order, `parts` those that number a part;
    `kind` is "notice" (erratum, retraction), "comment" (reply, letter) or "". `generic` says that
    many different reports bear such a title.
    """

    words: str
    main: str
    numbers: str
    parts: str
    kind: str
    generic: bool

    @property
    def tight(self) -> str:
        return self.words.replace(" ", "")


def fold(text: str) -> str:
    """`text` in lower case without accents and markup, Greek letters among Latin ones spelt out."""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = _TAG.sub("", text)
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    text = "".join(c for c in text if not unicodedata.combining(c) or "\u3099" <= c <= "\u309a")
    if any("α" <= c <= "ω" or c == "µ" for c in text) and any("a" <= c <= "z" for c in text):
        text = "".join(f" {_GREEK[c]} " if c in _GREEK else c for c in text)
    return unicodedata.normalize("NFC", text)


def plain_words(text: str) -> str:
    """The words of `text`, folded, with one blank between them."""
    folded = fold(text)
    if not folded.isascii() or "'" in folded or "`" in folded:
        folded = _APOSTROPHE.sub("", folded)
    return _NOT_WORD.sub(" ", folded).strip()


def comparable_title(text: str, container: str = "") -> Title:
    """Everything about a title that is compared; an empty title gives empty fields.

    A title made of nothing but generic words and words of its `container` is generic too.
    """
    text = text[:MAX_CHARACTERS].strip()
    if not text:
        return Title("", "", "", "", "", True)
    for _ in range(3):
        if text.rstrip(" .\n\t")[-1:] not in ("]", ")"):
            break
        shorter = _SUFFIX.sub("", text)
        if shorter == text or not shorter.strip(" .[]"):
            break
        text = shorter
    if "retracted" in text[:_FLAG].lower():
        text = _PREFIX_FLAG.sub("", text)
    colon = min(
        (i for i in (text.find(": "), text.find(" - "), text.find("? ")) if i > 0), default=0
    )
    kind = "comment" if ":" in text and _RE.match(text) else ""
    noticed = _NOTICE_TAIL.sub("", text) if text.endswith(")") else text
    if noticed != text and noticed.strip():
        kind, text = kind or "notice", noticed
    words = plain_words(text)
    main = plain_words(text[:colon]) if colon else words
    if words.partition(" ")[0] in _FIRST_OF_KIND:
        kind = next((name for name, mark in _KINDS if mark.match(words)), kind)
    numbers, parts = _numbers(words)
    return Title(words, main or words, numbers, parts, kind, _is_generic(words, container))


def _numbers(text: str) -> tuple[str, str]:
    words = text.split()
    if not _DIGIT.search(text) and _TELLS_NUMBERS.isdisjoint(words):
        return "", ""
    numbers: list[str] = []
    parts: list[str] = []
    last = len(words) - 1
    for i, word in enumerate(words):
        after_part = i > 0 and words[i - 1] in _PART
        if word[0].isdigit() and word.isdigit():
            number = word.lstrip("0") or "0"
        elif word in _SURE_ROMAN or (word in _ROMAN and (after_part or i == last) and i > 0):
            number = _ROMAN[word]
        elif after_part and word in _SPELT and (len(word) > 1 or i == last):
            number = _SPELT[word]
        elif any(c.isdigit() for c in word):
            numbers.append(word)
            continue
        else:
            continue
        numbers.append(number)
        if after_part or (i == last and word in _ROMAN):
            parts.append(number)
    return " ".join(numbers), " ".join(parts)


def _is_generic(words: str, container: str) -> bool:
    parted = words.split()
    own = set(container.split())
    if all(word in _GENERIC_WORDS or word in own or word.isdigit() for word in parted):
        return True
    if words.isascii():
        return len(parted) < 3 and len(words) < 16
    return len(words) < 6
