"""A review to search for, a server that answers, and waits that are noted instead of waited."""

from __future__ import annotations

import pytest

from pipeline.services import asking
from tests.cli.conftest import decide, here, records, review, run, standing

__all__ = ["decide", "here", "records", "review", "run", "standing"]

KEYS = (
    "OPENALEX_API_KEY", "NCBI_API_KEY", "SEMANTIC_SCHOLAR_API_KEY", "S2_API_KEY",
    "CROSSREF_PLUS_API_TOKEN", "ZOTERO_API_KEY",
)  # fmt: skip


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds of every wait; nothing waits in truth."""
    noted: list[float] = []
    monkeypatch.setattr(asking, "sleep", noted.append)
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)
    return noted
