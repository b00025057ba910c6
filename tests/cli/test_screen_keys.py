"""A person's own keys: read from their file, held against what there is, refused with a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.model.problem import ReviewError
from pipeline.model.protocol import Criterion
from pipeline.sessions.keys import KEYS, Command, chosen_keys, help_lines, keys_of
from pipeline.store.accounts import keys_file, personal_keys


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    keys_file().parent.mkdir(parents=True)
    return keys_file()


def test_without_a_file_the_keys_are_those_that_come_with_it(own: Path) -> None:
    assert personal_keys() == {}
    assert chosen_keys({}) == {key: command for command, key in KEYS.items()}


def test_a_file_changes_single_keys(own: Path) -> None:
    own.write_text("include: y  # as elsewhere\nexclude: n\nnote: N\n")
    keys = chosen_keys(personal_keys())
    assert (keys["y"], keys["n"], keys["N"]) == (Command.INCLUDE, Command.EXCLUDE, Command.NOTE)
    assert set(keys.values()) == set(Command) and "i" not in keys
    assert any(line.startswith("y  include") for line in help_lines(keys))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("inclde: y\n", "Did you mean 'include'"),
        ("include: yes\n", "Take one letter"),
        ("include: e\n", "both for"),
        ("include: '1'\n", "digits are the criteria's"),
        ("- include\n", "does not list keys"),
        ("include: [y\n", "keys.yaml"),
        ("include: \n", "Take one letter"),
    ],
)
def test_what_cannot_be_is_refused_with_words(own: Path, text: str, words: str) -> None:
    own.write_text(text)
    with pytest.raises(ReviewError) as refusal:
        chosen_keys(personal_keys())
    assert words in str(refusal.value)


def test_a_criterion_takes_no_key_that_a_command_has() -> None:
    criteria = [Criterion(id="a", label="A", key="y"), Criterion(id="b", label="B", key="b")]
    assert set(keys_of(criteria, chosen_keys({}))) == {"1", "2", "y", "b"}
    assert set(keys_of(criteria, chosen_keys({"include": "y"}))) == {"1", "2", "b"}
