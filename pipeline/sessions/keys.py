"""The keys of the screen: what each does, and a person's own in their stead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from pipeline.model.problem import ReviewError
from pipeline.model.protocol import Criterion
from pipeline.notation.typed import nearest


class Command(StrEnum):
    INCLUDE = "include"
    EXCLUDE = "exclude"
    UNSURE = "unsure"
    FAILS = "fails"
    SKIP = "skip"
    LATER = "later"
    UNDO = "undo"
    NOTE = "note"
    TAG = "tag"
    SEARCH = "search"
    GO = "go"
    WEB = "web"
    FILE = "file"
    HELP = "help"
    QUIT = "quit"


KEYS: Mapping[Command, str] = {
    Command.INCLUDE: "i",
    Command.EXCLUDE: "e",
    Command.UNSURE: "u",
    Command.FAILS: "v",
    Command.SKIP: "s",
    Command.LATER: "l",
    Command.UNDO: "z",
    Command.NOTE: "n",
    Command.TAG: "#",
    Command.SEARCH: "/",
    Command.GO: "g",
    Command.WEB: "w",
    Command.FILE: "f",
    Command.HELP: "?",
    Command.QUIT: "q",
}
"""The keys as they come; `personal_keys` of the review folder may change them."""

MEANINGS: Mapping[Command, str] = {
    Command.INCLUDE: "include",
    Command.EXCLUDE: "exclude (on full text: then the criterion)",
    Command.UNSURE: "unsure: somebody else settles it",
    Command.FAILS: "exclude and keep all criteria that fail",
    Command.SKIP: "skip: it comes again next time",
    Command.LATER: "later: it comes again at the end of this session",
    Command.UNDO: "take back your last verdict, as often as you like",
    Command.NOTE: "a note, kept with the next verdict",
    Command.TAG: "a tag, kept with the next verdict; the same again removes it",
    Command.SEARCH: "mark words in this record",
    Command.GO: "go to a record: its id, words of its title, or #tag",
    Command.WEB: "open the DOI in a browser",
    Command.FILE: "open the full text's file",
    Command.HELP: "this page",
    Command.QUIT: "leave; everything decided is on disk",
}


def chosen_keys(personal: Mapping[str, str]) -> dict[str, Command]:
    """The command of each key, with a person's own keys in the stead of those that come with it.

    Raises ReviewError for a command that is not there, a key that is not one sign, or a key that
    two commands would have.
    """
    keys = dict(KEYS)
    for name, key in personal.items():
        if name not in Command._value2member_map_:
            raise ReviewError(
                f"your keys name a command {name!r} that is not there."
                f"{nearest(name, tuple(map(str, Command)))}",
                f"Commands are {', '.join(Command)}",
            )
        if len(key) != 1 or not key.isprintable():
            raise ReviewError(f"your key for {name} is {key!r}", "Take one letter or sign")
        if key.isdecimal():
            raise ReviewError(
                f"your key for {name} is {key}, and digits are the criteria's", "Take a letter"
            )
        keys[Command(name)] = key
    by_key: dict[str, Command] = {}
    for command, key in keys.items():
        if key in by_key:
            raise ReviewError(
                f"the key {key!r} is both for {by_key[key]} and for {command}",
                f"Give one of them another key in your keys, like `{command}: x`",
            )
        by_key[key] = command
    return by_key


def keys_of(
    criteria: Sequence[Criterion], taken: Mapping[str, Command] | Sequence[str] = ()
) -> Mapping[str, Criterion]:
    """The criterion of each key: its number in order and, where no command has it, its own key."""
    reserved = frozenset(taken)
    keys = {str(n): criterion for n, criterion in enumerate(criteria, 1)}
    for criterion in criteria:
        if len(criterion.key) == 1 and criterion.key not in reserved and criterion.key not in keys:
            keys[criterion.key] = criterion
    return keys


def help_lines(keys: Mapping[str, Command], width: int = 76) -> list[str]:
    """The page that `?` shows: every key and what it does."""
    by_command = {command: key for key, command in keys.items()}
    lines = [f"{by_command[command]}  {MEANINGS[command]}" for command in Command]
    return [
        *(line[:width] for line in lines),
        "",
        "A criterion's key or number excludes for it: take the first, from the top, that fails.",
        "Arrow keys, Page Up and Page Down scroll.",
        "Words of the protocol: bold and underlined speak for a record, underlined in italics",
        "against it. Your own keys: lines like `include: y` in ~/.config/review/keys.yaml",
    ]
