"""Both editions are sealed, and nothing that came after the first changes a byte of it."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest
from conftest import build
from counted_by_hand import LAST_DAY, REVIEW, SECOND_DAY, exports

editions = pytest.mark.parametrize(("number", "day"), [(1, LAST_DAY), (2, SECOND_DAY)])


def hashed(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def files(made: Path) -> dict[str, str]:
    """The path of every file below a folder, with its SHA-256."""
    return {str(p.relative_to(made)): hashed(p) for p in sorted(made.rglob("*")) if p.is_file()}


@editions
def test_the_seal_holds_every_file_that_it_names_and_no_other(number: int, day: str) -> None:
    sealed = REVIEW / "editions" / str(number)
    manifest = json.loads((sealed / "manifest.json").read_text())
    copied = files(sealed)
    del copied["manifest.json"]
    assert manifest["on"] == day
    assert manifest["inputs"] == copied
    assert manifest["exports"] == {export.name: hashed(export) for export in exports(day).values()}


@editions
def test_the_sign_off_names_the_manifest(number: int, day: str) -> None:
    text = (REVIEW / "editions.yaml").read_text()
    manifest = hashed(REVIEW / "editions" / str(number) / "manifest.json")
    signed = rf"signed_off: {number}, by: reviewer-3, on: {day}, manifest: ([0-9a-f]{{64}})"
    assert re.findall(signed, text) == [manifest]


def by_line(log: Path) -> dict[str, str]:
    """The id of each decision (hash of reviewer and line) and its moment."""
    lines = log.read_bytes().splitlines()
    ids = [hashlib.sha256(log.stem.encode() + b"\n" + line).hexdigest()[:12] for line in lines]
    return dict(zip(ids, (json.loads(line)["at"] for line in lines), strict=True))


@editions
def test_the_decisions_of_an_edition_are_those_up_to_its_day(number: int, day: str) -> None:
    counted = (REVIEW / "editions" / str(number) / "decisions.txt").read_text().split()
    there = {
        id: at for log in (REVIEW / "decisions").glob("*.jsonl") for id, at in by_line(log).items()
    }
    assert set(counted) == {id for id, at in there.items() if at[:10] <= day}


def as_it_was(review: Path) -> None:
    """Makes a copy of the review into what it was on the last day of edition 1."""
    for path in review.iterdir():
        if path.name not in ("searches", "decisions", "editions"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in (review / "searches").iterdir():
        if path.stem[-10:] > LAST_DAY:
            path.unlink()
    for log in (review / "decisions").glob("*.jsonl"):
        lines = log.read_text().splitlines(keepends=True)
        log.write_text("".join(line for line in lines if json.loads(line)["at"][:10] <= LAST_DAY))
    shutil.copytree(review / "editions" / "1", review, dirs_exist_ok=True)
    (review / "manifest.json").unlink()
    (review / "decisions.txt").unlink()
    shutil.rmtree(review / "editions")


def test_edition_one_is_byte_for_byte_what_it_was_before_the_update(
    first_edition: Path, tmp_path: Path
) -> None:
    shutil.copytree(REVIEW, tmp_path / "reviews" / "ta-hsb")
    as_it_was(tmp_path / "reviews" / "ta-hsb")
    before = build(tmp_path / "reviews" / "ta-hsb", tmp_path / "made", LAST_DAY)
    assert len(files(before)) > 20
    assert files(first_edition) == files(before)
