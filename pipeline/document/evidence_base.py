"""What tables and figures of the synthesis look at: included studies in order, results, quality.

Everything is worked out when it is first asked for, so that what is read from a snapshot is what
was needed, and no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache

from pipeline.document.values import UnknownValue, find, said
from pipeline.extraction import judgements_of
from pipeline.model.decision import Overlap
from pipeline.model.finding import Finding
from pipeline.model.study import Result, Study
from pipeline.snapshot import Snapshot
from pipeline.snapshot.as_of import overlaps_of
from pipeline.synthesis.sensitivity import StudyQuality, quality_of
from pipeline.synthesis.study_facts import in_order, people_of


class EvidenceBase:
    """The evidence of one snapshot: only included studies, only their results."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    @cached_property
    def studies(self) -> Mapping[str, Study]:
        """The included studies by id, in the authors' order."""
        order = self._snapshot.synthesis.preliminary
        forms = self._snapshot.review.forms
        return {study.id: study for study in in_order(self._snapshot.included, order, forms)}

    @cached_property
    def results(self) -> Mapping[str, Result]:
        """The results of the included studies by id."""
        return _Results(self.studies)

    @cached_property
    def quality(self) -> Mapping[str, StudyQuality]:
        """How much concern there is about each included study, by id."""
        return _Quality(self._snapshot, self.studies)

    def label(self, study: str) -> str:
        found = self.studies.get(study)
        return (found.title or found.id) if found else study

    def participants(self, finding: Finding) -> tuple[int, tuple[str, ...]]:
        """How many people the results of `finding` speak of, and the studies that do not tell.

        One number a study, its largest; of studies that share participants the largest alone.
        """
        concerned = (s for s in finding.all_studies if s in self.studies)
        by: dict[str, int | None] = dict.fromkeys(concerned)
        for id in finding.results:
            result = self.results.get(id)
            if result is not None:
                n = people_of(result, self.studies[result.study])
                by[result.study] = max(filter(None, (by.get(result.study), n)), default=None)
        silent = tuple(s for s, n in by.items() if n is None)
        for shared in _overlapping(self._snapshot) if len(by) > 1 else ():
            here = sorted((s for s in shared if by.get(s)), key=lambda s: by[s] or 0)
            by |= dict.fromkeys(here[:-1], 0)
        return sum(n for n in by.values() if n), silent


class _Results(Mapping[str, Result]):
    """Results by id, looked up study by study."""

    def __init__(self, studies: Mapping[str, Study]) -> None:
        self._studies = studies
        self._known: dict[str, Mapping[str, Result]] = {}

    def _of(self, study: str) -> Mapping[str, Result]:
        if study not in self._known:
            found = self._studies.get(study)
            self._known[study] = {r.id: r for r in found.results} if found else {}
        return self._known[study]

    def __getitem__(self, id: str) -> Result:
        return self._of(id.partition("/")[0])[id]

    def __iter__(self) -> Iterator[str]:
        return (id for study in self._studies for id in self._of(study))

    def __len__(self) -> int:
        return sum(len(self._of(study)) for study in self._studies)


class _Quality(Mapping[str, StudyQuality]):
    """The quality of each study, judged from its appraisals when somebody asks."""

    def __init__(self, snapshot: Snapshot, studies: Mapping[str, Study]) -> None:
        self._snapshot, self._studies = snapshot, studies
        self._known: dict[str, StudyQuality] = {}

    def __getitem__(self, id: str) -> StudyQuality:
        if id not in self._known:
            judgements = judgements_of(self._studies[id], self._snapshot.review.forms)
            said = self._snapshot.synthesis.preliminary
            self._known[id] = quality_of(id, judgements, said)
        return self._known[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._studies)

    def __len__(self) -> int:
        return len(self._studies)


def _overlapping(snapshot: Snapshot) -> tuple[frozenset[str], ...]:
    """Studies that share participants, those joined through a third together."""
    parts: list[set[str]] = []
    for pair, word in overlaps_of(snapshot.decisions).items():
        if word.overlap is not Overlap.OVERLAPPING:
            continue
        joined = set(pair)
        for part in [part for part in parts if part & joined]:
            joined |= part
            parts.remove(part)
        parts.append(joined)
    return tuple(frozenset(part) for part in parts)


@lru_cache(maxsize=8)
def evidence_base(snapshot: Snapshot) -> EvidenceBase:
    """The evidence base of a snapshot, the same for every table and figure made from it."""
    return EvidenceBase(snapshot)


def value_of(snapshot: Snapshot, study: Study, path: str) -> str:
    """The answer at `path` in words, "" where it has none."""
    try:
        found = find(snapshot.review, study, path)
        return said(found) if found.answer.value is not None else ""
    except UnknownValue:
        return ""


def ordered(snapshot: Snapshot) -> tuple[Study, ...]:
    """The included studies that were extracted, in the one order of tables and figures (SWiM 7)."""
    return tuple(evidence_base(snapshot).studies.values())
