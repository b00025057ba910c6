"""The manuscript as a sandboxed Jinja2 template: what it may say, and where a fault stands in it.

Text from people and exports is escaped when it is put in; only `Markdown`, which slots make, goes
in as it is, and a manuscript has no way to make one.
"""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.meta import find_undeclared_variables
from jinja2.parser import Parser

from pipeline.document.manuscript.bounded import BoundedEnvironment, Budget
from pipeline.document.wording import capital, lower_first
from pipeline.model.problem import Place, Problem
from pipeline.notation.safe_text import for_markdown
from pipeline.notation.typed import nearest

_NOT_TAKEN: Mapping[type[nodes.Node], str] = {
    nodes.Macro: "macros",
    nodes.CallBlock: "call blocks",
    nodes.AssignBlock: "blocks of `set`",
    nodes.FilterBlock: "filter blocks",
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "import",
    nodes.Extends: "extends",
    nodes.Block: "blocks",
}
_PRIVATE = re.compile("[\ue000-\ue00f]")
_AUTHORS_SLIPS = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)


class Markdown(str):
    """Text that a slot made as pandoc Markdown and that is put in as it stands."""

    __slots__ = ()


class SlotText(Markdown):
    """What a slot said, with the id of the statement that it is (see `sayings`).

    `inline`: a number or the like, which becomes a link itself; else a sentence, after which a
    reference to its evidence stands.
    """

    __slots__ = ("id", "inline")

    id: str
    inline: bool

    def __new__(cls, text: str, id: str, *, inline: bool) -> SlotText:
        said = super().__new__(cls, text)
        said.id, said.inline = id, inline
        return said

    @property
    def marked(self) -> str:
        """The text between private signs that name its statement."""
        if not self.strip():
            return self
        if self.inline:
            return f"{MARK_OPEN}{self.id}{MARK_MID}{self}{MARK_CLOSE}"
        return f"{self.rstrip()}{MARK_OPEN}{self.id}{MARK_MID}{MARK_CLOSE}"


MARK_OPEN, MARK_MID, MARK_CLOSE = "\ue00a", "\ue00b", "\ue00c"
"""Around the id and the text of a statement; documents do not take these signs from any text."""


class CompositeValue:
    """A value of several parts; written between double braces it is its `text`."""

    __slots__ = ("parts", "text")

    def __init__(self, text: Markdown, parts: Mapping[str, object]) -> None:
        self.text = text
        self.parts = parts

    def __getattr__(self, name: str) -> object:
        try:
            return self.parts[name]
        except KeyError:
            raise AttributeError(name) from None

    def __str__(self) -> str:
        return str(self.text)


class Template:
    """One manuscript, ready to be filled.

    `problems` are those found without filling it; with any, it is not to be filled.
    """

    def __init__(self, source: str, file: str, words: frozenset[str]) -> None:
        self.file = file
        self._lines = source.split("\n")
        self.problems: tuple[Problem, ...] = ()
        self.claim: Callable[..., Markdown] = _no_claim
        self._environment = _environment(self)
        try:
            tree = self._environment.parse(source)
            self.problems = (*_not_taken(tree, file), *_unknown_words(tree, file, words))
            self._template = self._environment.from_string(source)
        except jinja2.TemplateSyntaxError as error:
            self.problems = (
                Problem(
                    place=Place(file=file, line=error.lineno),
                    what=f"the manuscript cannot be read: {_in_words(error)}",
                    remedy="Compare the braces and tags of this line; `<# … #>` is a comment",
                    check="manuscript",
                ),
            )
            return
        except RecursionError:
            self.problems = (
                Problem(
                    place=Place(file=file, line=0),
                    what="the manuscript cannot be read: tags or brackets lie too deep",
                    remedy="Write the text out",
                    check="manuscript",
                ),
            )
            return
        self.tables_asked = frozenset(_constants(tree, "table"))

    def line(self) -> int:
        """The line of the manuscript from which a slot is being called, 0 outside of filling."""
        frame = sys._getframe(1)
        while frame is not None:
            if frame.f_globals.get("__jinja_template__") is self._template:
                return int(self._template.get_corresponding_lineno(frame.f_lineno))
            if frame.f_back is None:
                return 0
            frame = frame.f_back
        return 0

    def alone(self) -> bool:
        """Whether the slot that is being called begins its line and nothing follows it there."""
        told = self._lines[self.line() - 1 :][:1]
        text = "".join(told).strip()
        return text.startswith("{{") and text.partition("}}")[2] == ""

    def fill(self, context: Mapping[str, object]) -> tuple[str, tuple[Problem, ...]]:
        """The text of the manuscript with its slots filled, or the fault that stopped it."""
        self._environment.budget = Budget()
        try:
            return self._template.render(context), ()
        except jinja2.TemplateError as error:
            return "", (self._stopped(error),)
        except _AUTHORS_SLIPS as error:
            inner = traceback.extract_tb(error.__traceback__)[-1]
            if inner.filename != "<template>" and "jinja2" not in inner.filename:
                raise  # a fault of the program, not of the manuscript
            return "", (self._stopped(error),)

    def _stopped(self, error: Exception) -> Problem:
        stack = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno for frame in stack if frame.filename == "<template>"]
        return Problem(
            place=Place(file=self.file, line=(lines[-1] if lines else 0) or 0),
            what=f"this slot cannot be filled: {error}",
            remedy="Look the slot up in the manual; every word and value must be there",
            check="manuscript",
        )


