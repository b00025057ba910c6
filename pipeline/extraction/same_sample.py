"""Signs that two studies, or two reports, tell of the same participants.

What to look for is that of the Cochrane Handbook (4.6.2) for reports of one study: registration,
authors, site, dates, numbers of participants. Signs are reasons for a person to look, no proof.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from pipeline.model.record import Record
from pipeline.model.study import Answer, Sample, Study

_REGISTRATION = re.compile(
    r"\b(NCT\d{8}|ISRCTN\d{8}|ACTRN\d{14}|DRKS\d{8}|UMIN\d{9}|ChiCTR[-A-Z0-9]{6,}|"
    r"\d{4}-\d{6}-\d{2}|IRCT\d{10,}N\d+|jRCT\w{6,}|CTRI/\d{4}/\d{2,}/\d+|NTR\d{3,})\b",
    re.IGNORECASE,
)
_NOTHING_SAID = Sample()
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
LEAST_SIZE = 20
"""Smaller groups are of the same size by chance too often."""
_ALIKE = 80
"""From this likeness on (0 to 100, rapidfuzz token_set_ratio) two titles or settings are alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits(Sample):
    """What is known of the participants of a study, or of a report that nobody extracted yet.

    `authors` are family names without accents, the first author of the primary report first.
    """

    id: str
    reports: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()


def traits_of(id: str, records: Sequence[Record], sample: Sample = _NOTHING_SAID) -> Traits:
    """The traits of the study or report `id` from its `records`, the primary one first."""
    authors = dict.fromkeys(
        _bare(name.family or name.literal) for record in records for name in record.author
    )
    written = [text for record in records for text in (record.title, record.abstract)]
    return Traits(
        id=id,
        reports=tuple(record.id for record in records),
        registrations=_registrations(written) | sample.registrations,
        authors=tuple(name for name in authors if name),
        titles=tuple(record.title for record in records if record.title),
        total=sample.total,
        sizes=sample.sizes,
        country=sample.country,
        setting=sample.setting,
        design=sample.design,
        years=sample.years,
    )


def sample_of(study: Study) -> Sample:
    """What `study` says of its participants, from the items that the shipped forms have."""
    participants = next(iter(study.parts.get("participants", ())), None)
    total = _number(participants.answers, "total") if participants else 0
    return Sample(
        registrations=_registrations(_texts(study)),
        total=total or _number(study.answers, "n_randomised"),
        sizes=frozenset(_number(group.answers, "n") for group in study.parts.get("groups", ()))
        - {0},
        country=_bare(_said(study, "country")),
        setting=_said(study, "setting"),
        design=_said(study, "design"),
        years=tuple(sorted({int(year) for year in _YEAR.findall(_said(study, "period"))})),
    )


def signs(one: Traits, other: Traits) -> tuple[str, ...]:
    """In words, what speaks for the same participants in both; nothing where nothing does."""
    return tuple(_signs(one, other))


def _signs(one: Traits, other: Traits) -> Iterator[str]:
    if numbers := sorted(one.registrations & other.registrations):
        yield f"the same registration ({', '.join(numbers)})"
    if shared := sorted(set(one.reports) & set(other.reports)):
        yield f"a report in common ({', '.join(shared)})"
    first = one.authors[:1] == other.authors[:1] != ()
    same_place = bool(one.country) and one.country == other.country
    if one.total == other.total >= LEAST_SIZE and (first or same_place):
        yield f"the same number of participants ({one.total:,}) and {_who(first)}"
    sizes = sorted(n for n in one.sizes & other.sizes if n >= LEAST_SIZE)
    if len(sizes) > 1:
        yield f"groups of the same sizes ({', '.join(map(str, sizes))})"
    yield from _same_people_and_place(one, other, same_place)
    if one.reports != other.reports and len(set(one.authors) & set(other.authors)) > 1:
        alike = [(a, b) for a in one.titles for b in other.titles if _are_alike(a, b)]
        if alike:
            yield "authors in common and titles that are alike"


def _who(first: bool) -> str:
    return "the same first author" if first else "the same country"


def _same_people_and_place(one: Traits, other: Traits, same_place: bool) -> Iterator[str]:
    """An author in common, one country, one kind of study, and no sign of another time."""
    together = [name for name in one.authors if name in other.authors]
    apart = one.years and other.years and not _overlap(one.years, other.years)
    kind = (one.design and one.design == other.design) or _are_alike(one.setting, other.setting)
    if together and same_place and kind and not apart:
        when = ", overlapping years" if one.years and other.years else ""
        names = ", ".join(name.title() for name in together[:3])
        yield f"an author in common ({names}), the same country and kind of study{when}"


def _overlap(one: Sequence[int], other: Sequence[int]) -> bool:
    return min(one) <= max(other) and min(other) <= max(one)


def _are_alike(one: str, other: str) -> bool:
    if not one or not other:
        return False
    return fuzz.token_set_ratio(_bare(one), _bare(other)) >= _ALIKE


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    letters = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return " ".join(re.findall(r"\w+", letters))


def _registrations(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(found.upper() for text in texts for found in _REGISTRATION.findall(text))


def _said(study: Study, item: str) -> str:
    answer = study.answers.get(item)
    value = answer.value if answer is not None else None
    return "; ".join(map(str, value)) if isinstance(value, tuple) else str(value or "")


def _number(answers: Mapping[str, Answer], item: str) -> int:
    answer = answers.get(item)
    value = answer.value if answer is not None else None
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _texts(study: Study) -> Iterator[str]:
    for answer in study.answers.values():
        if isinstance(answer.value, str):
            yield answer.value
    for parts in study.parts.values():
        for part in parts:
            for answer in part.answers.values():
                if isinstance(answer.value, str):
                    yield answer.value
