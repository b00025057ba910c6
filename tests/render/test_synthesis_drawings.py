"""The drawings of a synthesis: no words run over or lie on other words, whatever they say."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from pipeline.model.document import Figure
from pipeline.model.narrative import Concerns
from pipeline.render.svg.allowed import checked_svg, size_of
from pipeline.render.svg.boxes_and_arrows import LabelledBox, Layer, Layered, Tie, layered_figure
from pipeline.render.svg.effect_direction import (
    DirectionCell,
    DirectionColumn,
    DirectionPlot,
    DirectionRow,
    Way,
    effect_direction_plot,
    size_class,
)
from pipeline.render.svg.forest import ForestPlot, ForestRow, ForestSummary, fitted, forest_plot
from pipeline.render.svg.harvest import HarvestBar, HarvestPlot, HarvestRow, harvest_plot
from pipeline.render.svg.shapes import HEIGHT, paged, width_of

LONG = "Vandenbroucke-Schmidt, Oyelaran & van der Heijden-Papadopoulou 2019"
ODD = "Donaudampfschifffahrtsgesellschaftskapitänswitwe <b>&amp; {{ x }} \u202e \u0007 </text>"
NAMES = st.sampled_from(["Ito 2001", LONG, ODD, "中村 2019", ""])


@dataclass(frozen=True, slots=True)
class Words:
    text: str
    left: float
    right: float
    top: float
    bottom: float


def words_of(figure: Figure) -> list[Words]:
    """Each line of text with the room that it takes."""
    found = []
    for one in etree.fromstring(figure.svg.encode()).iter("{http://www.w3.org/2000/svg}text"):
        size = float(one.get("font-size", 12))
        wide = width_of(one.text or "", size, one.get("font-weight") == "bold")
        x, y = float(one.get("x", 0)), float(one.get("y", 0))
        if one.get("transform"):  # runs upwards from its base line
            assert one.get("transform", "").startswith("rotate(-90 ")
            found.append(Words(one.text or "", x - 0.68 * size, x + 0.05 * size, y - wide, y))
            continue
        left = {"start": x, "middle": x - wide / 2, "end": x - wide}[
            one.get("text-anchor", "start")
        ]
        found.append(Words(one.text or "", left, left + wide, y - 0.68 * size, y + 0.05 * size))
    return found


def sound(figures: tuple[Figure, ...]) -> None:
    """Each figure is drawable and named, its words stand inside it and not on each other."""
    assert len({f.id for f in figures}) == len(figures)
    for figure in figures:
        checked_svg(figure.svg, figure.id)
        assert figure.caption and figure.alt
        width, height = size_of(figure.svg)
        words = words_of(figure)
        for one in words:
            assert one.left >= 0 and one.right <= width, (one, width)
            assert one.top >= 0 and one.bottom <= height, (one, height)
        for a, b in combinations(words, 2):
            apart = (
                a.right <= b.left + 0.5
                or b.right <= a.left + 0.5
                or a.bottom <= b.top + 0.5
                or b.bottom <= a.top + 0.5
            )
            assert apart, (a, b)


OUTCOMES = (
    "Earlier offending",
    "Family background and adversity",
    "Professional response",
    "a",
    "b",
)


def directions(names: list[str], columns: int) -> DirectionPlot:
    ways = list(Way)
    return DirectionPlot(
        id="plot",
        caption="Plot",
        rows=tuple(
            DirectionRow(
                study=name,
                comparison=LONG if n % 3 else "",
                design="Study of case files or official records",
                n="12,345",
                concerns=[None, *Concerns][n % 5],
                appraisal="2+ 5?",
                cells={
                    f"o{k}": DirectionCell(
                        way=ways[(n + k) % 5], results=1 + n % 3, n=[None, 10, 100, 1000][n % 4]
                    )
                    for k in range(columns)
                },
            )
            for n, name in enumerate(names)
        ),
        columns=tuple(
            DirectionColumn(id=f"o{k}", label=OUTCOMES[k % 5], means=LONG) for k in range(columns)
        ),
        up=LONG,
        down="lower",
        notes=(ODD,),
    )


def harvest(names: list[str], columns: int) -> HarvestPlot:
    ways = list(Way)
    return HarvestPlot(
        id="harvest",
        caption="Harvest",
        rows=tuple(
            HarvestRow(
                label=OUTCOMES[k % 5],
                bars=tuple(
                    (
                        ways[(n * 7 + k) % 5],
                        HarvestBar(
                            number=n + 1,
                            rank=n % 4,
                            concerns=[None, *Concerns][n % 5],
                            well=[None, 7, 12][n % 3],
                        ),
                    )
                    for n in range(len(names))
                ),
            )
            for k in range(columns)
        ),
        studies=tuple(names),
        designs=("Randomised trial", LONG, "Cohort with follow-up", ODD),
        up="higher in the group named first",
        down="lower in the group named first",
    )


def forest(names: list[str], *, pooled: bool, ratio: bool) -> ForestPlot:
    rows = tuple(
        ForestRow(
            label=name,
            about=LONG if n % 3 == 1 else "",
            said="1,234.56 (0.01 to 123,456.78)",
            value=0.5 + n / 10,
            low=None if n % 4 == 3 else 0.001,
            high=None if n % 4 == 3 else 0.5 + n * 50,
            numbers="12345/67890 v. 12345/67890",
            group=LONG if n % 2 else "A",
            weight=1 / len(names) if pooled else None,
        )
        for n, name in enumerate(names)
    )
    summary = ForestSummary(
        label="Random effects (REML, Hartung-Knapp), 12 estimates",
        said="1.23 (0.45 to 6.78)",
        value=1.23,
        low=0.45,
        high=6.78,
        prediction=(0.0001, 5000.0),
        prediction_said="0.00 to 5,000",
    )
    return ForestPlot(
        id="forest",
        caption="Forest",
        measure="Standardised mean difference",
        rows=tuple(sorted(rows, key=lambda r: r.group)),
        ratio=ratio,
        null=1.0 if ratio else 0.0,
        lower_means=LONG,
        higher_means=ODD,
        summary=summary if pooled else None,
        notes=(LONG,),
    )


def model(names: list[str], columns: int) -> Layered:
    layers = tuple(
        Layer(
            heading=OUTCOMES[k % 5],
            boxes=tuple(
                LabelledBox(id=f"{k}-{n}", label=name or "?", note=LONG if n % 2 else "")
                for n, name in enumerate(names)
            ),
        )
        for k in range(columns)
    )
    ids = [box.id for layer in layers for box in layer.boxes]
    ties = tuple(
        Tie(start=a, end=b, label=f"how {n % 7}" if n % 2 else "", dashed=n % 3 == 0)
        for n, (a, b) in enumerate(zip(ids, ids[3:] + ids[:2], strict=False))
        if a != b
    )
    return Layered(id="model", caption="Model", layers=layers, ties=ties, notes=(ODD,))


@pytest.mark.parametrize("n", [1, 3, 30])
def test_every_drawing_is_sound_with_few_and_many_studies(n: int) -> None:
    names = [LONG if k % 5 == 2 else f"Author {k} et al. {2000 + k}" for k in range(n)]
    for columns in (1, 5, 11):
        sound(effect_direction_plot(directions(names, columns)))
    sound(harvest_plot(harvest(names, 4)))
    for ratio in (True, False):
        sound(forest_plot(forest(names, pooled=ratio, ratio=ratio)))


@settings(max_examples=12, deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=6), st.integers(1, 6))
def test_no_words_run_over_whatever_they_are(names: list[str], columns: int) -> None:
    sound(effect_direction_plot(directions(names, columns)))
    sound(harvest_plot(harvest(names, columns)))
    sound(forest_plot(forest(names, pooled=True, ratio=columns % 2 == 0)))


@pytest.mark.parametrize("columns", [1, 2, 4, 6])
def test_boxes_hold_their_words(columns: int) -> None:
    figure = layered_figure(model(["Adversity in childhood", LONG, "Arrest"], columns))
    checked_svg(figure.svg, figure.id)
    width, height = size_of(figure.svg)
    for one in words_of(figure):
        if not re.fullmatch(r"\d", one.text):  # numbers on lines stand where lines are
            assert one.left >= 0 and one.right <= width and one.bottom <= height, one


def test_lines_pass_between_boxes_and_never_under_one() -> None:
    figure = layered_figure(model(["a", "b", "c", "d"], 4))
    root = etree.fromstring(figure.svg.encode())
    space = "{http://www.w3.org/2000/svg}"
    boxes = [
        tuple(float(r.get(k)) for k in ("x", "y", "width", "height"))
        for r in root.iter(f"{space}rect")
        if r.get("rx")
    ]
    for one in root.iter(f"{space}polyline"):
        points = [tuple(map(float, p.split(","))) for p in one.get("points").split()]
        for (x1, y1), (x2, y2) in pairwise(points):
            for k in range(1, 20):
                x, y = x1 + k / 20 * (x2 - x1), y1 + k / 20 * (y2 - y1)
                under = [
                    b
                    for b in boxes
                    if b[0] + 1 < x < b[0] + b[2] - 1 and b[1] + 1 < y < b[1] + b[3] - 1
                ]
                assert not under, (points, under)


def test_nothing_is_drawn_of_nothing() -> None:
    assert effect_direction_plot(directions([], 2)) == ()
    assert harvest_plot(harvest([], 2)) == ()
    assert forest_plot(forest([], pooled=False, ratio=True)) == ()


def test_long_figures_fit_a_page_each_and_lose_no_row() -> None:
    names = [f"Nr {k:03}" for k in range(150)]
    for figures in (
        effect_direction_plot(directions(names, 3)),
        forest_plot(forest(names, pooled=True, ratio=True)),
    ):
        assert len(figures) > 2
        assert all(size_of(f.svg)[1] <= HEIGHT + 60 for f in figures)
        told = [w.text for f in figures for w in words_of(f)]
        assert sorted(t for t in told if t.startswith("Nr ")) == names
    bars = harvest_plot(harvest(names, 2))
    told = "".join(f.alt for f in bars)
    assert all(name in told for name in names)


def test_every_direction_is_told_apart_by_shape_alone() -> None:
    drawn = set()
    for way in Way:
        row = DirectionRow(study="a", cells={"o0": DirectionCell(way=way)})
        plot = replace(directions(["a"], 1), rows=(row,), up="more", down="less")
        (figure,) = effect_direction_plot(plot)
        said = ("more", "less", "no clear difference", "conflicting results", "not stated")
        assert [word for word in said if word in figure.alt] == [said[list(Way).index(way)]]
        shapes = re.findall(r"<(?:polygon|circle)[^>]*>", figure.svg)[: 2 if "c" in way else 1]
        # hollow and full are told apart without colour; everything else by its corners
        drawn.add(re.sub(r'"#(?!fff)[0-9a-f]+"', "", "".join(shapes)))
    assert len(drawn) == len(Way)


@pytest.mark.parametrize(
    ("n", "size"),
    [(None, "medium"), (49, "small"), (50, "medium"), (300, "medium"), (301, "large")],
)
def test_sizes_of_the_effect_direction_plot(n: int | None, size: str) -> None:
    assert size_class(n) == size


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=5), st.booleans())
def test_an_axis_takes_in_its_values_and_has_marks(values: list[float], ratio: bool) -> None:
    axis = fitted(values, left=10, width=200, ratio=ratio)
    marks = axis.marks()
    assert axis.low < axis.high and 2 <= len(marks) <= 12
    assert list(marks) == sorted(marks)
    assert all(10 - 1e-6 <= axis.at(v) <= 210 + 1e-6 for v in (*values, *marks))


@given(st.lists(st.floats(1, 50), max_size=40), st.floats(60, 200))
def test_pages_hold_every_row_in_order_and_no_more_than_fits(
    heights: list[float], room: float
) -> None:
    pages = paged(range(len(heights)), heights, room)
    assert [row for page in pages for row in page] == list(range(len(heights)))
    assert all(sum(heights[row] for row in page) <= room for page in pages)
