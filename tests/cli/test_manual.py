"""The README and the help of every verb say what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.cli.entry import VERBS, main
from pipeline.render.svg.flow import flow_svg
from pipeline.snapshot.settle import settle
from pipeline.store import open_review

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def said(words: list[str], capsys) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        main(words)
    out, err = capsys.readouterr()
    return end.value.code, out, err


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_the_help_of_every_verb_has_an_example(verb, capsys):
    code, out, _ = said([verb, "--help"], capsys)
    assert code == 0
    assert f"Example: review {verb}" in " ".join(out.split())


def test_the_overview_lists_every_verb(capsys):
    code, out, _ = said([], capsys)
    assert code == 0
    assert all(re.search(rf"^  {verb} +\w", out, re.M) for verb in VERBS)


MANUAL = README + "".join(page.read_text() for page in sorted((ROOT / "docs").glob("*.md")))


def test_every_verb_and_option_in_the_manual_exists(capsys):
    used = re.findall(r"(?:^|`)review ([a-z]\w*)([^`\n]*)", MANUAL, re.M)
    assert len(used) > 25
    for verb, rest in used:
        _, out, _ = said([verb, "--help"], capsys)
        for option in re.findall(r" (--[a-z][a-z-]*)", rest.split("#")[0]):
            assert option in out, f"review {verb} {option}"


def test_a_wrong_verb_is_refused_with_the_nearest_one(capsys):
    code, _, err = said(["buidl"], capsys)
    assert code == 2 and "Did you mean 'build'?" in err


def test_a_wrong_option_is_refused_without_a_traceback(capsys):
    code, _, err = said(["status", "--colour"], capsys)
    assert code == 2 and "`review status --help` shows how" in err


def test_a_day_that_is_none_is_refused_without_the_words_of_a_library(capsys):
    code, _, err = said(["build", "r", "--until", "yesterday"], capsys)
    assert code == 2 and "%Y" not in err and "'yesterday' is no day" in err


def test_a_refusal_obeys_no_terminal_escape(capsys):
    code, _, err = said(["status", "\x1b[31mred"], capsys)
    assert code == 2 and "\x1b" not in err


def test_the_picture_in_the_readme_is_the_one_that_the_example_gives():
    (path,) = re.findall(r"!\[[^]]*\]\(([^)]+)\)", README)
    review = open_review(str(ROOT / "reviews" / "ta-hsb")).review
    assert (ROOT / path).read_text() == flow_svg(settle(review).flow)


def test_the_picture_lies_in_no_folder_that_a_build_would_refuse_to_replace():
    (path,) = re.findall(r"!\[[^]]*\]\(([^)]+)\)", README)
    assert (ROOT / path).parent == ROOT / "outputs"


def test_files_that_the_readme_links_are_there():
    for link in re.findall(r"\]\(([A-Z][A-Za-z./-]+)\)", README):
        assert (ROOT / link).is_file(), link
