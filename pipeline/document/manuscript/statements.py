"""What the slots of a manuscript say, gathered as statements with what each rests on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Protocol

from pipeline.document import wording
from pipeline.document.citations import Citable, citation
from pipeline.document.counts import UnknownCount, count, meanings
from pipeline.document.manuscript.claims import plain_text
from pipeline.document.manuscript.template import (
    MARK_CLOSE,
    MARK_MID,
    MARK_OPEN,
    Markdown,
    SlotText,
    Template,
)
from pipeline.document.values import UnknownValue, absent, find, quoted
from pipeline.document.values import said as values_said
from pipeline.model.document import Figure, Table
from pipeline.model.problem import Place, Severity
from pipeline.model.statement import Statement, StatementKind
from pipeline.model.study import Study
from pipeline.notation.safe_text import for_markdown
from pipeline.snapshot import Snapshot
from pipeline.snapshot.dependencies import watch
from pipeline.snapshot.fingerprints import digest, fingerprints

MARK = re.compile(f"{MARK_OPEN}([^{MARK_MID}]*){MARK_MID}([^{MARK_CLOSE}]*){MARK_CLOSE}")
"""A mark: the id of a statement, and its text ("" for a sentence, whose text stands before)."""

_SEE = re.compile("\ue00e[^\ue00f]*\ue00f|\\[\\[(?:table|figure):[^\\]]*\\]\\]")


class Sayings:
    """The statements of one manuscript, by id, in the order in which they are first said."""

    def __init__(self, snapshot: Snapshot, template: Template) -> None:
        self._snapshot = snapshot
        self._template = template
        self.statements: dict[str, Statement] = {}

    @contextmanager
    def reading(self) -> Iterator[tuple[Snapshot, Mapping[str, None]]]:
        """A snapshot to make something from, and the names of what was read from it."""
        yield watch(self._snapshot)

    def say(
        self,
        kind: StatementKind,
        id: str,
        text: str,
        read: Iterable[str],
        *,
        placed: bool = True,
    ) -> None:
        """Notes that the manuscript says `text` here, made from the inputs `read`.

        With `placed` false it is made, and stands nowhere in the text.
        """
        line = self._template.line()
        here = (Place(file=self._template.file, line=line),) if placed else ()
        known = self.statements.get(id)
        if known is not None:
            places = tuple(dict.fromkeys((*known.places, *here)))
            self.statements[id] = replace(known, places=places)
            return
        # sorted: whoever goes through a set reads in another order in each run
        grounds = fingerprints(self._snapshot).of(sorted(read))
        self.statements[id] = Statement(
            id=id, kind=kind, text=said(text), places=here, grounds=grounds
        )

    def repeat(self, statement: Statement) -> None:
        """Notes that a statement of another manuscript is said here as well."""
        if statement.id not in self.statements:
            here = Place(file=self._template.file, line=self._template.line())
            self.statements[statement.id] = replace(statement, places=(here,))

    def number(self, id: str, text: str, read: Iterable[str]) -> SlotText:
        self.say(StatementKind.NUMBER, id, text, read)
        return SlotText(text, id, inline=True)

    def sentence(self, id: str, text: str, read: Iterable[str]) -> SlotText:
        self.say(StatementKind.SENTENCE, id, text, read)
        return SlotText(text, id, inline=False)

    def table(self, table: Table, read: Iterable[str], *, placed: bool = True) -> None:
        rows = (" | ".join(cell.text for cell in row) for row in table.rows)
        text = "\n".join((table.caption, *rows))
        self.say(StatementKind.TABLE, f"table:{table.id}", text, read, placed=placed)

    def figure(self, figure: Figure, read: Iterable[str]) -> None:
        id = f"figure:{figure.id}"
        self.say(StatementKind.FIGURE, id, f"{figure.caption} {figure.alt}", read)
        said = self.statements[id]
        self.statements[id] = replace(said, grounds={**said.grounds, "drawing": digest(figure.svg)})


def said(text: str) -> str:
    """What a reader reads of `text`: no marks, no references to tables, no markup."""
    return plain_text(_SEE.sub("", MARK.sub(r"\2", text)))


def named(id: str, parts: Mapping[str, object]) -> str:
    """`id` with the options it was asked with: `n:included_studies[role=core]`."""
    told = ",".join(f"{name}={value}" for name, value in sorted(parts.items()))
    return f"{id}[{told}]" if told else id


class NotesFault(Protocol):
    """Notes what is wrong in the line that is being filled; gives nothing to print."""

    def __call__(
        self,
        what: str,
        remedy: str,
        word: str = "",
        known: Collection[str] = (),
        severity: Severity = Severity.ERROR,
    ) -> Markdown: ...


class NumberSlots:
    """Each slot notes what it said, and from which inputs, in `sayings`."""

    def __init__(
        self, snapshot: Snapshot, sayings: Sayings, names: Citable, fault: NotesFault
    ) -> None:
        self.snapshot, self.sayings, self.names, self.fault = snapshot, sayings, names, fault
        self.sealed = False

    def n(
        self,
        key: str,
        one: str = "",
        many: str = "",
        *,
        words: bool = False,
        capital: bool = False,
        **parts: object,
    ) -> Markdown:
        """A count, with its noun when `one` is given."""
        with self.sayings.reading() as (snapshot, read):
            try:
                k = count(snapshot, key, **parts)
                may_mean = self._meanings(key, parts)
            except UnknownCount as unknown:
                return self._unknown(unknown)
        if may_mean:
            return self._which(key, may_mean)
        text = wording.in_words(k) if words or capital else wording.number(k)
        if one:
            text = wording.counted(k, one, many, words=words or capital)
        elif (words or capital) and not k:
            text = "none"
        id = named(f"n:{key}", parts)
        return self.sayings.number(id, wording.capital(text) if capital else text, read)

    def percent(
        self, key: str, *, of: str, places: int = 0, scope: str = "", via: str = ""
    ) -> Markdown:
        """The share that the count `key` has of the count `of`, both of the same searches."""
        parts = {
            name: values_said
            for name, values_said in (("scope", scope), ("via", via))
            if values_said
        }
        counts = []
        with self.sayings.reading() as (snapshot, read):
            for one in (key, of):
                try:
                    counts.append(count(snapshot, one, **parts))
                    may_mean = self._meanings(one, parts)
                except UnknownCount as unknown:
                    return self._unknown(unknown)
                if may_mean:
                    return self._which(one, may_mean)
        part, whole = counts
        if not whole:
            return self.fault(f"{of} is 0, so there is no share of it", "Say it in words instead")
        text = wording.percent(part, whole, places)
        return self.sayings.number(named(f"percent:{key}/{of}", parts), text, read)

    def _unknown(self, unknown: UnknownCount) -> Markdown:
        known = ", ".join(unknown.known)
        remedy = f"Known are {known}" if known else f"Leave out `{unknown.word}=`"
        return self.fault(unknown.what, remedy, unknown.word, unknown.known)

    def _meanings(self, key: str, parts: Mapping[str, object]) -> Mapping[str, int]:
        """What a count may mean; in a sealed edition it means what it meant when it was sealed."""
        return {} if self.sealed else meanings(self.snapshot, key, **parts)

    def _which(self, key: str, may_mean: Mapping[str, int]) -> Markdown:
        """A count that may mean more than one thing, with what each of them comes to."""
        told = "; ".join(f"{words}: {wording.number(n)}" for words, n in may_mean.items())
        before = self.snapshot.ledger.before
        since = f" since edition {before.number}" if before is not None else ""
        return self.fault(
            f"{key!r} may mean {len(may_mean)} things here ({told})",
            f'Say which: scope="round" counts the searches{since}, scope="all" every search so far',
        )

    def v(self, study: str, path: str, *, part: str = "", absent: bool = False) -> Markdown:
        """An extracted value in words."""
        return self._value(study, path, part, absent)

    def _value(self, id: str, path: str, part: str, may_be_absent: bool) -> Markdown:
        with self.sayings.reading() as (snapshot, read):
            studies = snapshot.review.studies
            study = studies.get(id)
            if study is None:
                return self.fault(f"there is no study {id!r}", "Write its id", id, studies)
            name = named(f"{id}/{path.strip('/')}", {"part": part} if part else {})
            return self._found(study, path, part, may_be_absent, name, read)

    def _found(
        self,
        study: Study,
        path: str,
        part: str,
        may_be_absent: bool,
        name: str,
        read: Mapping[str, None],
    ) -> Markdown:
        try:
            found = find(self.snapshot.review, study, path)
            if found.answer.value is None and may_be_absent:
                return self.sayings.number(name, for_markdown(absent(found.answer)), read)
            if found.answer.value is None:
                return self.fault(
                    f"{study.id}: {path} has no value, it is {absent(found.answer)}",
                    "Leave the sentence out, or write `absent=True` to print why there is none",
                )
            return self.sayings.number(name, for_markdown(values_said(found, part)), read)
        except UnknownValue as unknown:
            there = f"There are {', '.join(unknown.known)}" if unknown.known else "Look at the file"
            return self.fault(unknown.what, there, unknown.word, unknown.known)

    def quote(self, study: str, path: str) -> Markdown:
        """The words of the first source of a value, with page and citation."""
        known = self.snapshot.review.studies
        if study not in known:
            return self.fault(f"there is no study {study!r}", "Write its id", study, known)
        try:
            source = quoted(self.snapshot.review, known[study], path)
        except UnknownValue as unknown:
            return self.fault(unknown.what, "Look at the file", unknown.word, unknown.known)
        if self.snapshot.quotes_withheld:
            return Markdown(f"(quotation withheld) {citation([self.names.key(study) or study])}")
        if source is None:
            return self.fault(f"{study}: {path} has no quote", "Add `quote:` to its source")
        key = self.names.key(source.report or study)
        page = f", {for_markdown(source.page)}" if source.page else ""
        cited = f" {citation([key])[:-1]}{page}]" if key else ""
        text = f"\u201c{for_markdown(source.quote)}\u201d"
        self.sayings.say(StatementKind.QUOTE, f"quote:{study}/{path}", text, (f"{study}/{path}",))
        return Markdown(f"{text}{cited}")
