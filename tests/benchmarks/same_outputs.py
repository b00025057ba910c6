"""Holds two folders of outputs against each other: `same_outputs.py BEFORE AFTER`.

A change of the program that is to change nothing for readers leaves every file as it was. What may
differ is passed over: the hash of the program's code in manifests and, with `--evidence-grows`,
what documents tell of the sources of statements (the evidence annex, the grounds in
statements.json). Exit code 1 when anything else differs.

To make the two: `review build SLUG --out BEFORE/now` and `review build SLUG --until DAY --out
BEFORE/first` with the program before, the same with the program after.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from pathlib import Path

_ANNEX = re.compile(r'<section[^>]*id="evidence-annex".*', re.DOTALL)


def main(before: Path, after: Path, *, grows: bool) -> int:
    names = {
        p.relative_to(root) for root in (before, after) for p in root.rglob("*") if p.is_file()
    }
    wrong = 0
    for name in sorted(names):
        old, new = before / name, after / name
        if not old.is_file() or not new.is_file():
            print(f"only {'after' if new.is_file() else 'before'}: {name}")
            wrong += 1
        elif old.read_bytes() != new.read_bytes() and not _alike(old, new, grows):
            print(f"differs: {name}")
            wrong += 1
    print(f"{len(names)} files, {wrong} that differ")
    return 1 if wrong else 0


def _alike(old: Path, new: Path, grows: bool) -> bool:
    if old.name == "manifest.json":
        return _manifest(old, grows) == _manifest(new, grows)
    if not grows:
        return False
    match old.suffix:
        case ".html" | ".md":
            return _without_annex(old.read_text("utf-8")) == _without_annex(new.read_text("utf-8"))
        case ".docx":
            return _without_annex(_words(old)) == _without_annex(_words(new))
        case ".pdf":
            print(f"look at: {old.name}, its annex may have grown")
            return True
        case ".json" if old.name == "statements.json":
            return _statements(old) == _statements(new)
    return False


def _manifest(path: Path, grows: bool) -> object:
    told = json.loads(path.read_bytes())
    told.get("program", {}).pop("code", None)
    if grows:
        told.pop("outputs", None)
    return told


def _statements(path: Path) -> object:
    return [{k: v for k, v in s.items() if k != "grounds"} for s in json.loads(path.read_bytes())]


def _words(path: Path) -> str:
    with zipfile.ZipFile(path) as package:
        text = package.read("word/document.xml").decode("utf-8")
    return re.sub(r"<[^>]+>", "\n", text)


def _without_annex(text: str) -> str:
    """`text` up to the head of its evidence annex."""
    return re.split(r"(?m)^.*Evidence annex.*$", text)[0] if "Evidence annex" in text else text


if __name__ == "__main__":
    folders = [Path(a) for a in sys.argv[1:] if not a.startswith("-")]
    sys.exit(main(*folders, grows="--evidence-grows" in sys.argv))
