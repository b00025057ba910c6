"""A study without the words of its reports, for data that go to others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipeline.terms.study import Absent, Answer, Part, Study

QUOTING = frozenset({"quote", "quotes"})
"""Items that ask for the report's own words."""


def without_quotes(study: Study) -> Study:
    """`study` with every quote empty: those of sources, and answers to items that ask for one."""
    return replace(
        study,
        answers=_answers(study.answers),
        parts=_parts(study.parts),
        appraisals={id: _part(part) for id, part in study.appraisals.items()},
        results=tuple(
            replace(r, sources=tuple(replace(s, quote="") for s in r.sources))
            for r in study.results
        ),
    )


def _answers(answers: Mapping[str, Answer]) -> Mapping[str, Answer]:
    return {id: _answer(answer, id in QUOTING) for id, answer in answers.items()}


def _answer(answer: Answer, is_quote: bool) -> Answer:
    sources = tuple(replace(source, quote="") for source in answer.sources)
    if is_quote and answer.value is not None:
        return replace(answer, value=None, absent=Absent.NOT_APPLICABLE, sources=sources)
    return replace(answer, sources=sources)


def _parts(parts: Mapping[str, tuple[Part, ...]]) -> Mapping[str, tuple[Part, ...]]:
    return {id: tuple(_part(part) for part in entries) for id, entries in parts.items()}


def _part(part: Part) -> Part:
    sources = tuple(replace(source, quote="") for source in part.sources)
    return replace(part, answers=_answers(part.answers), parts=_parts(part.parts), sources=sources)
