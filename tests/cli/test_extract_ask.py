"""Questions one by one: each answer is on disk at once, and an editor's comments stay."""

import hashlib
from datetime import date

import pytest

from tests.store.pdfs import pdf

FORM = """\
id: asked
version: 2
title: A small form
changes: [{version: 2, what: the country is asked anew, revisit: [country]}]
items:
  country: {label: Country, required: true}
  total: {label: Total, type: integer, minimum: 0}
  design: {label: Design, type: choice, options: {survey: Survey, trial: Trial}}
  arms: {label: Arms, type: integer, asked_if: {item: design, values: [trial]}}
  results:
    label: Results
    type: part
    repeats: true
    items:
      outcome: {label: Outcome, type: reference, refers_to: protocol.outcomes, required: true}
      statement: {label: What it says, required: true}
      share: {label: Share, type: proportion}
"""
ONE = "db-2020-01-01:0001"


@pytest.fixture
def study(records, here, run, decide):
    """A blank for One, whose PDF is there, with a comment of a person in it."""
    (here / "extraction_forms" / "asked.yaml").write_text(FORM)
    protocol = (records / "protocol.yaml").read_text()
    lines = [line for line in protocol.splitlines() if not line.startswith(("form:", "appraisal:"))]
    kept = "\n".join(lines) + "\nform: asked\n"
    if "\noutcomes:" not in kept:
        kept += "outcomes: {later: Later offences}\n"
    (records / "protocol.yaml").write_text(kept)
    decide("0001", "include")
    (here / "one.pdf").write_bytes(pdf("All 264 came\n11", "from Norway.\n12"))
    words = ("--obtained", "--file", "one.pdf", "--as", "ada")
    assert run("retrieve", "r", ONE, *words).code == 0
    assert run("extract", "r", "one", "--report", ONE).code == 0
    file = records / "studies" / "one.yaml"
    text = file.read_text().replace("  total:", "  # mine: look again\n  total:")
    file.write_text(text.replace("basis:", "basis: full_text", 1))
    return file


@pytest.fixture
def ask(run, monkeypatch, study):
    """`ask(line, …)` answers the questions of --ask with these lines."""

    def ask_it(*lines, words=()):
        typed = iter(lines)
        prompts = []

        def read(prompt=""):
            prompts.append(prompt)
            line = next(typed, None)
            if line is None:
                raise EOFError
            return line

        monkeypatch.setattr("builtins.input", read)
        said = run("extract", "r", "one", "--ask", *words)
        assert said.code == 0, said.err
        return said, prompts

    return ask_it


def test_each_answer_is_on_disk_when_the_next_is_asked(ask, study):
    said, _ = ask("Norway", "12", "from Norway", "26four", "264", "11", "All 264 came")
    text = study.read_text()
    (kept,) = (study.parents[1] / "fulltexts").glob("*.pdf")
    assert f'"{ONE}": {hashlib.sha256(kept.read_bytes()).hexdigest()}' in text
    total = '{value: 264, sources: [{page: "11", quote: All 264 came}]}'
    assert f"# mine: look again\n  total: {total}\n" in text
    assert 'country: {value: Norway, sources: [{page: "12", quote: from Norway}]}' in text
    assert "not a whole number" in said.err and "Type it like 275" in said.err
    assert "✓ the quote stands on page 12 (page 2 of the file), by the printed number" in said.out


def test_who_read_what_and_when_is_written_down_once(ask, study):
    study.write_text(study.read_text().replace("basis: full_text", "basis:", 1))
    said, prompts = ask("2", ":q", words=("--as", "ada"))
    assert "What do you read it from?" in said.out and prompts[0].endswith(" or Enter > ")
    today = f"extracted_on: {date.today().isoformat()}\n"
    for line in ("basis: abstract  # full_text", "extracted_by: ada\n", today):
        assert line in study.read_text()
    before = study.read_text()
    assert ask(":q", words=("--as", "ben"))[1] == ["country> "]
    assert study.read_text() == before


