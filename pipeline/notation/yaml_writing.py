"""Values as YAML text that `read_yaml` gives back unchanged, whatever signs they hold."""

from __future__ import annotations

import re
from datetime import date

from pipeline.notation.yaml_text import plain

Value = str | int | bool | date

_PLAIN = re.compile(r"[A-Za-z0-9À-ɏ](?:[A-Za-z0-9À-ɏ ()/;+._'&,-]*[A-Za-z0-9À-ɏ).])?\Z")
_NOT_IN_BLOCK = re.compile(
    "[^\t\n\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_ESCAPED = re.compile(
    '["\\\\]|[^\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]'
)
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def yaml_value(value: Value) -> str:
    """`value` on one line, in quotes where bare text would be read as something else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if _PLAIN.match(value) and plain(value) == value:
        return value
    return '"' + _ESCAPED.sub(_escape, value) + '"'


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
