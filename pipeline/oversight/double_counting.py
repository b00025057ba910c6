"""Included studies that look like one: participants who would count twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from pipeline.extraction.same_sample import LEAST_SIZE, Traits, signs, traits_of
from pipeline.extraction.summary import summaries_of
from pipeline.ledger import overlaps_of
from pipeline.ledger.overlaps import Pair, pair_of
from pipeline.notation.typed import nearest
from pipeline.oversight.fault import fault
from pipeline.snapshot import Snapshot
from pipeline.terms.decision import Overlap
from pipeline.terms.problem import Problem, Severity
from pipeline.terms.record import Record
from pipeline.terms.review import Ledger, Review
from pipeline.terms.study import Sample

Records = Mapping[str, Record]


def traits(review: Review, ledger: Ledger, records: Records) -> tuple[Traits, ...]:
    """The traits of every included study, by its id."""
    known = summaries_of(review)
    return tuple(
        traits_of(
            study,
            [records[r] for r in reports if r in records],
            known[study].sample if study in known else Sample(),
        )
        for study, reports in ledger.studies.items()
    )


def look_alike(review: Review, ledger: Ledger, records: Records) -> Mapping[Pair, tuple[str, ...]]:
    """Every two included studies that look like one, and what speaks for it.

    Only studies that have something in common that is rare enough are compared, so that the work
    stays small where there are many.
    """
    known = {t.id: t for t in traits(review, ledger, records)}
    by_key: dict[object, list[str]] = {}
    for id, t in known.items():
        numbers = [n for n in (t.total, *t.sizes) if n >= LEAST_SIZE]
        for key in dict.fromkeys([*t.registrations, *t.reports, *t.authors, *numbers]):
            by_key.setdefault(key, []).append(id)
    pairs = {pair_of(a, b) for ids in by_key.values() for a, b in combinations(ids, 2)}
    found = {pair: signs(known[pair[0]], known[pair[1]]) for pair in sorted(pairs)}
    return {pair: told for pair, told in found.items() if told}


def double_counting(e: Snapshot) -> Iterator[Problem]:
    """Two included studies that look like one and that nobody has spoken about."""
    answered = overlaps_of(e.review.decisions)
    known = summaries_of(e.review)
    for (one, other), told in look_alike(e.review, e.ledger, e.records).items():
        if (one, other) in answered:
            continue
        place = e.log_of("")
        if other in known:
            place = known[other].place
        yield fault(
            place,
            f"{one} and {other} look like one study: {'; '.join(told)}",
            f"Say which: `review collate {e.review.slug} --study {one} --overlaps {other}` "
            "(or --may-overlap, --apart-from) with --basis; reports of one study go together "
            "with `review collate REVIEW RECORD --study`",
            Severity.WARNING,
        )


def compared_studies(e: Snapshot) -> Iterator[Problem]:
    """Words on the overlap of studies that are not there, and without what shows it."""
    known = tuple(dict.fromkeys((*e.ledger.studies, *e.review.studies)))
    for said in overlaps_of(e.review.decisions).values():
        for study in (said.study, said.other):
            if study not in known:
                yield fault(
                    e.place_of(said),
                    f"there is no study {study!r}.{nearest(study, known)}",
                    "Withdraw the line, or restore the study",
                    Severity.WARNING,
                )
        if not said.reason and said.overlap is not Overlap.UNCLEAR:
            yield fault(
                e.place_of(said),
                f"nothing is said of why {said.study} and {said.other} are {said.overlap}",
                "Say it again with --basis",
                Severity.WARNING,
            )
