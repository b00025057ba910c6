"""Checks of studies: what their values rest on, and participants who would count twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from pipeline.checks import fault
from pipeline.extraction.quote_checks import quote_problems, unchecked_quotes
from pipeline.extraction.same_sample import LEAST_SIZE, Traits, signs, traits_of
from pipeline.extraction.study_data import UNSURE, summaries_of
from pipeline.model.decision import Overlap
from pipeline.model.problem import Problem, Severity
from pipeline.model.record import Record
from pipeline.model.review import Ledger, Review
from pipeline.model.study import Sample
from pipeline.notation.typed import nearest
from pipeline.snapshot import Snapshot
from pipeline.snapshot.as_of import Pair, overlaps_of, pair_of


def quotes(e: Snapshot) -> Iterator[Problem]:
    """Quotes that do not stand on the page that they name, in the PDFs that are at hand."""
    missing = 0
    for study in summaries_of(e.review).values():
        yield from quote_problems(study, e.text_of)
        missing += unchecked_quotes(study, e.text_of)
    if missing:
        yield fault(
            e.log_of(""),
            f"{missing} quote{'s stand' if missing > 1 else ' stands'} in reports whose text is "
            "not at hand here",
            "Put their PDFs into fulltexts/ (`review retrieve`) to have them looked up",
            Severity.NOTE,
        )


def full_texts(e: Snapshot) -> Iterator[Problem]:
    """Files in `fulltexts/` that are no longer those that were logged as obtained."""
    for position in e.ledger.positions.values():
        log = position.retrieval
        if log is None or not log.file_sha256 or position.kept:
            continue
        text = e.text_of(position.record)
        if text is not None and text.sha256 and text.sha256 != log.file_sha256:
            yield fault(
                e.place_of(log),
                f"the file {log.file} of {position.record} is not the one that was logged",
                "Log the new one with `review retrieve`, or put the old one back",
                Severity.WARNING,
            )


def doubtful(e: Snapshot) -> Iterator[Problem]:
    """Values whose reader was not sure."""
    for summary in summaries_of(e.review).values():
        for source in (source for source in summary.sources if source.sure in UNSURE):
            where = f" ({source.page})" if source.page else ""
            yield fault(
                source.place or summary.place,
                f"a value of {summary.id} rests on a {source.sure} reading{where}",
                "Have a second person look it up",
                Severity.WARNING if source.sure == "doubtful" else Severity.NOTE,
            )


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
