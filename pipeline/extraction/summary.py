"""What is said of a study in a few words and numbers, without all that it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from pipeline.extraction.quote_checks import sources_of
from pipeline.extraction.same_sample import sample_of
from pipeline.extraction.versions import to_revisit
from pipeline.terms.form import Form
from pipeline.terms.review import Review
from pipeline.terms.study import GIVEN, Absent, Answer, Part, Study, StudySummary, Summarised

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
    found = Counter(GIVEN if a.absent is None else str(a.absent) for a in _answers(top))
    return {reason: found[reason] for reason in (GIVEN, *map(str, Absent))}


def _answers(part: Part) -> Iterator[Answer]:
    yield from part.answers.values()
    for entries in part.parts.values():
        for entry in entries:
            yield from _answers(entry)
