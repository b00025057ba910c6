"""Relationships within and between studies: moderators, contrasts, the map of concepts.

Third of the four elements of Popay et al. 2006.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderator:
    """What results may differ by: a grouping of studies, held against `findings`.

    No findings named means every finding that is counted by direction.
    """

    id: str
    label: str
    grouping: str
    findings: tuple[str, ...] = ()
    planned: bool = False
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """Two groups of participants of the protocol set against each other, outcome by outcome.

    No outcomes named means every outcome. Fewer studies than `at_least` are told as too few.
    """

    id: str
    label: str
    group: str
    comparator: str
    outcomes: tuple[str, ...] = ()
    account: str = ""
    at_least: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptLink:
    """A line of the map. An end is `finding:ID`, `theme:ID`, `concept:ID` or the id of a study."""

    start: str
    end: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptMap:
    """The authors' concepts and links; which finding rests on which study is known without them."""

    concepts: tuple[Concept, ...] = ()
    links: tuple[ConceptLink, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationships:
    """`synthesis/relationships.yaml`."""

    moderators: tuple[Moderator, ...] = ()
    contrasts: tuple[Contrast, ...] = ()
    concept_map: ConceptMap = field(default_factory=ConceptMap)
