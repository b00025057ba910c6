"""`review init`: a new review that reads, checks and builds before anything is filled in."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import safe, say, tell
from pipeline.notation.yaml_text import read_yaml
from pipeline.notation.yaml_writing import yaml_value
from pipeline.store.new_review import begin, new_places, shipped_form
from pipeline.store.places import ReviewPlaces, shown

_ATTRIBUTES = """\
# Decisions and editions are merged line by line; exports and what an edition keeps stay byte for
# byte as they are.
*.jsonl text eol=lf merge=union
editions.yaml text eol=lf merge=union
searches/* -text
editions/** -text
"""
_IGNORED = """\
# Full texts are often under copyright; their SHA-256 is in the decisions.
fulltexts/
searches/.arriving-*
"""
_ABOUT_THE_FORM = """\
# What is extracted from each study of this review: the general form, to be changed as it needs.
# Change it before extraction begins; when you change it later, raise its version.
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
    from pipeline.document import FULL, KINDS, first_manuscript
    from pipeline.synthesis import SYNTHESIS_FILES

    places = new_places(slug)
    title = " ".join(title.split()) or slug.replace("-", " ").replace("_", " ").capitalize()
    form = places.forms / f"{slug}.yaml"
    general = shipped_form("general")
    first = {
        places.review / ".gitattributes": _ATTRIBUTES,
        places.review / ".gitignore": _IGNORED,
        places.manuscript: first_manuscript(),
        **{
            places.manuscript.with_name(f"manuscript-{kind}.md"): first_manuscript(kind)
            for kind in KINDS
            if kind != FULL
        },
        **{places.synthesis / name: _template(f"synthesis/{name}") for name in SYNTHESIS_FILES},
    }
    if not places.review.parent.is_dir():
        first[places.project / ".gitignore"] = _PROJECT_IGNORED
    if general:
        first[form] = _form(general, slug, title)
    kept = begin(places, first, _protocol(slug, title, slug if general else ""))
    _tell_what_stands(places, form, form in kept)


def _protocol(slug: str, title: str, form: str) -> str:
    text = _template("protocol.yaml")
    filled = {"{slug}": slug, "{form}": yaml_value(form), "{title}": yaml_value(title)}
    # all at once: a title may hold what looks like a place to fill
    return re.sub("|".join(map(re.escape, filled)), lambda mark: filled[mark.group()], text)


def _template(name: str) -> str:
    return (files("pipeline.cli") / "templates" / name).read_text(encoding="utf-8")


def template_questions() -> tuple[str, ...]:
    """The questions of a protocol that nobody has filled in yet."""
    written = read_yaml(_template("protocol.yaml"), "protocol.yaml").value
    asked = written.get("questions", {}) if isinstance(written, dict) else {}
    return tuple(str(question["text"]) for question in asked.values())


def _form(general: str, slug: str, title: str) -> str:
    """The general extraction form under the review's name, to be changed freely."""
    general = re.sub(r"\A(?:#.*\n)+", "", general)
    named = {"id": yaml_value(slug), "title": yaml_value(f"Extraction form of {title}")}
    for key, value in named.items():
        line = f"{key}: {value}".replace("\\", "\\\\")
        general = re.sub(rf"^{key}: .*$", line, general, count=1, flags=re.MULTILINE)
    return _ABOUT_THE_FORM + general


def _tell_what_stands(places: ReviewPlaces, form: Path, form_was_there: bool) -> None:
    say(f"Made {safe(shown(places.review))}, which already reads and builds:")
    say("  protocol.yaml   the question, the criteria, who screens: begin here")
    say("  manuscript.md   your prose; numbers and tables fill themselves in")
    say("  manuscript-summary.md -blog.md -slides.md   shorter documents from the same base")
    say("  synthesis/findings.yaml   what you conclude, and from which results; beside it theory,")
    say("                  groups, numbers, themes, relationships and robustness, all commented")
    say("  searches/ decisions/ studies/   fill as you go")
    if form.is_file():
        say(f"  {safe(shown(form))}   what is extracted from each study")
    if form_was_there:
        tell(f"{safe(shown(form))} was there already and is left as it is.")
    say(f"Next: fill in {safe(shown(places.protocol))}, then")
    say(f"  review ingest {places.slug} EXPORT --source NAME --on YYYY-MM-DD")
