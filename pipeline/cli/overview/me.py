"""`review me`: who sits at this machine, so that `--as` can be left out."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.console import safe, say, tell
from pipeline.cli.left_out import meant
from pipeline.model.problem import ReviewError
from pipeline.notation.people import person_id
from pipeline.store import ReviewFolder, find_review
from pipeline.store.accounts import me_file, remember_me, who_sits_here


def me(
    name: Annotated[str, typer.Argument(help="Your name, as people write it, or your id.")] = "",
    forget: Annotated[
        bool, typer.Option("--forget", help="Nobody in particular sits here any more.")
    ] = False,
) -> None:
    """Remembers who sits at this machine: every verb then takes it where --as is left out.

    A name in any script will do; the id in the logs is made from it, or is the one that the
    protocol gives under `people:`. --as NAME still names somebody else for one command.

    Example: review me Ada

    Example: review me --forget
    """
    if forget:
        if name:
            raise ReviewError("a name and --forget do not go together", "Give one of the two")
        remember_me("")
        say("Forgotten. Name yourself with --as again.")
        return
    if not name:
        here = who_sits_here()
        say(_who(here) if here else "Nobody is named here. `review me NAME` remembers you.")
        return
    typed = " ".join(name.split())
    if not person_id(typed):
        raise ReviewError(f"{safe(typed)!r} cannot name a person", "Write it with letters")
    if person_id(typed) == "automation":
        raise ReviewError("`automation` is the name of the rules", "Name a person")
    remember_me(typed)
    say(_who(typed))
    say(f"Kept in {me_file()}; `review me --forget` takes it back.")


def _who(name: str) -> str:
    """`You are Ada (ada).`, with a word where the only review does not know such a person."""
    try:
        folder = ReviewFolder(find_review())
        people = folder.protocol[0].people
    except ReviewError:
        return f"You are {safe(name)} ({person_id(name)})."
    id = meant(name, str(folder.places.review), quiet=True)
    if people and id not in {person.id for person in people}:
        known = ", ".join(f"{safe(p.name)} ({p.id})" for p in people)
        tell(f"{folder.slug} names no {id}; it names {known}.")
    return f"You are {safe(folder.protocol[0].name_of(id) if people else name)} ({id})."
