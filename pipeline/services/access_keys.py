"""Keys of services: from the environment or a keyring, shown nowhere."""

from __future__ import annotations

import importlib
import os
from urllib.parse import quote, quote_plus

_SERVICE = "review"
HIDDEN = "(key)"
"""What stands where a key stood."""
_SHORTEST = 6
"""No service gives a shorter key; taking "a" out of every text would leave none."""


class Key:
    """A secret; nothing that prints a value prints it. `revealed` is for the wire alone."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def __repr__(self) -> str:
        return HIDDEN

    def __bool__(self) -> bool:
        return bool(self._value)

    def revealed(self) -> str:
        return self._value

    def out_of(self, text: str) -> str:
        """`text` with the key, as it is or as addresses write it, taken out."""
        for form in self._forms():
            text = text.replace(form, HIDDEN)
        return text

    def out_of_bytes(self, content: bytes) -> bytes:
        for form in self._forms():
            content = content.replace(form.encode(), HIDDEN.encode())
        return content

    def _forms(self) -> tuple[str, ...]:
        value = self._value
        if len(value) < _SHORTEST:
            return ()
        return tuple(dict.fromkeys(f for f in (value, quote(value, ""), quote_plus(value)) if f))


def key_for(name: str, variables: tuple[str, ...]) -> Key:
    """The key of the service `name`: the first of `variables` that is set, else the keyring's.

    The keyring is that of the package `keyring`, where it is installed; there the key is the
    password of the user `name` of the service "review". An empty key where there is none.
    """
    for variable in variables:
        if value := os.environ.get(variable, "").strip():
            return Key(value)
    return Key(_from_keyring(name)) if variables else Key("")


def _from_keyring(name: str) -> str:
    try:
        keyring = importlib.import_module("keyring")
    except ImportError:
        return ""
    errors = importlib.import_module("keyring.errors")
    try:
        return str(keyring.get_password(_SERVICE, name) or "").strip()
    except errors.KeyringError:  # no keyring runs here (a server, a container)
        return ""
