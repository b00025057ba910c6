"""Which report a PDF is: by the DOI it carries, by the title on its first pages, by its name.

A proposal for a person: every sign is told, and only a sure one may be taken without a look.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from pipeline.terms.record import Record

SURE = 90
"""From this score (0 to 100) on a proposal may be taken without asking."""

_APART = 5
"""A proposal whose rival comes nearer than this is never sure."""
_SHORT_TITLE = 25
_FIRST_CHARACTERS = 12_000
_DOI = re.compile(r"10\.[0-9]{4,9}/[^\s\"<>]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class FullText:
    """A file: its name, the title in its metadata, and its first pages; "" where it has no text."""

    name: str
    title: str = ""
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """How well a file fits a record (0 to 100) and why, in words."""

    record: str
    score: int
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a file seems to be: the record that fits best, and what else fits; none where nothing
    does. `rival` names a file that fits the same record better."""

    file: str
    best: Sign | None
    others: tuple[Sign, ...] = ()
    rival: str = ""

    @property
    def sure(self) -> bool:
        """Whether it may be taken without a look: well fitting, alone, and no second copy."""
        if self.best is None or self.best.score < SURE or self.rival:
            return False
        return not self.others or self.best.score - self.others[0].score >= _APART


def propose(files: Iterable[FullText], records: Sequence[Record]) -> tuple[Proposal, ...]:
    """A proposal a file, in the order of the files; a record goes to the file that fits it best."""
    wanted = [_Wanted.of(record) for record in records]
    found = [(file, _signs(file, wanted)) for file in files]
    first: dict[str, tuple[int, str]] = {}
    for file, signs in found:
        if signs:
            held = first.get(signs[0].record)
            if held is None or signs[0].score > held[0]:
                first[signs[0].record] = (signs[0].score, file.name)
    return tuple(
        Proposal(
            file=file.name,
            best=signs[0] if signs else None,
            others=tuple(signs[1:4]),
            rival=rival if signs and (rival := first[signs[0].record][1]) != file.name else "",
        )
        for file, signs in found
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What a file is looked through for: one record with its words made comparable."""

    record: Record
    title: str
    words: frozenset[str]
    doi: str
    author: str

    @classmethod
    def of(cls, record: Record) -> _Wanted:
        title = plain_words(record.title)
        name = record.author[0] if record.author else None
        return cls(
            record=record,
            title=title,
            words=frozenset(title.split()),
            doi=record.doi.casefold().removeprefix("https://doi.org/").rstrip("."),
            author=plain_words(name.family or name.literal) if name else "",
        )


def _signs(file: FullText, wanted: Sequence[_Wanted]) -> list[Sign]:
    """The records that fit `file`, the best first."""
    raw = "\n".join(file.pages)[:_FIRST_CHARACTERS]
    text = plain_words(raw)
    dois = {page: _dois(words) for page, words in enumerate(file.pages, 1)}
    words = frozenset(text.split())
    name = plain_words(file.name.rpartition(".")[0])
    found = [
        Sign(record=w.record.id, score=max(scores.values()), why=tuple(scores))
        for w in wanted
        if (scores := _scores(file, w, text, words, dois, name))
    ]
    return sorted(found, key=lambda sign: (-sign.score, sign.record))


def _scores(
    file: FullText,
    w: _Wanted,
    text: str,
    words: frozenset[str],
    dois: Mapping[int, frozenset[str]],
    name: str,
) -> dict[str, int]:
    """Each sign in words with its score. The DOI goes first, the name of the file last."""
    scores: dict[str, int] = {}
    pages = [page for page, on_page in dois.items() if w.doi and w.doi in on_page]
    if pages:
        # further in, a DOI is more often that of a work that is cited
        scores[f"its DOI stands on page {pages[0]}"] = 100 if pages[0] == 1 else 80
    if w.title and len(w.words & words) >= 0.8 * len(w.words):
        fit = round(fuzz.partial_ratio(w.title, text))
        if fit >= 85:
            told, score = _title_score(w, text, fit)
            scores[told] = score
    if w.title and file.title and len(w.title) >= _SHORT_TITLE:
        fit = round(fuzz.ratio(w.title, plain_words(file.title)))
        if fit >= 90:
            scores[f"the title in its metadata fits ({fit} of 100)"] = min(fit, 92)
    if w.doi and plain_words(w.doi) in name:
        scores["its name holds the DOI"] = 92
    if plain_words(w.record.id) in name:
        scores["its name holds the id of the record"] = 95
    year = str(w.record.year or "")
    if w.author and year and w.author in name and year in name.split():
        scores["its name holds the first author and the year"] = 70
    elif len(w.title) >= _SHORT_TITLE and fuzz.token_set_ratio(w.title, name) >= 92:
        scores["its name holds the title"] = 78
    return scores


def _title_score(w: _Wanted, text: str, fit: int) -> tuple[str, int]:
    """A short title stands in many texts; without its author a title may be one that is cited."""
    told = f"the title stands on its first pages ({fit} of 100)"
    if len(w.title) < _SHORT_TITLE:
        return f"{told}, but it is short", min(fit, 75)
    if w.author and w.author not in text:
        return f"{told}, the first author does not", min(fit, 82)
    return told, min(fit, 97)


def _dois(page: str) -> frozenset[str]:
    """The DOIs of a page in small letters, without the punctuation of the sentence around them."""
    return frozenset(doi.casefold().rstrip(".,;:)]}") for doi in _DOI.findall(page))


def plain_words(text: str) -> str:
    """Letters and digits without accents, ligatures and hyphens at line ends, single blanks."""
    joined = re.sub(r"[-\u00ad\u2010]\s*\n\s*", "", text)
    bare = "".join(
        c for c in unicodedata.normalize("NFKD", joined) if not unicodedata.combining(c)
    ).casefold()
    return " ".join(re.findall(r"[^\W_]+", bare))
