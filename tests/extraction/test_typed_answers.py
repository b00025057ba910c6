"""What is typed on one line is what a file would hold, and the way back is exact."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extraction.questions import in_a_line, typed
from pipeline.extraction.values import convert
from pipeline.model.form import AnswerType, Item, Option

OPTIONS = (Option(id="male", label="Male"), Option(id="female", label="Female"))


def item(kind, **more):
    return Item(id="i", label="I", type=kind, options=more.pop("options", ()), **more)


@pytest.mark.parametrize(
    ("kind", "line", "value"),
    [
        ("text", "Norway: NO", "Norway: NO"),
        ("text", "Not Reported", "not reported"),
        ("integer", "275", 275),
        ("integer", "275.0", 275),  # as a spreadsheet writes it
        ("integer", "1,978", "1,978"),
        ("decimal", "0.50", 0.5),
        ("decimal", "\u22120.5", -0.5),
        ("yes_no", "yes", "yes"),
        ("date", "2016-01-31", date(2016, 1, 31)),
        ("date", "2016-01-31 00:00:00", date(2016, 1, 31)),
        ("date", "2016", 2016),
        ("choices", "male; female", ["male", "female"]),
        ("proportion", "84/1978", {"x": 84, "n": 1978}),
        ("proportion", "84 of 1978 (4.2 %)", {"x": 84, "n": 1978, "percent": 4.2}),
        ("proportion", "4.2%", {"percent": 4.2}),
        ("proportion", "x=84, n=1978", {"x": 84, "n": 1978}),
        ("proportion", "{x: 84, n: 1978}", {"x": 84, "n": 1978}),
        ("proportion", "many", "many"),
        ("estimate", "5.8 (3.2 to 10.5)", {"value": 5.8, "low": 3.2, "high": 10.5}),
        ("estimate", "5.8 [3.2, 10.5] p=0.03", {"value": 5.8, "low": 3.2, "high": 10.5, "p": 0.03}),
        (
            "estimate",
            "-0.5 (95% CI -0.9 – -0.1)",
            {"value": -0.5, "low": -0.9, "high": -0.1, "level": 95},
        ),
        ("estimate", "1.2", {"value": 1.2}),
        ("range", "12-18", {"low": 12, "high": 18}),
        ("range", "12 to 18", {"low": 12, "high": 18}),
        ("mean", "14.5 (1.5)", {"mean": 14.5, "sd": 1.5}),
        ("mean", "14.5 ± 1.5, n=230", {"mean": 14.5, "sd": 1.5, "n": 230}),
        ("mean", "14.5 SD 1.5", {"mean": 14.5, "sd": 1.5}),
        ("mean", "14,5", "14,5"),
    ],
)
def test_a_line_says_what_a_file_would_hold(kind, line, value):
    read = typed(item(AnswerType(kind), options=OPTIONS if kind == "choices" else ()), line)
    assert read == value and type(read) is type(value)


number = st.integers(0, 10**6) | st.floats(0, 1e6).map(lambda n: float(f"{n:.6g}"))
line = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=20).filter(
    lambda t: t == t.strip() and "\n" not in t
)
VALUES = {
    AnswerType.TEXT: line,
    AnswerType.INTEGER: st.integers(-999, 10**9),
    AnswerType.DECIMAL: st.floats(-1e6, 1e6),
    AnswerType.DATE: st.dates(date(1900, 1, 1)) | st.sampled_from([2015, "2015-06"]),
    AnswerType.CHOICES: st.lists(st.sampled_from(["male", "female"]), min_size=1, unique=True),
    AnswerType.PROPORTION: st.fixed_dictionaries({"x": number, "n": number}),
    AnswerType.ESTIMATE: st.fixed_dictionaries({"value": number, "low": number, "high": number}),
    AnswerType.RANGE: st.fixed_dictionaries({"low": number, "high": number}),
    AnswerType.MEAN: st.fixed_dictionaries({"mean": number, "sd": number, "n": number}),
}


@given(st.sampled_from(sorted(VALUES)), st.data())
@settings(max_examples=200, deadline=None)
def test_what_is_shown_on_a_line_is_typed_back_the_same(kind, data):
    asked = item(kind, options=OPTIONS if kind is AnswerType.CHOICES else ())
    value = data.draw(VALUES[kind])
    back = typed(asked, in_a_line(asked, value))
    if kind is AnswerType.TEXT and back != value:
        assert str(back) == value.lower().replace("_", " ")  # a reason why there is no value
        return
    assert back == value
    if kind is AnswerType.DATE:
        assert convert(asked, back)[1] == ()


@given(st.lists(line, min_size=1, max_size=4))
def test_lists_of_text_take_a_line_each(values):
    asked = item(AnswerType.TEXT, repeats=True)
    shown = in_a_line(asked, tuple(values))
    if len(values) > 1:
        assert typed(asked, shown) == values
