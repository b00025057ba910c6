"""The only review and who sits here may be left out; a name in any script is taken for its id."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.entry import VERBS
from pipeline.store.accounts import me_file

Run = Callable[..., Any]
ONE = "db-2020-01-01:0001"


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: Any) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))


def name_reviewers(review: Path, names: str) -> None:
    protocol = review / "protocol.yaml"
    text = protocol.read_text().replace("reviewers: []", f"reviewers: {names}", 1)
    protocol.write_text(text)


def votes(review: Path) -> dict[str, int]:
    logs = sorted((review / "decisions").glob("*.jsonl"))
    return {log.stem: log.read_text().count('"event":"screened"') for log in logs}


def test_the_only_review_is_meant_by_every_verb(records: Path, here: Path, run: Run) -> None:
    decided = run("decide", ONE, "--as", "ada", "--verdict", "include")
    assert decided.code == 0, decided.err
    for words in (
        ("retrieve", "--list"),
        ("retrieve", ONE, "--obtained", "--as", "ada"),
        ("collate", "--list"),
        ("remove", "--list"),
        ("reopen", ONE, "--as", "ada", "--list"),
        ("resolve", "--list"),
        ("undo", "--list", "--as", "ada"),
        ("dedupe",),
        ("sheet", "a.csv", "--as", "ada"),
        ("explain", ONE),
        ("status",),
        ("check",),
        ("rank", "--as", "ada"),
    ):
        said = run(*words)
        assert said.code == 0, (words, said.err)


def test_with_two_reviews_the_one_must_be_named(records: Path, run: Run) -> None:
    assert run("init", "other").code == 0
    said = run("decide", ONE, "--as", "ada", "--verdict", "include")
    assert said.code == 2 and "other" in said.err and votes(records) == {}
    said = run("undo", "--list", "--as", "ada")
    assert said.code == 2 and "several reviews" in said.err


def test_a_review_with_a_letter_wrong_is_no_record(here: Path, run: Run) -> None:
    assert run("init", "online-harm").code == 0
    said = run("undo", "onlin-harm", "--last", "--as", "ada")
    assert said.code == 2 and "Did you mean 'online-harm'" in said.err


def test_who_sits_here_is_taken_where_as_is_left_out(records: Path, run: Run) -> None:
    assert "Nobody is named here" in run("me").out
    assert run("decide", "r", ONE, "--verdict", "include").code == 2
    said = run("me", "Ada")
    assert said.code == 0 and "You are Ada (ada)." in said.out and str(me_file()) in said.out
    assert run("decide", ONE, "--verdict", "include").code == 0
    assert run("decide", ONE, "--verdict", "exclude", "--as", "ben").code == 0
    assert votes(records) == {"ada": 1, "ben": 1}
    assert run("undo", "--last").code == 0
    assert run("me", "--forget").code == 0 and not me_file().exists()
    assert run("undo", "--last").code == 2


@pytest.mark.parametrize(
    "words", [("stop",), ("dedupe", "--list"), ("confirm", "--list"), ("publish", "1")]
)
def test_what_only_looks_without_a_name_still_only_looks(
    records: Path, run: Run, words: tuple[str, ...]
) -> None:
    run("me", "ada")
    run(*words)
    assert not (records / "decisions" / "ada.jsonl").exists()


@pytest.mark.parametrize("name", ["!!!", "automation", "Automation"])
def test_what_names_nobody_is_refused(here: Path, run: Run, name: str) -> None:
    assert run("me", name).code == 2 and not me_file().exists()
    assert run("me", "ada", "--forget").code == 2


def test_names_in_any_script_are_taken_for_their_ids(records: Path, run: Run) -> None:
    name_reviewers(records, "[Ada, Jürgen Müller, 李明]")
    for name in ("Ada", "ada", "Jürgen Müller", "jürgen müller", "李明", "liming"):
        said = run("decide", "r", ONE, "--as", name, "--verdict", "include")
        assert said.code == 0 and "does not name" not in said.err, said.err
    assert votes(records) == {"ada": 1, "jurgen-muller": 1, "liming": 1}  # said once
    stranger = run("decide", "r", ONE, "--as", "Zoë", "--verdict", "include")
    assert "Zoë is written down as zoe" in stranger.err and "does not name zoe" in stranger.err
    run("me", "Jürgen Müller")
    assert run("decide", ONE, "--verdict", "unsure").code == 0
    assert votes(records)["jurgen-muller"] == 2


def test_a_list_that_is_one_name_is_found_by_check(records: Path, run: Run) -> None:
    name_reviewers(records, "ada, ben")
    said = run("check", "r")
    assert said.code != 0 and "[ada, ben]" in said.out + said.err


def test_names_are_gone_from_a_bundle_with_other_names(records: Path, here: Path, run: Run) -> None:
    import zipfile

    name_reviewers(records, "[Jürgen Müller]")
    run("decide", "r", ONE, "--as", "Jürgen Müller", "--verdict", "include")
    assert run("bundle", "r", "--pseudonyms", "--out", "b.zip").code == 0
    with zipfile.ZipFile(here / "b.zip") as bundle:
        for name in bundle.namelist():
            content = bundle.read(name)
            assert b"urgen" not in content.lower() and "Jürgen".encode() not in content, name


def test_every_verb_that_signs_is_known() -> None:
    from pipeline.cli.left_out import _FILLS

    assert set(_FILLS) <= set(VERBS)
    assert json.dumps(sorted(_FILLS))
