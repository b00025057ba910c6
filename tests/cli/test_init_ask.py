"""A review begun by being asked, the schemas beside its files, and what is left to be written."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pipeline.checks.review_checks import PLACEHOLDERS
from pipeline.notation.yaml_text import read_yaml
from pipeline.store import open_review
from pipeline.store.schemas import FOLDER

Run = Callable[..., Any]

ANSWERS = (
    "Sleep: a \"review\"",
    "Do screens keep pupils awake?",
    *("1", "Pupils: all ages", "", ":b", "1", "Pupils", "Screens", "", "Sleep"),
    *("Not pupils", "People in school, of any age", "Другое", "", "Not sleep", "", ""),
    *("Jürgen Müller", "jürgen müller", "李明", "", "3", "2"),
    *("PsycINFO", "NSPCC web site", ""),
)  # fmt: skip


@pytest.fixture
def asked(here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    def ask(*lines: str) -> Any:
        monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))
        return run("init", "sleep", "--ask")

    return ask


def test_the_protocol_results_from_the_answers(asked: Callable[..., Any], run: Run) -> None:
    said = asked(*ANSWERS)
    assert said.code == 0, said.err + said.out
    protocol = open_review("sleep").protocol[0]
    assert protocol.title == 'Sleep: a "review"'
    assert protocol.questions[0].text == "Do screens keep pupils awake?"
    assert protocol.framework == "PICO"
    assert [e.name for e in protocol.elements] == ["Population", "Intervention", "Outcome"]
    assert [c.label for c in protocol.criteria] == ["Not pupils", "Другое", "Not sleep"]
    assert protocol.criteria[0].text == "People in school, of any age"
    assert len({c.key for c in protocol.criteria if c.key}) == sum(
        bool(c.key) for c in protocol.criteria
    )
    assert protocol.screening.reviewers == ("jurgen-muller", "liming")
    assert protocol.screening.reviewers_per_record == 2
    assert "is named already" in said.out and "whole number from 1 to 2" in said.out
    assert "--source PsycINFO" in said.out and "--source 'NSPCC web site'" in said.out
    assert run("check", "sleep").code == 0
    assert "questions.main" not in run("check", "sleep").out


@pytest.mark.parametrize("many", [0, 1, 3, 12])
def test_who_leaves_before_the_end_has_written_nothing(
    asked: Callable[..., Any], here: Path, many: int
) -> None:
    said = asked(*ANSWERS[:many], ":q")
    assert said.code == 1 and "Nothing was written" in said.err
    assert not (here / "reviews").exists()


def test_what_the_template_says_is_named_until_it_is_written(review: Path, run: Run) -> None:
    text = (review / "protocol.yaml").read_text()
    assert all(words in text for words in PLACEHOLDERS)
    for said in (run("status", "r").out, run("check", "r").out):
        assert "questions.main" in said and "outcomes.main_outcome" in said
    for n, words in enumerate(PLACEHOLDERS):
        text = text.replace(words, f"Own words {n}")
    (review / "protocol.yaml").write_text(text)
    for said in (run("status", "r").out, run("check", "r").out):
        assert "review init" not in said


def test_a_question_that_is_not_asked_is_a_fault_at_its_line(review: Path, run: Run) -> None:
    protocol = review / "protocol.yaml"
    text = protocol.read_text().replace("    question: main\n", "    question: mian\n", 1)
    protocol.write_text(text)
    line = text.splitlines().index("    question: mian") + 1
    said = run("check", "r")
    assert said.code == 1 and f"protocol.yaml:{line}:" in said.out
    assert "Did you mean 'main'" in said.out


def test_an_instrument_that_is_not_there_is_told_with_the_one_that_was_meant(
    review: Path, run: Run
) -> None:
    protocol = review / "protocol.yaml"
    protocol.write_text(protocol.read_text().replace("appraisal: []", "appraisal: [mmat]", 1))
    assert "Did you mean 'mmat-2018'" in run("check", "r").out


def schema(review: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((review / FOLDER / f"{name}.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(found)
    return found


def plain(text: str) -> Any:
    """As an editor reads it, by YAML 1.2: days are text."""
    return json.loads(json.dumps(read_yaml(text, "x").value, default=str))


def test_each_file_fits_the_schema_that_it_names(records: Path, run: Run) -> None:
    files = [records / "protocol.yaml", *sorted((records / "synthesis").glob("*.yaml"))]
    files += sorted((records / "searches").glob("*.yaml"))
    assert len(files) == 10
    for file in files:
        first, _, _ = file.read_text().partition("\n")
        named = (file.parent / first.partition("$schema=")[2]).resolve()
        assert named.is_file() and named.parent == records / FOLDER, file
        jsonschema.validate(plain(file.read_text()) or {}, schema(records, named.name[:-12]))


def test_the_example_fits_and_a_slip_does_not(review: Path) -> None:
    example = Path(__file__).parents[2] / "reviews" / "ta-hsb"
    names = {"protocol": example / "protocol.yaml"}
    names |= {file.stem: file for file in (example / "synthesis").glob("*.yaml")}
    for name, file in names.items():
        value = plain(file.read_text())
        jsonschema.validate(value, schema(review, name))
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**value, "titel": "x"}, schema(review, name))
    for file in (example / "searches").glob("*.yaml"):
        jsonschema.validate(plain(file.read_text()), schema(review, "search"))


def test_schemas_are_written_anew_for_a_review_that_is_there(review: Path, run: Run) -> None:
    for file in (review / FOLDER).iterdir():
        file.unlink()
    assert run("init", "r", "--schemas").code == 0
    assert len(list((review / FOLDER).iterdir())) == 10
