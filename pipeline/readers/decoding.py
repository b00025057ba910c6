"""Bytes of an export into text: the encoding found by content, line ends made alike.

Order: byte order mark, the NUL pattern of UTF-16, strict UTF-8, what an XML declaration says,
chardet, Windows-1252. The text is never held whole: it is decoded piece by piece, and the
decision falls at the first piece that is not ASCII.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

import chardet

from pipeline.model.problem import Severity
from pipeline.readers.entries import Gathered
from pipeline.readers.mending import Mending, mended, mendings_of

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


HEAD = 1 << 18
"""Bytes that are looked at before a layout is chosen."""
_PIECE = 1 << 20

_LINE_ENDS = re.compile("\r+\n|\r")


class TextStream:
    """An export as text that is read once, piece by piece.

    `head` is the beginning (about a quarter of a megabyte), `raw_head` its bytes. `encoding` is
    final when `pieces` is exhausted: it stays "ascii" as long as nothing else came.
    """

    def __init__(self, stream: BinaryIO, gathered: Gathered, encoding: str = "") -> None:
        self._stream = stream
        self._gathered = gathered
        self.raw_head = _read(stream, HEAD)
        self._ended = len(self.raw_head) < HEAD
        self._nuls = 0
        self.encoding = known(encoding) or by_bytes(self.raw_head)
        self._given = bool(encoding)
        self._line = 1
        self._pieces = self._decoded()
        self._head = ""
        self._damages: list[Mending] = []

    @property
    def head(self) -> str:
        """The beginning as text."""
        if not self._head:
            for piece in self._pieces:
                self._head += piece
                if len(self._head) >= HEAD // 8:
                    break
            if self._head.lstrip()[:1] not in ("<", "{", "["):
                self._damages = mendings_of(self._head)
            self._head = "".join(mended([self._head], self._damages))
            for damage in self._damages:
                self._gathered.add(
                    "damage",
                    1,
                    f"{damage.what}; that was undone before it was read",
                    "Compare a few records with the source, or export them again",
                    Severity.NOTE,
                )
        return self._head

    def pieces(self) -> Iterator[str]:
        """The whole text once, `head` first, with LF as its only line end and no marks or NULs."""
        if head := self.head:
            yield head
        yield from mended(self._pieces, self._damages)
        if self._nuls:
            self._gathered.add(
                "nul",
                0,
                f"{self._nuls:,} NUL characters stand in the file and were left out",
                "Export the file again if anything looks odd; NUL has no meaning in text",
            )

    def raw(self) -> Iterator[bytes]:
        """The bytes of the export, for layouts that are not text. Instead of `pieces`."""
        yield self.raw_head
        while piece := _read(self._stream, _PIECE):
            yield piece

    def _decoded(self) -> Iterator[str]:
        wide = self.encoding.startswith(("utf-16", "utf-32"))
        carried = ""
        for text in self._wide() if wide else self._narrow():
            text = carried + text
            carried = ""
            if text.endswith("\r"):
                kept = text.rstrip("\r")
                carried, text = text[len(kept) :], kept
            text = self._plain(text)
            if text:
                self._line += text.count("\n")
                yield text
        if carried:
            yield "\n"

    def _plain(self, text: str) -> str:
        if "\r" in text:
            text = text.replace("\r\n", "\n")
            if "\r" in text:
                text = _LINE_ENDS.sub("\n", text)
        if "\ufeff" in text:
            text = text.replace("\ufeff", "")
        if "\0" in text:
            self._nuls += text.count("\0")
            text = text.replace("\0", "")
        return text

    def _raw_pieces(self) -> Iterator[bytes]:
        yield self.raw_head
        while not self._ended:
            piece = _read(self._stream, _PIECE)
            self._ended = len(piece) < _PIECE
            if piece:
                yield piece

    def _wide(self) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder(self.encoding)("replace")
        line = 1
        for piece in self._raw_pieces():
            text = decoder.decode(piece, final=self._ended)
            if "\ufffd" in text:
                self._broken_signs(line, self.encoding)
            line += text.count("\n")
            yield text

    def _narrow(self) -> Iterator[str]:
        """Text of encodings in which a line feed is one byte, cut where lines end."""
        rest = b""
        for piece in self._raw_pieces():
            data = rest + piece if rest else piece
            cut = max(data.rfind(b"\n"), data.rfind(b"\r")) + 1
            if not cut:
                cut = _boundary(data)
            rest = data[cut:]
            if cut:
                yield self._piece(data[:cut])
        if rest:
            yield self._piece(rest)

    def _piece(self, data: bytes) -> str:
        if self.encoding == "ascii" and not self._given:
            if data.isascii():
                return data.decode("ascii")
            self.encoding = guess(data, self.raw_head)
        if self.encoding in ("utf-8", "utf-8-sig"):
            try:
                return data.decode("utf-8")
            except UnicodeDecodeError:
                return self._mended(data)
        if self.encoding == "cp1252":
            return western(data)
        text = data.decode(self.encoding, "replace")
        if "\ufffd" in text:
            self._broken_signs(self._line, self.encoding)
        return text

    def _mended(self, data: bytes) -> str:
        """UTF-8 line by line; a line that is not UTF-8 is read as Windows-1252 and told."""
        lines = []
        number = self._line
        for raw in re.split(rb"(?<=\n)|(?<=\r)(?!\n)", data):
            try:
                lines.append(raw.decode("utf-8"))
            except UnicodeDecodeError:
                lines.append(_mended_line(raw))
                self._gathered.add(
                    "encoding",
                    number,
                    "bytes that are not UTF-8 stand in this line; they were read as Windows-1252",
                    "Compare the line with the source; export again as UTF-8 if it looks odd",
                )
            number += 1
        return "".join(lines)

    def _broken_signs(self, line: int, encoding: str) -> None:
        self._gathered.add(
            "encoding",
            line,
            f"from here on, bytes that are not {encoding} were replaced by the sign \ufffd",
            "Export the file again as UTF-8, or name its encoding",
        )


def _mended_line(raw: bytes) -> str:
    parts: list[str] = []
    at = 0
    while at < len(raw):
        try:
            parts.append(raw[at:].decode("utf-8"))
            break
        except UnicodeDecodeError as error:
            parts.append(raw[at : at + error.start].decode("utf-8"))
            parts.append(western(raw[at + error.start : at + error.end]))
            at += error.end
            if len(parts) > 2000:  # not UTF-8 at all: no use in mending sign by sign
                parts.append(western(raw[at:]))
                break
    return "".join(parts)


def _read(stream: BinaryIO, size: int) -> bytes:
    """`size` bytes, fewer only at the end: a pipe gives less than was asked for."""
    parts: list[bytes] = []
    missing = size
    while missing and (part := stream.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _boundary(data: bytes) -> int:
    """Where a very long line can be cut: behind a sign that is whole in every encoding."""
    cut = max(data.rfind(b" "), data.rfind(b">"), data.rfind(b",")) + 1
    if cut:
        return cut
    cut = len(data)
    while cut > max(len(data) - 4, 0) and data[cut - 1] >= 0x80:
        cut -= 1
    return cut if cut > len(data) - 4 else len(data)
