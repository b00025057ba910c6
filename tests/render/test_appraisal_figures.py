"""Figures of an appraisal: every mark, word and count stands, fits, and keeps its order in grey."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from pipeline.model.form import Light
from pipeline.render.svg.allowed import checked_svg, size_of
from pipeline.render.svg.appraisal_summary import summary
from pipeline.render.svg.shapes import width_of
from pipeline.render.svg.traffic_light import (
    MARKS,
    Appraisal,
    JudgedQuestion,
    Row,
    ShownJudgement,
    traffic_light,
)

SVG = "{http://www.w3.org/2000/svg}"
WORDS = {
    Light.GOOD: "Low risk",
    Light.SOME: "Some concerns",
    Light.BAD: "High risk",
    Light.WORST: "Critical risk",
    Light.UNKNOWN: "No information",
    Light.NONE: "Not applicable",
}
ALL = [*(ShownJudgement(light=light, label=label) for light, label in WORDS.items()), None]


def appraisal(rows: int, questions: int, *, label: str = "Bias", part: str = "") -> Appraisal:
    """Judgements in turn, some questions not asked, the last one overall."""
    asked = tuple(
        JudgedQuestion(id=f"q{n}", code=str(n + 1), label=f"{label} {n}", part=part)
        for n in range(questions)
    )
    told = tuple(
        Row(
            study=f"Study {k} {label}",
            about=label if k % 2 else "",
            judged={q.id: ALL[(k + n) % 7] for n, q in enumerate(asked) if (k + n) % 5},
            reasoned=frozenset({"q0"}) if k % 3 == 0 else frozenset(),
        )
        for k in range(rows)
    )
    return Appraisal(id="appraisal", title="RoB 2", questions=asked, rows=told, notes=("A note",))


def texts(svg: str) -> list[str]:
    return ["".join(t.itertext()) for t in etree.fromstring(svg.encode()).iter(f"{SVG}text")]


def assert_all_fits(svg: str) -> None:
    """Each line of text, circle and bar lies wholly within the drawing."""
    width, height = size_of(checked_svg(svg, "x"))
    root = etree.fromstring(svg.encode())
    for text in root.iter(f"{SVG}text"):
        size = float(text.get("font-size"))
        wide = width_of(text.text or "", size, text.get("font-weight") == "bold")
        anchor = {"middle": wide / 2, "end": wide}.get(text.get("text-anchor", ""), 0.0)
        left, y = float(text.get("x")) - anchor, float(text.get("y"))
        assert left >= -0.5 and left + wide <= width + 0.5, text.text
        assert y - size * 0.75 >= 0 and y + size * 0.25 <= height, text.text
    for circle in root.iter(f"{SVG}circle"):
        x, y, r = (float(circle.get(name)) for name in ("cx", "cy", "r"))
        assert r <= x <= width - r and r <= y <= height - r


@pytest.mark.parametrize("draw", [traffic_light, summary])
@pytest.mark.parametrize(
    ("rows", "questions", "label", "part"),
    [
        (0, 0, "x", ""),
        (1, 1, "x" * 200, ""),
        (12, 6, "Bias from deviations from the intended interventions", "A part of the tool"),
        (90, 27, "Long words " * 12, "Long words " * 9),
    ],
)
def test_everything_fits_on_pages(draw, rows, questions, label, part) -> None:
    for figure in draw(appraisal(rows, questions, label=label, part=part)):
        assert_all_fits(figure.svg)
        assert figure.alt and figure.caption


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=80)


@settings(max_examples=12, deadline=None)
@given(words, st.integers(0, 40), st.integers(1, 12))
def test_everything_fits_whatever_the_words(label: str, rows: int, questions: int) -> None:
    for draw in (traffic_light, summary):
        for figure in draw(appraisal(rows, questions, label=label, part=label)):
            assert_all_fits(figure.svg)


def test_every_study_and_every_judgement_stands_once_over_all_pages() -> None:
    shown = appraisal(100, 6)
    figures = traffic_light(shown)
    assert len(figures) > 1
    assert [f.id for f in figures] == [
        "appraisal" if n == 0 else f"appraisal-{n + 1}" for n in range(len(figures))
    ]
    drawn = [t for f in figures for t in texts(f.svg)]
    for row in shown.rows:
        assert drawn.count(row.study) == 1
    marks = sum(f.svg.count('r="8.6"') for f in figures)
    assert marks == sum(j is not None for row in shown.rows for j in row.judged.values())


def test_the_summary_counts_what_the_rows_hold() -> None:
    shown = appraisal(31, 5)
    (figure,) = summary(shown)
    for question in shown.questions:
        given_ = [r.judged[question.id] for r in shown.rows if question.id in r.judged]
        said = next(s for s in figure.alt.split(". ") if s.startswith(f"{question.code} "))
        for judged in set(given_):
            word = judged.label if judged else "not yet answered"
            assert f"{given_.count(judged)} {word}" in said


def test_the_words_for_those_who_do_not_see_it_name_every_answer() -> None:
    row = Row(study="A 2014", judged={"q0": ALL[0], "q1": ALL[2], "q2": None})
    asked = tuple(JudgedQuestion(id=f"q{n}", code=f"D{n}", label="x") for n in range(3))
    (figure,) = traffic_light(Appraisal(id="a", title="T", questions=asked, rows=(row,)))
    assert figure.alt == "A 2014 \u2013 Low risk: D0; High risk: D1; Not yet answered: D2."


def test_a_study_without_answers_is_shown_as_not_yet_appraised() -> None:
    asked = (JudgedQuestion(id="q", code="1", label="x"),)
    rows = (Row(study="A", judged={"q": ALL[0]}), Row(study="B", judged={}))
    (figure,) = traffic_light(Appraisal(id="a", title="T", questions=asked, rows=rows))
    assert "not yet appraised" in texts(figure.svg) and "B \u2013 not yet appraised" in figure.alt


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2)."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_colours_grow_darker_from_good_to_worst_and_their_signs_can_be_read() -> None:
    scale = [MARKS[light] for light in (Light.GOOD, Light.SOME, Light.BAD, Light.WORST)]
    assert all(contrast(a.fill, b.fill) > 1.5 for a, b in pairwise(scale))
    assert all(luminance(a.fill) > luminance(b.fill) for a, b in pairwise(scale))
    assert all(contrast(mark.fill, mark.ink) >= 4 for mark in MARKS.values())
    signs = [mark.sign for mark in MARKS.values() if mark.sign]
    assert len(set(signs)) == len(signs) == 5
