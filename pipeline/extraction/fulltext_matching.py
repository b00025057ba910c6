"""Which report a PDF is: by the DOI it carries, by the title on its first pages, by its name.

A proposal for a person: every sign is told, and only a sure one may be taken without a look.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz

from pipeline.model.record import Record

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
    """What a file is looked through for: one record with its words made comparable, once."""

    record: Record
    title: str
    words: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    doi: str
    doi_words: str
    id_words: str
    author: str
    year: str

    @classmethod
    def of(cls, record: Record) -> _Wanted:
        title = plain_words(record.title)
        name = record.author[0] if record.author else None
        doi = record.doi.casefold().removeprefix("https://doi.org/").rstrip(".")
        return cls(
            record=record,
            title=title,
            words=frozenset(title.split()),
            pairs=_pairs(title),
            doi=doi,
            doi_words=plain_words(doi),
            id_words=plain_words(record.id),
            author=plain_words(name.family or name.literal) if name else "",
            year=str(record.year or ""),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """One file with its words made comparable, once."""

    text: str
    pairs: frozenset[tuple[str, str]]
    dois: Mapping[int, frozenset[str]]
    title: str
    title_words: frozenset[str]
    name: str
    name_words: frozenset[str]

    @classmethod
    def of(cls, file: FullText) -> _Read:
        text = plain_words("\n".join(file.pages)[:_FIRST_CHARACTERS])
        title, name = plain_words(file.title), plain_words(file.name.rpartition(".")[0])
        return cls(
            text=text,
            pairs=_pairs(text),
            dois={page: _dois(words) for page, words in enumerate(file.pages, 1)},
            title=title,
            title_words=frozenset(title.split()),
            name=name,
            name_words=frozenset(name.split()),
        )


def _pairs(text: str) -> frozenset[tuple[str, str]]:
    """Every two words that follow one another: titles share words, seldom their order."""
    words = text.split()
    return frozenset(pairwise(words)) or frozenset({(text, "")})


def _signs(file: FullText, wanted: Sequence[_Wanted]) -> list[Sign]:
    """The records that fit `file`, the best first."""
    read = _Read.of(file)
    found = [
        Sign(record=w.record.id, score=max(scores.values()), why=tuple(scores))
        for w in wanted
        if (scores := _scores(read, w))
    ]
    return sorted(found, key=lambda sign: (-sign.score, sign.record))


def _scores(file: _Read, w: _Wanted) -> dict[str, int]:
    """Each sign in words with its score. The DOI goes first, the name of the file last."""
    scores: dict[str, int] = {}
    pages = [page for page, on_page in file.dois.items() if w.doi and w.doi in on_page]
    if pages:
        # further in, a DOI is more often that of a work that is cited
        scores[f"its DOI stands on page {pages[0]}"] = 100 if pages[0] == 1 else 80
    # the comparison letter by letter is dear: only where half of the title stands word by word
    if w.title and 2 * len(w.pairs & file.pairs) >= len(w.pairs):
        fit = round(fuzz.partial_ratio(w.title, file.text))
        if fit >= 85:
            told, score = _title_score(w, file.text, fit)
            scores[told] = score
    is_long = len(w.title) >= _SHORT_TITLE
    if is_long and 2 * len(w.words & file.title_words) >= len(w.words):
        fit = round(fuzz.ratio(w.title, file.title))
        if fit >= 90:
            scores[f"the title in its metadata fits ({fit} of 100)"] = min(fit, 92)
    if w.doi and w.doi_words in file.name:
        scores["its name holds the DOI"] = 92
    if w.id_words in file.name:
        scores["its name holds the id of the record"] = 95
    if w.author and w.author in file.name and w.year and w.year in file.name_words:
        scores["its name holds the first author and the year"] = 70
    elif is_long and _named_after(file, w):
        scores["its name holds the title"] = 78
    return scores


def _named_after(file: _Read, w: _Wanted) -> bool:
    shared = len(w.words & file.name_words)
    if len(file.name_words) < 3 or 2 * shared < len(file.name_words):
        return False
    return fuzz.token_set_ratio(w.title, file.name) >= 92


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
