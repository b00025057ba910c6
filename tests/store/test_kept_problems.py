"""What is kept is told again only while all that it rests on says the same."""

import pytest

from pipeline.model.problem import Place, Problem
from pipeline.store.cache import kept_problems

FOUND = (Problem(place=Place(file="a.yaml", line=3), what="w", remedy="r"),)


def test_what_is_kept_is_found_once(tmp_path):
    calls = []

    def find():
        calls.append(1)
        return FOUND

    for _ in range(3):
        assert kept_problems(tmp_path / "kept.json", [b"one", b"two"], find) == FOUND
    assert len(calls) == 1


@pytest.mark.parametrize("other", [[b"one"], [b"onet", b"wo"], [b"two", b"one"], []])
def test_another_ground_is_looked_at_again(tmp_path, other):
    kept_problems(tmp_path / "kept.json", [b"one", b"two"], lambda: FOUND)
    assert kept_problems(tmp_path / "kept.json", other, lambda: ()) == ()


@pytest.mark.parametrize("content", [b"", b"{", b'{"key": 3}', b"\\xff"])
def test_a_broken_cache_is_none(tmp_path, content):
    (tmp_path / "kept.json").write_bytes(content)
    assert kept_problems(tmp_path / "kept.json", [b"one"], lambda: FOUND) == FOUND
