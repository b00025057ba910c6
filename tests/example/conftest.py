"""Lets the tests of this folder import `counted_by_hand`; builds each edition once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from counted_by_hand import LAST_DAY, REVIEW, SECOND_DAY


def build(review: Path, out: Path, until: str) -> Path:
    """What `review build` makes of the review as of a day, without the PDF, which is slow."""
    command = [sys.executable, "-m", "pipeline", "build", str(review), "--until", until]
    done = subprocess.run(
        [*command, "--out", str(out), "--format", "html,docx,markdown"],
        cwd=REVIEW.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture(scope="session")
def first_edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(REVIEW, tmp_path_factory.mktemp("first") / "made", LAST_DAY)


@pytest.fixture(scope="session")
def second_edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(REVIEW, tmp_path_factory.mktemp("second") / "made", SECOND_DAY)
