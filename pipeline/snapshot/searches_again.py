"""The same search run again: which of its records were there before, which are new, gone, changed.

Entries are known by the accession number of the database, else by DOI or PubMed id, else by title,
year and first author; each earlier entry stands for one later entry only.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

COLUMNS = ("id", "accession_number", "doi", "pmid", "title", "author", "year", "abstract")
"""The columns of notation/record_table.py that an `Entry` is made of, in its order."""


class RerunEntry(NamedTuple):
    """What an export tells of one record, as far as runs of a search are compared by it."""

    id: str
    accession_number: str
    doi: str
    pmid: str
    title: str
    author: str
    year: int
    abstract: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPair:
    """An entry of the earlier run and the same one of the later; `changed` names what differs."""

    before: str
    after: str
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rerun:
    """What became of the entries of `previous` in a later run of the same search."""

    previous: str
    pairs: tuple[EntryPair, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]

    @property
    def changed(self) -> tuple[EntryPair, ...]:
        return tuple(pair for pair in self.pairs if pair.changed)


def rerun(previous: str, before: Sequence[RerunEntry], after: Sequence[RerunEntry]) -> Rerun:
    """`after` held against `before`, the entries of the search `previous`.

    The surest sign goes first, over all entries: what has the very same signs is never taken for
    an entry with which it shares a weaker one.
    """
    pair_of: dict[int, int] = {}
    taken: set[int] = set()
    for sign in _SIGNS:
        places: dict[str, list[int]] = defaultdict(list)
        for place in reversed(range(len(before))):
            if place not in taken and (key := sign(before[place])):
                places[key].append(place)
        for n, entry in enumerate(after):
            if n not in pair_of and (key := sign(entry)) and places.get(key):
                pair_of[n] = places[key].pop()
                taken.add(pair_of[n])
    pairs = tuple(
        EntryPair(
            before=before[pair_of[n]].id,
            after=entry.id,
            changed=_changed(before[pair_of[n]], entry),
        )
        for n, entry in enumerate(after)
        if n in pair_of
    )
    new = tuple(entry.id for n, entry in enumerate(after) if n not in pair_of)
    gone = tuple(entry.id for place, entry in enumerate(before) if place not in taken)
    return Rerun(previous=previous, pairs=pairs, new=new, gone=gone)


def _all_signs(entry: RerunEntry) -> str:
    signs = [sign(entry) for sign in _SIGNS[1:]]
    return "\n".join(signs) if any(signs) else ""


def _accession(entry: RerunEntry) -> str:
    return entry.accession_number.strip().casefold()


def _doi(entry: RerunEntry) -> str:
    return entry.doi.strip().casefold()


def _pmid(entry: RerunEntry) -> str:
    return entry.pmid.strip()


def _words(entry: RerunEntry) -> str:
    title = _folded(entry.title)
    first = entry.author.split(";")[0].split(",")[0]
    return f"{title}|{entry.year}|{_folded(first)}" if title else ""


_SIGNS: tuple[Callable[[RerunEntry], str], ...] = (_all_signs, _accession, _doi, _pmid, _words)
"""By what an entry is known, the surest first; "" where it has no such sign."""


def _changed(before: RerunEntry, after: RerunEntry) -> tuple[str, ...]:
    """The names of what a later run tells otherwise; what it leaves out is no change."""
    told = (
        ("title", before.title, after.title),
        ("abstract", before.abstract, after.abstract),
        ("DOI", before.doi.casefold(), after.doi.casefold()),
        ("year", before.year, after.year),
    )
    return tuple(name for name, old, new in told if new and _spaced(str(old)) != _spaced(str(new)))


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[^\w]+", "", "".join(c for c in plain if not unicodedata.combining(c)))
