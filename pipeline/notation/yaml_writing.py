"""Values as YAML text that `read_yaml` gives back unchanged, whatever signs they hold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from pipeline.notation.yaml_text import plain

Value = str | int | float | bool | date
Written = Value | None | Mapping[str, "Written"] | Sequence["Written"]
"""Plain values, and mappings and lists of them; `None` leaves a key empty."""

_PLAIN = re.compile(r"[A-Za-z0-9À-ɏ](?:[A-Za-z0-9À-ɏ ()/;+._'&,-]*[A-Za-z0-9À-ɏ).])?\Z")
_NOT_IN_BLOCK = re.compile(
    "[^\t\n\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_ESCAPED = re.compile(
    '["\\\\]|[^\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]'
)
_LONGEST = 96
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def yaml_value(value: Value) -> str:
    """`value` on one line, in quotes where bare text would be read as something else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, date):
        return value.isoformat()
    if _PLAIN.match(value) and plain(value) == value:
        return value
    return '"' + _ESCAPED.sub(_escape, value) + '"'


def yaml_inline(value: Written) -> str:
    """`value` on one line, mappings and lists in brackets."""
    if value is None:
        return "null"
    if isinstance(value, Mapping):
        pairs = (f"{yaml_value(key)}: {yaml_inline(inner)}" for key, inner in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, str):
        said = yaml_value(value)
        # a comma would part it where brackets stand around
        return f'"{said}"' if "," in said and not said.startswith('"') else said
    if isinstance(value, Sequence):
        return "[" + ", ".join(yaml_inline(inner) for inner in value) + "]"
    return yaml_value(value)


def yaml_below(value: Written, indent: int = 0) -> str:
    """`value` on lines of its own, `indent` blanks in, without the last line feed.

    Short lists and mappings of plain values within it stay on one line, in brackets.
    """
    margin = " " * indent
    if isinstance(value, Mapping) and value:
        return "\n".join(_entry(str(key), inner, indent) for key, inner in value.items())
    if isinstance(value, (list, tuple)) and value:
        entries = (yaml_below(inner, indent + 2)[indent + 2 :] for inner in value)
        return "\n".join(f"{margin}- {entry}" for entry in entries)
    return margin + yaml_inline(value)


def _entry(key: str, value: Written, indent: int) -> str:
    margin = " " * indent
    if value is None:
        return f"{margin}{yaml_value(key)}:"
    if isinstance(value, str):
        return yaml_line(yaml_value(key), value, indent).removesuffix("\n")
    inline = f"{margin}{yaml_value(key)}: {yaml_inline(value)}"
    if not isinstance(value, (Mapping, Sequence)) or not value:
        return inline
    inner = value.values() if isinstance(value, Mapping) else value
    if len(inline) < _LONGEST and not any(isinstance(v, (Mapping, list)) for v in inner):
        return inline
    return f"{margin}{yaml_value(key)}:\n{yaml_below(value, indent + 2)}"


def _number(value: float) -> str:
    """A decimal that `read_yaml` takes for a number: no exponent without a point, no bare `inf`."""
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError(f"{value} is no number that can be written")
    said = repr(value)
    mantissa, exponential, exponent = said.partition("e")
    # an exponent behind a bare digit (1e-05) would be read as text
    return f"{mantissa}.0e{exponent}" if exponential and "." not in mantissa else said


def yaml_line(key: str, value: Value, indent: int = 0) -> str:
    """`key: value` with its line feed; text of several lines stands below the key as a block."""
    margin = " " * indent
    if not isinstance(value, str) or not _is_block(value):
        return f"{margin}{key}: {yaml_value(value)}\n"
    # the number says how far the block is indented, where its own first line begins with blanks
    deep = "2" if value[0] in " \t\n" else ""
    strip = "" if value.endswith("\n") else "-"
    lines = value.removesuffix("\n").split("\n")
    body = "".join(f"{margin}  {line}\n" if line else "\n" for line in lines)
    return f"{margin}{key}: |{deep}{strip}\n{body}"


def _is_block(value: str) -> bool:
    """Whether a block would say `value` and no more, whatever empty lines come after it."""
    several = "\n" in value and not value.endswith("\n\n") and value != "\n"
    return several and not _NOT_IN_BLOCK.search(value)


def _escape(match: re.Match[str]) -> str:
    sign = match.group()
    code = ord(sign)
    return _SHORT.get(sign) or (f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
