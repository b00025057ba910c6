"""`review init`: a new review that reads, checks and builds before anything is filled in."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import safe, say, tell
from pipeline.notation.safe_text import for_file_name
from pipeline.notation.yaml_writing import yaml_value
from pipeline.review_folder.places import SLUG, ReviewPlaces, shipped_forms, shown
from pipeline.review_folder.writing import refusing_disk_faults, write_file
from pipeline.terms.problem import ReviewError

_FOLDERS = ("searches", "decisions", "studies", "synthesis")
_ATTRIBUTES = """\
# Decisions of several people are merged line by line; exports are kept byte for byte.
*.jsonl text eol=lf merge=union
searches/* -text
"""
_IGNORED = """\
# Full texts are often under copyright; their SHA-256 is in the decisions.
fulltexts/
searches/.arriving-*
"""
_PROJECT_IGNORED = """\
# Made anew from what people wrote, at any time.
outputs/
"""


def init(
    slug: Annotated[str, typer.Argument(help="A short name: small letters, digits, hyphens.")],
    title: Annotated[str, typer.Option(help="The title of the review.")] = "",
) -> None:
    """Makes a new review: a commented protocol, an extraction form, a manuscript that builds.

    It goes into the folder reviews/ here or above, which is made where there is none. Nothing that
    is there already is changed.

    Example: review init online-harm --title "Online harm among young people"
    """
    _check(slug)
    places = ReviewPlaces(_reviews() / slug)
    if places.review.exists():
        raise ReviewError(
            f"{shown(places.review)} is there already",
            f"Take another name, or go on with it: review status {slug}",
        )
    title = " ".join(title.split()) or slug.replace("-", " ").replace("_", " ").capitalize()
    form = places.forms / f"{slug}.yaml"
    protocol = _shipped("pipeline.cli", "protocol.yaml")
    made = [
        (form, _form(slug, title)),
        (places.review / ".gitattributes", _ATTRIBUTES),
        (places.review / ".gitignore", _IGNORED),
        (places.manuscript, _shipped("pipeline.writeup", "manuscript.md")),
    ]
    if not places.review.parent.is_dir():
        made.append((places.project / ".gitignore", _PROJECT_IGNORED))
    kept = [path for path, _ in made if path.exists()]
    for path, content in made:
        if path not in kept:
            write_file(path, content)
    with refusing_disk_faults(places.review):
        for name in _FOLDERS:
            (places.review / name).mkdir(parents=True, exist_ok=True)
    # the protocol last: it is what makes the folder a review
    filled = {"{slug}": slug, "{form}": yaml_value(slug), "{title}": yaml_value(title)}
    pattern = "|".join(map(re.escape, filled))
    write_file(places.protocol, re.sub(pattern, lambda mark: filled[mark.group()], protocol))
    _tell_what_stands(places, form, form in kept)


def _check(slug: str) -> None:
    if not SLUG.match(slug) or not re.match(r"[a-z0-9][a-z0-9_-]*\Z", slug):
        near = for_file_name(slug)[:60].strip("-")
        raise ReviewError(
            f"{slug!r} cannot be the name of a review",
            f"Use small letters, digits and hyphens, like {near!r}"
            if near != "untitled"
            else "Use small letters, digits and hyphens, like `online-harm`",
        )


def _reviews() -> Path:
    """The folder `reviews/` here or above, else the one to be made here."""
    here = Path.cwd()
    if here.name == "reviews":
        return here
    above = (folder / "reviews" for folder in (here, *here.parents))
    return next((folder for folder in above if folder.is_dir()), here / "reviews")


def _shipped(package: str, name: str) -> str:
    return (files(package) / "templates" / name).read_text(encoding="utf-8")


def _form(slug: str, title: str) -> str:
    """The general extraction form under the review's name, to be changed freely."""
    general = (shipped_forms() / "general.yaml").read_text(encoding="utf-8")
    named = re.sub(r"^id: .*$", f"id: {yaml_value(slug)}", general, count=1, flags=re.MULTILINE)
    about = yaml_value(f"Extraction form of {title}")
    return re.sub(r"^title: .*$", lambda _: f"title: {about}", named, count=1, flags=re.MULTILINE)


def _tell_what_stands(places: ReviewPlaces, form: Path, form_was_there: bool) -> None:
    say(f"Made {safe(shown(places.review))}, which already reads and builds:")
    say("  protocol.yaml   the question, the criteria, who screens: begin here")
    say("  manuscript.md   your prose; numbers and tables fill themselves in")
    say("  searches/ decisions/ studies/ synthesis/   fill as you go")
    say(f"  {safe(shown(form))}   what is extracted from each study")
    if form_was_there:
        tell(f"{shown(form)} was there already and is left as it is.")
    say(f"Next: fill in {safe(shown(places.protocol))}, then")
    say(f"  review ingest {places.slug} EXPORT --source NAME --on YYYY-MM-DD")