def _no_claim(*_: object, **__: object) -> Markdown:
    return Markdown("")


class _ClaimTag(Extension):
    """`{% claim "id", "support", …, says="lower" %}text{% endclaim %}`."""

    tags = {"claim"}  # noqa: RUF012

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        words = [parser.parse_expression()]
        named: list[nodes.Keyword] = []
        while parser.stream.skip_if("comma"):
            if parser.stream.current.type == "name" and parser.stream.look().type == "assign":
                name = next(parser.stream).value
                next(parser.stream)
                named.append(nodes.Keyword(name, parser.parse_expression(), lineno=line))
            else:
                words.append(parser.parse_expression())
        body = parser.parse_statements(("name:endclaim",), drop_needle=True)
        call = self.call_method("made", words, named, lineno=line)
        return nodes.CallBlock(call, [], [], body).set_lineno(line)

    def made(self, *words: object, caller: Callable[[], str], **named: object) -> Markdown:
        template: Template = self.environment.manuscript  # type: ignore[attr-defined]
        return template.claim(*words, text=Markdown(caller()), **named)


def _environment(template: Template) -> BoundedEnvironment:
    environment = BoundedEnvironment(
        undefined=jinja2.StrictUndefined,
        comment_start_string="<#",
        comment_end_string="#>",
        keep_trailing_newline=True,
        autoescape=False,  # not HTML: `finalize` escapes for Markdown
        finalize=_finalised,
        extensions=[_ClaimTag],
    )
    environment.filters |= {
        "lower": _still_markdown(str.lower),
        "upper": _still_markdown(str.upper),
        "capitalize": _still_markdown(capital),
        "lower_first": _still_markdown(lower_first),
    }
    environment.extend(manuscript=template)
    return environment


def _still_markdown(change: Callable[[str], str]) -> Callable[[object], str]:
    """A change of letters: what was escaped stays escaped, and is not escaped a second time."""

    def changed(value: object) -> str:
        value = value.text if isinstance(value, CompositeValue) else value
        text = str(value)
        made = change(text)
        if isinstance(value, SlotText):
            return SlotText(made, value.id, inline=value.inline)
        return Markdown(made) if isinstance(value, (Markdown, CompositeValue)) else made

    return changed


def _finalised(value: object) -> str:
    if isinstance(value, CompositeValue):
        value = value.text
    if isinstance(value, SlotText):
        return value.marked
    if isinstance(value, Markdown):
        return value
    if isinstance(value, jinja2.Undefined):
        return str(value)  # raises, naming what is not there
    if isinstance(value, bool):
        return "yes" if value else "no"
    return without_marks(for_markdown(str(value)))


def marked(value: Markdown) -> str:
    """What a slot gave, as it goes into the text."""
    return value.marked if isinstance(value, SlotText) else value


def without_marks(text: str) -> str:
    """`text` without the private signs that are ours."""
    return _PRIVATE.sub("", text)


def _not_taken(tree: nodes.Template, file: str) -> Iterator[Problem]:
    for kind, words in _NOT_TAKEN.items():
        for node in tree.find_all(kind):
            if not _is_claim(node):
                yield Problem(
                    place=Place(file=file, line=node.lineno),
                    what=f"manuscripts do not take {words}",
                    remedy="Write the text out; `{% for … %}` and `{% if … %}` are there",
                    check="manuscript",
                )


def _is_claim(node: nodes.Node) -> bool:
    return isinstance(node, nodes.CallBlock) and isinstance(
        node.call.node, nodes.ExtensionAttribute
    )


def _unknown_words(tree: nodes.Template, file: str, words: frozenset[str]) -> Iterator[Problem]:
    unknown = find_undeclared_variables(tree) - words
    for name in tree.find_all(nodes.Name):
        if name.ctx == "load" and name.name in unknown:
            yield Problem(
                place=Place(file=file, line=name.lineno),
                what=f"there is no slot {name.name!r}.{nearest(name.name, tuple(sorted(words)))}",
                remedy=f"Known are {', '.join(sorted(words))}",
                check="manuscript",
            )


def _constants(tree: nodes.Template, function: str) -> Iterator[str]:
    """The first words with which `function` is called anywhere in the manuscript."""
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == function and call.args:
            first: Any = call.args[0]
            if isinstance(first, nodes.Const) and isinstance(first.value, str):
                yield first.value


def _in_words(error: jinja2.TemplateSyntaxError) -> str:
    return (error.message or str(error)).rstrip(".")
