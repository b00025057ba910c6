"""A build without quotes: no words of a source in any file, of any kind and format."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from counted_by_hand import REVIEW
from read_outputs import text_of

from pipeline.document.quotes import quotes_of
from pipeline.sessions.snapshots import snapshot_of
from pipeline.store import open_review

FORMATS = "html,docx,pdf,markdown,latex,pptx"
TITLE = "Talking about child sexual abuse"
"""The title of a report, which is cited: the same words stand as a quote of its page."""


def test_without_quotes_no_file_holds_one(tmp_path: Path) -> None:
    snapshot, _ = snapshot_of(open_review(str(REVIEW)), None)
    quotes = [quote for quote in quotes_of(snapshot) if not quote.startswith(TITLE)]
    assert len(quotes) > 8
    command = [sys.executable, "-m", "pipeline", "build", "ta-hsb", "--no-quotes"]
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "made"), "--format", FORMATS],
        cwd=REVIEW.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    made = [path for path in sorted((tmp_path / "made").rglob("*")) if path.is_file()]
    assert {".pdf", ".tex", ".md", ".pptx", ".docx", ".html", ".json", ".csv"} <= {
        path.suffix for path in made
    }
    for path in made:
        if path.suffix != ".png":
            text = " ".join(text_of(path.name, path.read_bytes()).split())
            assert [quote for quote in quotes if quote in text] == [], path.name
