"""Studies as plain values for JSON: answers, why there is none, their sources and their line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from pipeline.terms.study import Answer, Part, Study

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
