"""What all tests share: properties without deadlines, and the same examples on every CI run."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# whoever runs the tests may have told `review me` who they are, and keys of their own
os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp(prefix="review-tests-")

settings.register_profile(
    "house",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("house")

CHROMIUM = next(
    (
        found
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (found := shutil.which(name))
    ),
    "",
)


@pytest.fixture(autouse=True)
def _closed_sockets_end_no_test() -> Iterator[None]:
    """A verb that ran in this process may have asked to end at a closed pipe (`| head`)."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    yield


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    if not CHROMIUM and os.environ.get("REVIEW_CHROMIUM") == "required":
        pytest.fail("REVIEW_CHROMIUM=required, and there is no Chromium on the path")
    if not CHROMIUM:
        pytest.skip("no Chromium on the path: nothing was tried in a real browser")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as play:
        running = play.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield running
        running.close()
