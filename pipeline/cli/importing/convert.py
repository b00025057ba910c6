"""`review convert`: any export into another format, every entry accounted for."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from pipeline.cli.console import counted, progress, safe, say, say_problems, tell
from pipeline.model.problem import Place, Problem, ReviewError, Severity
from pipeline.model.record import Record, SetAside
from pipeline.notation.safe_text import for_json
from pipeline.notation.typed import nearest
from pipeline.readers import ExportStream, stream_export
from pipeline.render.bibliography import BIBLIOGRAPHIES, not_carried, write_bibliography
from pipeline.store.files import open_outside, stream_into

_FAULTS = 1
_REFUSED = 2


_ALIASES = {"bib": "bibtex", "json": "csl-json", "csl": "csl-json", "medline": "nbib"}
"""What people call a format by the ending of its files."""


def convert(
    files: Annotated[list[str], typer.Argument(help="Exports in any layout; - is a pipe.")],
    to: Annotated[str, typer.Option(help=f"The format wanted: {', '.join(BIBLIOGRAPHIES)}.")],
    into: Annotated[
        Path | None, typer.Option(help="A folder; each output has its file's name and a suffix.")
    ] = None,
    format: Annotated[str, typer.Option(help="Layout, if it is not found rightly.")] = "",
    encoding: Annotated[str, typer.Option(help="Encoding, if it is not found rightly.")] = "",
    column: Annotated[
        list[str] | None, typer.Option(help="For tables: field=Column, like title=Titel.")
    ] = None,
    repairs: Annotated[
        Path | None, typer.Option(help="A file of repaired entries (one export only).")
    ] = None,
    strict: Annotated[
        bool, typer.Option(help="Refuse a file if any entry cannot be read.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object per file, one a line.")
    ] = False,
) -> int:
    """Turns exports into another format and says what was found, read and set aside in each.

    One file goes to standard output; several need --into. In the same format every field comes
    back as it was; across formats the tags that could not be carried are named. With --json one
    JSON object a file is printed (file, format, encoding, found, read, set_aside, problems); then
    records are written only with --into. Exit code 1: entries were set aside; 2: a file was
    refused (the others are converted all the same).

    Example: review convert psycinfo.ris embase.csv --to csl-json --into converted
    """
    to = _ALIASES.get(to.lower(), to.lower())
    if to == "xlsx":
        raise ReviewError(
            "a workbook is written from a table",
            "Write --to csv, which Excel and LibreOffice open",
        )
    if to not in BIBLIOGRAPHIES:
        hint = nearest(to, tuple(BIBLIOGRAPHIES))
        raise ReviewError(f"{to!r} cannot be written.{hint}", f"Known: {', '.join(BIBLIOGRAPHIES)}")
    if into is None and not as_json and sys.stdout.isatty():
        where = [Path(name).name + BIBLIOGRAPHIES[to].suffix for name in files if name != "-"]
        raise ReviewError(
            "the records would run over the screen",
            f"Add --into FOLDER (it would hold {safe(', '.join(where[:3]))}), or > FILE",
        )
    if len(files) > 1 and into is None and not as_json:
        raise ReviewError("several files cannot share standard output", "Name a folder with --into")
    if len(files) > 1 and repairs is not None:
        raise ReviewError("repairs belong to one export", "Convert that export alone")
    wish = _Wish(to, into, format, encoding, _columns(column or ()), repairs, strict, as_json)
    taken = {Path(name).resolve() for name in files if name != "-"}
    worst = 0
    for name in files:
        try:
            outcome = _convert(name, wish, taken)
        except ReviewError as refusal:
            if len(files) == 1 and not as_json:
                raise
            worst = _REFUSED
            if as_json:
                _print_json({"file": name, "refused": refusal.what, "remedy": refusal.remedy})
            tell(f"review convert: {safe(str(refusal))}")
        else:
            worst = max(worst, _FAULTS if outcome else 0)
    return worst


@dataclass(frozen=True, slots=True)
class _Wish:
    to: str
    into: Path | None
    format: str
    encoding: str
    columns: dict[str, str]
    repairs: Path | None
    strict: bool
    as_json: bool


@dataclass(slots=True)
class _Account:
    """What happened to the entries of one file while its records went by."""

    read: int = 0
    set_aside: list[SetAside] = field(default_factory=list)
    lost: dict[str, int] = field(default_factory=dict)

    @property
    def found(self) -> int:
        return self.read + len(self.set_aside)


def _columns(wishes: Any) -> dict[str, str]:
    columns: dict[str, str] = {}
    for wish in wishes:
        name, equals, column = wish.partition("=")
        if not equals:
            raise ReviewError(f"{wish!r} names no column", "Write it like `title=Titel`")
        columns[name.strip().replace("-", "_")] = column.strip()
    return columns


def _convert(name: str, wish: _Wish, taken: set[Path]) -> bool:
    """Converts one file; true when anything in it was set aside or is an error."""
    shown = "standard input" if name == "-" else name
    if wish.strict:
        _refuse_losses(name, shown, wish)
    with _open(name) as stream, progress(f"Reading {shown}") as tick:
        fix = open_outside(wish.repairs) if wish.repairs else None
        export = stream_export(
            stream,
            file=shown,
            search=_stem(name),
            format=wish.format,
            encoding=wish.encoding,
            columns=wish.columns,
            repairs=fix,
        )
        account = _Account()
        pieces = write_bibliography(
            _passing(export, account, wish.to, tick), wish.to, read_as=export.format
        )
        output = _output(name, wish, taken)
        if output is not None:
            stream_into(output, pieces)
        elif wish.as_json:
            for _ in pieces:
                pass
        else:
            for piece in pieces:
                sys.stdout.buffer.write(piece)
            sys.stdout.flush()
        if fix is not None:
            fix.close()
    problems = (
        *export.problems,
        *map(_set_aside_problem, account.set_aside),
        *_unlike(export, account),
    )
    if wish.as_json:
        _print_json(_as_json(shown, export, account, problems, output))
    else:
        _tell(shown, export, account, problems, output)
    return bool(account.set_aside) or any(p.severity is Severity.ERROR for p in problems)


def _open(name: str) -> BinaryIO:
    return sys.stdin.buffer if name == "-" else open_outside(Path(name))


def _stem(name: str) -> str:
    return "stdin" if name == "-" else Path(name).stem


def _passing(export: ExportStream, account: _Account, to: str, tick: Any) -> Iterator[Record]:
    target = BIBLIOGRAPHIES[to]
    same: bool | None = None
    for n, entry in enumerate(export, 1):
        if n % 500 == 0:
            tick(n)
        if isinstance(entry, SetAside):
            account.set_aside.append(entry)
            continue
        account.read += 1
        if same is None:
            same = target.is_same(export.format, entry)
        if not same:
            for tag in not_carried(entry):
                account.lost[tag] = account.lost.get(tag, 0) + 1
        yield entry


def _refuse_losses(name: str, shown: str, wish: _Wish) -> None:
    """With --strict a first reading looks for entries that would be set aside."""
    if name == "-":
        raise ReviewError("--strict reads a file twice, a pipe only once", "Name a file")
    with _open(name) as stream:
        fix = open_outside(wish.repairs) if wish.repairs else None
        export = stream_export(
            stream, file=shown, format=wish.format, encoding=wish.encoding, columns=wish.columns,
            repairs=fix,
        )  # fmt: skip
        account = _Account()
        for _ in _passing(export, account, wish.to, lambda n: None):
            pass
        if fix is not None:
            fix.close()
    if account.set_aside:
        first = account.set_aside[0]
        raise ReviewError(
            f"{shown}: {counted(len(account.set_aside), 'entry', 'entries')} cannot be read, "
            f"the first at line {first.place.line}: {first.why}",
            "Mend it in a file of repairs, or convert without --strict",
        )
    for problem in _unlike(export, account):
        raise ReviewError(f"{shown}: {problem.what}", problem.remedy)


def _output(name: str, wish: _Wish, taken: set[Path]) -> Path | None:
    """Where the output of a file goes; never over an input, never over an earlier output."""
    if wish.into is None:
        return None
    if wish.into.exists() and not wish.into.is_dir():
        raise ReviewError(f"{wish.into} is no folder", "Name a folder with --into")
    base = "stdin" if name == "-" else Path(name).name
    suffix = BIBLIOGRAPHIES[wish.to].suffix
    output = wish.into / f"{base}{suffix}"
    again = 2
    while output.resolve() in taken:
        output = wish.into / f"{base}-{again}{suffix}"
        again += 1
    taken.add(output.resolve())
    return output


def _set_aside_problem(entry: SetAside) -> Problem:
    return Problem(
        place=entry.place,
        what=f"entry {entry.number} was set aside: {entry.why}",
        remedy="Mend it in a file of repairs and convert again with --repairs",
        check="set-aside",
    )


def _unlike(export: ExportStream, account: _Account) -> tuple[Problem, ...]:
    """What the file says it holds against what was found in it."""
    declared = export.declared
    if declared is None or declared == account.found:
        return ()
    return (
        Problem(
            place=Place(file="standard input" if export.file == "-" else export.file),
            what=f"the file says that it holds {counted(declared, 'record')}, "
            f"and {account.found:,} were found",
            remedy="An export of a part of the results is no fault; else export again",
            severity=Severity.WARNING,
            check="declared",
        ),
    )


def _as_json(
    shown: str,
    export: ExportStream,
    account: _Account,
    problems: tuple[Problem, ...],
    output: Path | None,
) -> dict[str, Any]:
    return {
        "file": shown,
        "output": str(output) if output else None,
        "format": export.format,
        "encoding": export.encoding,
        "declared": export.declared,
        "found": account.found,
        "read": account.read,
        "set_aside": len(account.set_aside),
        "not_carried": account.lost,
        "problems": [
            {
                "line": p.place.line,
                "severity": str(p.severity),
                "check": p.check,
                "what": p.what,
                "remedy": p.remedy,
            }
            for p in problems
        ],
    }


def _print_json(value: dict[str, Any]) -> None:
    print(for_json(json.dumps(value, ensure_ascii=False)))


def _tell(
    shown: str,
    export: ExportStream,
    account: _Account,
    problems: tuple[Problem, ...],
    output: Path | None,
) -> None:
    """The account of one file: on standard output when the records went into a folder."""
    told = [p for p in problems if p.severity is not Severity.NOTE]
    say_problems(told, most=20)
    line = (
        f"{shown}: {export.format}, {export.encoding}: "
        f"{counted(account.found, 'entry', 'entries')} found, {account.read:,} read, "
        f"{len(account.set_aside):,} set aside"
    )
    lines = [safe(line + (f" -> {output}" if output else ""))]
    if account.lost:
        lost = ", ".join(f"{tag} ({n:,})" for tag, n in sorted(account.lost.items()))
        lines.append(safe(f"  not carried into the new format, by tag (records): {lost}"))
    for text in lines:
        (say if output else tell)(text)
