"""YAML by the rules of 1.2: what researchers write stays what they wrote, faults have a line."""

from datetime import date

import pytest

from pipeline.notation.yaml_text import read_yaml

KEPT_AS_TEXT = [
    "NO", "No", "no", "on", "off", "yes", "Y", "12:30", "1:30:00", "0123", "10.1000", "1e3",
    "0x1F", "0o17", "1_000", ".5", "5.", ".nan", ".inf", "00", "2016-02-30", "2016-1-1",
    "2016-01-31T10:00:00Z", "1,978", "99999999999999999999", "=", "<<",
]  # fmt: skip


@pytest.mark.parametrize("written", KEPT_AS_TEXT)
def test_traps_of_yaml_1_1_stay_text(written):
    assert read_yaml(f"a: {written}\n", "f").value == {"a": written}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12", 12), ("-3", -3), ("0", 0), ("1.5", 1.5), ("-0.25", -0.25), ("~", None), ("", None),
        ("null", None), ("true", True), ("False", False), ("2016-01-31", date(2016, 1, 31)),
        ("'12'", "12"), ('"true"', "true"), ("'~'", "~"), ("'2016-01-31'", "2016-01-31"),
    ],
)  # fmt: skip
def test_numbers_truths_and_days_are_what_they_look_like(written, value):
    found = read_yaml(f"a: {written}\n", "f").value["a"]
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "twice; the first was at line 1"),
        ("a:\n\tb: 1\n", 2, ""),
        ("a: !!python/object/apply:os.system ['x']\n", 1, "tag"),
        ("a: !mine x\n", 1, "tag"),
        ("a: [1, 2\n", 2, "not YAML"),
        ("a: b: c\n", 1, "not YAML"),
        ("a: *b\n", 1, "not YAML"),
        ("a: 1\n---\nb: 2\n", 2, "not YAML"),
    ],
)
def test_a_fault_has_a_line_and_a_remedy(text, line, said):
    problems = read_yaml(text, "f").problems
    assert problems and problems[0].place.line == line
    assert said in problems[0].what and problems[0].remedy


def test_anchors_that_explode_are_cut_short():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    found = read_yaml("\n".join(lines), "f")
    assert found.value is None and found.problems[0].check == "yaml-too-large"


def test_what_holds_itself_is_told():
    assert read_yaml("a: &a [*a]\n", "f").problems


def test_a_file_of_more_than_twenty_million_characters_is_not_read():
    found = read_yaml("#" * 20_000_001, "f")
    assert found.value is None and "characters" in found.problems[0].what


def test_places_point_at_keys_and_entries():
    found = read_yaml("a:\n  - x: 1\n    y: 2\n", "f")
    assert str(found.place(("a", 0, "y"))) == "f:3:5"
    assert str(found.place(("a", 0, "z"))) == "f:2:5"
