"""A build without quotes: no words of a source in any file, of any format."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

from counted_by_hand import REVIEW

from pipeline.cli.dossiers import dossier_of
from pipeline.review_folder import open_review
from pipeline.writeup.quotes import quotes_of


def test_without_quotes_no_file_holds_one(tmp_path: Path) -> None:
    dossier, _ = dossier_of(open_review(str(REVIEW)), None)
    quotes = quotes_of(dossier)
    assert len(quotes) > 8
    command = [sys.executable, "-m", "pipeline", "build", "ta-hsb", "--no-quotes", "--kind", "full"]
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "made"), "--format", "html,docx"],
        cwd=REVIEW.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    titled = "Talking about child sexual abuse"  # the title of a report, which is cited
    for path in sorted((tmp_path / "made").rglob("*")):
        if path.suffix not in (".html", ".md", ".tex", ".json", ".csv", ".docx", ".pptx"):
            continue
        content = path.read_bytes()
        if path.suffix in (".docx", ".pptx"):
            with zipfile.ZipFile(path) as archive:
                content = b" ".join(archive.read(n) for n in archive.namelist())
        text = " ".join(re.sub(r"<[^>]*>", "", content.decode("utf-8", "replace")).split())
        for quote in quotes:
            assert quote not in text or quote.startswith(titled), (path.name, quote)
