"""Extracted values: found by their path in a study, and said in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pipeline.document.wording import listed, lower_first, number
from pipeline.model.form import AnswerType, Form, Item
from pipeline.model.review import Review
from pipeline.model.study import Answer, Basis, Part, Source, Study
from pipeline.notation.spelling import day_in_words


class UnknownValue(Exception):
    """No such place in a study; `word` is the step that leads nowhere, `known` those that do."""

    def __init__(self, what: str, word: str, known: tuple[str, ...]) -> None:
        super().__init__(what)
        self.what, self.word, self.known = what, word, known


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueOfItem:
    """An answer with the item that it answers (None where the form no longer asks for it)."""

    answer: Answer
    item: Item | None


def find(review: Review, study: Study, path: str) -> ValueOfItem:
    """The answer of `study` at `path`: `design`, `participants/total`, `groups/possessors/n`.

    Raises UnknownValue with the step that leads nowhere and what there is in its place.
    """
    form = review.forms.get(study.form)
    items = form.items if form else ()
    answers, parts = study.answers, study.parts
    steps = [step for step in path.split("/") if step]
    while steps:
        step = steps.pop(0)
        item = next((i for i in items if i.id == step), None)
        if not steps and step in answers:
            return ValueOfItem(answer=answers[step], item=item)
        if step not in parts:
            known = (*answers, *parts) if not steps else tuple(parts)
            raise UnknownValue(f"{study.id} has nothing at {path!r}", step, known)
        entries = parts[step]
        repeats = item.repeats if item else len(entries) != 1
        if repeats:
            if not steps:
                ids = tuple(e.id for e in entries)
                raise UnknownValue(f"{path!r} is a list; name an entry and an item", step, ids)
            wanted = steps.pop(0)
            entry = next((e for e in entries if e.id == wanted), None)
            if entry is None:
                ids = tuple(e.id for e in entries)
                raise UnknownValue(f"{study.id} has no {step} {wanted!r}", wanted, ids)
        elif entries:
            entry = entries[0]
        else:
            raise UnknownValue(f"{study.id} says nothing of {step!r}", step, tuple(answers))
        items = item.items if item else ()
        answers, parts = entry.answers, entry.parts
        if not steps:
            raise UnknownValue(f"{path!r} has several answers; name one", step, tuple(answers))
    raise UnknownValue("this path is empty", path, (*study.answers, *study.parts))


def said(found: ValueOfItem, part: str = "") -> str:
    """The value of an answer in words; `part` names one number of several (x, n, percent, low …).

    Raises UnknownValue when there is no value, or no such part.
    """
    value = found.answer.value
    if value is None:
        raise UnknownValue(f"this is {absent(found.answer)}", part, ())
    if part:
        if not isinstance(value, Mapping) or part not in _with_percent(value):
            known = tuple(_with_percent(value)) if isinstance(value, Mapping) else ()
            raise UnknownValue(f"this value has no part {part!r}", part, known)
        unit = "%" if part == "percent" else ""
        return f"{_plain(_with_percent(value)[part])}{unit}"
    return value_in_words(value, found.item)


def absent(answer: Answer) -> str:
    return str(answer.absent) if answer.absent else "not yet extracted"


def value_in_words(value: object, item: Item | None) -> str:
    """`value` as a reader reads it, by the type of its `item`."""
    if isinstance(value, tuple):
        said = [value_in_words(v, item) for v in value]
        if item is not None and item.options:
            return listed([*said[:1], *map(lower_first, said[1:])])
        return "; ".join(said)
    if isinstance(value, Mapping):
        return _numbers(value, item)
    if item is not None:
        label = next((o.label for o in item.options if o.id == value), "")
        if label:
            return label
        if item.type in (AnswerType.INTEGER, AnswerType.DECIMAL) and item.unit == "%":
            return f"{_plain(value)}%"
    return _plain(value)


def _plain(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return number(value)
        case date():
            return day_in_words(value)
        case _:
            return str(value)


def _with_percent(value: Mapping[str, object]) -> Mapping[str, object]:
    x, n = value.get("x"), value.get("n")
    if "percent" not in value and isinstance(x, int | float) and isinstance(n, int | float) and n:
        return {**value, "percent": round(100 * x / n, 1)}
    return value


def _numbers(value: Mapping[str, object], item: Item | None) -> str:
    if "x" in value or "percent" in value:
        return proportion_in_words(value)
    if "mean" in value:
        return mean_in_words(value)
    if "value" in value:
        return estimate_in_words(value)
    if "events" in value or "time" in value:
        return rate_in_words(value)
    unit = f" {item.unit}" if item and item.unit and item.unit != "%" else ""
    return f"{_plain(value.get('low', ''))} to {_plain(value.get('high', ''))}{unit}"


def proportion_in_words(value: Mapping[str, object]) -> str:
    """`84 of 1,978 (4.2%)`, `62%`, `84 of 1,978`."""
    whole = _with_percent(value)
    share = f"{_plain(whole['percent'])}%" if "percent" in whole else ""
    if "x" in value and "n" in value:
        return f"{_plain(value['x'])} of {_plain(value['n'])}" + (f" ({share})" if share else "")
    if "n" in value and share:
        return f"{share} of {_plain(value['n'])}"
    return share or _plain(value.get("x", ""))


def mean_in_words(value: Mapping[str, object]) -> str:
    """`14.5 (SD 1.5)`."""
    spread = next((k for k in ("sd", "se") if k in value), "")
    told = f" ({spread.upper()} {_plain(value[spread])})" if spread else ""
    return f"{_plain(value.get('mean', ''))}{told}"


def rate_in_words(value: Mapping[str, object]) -> str:
    """`12 events in 1840`."""
    return f"{_plain(value.get('events', ''))} events in {_plain(value.get('time', ''))}"


def estimate_in_words(value: Mapping[str, object]) -> str:
    """`1.8 (95% CI 1.2 to 2.7)`."""
    text = _plain(value["value"])
    if "low" in value and "high" in value:
        level = _plain(value.get("level", 95))
        text += f" ({level}% CI {_plain(value['low'])} to {_plain(value['high'])})"
    return text


def quoted(review: Review, study: Study, path: str) -> Source | None:
    """The first source with a quote of the value or result at `path`; UnknownValue like `find`."""
    result = next((r for r in study.results if path == f"results/{r.id.partition('/')[2]}"), None)
    sources = result.sources if result else find(review, study, path).answer.sources
    return next((s for s in sources if s.quote), None)


def shown_items(form: Form) -> Iterator[tuple[str, Item]]:
    """The path and item of everything that the form puts into the table of characteristics."""
    for item in form.items:
        if item.type is AnswerType.PART and not item.repeats:
            for inner in item.items:
                if inner.in_table:
                    yield f"{item.id}/{inner.id}", inner
        elif item.in_table:
            yield item.id, item


def entry_of(study: Study, part: str, id: str) -> Part | None:
    """The entry `id` of the repeating part `part` of `study`."""
    return next((entry for entry in study.parts.get(part, ()) if entry.id == id), None)


BASIS_LABELS = {
    Basis.FULL_TEXT: "Full text",
    Basis.ABSTRACT: "Abstract only",
    Basis.PAGE: "Pages about it only",
    Basis.SECONDARY_SOURCE: "Secondary source only",
    Basis.UNSTATED: "Not recorded",
}
MARKS = {
    Basis.FULL_TEXT: "",
    Basis.ABSTRACT: "\u2020",
    Basis.SECONDARY_SOURCE: "\u2021",
    Basis.PAGE: "\u00a7",
    Basis.UNSTATED: "\u00b6",
}
_LEGEND = {
    Basis.ABSTRACT: "\u2020 Extracted from the abstract only: what is not reported here may stand "
    "in the report.",
    Basis.SECONDARY_SOURCE: "\u2021 Extracted from a secondary source; the report itself was not "
    "read.",
    Basis.PAGE: "\u00a7 Extracted from pages about the report; neither the report nor its abstract "
    "was read.",
    Basis.UNSTATED: "\u00b6 Nobody has written down what was read.",
}


def mark_of(study: Study, answer: Answer) -> str:
    """The mark of a value that stands only in an abstract, where more of its study was read."""
    pages = [source.page.casefold() for source in answer.sources]
    from_abstract = bool(pages) and all("abstract" in page for page in pages)
    return MARKS[Basis.ABSTRACT] if from_abstract and study.basis is Basis.FULL_TEXT else ""


def value_notes(marked: bool, studies: Iterable[Study]) -> tuple[str, ...]:
    """What the marks of a table mean, those of single values included."""
    told = basis_notes(studies)
    of_value = f"{MARKS[Basis.ABSTRACT]} beside a value: read in the abstract only."
    return (*told, of_value) if marked else told


def basis_notes(studies: Iterable[Study]) -> tuple[str, ...]:
    """What the marks of `studies` mean, as far as they occur."""
    seen = {study.basis for study in studies}
    return tuple(text for basis, text in _LEGEND.items() if basis in seen)
