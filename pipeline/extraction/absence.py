"""Why an answer has no value: not reported, not applicable, unclear, not yet."""

from __future__ import annotations

from typing import Any

from pipeline.terms.form import Item, Option
from pipeline.terms.study import Absent

_ABSENT = {str(a): a for a in Absent}
OTHER_WORDS = {
    "n/a": Absent.NOT_APPLICABLE,
    "na": Absent.NOT_APPLICABLE,
    "n.a.": Absent.NOT_APPLICABLE,
    "nr": Absent.NOT_REPORTED,
    "n/r": Absent.NOT_REPORTED,
    "not stated": Absent.NOT_REPORTED,
    "not given": Absent.NOT_REPORTED,
    "unknown": Absent.UNCLEAR,
    "?": Absent.UNCLEAR,
    "-": Absent.NOT_REPORTED,
    "todo": Absent.NOT_YET,
    "tbd": Absent.NOT_YET,
}


def absent_of(raw: Any, item: Item | None = None) -> Absent | None:
    """Why there is no value, where `raw` says so; an option of `item` with that name goes first."""
    if raw is None or raw == "":
        return Absent.NOT_YET
    if not isinstance(raw, str) or len(raw) > 20:
        return None
    if item is not None and option_of(item, raw) is not None:
        return None
    return _ABSENT.get(raw.strip().lower().replace("_", " "))


def option_of(item: Item, raw: str) -> Option | None:
    """The option of `item` that `raw` names by its id or its label, whatever the case."""
    for option in item.options:
        if option.id == raw:
            return option
    word = raw.strip().casefold()
    for option in item.options:
        if word in (option.id.casefold(), option.label.casefold(), option.id.replace("_", " ")):
            return option
    return None
