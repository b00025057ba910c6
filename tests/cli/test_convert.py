"""`review convert` as people and programs use it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.cli import main

RIS = "TY  - JOUR\nTI  - One\nAU  - Lee, A\nAD  - Kiel\nER  - \n\nTY  - JOUR\nTI  - Two\nER  - \n"


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as leaving:
        main(["convert", *words])
    return int(leaving.value.code or 0)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "a.ris"
    path.write_text(RIS)
    return path


def test_one_file_to_standard_output(
    export: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(str(export), "--to", "csl-json") == 0
    out, err = capfdbinary.readouterr()
    assert [item["title"] for item in json.loads(out)] == ["One", "Two"]
    assert b"2 entries found, 2 read, 0 set aside" in err
    assert b"AD (1)" in err


def test_many_files_one_object_each(
    export: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "b.json"
    bad.write_text('[{"title": "One"}, {"title": broken}]')
    page = tmp_path / "c.ris"
    page.write_text("<html><body>log in</body></html>")
    code = run(
        str(export),
        str(bad),
        str(page),
        str(tmp_path),
        "--to",
        "bibtex",
        "--into",
        str(tmp_path / "out"),
        "--json",
    )
    objects = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert code == 2
    assert [o.get("found") for o in objects] == [2, 2, None, None]
    assert [o.get("read") for o in objects] == [2, 1, None, None]
    assert [o.get("set_aside") for o in objects] == [0, 1, None, None]
    assert {"file", "format", "encoding", "problems"} <= objects[0].keys()
    assert "web page" in objects[2]["refused"] and "folder" in objects[3]["refused"]
    assert (tmp_path / "out" / "a.ris.bib").read_text().count("@article") == 2
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["a.ris.bib", "b.json.bib"]


def test_set_aside_is_a_fault_and_strict_refuses(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "b.json"
    path.write_text('[{"title": "One"}, {"title": broken}]')
    out = tmp_path / "out"
    assert run(str(path), "--to", "ris", "--into", str(out)) == 1
    assert "entry 2 was set aside" in capfd.readouterr().err
    assert run(str(path), "--to", "csv", "--into", str(out), "--strict") == 2
    assert [p.name for p in out.iterdir()] == ["b.json.ris"]
    fix = tmp_path / "fix.yaml"
    fix.write_text('2: |\n  {"title": "Two"}\n')
    assert run(str(path), "--to", "csv", "--into", str(out), "--strict", "--repairs", str(fix)) == 0


def test_the_same_format_is_byte_for_byte(export: Path, tmp_path: Path) -> None:
    run(str(export), "--to", "ris", "--into", str(tmp_path / "out"))
    once = (tmp_path / "out" / "a.ris.ris").read_text()
    assert once.replace("\n\n", "\n") == RIS.replace("\n\n", "\n")


def test_inputs_are_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    for folder in (tmp_path, tmp_path / "x"):
        (folder / "a").write_text(RIS)
    (tmp_path / "a.ris").write_text(RIS)
    assert (
        run(
            str(tmp_path / "a"),
            str(tmp_path / "x" / "a"),
            str(tmp_path / "a.ris"),
            "--to",
            "ris",
            "--into",
            str(tmp_path),
        )
        == 0
    )
    assert (tmp_path / "a.ris").read_text() == RIS
    assert {"a-2.ris", "a-3.ris", "a.ris.ris"} <= {p.name for p in tmp_path.iterdir()}


@pytest.mark.parametrize(
    "words",
    [("nowhere.ris", "--to", "ris"), (".", "--to", "ris"), ("a", "b", "--to", "ris"),
     ("a", "--to", "word"),
     ("a", "--to", "ris", "--column", "title")],
)  # fmt: skip
def test_refusals_say_what_to_do(words: tuple[str, ...], capfd: pytest.CaptureFixture[str]) -> None:
    assert run(*words) == 2
    assert len(capfd.readouterr().err.strip()) > 30
