"""Pandoc, in its sandbox: the one program that writers start.

It reads its styles from files, so they lie in a temporary folder for the length of one call. It
does not see the working folder, the clock or the network.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.model.problem import ReviewError

_PANDOC_SECONDS = 600


class PandocFault(Exception):
    """Pandoc gave up; the message is what it said on standard error."""


@cache
def _pandoc() -> str:
    """The pandoc that came with the project; a machine's own may be too old for the dialect."""
    import pypandoc

    name = "pandoc.exe" if os.name == "nt" else "pandoc"
    bundled = Path(pypandoc.__file__).parent / "files" / name
    if bundled.is_file():
        return str(bundled)
    try:
        return str(pypandoc.get_pandoc_path())
    except OSError as missing:
        raise ReviewError(
            "pandoc is not installed, and documents cannot be written without it",
            "Install the project again with its dependencies (`pypandoc_binary` brings pandoc)",
        ) from missing


def pandoc(
    text: str,
    *,
    source: str,
    target: str,
    options: Sequence[str] = (),
    files: Mapping[str, bytes] | None = None,
    seconds_since_1970: int = 0,
) -> bytes:
    """`text` in the format `source` as the bytes of the format `target`.

    `files` lie by name in the folder in which pandoc runs. Raises `PandocFault`.
    """
    with TemporaryDirectory(prefix="review-") as folder:
        for name, content in (files or {}).items():
            Path(folder, name).write_bytes(content)
        command = [_pandoc(), "--sandbox", f"--from={source}", f"--to={target}", "--output=-"]
        done = subprocess.run(
            [*command, *options],
            input=text.encode("utf-8"),
            capture_output=True,
            cwd=folder,
            env={
                "HOME": folder,
                "LC_ALL": "C.UTF-8",
                "SOURCE_DATE_EPOCH": str(seconds_since_1970),
            },
            timeout=_PANDOC_SECONDS,
            check=False,
        )
    if done.returncode:
        raise PandocFault(done.stderr.decode("utf-8", "replace").strip())
    return done.stdout
