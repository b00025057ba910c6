"""Faults of a query, each with its place: from the library, or by our rules where it has none."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.model.problem import Place, Problem, Severity
from pipeline.notation.safe_text import for_terminal
from pipeline.queries.strategy import READ

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_OWN_FIELDS: Mapping[str, re.Pattern[str]] = {
    "scopus": re.compile(r"\b([A-Z][A-Z-]{2,})\("),
    "ovid": re.compile(r"\.([a-z]{2}(?:,[a-z]{2})*)\."),
}
_SCOPUS = """
ALL TITLE ABS KEY AUTHKEY INDEXTERMS TITLE-ABS TITLE-ABS-KEY TITLE-ABS-KEY-AUTH AUTH AUTHOR-NAME
AFFIL SRCTITLE EXACTSRCTITLE DOCTYPE LANGUAGE PUBYEAR DOI ISSN ISBN REF SUBJAREA PMID FIRSTAUTH CONF
LIMIT-TO EXCLUDE AND OR NOT CHEMNAME CASREGNUMBER FUND-ALL
"""
_OVID = "ti ab kf kw mp af au jn yr lg pt sh hw tw ot fs id in is nm rn ui so dt ed px rx"
_KNOWN: Mapping[str, frozenset[str]] = {
    "scopus": frozenset(_SCOPUS.split()),
    "ovid": frozenset(_OVID.split()),
}


@dataclass(frozen=True, slots=True)
class _Fault:
    at: int
    what: str
    remedy: str = ""
    grave: bool = True


def query_faults(query: str, platform: str, file: str) -> tuple[Problem, ...]:
    """What is the matter with `query` as one of `platform`; places are lines of `file`."""
    found = list(_of_library(query, platform) if platform in READ else _own(query, platform))
    faults = {(f.at, f.what): f for f in found}
    return tuple(_problem(query, fault, file) for _, fault in sorted(faults.items()))


def _problem(query: str, fault: _Fault, file: str) -> Problem:
    at = max(0, min(fault.at, len(query)))
    line = query.count("\n", 0, at) + 1
    column = at - (query.rfind("\n", 0, at) + 1) + 1
    return Problem(
        place=Place(file=file, line=line, column=column),
        what=fault.what,
        remedy=fault.remedy,
        severity=Severity.ERROR if fault.grave else Severity.WARNING,
        check="query",
    )


def _of_library(query: str, platform: str) -> Iterator[_Fault]:
    from search_query.linter import lint_query_string

    with contextlib.redirect_stdout(io.StringIO()):  # the library prints what it finds
        said: Any = lint_query_string(query, platform=READ[platform])
    for one in said:
        spans = one.get("position") or [(0, 0)]
        details = " ".join(_COLOUR.sub("", str(one.get("details") or "")).split())
        message = str(one.get("message") or "").rstrip(".")
        near = query[spans[0][0] : spans[0][1]] if spans[0][0] >= 0 else ""
        words = f"{message} ({for_terminal(near)[:40]!r})" if near else message
        yield _Fault(
            max(0, int(spans[0][0])), words, for_terminal(details)[:300], bool(one.get("is_fatal"))
        )


def _own(query: str, platform: str) -> Iterator[_Fault]:
    yield from _brackets_and_quotes(query)
    yield from _operators(query, platform)
    pattern = _OWN_FIELDS.get(platform)
    if pattern:
        for found in pattern.finditer(query):
            for name in found[1].split(","):
                if name not in _KNOWN[platform]:
                    yield _Fault(found.start(), f"{name!r} is no field of {platform}")
    if platform == "openalex":
        for found in re.finditer(r"\w+[*?]", query):
            yield _Fault(
                found.start(), f"OpenAlex takes no truncation: {found[0]!r}",
                "Leave it out; OpenAlex looks for word stems", False,
            )  # fmt: skip
        for found in re.finditer(r"\[[a-z:]+\]|\b[A-Z]{2}=", query):
            yield _Fault(found.start(), f"{found[0]!r} is a field of another platform")


def _brackets_and_quotes(query: str) -> Iterator[_Fault]:
    open_: list[int] = []
    quote = -1
    for at, sign in enumerate(query):
        if sign == '"':
            quote = -1 if quote >= 0 else at
        elif quote < 0 and sign == "(":
            open_.append(at)
        elif quote < 0 and sign == ")":
            if open_:
                open_.pop()
            else:
                yield _Fault(at, "a parenthesis is closed that was not opened")
    for at in open_:
        yield _Fault(at, "a parenthesis is opened and not closed")
    if quote >= 0:
        yield _Fault(quote, "a quotation mark is opened and not closed")


def _operators(query: str, platform: str) -> Iterator[_Fault]:
    """Operators at the ends, beside each other, in small letters where capitals are wanted."""
    bare = re.sub(r'"[^"]*"', lambda m: "x" * len(m[0]), query)
    word = r"(?:AND NOT|AND|OR|NOT)"
    for found in re.finditer(rf"(?i)\b{word}\s+{word}\b", bare):
        if not re.fullmatch(r"(?i)and\s+not", found[0]):
            yield _Fault(found.start(), f"two operators stand side by side: {found[0]!r}")
    for found in re.finditer(rf"(?i)(?:\A|\()\s*({word})\b|\b({word})\s*(?:\)|\Z)", bare):
        name = found[1] or found[2]
        if not (name.upper() == "NOT" and found[1]):
            at = found.start(1) if found[1] else found.start(2)
            yield _Fault(at, f"there is nothing on one side of {name!r}")
    if platform == "openalex":
        for found in re.finditer(r"\b(?:and|or|not)\b", bare):
            yield _Fault(
                found.start(), f"{found[0]!r} is read as a word",
                f"Write {found[0].upper()}", False,
            )  # fmt: skip
