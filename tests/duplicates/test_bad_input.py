"""Whatever comes in: bounded work, no wrong merge, exact copies collapse."""

from __future__ import annotations

import pyarrow as pa
import pytest

from pipeline.duplicates.candidates import KEYS, NEAR, PAIRS_PLAN, keys
from pipeline.duplicates.comparable import comparable
from pipeline.duplicates.engines import DuckEngine
from tests.duplicates.sets import ARTICLE, batches, find


def pairs_of(rows: list[dict[str, object]]) -> int:
    engine = DuckEngine()
    engine.put("keys", (keys(comparable(b)) for b in batches(rows)), KEYS)
    for name, query in PAIRS_PLAN:
        engine.create(name, query)
    return sum(batch.num_rows for batch in engine.read("SELECT * FROM pairs"))


def test_thousands_of_editorials_stay_apart_and_cost_little() -> None:
    rows: list[dict[str, object]] = [
        {
            "title": "Editorial",
            "author": "Meyer, Anna",
            "year": 1990 + i % 30,
            "container_title": "Annals of Care",
            "volume": str(1 + i % 30),
            "issue": str(1 + i // 30),
            "page": "1-2",
        }
        for i in range(2_000)
    ]
    assert pairs_of(rows) < 2_000 * NEAR * 8
    found = find(*rows)
    assert found.duplicates == 0 and not found.ask


def test_all_titles_equal() -> None:
    rows = [
        {"title": ARTICLE["title"], "author": f"Name{i:03d}, A", "year": 1950 + i // 10,
         "container_title": f"Journal {'abcdefghij'[i % 10] * 5}"}
        for i in range(300)
    ]  # fmt: skip
    assert find(*rows).duplicates == 0


def test_nothing_but_a_title() -> None:
    titles = [f"The {word} of children in care homes of the north" for word in
              ("hopes", "fears", "sleep", "reading", "friends", "health")]  # fmt: skip
    found = find(*({"title": t} for t in titles))
    assert found.duplicates == 0
    found = find({"title": titles[0]}, {"title": titles[0]}, {"title": titles[1]})
    assert list(found.first) == [0, 0, 2], "exact copies collapse"
    found = find({"title": titles[0]}, {"title": titles[0].upper() + "."})
    assert found.duplicates == 0, "one title alone is too little to merge on"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Платформенная занятость: масштабы", "Платформенная занятость: признаки и неустойчивость"),
        ("플랫폼 노동시장의 구직기간 단축 결정요인", "플랫폼 노동시장의 구직기간 연장 결정요인"),
        ("青少年の読書に関する研究", "青少年の睡眠に関する研究"),
    ],
)
def test_titles_in_other_scripts(one: str, other: str) -> None:
    said = {"author": "Kim, A", "year": 2020, "container_title": "Annals", "volume": "3"}
    assert find({"title": one, "page": "1-9"} | said, {"title": other, "page": "12-19"} | said)\
        .duplicates == 0  # fmt: skip
    assert find({"title": one, "page": "5-9"} | said, {"title": one + ".", "page": "5-9"} | said)\
        .duplicates == 1  # fmt: skip


def test_exact_copies_always_collapse() -> None:
    rows = [dict(ARTICLE)] * 40 + [{"title": "Editorial"}] * 40
    found = find(*rows)
    assert set(found.first) == {0, 40}
    assert len(found.merges) == 78


def test_no_records_and_one_record() -> None:
    assert find().duplicates == 0
    assert list(find(ARTICLE).first) == [0]


def test_a_torn_doi_is_no_bond() -> None:
    one = {"title": "The hopes of children in care", "doi": "10.1000/"}
    other = {"title": "What builders think of bricks", "doi": "10.1000/"}
    assert find(one, other).duplicates == 0


def test_batches_of_any_size_give_the_same() -> None:
    from pipeline.duplicates.plan import find_duplicates

    rows = [dict(ARTICLE, doi="", page=f"{i // 2}-{i // 2 + 400}", volume=str(i // 2))
            for i in range(40)]  # fmt: skip
    answers = [find_duplicates(DuckEngine(), batches(rows, size)) for size in (1, 7, 1_000)]
    assert answers[0] == answers[1] == answers[2]
    assert isinstance(batches(rows)[0], pa.RecordBatch)
