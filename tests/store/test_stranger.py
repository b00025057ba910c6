"""A review that a stranger made reads and writes nothing outside of its own folders.

Each test stands for a line of SECURITY.md, "A review from a stranger".
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from pipeline.model.problem import ReviewError
from pipeline.store import open_review
from pipeline.store.locating import inside
from pipeline.store.places import ReviewPlaces

PARTS = (
    *("protocol.yaml", "manuscript.md", "references.yaml", "searches/psycinfo.ris"),
    *(
        "searches/other.yaml",
        "decisions/ada.jsonl",
        "studies/doe.yaml",
        "studies/drafts/ada/doe.yaml",
    ),
    *("synthesis/findings.yaml", "fulltexts/doe.pdf", "style.csl", "look.docx", "editions/1/x"),
)


def _put(link: Path, target: Path) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(target)


@pytest.fixture
def secret(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("elsewhere") / "secret.txt"
    path.write_text("title: a secret of whoever runs it\n")
    return path


@pytest.mark.parametrize("part", PARTS)
def test_a_link_to_elsewhere_anywhere_in_a_review_refuses_it(
    project: Path, secret: Path, part: str
) -> None:
    _put(project / "reviews" / "sleep" / part, secret)
    with pytest.raises(ReviewError, match="leads out of its folder") as refusal:
        open_review("sleep")
    assert part in str(refusal.value) and str(secret) in str(refusal.value)


@pytest.mark.parametrize("folder", ["searches", "decisions", "studies", "synthesis", "fulltexts"])
def test_a_linked_folder_refuses_the_review(project: Path, secret: Path, folder: str) -> None:
    place = project / "reviews" / "sleep" / folder
    if place.is_dir():
        place.rename(project / f"moved-{folder}")
    place.symlink_to(secret.parent)
    with pytest.raises(ReviewError, match=folder):
        open_review("sleep")


@pytest.mark.parametrize("place", ["outputs", "outputs/sleep", "outputs/.cache"])
def test_linked_outputs_refuse_the_review(project: Path, secret: Path, place: str) -> None:
    _put(project / place, secret.parent)
    with pytest.raises(ReviewError, match="leads out"):
        open_review("sleep")
    assert sorted(secret.parent.iterdir()) == [secret]


def test_a_linked_form_refuses_the_review(project: Path, secret: Path) -> None:
    _put(project / "extraction_forms" / "mine.yaml", secret)
    with pytest.raises(ReviewError, match=r"mine\.yaml"):
        open_review("sleep")


def test_pipes_and_sockets_refuse_the_review_and_nothing_waits_for_them(project: Path) -> None:
    os.mkfifo(project / "reviews" / "sleep" / "searches" / "x.ris")
    with pytest.raises(ReviewError, match="is a pipe"):
        open_review("sleep")
    (project / "reviews" / "sleep" / "searches" / "x.ris").unlink()
    with socket.socket(socket.AF_UNIX) as held:
        held.bind(str(project / "reviews" / "sleep" / "s"))
        with pytest.raises(ReviewError, match="a socket or a device"):
            open_review("sleep")


def test_links_that_stay_inside_and_a_linked_review_are_no_hindrance(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    review = project / "reviews" / "sleep"
    (review / "notes.md").write_text("x")
    _put(review / "same.md", review / "notes.md")
    assert open_review("sleep").slug == "sleep"
    away = tmp_path_factory.mktemp("data") / "sleep"
    review.rename(away)
    review.symlink_to(away)
    assert [r.id for r in open_review("sleep").records.values()]


@pytest.mark.parametrize("name", ["../../secret", "/etc/hostname", "a/../../../x", "x\0y"])
def test_a_name_in_a_file_does_not_lead_out(project: Path, name: str) -> None:
    with pytest.raises(ReviewError, match="leads out"):
        inside(ReviewPlaces(project / "reviews" / "sleep"), name)
    assert inside(ReviewPlaces(project / "reviews" / "sleep"), "style.csl").name == "style.csl"


@pytest.mark.parametrize("key", ["style", "reference_docx"])
def test_a_style_or_a_look_from_elsewhere_is_refused_by_a_build(
    project: Path, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from pipeline.cli import main

    review = project / "reviews" / "sleep"
    text = (review / "protocol.yaml").read_text()
    (review / "protocol.yaml").write_text(f"{text}{key}: ../../../etc/passwd\n")
    (review / "manuscript.md").write_text("# Sleep\n\nNothing yet.\n")
    with pytest.raises(SystemExit) as stopped:
        main(["build", "sleep", "--format", "md"])
    assert stopped.value.code == 2
    assert "leads out of the folder" in capsys.readouterr().err


def test_no_verb_opens_a_review_by_another_way() -> None:
    """The folder of a review is found by `find_review`, which looks before anything is read."""
    root = Path(__file__).parents[2] / "pipeline"
    made = [
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if "ReviewPlaces(" in path.read_text("utf-8").replace("class ReviewPlaces(", "")
    ]
    assert sorted(made) == ALLOWED


ALLOWED = ["store/locating.py", "store/new_review.py", "store/opening.py", "store/sharing.py"]
