"""The folder of outputs is replaced as a whole, and only when nothing foreign stands in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.model.problem import ReviewError
from pipeline.store.outputs import put_outputs


def test_only_what_was_made_is_replaced(tmp_path: Path) -> None:
    out = tmp_path / "out"
    put_outputs(out, {"a.txt": b"1", "deep/b.txt": b"2"})
    put_outputs(out, {"a.txt": b"3"})
    assert sorted(p.name for p in out.iterdir()) == ["a.txt", "manifest.json"]
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("where", ["mine.txt", "deep/er/mine.txt"])
@pytest.mark.parametrize("target", ["", "file", "folder", "nothing"])
def test_a_file_or_link_of_somebody_else_is_never_replaced(
    tmp_path: Path, where: str, target: str
) -> None:
    out = tmp_path / "out"
    put_outputs(out, {"a.txt": b"1"})
    (tmp_path / "file").write_bytes(b"kept")
    (tmp_path / "folder").mkdir()
    foreign = out / where
    foreign.parent.mkdir(parents=True, exist_ok=True)
    foreign.symlink_to(tmp_path / target) if target else foreign.write_bytes(b"kept")
    with pytest.raises(ReviewError, match="was not made by a build"):
        put_outputs(out, {"a.txt": b"2"})
    assert (out / "a.txt").read_bytes() == b"1" and os.path.lexists(foreign)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look into every folder")
def test_a_folder_that_cannot_be_looked_into_is_not_replaced(tmp_path: Path) -> None:
    closed = tmp_path / "out" / "closed"
    closed.mkdir(parents=True)
    closed.chmod(0)
    with pytest.raises(ReviewError, match="cannot be looked into"):
        put_outputs(tmp_path / "out", {"a.txt": b"1"})
    closed.chmod(0o700)
