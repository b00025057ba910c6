"""What Tab offers, in bash, zsh and fish."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.completion import SHELLS, complete
from pipeline.cli.entry import VERBS

Run = Callable[..., Any]
MODULES = {name: verb.module for name, verb in VERBS.items()}


def offered(line: str) -> list[str]:
    return complete(line, MODULES)


@pytest.fixture
def named(records: Path, run: Run) -> Path:
    protocol = records / "protocol.yaml"
    text = protocol.read_text().replace("reviewers: []", "reviewers: [ada, Jürgen Müller]", 1)
    protocol.write_text(text)
    (records / "studies" / "doe-2015.yaml").write_text("x")
    return records


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("review stat", ["status"]),
        ("review status ", ["r"]),
        ("review decide r db-2020-01-01:000", [f"db-2020-01-01:000{n}" for n in (1, 2, 3, 4)]),
        ("review decide ", ["r", "db-2020-01-01:"]),
        ("review decide r x --verdict ", ["include", "exclude", "unsure"]),
        ("review decide r x --reason t", ["topic"]),
        ("review decide r x --reason ", ["population", "topic", "design", "no_results"]),
        ("review screen --as ", ["ada", '"Jürgen Müller"']),
        ("review extract r ", ["doe-2015"]),
        ("review remove --search ", ["db-2020-01-01"]),
        ("review undo --al", ["--alike"]),
        ("review nonsense ", []),
        ("review screen --stage f", ["full_text"]),
    ],
)
def test_what_may_follow_is_offered(named: Path, line: str, found: list[str]) -> None:
    assert offered(line) == found


@pytest.mark.parametrize("verb", VERBS)
def test_the_options_are_those_of_the_verb(verb: str) -> None:
    import importlib

    import typer

    app = typer.Typer(add_completion=False)
    made = VERBS[verb]
    app.command(name=verb)(getattr(importlib.import_module(made.module), made.function))
    command = typer.main.get_command(app)
    true = {name for p in command.params if p.param_type_name == "option" for name in p.opts}
    found = {part for option in offered(f"review {verb} -") for part in option.split("/")}
    assert true - {"--help"} <= found
    assert {option for option in found if not option.startswith("--no-")} <= true | {"--help"}


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_is_told_how_to_ask(here: Path, run: Run, shell: str, monkeypatch: Any) -> None:
    monkeypatch.setenv("HOME", str(here))
    said = run("--install-completion", shell)
    path = here / SHELLS[shell][0]
    assert said.code == 0 and str(path) in said.out and "--complete" in path.read_text()
    if found := shutil.which(shell):
        assert subprocess.run([found, "-n", str(path)], check=False).returncode == 0
    assert run("--install-completion", "csh").code == 2


def test_a_name_that_is_hostile_stays_a_name(named: Path, run: Run) -> None:
    (named / "studies" / "a\x1b[2J.yaml").write_text("x")
    assert "\x1b" not in run("--complete", "review extract r ").out


def test_nothing_heavy_is_imported_to_complete(named: Path) -> None:
    code = (
        "import sys; from pipeline.cli.entry import _run; _run(['--complete', 'review decide ']);"
        "heavy = {'typer', 'rich', 'pandas', 'pyarrow', 'msgspec', 'textual'};"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-300:]
