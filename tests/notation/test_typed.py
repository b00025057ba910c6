"""Plain values become dataclasses by the types of their fields; every fault is told at its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.problem import Place, Problem
from pipeline.notation.typed import into, nearest, wording
from pipeline.notation.yaml_text import read_yaml
from pipeline.notation.yaml_writing import yaml_line, yaml_value


class Colour(StrEnum):
    RED = "red"
    DARK_GREEN = "dark_green"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    name: str
    born: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    id: str
    label: str
    weight: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    id: str
    left: str
    right: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    title: str
    count: int = 0
    share: float | None = None
    flag: bool = False
    day: date | None = None
    colour: Colour | None = None
    words: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    colours: tuple[Colour, ...] = ()
    author: Person | None = None
    people: tuple[Person, ...] = ()
    items: tuple[Item, ...] = ()
    pairs: tuple[Pair, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    staff: Mapping[str, Person] = field(default_factory=dict)
    either: str | int | None = None


def read(text: str) -> Sample:
    """The sample that `text` says, which must be without fault."""
    sample, problems = into(Sample, read_yaml(text, "f.yaml"))
    assert problems == ()
    assert sample is not None
    return sample


def faults(text: str) -> list[tuple[int, str, str]]:
    """(line, what, remedy) of each fault; a faulty text gives no value."""
    sample, problems = into(Sample, read_yaml(text, "f.yaml"))
    assert sample is None
    assert all(p.place.file == "f.yaml" and p.remedy for p in problems)
    return [(p.place.line, p.what, p.remedy) for p in problems]


def the_fault(field_text: str) -> tuple[str, str]:
    """(what, remedy) of the one fault of a sample whose third line is `field_text`."""
    found = faults(f"title: a\n\n{field_text}\n")
    assert [line for line, _, _ in found] == [3]
    return found[0][1:]


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("count: 3", "count", 3),
        ("count: -3", "count", -3),
        ("share: 0.5", "share", 0.5),
        ("share: 2", "share", 2.0),
        ("share:", "share", None),
        ("share: null", "share", None),
        ("flag: true", "flag", True),
        ("flag: false", "flag", False),
        ("day: 2016-01-31", "day", date(2016, 1, 31)),
        ("day:", "day", None),
        ("colour: red", "colour", Colour.RED),
        ("colour: dark_green", "colour", Colour.DARK_GREEN),
        ("words: [a, b]", "words", ("a", "b")),
        ("words: a", "words", ("a",)),
        ("words: []", "words", ()),
        ("words:", "words", ()),
        ("numbers: [1, 2]", "numbers", (1, 2)),
        ("numbers: 7", "numbers", (7,)),
        ("colours: [red, dark_green]", "colours", (Colour.RED, Colour.DARK_GREEN)),
        ("colours: red", "colours", (Colour.RED,)),
        ("author: {name: Ada}", "author", Person(name="Ada")),
        (
            "author: {name: Ada, born: 1815-12-10}",
            "author",
            Person(name="Ada", born=date(1815, 12, 10)),
        ),
        ("people: [{name: Ada}, {name: Ben}]", "people", (Person(name="Ada"), Person(name="Ben"))),
        ("columns: {title: Titel}", "columns", {"title": "Titel"}),
        ("columns: {1: Titel}", "columns", {"1": "Titel"}),
        ("staff: {first: {name: Ada}}", "staff", {"first": Person(name="Ada")}),
        ("either: a", "either", "a"),
        ("either: 3", "either", 3),
        ("either:", "either", None),
    ],
)
def test_a_field_is_converted_by_its_type(text: str, name: str, value: object) -> None:
    found = getattr(read(f"title: a\n{text}\n"), name)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "items: [{id: a, label: First, weight: 1}, {id: b, label: Second}]",
        "items:\n  a: {label: First, weight: 1.0}\n  b: {label: Second}",
        "items:\n  a: {label: First, weight: 1.0}\n  b: Second",
    ],
)
def test_things_with_ids_are_a_list_or_stand_below_their_ids(text: str) -> None:
    first, second = read(f"title: a\n{text}\n").items
    assert first == Item(id="a", label="First", weight=1.0)
    assert second == Item(id="b", label="Second")
    assert type(first.weight) is float


def test_text_keeps_days_and_what_looks_like_a_number_but_is_none() -> None:
    assert read("title: 2016-01-31").title == "2016-01-31"
    assert read("title: 0123").title == "0123"
    assert read("title: 10.1000").title == "10.1000"
    assert read("title: 'no'").title == "no"
    assert read("title: ''").title == ""


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("words: [3]", "'words' is the value 3, not text"),
        ("words: 3", "'words' is the value 3, not text"),
        ("words: [true]", "'words' is true or false, not text"),
        ("words: [a, 0.5]", "'words' is the value 0.5, not text"),
        ("words: [[a]]", "'words' is a list, not text"),
        ("words: [~]", "'words' is empty, not text"),
        ("columns: {title: 3}", "'title' is the value 3, not text"),
        ("count: '3'", "'count' is the text '3', not a whole number"),
        ("count: three", "'count' is the text 'three', not a whole number"),
        ("count: 3.5", "'count' is the value 3.5, not a whole number"),
        ("count: true", "'count' is true or false, not a whole number"),
        ("count: 2016-01-31", "'count' is the value 2016-01-31, not a whole number"),
        ("count: [3]", "'count' is a list, not a whole number"),
        ("share: '0.5'", "'share' is the text '0.5', not a number"),
        ("share: 50 %", "'share' is the text '50 %', not a number"),
        ("share: false", "'share' is true or false, not a number"),
        ("flag: 1", "'flag' is the value 1, not yes or no"),
        ("flag: 'true'", "'flag' is the text 'true', not yes or no"),
        ("flag: no", "'flag' is the text 'no', not yes or no"),
        ("day: January 2016", "'day' is the text 'January 2016', not a day"),
        ("day: 2016-02-30", "'day' is the text '2016-02-30', not a day"),
        ("day: 2016", "'day' is the value 2016, not a day"),
        ("author: Ada", "'author' is the text 'Ada'"),
        ("author: [Ada]", "'author' is a list"),
        ("people: {name: Ada}", "'people' is a group of keys"),
        ("people: Ada", "'people' is the text 'Ada'"),
        ("people: [Ada]", "'people' is the text 'Ada'"),
        ("words: {a: b}", "'words' is a group of keys"),
        ("columns: [a]", "'columns' is a list"),
        ("columns: a", "'columns' is the text 'a'"),
        ("either: [a]", "'either' is a list"),
        ("either: 0.5", "'either' is the value 0.5"),
        ("either: true", "'either' is true or false"),
        ("pairs: {a: one text}", "'a' is the text 'one text'"),
        ("items: {a: 3}", "'a' is the value 3"),
    ],
)
def test_a_value_of_another_kind_is_refused_with_its_line(text: str, what: str) -> None:
    assert the_fault(text)[0] == what


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("words: [3]", "Put it in quotes"),
        ("count: x", "Write it without quotes or units, like `275`"),
        ("share: x", "Write it without quotes or units, like `0.95`"),
        ("flag: x", "Write `true` or `false`"),
        ("day: x", "Write year-month-day, like `2016-01-31`"),
        ("author: x", "Write it as `key: value` lines"),
        ("people: x", "Write a list, one `- ` a line"),
        ("columns: x", "Write `key: value` lines"),
        ("either: []", "Write a plain value"),
    ],
)
def test_the_remedy_says_how_to_write_it(text: str, remedy: str) -> None:
    assert the_fault(text)[1] == remedy


def test_an_unknown_word_gets_the_nearest_and_all_there_are() -> None:
    assert the_fault("colour: rde") == (
        "'rde' is not one of the words for 'colour'. Did you mean 'red'?",
        "Write one of red, dark_green",
    )
    assert the_fault("colour: xyzzy")[0] == "'xyzzy' is not one of the words for 'colour'."
    assert the_fault("colour: RED")[0].startswith("'RED' is not one of the words")


@pytest.mark.parametrize("value", ["3", "true", "[red]", "{red: 1}", "2016-01-31", "0.5"])
def test_a_word_is_no_other_value(value: str) -> None:
    what, remedy = the_fault(f"colour: {value}")
    assert "is not one of the words for 'colour'" in what
    assert remedy == "Write one of red, dark_green"


def test_an_unknown_key_gets_the_nearest_and_its_line() -> None:
    person = "author:\n  name: Ada\n  bron: 1815-12-10\n"
    items = "items:\n  a:\n    label: x\n    id: a\n"
    assert faults(f"title: a\n{person}{items}") == [
        (4, "'bron' is not known here. Did you mean 'born'?", "Known are name, born"),
        (8, "'id' is not known here.", "Known are label, weight"),
    ]


def test_an_unknown_key_is_a_fault_even_when_empty() -> None:
    assert faults("title: a\nxyzzy:\n")[0][:2] == (2, "'xyzzy' is not known here.")


def test_a_missing_field_is_told_where_it_should_stand() -> None:
    text = "title: a\npeople:\n  - name: Ada\n  - born: 1815-12-10\npairs:\n  p:\n    left: x\n"
    assert faults(text) == [
        (4, "'name' is missing", "Add a line `name: …`"),
        (6, "'right' is missing", "Add a line `right: …`"),
    ]
    assert [what for _, what, _ in faults("count: 1")] == ["'title' is missing"]
    assert [what for _, what, _ in faults("title:\n")] == ["'title' is missing"]
    assert [what for _, what, _ in faults("")] == ["'title' is missing"]


def test_a_file_that_is_no_mapping_is_told() -> None:
    assert [what for _, what, _ in faults("- a\n- b\n")] == ["this file is a list"]
    assert [what for _, what, _ in faults("some words\n")] == ["this file is the text 'some words'"]


def test_all_faults_are_told_at_once_each_at_its_line() -> None:
    text = """\
