"""A manuscript of a stranger ends, and says at which line it asked for too much."""

from __future__ import annotations

import tracemalloc

import pytest

from pipeline.document.manuscript.bounded import CHARACTERS, TURNS
from pipeline.document.manuscript.template import Markdown, Template

BOMBS = {
    "a text repeated": '{{ "x" * 10**10 }}',
    "the other way round": '{{ 10**10 * "x" }}',
    "a text doubled": "{% set x = 'xxxxxxxx' %}" + "{% set x = x + x %}" * 40 + "{{ x }}",
    "a text joined to itself": "{% set x = 'xxxxxxxx' %}" + "{% set x = x ~ x %}" * 40 + "{{ x }}",
    "a list repeated": "{% for i in [1] * 10**9 %}x{% endfor %}",
    "a list doubled": "{% set x = [1] %}" + "{% set x = x + x %}" * 40 + "{{ x }}",
    "loops in loops": "{% for a in v %}" * 8 + "x" + "{% endfor %}" * 8,
    "a long text in a loop": "{% for a in v %}{% for b in v %}"
    + "x" * 5_000
    + "{% endfor %}{% endfor %}",
    "a number without end": "{{ 10 ** (10 ** 10) }}",
    "numbers multiplied": "{% set x = 10 ** 1000 %}" + "{% set x = x * x %}" * 30,
    "a width": '{{ "%1000000000d" % 1 }}',
    "a width in a format": '{{ "{:1000000000}".format(1) }}',
    "a text filled up": '{{ "x".ljust(10 ** 10) }}',
    "a text centred": '{{ "x"|center(10 ** 10) }}',
    "a text replaced": "{% set x = 'xxxxxxxx' %}" + "{% set x = x|replace('x', x) %}" * 12,
    "texts joined": '{{ v|join("x" * 1000000) }}',
    "a range": "{% for i in range(10**9) %}x{% endfor %}",
    "a loop that calls itself": "{% for a in v recursive %}{{ loop(v) }}{% endfor %}",
    "brackets": "{{ " + "(" * 20_000 + "1" + ")" * 20_000 + " }}",
    "a list that grows": "{% set x = [1] %}{% for a in v %}{{ x.append(x) }}{% endfor %}",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused_with_its_line_before_it_takes_time_or_memory(bomb: str) -> None:
    tracemalloc.start()
    template = Template("\n\n" + bomb, "manuscript.md", frozenset({"v"}))
    problems = template.problems
    text = ""
    if not problems:
        text, problems = template.fill({"v": tuple(range(100))})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert problems and not text
    assert problems[0].place.file == "manuscript.md"
    assert problems[0].place.line in (0, 3)
    assert peak < 200_000_000


def test_what_manuscripts_need_is_there() -> None:
    source = (
        "{% for name in names|sort %}{{ loop.index }} {{ name|upper }}{% if not loop.last %}, "
        '{% endif %}{% endfor %}. {{ names|join("; ") }} {{ "a" ~ 1 ~ word }} {{ 2 * 3 + 1 }} '
        '{{ "ab"|replace("a", "c") }} {{ "one two".split()|length }} {{ word + "!" }}'
    )
    template = Template(source, "m.md", frozenset({"names", "word"}))
    said, problems = template.fill({"names": ["b", "a"], "word": Markdown("w")})
    assert not problems
    assert said == "1 A, 2 B. b; a a1w 7 cb 2 w\\!"


def test_the_budget_is_for_one_filling() -> None:
    source = "{% for a in v %}x{% endfor %}"
    template = Template(source, "m.md", frozenset({"v"}))
    for _ in range(3):
        said, problems = template.fill({"v": range(TURNS)})
        assert not problems and len(said) == TURNS
    _, problems = template.fill({"v": range(TURNS + 1)})
    assert "turns" in problems[0].what


def test_characters_count_those_of_the_text_in_a_loop() -> None:
    source = "{% for a in v %}" + "x" * 1_000 + "{% endfor %}"
    template = Template(source, "m.md", frozenset({"v"}))
    assert not template.fill({"v": range(CHARACTERS // 1_000)})[1]
    assert template.fill({"v": range(CHARACTERS // 1_000 + 1)})[1]
