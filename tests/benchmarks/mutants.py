"""Changes a rule in every way that mutmut knows, one at a time, and says which tests notice.

python tests/benchmarks/mutants.py [ROOM | ROOM/MODULE …]   (or `make mutants ROOM=screening`)

A module of a room is tried against the tests of that room. Prints, for each, how many mutants were
killed, and shows the survivors: a rule that no test holds, or a change that makes no difference.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
ROOMS = ("duplicates", "synthesis", "snapshot", "screening", "notation", "store")
COPIED = ("pipeline", "tests", "reviews", "extraction_forms", "outputs", "docs", "README.md")
SHOWN = 40

CONFIG = """
[tool.mutmut]
source_paths = ["pipeline/"]
only_mutate = ["{module}"]
also_copy = [{copied}]
pytest_add_cli_args_test_selection = [{tests}]
"""


def modules(asked: list[str]) -> list[Path]:
    found: list[Path] = []
    for name in asked or ROOMS:
        place = PROJECT / "pipeline" / name
        found += sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    return [path for path in found if path.name != "__init__.py"]


def tests_of(module: Path) -> list[str]:
    """The tests called after the module where there are some, else those of its room."""
    room = module.relative_to(PROJECT / "pipeline").parts[0]
    own = PROJECT / "tests" / room / f"test_{module.stem}.py"
    return [str((own if own.is_file() else own.parent).relative_to(PROJECT))]


def tried(module: Path) -> tuple[int, int, str]:
    """Killed, all, and the survivors as changes of lines."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("pyproject.toml", *COPIED):
            source = PROJECT / name
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, Path(folder, name))
        quoted = {
            "module": str(module.relative_to(PROJECT)),
            "copied": ", ".join(f'"{name}"' for name in COPIED),
            "tests": ", ".join(f'"{name}"' for name in tests_of(module)),
        }
        with Path(folder, "pyproject.toml").open("a", encoding="utf-8") as config:
            config.write(CONFIG.format(**quoted))
        run = subprocess.run(["mutmut", "run"], cwd=folder, capture_output=True, text=True)
        ends = re.findall(r"(\d+)/(\d+)\s+\S+ (\d+)", run.stdout)
        if not ends:
            return 0, 0, run.stdout[-2000:] + run.stderr[-2000:]
        listed = subprocess.run(["mutmut", "results"], cwd=folder, capture_output=True, text=True)
        names = re.findall(r"^\s*(\S+): survived", listed.stdout, re.MULTILINE)
        shown = [
            subprocess.run(["mutmut", "show", n], cwd=folder, capture_output=True, text=True).stdout
            for n in names[:SHOWN]
        ]
        changes = "\n".join(
            line
            for diff in shown
            for line in diff.splitlines()
            if line[:1] in "+-" and line[:3] not in ("+++", "---")
        )
        return int(ends[-1][2]), int(ends[-1][1]), changes


if __name__ == "__main__":
    for path in modules(sys.argv[1:]):
        killed, whole, survivors = tried(path)
        share = f" ({killed / whole:.0%})" if whole else ""
        print(f"{path.relative_to(PROJECT / 'pipeline')}: {killed} of {whole} killed{share}")
        print(survivors, flush=True)
