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
_TITLES = frozenset(
    words("title articletitle documenttitle officialtitle displayname ti booktitle titles")
)
_SURE = frozenset(
    words("doi pmid paperid lensid author authors protocolsection citekey data abstract issued")
)
_ENVELOPES = words(
    "_source bibjson message record document work response item paper publication article hit"
)
_DEEPEST_WRAPPER = 4
_MOST_LOOKS = 20
_FIRST_KEY = re.compile(r'\{\s{0,99}"([A-Za-z_-]{3,20})"\s{0,99}:\s{0,99}[\[{]')
_TOKEN = re.compile(
    r'"([A-Za-z_-]{3,20})"\s{0,99}:\s{0,99}([\[{])|"(?:[^"\\]|\\.)*"|[{}\[\]]', re.DOTALL
)
_OBJECTS = re.compile(r"\s{0,99}[\[{\]]")
_BLANK = re.compile(r"[\s,]*")
_NEXT_OBJECT = re.compile(r"\}\s{0,90},?\s{0,9}(?=\{)|\n(?=\{)")
_HALF_SIGN = re.compile(r"\\u[dD][89a-fA-F]")
_LONGEST_NUMBER = 4_300
"""Digits of a number that Python reads as one; longer ones stay text."""


def _whole_number(text: str) -> int | str:
    return int(text) if len(text) <= _LONGEST_NUMBER else text


_decode = json.JSONDecoder(strict=False, parse_int=_whole_number).raw_decode
MOST = 20_000_000
"""Characters of one object; one that is longer is set aside."""
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
        self.looked = 0

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
        return got > 0 and len(self.text) - self.at < MOST

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
        """Whether a key of the object at hand leads to records.

        Among many objects one behind the other (one a line) only the first are looked at closely.
        """
        while len(self.text) - self.at < _ENOUGH and self.more():
            pass
        self.looked += 1
        if self.looked > _MOST_LOOKS:
            first = _FIRST_KEY.match(self.text, self.at)
            return first is not None and first[1].lower() in WRAPPERS
        depth = 0
        for found in _TOKEN.finditer(self.text, self.at, self.at + _ENOUGH):
            sign = found[0][0]
            if sign in "{[":
                depth += 1
            elif sign in "}]":
                depth -= 1
                if depth == 0:
                    return False
            elif depth == 1 and found[1] and found[1].lower() in WRAPPERS:
                if found[2] == "{":
                    return True
                return bool(_OBJECTS.match(self.text, found.end(2) if found[2] else found.end()))
            if found[2]:
                depth += 1
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
        """The records in the object at hand: itself, or those that it wraps in a way of its own."""
        found = self.whole()
        inner = _wrapped(found.value) if not found.why else []
        if inner:
            for one in inner:
                yield found._replace(value=one)
        else:
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


def _plain(key: Any) -> str:
    return "".join(sign for sign in str(key).lower() if sign.isalnum())


def _is_reference(value: Any) -> bool:
    return isinstance(value, dict) and any(
        _plain(key) in _TITLES or _plain(key) in _SURE for key in value
    )


def _wrapped(value: Any, depth: int = 0) -> list[Any]:
    """The references inside an object that is none itself (`{"found": 2, "list": [...]}`)."""
    if depth > _DEEPEST_WRAPPER or not isinstance(value, dict) or _is_reference(value):
        return []
    for key in _ENVELOPES:
        if _is_reference(value.get(key)):
            return [value[key]]
    found: list[Any] = []
    for one in value.values():
        if isinstance(one, list):
            for inner in one:
                found += [inner] if _is_reference(inner) else _wrapped(inner, depth + 1)
        elif isinstance(one, dict) and not _is_reference(one):
            found += _wrapped(one, depth + 1)
    named = list(value.values())
    if not found and len(named) > 1 and all(map(_is_reference, named)):
        return named  # one object a reference, each under its own key
    return found
