"""A review on disk, small and real."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.sample_review import PROTOCOL, RIS, add_search


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder, the working folder of the test, with the review `sleep` in it."""
    monkeypatch.chdir(tmp_path)
    review = tmp_path / "reviews" / "sleep"
    for folder in ("searches", "decisions", "studies"):
        (review / folder).mkdir(parents=True)
    (review / "protocol.yaml").write_text(PROTOCOL)
    add_search(review, "psycinfo", RIS)
    return tmp_path
