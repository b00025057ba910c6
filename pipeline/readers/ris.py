"""RIS in all its dialects into entries.

A record ends at ER; without one, at the TY of the next. TY stands first, but some sources sort
their tags: then it is one tag among others of the record that its ER ends. How a file writes its
tags (blanks before and after the hyphen, indentation, case) is learnt from each TY line, so that
lines of a wrapped abstract that look a little like tags stay text. Tag lines without a TY are a
record when they have a title.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.model.problem import Severity
from pipeline.readers.entries import Entry, Gathered, Sorter, counted, grouped, tag_of, words
from pipeline.readers.lines import TOO_LONG, Held, line_blocks
from pipeline.readers.ris_sources import said_by_source

PLAN = (
    ("type", ("TY", "M3", "PT")),
    ("title", ("TI", "T1", "CT", "BT", "ST", "TT")),
    ("author", ("AU", "A1")),
    ("editor", ("ED", "A2")),
    ("issued", ("PY", "Y1", "DA", "YR", "DP")),
    ("container_title", ("JF", "T2", "JO", "BT", "JT", "JA", "J2", "J1", "SO", "T3")),
    ("container_title_short", ("JA", "J2", "J1", "JO")),
    ("volume", ("VL", "VO", "VI")),
    ("issue", ("IS", "IP", "CP")),
    ("page", ("PG",)),
    ("first_page", ("SP",)),
    ("last_page", ("EP",)),
    ("publisher", ("PB",)),
    ("publisher_place", ("CY", "PP")),
    ("doi", ("DO", "DOI", "DI", "D2")),
    ("pmid", ("PMID", "PM")),
    ("pmcid", ("PMC", "PMCID", "C2")),
    ("serial", ("SN", "BN")),
    ("abstract", ("AB", "N2")),
    ("language", ("LA", "LG")),
    ("keyword", ("KW", "DE", "K1")),
    ("url", ("UR", "L2", "LK", "L1", "LI")),
    ("accession_number", ("AN", "UT", "ID")),
    ("database", ("DB", "DS", "DP")),
    ("note", ("N1",)),
    ("identifier", ("AN", "ID", "M1", "C1", "C3")),
)
TAGS = frozenset(
    words(
        "TY TI T1 T2 T3 CT BT ST TT AU A1 A2 A3 A4 A5 A6 ED AF AI AD PY Y1 Y2 DA YR JF JO JA J1 J2 "
        "JT VL VO IS IP CP SP EP PG PB CY PP DO DOI DI PMID PM PMC SN BN AB N2 LA LG KW DE K1 UR "
        "L1 L2 L3 L4 LK AN ID UT DB DP DS N1 M1 M2 M3 C1 C2 C3 C4 C5 C6 C7 C8 CA CN ER ET NV OP RI "
        "RN RP SE TA U1 U2 U3 U4 U5 AV RD WT WV WP CR EM CL PT SO PU LB IN CO FD PMCID LID"
    )
)
_TITLES = frozenset({"TI", "T1", "BT", "CT"})
_STANDARD = {f"{tag}  - ": tag for tag in TAGS if len(tag) == 2 and tag not in ("TY", "ER")}
_START = re.compile(
    r"[ \t]*[Tt][Yy](?:[ \t]{0,3}[-\u2013](?:[ \t]|\Z|(?=[A-Z]{2,10}\s*\Z))|[ \t]+-(?=\w))"
)
_LOOSE = re.compile(
    r"([ \t]{0,8})([A-Za-z][A-Za-z0-9]{1,4})([ \t]{0,3})[-\u2010-\u2013\u2212]([ \t]?)(.*)\Z"
)
_STRICT = re.compile(r"([A-Z][A-Z0-9])  -(?: (.*))?\Z")
_DECLARED = re.compile(r"(?:Record|Document)\s+#?\d+\s+of\s+(\d+)", re.IGNORECASE)
_BANNER = re.compile(
    r"\s*(?:\d{1,7}\s*[.)]?|<\s*\d+\s*>|(?:Record|Document)\s+#?\d+\s+of\s+\d+|Provider:.*|"
    r"Content:.*|Database:.*|[-=_*#~]{3,}|%.*|VERSION\b.*)\s*\Z",
    re.IGNORECASE,
)


class _Style(NamedTuple):
    """How a line writes its tag: indented, blanks before the hyphen, a blank after it, case."""

    indented: bool
    before: int
    after: bool
    lower: bool


_STANDARD_STYLE = _Style(False, 2, True, False)


def _style(line: str) -> _Style | None:
    found = _LOOSE.match(line)
    if not found:
        return None
    return _Style(bool(found[1]), len(found[3]), bool(found[4]), found[2].islower())


def _goes_on(text: str) -> bool:
    """Whether what stands behind `ER  - ` is a line of a wrapped abstract: a sentence goes on."""
    return len(text.split()) > 3 or text.strip()[:1].islower()


def entries(pieces: Iterable[str], gathered: Gathered, declared: list[int]) -> Iterator[Entry]:
    """Entries in the order of the file; lines that belong to none are told as problems.

    A number of records that the file states ("Record #1 of 271") is added to `declared`.
    """
    walk = _RisWalk(gathered, declared)
    for first, lines in line_blocks(walk.watch(pieces), gathered):
        yield from walk.block(first, lines)
    yield from walk.end()


class _RisWalk:
    """One walk over the lines of one file: the record that is open and the style of its tags."""

    __slots__ = (
        "broken",
        "declared",
        "ends",
        "gathered",
        "held",
        "sorter",
        "stray",
        "style",
        "typed",
    )

    def __init__(self, gathered: Gathered, declared: list[int]) -> None:
        self.gathered = gathered
        self.declared = declared
        self.held = Held()
        self.typed = (-1, 0)
        """Which tag of the record that is open is its TY (none: -1), and on which line."""
        self.ends = self.broken = False
        self.style: _Style | None = None
        self.stray: tuple[int, int, str] | None = None
        self.sorter = Sorter(PLAN, frozenset({"author", "editor"}))

    def watch(self, pieces: Iterable[str]) -> Iterator[str]:
        for piece in pieces:
            self.broken = piece[-1:] != "\n"
            yield piece

    def block(self, first: int, lines: list[str]) -> Iterator[Entry]:
        held = self.held
        names, texts = held.names, held.texts
        number = first - 1
        standard = _STANDARD.get
        for line in lines:
            number += 1
            # the form of the standard: nearly every line of nearly every file
            name = standard(line[:6])
            if name is not None and names:
                names.append(name)
                texts.append(line[6:])
                continue
            if not line or line.isspace():
                if names and (texts[-1] or len(texts) > 1):
                    held.go_on("")
                continue
            yield from self.other(number, line)
            names, texts = held.names, held.texts
        held.weigh(sum(map(len, lines)) + len(lines))

    def other(self, number: int, line: str) -> Sequence[Entry]:
        """Takes a line that is not plainly a tag of an open record; gives what it closes."""
        if line[:6] == "TY  - ":
            self.style = _STANDARD_STYLE
            return self.type(number, "TY", line[6:])
        if _START.match(line):
            self.style = _style(line)
            return self.type(number, *(self.tag(line) or ("TY", line.partition("-")[2].strip())))
        tag = self.tag(line)
        held = self.held
        if tag is None or (tag[0] == "ER" and held.names and _goes_on(tag[1])):
            if held.names:
                held.go_on(line)
            else:
                self.outside(number, line)
        elif tag[0] == "ER":
            self.ends = True
            return self.close(ended=True)
        elif held.names:
            held.names.append(tag[0])
            held.texts.append(tag[1])
        else:
            self.leave_stray()
            self.typed = (-1, 0)
            held.open(number, *tag)
        return ()

    def type(self, number: int, name: str, text: str) -> Sequence[Entry]:
        """Takes a TY line: it begins a record, or is a tag of one that has none yet."""
        held = self.held
        if held.names and self.typed[0] < 0:
            self.typed = (len(held.names), number)
            held.names.append(name)
            held.texts.append(text)
            return ()
        closed = self.close(ended=False)
        self.leave_stray()
        self.typed = (0, number)
        held.open(number, name, text)
        return closed

    def tag(self, line: str) -> tuple[str, str] | None:
        """(tag, value) of a line in the form of the standard, its TY line's, or nearly."""
        strict = _STRICT.match(line)
        if strict:
            return strict[1], strict[2] or ""
        found = _LOOSE.match(line)
        if not found:
            return None
        indent, name, before, after, text = found.groups()
        upper = name.upper()
        known = upper in TAGS
        style = _Style(bool(indent), len(before), bool(after) or not text, name != upper)
        if style == self.style or (self.style and style._replace(after=True) == self.style):
            if known or (len(name) == 2 and before and style.after):
                return upper, text
            return None
        if known and name == upper and style.after and (before or not text):
            return upper, text
        return None

    def close(self, *, ended: bool) -> Sequence[Entry]:
        if not self.held.names:
            return ()
        begun = self.held.begun
        names, texts, too_long = self.held.close()
        if too_long:
            return (Entry(begun, (), {}, why=TOO_LONG, raw=too_long),)
        if not ended:
            texts[-1] = self.without_banner(texts[-1])
        at, line = self.typed
        if at > 0 and not _TITLES.isdisjoint(names[:at]) and not _TITLES.isdisjoint(names[at:]):
            # two titles: the one before TY is of a record that lost its own TY and its ER
            return (
                *self.entry(begun, names[:at], texts[:at], typed=False),
                *self.entry(line, names[at:], texts[at:], typed=True),
            )
        return self.entry(begun, names, texts, typed=at >= 0)

    def entry(
        self, begun: int, names: list[str], texts: list[str], *, typed: bool
    ) -> Sequence[Entry]:
        by_tag = grouped(names, texts)
        if not typed and not self.is_record(begun, names, by_tag):
            return ()
        if "A1" in by_tag and "AU" in by_tag:
            # some write the same people under both tags, some the first one under A1
            there = set(by_tag["AU"])
            by_tag["A1"] = [author for author in by_tag["A1"] if author not in there]
        tags = tuple(map(tag_of, zip(names, texts, strict=True)))
        said = self.sorter.said(by_tag)
        for field, values in said_by_source(by_tag).items():
            said.setdefault(field, values)
        return (Entry(begun, tags, said),)

    def is_record(self, begun: int, names: list[str], by_tag: dict[str, list[str]]) -> bool:
        """Whether tags without a TY line are a record; either way it is told."""
        if len(by_tag) < 4 and _TITLES.isdisjoint(by_tag):
            self.gathered.add(
                "outside-record",
                begun,
                f"{len(names)} tag lines stand outside of any record, from {names[0]} on",
                "If they are a record, put a line `TY  - GEN` above them",
            )
            return False
        self.gathered.add(
            "no-type",
            begun,
            "this record has no TY line",
            "It was read all the same",
        )
        return True

    def without_banner(self, text: str) -> str:
        """A last value without the number of the next record, when ER is missing between them."""
        if "\n" not in text:
            return text
        lines = text.split("\n")
        while len(lines) > 1 and (not lines[-1].strip() or _BANNER.match(lines[-1])):
            self.declare(lines.pop())
        return "\n".join(lines)

    def declare(self, line: str) -> None:
        found = _DECLARED.search(line)
        if found:
            self.declared += counted(found[1])

    def outside(self, number: int, line: str) -> None:
        self.declare(line)
        if not _BANNER.match(line):
            first, count, text = self.stray or (number, 0, line[:60])
            self.stray = (first, count + 1, text)

    def leave_stray(self) -> None:
        if self.stray:
            number, count, line = self.stray
            self.gathered.add(
                "outside-record",
                number,
                f"{count} line{'s' if count > 1 else ''} outside of any record: {line!r}",
                "Nothing to do if this is a heading; else look whether a record lost its TY line",
                Severity.NOTE,
            )
            self.stray = None

    def end(self) -> Iterator[Entry]:
        if self.held.names and (self.ends or self.broken):
            self.gathered.add(
                "cut-off",
                self.held.begun,
                "the file ends within this record: it has no ER line",
                "It was read as far as it goes. Export again if the download broke off",
            )
        yield from self.close(ended=False)
        self.leave_stray()
