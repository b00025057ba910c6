"""`review init`: what it makes reads, checks and builds, and nothing is written over."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.cli.importing.init import _protocol
from pipeline.model.protocol import Protocol
from pipeline.notation.typed import into
from pipeline.notation.yaml_text import read_yaml
from pipeline.synthesis import SYNTHESIS_FILES


def test_a_new_review_reads_checks_and_builds(here: Path, run: Any) -> None:
    made = run("init", "online-harm", "--title", 'Harm: "online" # and off')
    assert made.code == 0
    assert "review ingest online-harm" in made.out
    status = run("status", "online-harm", "--json")
    assert (status.code, status.json["title"], status.json["faults"]) == (
        0,
        'Harm: "online" # and off',
        0,
    )
    check = run("check", "online-harm")
    assert (
        check.code == 0 and "0 errors, 1 warning.\nNext: review status online-harm\n" in check.out
    )
    assert "as `review init` wrote it: questions.main" in check.out
    built = run("build", "online-harm")
    assert built.code == 0, built.err
    assert (here / "outputs" / "online-harm" / "online-harm.html").is_file()


def test_the_form_of_the_review_is_a_sound_copy_of_the_general_one(here: Path, run: Any) -> None:
    from pipeline.extraction import read_form

    run("init", "online-harm", "--title", r"Harm \1")
    path = here / "extraction_forms" / "online-harm.yaml"
    form, problems = read_form(path.read_text(), str(path))
    assert form is not None and not problems
    assert "Copy this form" not in path.read_text()
    assert (form.id, form.title) == ("online-harm", r"Extraction form of Harm \1")


def test_the_protocol_names_every_instrument_that_is_shipped(here: Path, run: Any) -> None:
    from pipeline.extraction import read_form
    from pipeline.store.places import shipped_forms

    run("init", "r")
    said = (here / "reviews" / "r" / "protocol.yaml").read_text()
    named = said.split("instruments by their ids:")[1].split("form:")[0]
    forms = (read_form(path.read_text(), path.name)[0] for path in shipped_forms().glob("*.yaml"))
    shipped = {form.id for form in forms if form and form.kind == "appraisal"}
    assert set(re.findall(r"[a-z0-9-]+", named)) == shipped


def test_what_the_synthesis_shows_reads_when_it_is_uncommented(here: Path, run: Any) -> None:
    run("init", "r")
    folder = here / "reviews" / "r" / "synthesis"
    assert sorted(p.name for p in folder.iterdir()) == sorted(SYNTHESIS_FILES)
    for path in folder.iterdir():
        text = re.sub(r"^\w+: \{\}\n", "", path.read_text(), flags=re.MULTILINE)
        path.write_text(re.sub(r"^#(?=\S|  )", "", text, flags=re.MULTILINE))
    check = run("check", "r", "--json")
    told = [p["what"] for p in check.json if p["severity"] == "error"]
    # all that is wrong is that the two studies, their quote and the groups are not there
    assert {"there is no result 'jones-2015/first-result'."} < set(told)
    others = [
        t for t in told if not re.match(r"there is no (study|result|group|end of a link) '", t)
    ]
    assert others == []


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("synthesis/findings.yaml", "findings:\n  a: {statement: x, kindd: gap}\n"),
        ("synthesis/groups.yaml", "groups:\n  a: {labell: x}\n"),
        ("references.yaml", "- {id: a, title: [\n"),
    ],
)
def test_check_finds_what_would_stop_a_build(here: Path, run: Any, file: str, text: str) -> None:
    run("init", "r")
    (here / "reviews" / "r" / file).write_text(text)
    check = run("check", "r")
    assert check.code == 1 and f"reviews/r/{file}:" in check.out
    assert run("build", "r").code == 1


def test_nothing_is_written_over(here: Path, run: Any) -> None:
    (here / "extraction_forms").mkdir()
    form = here / "extraction_forms" / "r.yaml"
    form.write_text("id: r\nversion: 1\ntitle: Mine\nitems: {}\n")
    (here / ".gitignore").write_text("mine\n")
    assert run("init", "r").code == 0
    assert form.read_text().startswith("id: r\nversion: 1\ntitle: Mine")
    assert (here / ".gitignore").read_text() == "mine\n"
    before = {p: p.read_bytes() for p in here.rglob("*") if p.is_file()}
    again = run("init", "r")
    assert again.code == 2 and "review status r" in again.err
    assert {p: p.read_bytes() for p in here.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize("slug", ["Upper", "a b", "../x", "a/b", ".hidden", "-x", "a.b", "é", ""])
def test_a_bad_name_is_refused_and_a_good_one_told(here: Path, run: Any, slug: str) -> None:
    refused = run("init", "--", slug)
    assert refused.code == 2
    suggested = re.search(r"like `([^`]+)`", refused.err)
    assert suggested and run("init", suggested[1]).code == 0
    assert [p.name for p in (here / "reviews").iterdir()] == [suggested[1]]


def test_it_goes_into_the_nearest_reviews_above(
    here: Path, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "reviews").mkdir()
    (here / "deep" / "er").mkdir(parents=True)
    monkeypatch.chdir(here / "deep" / "er")
    run("init", "one")
    monkeypatch.chdir(here / "reviews")
    run("init", "two")
    assert sorted(p.name for p in (here / "reviews").iterdir()) == ["one", "two"]


def test_a_manuscript_and_decisions_are_looked_after_in_git(here: Path, run: Any) -> None:
    run("init", "r")
    assert "*.jsonl text eol=lf merge=union" in (here / "reviews/r/.gitattributes").read_text()
    assert "fulltexts/" in (here / "reviews/r/.gitignore").read_text()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_any_title_stands_in_the_protocol_as_given(title: str) -> None:
    protocol, problems = into(Protocol, read_yaml(_protocol("r", title, "r"), "protocol.yaml"))
    assert protocol is not None and not problems
    assert protocol.title == title


def test_every_field_of_a_protocol_stands_in_the_template() -> None:
    text = _protocol("r", "T", "r")
    missing = [
        name for name in _names_of(Protocol) if not re.search(rf"^#? *(- )?{name}:", text, re.M)
    ]
    assert missing == []


def test_the_lines_laid_ready_are_sound_once_their_sign_is_taken_away() -> None:
    text = re.sub(r"^#(?=\S|  )", "", _protocol("r", "T", "r"), flags=re.MULTILINE)
    protocol, problems = into(Protocol, read_yaml(text, "protocol.yaml"))
    assert problems == ()
    assert protocol is not None
    empty = [f.name for f in fields(Protocol) if getattr(protocol, f.name) == ()]
    assert empty == ["appraisal"]
    assert protocol.full_text is not None


def _names_of(kind: Any) -> set[str]:
    """The fields of `kind` and of the values below it, but ids, which are written as keys."""
    found: set[str] = set()
    for name, hint in get_type_hints(kind).items():
        if name != "id":
            found.add(name)
        for inner in (hint, *get_args(hint)):
            if is_dataclass(inner):
                found |= _names_of(inner)
    return found
