"""A study described from its extraction, always under the same heads and in the same order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.snapshot import Snapshot
from pipeline.terms.form import AnswerType
from pipeline.terms.study import Direction, Study
from pipeline.writeup.values import UnknownValue, find, shown_items, value_in_words

_SETTING = ("country", "setting", "period", "participants", "groups")
_METHOD = ("design", "design_detail", "sampling", "measures", "analysis", "response", "follow_up")
_LIMITS = ("limitations", "not_seen", "funding")
_SIGNS = {
    Direction.HIGHER: "\u25b2",
    Direction.LOWER: "\u25bc",
    Direction.NO_CLEAR_DIFFERENCE: "\u25c4\u25ba",
    Direction.MIXED: "\u25c1\u25b7",
    Direction.NOT_STATED: "?",
    Direction.DESCRIPTIVE: "\u2013",
}


def described(study: Study, snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    """Setting and participants, design and method, results, limits: each head with its words."""
    results = "; ".join(
        f"{_SIGNS[r.direction]} {' '.join(r.statement.split()).removesuffix('.')}"
        for r in study.results
    )
    return (
        ("Setting and participants", _said(study, snapshot, _SETTING)),
        ("Design and method", _said(study, snapshot, _METHOD)),
        ("Results", results or "none extracted"),
        ("Limits", _said(study, snapshot, _LIMITS)),
    )


def _said(study: Study, snapshot: Snapshot, items: Sequence[str]) -> str:
    told = [f"{label}: {words}" for label, words in _answers(study, snapshot, items)]
    return "; ".join(told) or "not reported"


def _answers(study: Study, snapshot: Snapshot, wanted: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The label and the words of each answer that has a value, in the order of `wanted`."""
    form = snapshot.review.forms.get(study.form)
    items = {item.id: item for item in form.items} if form else {}
    inside = dict(shown_items(form)) if form else {}
    for id in wanted:
        item = items.get(id)
        if item is None:
            continue
        if item.type is AnswerType.PART and item.repeats:
            labels = [
                value_in_words(e.answers["label"].value, None)
                for e in study.parts.get(id, ())
                if "label" in e.answers and e.answers["label"].value is not None
            ]
            if labels:
                yield item.label, "; ".join(labels)
            continue
        paths = [p for p in inside if p.startswith(f"{id}/")] if item.items else [id]
        for path in paths:
            try:
                found = find(snapshot.review, study, path)
            except UnknownValue:
                continue
            if found.answer.value is not None and found.item is not None:
                yield found.item.label, value_in_words(found.answer.value, found.item)
