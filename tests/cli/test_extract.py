"""`review extract`: a blank is written once, never over a file, and checked by line."""

import json

import pytest

from pipeline.cli.entry import main

PROTOCOL = """\
title: A review
form: general
appraisal: [mmat-2018]
questions: [{id: q, text: What is known?}]
criteria: [{id: topic, label: Wrong topic}]
outcomes: [{id: later, label: Later offences}]
"""


@pytest.fixture
def review(tmp_path, monkeypatch):
    folder = tmp_path / "reviews" / "one"
    folder.mkdir(parents=True)
    (folder / "protocol.yaml").write_text(PROTOCOL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


def run(*words):
    with pytest.raises(SystemExit) as left:
        main(["extract", *words])
    return left.value.code


def test_a_blank_is_written_with_its_schema_and_reads_without_errors(review, capsys):
    assert run("one", "a-2014", "--as", "ada", "--new") == 0
    text = (review / "studies" / "a-2014.yaml").read_text(encoding="utf-8")
    assert 'extracted_by: "ada"' in text and "mmat-2018:" in text and "later: Later" in text
    assert json.loads((review / "studies" / "general.schema.json").read_text(encoding="utf-8"))
    assert run("one", "a-2014", "--check") == 0
    assert "not yet given" in capsys.readouterr().err


def test_a_file_that_is_there_is_never_overwritten(review, capsys):
    assert run("one", "a-2014", "--new") == 0
    path = review / "studies" / "a-2014.yaml"
    path.write_text("mine", encoding="utf-8")
    assert run("one", "a-2014") == 2
    assert path.read_text(encoding="utf-8") == "mine"
    assert "not overwritten" in capsys.readouterr().err


def test_a_fault_is_told_at_its_line_and_gives_exit_code_1(review, capsys):
    assert run("a-2014", "--new") == 0
    path = review / "studies" / "a-2014.yaml"
    text = path.read_text(encoding="utf-8").replace("\n  design:\n", "\n  design: servey\n")
    path.write_text(text, encoding="utf-8")
    line = text.splitlines().index("  design: servey") + 1
    assert run("a-2014", "--check") == 1
    assert f"a-2014.yaml:{line}:" in capsys.readouterr().err


def test_a_study_that_does_not_exist_is_asked_about_and_not_created(review, capsys):
    assert run("one", "a-2014", "--new") == 0
    for words in (("one", "a-2041"), ("one", "a-2041", "--ask")):
        assert run(*words) == 2
        said = capsys.readouterr().err
        assert "Did you mean 'a-2014'" in said and "--new" in said
    assert not (review / "studies" / "a-2041.yaml").exists()


def test_without_a_study_it_lists_what_waits(review, capsys):
    assert run("one") == 0 and run() == 0
    assert "No included study waits to be begun." in capsys.readouterr().out


@pytest.mark.parametrize("study", ["../x", "A B", ""])
def test_a_name_that_is_no_id_is_refused(review, study):
    assert run("one", study) == 2
    assert not (review / "studies").exists()
