"""`review init`: a new review that reads, checks and builds before anything is filled in."""

from __future__ import annotations

import re
import shlex
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import safe, say, tell
from pipeline.cli.importing.init_ask import asked_for, protocol_with
from pipeline.notation.schema import HEADER
from pipeline.notation.yaml_text import read_yaml
from pipeline.notation.yaml_writing import yaml_value
from pipeline.store.files import write_file
from pipeline.store.locating import find_review
from pipeline.store.new_review import begin, new_places, shipped_form
from pipeline.store.places import ReviewPlaces, shown
from pipeline.store.schemas import FOLDER, schema_files

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
    ask: Annotated[
        bool, typer.Option("--ask", help="Be asked: question, criteria, who screens, sources.")
    ] = False,
    schemas: Annotated[
        bool,
        typer.Option("--schemas", help="Of a review that is there: write its schemas anew."),
    ] = False,
) -> None:
    """Makes a new review: a commented protocol, an extraction form, a manuscript that builds.

    It goes into the folder reviews/ here or above, which is made where there is none. Nothing that
    is there already is changed. Editors complete and check its files by the schemas beside them.

    Example: review init online-harm --ask

    Example: review init online-harm --title "Online harm among young people"
    """
    from pipeline.document import FULL, KINDS, first_manuscript
    from pipeline.synthesis import SYNTHESIS_FILES

    if schemas:
        there = find_review(slug)
        for path, content in schema_files(there).items():
            write_file(path, content)
        say(f"Wrote the schemas of {there.slug} into {safe(shown(there.review / FOLDER))}.")
        return
    places = new_places(slug)
    said = asked_for(" ".join(title.split())) if ask else None
    if ask and said is None:
        tell("Nothing was written.")
        raise typer.Exit(1)
    title = said.title if said is not None else title
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
        **{places.synthesis / name: _of_synthesis(name) for name in SYNTHESIS_FILES},
        **schema_files(places),
    }
    if not places.review.parent.is_dir():
        first[places.project / ".gitignore"] = _PROJECT_IGNORED
    if general:
        first[form] = _form(general, slug, title)
    protocol = _protocol(slug, title, slug if general else "")
    if said is not None:
        protocol = protocol_with(protocol, said)
    kept = begin(places, first, protocol)
    _tell_what_stands(places, form, form in kept)
    if said is not None:
        _say_next(places, said.sources)
        return
    say(f"Next: fill in {safe(shown(places.protocol))} (or begin with --ask), then")
    say(f"  review ingest {places.slug} EXPORT --source NAME --on YYYY-MM-DD")


def _protocol(slug: str, title: str, form: str) -> str:
    text = _template("protocol.yaml")
    filled = {"{slug}": slug, "{form}": yaml_value(form), "{title}": yaml_value(title)}
    # all at once: a title may hold what looks like a place to fill
    text = re.sub("|".join(map(re.escape, filled)), lambda mark: filled[mark.group()], text)
    return f"{HEADER}{FOLDER}/protocol.schema.json\n{text}"


def _of_synthesis(name: str) -> str:
    """The commented file `name` of the synthesis, led by the place of its schema."""
    schema = f"../{FOLDER}/{name.removesuffix('.yaml')}.schema.json"
    return f"{HEADER}{schema}\n{_template(f'synthesis/{name}')}"


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


def _say_next(places: ReviewPlaces, sources: list[str]) -> None:
    say(f"Look at {safe(shown(places.protocol))}, and name the outcomes there. Next:")
    for source in sources or ["NAME"]:
        name = shlex.quote(" ".join(source.split()))
        say(safe(f"  review ingest {places.slug} EXPORT --source {name} --on YYYY-MM-DD"))
