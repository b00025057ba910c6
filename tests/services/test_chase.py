"""`review chase`: citations followed over a frozen graph, each work with what led to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.store import open_review
from tests.services import made_up
from tests.services.citation_graph import NEAR, Graph, cites
from tests.services.web_server import Asked, World, as_json, once, serving


def reached(start: set[int], works: int, *, backward: bool, forward: bool, rounds: int) -> set[int]:
    """The works that so many rounds reach, worked out on the graph itself."""
    cited_by: dict[int, set[int]] = {}
    for n in range(works):
        for m in cites(n):
            cited_by.setdefault(m, set()).add(n)
    seen, queue = set(start), deque((n, 0) for n in start)
    while queue:
        n, depth = queue.popleft()
        if depth == rounds:
            continue
        near = [*(cites(n) if backward else ()), *(cited_by.get(n, ()) if forward else ())]
        for m in near:
            if m < works and m not in seen:
                seen.add(m)
                queue.append((m, depth + 1))
    return seen - start


@pytest.fixture
def included(review: Path, here: Path, run: Any) -> None:
    """A review that includes the reports of the works 0 and 41, and one that nobody knows."""
    records = "".join(
        f"TY  - JOUR\nTI  - {made_up.title(n)}\n{ids}ER  - \n\n"
        for n, ids in (
            (0, f"DO  - {made_up.doi(0)}\n"),
            (41, "AN  - 70041\nDB  - PubMed\nUR  - https://pubmed.ncbi.nlm.nih.gov/70041\n"),
            (9, "DO  - 10.5555/of.nobody\n"),
        )
    )
    (here / "x.ris").write_text(records)
    assert run("ingest", "r", "x.ris", "--source", "db", "--on", "2020-01-01").code == 0
    for number in ("0001", "0002", "0003"):
        for stage in ("title_abstract", "full_text"):
            words = ("--as", "ada", "--verdict", "include", "--stage", stage)
            assert run("decide", "r", f"db-2020-01-01:{number}", *words).code == 0


@pytest.fixture
def graph(waits: Any) -> Iterator[tuple[World, str]]:
    world = World(graph=Graph())
    with serving(world) as url:
        yield world, url


def chasing(run: Any, url: str, *more: str) -> Any:
    return run("chase", "r", "--base-url", f"openalex={url}/openalex", *more)


def the_chase() -> Any:
    return [s for s in open_review("r").searches[0].values() if s.chased][-1]


def numbers(search: Any) -> list[int]:
    found = [r for r in open_review("r").records.values() if r.search == search.id]
    return [int(r.doi.rpartition(".")[2]) for r in found]


@pytest.mark.parametrize(
    ("ways", "rounds"),
    [(("--backward",), 1), (("--forward",), 1), ((), 1), (("--backward",), 3), ((), 3)],
)
def test_a_round_takes_just_what_the_graph_tells(ways, rounds, included, graph, run):
    said = chasing(run, graph[1], *ways, "--rounds", str(rounds))
    assert said.code == 0, said.err
    both = not ways
    wanted = reached(
        {0, 41}, NEAR, backward="--backward" in ways or both, forward="--forward" in ways or both,
        rounds=rounds,
    )  # fmt: skip
    found = numbers(the_chase())
    assert len(found) == len(set(found)) and set(found) == wanted


def test_the_whole_of_what_hangs_together_is_found_and_nothing_else(included, graph, run):
    said = chasing(run, graph[1], "--rounds", "100")
    assert said.code == 0, said.err
    search = the_chase()
    wanted = reached({0, 41}, NEAR, backward=True, forward=True, rounds=100)
    assert set(numbers(search)) == wanted and len(numbers(search)) == len(wanted) > 2_000
    chased = search.chased
    assert chased.ended and chased.rounds < 100
    assert chased.seeds == {"W0": "db-2020-01-01:0001", "W41": "db-2020-01-01:0002"}
    assert chased.unknown == ("db-2020-01-01:0003",)
    near = wanted | {0, 41}
    assert set(chased.gone) == {f"W{800_000 + n}" for n in near if n % 40 == 7}
    assert set(chased.led) == {f"W{n}" for n in wanted}


def test_each_work_names_what_led_to_it(included, graph, run):
    assert chasing(run, graph[1], "--rounds", "3").code == 0
    led = the_chase().chased.led
    for work, ways in led.items():
        for way in ways:
            _, direction, origin = way.split()
            n, m = int(work[1:]), int(origin[1:])
            assert n in cites(m) if direction == "backward" else m in cites(n), (work, way)


def test_the_walk_from_a_record_names_what_led_to_it(included, graph, run):
    assert chasing(run, graph[1], "--backward").code == 0
    search = the_chase()
    first = f"{search.id}:0001"
    said = run("explain", "r", first)
    (origin,) = [n for n in (0, 41) if numbers(search)[0] in cites(n)]
    seed = {0: "db-2020-01-01:0001", 41: "db-2020-01-01:0002"}[origin]
    assert f"found in round 1 of following citations: cited by {seed}" in said.out


def test_it_is_counted_under_other_methods_and_told_in_prisma_s(included, graph, run):
    assert chasing(run, graph[1]).code == 0
    first = the_chase()
    assert first.arm == "other" and "from 3 reports over OpenAlex, 1 round." in first.how
    assert "1 report of them could not be found there: db-2020-01-01:0003." in first.how
    assert first.results_reported == len(numbers(first))
    assert run("check", "r").code == 0


def test_what_an_earlier_chase_found_does_not_come_in_again(included, graph, run):
    assert chasing(run, graph[1]).code == 0
    first, found = the_chase(), numbers(the_chase())
    said = chasing(run, graph[1], "--json").json
    assert (said["new"], said["found"]) == (0, len(found))
    nothing = open_review("r").searches[0][said["search"]]
    assert nothing.found_nothing and nothing.update_of == first.id
    more = chasing(run, graph[1], "--rounds", "2", "--json").json
    wanted = reached({0, 41}, NEAR, backward=True, forward=True, rounds=2)
    assert set(numbers(the_chase())) == wanted - set(found)
    assert more["new"] == len(wanted) - len(found)


def test_a_break_goes_on_from_what_was_answered(included, graph, run):
    world, url = graph
    world.faults = [once(9, (400, {}, b"no"))]
    first = chasing(run, url, "--rounds", "3")
    assert first.code == 2 and len(open_review("r").searches[0]) == 1
    asked = [_question(a) for a in world.asked[:8]]
    before = len(world.asked)
    assert chasing(run, url, "--rounds", "3").code == 0
    again = [_question(a) for a in world.asked[before:]]
    # only what was answered with "there is no such work" is asked once more
    assert [q for q in again if q in asked and q[1]] == []
    wanted = reached({0, 41}, NEAR, backward=True, forward=True, rounds=3)
    assert set(numbers(the_chase())) == wanted


def _question(asked: Asked) -> tuple[str, str | None, str | None]:
    return asked.path, asked.parameters.get("filter"), asked.parameters.get("cursor")


def test_second_voices_add_what_they_know_and_name_what_they_cannot(included, graph, run):
    world, url = graph

    def opencitations(asked: Asked) -> Any:
        if not asked.path.endswith(made_up.doi(0)) or "/references/" not in asked.path:
            return as_json([])
        cited = [f"omid:br/1 doi:{made_up.doi(77)} pmid:70077", "omid:br/2 doi:10.5555/elsewhere",
                 "omid:br/3"]  # fmt: skip
        return as_json([{"oci": "1-2", "citing": "doi:x", "cited": one} for one in cited])

    def semantic(asked: Asked) -> Any:
        if "70041" in asked.path or not asked.path.endswith("/citations"):
            return as_json({"error": "Paper not found"}, 404)
        if made_up.doi(0) not in asked.path:
            return as_json({"offset": 0, "data": []})
        offset = int(asked.parameters["offset"])
        dois = [made_up.doi(91), None] if offset == 0 else [made_up.doi(92)]
        data = [{"citingPaper": {"paperId": "x", "externalIds": {"DOI": d} if d else None}}
                for d in dois]  # fmt: skip
        return as_json({"offset": offset, "data": data, **({} if offset else {"next": 1000})})

    world.extra = {"/opencitations": opencitations, "/semanticscholar": semantic}
    more = ("--base-url", f"opencitations={url}/opencitations",
            "--base-url", f"semanticscholar={url}/semanticscholar",
            "--also", "opencitations", "--also", "semanticscholar")  # fmt: skip
    said = chasing(run, url, *more)
    assert said.code == 0, said.err
    chased = the_chase().chased
    assert chased.led["W77"] == ("1 backward W0 (OpenCitations)",)
    assert chased.led["W91"] == ("1 forward W0 (Semantic Scholar)",) and "W92" in chased.led
    assert chased.beyond == ("10.5555/elsewhere",) and chased.without_id == 1
    alone = reached({0, 41}, NEAR, backward=True, forward=True, rounds=1)
    assert set(numbers(the_chase())) == alone | {77, 91, 92}


def test_named_records_are_the_seeds(included, graph, run):
    assert chasing(run, graph[1], "db-2020-01-01:0002", "--backward").code == 0
    assert set(numbers(the_chase())) == set(cites(41))


def test_without_a_seed_it_is_refused(records, graph, run):
    said = chasing(run, graph[1])
    assert said.code == 2 and "no study is included so far" in said.err
