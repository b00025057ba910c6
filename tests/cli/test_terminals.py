"""A terminal or pipe that knows few letters gets all that is said, and no traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

EXPORT = "TY  - JOUR\nTI  - Übergriffe “online” 少年\nAU  - García, M\nPY  - 2015\nER  - \n"
"""Letters that are in UTF-8 only, and some that Latin-1 has as well."""


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_what_cannot_be_shown_is_shown_as_its_number(
    review: Path, here: Path, run: Any, encoding: str
) -> None:
    (here / "x.ris").write_text(EXPORT, encoding="utf-8")
    assert run("ingest", "r", "x.ris", "--source", "db", "--on", "2020-01-01").code == 0

    def answer(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", *words],
            env={**os.environ, "PYTHONIOENCODING": encoding},
            capture_output=True,
            check=True,
        )
        return done.stdout.decode(encoding)

    assert answer("status", "r")
    explain = ("explain", "r", "db-2020-01-01:0001")
    assert r"\u5c11\u5e74" in answer(*explain)
    assert "少年" in json.dumps(json.loads(answer(*explain, "--json")), ensure_ascii=False)


def test_signs_of_ours_are_drawn_in_ascii_on_a_terminal_that_knows_no_more(
    records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pty

    child, terminal = pty.fork()
    if child == 0:  # pragma: no cover
        os.environ.update(LC_ALL="C", TERM="xterm")
        os.execv(sys.executable, [sys.executable, "-m", "pipeline", "status", "r"])
    said = b""
    while True:
        try:
            part = os.read(terminal, 65_536)
        except OSError:
            break
        if not part:
            break
        said += part
    os.waitpid(child, 0)
    os.close(terminal)
    assert b"r - now - no edition published" in said and said.isascii()
