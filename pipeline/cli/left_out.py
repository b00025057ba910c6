"""What may be left out on the command line, filled in: the only review, who sits at this machine.

A verb takes its review first. Where there is only one and another word stands there, the review
was left out. `--as` takes a person's name or id; left out, it is whoever `review me` was told.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable, Sequence
from typing import Any

from pipeline.cli.console import safe, tell
from pipeline.model.problem import ReviewError
from pipeline.notation.people import is_person_id, known_id, person_id
from pipeline.store import ReviewFolder, find_review
from pipeline.store.accounts import who_sits_here
from pipeline.store.decision_logs import logs_of
from pipeline.store.locating import review_slugs

_TAKES_WORDS = ("dedupe", "extract", "reconcile")
"""Verbs whose words begin with the review although they go by another name."""

_NAMES = {"--as", "--decisions-as", "--draft-of", "--keep-all"}
"""Options that take a person; `handover` has two more."""

_LIKE_A_SLUG = 0.8
"""From here on a word looks like the name of a review with a letter wrong, and is none else."""

Words = Sequence[str]


def _always(words: Words) -> bool:
    return True


def _with(*options: str) -> Callable[[Words], bool]:
    return lambda words: any(option in words for option in options)


def _without(*options: str) -> Callable[[Words], bool]:
    return lambda words: not any(option in words for option in options)


_SIGNED = (
    *("screen", "sheet", "decide", "resolve", "reopen", "handover"),
    *("remove", "undo", "retrieve", "collate", "reconcile"),
)
_FILLS: dict[str, Callable[[Words], bool]] = {
    **dict.fromkeys(_SIGNED, _always),
    "rank": _without("--simulate"),
    "stop": _with("--reason"),
    "serve": _without("--host", "--add", "--change", "--drop", "--accounts"),
    "confirm": lambda words: "--list" not in words and (_asks() or "--all" in words),
    "dedupe": lambda words: (
        "--list" not in words
        and "--files" not in words
        and (_asks() or _with("--same", "--different", "--same-study", "--undo")(words))
    ),
}
"""Verbs that take `--as` for whoever sits here, and when: never where that would write what a look
without a name would not."""


def _asks() -> bool:
    return sys.stdin.isatty()


def filled_in(verb: str, words: list[str], command: Any) -> list[str]:
    """`words` behind the verb with what was left out. ReviewError for a name that gives no id."""
    if "--help" in words or "-h" in words:
        return words
    words = _with_review(verb, words, command)
    slug = next(iter(_positionals(words, command)), (0, ""))[1]
    names = _NAMES | ({"--from", "--to"} if verb == "handover" else set())
    words = _with_ids(words, names, slug)
    if "--as" not in words and not any(word.startswith("--as=") for word in words):
        here = who_sits_here() if verb in _FILLS and _FILLS[verb](words) else ""
        if here:
            words = [*words, "--as", meant(here, slug, quiet=True)]
    return words


def sitting_here(folder: ReviewFolder) -> str:
    """The id in `folder` of whoever sits at this machine; "" where nobody was named."""
    here = who_sits_here()
    return meant(here, str(folder.places.review), quiet=True) if here else ""


def _with_review(verb: str, words: list[str], command: Any) -> list[str]:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    first = arguments[0] if arguments else None
    if first is None or (first.name != "review" and verb not in _TAKES_WORDS):
        return words
    if "--files" in words or "--simulate" in words:
        return words
    given = [word for _, word in _positionals(words, command)]
    if given and _is_review(given[0]):
        return words
    if not given and not first.required:
        return words
    room = -1 if any(a.nargs < 0 for a in arguments) else len(arguments)
    slugs = review_slugs()
    if not slugs or 0 <= room <= len(given) or (given and _is_like(given[0], slugs)):
        return words
    return [find_review().slug, *words]  # refuses where there are several


def _positionals(words: Words, command: Any) -> list[tuple[int, str]]:
    """The words that are no options and no values of options, with their places."""
    takes: dict[str, int] = {}
    for parameter in command.params:
        if parameter.param_type_name == "option":
            for name in (*parameter.opts, *parameter.secondary_opts):
                takes[name] = 0 if parameter.is_flag else parameter.nargs
    found: list[tuple[int, str]] = []
    at = 0
    while at < len(words):
        word = words[at]
        if word == "--":
            return found + [(n, words[n]) for n in range(at + 1, len(words))]
        if word.startswith("-") and word != "-":
            name, equals, _ = word.partition("=")
            at += 1 + (0 if equals else takes.get(name, 0))
            continue
        found.append((at, word))
        at += 1
    return found


def _is_review(word: str) -> bool:
    try:
        find_review(word)
    except ReviewError:
        return False
    return True


def _is_like(word: str, slugs: Words) -> bool:
    return any(difflib.SequenceMatcher(None, word, s).ratio() >= _LIKE_A_SLUG for s in slugs)


def _with_ids(words: list[str], names: set[str], slug: str) -> list[str]:
    """`words` with the id of each person who is named behind one of the options `names`."""
    new = list(words)
    for at, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in names and equals:
            new[at] = f"{name}={meant(value, slug)}"
        elif word in names and at + 1 < len(words):
            new[at + 1] = meant(words[at + 1], slug)
    return new


def meant(name: str, review: str, *, quiet: bool = False) -> str:
    """The id of whoever is called `name` in `review`, else the one made from it, which is told.

    Raises ReviewError for a name that gives none.
    """
    if is_person_id(name):
        return name
    people: dict[str, str] = {}
    known: set[str] = set()
    try:
        folder = ReviewFolder(find_review(review))
        people = dict(folder.protocol[0].names)
        known = {*people, *logs_of(folder.places)}
    except ReviewError:
        pass  # what is wrong with the review is told by the verb
    id = known_id(name, people) or person_id(name)
    if not id:
        raise ReviewError(
            f"{safe(name)!r} cannot name a person", "Name yourself by letters, like `ada`"
        )
    if id not in known and not quiet:
        tell(f"{safe(name)} is written down as {id}.")
    return id
