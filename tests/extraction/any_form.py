"""Forms of any make, studies that follow any form, and single faults planted in them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from hypothesis import strategies as st

from pipeline.model.form import NUMBERS, AnswerType, Form, Item
from pipeline.model.protocol import Group, Outcome, Protocol
from pipeline.notation.yaml_writing import yaml_below

OUTCOMES, GROUPS = ("later", "sooner"), ("both", "neither")
ABSENT = ("not reported", "not applicable", "unclear", "not yet")
PLAIN = [kind for kind in AnswerType if kind is not AnswerType.PART]
RESULTS = {
    "results": {
        "label": "Results",
        "type": "part",
        "repeats": True,
        "items": {
            "outcome": {"label": "O", "type": "reference", "refers_to": "protocol.outcomes"},
            "statement": {"label": "S", "required": True},
        },
    }
}


def protocol(form: Form) -> Protocol:
    extraction = form.kind == "extraction"
    return Protocol(
        title="t",
        questions=(),
        criteria=(),
        form=form.id if extraction else "general",
        appraisal=() if extraction else (form.id,),
        outcomes=tuple(Outcome(id=id, label=id) for id in OUTCOMES),
        groups=tuple(Group(id=id, label=id) for id in GROUPS),
    )


# --- forms


@st.composite
def form_texts(draw) -> str:
    """A sound form: every type of item, parts in parts, bounds, references, conditions."""
    items = {f"i{n}": draw(_items(1)) for n in range(draw(st.integers(2, 6)))}
    items["rest"] = {"label": "Rest", "type": "part", "repeats": True, "items": _one_of_each()}
    if draw(st.booleans()):
        items["asking"] = {"label": "A", "type": "choice", "options": {"a": "A", "b": "B"}}
        items["asked"] = {
            "label": "B",
            "type": "integer",
            "required": draw(st.booleans()),
            "asked_if": {"item": "asking", "values": ["a"]},
        }
    form = {"id": "any", "version": 1, "title": "Any", "items": {**items, **RESULTS}}
    return yaml_below(form)


def _one_of_each() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind in PLAIN:
        found[f"of_{kind}"] = {"label": kind.title(), "type": str(kind)}
        if kind in (AnswerType.CHOICE, AnswerType.CHOICES):
            found[f"of_{kind}"]["options"] = {"male": "Male", "female": "Female"}
        if kind is AnswerType.REFERENCE:
            found[f"of_{kind}"]["refers_to"] = "results or protocol.groups"
    return found


@st.composite
def _items(draw, depth: int) -> dict[str, Any]:
    kinds = PLAIN if depth > 2 else [*PLAIN, AnswerType.PART, AnswerType.PART]
    kind = draw(st.sampled_from(kinds))
    item: dict[str, Any] = {"label": draw(st.sampled_from(["A", "B: c", "#d"])), "type": str(kind)}
    item["required"] = draw(st.booleans())
    if kind is AnswerType.PART:
        names = [f"p{depth}_{n}" for n in range(draw(st.integers(1, 3)))]
        item |= {
            "repeats": draw(st.booleans()),
            "items": {name: draw(_items(depth + 1)) for name in names},
        }
    elif kind in (AnswerType.CHOICE, AnswerType.CHOICES):
        item["options"] = {"yes": "Yes", "no": "No", "cant_tell": "Can't tell"}
    elif kind is AnswerType.REFERENCE:
        item["refers_to"] = draw(st.sampled_from(["protocol.outcomes", "results", "rest"]))
    elif kind in (AnswerType.INTEGER, AnswerType.DECIMAL, AnswerType.RANGE):
        item |= {"minimum": 0, "maximum": 5000, "unit": "people"}
        if kind is not AnswerType.RANGE:
            item["repeats"] = draw(st.booleans())
    return item


# --- studies


@dataclass
class Slot:
    """An item that has a value in a drawn study, and where it stands in the file."""

    path: tuple[str | int, ...]
    item: Item


@dataclass
class Drawn:
    """What a study file says, and the places in it where a fault can be planted."""

    written: dict[str, Any]
    block: tuple[str, ...]
    slots: list[Slot]
    parts: list[tuple[tuple[str | int, ...], Item | None]]

    @property
    def text(self) -> str:
        return yaml_below(self.written) + "\n"


@st.composite
def studies(draw, form: Form) -> Drawn:
    """A study that follows `form` and breaks none of its rules."""
    extraction = form.kind == "extraction"
    block = ("answers",) if extraction else ("appraisal", form.id)
    head: dict[str, Any] = {
        "study": "a",
        "form": form.id if extraction else "general",
        "form_version": form.version if extraction else 1,
        "reports": ["s:0001"],
        "basis": "full_text",
        "sources": [{"page": "1"}],
    }
    drawn = Drawn({**head, "answers": {}}, block, [], [(block, None)])
    entries = {item.id: ("one", "two") for item in form.items if item.repeats and item.items}
    answers = _answers(draw, form, form.items, drawn, block, [], entries)
    for path in _bound_by_rules(form):
        _leave_open(answers, path.split("."), drawn)
    drawn.written["answers" if extraction else "appraisal"] = (
        answers if extraction else {form.id: answers}
    )
    return drawn


def _answers(draw, form, items, drawn, path, scope, entries) -> dict[str, Any]:
    said: dict[str, Any] = {}
    inner = [said, *scope]
    for item in sorted(items, key=lambda i: i.asked_if is not None):
        at = (*path, item.id)
        if item.asked_if is not None and not _holds(item.asked_if, inner):
            continue
        if item.type is not AnswerType.PART:
            absent = ABSENT if form.kind == "extraction" or not item.options else ("not yet",)
            if draw(st.integers(0, 5)) == 0:
                said[item.id] = draw(st.sampled_from(absent))
                continue
            value = draw(_values(item, entries))
            if value is None:
                continue
            said[item.id] = value
            slot = (*at, "value") if draw(st.booleans()) and _wrap(said, item) else at
            drawn.slots.append(Slot(slot, item))
        elif item.repeats:
            own = entries.get(item.id, ("one",))
            said[item.id] = [
                {
                    "id": id,
                    **_answers(draw, form, item.items, drawn, (*at, n), inner, entries),
                }
                for n, id in enumerate(own)
            ]
            drawn.parts += [((*at, n), item) for n in range(len(own))]
        else:
            said[item.id] = _answers(draw, form, item.items, drawn, at, inner, entries)
            drawn.parts.append((at, item))
    return said


def _wrap(said: dict[str, Any], item: Item) -> bool:
    said[item.id] = {
        "value": said[item.id],
        "sources": [{"page": 12, "quote": "as: it says", "sure": "certain"}],
        "note": "a note",
    }
    return True


def _holds(condition, scope) -> bool:
    return any(_meets(name, condition, scope) for name in condition.names)


def _meets(name, condition, scope) -> bool:
    for answers in scope:
        if name in answers:
            value = answers[name]
            value = value["value"] if isinstance(value, dict) and "value" in value else value
            given = value if isinstance(value, list) else [value]
            return (
                any(one in condition.values for one in given)
                if condition.values
                else (given[0] not in ABSENT)
            )
    return False


def _values(item: Item, entries: dict[str, tuple[str, ...]]) -> st.SearchStrategy[Any]:
    if item.type is AnswerType.CHOICES:
        return st.lists(st.sampled_from([o.id for o in item.options]), min_size=1, unique=True).map(
            lambda chosen: _with_partners(item, chosen)
        )
    one = _one(item, entries)
    return st.lists(one, min_size=1, max_size=3) if item.repeats else one


def _with_partners(item: Item, chosen: list[str]) -> list[str]:
    for option in item.options:
        if option.id in chosen:
            for group in option.along_with:
                if not set(group) & set(chosen):
                    chosen = [*chosen, group[0]]
    return chosen


def _one(item: Item, entries: dict[str, tuple[str, ...]]) -> st.SearchStrategy[Any]:
    low = int(item.minimum if item.minimum is not None else 0)
    high = int(item.maximum if item.maximum is not None else 4000)
    number = st.integers(low, high)
    pair = st.tuples(number, number).map(sorted)
    match item.type:
        case AnswerType.TEXT:
            return st.sampled_from(["Norway", "NO", "a: b # c", "two\nlines", "- x", "'"])
        case AnswerType.INTEGER:
            return number
        case AnswerType.DECIMAL:
            return number | st.floats(low, high).map(lambda n: min(max(round(n, 3), low), high))
        case AnswerType.YES_NO:
            return st.sampled_from(["yes", "no", True, False])
        case AnswerType.DATE:
            return st.sampled_from([date(2015, 6, 30), "2015-06", 2015])
        case AnswerType.CHOICE:
            return st.sampled_from([o.id for o in item.options])
        case AnswerType.REFERENCE:
            return st.sampled_from(_targets(item, entries))
        case AnswerType.PROPORTION:
            return st.tuples(st.integers(0, 99), st.integers(100, 999)).map(
                lambda xn: {"x": xn[0], "n": xn[1]}
            )
        case AnswerType.ESTIMATE:
            return (
                st.tuples(number, number, number)
                .map(sorted)
                .map(lambda v: {"value": v[1], "low": v[0], "high": v[2], "level": 95})
            )
        case AnswerType.RANGE:
            return pair.map(lambda v: {"low": v[0], "high": v[1]})
        case AnswerType.RATE:
            return st.tuples(number, st.integers(1, 9999)).map(
                lambda told: {"events": told[0], "time": told[1]}
            )
        case _:
            return number.map(lambda m: {"mean": m, "sd": 1.5, "n": 230})


def _targets(item: Item, entries: dict[str, tuple[str, ...]]) -> list[str]:
    outside = {"protocol.outcomes": OUTCOMES, "protocol.groups": GROUPS}
    target = next((t for t in item.targets if t in outside), None)
    if target:
        return list(outside[target])
    return [id for t in item.targets for id in entries.get(t, ())] or [None]


def _bound_by_rules(form: Form) -> Iterator[str]:
    """Items that a rule binds: left open, so that the drawn study keeps every rule."""
    for rule in form.rules:
        if rule.items:
            yield rule.items[0]
    if form.overall is not None:
        yield form.overall.item
    yield from (one.judges for one in form.algorithms if not one.step)


def _leave_open(answers: Any, path: list[str], drawn: Drawn) -> None:
    head, *rest = path
    for one in answers if isinstance(answers, list) else [answers]:
        if not isinstance(one, dict) or head not in one:
            continue
        if rest and isinstance(one[head], (dict, list)) and "value" not in one[head]:
            _leave_open(one[head], rest, drawn)
        else:
            one[head] = "not yet"
    drawn.slots[:] = [s for s in drawn.slots if s.item.id != path[-1] and s.item.id != path[0]]


# --- faults


@dataclass
class Planted:
    """A study with one fault: where it is, and words of what must be said of it."""

    text: str
    path: tuple[str | int, ...]
    said: str


@st.composite
def faults(draw, drawn: Drawn) -> Planted:
    """One fault anywhere in a sound study."""
    written = copy.deepcopy(drawn.written)
    kinds = ["unknown key", "duplicate key", "head"] + ["value"] * (4 if drawn.slots else 0)
    kinds += ["entry"] * (2 if any(i and i.repeats for _, i in drawn.parts) else 0)
    kind = draw(st.sampled_from(kinds))
    if kind == "value":
        slot = draw(st.sampled_from(drawn.slots))
        wrong, inside, said = draw(st.sampled_from(_wrong(slot.item)))
        _put(written, slot.path, [wrong] if slot.item.repeats else wrong)
        return Planted(yaml_below(written) + "\n", (*slot.path, *inside), said)
    if kind == "unknown key":
        path, _ = draw(st.sampled_from(drawn.parts))
        _at(written, path)["zz_unknown"] = "x"
        return Planted(yaml_below(written) + "\n", (*path, "zz_unknown"), "'zz_unknown'")
    if kind == "entry":
        parts = [(path, item) for path, item in drawn.parts if item is not None and item.repeats]
        path, _ = draw(st.sampled_from(parts))
        entry = _at(written, path)
        ids = [{"id": "a b"}, {"id": ["x"]}]
        entry.update(draw(st.sampled_from(ids)))
        at = (*path, "id") if entry["id"] == "a b" else path
        return Planted(yaml_below(written) + "\n", at, "id")
    if kind == "head":
        path, value, said = draw(st.sampled_from(_HEAD))
        written[path[0]] = value
        return Planted(yaml_below(written) + "\n", path, said)
    text = yaml_below(written)
    return Planted(f"{text}\nstudy: a\n", ("study", "twice"), "'study' stands here twice")


_HEAD = [
    (("basis",), "fulltext", "Did you mean 'full_text'?"),
    (("form_version",), "one", "not a whole number"),
    (("form_version",), 99, "filled from version 99"),
    (("extracted_on",), "soon", "not a day"),
    (("study",), "b", "but 'study' says 'b'"),
    (("titel",), "x", "Did you mean 'title'?"),
    (("files", "s:0009"), {"s:0009": "a" * 64}, "no report of this study"),
    (("sources", 0, "sure"), [{"sure": "very"}], "how sure"),
]


def _wrong(item: Item) -> list[tuple[Any, tuple[str, ...], str]]:
    """Wrong values for `item`, where in the value the fault lies, and what is said of it."""
    found: list[tuple[Any, tuple[str, ...], str]] = []
    match item.type:
        case AnswerType.TEXT:
            found = [(12, (), "not text"), (True, (), "not text")]
        case AnswerType.INTEGER:
            found = [("many", (), "not a whole number"), (1.5, (), "not a whole number")]
        case AnswerType.DECIMAL:
            found = [("many", (), "not a number"), (True, (), "not a number")]
        case AnswerType.YES_NO:
            found = [("maybe", (), "neither yes nor no")]
        case AnswerType.DATE:
            found = [("31.1.2016", (), "not a day"), (99, (), "not a day")]
        case AnswerType.CHOICE | AnswerType.CHOICES:
            found = [("zz_none", (), "is not an answer that")]
        case AnswerType.REFERENCE:
            found = [("nowhere-zz", (), "nothing in"), (True, (), "not an id")]
        case AnswerType.PROPORTION:
            found = [
                ({"x": 5, "n": 4}, ("x",), "more than there are"),
                ({"x": 1.5, "n": 4}, ("x",), "not a count"),
                ({"x": 50, "n": 100, "percent": 5.0}, ("percent",), "not 5 %"),
            ]
        case AnswerType.ESTIMATE:
            found = [
                ({"value": 9, "low": 1, "high": 2}, ("value",), "outside its own interval"),
                ({"value": 1, "level": 0.95}, ("level",), "not a level in per cent"),
            ]
        case AnswerType.RANGE:
            found = [({"low": 3, "high": 2}, ("low",), "backwards")]
        case AnswerType.MEAN:
            found = [({"mean": 1, "sd": -1}, ("sd",), "'sd'")]
        case AnswerType.RATE:
            found = [
                ({"events": 1.5, "time": 2}, ("events",), "not a count"),
                ({"events": 1, "time": 0}, ("time",), "is 0"),
            ]
    if item.type in NUMBERS:
        found += [({"zz": 1}, ("zz",), "'zz'"), ("many", (), "Write")]
    bounded = (AnswerType.INTEGER, AnswerType.DECIMAL)
    if item.maximum is not None and item.type in bounded:
        found.append((int(item.maximum) + 1, (), "above the greatest possible"))
    if item.minimum is not None and item.type in bounded:
        found.append((int(item.minimum) - 1, (), "below the least possible"))
    return found


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def _put(written: Any, path: tuple[str | int, ...], value: Any) -> None:
    above = _at(written, path[:-1])
    above[path[-1]] = value
    if path[-1] == "value":
        above.pop("note")  # with a note, what a report prints oddly is a warning