count: many
shaer: 0.5
day: soon
words:
  - a
  - 3
items:
  first: {label: x, weight: heavy}
  second:
    weight: 2
people:
  - name: 1
  - {name: Ben, born: then}
"""
    found = {(line, what) for line, what, _ in faults(text)}
    assert found == {
        (1, "'title' is missing"),
        (1, "'count' is the text 'many', not a whole number"),
        (2, "'shaer' is not known here. Did you mean 'share'?"),
        (3, "'day' is the text 'soon', not a day"),
        (6, "'words' is the value 3, not text"),
        (8, "'weight' is the text 'heavy', not a number"),
        (9, "'label' is missing"),
        (12, "'name' is the value 1, not text"),
        (13, "'born' is the text 'then', not a day"),
    }


def test_a_text_that_is_no_yaml_gives_its_own_fault_only() -> None:
    ((line, what, _),) = faults("title: [a\n")
    assert what.startswith("this is not YAML")
    assert line in (1, 2)


def test_a_fault_of_the_yaml_itself_leaves_no_value() -> None:
    found = faults("title: a\ntitle: b\ncount: x\n")
    assert [line for line, _, _ in found] == [2, 3]
    assert [line for line, _, _ in faults("title: a\ntitle: b\n")] == [2]


def test_given_fields_are_taken_and_may_not_stand_in_the_file() -> None:
    text = read_yaml("label: x\n", "f.yaml")
    assert into(Item, text, given={"id": "a"}) == (Item(id="a", label="x"), ())
    value, problems = into(Item, read_yaml("label: x\nid: b\n", "f.yaml"), given={"id": "a"})
    assert value is None
    assert [(p.place.line, p.what) for p in problems] == [(2, "'id' is not known here.")]


def test_a_part_of_a_file_is_read_by_its_path() -> None:
    text = read_yaml("a:\n  - name: Ada\n  - {name: Ben, age: 3}\n", "f.yaml")
    assert into(Person, text, path=("a", 0)) == (Person(name="Ada"), ())
    value, problems = into(Person, text, path=("a", 1))
    assert value is None
    assert problems == (
        Problem(
            place=Place(file="f.yaml", line=3, column=17),
            what="'age' is not known here.",
            remedy="Known are name, born",
            check="shape",
        ),
    )


def test_nearest_suggests_only_what_is_near() -> None:
    words = ("include", "exclude", "unclear")
    assert nearest("inclued", words) == " Did you mean 'include'?"
    assert nearest("exclud", words) == " Did you mean 'exclude'?"
    assert nearest("xyzzy", words) == ""
    assert nearest("", words) == ""
    assert nearest("include", ()) == ""


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "empty"),
        (True, "true or false"),
        (False, "true or false"),
        ({}, "a group of keys"),
        ({"a": 1}, "a group of keys"),
        ([], "a list"),
        ("", "the text ''"),
        ("a'b", 'the text "a\'b"'),
        ("a\nb\x1b", "the text 'a\\nb\\x1b'"),
        ("x" * 40, f"the text '{'x' * 40}'"),
        ("x" * 41, f"the text '{'x' * 40}'…"),
        (3, "the value 3"),
        (0.5, "the value 0.5"),
        (date(2016, 1, 31), "the value 2016-01-31"),
    ],
)
def test_wording_says_what_a_value_is(value: object, words: str) -> None:
    assert wording(value) == words


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NUMBER = st.floats(-1e6, 1e6).map(lambda x: round(x, 4))
WHOLE = st.integers(-(10**16), 10**16)
PERSON = st.builds(Person, name=TEXT, born=st.none() | st.dates())
ITEM = st.builds(Item, id=TEXT, label=TEXT, weight=NUMBER)
SAMPLE = st.builds(
    Sample,
    title=TEXT,
    count=WHOLE,
    share=st.none() | NUMBER,
    flag=st.booleans(),
    day=st.none() | st.dates(),
    colour=st.none() | st.sampled_from(Colour),
    words=st.lists(TEXT, max_size=3).map(tuple),
    numbers=st.lists(WHOLE, max_size=3).map(tuple),
    colours=st.lists(st.sampled_from(Colour), max_size=2).map(tuple),
    author=st.none() | PERSON,
    people=st.lists(PERSON, max_size=2).map(tuple),
    items=st.lists(ITEM, max_size=3, unique_by=lambda item: item.id).map(tuple),
    columns=st.dictionaries(TEXT, TEXT, max_size=3),
    staff=st.dictionaries(TEXT, PERSON, max_size=2),
    either=st.none() | TEXT | WHOLE,
)


def flow(value: object) -> str:
    """`value` in the flow style of YAML, absent fields left out."""
    match value:
        case Person() | Item():
            parts = {name: getattr(value, name) for name in value.__slots__}
            return flow({name: part for name, part in parts.items() if part is not None})
        case Mapping():
            return "{" + ", ".join(f"{flow(str(k))}: {flow(v)}" for k, v in value.items()) + "}"
        case tuple():
            return "[" + ", ".join(map(flow, value)) + "]"
        case float():
            return repr(value)
        case str():
            # a bare text may hold what ends a value inside of brackets
            return yaml_value(value) if yaml_value(value)[:1] == '"' else f'"{value}"'
    assert isinstance(value, int | date)
    return yaml_value(value)


def written(sample: Sample, below_ids: bool, short: bool, single: bool) -> str:
    """`sample` as YAML, things with ids below them if wished, single values without a list."""
    lines: list[str] = []
    for name in Sample.__dataclass_fields__:
        value = getattr(sample, name)
        if value is None:
            continue
        if name == "items" and below_ids:
            lines.append("items: {}\n" if not value else "items:\n")
            for item in value:
                if short and not item.weight:
                    lines.append(f"  {flow(item.id)}: {flow(item.label)}\n")
                else:
                    fields = {"label": item.label, "weight": item.weight}
                    lines.append(f"  {flow(item.id)}: {flow(fields)}\n")
        elif name in ("words", "numbers", "colours") and single and len(value) == 1:
            lines.append(f"{name}: {flow(value[0])}\n")
        elif isinstance(value, str) and not isinstance(value, StrEnum):
            lines.append(yaml_line(name, value))
        else:
            lines.append(f"{name}: {flow(value)}\n")
    return "".join(lines)


@given(SAMPLE, st.booleans(), st.booleans(), st.booleans())
def test_what_is_written_is_read_back_equal(
    sample: Sample, below_ids: bool, short: bool, single: bool
) -> None:
    back = read(written(sample, below_ids, short, single))
    assert back == sample
    assert [type(getattr(back, n)) for n in Sample.__dataclass_fields__ if n != "columns"] == [
        type(getattr(sample, n)) for n in Sample.__dataclass_fields__ if n != "columns"
    ]


PLAIN = st.recursive(
    st.none() | st.booleans() | WHOLE | NUMBER | st.dates() | TEXT,
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*Sample.__dataclass_fields__, "xyzzy"]), PLAIN, max_size=6))
def test_whatever_stands_in_a_file_gives_a_value_or_faults(values: Mapping[str, object]) -> None:
    def bare(value: object) -> str:
        match value:
            case None:
                return "null"
            case Mapping():
                return "{" + ", ".join(f"{flow(k)}: {bare(v)}" for k, v in value.items()) + "}"
            case tuple():
                return "[" + ", ".join(map(bare, value)) + "]"
        return flow(value)

    text = "".join(f"{name}: {bare(value)}\n" for name, value in values.items())
    sample, problems = into(Sample, read_yaml(text, "f.yaml"))
    assert (sample is None) == bool(problems)
    if sample is not None:
        assert into(Sample, read_yaml(written(sample, False, False, False), "f.yaml"))[0] == sample
