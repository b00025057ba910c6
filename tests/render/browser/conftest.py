"""Chromium where the machine has it, and the browser of the example review."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for `sample_browser`

CHROMIUM = next(
    (
        found
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (found := shutil.which(name))
    ),
    "",
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A running Chromium; skips where the machine has none."""
    if not CHROMIUM:
        pytest.skip("this machine has no Chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as play:
        running = play.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield running
        running.close()


@pytest.fixture(scope="session")
def example_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The browser of the example review as a file, made by the verb."""
    from pipeline.cli import main

    root = Path(__file__).resolve().parents[3]
    out = tmp_path_factory.mktemp("outputs") / "ta-hsb"
    with pytest.raises(SystemExit) as left:
        main(["build", str(root / "reviews" / "ta-hsb"), "--format", "html", "--out", str(out)])
    assert not left.value.code
    return out / "ta-hsb-evidence.html"
