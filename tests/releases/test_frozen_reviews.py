"""A review that an earlier version wrote opens, counts the same, and still ends in documents.

The folders beside this file are what the tutorial made with each version. They are never changed.
"""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest

import pipeline
from pipeline.cli.entry import _run

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
VERSIONS = sorted(path.name for path in HERE.iterdir() if re.fullmatch(r"\d+\.\d+", path.name))

COUNTED = {
    "0.2": {"database_results": 4, "duplicates": 1, "records_screened": 3, "records_excluded": 2,
            "dbr_assessed": 1, "included_studies": 1, "decisions": 13},
}  # fmt: skip
"""What the documents of each said, counted by hand."""


@pytest.mark.parametrize("version", VERSIONS)
def test_a_review_of_an_earlier_version_opens(version, tmp_path, monkeypatch, capsys):
    shutil.copytree(HERE / version, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    review = pipeline.open("sleep")
    flow = review.flow[review.flow["part"] == "total"].set_index("box")["n"].to_dict()
    found = flow | {"decisions": len(review.decisions)}
    assert {key: found[key] for key in COUNTED[version]} == COUNTED[version]
    assert not (review.problems["severity"] == "error").any()
    assert _run(["check", "sleep"]) == 0
    assert "0 errors" in capsys.readouterr().out
    assert _run(["build", "sleep", "--format", "markdown"]) == 0
    assert "berg-2019" in (tmp_path / "outputs/sleep/statements.json").read_text("utf-8")


def test_every_released_version_has_one():
    major_minor = pipeline.__version__.rpartition(".")[0]
    assert set(VERSIONS) == set(COUNTED) and major_minor in VERSIONS


def test_the_version_is_one_everywhere():
    version = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert pipeline.__version__ == version
    assert f"\nversion: {version}\n" in (PROJECT / "CITATION.cff").read_text("utf-8")
    assert json.loads((PROJECT / "codemeta.json").read_text("utf-8"))["version"] == version
