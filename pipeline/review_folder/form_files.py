"""The forms that a review uses, and the study files and drafts that name them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipeline.review_folder.places import ReviewPlaces, shipped_forms, shown
from pipeline.review_folder.study_shelf import content_of
from pipeline.review_folder.written_files import Reader
from pipeline.terms.form import Form
from pipeline.terms.problem import Place, Problem, ReviewError


def read_forms(
    places: ReviewPlaces, names: Iterable[str], read: Reader
) -> tuple[Mapping[str, Form], tuple[Problem, ...]]:
    """The forms called `names`, and what is wrong with them; a name without a file is left out."""
    found: dict[str, Form] = {}
    problems: list[Problem] = []
    for name in sorted(names):
        path = form_path(places, name)
        if path is None:
            continue
        form, faults = _form_at(path, read)
        problems += faults
        if form is not None:
            found[name] = form
    return found, tuple(problems)


def _form_at(path: Path, read: Reader) -> tuple[Form | None, tuple[Problem, ...]]:
    from pipeline.extraction import read_form

    try:
        return read_form(read(path), shown(path))
    except ReviewError as refused:  # one form that cannot be read is no reason to stop
        place = Place(file=shown(path))
        what = f"no study can follow this form: {refused.what}"
        return None, (Problem(place=place, what=what, remedy=refused.remedy, check="form"),)


def form_path(places: ReviewPlaces, name: str) -> Path | None:
    """Where the form `name` stands: in the project, else among the shipped ones."""
    if "/" in name or "\\" in name or name.startswith("."):
        return None
    for folder in (places.forms, shipped_forms()):
        if (folder / f"{name}.yaml").is_file():
            return folder / f"{name}.yaml"
    return None


def study_files(places: ReviewPlaces) -> Mapping[str, bytes]:
    """What each study file holds, by the name that messages give it."""
    folder = places.studies
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    around = shown(folder)
    return {
        f"{around}/{name}": content_of(folder / name)
        for name in names
        if name.endswith(".yaml") and not name.startswith(".")
    }


def forms_named(places: ReviewPlaces, studies: Iterable[bytes]) -> frozenset[str]:
    """The names of the forms that `studies` (what their files hold) and the drafts follow.

    Read by lines and not as YAML: the forms are needed before a study can be held against one.
    """
    drafts = sorted(places.drafts.glob("*/*.yaml"))
    texts = (*studies, *(content_of(path) for path in drafts))
    named = (re.search(rb"^form:[ \t]*([^\s#]+)", text, re.M) for text in texts)
    found = {match.group(1).decode("utf-8", "replace") for match in named if match}
    return frozenset(name.strip("\"'") for name in found)
