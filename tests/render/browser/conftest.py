"""Chromium where the machine has it, and the browser of the example review."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for `sample_browser`


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
