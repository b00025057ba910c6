"""Study files and forms that mean harm: clear words, at a line, and an end to it."""

import pytest

from pipeline.extraction import read_form, read_study
from pipeline.model.problem import Severity
from pipeline.model.protocol import Protocol

FORM = """\
id: f
version: 1
title: F
items:
  country: {label: C}
  results: {label: R, type: part, repeats: true, items: {outcome: {label: O, type: reference, \
refers_to: protocol.outcomes}, statement: {label: S}}}
"""
HEAD = "study: a\nform: f\nform_version: 1\nreports: [r]\nbasis: abstract\nanswers:\n"
BOMB = "\n".join(
    [
        f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" if n else "  a0: &a0 [x]"
        for n in range(12)
    ]
)
DEEP = "  country: " + "[" * 100_000
KEYS = "".join(f"  k{n}: {n}\n" for n in range(4_000))

CASES = {
    "anchors that explode": (HEAD + BOMB, "unfolds into more values"),
    "an anchor in itself": (HEAD + "  country: &a {value: *a}\n", "unfolds into more values"),
    "a tag": (HEAD + "  country: !!python/object/apply:os.system [x]\n", "tag"),
    "a tag of one's own": (HEAD + "  country: !secret x\n", "tag"),
    "a tab": (HEAD + "\tcountry: x\n", "not with tabs"),
    "a NUL": (HEAD + "  country: a\0b\n", "control characters"),
    "duplicate keys": (HEAD + "  country: x\n  country: y\n", "stands here twice"),
    "deep brackets": (HEAD + DEEP, "not YAML"),
    "deep blocks": ("".join(" " * n + "b:\n" for n in range(3_000)), "not YAML"),
    "a key that is a list": (HEAD + "  ? [a, b]\n  : x\n", "a key must be a word"),
    "two documents": (HEAD + "---\nstudy: b\n", "not YAML"),
    "thousands of keys": (HEAD + KEYS, "there is no item 'k0'"),
    "a merge": ("x: &x {country: 1}\n" + HEAD + "  <<: *x\n", "no item '<<'"),
    "a list": ("- a\n- b\n", "no study file"),
    "a page of a site": ("<html><body>Please log in</body></html>\n", "no study file"),
    "bytes": ("\ufffd\ufffd\x07\n", "not YAML"),
    "twenty million signs": ("a: " + "x" * 20_000_001, "characters; more than"),
}


def form():
    found, problems = read_form(FORM, "f.yaml")
    assert problems == ()
    return found


@pytest.mark.parametrize("name", CASES)
def test_a_study_that_means_harm_is_told_in_words_at_a_line(name):
    text, said = CASES[name]
    _, problems = read_study(
        text, "a.yaml", {"f": form()}, Protocol(title="", questions=(), criteria=())
    )
    told = [p for p in problems if p.severity is Severity.ERROR]
    assert any(said in str(p) for p in told), [str(p)[:200] for p in told[:3]]
    assert all(p.place.line and p.remedy for p in told)


@pytest.mark.parametrize(
    "name", [n for n in CASES if n not in ("thousands of keys", "a merge", "anchors that explode")]
)
def test_a_form_that_means_harm_is_none(name):
    text, _ = CASES[name]
    found, problems = read_form(text, "f.yaml")
    assert found is None and any(p.severity is Severity.ERROR for p in problems)


def test_a_form_that_holds_itself_is_told_at_its_line():
    text = FORM.replace("country: {label: C}", "country: &c {label: C, type: part, items: {c: *c}}")
    found, problems = read_form(text, "f.yaml")
    assert found is None
    assert any("unfolds into more values" in p.what and p.place.line == 5 for p in problems)
