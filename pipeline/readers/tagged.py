"""Tagged text other than RIS and nbib: one walk over the lines, a `Layout` for each format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipeline.model.problem import Severity
from pipeline.readers.entries import Entry, Gathered, Plan, Sorter, counted, grouped, tag_of
from pipeline.readers.lines import TOO_LONG, Held, joined, line_blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a format writes its records.

    `tag` finds tag (group 1) and value (group 2) in a line; what it does not find goes on with the
    value before. `begins` finds a line that is no tag and begins a record, with the number of
    records that it declares as group "of"; `starters` are tags that begin one; with `by_blank`, a
    blank line before the tag with which the first record began does so too. Where a tag that
    stands `once` in a record comes again, one begins behind the last blank line. `enders` end a
    record. Tags in `around` belong to the file, not to a record. Lines of a value are joined by
    `fold`, but those of tags in `listed` are values of their own. `ends` finds a line behind the
    last record.
    """

    tag: re.Pattern[str]
    plan: Plan
    begins: re.Pattern[str] | None = None
    ends: re.Pattern[str] | None = None
    starters: frozenset[str] = frozenset()
    once: frozenset[str] = frozenset()
    enders: frozenset[str] = frozenset()
    around: frozenset[str] = frozenset()
    listed: frozenset[str] = frozenset()
    by_blank: bool = False
    fold: str = " "
    known: frozenset[str] = field(default_factory=frozenset)


def entries(
    pieces: Iterable[str], gathered: Gathered, declared: list[int], layout: Layout
) -> Iterator[Entry]:
    """Entries in the order of the file; lines outside of any record are told once a stretch."""
    walk = _TaggedWalk(layout, gathered, declared)
    for first, lines in line_blocks(pieces, gathered):
        for number, line in enumerate(lines, first):
            entry = walk.line(number, line)
            if entry is not None:
                yield entry
        walk.held.weigh(sum(map(len, lines)) + len(lines))
    begun = walk.held.begun
    entry = walk.close()
    if entry is not None:
        if layout.enders:
            gathered.add(
                "cut-off",
                begun,
                "the file ends within this record: the line that ends it is missing",
                "It was read as far as it goes. Export again if the download broke off",
            )
        yield entry
    walk.leave_stray()


class _TaggedWalk:
    """One walk over the lines of one file."""

    def __init__(self, layout: Layout, gathered: Gathered, declared: list[int]) -> None:
        self.layout = layout
        self.gathered = gathered
        self.declared = declared
        self.sorter = Sorter(layout.plan)
        self.held = Held()
        self.banner = ""
        self.is_open = False
        self.starter = ""
        self.blank = True
        self.gap = (0, 0)
        """Which tag came behind the last blank line of the record, and on which line."""
        self.stray: tuple[int, int, str] | None = None

    def line(self, number: int, line: str) -> Entry | None:
        layout = self.layout
        if not line or line.isspace():
            self.blank = True
            if self.held.names:
                self.held.go_on("")
            return None
        if layout.begins and (found := layout.begins.match(line)):
            entry = self.close()
            self.begin(number, line.strip())
            total = found.groupdict().get("of")
            if total:
                self.declared += counted(total)
            self.blank = False
            return entry
        if layout.ends and layout.ends.match(line):
            return self.close()
        mark = layout.tag.match(line)
        if mark is None or (layout.known and mark[1] not in layout.known):
            self.go_on(number, line)
            return None
        return self.tag(number, mark[1], mark[2] or "")

    def tag(self, number: int, name: str, text: str) -> Entry | None:
        layout = self.layout
        entry = None
        if name in layout.around:
            return None
        if name in layout.enders:
            self.blank = True
            return self.close()
        if self.begins_record(name):
            entry = self.close()
        elif name in layout.once and name in self.held.names[: self.gap[0]]:
            # the line with which a record began is lost; it began behind the blank line
            number_there, rest = self.gap[1], self.held.cut(self.gap[0])
            entry = self.close()
            self.begin(number_there, "")
            self.held.resume(number_there, rest)
        elif self.blank and self.held.names:
            self.gap = (len(self.held.names), number)
        if not self.is_open:
            if layout.begins and not layout.starters:
                self.go_on(number, f"{name} {text}")
                return entry
            self.begin(number, "")
            self.starter = self.starter or name
        self.blank = False
        self.add(number, name, text)
        return entry

    def add(self, number: int, name: str, text: str) -> None:
        if self.held.names:
            self.held.names.append(name)
            self.held.texts.append(text)
        else:
            begun = self.held.begun
            self.held.open(begun, name, text)

    def begins_record(self, name: str) -> bool:
        layout = self.layout
        names = self.held.names
        if not names:
            return False
        if self.banner:
            return name in layout.starters and name in names
        if name in layout.starters:
            # a file whose records begin with another tag has its type second (`%T`, `%0`)
            return name in names or self.starter in layout.starters
        return (
            layout.by_blank
            and self.blank
            and (name == self.starter or layout.starters.isdisjoint(names))
        )

    def begin(self, number: int, banner: str) -> None:
        self.leave_stray()
        self.is_open, self.held.begun, self.banner = True, number, banner
        self.gap = (0, 0)

    def go_on(self, number: int, line: str) -> None:
        if self.held.names:
            self.held.go_on(line.strip())
            self.blank = False
        elif self.is_open:
            self.add(number, "", line.strip())
            self.blank = False
        elif self.stray:
            self.stray = (self.stray[0], self.stray[1] + 1, self.stray[2])
        else:
            self.stray = (number, 1, line)

    def leave_stray(self) -> None:
        if self.stray:
            number, count, line = self.stray
            self.gathered.add(
                "outside-record",
                number,
                f"{count} line{'s' if count > 1 else ''} outside of any record: "
                f"{line.strip()[:60]!r}",
                "Nothing to do if this is a heading",
                Severity.NOTE,
            )
            self.stray = None

    def close(self) -> Entry | None:
        if not self.is_open:
            return None
        self.is_open = False
        begun, layout = self.held.begun, self.layout
        names, texts, too_long = self.held.close()
        if too_long:
            return Entry(begun, (), {}, why=TOO_LONG, raw=too_long)
        if layout.fold != "\n":
            texts = [
                joined(text.split("\n"), layout.fold)
                if "\n" in text and name not in layout.listed
                else text
                for name, text in zip(names, texts, strict=True)
            ]
        if not names:
            names, texts = ["Record"], [self.banner]
        by_tag = grouped(names, texts)
        for name in layout.listed & by_tag.keys():
            by_tag[name] = [line for text in by_tag[name] for line in text.split("\n") if line]
        return Entry(
            begun, tuple(map(tag_of, zip(names, texts, strict=True))), self.sorter.said(by_tag)
        )
