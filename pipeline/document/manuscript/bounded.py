"""A sandbox for manuscripts that ends: what a template may use, and how much of it.

A manuscript may come from a stranger. Jinja2's sandbox keeps it from the machine; it does not keep
it from running for ever or from filling the memory. Here each turn of a loop and each text that is
put together is counted against a budget before it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

import jinja2
from jinja2 import nodes, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

TURNS = 100_000
"""How many turns all loops of a manuscript may take together."""
CHARACTERS = 20_000_000
"""How many characters a manuscript may put together, loops and joined texts included."""
BITS = 4_096
"""How large a whole number may become."""

FILTERS = frozenset(
    {
        "abs",
        "capitalize",
        "count",
        "d",
        "default",
        "dictsort",
        "first",
        "float",
        "groupby",
        "int",
        "items",
        "join",
        "last",
        "length",
        "list",
        "lower",
        "lower_first",
        "map",
        "max",
        "min",
        "reject",
        "rejectattr",
        "replace",
        "reverse",
        "round",
        "safe",
        "select",
        "selectattr",
        "sort",
        "string",
        "sum",
        "title",
        "trim",
        "truncate",
        "unique",
        "upper",
    }
)
"""The filters of Jinja2 that manuscripts may use; none of them makes more than it is given."""
METHODS = frozenset(
    {
        "capitalize",
        "count",
        "endswith",
        "find",
        "isdigit",
        "lower",
        "lstrip",
        "partition",
        "removeprefix",
        "removesuffix",
        "rpartition",
        "rstrip",
        "split",
        "startswith",
        "strip",
        "title",
        "upper",
    }
)
"""The methods of a text that manuscripts may call."""


class BudgetSpent(jinja2.TemplateRuntimeError):
    """A manuscript asks for more than any document needs."""


class Budget:
    """What is left of a manuscript's turns and characters."""

    def __init__(self) -> None:
        self.turns, self.characters = TURNS, CHARACTERS

    def spend(self, turns: int = 0, characters: int = 0) -> None:
        """Raises `BudgetSpent` where there is less left."""
        self.turns -= turns
        self.characters -= characters
        if self.turns < 0:
            raise BudgetSpent(f"the loops of this manuscript take more than {TURNS:,} turns")
        if self.characters < 0:
            raise BudgetSpent(f"this manuscript puts together over {CHARACTERS:,} characters")


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """Manuscripts are read in it; `budget` is renewed for each filling."""

    intercepted_binops = frozenset(["+", "-", "*", "/", "//", "%", "**"])

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.budget = Budget()
        self.globals.clear()
        self.filters = {name: f for name, f in self.filters.items() if name in FILTERS}
        self.filters |= {_TURN: _counted, _JOINED: _joined, "join": _join, "replace": _replace}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, (str, bytes)):
            return attr in METHODS
        return super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> None:
        """`str.format` is no method that manuscripts may call: it takes widths."""

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        self.budget.spend(characters=_size_of(operator, left, right))
        return super().call_binop(context, operator, left, right)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for loop in tree.find_all(nodes.For):
            if loop.recursive:
                raise jinja2.TemplateSyntaxError("loops that call themselves", loop.lineno)
            data = loop.find_all(nodes.TemplateData)
            size = nodes.Const(sum(len(text.data) for text in data))
            loop.iter = _filtered(loop.iter, _TURN, [size])
        _JoinsCounted().visit(tree)
        return tree


_TURN, _JOINED = "turns of a loop", "texts joined"


class _JoinsCounted(NodeTransformer):
    """`a ~ b` into a filter that counts before it joins."""

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        texts = nodes.List(node.nodes, lineno=node.lineno)
        return _filtered(texts, _JOINED, [])


def _filtered(node: nodes.Node, name: str, arguments: list[nodes.Expr]) -> nodes.Expr:
    assert isinstance(node, nodes.Expr)
    return nodes.Filter(node, name, arguments, [], None, None, lineno=node.lineno)


def _budget(context: Context) -> Budget:
    environment = context.environment
    assert isinstance(environment, BoundedEnvironment)
    return environment.budget


@pass_context
def _counted(context: Context, values: Iterable[Any], size: int) -> Sequence[Any]:
    """The values of a loop whose text has `size` characters, counted before its first turn."""
    budget = _budget(context)
    found = list(islice(values, budget.turns + 1))
    budget.spend(turns=len(found), characters=len(found) * size)
    return found


@pass_context
def _joined(context: Context, texts: Sequence[Any]) -> str:
    said = [str(text) for text in texts]
    _budget(context).spend(characters=sum(map(len, said)))
    return "".join(said)


@pass_context
def _join(context: Context, values: Iterable[Any], d: str = "", attribute: Any = None) -> str:
    budget = _budget(context)
    environment = context.environment
    of: Callable[[Any], Any] = (
        (lambda value: value)
        if attribute is None
        else (lambda value: environment.getitem(value, attribute))
    )
    said = []
    for value in values:
        text = str(of(value))
        budget.spend(turns=1, characters=len(text) + len(d))
        said.append(text)
    return str(d).join(said)


@pass_context
def _replace(context: Context, text: Any, old: str, new: str, count: int | None = None) -> str:
    said, old, new = str(text), str(old), str(new)
    times = said.count(old) if count is None else min(count, said.count(old))
    _budget(context).spend(characters=len(said) + times * len(new))
    return said.replace(old, new, times)


def _size_of(operator: str, left: Any, right: Any) -> int:
    """How many characters or entries the operation makes; BudgetSpent for a number too large."""
    if isinstance(left, str) and operator == "%":
        raise BudgetSpent("a text cannot be filled with %; put the values between double braces")
    if isinstance(left, int) and isinstance(right, int):
        made = {
            "*": left.bit_length() + right.bit_length(),
            "**": max(left.bit_length(), 1) * max(right, 0),
        }.get(operator, max(left.bit_length(), right.bit_length()))
        if made > BITS:
            raise BudgetSpent(f"a number of more than {BITS:,} bits")
        return 0
    if isinstance(left, int) and operator == "*":
        left, right = right, left
    held = len(left) if isinstance(left, (str, bytes, list, tuple)) else 0
    if operator == "*" and isinstance(right, int):
        return held * max(right, 0)
    return held + (len(right) if isinstance(right, (str, bytes, list, tuple)) else 0)