def test_it_goes_on_where_one_stopped_and_asks_what_an_answer_opens(ask, study):
    ask(":nr", ":q")
    assert "\n  country: not reported\n" in study.read_text()
    _, prompts = ask("", "2", "", "", "3", "=", "")
    assert prompts[0] == "total> " and "arms> " in prompts
    assert "\n  design: trial\n" in study.read_text() and "\n  arms: 3\n" in study.read_text()
    _, prompts = ask("", "", "", words=("--item", "country"))
    assert prompts[0] == "country> "


def test_entries_are_named_and_then_asked_each(ask, study):
    lines = ["", "", "", "first", "a b", "first", "second", ""]
    lines += ["1", "One more", "p. 3", "", "84/1978", "", "", "main_outcom"]
    said, prompts = ask(*lines, words=())
    text = study.read_text()
    assert "    - id: first\n      outcome: main_outcome\n" in text and "    - id: second\n" in text
    assert "is there already" in said.err and "is no id for an entry" in said.err
    assert "share: {x: 84, n: 1978}" in text
    assert "nothing in protocol.outcomes" in said.err and "Did you mean 'main_outcome'" in said.err
    assert text.count("outcome: main_outcom") == 1  # told, and nothing of it written
    assert (
        "1 main_outcome: Name the first outcome here" in said.out
    )  # what may be answered stands with the question
    assert prompts.count("results> ") == 5


def test_one_goes_back_and_takes_back(ask, study):
    ask("Norway", "", "", ":b", "Sweden", "", "", ":ny")
    text = study.read_text()
    assert "country: Sweden" in text and "Norway" not in text and "total: not yet" in text


def test_what_the_form_asks_to_revisit_is_asked_though_it_is_answered(ask, study, run):
    study.write_text(
        study.read_text()
        .replace("form_version: 2", "form_version: 1 # then")
        .replace("  country:", "  country: Norway")
    )
    said, prompts = ask("")
    assert prompts[0] == "country> " and "look at country again" in said.out
    assert run("extract", "r", "one", "--check").err.count("has gone from version 1 to 2") == 1
    waiting = run("status", "r", "--json").json["waiting"]
    assert {"who": "anyone", "revisit": "one", "items": ["country"]} in waiting
    assert "one follows an older version of its form: look at country again" in (
        run("status", "r").out
    )
    assert run("extract", "r", "one", "--revisited").code == 0
    assert "form_version: 2 # then" in study.read_text()
    assert "has gone from" not in run("extract", "r", "one", "--check").err
    assert "already" in run("extract", "r", "one", "--revisited").out


def test_a_file_that_cannot_be_read_is_refused_with_its_line(study, run):
    study.write_text(study.read_text() + "answers: {}\n")
    before = study.read_text()
    said = run("extract", "r", "one", "--ask")
    assert said.code == 2 and "cannot be read as a whole" in said.err
    assert study.read_text() == before


def test_what_is_read_stands_above_the_questions(ask):
    said, _ = ask(":q")
    assert "One" in said.out and "reviews/r/fulltexts/" in said.out


def test_nothing_that_is_a_fault_is_written(ask, study):
    ask("", "-3", ":q")
    assert "\n  total:\n" in study.read_text()
    said, _ = ask("", "", "9", "survy", "", ":q")
    assert "\n  design:\n" in study.read_text() and "design" in said.err


@pytest.mark.parametrize("command", [":?", ":b", ":q", ":nonsense"])
def test_commands_work_at_the_page_and_the_quote_and_are_never_values(ask, study, command):
    ask("Norway", command, ":q")
    assert "Norway, sources" not in study.read_text()
    ask("Norway", "12", command, ":q")
    assert command not in study.read_text()
    if command in (":b", ":q"):
        assert "country: Norway" not in study.read_text()  # back, or gone: it was not given


def test_a_quote_of_one_letter_is_questioned(ask, study):
    said, _ = ask("Norway", "12", "f", "n", "from Norway", ":q")
    assert "Is 'f' the whole quote?" in said.out and "quote: from Norway" in study.read_text()
