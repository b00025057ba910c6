"""Which encoding bytes are in: by mark, by NULs, by what they declare, by what they look like."""

from __future__ import annotations

import codecs
import re

import chardet

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_HIGH = re.compile(rb"[\x80-\xff]+")
_LATIN = re.compile(r"(?:cp125[0247]|iso8859-(?:1|2|3|4|9|10|13|14|15|16)|mac.*|cp437|cp85\d)\Z")

# Windows-1252 with its five holes filled as browsers do (WHATWG), so that no byte is lost.
_WESTERN = "".join(
    bytes([code]).decode("cp1252") if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(code)
    for code in range(256)
)


def western(data: bytes) -> str:
    """Windows-1252 text of any bytes, the unassigned ones as control characters."""
    return codecs.charmap_decode(data, "strict", _WESTERN)[0]


def known(encoding: str) -> str:
    """The name under which an encoding is decoded here, "" for an unknown one."""
    if not encoding:
        return ""
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        return ""
    return {"iso8859-1": "cp1252", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(name, name)


def by_bytes(head: bytes) -> str:
    """The encoding that a mark or the pattern of NULs shows; "ascii" when neither does."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    sample = head[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if half >= 2 and odd > 0.3 * half and even < 0.05 * half:
        return "utf-16-le"
    if half >= 2 and even > 0.3 * half and odd < 0.05 * half:
        return "utf-16-be"
    return "ascii"


def guess(data: bytes, head: bytes) -> str:
    """The encoding of `data`, the first piece that is not ASCII."""
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        pass
    telling = b"\n".join(line for line in data.split(b"\n") if not line.isascii())[: 1 << 16]
    if _mostly_utf8(telling):
        return "utf-8"
    declared = _DECLARED.search(head[:1000])
    names = [declared[1].decode("ascii")] if declared else []
    names.append(_detected(telling))
    for name in names:
        name = known(name)
        if name and name not in ("utf-8", "ascii") and not name.startswith("utf-"):
            try:
                telling[: telling.rfind(b"\n") + 1 or None].decode(name)
            except UnicodeDecodeError:
                continue
            return name
    return "cp1252"


def _detected(telling: bytes) -> str:
    """What chardet says, unless accents stand alone among ASCII letters and it sees other letters.

    A handful of accents is too little for it: "caf\xe9" alone it may take for Greek.
    """
    runs = _HIGH.findall(telling)
    alone = sum(len(run) == 1 for run in runs)
    if alone > 0.7 * len(runs) and len(runs) < 12:
        return "cp1252"
    found = chardet.detect(telling)["encoding"] or "cp1252"
    if alone > 0.7 * len(runs) and not _LATIN.match(known(found)):
        return "cp1252"
    return found


def _mostly_utf8(telling: bytes) -> bool:
    """Whether this is UTF-8 with damage: text in another encoding has hardly a whole sign of it."""
    text = telling.decode("utf-8", "replace")
    stray = text.count("\ufffd")
    whole = sum(sign > "\x7f" for sign in text) - stray
    return 2 * whole >= stray
