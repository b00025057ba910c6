"""`review screen` on a terminal of its own that is closed, or while it is told to end."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest


def heard(terminal: int, until: Callable[[bytes], bool], seconds: float = 60) -> bytes:
    """What the screen writes until it has said enough, or its end of the terminal is closed."""
    said = b""
    end = time.monotonic() + seconds
    while not until(said) and time.monotonic() < end:
        if select.select([terminal], [], [], 0.05)[0]:
            try:
                said += os.read(terminal, 65_536)
            except OSError:
                break
    return said


@pytest.mark.parametrize("how", ["the terminal is closed", "it is told to end"])
def test_the_screen_ends_and_every_verdict_is_there(records: Path, how: str) -> None:
    child, terminal = pty.fork()
    if child == 0:  # pragma: no cover
        os.environ["TERM"] = "xterm-256color"
        command = [sys.executable, "-m", "pipeline", "screen", "r", "--as", "ada"]
        os.execv(sys.executable, command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    assert b"Shown now" in heard(terminal, lambda said: b"Shown now" in said)
    os.write(terminal, b"i")
    path = records / "decisions" / "ada.jsonl"
    heard(terminal, lambda said: path.exists() and path.read_bytes().endswith(b"\n"))
    said = b""
    if how == "it is told to end":
        os.kill(child, signal.SIGTERM)
        said = heard(terminal, lambda said: b"in this session" in said)
    os.close(terminal)
    if how == "the terminal is closed":
        # as the kernel does at once, unless a process of another test holds a copy of the terminal
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGHUP)
    assert _ended(child, 60)
    assert [json.loads(line)["verdict"] for line in path.read_text().splitlines()] == ["include"]
    if said:
        assert b"\x1b[?1049l" in said  # the screen that was there before is back
        assert said.rfind(b"\x1b[?25h") > said.rfind(b"\x1b[?25l")  # and so is the cursor


def _ended(child: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if os.waitpid(child, os.WNOHANG)[0]:
            return True
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False
