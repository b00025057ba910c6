"""What every table and figure of the synthesis looks at, gathered once: results, order, quality."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pipeline.extraction import judgements_of
from pipeline.ledger.overlaps import overlaps_of
from pipeline.synthesis.arranging import in_order
from pipeline.synthesis.quality import StudyQuality, quality_of
from pipeline.synthesis.study_facts import total_of
from pipeline.terms.appraisal import Judgement
from pipeline.terms.decision import Overlap
from pipeline.terms.finding import Finding
from pipeline.terms.study import Result, Study
from pipeline.writeup.dossier import Dossier
from pipeline.writeup.values import UnknownValue, find, said


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EvidenceBase:
    """The included studies in the authors' order with their results, judgements and quality.

    `results` are those of the included studies by id; `overlapping` are sets of studies that share
    participants, as people said.
    """

    studies: Mapping[str, Study]
    results: Mapping[str, Result]
    judgements: Mapping[str, tuple[Judgement, ...]]
    quality: Mapping[str, StudyQuality]
    overlapping: tuple[frozenset[str], ...] = ()

    def label(self, study: str) -> str:
        found = self.studies.get(study)
        return (found.title or found.id) if found else study

    def participants(self, finding: Finding) -> tuple[int, tuple[str, ...]]:
        """How many people the results of `finding` speak of, and the studies that do not tell.

        One number a study, its largest; of studies that share participants the largest alone.
        """
        by: dict[str, int | None] = dict.fromkeys(
            s for s in finding.all_studies if s in self.studies
        )
        for id in finding.results:
            result = self.results.get(id)
            if result is not None:
                n = result.n_analysed or total_of(self.studies[result.study])
                by[result.study] = max(filter(None, (by.get(result.study), n)), default=None)
        silent = tuple(s for s, n in by.items() if n is None)
        for shared in self.overlapping:
            here = sorted((s for s in shared if by.get(s)), key=lambda s: by[s] or 0)
            by |= dict.fromkeys(here[:-1], 0)
        return sum(n for n in by.values() if n), silent


@lru_cache(maxsize=8)
def evidence_base(dossier: Dossier) -> EvidenceBase:
    """The evidence base of a dossier, worked out once."""
    synthesis = dossier.synthesis
    studies = {s.id: s for s in in_order(dossier.included, synthesis.preliminary)}
    judgements = {id: judgements_of(s, dossier.review.forms) for id, s in studies.items()}
    return EvidenceBase(
        studies=studies,
        results={r.id: r for s in studies.values() for r in s.results},
        judgements=judgements,
        quality={id: quality_of(id, judgements[id], synthesis.preliminary) for id in studies},
        overlapping=_overlapping(dossier),
    )


def _overlapping(dossier: Dossier) -> tuple[frozenset[str], ...]:
    """Studies that share participants, those joined through a third together."""
    parts: list[set[str]] = []
    for pair, word in overlaps_of(dossier.decisions).items():
        if word.overlap is not Overlap.OVERLAPPING:
            continue
        joined = set(pair)
        for part in [part for part in parts if part & joined]:
            joined |= part
            parts.remove(part)
        parts.append(joined)
    return tuple(frozenset(part) for part in parts)


def value_of(dossier: Dossier, study: Study, path: str) -> str:
    """The answer at `path` in words, "" where it has none."""
    try:
        found = find(dossier.review, study, path)
        return said(found) if found.answer.value is not None else ""
    except UnknownValue:
        return ""
