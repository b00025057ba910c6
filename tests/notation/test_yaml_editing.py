"""One value changes, and nothing else: comments, order, quotes and every other line stay."""

import copy
import itertools

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.model.problem import ReviewError
from pipeline.notation.yaml_editing import with_value
from pipeline.notation.yaml_text import read_yaml
from pipeline.notation.yaml_writing import yaml_below, yaml_inline

FILE = """\
# of a person
study: a-1   # the id
basis:  # full_text, abstract

answers:
  country: "Norway"     # from the title page
  total:   264  # table 1
  share: {value: 0.5, note: 'so'}  # odd
  measures:
    # first the scales
    - A scale  # named on page 3
    - Another
    # none left
  statement: >-
    Long text that
    is folded

  # about groups
  groups:
    # - id: a-short-name
    #   label:
  response: [1, 2, ]
last: |
  lines # no comment
  more
"""

CASES = [
    (("basis",), "abstract", "basis:  # full", "basis: abstract  # full"),
    (("answers", "total"), 265, "total:   264  # table 1", "total:   265  # table 1"),
    (
        ("answers", "total"),
        {"value": 265, "sources": [{"page": "12", "quote": "of the 265 who were asked, all came"}]},
        "  total:   264  # table 1\n",
        "  total:  # table 1\n    value: 265\n    sources:\n"
        '      - page: "12"\n        quote: of the 265 who were asked, all came\n',
    ),
    (("answers", "share", "value"), 0.25, "{value: 0.5, note", "{value: 0.25, note"),
    (("answers", "share", "sure"), "certain", "note: 'so'}", "note: 'so', sure: certain}"),
    (("answers", "measures", 1), "B: x", "    - Another\n", '    - "B: x"\n'),
    (("answers", "measures", 2), "C", "- Another\n", "- Another\n    - C\n"),
    (("answers", "response", 2), 3, "[1, 2, ]", "[1, 2, 3]"),
    (("answers", "statement"), "New", ">-\n    Long text that\n    is folded\n", "New\n"),
    (
        ("answers", "statement"),
        "Two\nlines",
        ">-\n    Long text that\n    is folded\n",
        "|-\n    Two\n    lines\n",
    ),
    (
        ("answers", "measures"),
        "not reported",
        "measures:\n    # first the scales\n    - A scale  # named on page 3\n    - Another\n",
        "measures: not reported\n    # first the scales\n    # named on page 3\n",
    ),
    (
        ("answers", "groups", 0),
        {"id": "a", "n": 3},
        "  groups:\n    # - id",
        "  groups:\n    - id: a\n      n: 3\n    # - id",
    ),
    (("answers", "funding"), "none", "[1, 2, ]\n", "[1, 2, ]\n  funding: none\n"),
    (("last",), "one", "|\n  lines # no comment\n  more\n", "one\n"),
    (("new", "deep"), 1, "  more\n", "  more\nnew: {deep: 1}\n"),
    (("study",), None, "study: a-1   #", "study:   #"),
]


@pytest.mark.parametrize(("path", "value", "before", "after"), CASES)
def test_an_edit_touches_its_own_lines_alone(path, value, before, after):
    assert FILE.count(before) == 1
    assert with_value(FILE, path, value) == FILE.replace(before, after)


def test_a_file_without_anything_gets_its_first_value():
    assert with_value("# mine\n", ("answers", "n"), 3) == "# mine\nanswers: {n: 3}\n"
    assert read_yaml(with_value("", ("a",), "x"), "").value == {"a": "x"}


@pytest.mark.parametrize(
    "text", ["a: &x [1]\nb: *x\n", "a: &x 1\nb: *x\n", "a: [\n", "a: 1\na: 2\n", "- 1\n"]
)
def test_what_cannot_be_changed_alone_is_refused(text):
    with pytest.raises(ReviewError, match="cannot be changed"):
        with_value(text, ("a", 0) if "[1]" in text else ("a",), 5)


words = st.text(max_size=12) | st.sampled_from(
    ["no", "1.50", "# x", "a: b", "- c", "'", "2016-01-01"]
)
plain = st.none() | words | st.integers(-9, 99) | st.booleans() | st.floats(0, 1e6)
values = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abcxyz_", min_size=1, max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


def clean(value):
    """YAML cannot hold lone surrogates, and text of line ends alone is not what is tried here."""
    if isinstance(value, str):
        return value.encode("utf-8", "ignore").decode()
    if isinstance(value, list):
        return [clean(v) for v in value]
    return {k: clean(v) for k, v in value.items()} if isinstance(value, dict) else value


@given(values.map(clean))
@example({"_": "0\n"})
@settings(max_examples=80, deadline=None)
def test_what_is_written_is_what_is_read(value):
    for said in (yaml_inline(value), yaml_below(value)):
        assert read_yaml(f"{said}\n", "").value == value


PATHS = [case[0] for case in CASES]


@given(st.lists(st.tuples(st.sampled_from(PATHS), values.map(clean)), min_size=1, max_size=4))
@settings(max_examples=80, deadline=None)
def test_any_edits_keep_every_comment_and_every_other_value(edits):
    text, expected = FILE, copy.deepcopy(read_yaml(FILE, "").value)
    for path, value in edits:
        try:
            text = with_value(text, path, value)
        except ReviewError as refused:
            assert "another kind of value" in str(refused)
            continue
        target = expected
        for step, following in itertools.pairwise(path):
            if isinstance(target, dict) and target.get(step) is None:
                target[step] = [] if isinstance(following, int) else {}
            target = target[step]
        if isinstance(target, list) and path[-1] >= len(target):
            target.append(value)
        else:
            target[path[-1]] = value
    assert read_yaml(text, "").value == expected
    for comment in ("# of a person", "# the id", "# from the title page", "# first the scales"):
        assert text.count(comment) == 1
    for comment in (
        "# table 1",
        "# named on page 3",
        "# none left",
        "#   label:",
        "# about groups",
    ):
        assert text.count(comment) == 1
