"""A new review is there as a whole or not at all, whichever write the disk refuses."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from pipeline.model.problem import ReviewError
from pipeline.store.new_review import begin, new_places


def files_of(here: Path) -> dict[Path, str]:
    places = new_places("r", here)
    return {
        places.review / "manuscript.md": "# A review\n",
        places.review / "synthesis" / "findings.yaml": "{}\n",
        here / "extraction_forms" / "r.yaml": "id: r\n",
    }


def everything(here: Path) -> set[str]:
    return {path.relative_to(here).as_posix() for path in here.rglob("*")}


@pytest.mark.parametrize("failing", range(4))
def test_a_full_disk_leaves_nothing_and_the_same_command_succeeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    (tmp_path / "own.txt").write_text("mine")
    written = 0
    sync = os.fsync

    def full(handle: int) -> None:
        nonlocal written
        written += 1
        if written == failing + 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(handle)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(
            ReviewError, match=r"cannot write .*(manuscript|findings|r|protocol)[.](md|yaml)"
        ):
            begin(new_places("r", tmp_path), files_of(tmp_path), "title: A review\n")
    assert everything(tmp_path) == {"own.txt"}
    begin(new_places("r", tmp_path), files_of(tmp_path), "title: A review\n")
    assert {"reviews/r/protocol.yaml", "extraction_forms/r.yaml", "reviews/r/decisions"} <= (
        everything(tmp_path)
    )
    with pytest.raises(ReviewError, match="is there already"):
        new_places("r", tmp_path)


def test_what_was_stopped_before_its_protocol_is_gone_on_with(tmp_path: Path) -> None:
    manuscript = tmp_path / "reviews" / "r" / "manuscript.md"
    manuscript.parent.mkdir(parents=True)
    manuscript.write_text("mine\n")
    kept = begin(new_places("r", tmp_path), files_of(tmp_path), "title: A review\n")
    assert kept == (manuscript,) and manuscript.read_text() == "mine\n"
    assert (tmp_path / "reviews" / "r" / "protocol.yaml").is_file()


def test_a_file_of_that_name_is_no_place_for_a_review(tmp_path: Path) -> None:
    (tmp_path / "reviews").mkdir()
    (tmp_path / "reviews" / "r").write_text("")
    with pytest.raises(ReviewError, match="is there already"):
        new_places("r", tmp_path)
