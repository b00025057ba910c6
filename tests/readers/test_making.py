"""Values that a reader makes quickly are the values of the frozen dataclasses themselves."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, fields, replace

import pytest

from pipeline.model.problem import Place
from pipeline.model.record import Name, Record
from pipeline.readers.entries import quickly

PLACE = Place(file="a.ris", line=3)
VALUES = [
    (Name, {}),
    (Name, {"family": "Keefer", "given": "A. B.", "suffix": "jr"}),
    (Place, {"file": "a.ris"}),
    (Record, {"id": "s:0001", "number": 1, "place": PLACE}),
    (
        Record,
        {f.name: f"the {f.name}" for f in fields(Record)} | {"number": 2, "place": PLACE},
    ),
]


@pytest.mark.parametrize(("kind", "arguments"), VALUES)
def test_quickly_made_is_the_same_value(kind, arguments):
    plain, quick = kind(**arguments), quickly(kind)(**arguments)
    assert type(quick) is kind
    assert quick == plain
    assert hash(quick) == hash(plain)
    assert repr(quick) == repr(plain)
    assert pickle.loads(pickle.dumps(quick)) == plain
    name = fields(kind)[0].name
    assert replace(quick, **{name: "another"}) == replace(plain, **{name: "another"})


@pytest.mark.parametrize(("kind", "arguments"), VALUES)
def test_quickly_made_is_frozen_and_has_its_slots_only(kind, arguments):
    quick = quickly(kind)(**arguments)
    for f in fields(kind):
        with pytest.raises(FrozenInstanceError):
            setattr(quick, f.name, "another")
    with pytest.raises((FrozenInstanceError, TypeError)):
        quick.another = 1
    assert not hasattr(quick, "__dict__")


def test_a_field_that_must_be_given_must_be_given():
    with pytest.raises(TypeError, match="file"):
        quickly(Place)(line=3)
    with pytest.raises(TypeError):
        quickly(Name)(surname="Keefer")
