"""The tables of a write-up by the word that the manuscript uses for them.

Adding a table is one function from a snapshot to a `Table` and one row of TABLES.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.document.tables import (
    appraisal,
    changes,
    estimates,
    findings,
    pooled_sets,
    preliminary,
    relationships,
    reports,
    searches,
    selection,
    studies,
)
from pipeline.model.document import Table
from pipeline.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class TableMaker:
    """`make` takes a snapshot; `option` names the one keyword it also takes ("" for none).

    `if_any`: the table stands beside the document only where it has something to tell.
    """

    make: Callable[..., Table]
    option: str = ""
    if_any: bool = False


TABLES: Mapping[str, TableMaker] = {
    "characteristics": TableMaker(studies.characteristics),
    "context": TableMaker(studies.context),
    "results": TableMaker(studies.results, "outcome"),
    "completeness": TableMaker(appraisal.completeness),
    "extraction_agreement": TableMaker(appraisal.extraction_agreement),
    "links": TableMaker(reports.links),
    "overlaps": TableMaker(reports.overlaps),
    "excluded": TableMaker(reports.excluded),
    "not_retrieved": TableMaker(reports.not_retrieved),
    "searches": TableMaker(searches.searches),
    "prisma_s": TableMaker(searches.prisma_s),
    "sources": TableMaker(searches.sources),
    "slides": TableMaker(findings.slides),
    "findings": TableMaker(findings.findings),
    "groups": TableMaker(findings.groups),
    "summary_of_findings": TableMaker(findings.summary_of_findings),
    "summary_of_qualitative_findings": TableMaker(findings.summary_of_qualitative_findings),
    "logic_model": TableMaker(relationships.logic_model),
    "descriptions": TableMaker(preliminary.descriptions),
    "quality": TableMaker(preliminary.quality),
    "effect_direction": TableMaker(preliminary.effect_direction, "contrast"),
    "vote_counts": TableMaker(preliminary.vote_counts),
    "moderators": TableMaker(relationships.moderators),
    "contrasts": TableMaker(relationships.contrasts, "contrast"),
    "concept_map": TableMaker(relationships.concept_map),
    "sensitivity": TableMaker(preliminary.sensitivity),
    "reflection": TableMaker(preliminary.reflection),
    "estimates": TableMaker(estimates.estimates, "estimates"),
    "pooled": TableMaker(estimates.pooled),
    "subgroups": TableMaker(pooled_sets.subgroups, "estimates", if_any=True),
    "meta_regression": TableMaker(pooled_sets.meta_regression, "estimates", if_any=True),
    "leave_one_out": TableMaker(pooled_sets.leave_one_out, "estimates", if_any=True),
    "influence": TableMaker(pooled_sets.influence, "estimates", if_any=True),
    "small_studies": TableMaker(pooled_sets.small_studies, "estimates", if_any=True),
    "absolute_effects": TableMaker(pooled_sets.absolute, "estimates", if_any=True),
    "themes": TableMaker(relationships.themes),
    "quotes": TableMaker(relationships.quotes),
    "appraisal": TableMaker(appraisal.appraisal, "instrument"),
    "judgements": TableMaker(appraisal.judgements),
    "duplicates": TableMaker(selection.duplicates),
    "screening": TableMaker(selection.screening),
    "agreement": TableMaker(selection.agreement),
    "agreement_by_criterion": TableMaker(selection.agreement_by_criterion),
    "amendments": TableMaker(changes.amendments),
    "criteria": TableMaker(changes.criteria),
    "changes": TableMaker(changes.changes, "since"),
    "editions": TableMaker(changes.editions),
}


def all_tables(snapshot: Snapshot) -> Mapping[str, Table]:
    """Every table of the registry by its id, for the files beside the document."""
    return {word: maker.make(snapshot) for word, maker in TABLES.items()}
