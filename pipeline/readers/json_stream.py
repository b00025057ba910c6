"""JSON exports, object by object: arrays, wrapped arrays, one object a line; memory stays flat."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from pipeline.readers.entries import words

WRAPPERS = frozenset(
    words(
        "results result items references data docs records hits works message response resultlist "
        "studies entries publications papers articles library documents list feed entry collection "
        "search-results"
    )
)
"""Keys (in lower case) behind which the records of an export stand."""
_BLANK = re.compile(r"[\s,]*")
_NEXT_OBJECT = re.compile(r"\}\s{0,90},?\s{0,9}(?=\{)|\n(?=\{)")
_HALF_SIGN = re.compile(r"\\u[dD][89a-fA-F]")
_decode = json.JSONDecoder(strict=False).raw_decode
_MOST = 50_000_000
_MOST_RAW = 20_000
_DEEPEST = 20
_ENOUGH = 1 << 16


class JsonObject(NamedTuple):
    """An object of the export with its line; `why` says why `raw` could not be read instead."""

    line: int
    value: Any
    why: str = ""
    raw: str = ""


def objects(pieces: Iterable[str]) -> Iterator[JsonObject]:
    """Every record-like object in the order of the file, wrappers opened."""
    walk = _JsonWindow(iter(pieces))
    while walk.peek():
        yield from walk.value()
        walk.drop()


class _JsonWindow:
    """A window on the text: what is decoded falls behind it, what is missing is read ahead."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self.pieces = pieces
        self.text = ""
        self.at = 0
        self.line = 1
        self.counted = 0

    def more(self) -> bool:
        """Reads on, as much again as is held; false when the text has ended."""
        parts = [self.text]
        wanted = max(len(self.text) - self.at, _ENOUGH)
        got = 0
        for piece in self.pieces:
            parts.append(piece)
            got += len(piece)
            if got >= wanted:
                break
        self.text = "".join(parts)
        return got > 0 and len(self.text) - self.at < _MOST

    def peek(self) -> str:
        """The next sign that is neither blank nor comma; "" at the end."""
        while True:
            found = _BLANK.match(self.text, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def drop(self) -> None:
        if self.at > 1 << 20:
            self.here()
            self.text = self.text[self.at :]
            self.at = self.counted = 0

    def here(self) -> int:
        self.line += self.text.count("\n", self.counted, self.at)
        self.counted = self.at
        return self.line

    def value(self, depth: int = 0) -> Iterator[JsonObject]:
        sign = self.peek()
        if depth > _DEEPEST:
            yield self.fault(self.here(), self.at, "it is nested too deeply")
        elif sign == "[":
            self.at += 1
            while (sign := self.peek()) and sign != "]":
                if sign == "[":
                    yield from self.value(depth + 1)
                elif sign == "{":
                    yield from self.item()
                else:
                    yield self.whole()
                self.drop()
            self.at += 1
        elif sign == "{" and self.is_wrapper():
            yield from self.members(depth)
        elif sign == "{":
            yield from self.item()
        elif sign:
            yield self.whole()

    def is_wrapper(self) -> bool:
        """Whether one of the first keys of the object at hand leads to records."""
        while len(self.text) - self.at < _ENOUGH and self.more():
            pass
        head = self.text[self.at : self.at + _ENOUGH]
        for found in re.finditer(r'"([A-Za-z_-]{3,20})"\s*:\s*([\[{])', head):
            if found[1].lower() in WRAPPERS and _depth(head[: found.start()]) == 1:
                return found[2] == "{" or bool(re.match(r"\s*[\[{\]]", head[found.end() :]))
        return False

    def members(self, depth: int) -> Iterator[JsonObject]:
        self.at += 1
        while (sign := self.peek()) and sign != "}":
            key = self.whole()
            if key.why or not isinstance(key.value, str):
                yield key
                return
            if self.peek() == ":":
                self.at += 1
            opened = self.peek() in ("[", "{")
            if opened and key.value.lower() in WRAPPERS:
                yield from self.value(depth + 1)
            else:
                fault = self.whole()
                if fault.why:
                    yield fault
            self.drop()
        self.at += 1

    def item(self) -> Iterator[JsonObject]:
        found = self.whole()
        inner = found.value.get("message") if isinstance(found.value, dict) else None
        if isinstance(inner, dict) and "DOI" in inner:  # one answer of Crossref
            yield found._replace(value=inner)
            return
        if isinstance(found.value, dict):
            for key in ("results", "items"):
                pages = found.value.get(key)
                if isinstance(pages, list) and "title" not in found.value:
                    for one in pages:
                        yield found._replace(value=one)
                    return
        yield found

    def whole(self) -> JsonObject:
        """The value at hand, decoded; what cannot be is given back as raw text and passed over."""
        line = self.here()
        while True:
            try:
                value, end = _decode(self.text, self.at)
            except json.JSONDecodeError as error:
                if not self._may_be_cut(error.pos) or not self.more():
                    return self.fault(line, error.pos, error.msg)
            except RecursionError:
                return self.fault(line, len(self.text), "it is nested too deeply")
            else:
                if end < len(self.text) or not self.more():
                    if _HALF_SIGN.search(self.text, self.at, end):
                        value = _whole_signs(value)
                    self.at = end
                    return JsonObject(line, value)

    def _may_be_cut(self, position: int) -> bool:
        """Whether an error may come from text that has not been read yet."""
        quote = self.text.rfind('"', self.at, position + 1)
        return position >= len(self.text) - 16 or position == quote

    def fault(self, line: int, position: int, why: str) -> JsonObject:
        """Passes over what cannot be decoded, up to where the next object plainly begins."""
        start = self.text[self.at : self.at + _MOST_RAW]
        passed = 0
        position = max(position, self.at)
        while not (found := _NEXT_OBJECT.search(self.text, position)):
            # the end of the text at hand may be the beginning of that place
            position = max(len(self.text) - 100, self.at)
            self.line = self.here() + self.text.count("\n", self.at, position)
            passed += position - self.at
            self.text = self.text[position:]
            self.at = self.counted = position = 0
            if not self.more():
                passed += len(self.text)
                self.at = len(self.text)
                break
        else:
            passed += found.end() - self.at
            self.at = found.end()
        raw = start[:passed].rstrip().rstrip(",")
        if passed > _MOST_RAW:
            why = f"{why} ({passed:,} characters)"
        return JsonObject(line, None, f"it is not JSON: {why}", raw)


def _whole_signs(value: Any) -> Any:
    """`value` with every half of a surrogate pair, which no text may hold, as the sign \ufffd."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole_signs(one) for one in value]
    if isinstance(value, dict):
        return {_whole_signs(key): _whole_signs(one) for key, one in value.items()}
    return value


def _depth(text: str) -> int:
    """How many braces and brackets are open at the end of `text`, strings left out."""
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', "", text)
    return bare.count("{") + bare.count("[") - bare.count("}") - bare.count("]")
