"""Studies, findings, claims and themes as rows, each value with the place that it was read at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pipeline.document.finding_words import (
    certainty_in_words,
    reasons_in_words,
    votes_in_words,
    votes_of,
)
from pipeline.document.tables.claims import in_words
from pipeline.document.tables.findings import in_order
from pipeline.document.tables.studies import DIRECTIONS, numbers
from pipeline.document.values import BASIS_LABELS, absent, value_in_words
from pipeline.extraction import judgements_of
from pipeline.model.browsing import (
    BrowsedClaim,
    BrowsedFinding,
    BrowsedJudgement,
    BrowsedQuote,
    BrowsedResult,
    BrowsedSource,
    BrowsedStudy,
    BrowsedTheme,
    BrowsedValue,
    Support,
)
from pipeline.model.finding import Claim, Finding, FindingKind
from pipeline.model.form import AnswerType, Item
from pipeline.model.study import Answer, Part, Result, Source, Study
from pipeline.snapshot import Snapshot
from pipeline.synthesis.themes import quotes_of, themes_of_quote

_RESULTS = "results"
_SEALED = re.compile(r"\Aeditions/[^/]+/")


def within(place: str, snapshot: Snapshot) -> str:
    """`place` as seen from what people wrote: the same wherever the folder of the review lies.

    What a sealed edition holds is called as it was before it was sealed.
    """
    return _SEALED.sub("", place.rpartition(f"{snapshot.review.slug}/")[2])


def studies(snapshot: Snapshot) -> Iterator[BrowsedStudy]:
    """Every study that was extracted, included or not, by id."""
    before = snapshot.ledger.flow.previous_studies or frozenset()
    for study in (*snapshot.included, *snapshot.context):
        yield BrowsedStudy(
            id=study.id,
            title=study.title or study.id,
            included=study.id in snapshot.ledger.studies,
            previous=study.id in before,
            basis=BASIS_LABELS[study.basis],
            file=within(study.place.file, snapshot),
            reports=snapshot.ledger.studies.get(study.id, study.reports),
            values=tuple(_values(study, snapshot)),
            results=tuple(_result(result, study, snapshot) for result in study.results),
            judgements=tuple(_judgements(study, snapshot)),
        )


def _values(study: Study, snapshot: Snapshot) -> Iterator[BrowsedValue]:
    form = snapshot.review.forms.get(study.form)
    yield from _of_part(form.items if form else (), study.answers, study.parts, "", "")


def _of_part(
    items: Sequence[Item],
    answers: Mapping[str, Answer],
    parts: Mapping[str, tuple[Part, ...]],
    path: str,
    label: str,
) -> Iterator[BrowsedValue]:
    """The answers in the order of the form; results stand in a list of their own."""
    for item in items:
        here = f"{path}{item.id}"
        named = f"{label}{item.label}"
        if item.type is not AnswerType.PART:
            if item.id in answers:
                yield _value(answers[item.id], item, here, named)
            continue
        if not path and item.id == _RESULTS:
            continue
        for entry in parts.get(item.id, ()):
            inner = f"{here}/{entry.id}/" if item.repeats else f"{here}/"
            which = f"{named}, {entry.id}: " if item.repeats else f"{named}: "
            yield from _of_part(item.items, entry.answers, entry.parts, inner, which)


def _value(answer: Answer, item: Item, path: str, label: str) -> BrowsedValue:
    return BrowsedValue(
        path=path,
        label=label,
        value=absent(answer) if answer.value is None else value_in_words(answer.value, item),
        absent=answer.value is None,
        note=answer.note,
        derived=answer.derived,
        line=answer.place.line,
        sources=_sources(answer.sources),
    )


def _sources(sources: Sequence[Source]) -> tuple[BrowsedSource, ...]:
    return tuple(
        BrowsedSource(
            report=s.report, page=s.page, quote=s.quote, url=s.url, note=s.note, sure=s.sure
        )
        for s in sources
    )


def _result(result: Result, study: Study, snapshot: Snapshot) -> BrowsedResult:
    outcomes = {o.id: o.label for o in snapshot.review.protocol.outcomes}
    return BrowsedResult(
        id=result.id,
        study=result.study,
        outcome=outcomes.get(result.outcome, result.outcome),
        group=group_label(result.group, study, snapshot),
        comparator=group_label(result.comparator, study, snapshot),
        direction=DIRECTIONS[result.direction],
        statement=" ".join(result.statement.split()),
        numbers=numbers(result, study),
        line=result.place.line,
        sources=_sources(result.sources),
    )


def group_label(id: str, study: Study, snapshot: Snapshot) -> str:
    """What a group of a result is called: the study's own words, else the protocol's."""
    for entry in study.parts.get("groups", ()):
        if entry.id == id:
            said = entry.answers.get("label")
            return str(said.value) if said is not None and said.value else id
    return next((g.label for g in snapshot.review.protocol.groups if g.id == id), id)


def _judgements(study: Study, snapshot: Snapshot) -> Iterator[BrowsedJudgement]:
    forms = snapshot.review.forms
    for judgement in judgements_of(study, forms):
        form = forms.get(judgement.instrument)
        yield BrowsedJudgement(
            instrument=form.title if form else judgement.instrument,
            item=judgement.label,
            answer=judgement.answer_label or str(judgement.absent or "not answered"),
            light=judgement.light,
            about=judgement.about,
            note=judgement.note,
        )


def findings(snapshot: Snapshot) -> Iterator[BrowsedFinding]:
    protocol = snapshot.review.protocol
    outcomes = {o.id: o.label for o in protocol.outcomes}
    questions = {q.id: q.short or q.text for q in protocol.questions}
    for finding in in_order(snapshot):
        place = snapshot.synthesis.places.get(finding.id)
        yield BrowsedFinding(
            id=finding.id,
            statement=" ".join(finding.statement.split()),
            question=questions.get(finding.question, finding.question),
            outcome=outcomes.get(finding.outcome, finding.outcome),
            votes=_votes(finding, snapshot),
            certainty=certainty_in_words(finding),
            why=reasons_in_words(finding),
            notes=" ".join(finding.notes.split()),
            place=within(str(place), snapshot) if place else "",
            results=finding.results,
            studies=finding.all_studies,
        )


def _votes(finding: Finding, snapshot: Snapshot) -> str:
    if finding.kind is not FindingKind.DIRECTION:
        return ""
    return votes_in_words(votes_of(finding, snapshot))


def claims(made: Sequence[Claim], snapshot: Snapshot) -> Iterator[BrowsedClaim]:
    """The claims of the manuscript in the order of the text, with what each rests on."""
    for claim in made:
        yield BrowsedClaim(
            id=claim.id,
            text=claim.text,
            place=within(str(claim.place), snapshot),
            supports=tuple(
                Support(ref=ref, says="" if ref.startswith("@") else in_words(ref, snapshot))
                for ref in claim.supports
            ),
        )


def themes(snapshot: Snapshot) -> Iterator[BrowsedTheme]:
    told = snapshot.synthesis.themes
    for theme in told.themes.values():
        yield BrowsedTheme(
            id=theme.id,
            label=theme.label,
            level=theme.level,
            account=" ".join(theme.account.split()),
            place=_place(theme.id, snapshot),
            codes=_labels(theme.codes, snapshot),
            below=theme.themes,
            quotes=tuple(quote.id for quote in quotes_of(told, theme.id)),
        )


def quotes(snapshot: Snapshot) -> Iterator[BrowsedQuote]:
    told = snapshot.synthesis.themes
    for quote in told.quotes.values():
        yield BrowsedQuote(
            id=quote.id,
            study=quote.study,
            quote=quote.quote,
            page=quote.page,
            said_by=quote.said_by or "",
            note=quote.note,
            place=_place(quote.id, snapshot),
            codes=_labels(quote.codes, snapshot),
            themes=tuple(theme.id for theme in themes_of_quote(told, quote.id)),
        )


def _labels(codes: tuple[str, ...], snapshot: Snapshot) -> tuple[str, ...]:
    known = snapshot.synthesis.themes.codes
    return tuple(known[code].label for code in codes if code in known)


def _place(id: str, snapshot: Snapshot) -> str:
    place = snapshot.synthesis.themes.places.get(id)
    return within(str(place), snapshot) if place else ""
