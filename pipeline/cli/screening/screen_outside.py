"""Opens a page or a file outside of the screen, where there is a place to open it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from pipeline.notation.safe_text import for_terminal


def open_outside(target: str) -> str:
    """Opens `target` (a URL or a path) on the desktop; gives what to tell the reviewer.

    Without a desktop (over ssh) nothing is started: a browser in the terminal would take the
    screen away. The target is told instead, to be copied.
    """
    opener = _opener()
    if opener is None:
        return f"No desktop here; open it elsewhere: {for_terminal(target)}"
    subprocess.Popen(
        [opener, target],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return f"Opened {for_terminal(target)}"


def _opener() -> str | None:
    if sys.platform == "darwin":
        return shutil.which("open")
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return None
    return shutil.which("xdg-open")
