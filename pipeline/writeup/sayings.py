"""What the slots of a manuscript say, gathered as statements with what each rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from pipeline.snapshot import Snapshot
from pipeline.snapshot.dependencies import watch
from pipeline.snapshot.fingerprints import digest, fingerprints
from pipeline.terms.document import Figure, Table
from pipeline.terms.problem import Place
from pipeline.terms.statement import Statement, StatementKind
from pipeline.writeup.claims import plain_text
from pipeline.writeup.template import MARK_CLOSE, MARK_MID, MARK_OPEN, Said, Template

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

    def number(self, id: str, text: str, read: Iterable[str]) -> Said:
        self.say(StatementKind.NUMBER, id, text, read)
        return Said(text, id, inline=True)

    def sentence(self, id: str, text: str, read: Iterable[str]) -> Said:
        self.say(StatementKind.SENTENCE, id, text, read)
        return Said(text, id, inline=False)

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
