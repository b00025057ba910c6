"""Changes the code of modules one place at a time and counts which changes the tests notice.

    python tests/benchmarks/mutants.py MODULE.py … --tests TEST.py … [--most N] [--seed 1]

A mutant is one operator, comparison, constant, condition or returned value changed in the syntax
tree of a module. Each runs in a process of its own, forked from one that has the libraries loaded;
it is killed when a test fails, an import breaks or the time is over. With `--most` that many are
drawn by `--seed`. Prints each survivor as file, line, what was changed, and the share killed.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

SECONDS = 120
_SWAPPED: dict[type[Any], type[Any]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.And: ast.Or, ast.Or: ast.And, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
}  # fmt: skip

Mutation = tuple[int, str, ast.Module]


def mutants(source: str) -> Iterator[Mutation]:
    """Every mutant of `source`: the line, what was changed, the changed tree."""
    tree = ast.parse(source)
    skipped = {id(n) for top in tree.body for n in ast.walk(top) if _is_declaration(top)}
    skipped |= {id(n) for hint in _annotations(tree) for n in ast.walk(hint)}
    nodes = [n for n in ast.walk(tree) if id(n) not in skipped]
    places = {id(n): i for i, n in enumerate(ast.walk(tree))}
    for node in nodes:
        for what, change in _changes(node):
            changed = copy.deepcopy(tree)
            target = next(n for i, n in enumerate(ast.walk(changed)) if i == places[id(node)])
            change(target)
            yield getattr(node, "lineno", 0), what, ast.fix_missing_locations(changed)


def _is_declaration(node: ast.stmt) -> bool:
    """Imports, docstrings and tables of types, which no test could tell apart."""
    text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return text or isinstance(node, (ast.Import, ast.ImportFrom))


def _annotations(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        for name in ("annotation", "returns"):
            if (hint := getattr(node, name, None)) is not None:
                yield hint
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node):
            yield node.body[0]


def _changes(node: ast.AST) -> Iterator[tuple[str, Callable[[Any], None]]]:
    if isinstance(node, ast.Compare):
        for n, operator in enumerate(node.ops):
            if other := _SWAPPED.get(type(operator)):
                yield f"comparison {type(operator).__name__}", _set_op(n, other)
    elif isinstance(node, (ast.BoolOp, ast.BinOp, ast.AugAssign)):
        if other := _SWAPPED.get(type(node.op)):
            yield f"operator {type(node.op).__name__}", _setter("op", other())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.Invert)):
        yield "negation dropped", _become_operand
    elif isinstance(node, ast.Constant):
        value = node.value
        if isinstance(value, bool):
            yield f"{value} turned", _setter("value", not value)
        elif isinstance(value, (int, float)):
            yield f"{value} + 1", _setter("value", value + 1)
            if value not in (0, 1):
                yield f"{value} x 0.9", _setter("value", type(value)(value * 0.9))
    elif isinstance(node, ast.If):
        yield "condition true", _setter("test", ast.Constant(True))
        yield "condition false", _setter("test", ast.Constant(False))


def _set_op(n: int, other: type[Any]) -> Callable[[Any], None]:
    def change(node: Any) -> None:
        node.ops[n] = other()

    return change


def _setter(name: str, value: Any) -> Callable[[Any], None]:
    return lambda node: setattr(node, name, value)


def _become_operand(node: Any) -> None:
    node.op = ast.UAdd() if isinstance(node.op, ast.Invert) else ast.Not()
    if isinstance(node.op, ast.Not):
        node.operand = ast.UnaryOp(op=ast.Not(), operand=node.operand)


def survives(path: Path, tree: ast.Module, tests: list[str]) -> bool:
    """Whether all `tests` pass with the module `path` made of `tree`."""
    child = os.fork()
    if not child:
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        code = 1
        with contextlib.suppress(BaseException):
            _replace(path, tree)
            import pytest

            code = int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *tests]))
        os._exit(code)
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def _replace(path: Path, tree: ast.Module) -> None:
    """Lets whoever imports the module `path` from now on get the code of `tree`."""
    from importlib.abc import Loader, MetaPathFinder
    from importlib.machinery import ModuleSpec

    name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")

    class Changed(MetaPathFinder, Loader):
        def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
            if fullname != name:
                return None
            package = path.name == "__init__.py"
            spec = ModuleSpec(fullname, self, origin=str(path), is_package=package)
            if package:
                spec.submodule_search_locations = [str(path.parent)]
            return spec

        def exec_module(self, module: Any) -> None:
            exec(compile(tree, str(path), "exec"), module.__dict__)

    sys.meta_path.insert(0, Changed())


def main() -> None:
    said = argparse.ArgumentParser()
    said.add_argument("modules", nargs="+", type=Path)
    said.add_argument("--tests", nargs="+", required=True)
    said.add_argument("--most", type=int, default=0)
    said.add_argument("--seed", type=int, default=1)
    arguments = said.parse_args()
    for library in ("numpy", "pyarrow", "pyarrow.compute", "rapidfuzz", "pytest", "hypothesis"):
        import_module(library)
    whole = killed = 0
    for path in arguments.modules:
        made = list(mutants(path.read_text(encoding="utf-8")))
        if arguments.most and len(made) > arguments.most:
            made = random.Random(arguments.seed).sample(made, arguments.most)
        dead = 0
        for line, what, tree in made:
            if survives(path, tree, arguments.tests):
                print(f"survived  {path}:{line}  {what}", flush=True)
            else:
                dead += 1
        print(f"{path}: {dead} of {len(made)} killed", flush=True)
        whole, killed = whole + len(made), killed + dead
    print(f"{killed} of {whole} killed ({killed / max(1, whole):.0%})")


if __name__ == "__main__":
    main()
