"""What a person has set for themselves, outside of any review."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pipeline.notation.yaml_text import read_yaml
from pipeline.review_folder.writing import refusing_disk_faults, write_file
from pipeline.terms.problem import ReviewError


def keys_file() -> Path:
    """Where a person's own keys stand: `$XDG_CONFIG_HOME/review/keys.yaml`."""
    home = os.environ.get("XDG_CONFIG_HOME", "")
    folder = Path(home) if home else Path.home() / ".config"
    return folder / "review" / "keys.yaml"


def me_file() -> Path:
    """Where the name of whoever sits at this machine stands, beside the keys."""
    return keys_file().with_name("me")


def who_sits_here() -> str:
    """The name or id that `review me` was told last; "" where nobody was named."""
    try:
        return me_file().read_text(encoding="utf-8").strip()[:200]
    except (OSError, UnicodeDecodeError):
        return ""


def remember_me(name: str) -> None:
    """Writes down who sits here; forgets it for "". ReviewError where that cannot be written."""
    if name:
        write_file(me_file(), f"{name}\n")
    else:
        with refusing_disk_faults(me_file()):
            me_file().unlink(missing_ok=True)


def personal_keys() -> Mapping[str, str]:
    """The keys of `keys_file` by command; none where there is no such file.

    Raises ReviewError when the file cannot be read as lines `command: key`.
    """
    path = keys_file()
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ReviewError(f"{path} cannot be read ({error})", "Mend or remove it") from error
    found = read_yaml(text, str(path))
    if found.problems:
        raise ReviewError("\n".join(map(str, found.problems)), "Mend it or remove it")
    value = found.value
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ReviewError(f"{path} does not list keys", "Write lines like `include: y`")
    return {str(command): str(key) for command, key in value.items()}
