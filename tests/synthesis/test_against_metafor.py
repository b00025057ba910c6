"""Every number of the synthesis to six digits as metafor and clubSandwich give it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.synthesis.published import PARTS, Pair


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_to_six_digits(part: Callable[[], Iterator[Pair]]) -> None:
    pairs = list(part())
    assert pairs
    far = [pair for pair in pairs if not pair.off < 1e-6]
    assert not far, far[:10]
