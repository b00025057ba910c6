"""Author strings of any habit made comparable: family names in order, and all name words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pipeline.duplicates.comparable.titles import fold, word_set

MAX_NAMES = 30
_PARTICLE = word_set(
    "van von der den de del della di da das do dos du la le el al bin ben ter ten zu zur af av y st"
)
_ET_AL = re.compile(r"[,;]?\s*\b(?:et al|and others|u\.? ?a|and colleagues)\b\.?", re.IGNORECASE)
_NOT_NAME = re.compile(r"[^\w]+")
_RUN_TOGETHER = re.compile(r"(?<=[A-Z]\.)(?=[A-Z][a-z])")
_AND = re.compile(r"\s+(?:and|&|und|et)\s+|\s*&\s*")
_INITIALS = re.compile(r"^(?:[A-Z]\.?[-\s]?){1,4}$")
_VANCOUVER = re.compile(r"^[^\W\d_][\w'’ -]+\s[A-Z][A-Z.\s-]{0,5}$")
_ANONYMOUS = frozenset({"anon", "anonymous", "noauthor", "notavailable", "unknown", "na", "none"})


@dataclass(frozen=True, slots=True)
class Authors:
    """`families` in order, each one word, blank between; `first` the first; `tokens` every word
    of two letters and more of all names, sorted, for names whose order cannot be trusted;
    `body` is "b" where nothing but a group or an institution signs."""

    families: str
    first: str
    tokens: str
    count: int
    body: str


NOBODY = Authors("", "", "", 0, "")
_BODY = word_set(
    "agency association center centre centers centers collaboration collaborators collaborative "
    "commission committee consortium council department foundation group groups inc institute "
    "institution investigators laboratories ltd ministry network office organisation organization "
    "panel program programme society study team trial trialists union university workshop"
)


def comparable_authors(text: str) -> Authors:
    """Everything about an author string that is compared."""
    if not text:
        return NOBODY
    text = _ET_AL.sub("", text[:4_000])
    if _RUN_TOGETHER.search(text):
        text = _RUN_TOGETHER.sub("; ", text)
    families: list[str] = []
    tokens: set[str] = set()
    bodies = 0
    for name in _names(text)[:MAX_NAMES]:
        family, words = _family(name)
        if family and family not in _ANONYMOUS:
            families.append(family)
            bodies += len(words) > 1 and not _BODY.isdisjoint(words)
            tokens.update(word for word in words if len(word) > 1 and word not in _PARTICLE)
    if not families:
        return NOBODY
    return Authors(
        " ".join(families),
        families[0],
        " ".join(sorted(tokens)),
        len(families),
        "b" if bodies == len(families) else "",
    )


def _names(text: str) -> list[str]:
    if ";" in text:
        return [n for n in (part.strip() for part in text.split(";")) if n]
    if "|" in text:
        return [n for n in (part.strip() for part in text.split("|")) if n]
    chunks = [c for c in (part.strip() for part in text.split(",")) if c]
    vancouver = sum(bool(_VANCOUVER.match(c)) for c in chunks)
    pieces = _AND.split(text)
    if len(pieces) > 1 and (len(chunks) <= len(pieces) or not vancouver):
        whole = [p.strip(" ,") for p in pieces if p.strip(" ,")]
        if len(whole) > 1 and all("," not in p or p.count(",") == 1 for p in whole):
            if len(chunks) > len(whole) + 1 and not all("," in p for p in whole):
                return [c for p in whole for c in (x.strip() for x in p.split(",")) if c]
            return whole
    if len(chunks) <= 1:
        return [text.strip()]
    if vancouver >= max(1, len(chunks) // 2) or (len(chunks) == 3 and vancouver):
        return chunks
    if len(chunks) == 2:
        return [text.strip()]
    if all(" " in c for c in chunks):
        return [c for chunk in chunks for c in _AND.split(chunk) if c]
    return [f"{chunks[i]}, {chunks[i + 1]}" for i in range(0, len(chunks) - 1, 2)]


@lru_cache(maxsize=50_000)
def _family(name: str) -> tuple[str, tuple[str, ...]]:
    if "," in name:
        family, _, given = name.partition(",")
        words = _words(name)
        if _INITIALS.match(family.strip()) and len(given.strip()) > 3:
            family = given
    else:
        parted = name.split()
        words = _words(name)
        if len(parted) < 2:
            family = name
        elif len(parted[-1].strip(".")) <= 4 and _INITIALS.match(parted[-1]):
            family = " ".join(p for p in parted if not _INITIALS.match(p)) or parted[0]
        else:
            family = parted[-1]
    kept = [w for w in _words(family) if w not in _PARTICLE] or _words(family)
    return "".join(kept), tuple(words)


def _words(text: str) -> list[str]:
    return [
        w for w in _NOT_NAME.sub(" ", fold(text).replace("'", "").replace("’", "")).split() if w
    ]
