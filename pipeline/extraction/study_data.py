"""A study as plain values: in full, in a few words and numbers, without the words of reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any

from pipeline.extraction.quote_checks import sources_of
from pipeline.extraction.same_sample import sample_of
from pipeline.extraction.versions import to_revisit
from pipeline.model.form import Form
from pipeline.model.review import Review
from pipeline.model.study import GIVEN, Absent, Answer, Part, Study, StudySummary, Summarised

_LEFT_OUT = ("results", "place", "parts", "answers", "appraisals")


def study_as_data(study: Study) -> dict[str, Any]:
    """All that a study file says, by the ids of the form; empty fields are left out."""
    head = {
        f.name: _plain(getattr(study, f.name)) for f in fields(study) if f.name not in _LEFT_OUT
    }
    return {
        **{name: value for name, value in head.items() if value not in ("", None, [], {})},
        "answers": _answers(study.answers, study.parts),
        "appraisal": {id: _part(part) for id, part in study.appraisals.items()},
    }


def _answers(answers: Mapping[str, Answer], parts: Mapping[str, Sequence[Part]]) -> dict[str, Any]:
    told: dict[str, Any] = {id: _answer(answer) for id, answer in answers.items()}
    return told | {
        id: [_part(part) for part in entries] for id, entries in parts.items() if entries
    }


def _part(part: Part) -> dict[str, Any]:
    about = {"id": part.id, "note": part.note, "derived": part.derived}
    return {k: v for k, v in about.items() if v} | _answers(part.answers, part.parts)


def _answer(answer: Answer) -> dict[str, Any]:
    told = {
        "value": _plain(answer.value),
        "absent": str(answer.absent) if answer.absent else None,
        "sources": _plain(answer.sources),
        "note": answer.note,
        "derived": answer.derived,
        "line": answer.place.line,
    }
    return {k: v for k, v in told.items() if v not in ("", None, [])}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(v) for v in value]
    if is_dataclass(value) and not isinstance(value, type):
        named = {f.name: _plain(getattr(value, f.name)) for f in fields(value) if f.name != "place"}
        return {k: v for k, v in named.items() if v not in ("", None)}
    return value


UNSURE = ("probable", "doubtful")
"""The words for a reading that was not certain."""


def summary_of(study: Study, form: Form | None) -> StudySummary:
    """The summary of `study`, which follows `form`."""
    return StudySummary(
        id=study.id,
        form=study.form,
        form_version=study.form_version,
        reports=study.reports,
        place=study.place,
        results=len(study.results),
        answers=counted_answers(study),
        to_revisit=to_revisit(form, study.form_version) if form is not None else (),
        is_outdated=form is not None and study.form_version < form.version,
        former=tuple(study.former),
        sources=tuple(
            source
            for source in sources_of(study)
            if source.quote or source.file_sha256 or source.sure in UNSURE
        ),
        files=study.files,
        sample=sample_of(study),
        checked_by=study.checked_by,
        reconciled_by=study.reconciled_by,
    )


def summaries_of(review: Review) -> Mapping[str, StudySummary]:
    """The summary of every study of `review`, worked out where it does not bring them."""
    if isinstance(review.studies, Summarised):
        return review.studies.summaries
    return {
        id: summary_of(study, review.forms.get(study.form)) for id, study in review.studies.items()
    }


def counted_answers(study: Study) -> Mapping[str, int]:
    """How many answers of a study are given, and how many not, by the reason; nothing is 0.

    Each entry of a part counts its own answers; what is not asked of a study is not counted.
    """
    top = Part(id="", answers=study.answers, parts=study.parts, place=study.place)
    found = Counter(GIVEN if a.absent is None else str(a.absent) for a in _summary_answers(top))
    return {reason: found[reason] for reason in (GIVEN, *map(str, Absent))}


def _summary_answers(part: Part) -> Iterator[Answer]:
    yield from part.answers.values()
    for entries in part.parts.values():
        for entry in entries:
            yield from _summary_answers(entry)


QUOTING = frozenset({"quote", "quotes"})
"""Items that ask for the report's own words."""


def without_quotes(study: Study) -> Study:
    """`study` with every quote empty: those of sources, and answers to items that ask for one."""
    return replace(
        study,
        answers=_withheld_answers(study.answers),
        parts=_parts(study.parts),
        appraisals={id: _withheld_part(part) for id, part in study.appraisals.items()},
        results=tuple(
            replace(r, sources=tuple(replace(s, quote="") for s in r.sources))
            for r in study.results
        ),
    )


def _withheld_answers(answers: Mapping[str, Answer]) -> Mapping[str, Answer]:
    return {id: _withheld_answer(answer, id in QUOTING) for id, answer in answers.items()}


def _withheld_answer(answer: Answer, is_quote: bool) -> Answer:
    sources = tuple(replace(source, quote="") for source in answer.sources)
    if is_quote and answer.value is not None:
        return replace(answer, value=None, absent=Absent.NOT_APPLICABLE, sources=sources)
    return replace(answer, sources=sources)


def _parts(parts: Mapping[str, tuple[Part, ...]]) -> Mapping[str, tuple[Part, ...]]:
    return {id: tuple(_withheld_part(part) for part in entries) for id, entries in parts.items()}


def _withheld_part(part: Part) -> Part:
    sources = tuple(replace(source, quote="") for source in part.sources)
    return replace(
        part, answers=_withheld_answers(part.answers), parts=_parts(part.parts), sources=sources
    )
