"""The kept record says what any record of its report says, and whose each value is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.duplicates.completing import FIELDS, CompletedRecords, completed
from pipeline.model.problem import Place
from pipeline.model.record import Issued, Name, Record, Taken

TEXT = "We asked sailors on four ships how they slept, in winter and in summer, over three years."


def record(id: str, **values: object) -> Record:
    return Record(id=id, number=1, place=Place(file=f"{id}.ris"), **values)


def test_what_is_lacking_is_taken_from_the_first_that_has_it() -> None:
    bare = record("a", title="Bells", volume="4", page="11")
    second = record("b", title="BELLS", volume="4", page="11-19", doi="10.5555/sea.11")
    third = record("c", abstract=TEXT, doi="10.5555/other", keyword=("rest",), issue="2")
    whole = completed(bare, [second, third])
    assert (whole.title, whole.page, whole.doi) == ("Bells", "11-19", "10.5555/sea.11")
    assert (whole.abstract, whole.keyword, whole.issue) == (TEXT, ("rest",), "2")
    assert set(whole.taken_from) == {
        Taken("page", "b", "11"),
        Taken("doi", "b"),
        Taken("abstract", "c"),
        Taken("keyword", "c"),
        Taken("issue", "c"),
    }
    assert whole.as_read == bare


def test_a_value_of_its_own_always_stands() -> None:
    own = record("a", title="Bells", abstract=TEXT, doi="10.1/a", issued=Issued(year=2012))
    other = record("b", title="Bell", abstract=TEXT * 2, doi="10.1/b", issued=Issued(year=2013))
    assert completed(own, [other]) is own
    assert completed(own, []) is own


@pytest.mark.parametrize(
    ("own", "other", "wanted"),
    [
        (
            {"volume": "4", "page": "11"},
            {"volume": "5", "issue": "2"},
            {"volume": "4", "issue": ""},
        ),
        ({"page": "11"}, {"volume": "5", "page": "90-99"}, {"volume": "", "page": "11"}),
        ({"page": "11"}, {"volume": "5", "page": "11-19"}, {"volume": "5", "page": "11-19"}),
        ({"page": "11-19"}, {"volume": "5", "page": "11"}, {"volume": "5", "page": "11-19"}),
        ({"page": "1"}, {"volume": "5", "page": "11-19"}, {"volume": "", "page": "1"}),
        (
            {},
            {"volume": "5", "issue": "2", "page": "7"},
            {"volume": "5", "issue": "2", "page": "7"},
        ),
    ],
)
def test_a_place_is_never_put_together_from_two(
    own: dict[str, str], other: dict[str, str], wanted: dict[str, str]
) -> None:
    whole = completed(record("a", **own), [record("b", **other)])
    assert {name: getattr(whole, name) for name in wanted} == wanted


@pytest.mark.parametrize(
    ("own", "taken"),
    [
        ("", True),
        ("  ", True),
        (TEXT[:85] + " ...", True),
        (TEXT[:85] + " (ABSTRACT TRUNCATED AT 250 WORDS)", True),
        (TEXT[:85] + "…", True),
        (TEXT[:85], False),  # a shorter one is not a cut one
        (TEXT[:40] + " ...", False),  # too little to know
        (
            "Another abstract that was written for another public altogether, at length …",
            False,
        ),
    ],
)
def test_an_abstract_that_was_cut_is_made_whole(own: str, taken: bool) -> None:
    whole = completed(record("a", abstract=own), [record("b", abstract=TEXT)])
    assert (whole.abstract == TEXT) is taken
    assert whole.as_read.abstract == own or not own.strip()


def test_a_year_is_taken_where_there_was_none() -> None:
    other = record("b", issued=Issued(year=2012, month=3))
    assert completed(record("a"), [other]).year == 2012
    in_press = record("a", issued=Issued(literal="in press"))
    assert completed(in_press, [other]).year == 2012
    assert completed(in_press, [other]).as_read == in_press
    assert completed(record("a", issued=Issued(year=2011)), [other]).year == 2011
    silent = record("a", issued=Issued(literal="in press"))
    assert completed(silent, [record("b", issued=Issued(literal="soon"))]) is silent


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_is_taken_and_given_back(field: str) -> None:
    values = {"author": (Name(family="Ash"),), "editor": (Name(family="Elm"),)}
    plural = {"issn", "isbn", "keyword"}
    value = values.get(field, ("x",) if field in plural else "x")
    whole = completed(record("a"), [record("b", **{field: value})])
    assert getattr(whole, field) == value
    assert whole.taken_from == (Taken(field, "b"),)
    assert whole.as_read == record("a")


def test_every_record_of_a_report_is_completed_and_no_other() -> None:
    records = {
        "a": record("a", title="Bells"),
        "b": record("b", doi="10.1/b"),
        "c": record("c", abstract=TEXT),
        "d": record("d", title="Ropes"),
    }
    whole = CompletedRecords(records, {"a": ("b", "c")})
    assert whole["a"].doi == "10.1/b" and whole["a"].abstract == TEXT
    assert whole["b"].title == "Bells" and whole["c"].doi == "10.1/b"
    assert whole["d"] is records["d"] and whole.as_read["a"] is records["a"]
    assert list(whole) == list(records) and len(whole) == 4
    assert "a" in whole and "e" not in whole


_text = st.sampled_from(["", "x", "y"])


@given(st.lists(st.builds(lambda t, d, v, p: (t, d, v, p), _text, _text, _text, _text), max_size=4))
def test_completing_loses_nothing_and_can_be_undone(rows: list[tuple[str, ...]]) -> None:
    made = [
        record(f"r{n}", title=t, doi=d, volume=v, page=p) for n, (t, d, v, p) in enumerate(rows)
    ]
    if not made:
        return
    whole = completed(made[0], made[1:])
    assert whole.as_read == made[0]
    for name in ("title", "doi", "volume", "page"):
        own, now = getattr(made[0], name), getattr(whole, name)
        assert now == own or (not own and any(getattr(r, name) == now for r in made[1:]))
    assert replace(whole, taken_from=()) == completed(replace(whole, taken_from=()), made[1:])
