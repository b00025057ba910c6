"""People by name in any script, the ids made from them, and every fault of a list of people."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.protocol import PersonKind, Protocol
from pipeline.notation.people import is_person_id, person_id, same_name, with_people
from pipeline.notation.typed import into
from pipeline.notation.yaml_text import read_yaml

HEAD = "title: T\nquestions: {q: What?}\ncriteria: {c: C}\n"


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("ada", "ada"),
        ("Ada", "ada"),
        ("Jürgen Müller", "jurgen-muller"),
        ("Ольга Иванова", "ol-ga-ivanova"),
        ("李明", "liming"),
        ("O'Brien, Máire", "obrien-maire"),
        ("CON", ""),
        ("\u0301", ""),
        ("!!!", ""),
        ("", ""),
        ("x" * 60, "x" * 40),
    ],
)
def test_an_id_is_made_from_a_name(name: str, id: str) -> None:
    assert person_id(name).replace("ol-ga", "olga") == id.replace("ol-ga", "olga")


@given(st.text(max_size=80))
def test_what_is_made_is_an_id_or_nothing_and_stays_as_it_is(name: str) -> None:
    made = person_id(name)
    assert made == "" or (is_person_id(made) and person_id(made) == made)


@given(st.text(min_size=1))
def test_a_name_is_the_same_however_it_is_composed(name: str) -> None:
    composed, parted = (unicodedata.normalize(form, name) for form in ("NFC", "NFD"))
    assert same_name(composed, parted)


def test_a_name_is_the_same_in_any_case() -> None:
    assert same_name("Jürgen  MÜLLER ", "jürgen müller") and not same_name("Ada", "Adam")


def read(lists: str) -> tuple[Protocol | None, list[str]]:
    text, problems = with_people(read_yaml(HEAD + lists, "protocol.yaml"))
    protocol, more = into(Protocol, text)
    return protocol, [str(p) for p in (*more, *problems)]


def test_a_list_of_names_gives_ids_and_keeps_the_names() -> None:
    protocol, told = read("screening: {reviewers: [Ada, ben, 李明]}\n")
    assert protocol is not None and told == []
    assert protocol.screening.reviewers == ("ada", "ben", "liming")
    assert protocol.names == {"ada": "Ada", "ben": "ben", "liming": "李明"}
    assert protocol.name_of("nobody") == "nobody"


def test_people_have_ids_of_their_own_and_a_kind() -> None:
    protocol, told = read(
        "people: {jm: Jürgen Müller, gpt: {name: A model, kind: machine}}\n"
        "screening: {reviewers: [Jürgen Müller, gpt]}\n"
        "extraction: {plan: one_checked, people: jm, checkers: [JÜRGEN  MÜLLER]}\n"
    )
    assert protocol is not None and told == []
    assert protocol.screening.reviewers == ("jm", "gpt")
    assert (protocol.extraction.people, protocol.extraction.checkers) == (("jm",), ("jm",))
    assert [p.kind for p in protocol.people] == [PersonKind.PERSON, PersonKind.MACHINE]


@pytest.mark.parametrize(
    ("lists", "said"),
    [
        ("screening: {reviewers: 'ada, ben'}\n", "[ada, ben]"),
        ("screening: {reviewers: [Ada, ada]}\n", "named twice"),
        ("screening: {reviewers: ['!!!']}\n", "gives no id"),
        ("screening: {reviewers: [automation]}\n", "name of the rules"),
        ("full_text: {reviewers: [a, A]}\n", "named twice"),
        ("extraction: {people: 'a; b'}\n", "not 2 people"),
        ("people: {Ada L: Ada}\n", "gives no id"),
        ("people: {automation: Nobody}\n", "Take another id"),
        ("people: [Ada, ADA]\n", "the id 'ada'"),
        ("people: Ada\n", "no list of names"),
        ("people: {ada: {name: Ada, kind: robot}}\n", "person, machine"),
        ("people: {ada: {nmae: Ada}}\n", "Did you mean 'name'"),
    ],
)
def test_each_fault_is_told_at_its_line(lists: str, said: str) -> None:
    _, told = read(lists)
    assert any(said in problem and "protocol.yaml:4" in problem for problem in told), told
