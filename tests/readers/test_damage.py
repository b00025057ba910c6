"""What mail, editors, spreadsheets and broken downloads do to a file, for every layout.

A damage is either undone (the records are the same) or told: no record is lost without a word.
"""

from __future__ import annotations

import io
import json
import quopri
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.model.problem import ReviewError
from pipeline.model.record import Reading
from pipeline.readers import READERS, read_export

SAMPLES = Path(__file__).parent / "samples"
TEXT_SAMPLES = sorted(
    path
    for path in SAMPLES.iterdir()
    if not path.name.endswith((".expected.json", ".md", ".xlsx"))
    and (READERS[path.name.partition(".")[0]].suffix != ".csv" or path.name.startswith("csv"))
)
"""All layouts of text; of the tables, which one reader reads, one."""
TAGGED = frozenset({"ris", "nbib", "wos", "refer", "refworks"})
"""Layouts that live by a tag in their first columns."""
LINES = TAGGED | {"bibtex", "cochrane", "ovid", "proquest", "inspec", "cnki"}
Damage = Callable[[str], str | bytes]

RIS = "TY  - JOUR\nTI  - Added\nAU  - Lee, A\nER  - \n"


def each_line(change: Callable[[str], str]) -> Damage:
    return lambda text: "\n".join(change(line) if line else line for line in text.split("\n"))


def with_odd_blanks(text: str) -> str:
    """The blanks of the first six columns of each line as an editor's no-break blanks."""
    return "\n".join(
        line[:6].replace(" ", "\u00a0") + line[6:] if line[:1].strip() else line
        for line in text.split("\n")
    )


def wrapped(text: str) -> str:
    """Long lines broken at a blank, as a mail breaks them."""
    lines: list[str] = []
    for line in text.split("\n"):
        while len(line) > 60 and (cut := line.rfind(" ", 20, 60)) > 0:
            lines.append(line[:cut])
            line = line[cut + 1 :]
        lines.append(line)
    return "\n".join(lines)


UNDONE: dict[str, tuple[Damage, frozenset[str]]] = {
    "no blank line at its end": (lambda text: text.rstrip("\n"), frozenset()),
    "blank lines before it": (lambda text: "\n\n \n" + text, frozenset()),
    "blanks behind its lines": (each_line(lambda line: line + "   "), frozenset()),
    "marks of byte order within": (lambda text: text.replace("\n", "\n\ufeff", 4), frozenset()),
    "signs of nothing within": (lambda text: text.replace("\n", "\n\0", 4), frozenset()),
    "lines set apart": (lambda text: text.replace("\n", "\n\n"), LINES - {"cochrane", "ovid"}),
    "no-break blanks around tags": (with_odd_blanks, TAGGED),
    "quoted in a mail": (each_line(lambda line: "> " + line), LINES),
    "sent as quoted-printable": (
        lambda text: quopri.encodestring(text.encode()).replace(b"\r\n", b"\n"), TAGGED,
    ),
    "in the cells of a spreadsheet": (
        each_line(lambda line: '"' + line.replace('"', '""') + '"'), TAGGED,
    ),
    "with empty cells behind its lines": (each_line(lambda line: line + ",,,"), TAGGED),
    "a heading before it": (lambda text: "Our search of 3 May\n\n" + text, TAGGED | {"bibtex"}),
    "a note behind it": (lambda text: text + "\n\nEnd of the list\n", TAGGED | {"bibtex"}),
}  # fmt: skip
"""What is undone, and for which layouts (none named: for all)."""
TOLD: dict[str, Damage] = {
    "cut off near its end": lambda text: text[: int(len(text) * 0.93)],
    "cut off in its middle": lambda text: text[: len(text) // 2],
    "its beginning lost": lambda text: text[len(text) // 20 :],
    "a line lost": lambda text: "\n".join(
        line for number, line in enumerate(text.split("\n")) if number != text.count("\n") // 2
    ),
    "quotes made round": lambda text: text.replace('"', "\u201d"),
    "signs escaped as in HTML": lambda text: text.replace("<", "&lt;").replace(">", "&gt;"),
    "broken lines": wrapped,
    "letters of another encoding": lambda text: text.encode("cp1252", "replace"),
    "half of it in another encoding": lambda text: (
        text[: len(text) // 2].encode() + text[len(text) // 2 :].encode("cp1252", "replace")
    ),
}
"""After these fewer records, or other titles, must come with a word."""


def layout_of(path: Path) -> str:
    return path.name.partition(".")[0]


def text_of(path: Path) -> str:
    encoding = json.loads(Path(f"{path}.expected.json").read_text(encoding="utf-8"))["encoding"]
    text = path.read_bytes().decode("cp1252" if encoding == "cp1252" else encoding)
    return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def read(content: str | bytes) -> Reading:
    data = content.encode() if isinstance(content, str) else content
    return read_export(io.BytesIO(data), file="export", search="s")


def facts(reading: Reading) -> list[tuple[str, int, int, str]]:
    return [(r.title, len(r.author), r.year, r.doi) for r in reading.records]


@pytest.mark.parametrize("damage", UNDONE)
@pytest.mark.parametrize("path", TEXT_SAMPLES, ids=lambda path: path.name)
def test_a_damage_is_undone(path: Path, damage: str) -> None:
    change, layouts = UNDONE[damage]
    if layouts and layout_of(path) not in layouts:
        return
    text = text_of(path)
    assert facts(read(change(text))) == facts(read(text))


@pytest.mark.parametrize("damage", TOLD)
@pytest.mark.parametrize("path", TEXT_SAMPLES, ids=lambda path: path.name)
def test_what_a_damage_takes_is_told(path: Path, damage: str) -> None:
    text = text_of(path)
    if damage == "cut off in its middle" and layout_of(path) in WITHOUT_ENDS:
        return  # a file of fewer records, which looks like any other
    if damage == "a line lost" and text.count("\n") < 3 * len(read(text).records) + 6:
        return  # the line is a record
    whole = read(text)
    try:
        reading = read(TOLD[damage](text))
    except ReviewError as refusal:
        assert refusal.what and refusal.remedy
        return
    lost = len(whole.records) - len(reading.records)
    assert lost <= 0 or reading.set_aside or reading.problems


@pytest.mark.parametrize("path", TEXT_SAMPLES, ids=lambda path: path.name)
def test_files_joined_are_read_one_behind_the_other(path: Path) -> None:
    text = text_of(path)
    layout = layout_of(path)
    once = [record.title for record in read(text).records]
    if layout != "repec_nep":  # a mail has a list of contents of its own
        twice = [record.title for record in read(f"{text.rstrip()}\n\n{text}").records]
        assert twice == once * 2
    for joined, wanted in (
        (read(f"{text.rstrip()}\n\n{RIS}"), [*once, "Added"]),
        (read(f"{RIS}\n{text}"), ["Added", *once]),
    ):
        if layout in HARD_TO_SEE:
            assert joined.problems
        else:
            assert [record.title for record in joined.records] == wanted


WITHOUT_ENDS = frozenset(
    {"nbib", "refer", "refworks", "cochrane", "ovid", "proquest", "inspec", "biblioscape", "cnki",
     "repec_nep", "csl_yaml", "csv"}
)  # fmt: skip
"""Layouts in which nothing says that a record, or the file, is at its end."""
HARD_TO_SEE = frozenset(
    {"inspec", "biblioscape", "repec_nep", "csl_yaml", "proquest", "cnki", "csv", "cochrane",
     "ovid"}
)  # fmt: skip
"""Layouts that no line opens so plainly that a file is parted at it; that is told."""
